"""The convolutions that emulate.py runs: small ones for each strategy and each of its
products, with schedules that are written down, so that they stay what they are when
the choice of schedules changes."""

import dataclasses


@dataclasses.dataclass
class Case:
    """A convolution in NCHW with a bias, and what is done with it."""

    layer: tuple  # batch, channels, height, width, filters, filter's height and width
    schedule: str
    type: str = "f32"
    stride: tuple = (1, 1)
    dilation: tuple = (1, 1)
    pad: tuple = (0, 0, 0, 0)  # top, bottom, left, right
    groups: int = 1
    relu: bool = True
    constant: bool = False  # whether the filter is one
    gap: int = 0  # elements in front of each image
    data: tuple = ("normal",)
    timings: tuple = ("early", "late")

    @property
    def products(self):
        return self.schedule.partition("products = ")[2].partition(",")[0]


SAME = (1, 1, 1, 1)


def stream(products, rest, slots="slots = 6, filterStages = 6, gatherWarps = 8"):
    return f"#convoy.stream_wgmma<products = {products}, {rest.format(slots)}>"


STREAM = [
    Case((2, 40, 13, 11, 72, 3, 3), stream("split_f16", "tileRows = 5, tileColumns = 11, {}"), pad=SAME,
         data=("normal", "integers", "inf", "nan"), relu=False),
    # Elements of a slot that span more than one pass has, and more than two have.
    Case((1, 40, 13, 11, 72, 3, 3), stream("split_f16", "tileRows = 5, tileColumns = 11, tileBlocks = 2, {}"), pad=SAME,
         data=("wide 30", "wide 44", "wide 60", "filter 40"), relu=False),
    Case((1, 64, 17, 19, 136, 3, 3), stream("tf32", "tileRows = 5, tileColumns = 10, tileBlocks = 2, slots = 6, "
         "filterStages = 6, gatherWarps = 7"), stride=(2, 2), pad=SAME, groups=2, data=("normal", "integers")),
    Case((3, 48, 12, 10, 130, 3, 3), stream("f16", "tileRows = 4, tileColumns = 10, tileBlocks = 2, {}"), "f16",
         dilation=(2, 2), pad=(2, 2, 2, 2), data=("normal", "integers", "inf"), timings=("early", "late", "random 7")),
    Case((2, 33, 9, 31, 64, 1, 7), stream("bf16", "tileRows = 9, tileColumns = 31, slots = 6, filterStages = 6, "
         "gatherWarps = 3"), "bf16", pad=(0, 0, 3, 3), data=("normal", "nan")),
    Case((3, 16, 7, 7, 24, 3, 3), stream("f16", "tileImages = 3, tileRows = 7, tileColumns = 7, {}"), "f16", pad=SAME,
         constant=True),
    # Padding on both sides of filters of one column, and of one row below several
    # images: zeros are not shared there, or two outputs would share their sums.
    Case((2, 16, 9, 11, 24, 3, 1), stream("f16", "tileRows = 9, tileColumns = 13, {}"), "f16", pad=SAME,
         data=("normal", "integers")),
    Case((3, 16, 6, 7, 24, 1, 3), stream("f16", "tileImages = 3, tileRows = 8, tileColumns = 7, {}"), "f16", pad=SAME,
         data=("normal", "integers")),
    # A slot has a part of the taps.
    Case((1, 16, 24, 24, 64, 7, 7), stream("split_f16", "tileRows = 4, tileColumns = 12, slots = 3, filterStages = 4, "
         "gatherWarps = 7"), stride=(2, 2), pad=(3, 3, 3, 3), data=("normal", "wide 44"), relu=False),
]

# Neighbouring columns are channels of one pixel: pairs, fours and eights.
FOLDED = [
    Case((2, 6, 18, 20, 80, 7, 7), stream("f16", "tileRows = 5, tileColumns = 10, slots = 4, filterStages = 5, "
         "gatherWarps = 7"), "f16", stride=(2, 2), pad=(3, 3, 3, 3), groups=2, data=("normal", "integers", "inf")),
    Case((2, 3, 20, 22, 64, 7, 7), stream("split_f16", "tileRows = 4, tileColumns = 11, slots = 3, filterStages = 5, "
         "gatherWarps = 7"), stride=(2, 2), pad=(3, 3, 3, 3), data=("normal", "wide 44", "inf"), relu=False),
    # Copies of two columns, and of four.
    Case((2, 4, 24, 32, 70, 4, 4), stream("tf32", "tileRows = 3, tileColumns = 8, {}"), stride=(4, 4), constant=True,
         data=("normal", "integers")),
    Case((2, 2, 24, 32, 64, 4, 4), stream("split_f16", "tileRows = 3, tileColumns = 8, {}"), stride=(4, 4)),
    # Taps at both ends of a row have fewer columns than those between them.
    Case((2, 2, 7, 24, 64, 2, 9), stream("bf16", "tileRows = 3, tileColumns = 6, {}"), "bf16", stride=(1, 4),
         pad=(0, 0, 3, 3), data=("normal", "inf")),
    # Images of a slice, which begin where no vectors do.
    Case((2, 3, 14, 16, 40, 5, 5), stream("f16", "tileRows = 4, tileColumns = 8, {}"), "f16", stride=(2, 2),
         pad=(2, 2, 2, 2), gap=1, data=("normal", "inf")),
    Case((2, 2, 24, 32, 64, 4, 4), stream("tf32", "tileRows = 3, tileColumns = 8, {}"), stride=(4, 4), gap=2),
    Case((2, 1, 12, 40, 64, 3, 8), stream("f16", "tileRows = 3, tileColumns = 5, {}"), "f16", stride=(4, 8)),
]

# Clusters of 2 to 8 blocks share the channels.
CLUSTERS = [
    Case((1, 96, 7, 7, 64, 3, 3), stream("split_f16", "tileRows = 2, tileColumns = 7, {}, channelParts = 4"), pad=SAME,
         data=("normal", "wide 44", "inf"), timings=("early", "late", "random 3"), relu=False),
    Case((1, 128, 7, 7, 64, 3, 3), stream("f16", "tileRows = 2, tileColumns = 7, {}, channelParts = 8"), "f16",
         pad=SAME, data=("normal", "integers")),
    Case((1, 64, 17, 19, 136, 3, 3), stream("tf32", "tileRows = 2, tileColumns = 10, tileBlocks = 2, slots = 6, "
         "filterStages = 6, gatherWarps = 7, channelParts = 2"), stride=(2, 2), pad=SAME, groups=2),
]

ANY_TIMING = ("early", "late", "random 4")

# Warpgroups take turns at the tiles of a block, or all of the filter stays in the
# stages, or both. Blocks have one tile or two, two or three, or three or four: 132 of
# them share the tiles.
TURNS = [
    # 153 tiles of rows that do not divide the output's, with patches of more pixels
    # than threads gather, and no multiple of them.
    Case((3, 7, 33, 17, 40, 3, 3), stream("tf32", "tileRows = 2, tileColumns = 7, slots = 3, filterStages = 1, "
         "gatherWarps = 1, takesTurns = true, residentFilter = true"), pad=SAME, data=("normal", "integers", "inf"),
         timings=ANY_TIMING),
    # 408 tiles of three slots, with one of two blocks of filters each.
    Case((2, 21, 33, 17, 70, 3, 3), stream("tf32", "tileRows = 2, tileColumns = 3, slots = 4, filterStages = 2, "
         "gatherWarps = 2, takesTurns = true"), pad=SAME, data=("normal", "integers"), timings=ANY_TIMING),
    # 128 tiles with one of two groups each: blocks have one, and the second
    # warpgroups none.
    Case((1, 16, 16, 16, 60, 1, 3), stream("tf32", "tileRows = 1, tileColumns = 4, slots = 2, filterStages = 2, "
         "gatherWarps = 2, takesTurns = true"), pad=(0, 0, 1, 1), groups=2, timings=ANY_TIMING),
    # 300 tiles of two images each; the last of another number has one.
    Case((599, 8, 2, 3, 20, 3, 3), stream("tf32", "tileImages = 2, tileRows = 2, tileColumns = 3, slots = 3, "
         "filterStages = 1, gatherWarps = 2, takesTurns = true, residentFilter = true"), pad=SAME),
    # Slots of one pass and of two, and slots beyond split products, by turns: whose
    # pass comes next is known to the warpgroup that had the last one.
    Case((3, 6, 33, 17, 40, 3, 3), stream("split_f16", "tileRows = 2, tileColumns = 3, slots = 3, filterStages = {}, "
         "gatherWarps = 2, takesTurns = true, residentFilter = true", "2"), pad=SAME,
         data=("normal", "integers", "inf", "wide 24", "wide 44", "wide 60"), timings=ANY_TIMING, relu=False),
    Case((3, 12, 33, 17, 40, 3, 3), stream("split_f16", "tileRows = 2, tileColumns = 3, slots = 2, filterStages = {}, "
         "gatherWarps = 2, takesTurns = true", "3"), pad=SAME, data=("normal", "nan", "wide 24", "wide 44"),
         timings=ANY_TIMING, relu=False),
    Case((2, 20, 33, 17, 40, 3, 3), stream("split_f16", "tileRows = 2, tileColumns = 3, slots = 3, filterStages = {}, "
         "gatherWarps = 2, takesTurns = true, residentFilter = true", "6"), pad=SAME,
         data=("normal", "wide 24", "filter 40"), timings=("early", "random 5"), relu=False),
    # Outputs that are stored as vectors of 16 bits.
    Case((3, 24, 34, 16, 40, 3, 3), stream("f16", "tileRows = 2, tileColumns = 4, slots = 3, filterStages = 2, "
         "gatherWarps = 2, takesTurns = true, residentFilter = true"), "f16", pad=SAME,
         data=("normal", "integers", "inf"), timings=ANY_TIMING),
    # Neighbouring columns are channels of one pixel.
    Case((4, 3, 40, 42, 64, 7, 7), stream("tf32", "tileRows = 2, tileColumns = 5, slots = 3, filterStages = {}, "
         "gatherWarps = 3, takesTurns = true, residentFilter = true", "4"), stride=(2, 2), pad=(3, 3, 3, 3),
         data=("normal", "integers"), timings=ANY_TIMING),
    Case((4, 3, 40, 42, 64, 7, 7), stream("split_f16", "tileRows = 2, tileColumns = 5, slots = 3, filterStages = {}, "
         "gatherWarps = 3, takesTurns = true, residentFilter = true", "5"), stride=(2, 2), pad=(3, 3, 3, 3),
         data=("normal", "wide 44"), timings=("late", "random 6"), relu=False),
    # The filter in three parts of two slots.
    Case((4, 20, 46, 47, 40, 3, 3), stream("f16", "tileRows = 1, tileColumns = 2, slots = 3, filterStages = 6, "
         "gatherWarps = 1, takesTurns = true, residentFilter = true"), "f16", stride=(5, 5), dilation=(2, 2),
         pad=SAME, data=("normal", "integers"), timings=ANY_TIMING),
    # Four phases of the strides.
    Case((3, 5, 21, 23, 40, 3, 3), stream("tf32", "tileRows = 1, tileColumns = 2, slots = 3, filterStages = 1, "
         "gatherWarps = 1, takesTurns = true, residentFilter = true"), stride=(2, 2), pad=SAME,
         data=("normal", "integers")),
    # Stages that are alike, one for each row of the filter.
    Case((1, 16, 20, 20, 24, 9, 9), stream("f16", "tileRows = 1, tileColumns = 2, slots = 3, filterStages = 9, "
         "gatherWarps = 2, takesTurns = true, residentFilter = true"), "f16", pad=(4, 4, 4, 4),
         data=("normal", "integers"), timings=ANY_TIMING),
    # All of the filter stays where warpgroups share tiles, and where each has a block
    # of the channels.
    Case((3, 24, 34, 16, 40, 3, 3), stream("f16", "tileRows = 2, tileColumns = 4, slots = 3, filterStages = 2, "
         "gatherWarps = 2, residentFilter = true"), "f16", pad=SAME, data=("normal", "integers"), timings=ANY_TIMING),
    Case((3, 20, 34, 16, 100, 3, 3), stream("tf32", "tileRows = 2, tileColumns = 4, tileBlocks = 2, slots = 4, "
         "filterStages = 6, gatherWarps = 2, residentFilter = true"), pad=SAME, data=("normal", "integers"),
         timings=ANY_TIMING),
    Case((2, 12, 33, 17, 100, 3, 3), stream("split_f16", "tileRows = 2, tileColumns = 3, tileBlocks = 2, slots = 3, "
         "filterStages = {}, gatherWarps = 2, residentFilter = true", "6"), pad=SAME, data=("normal", "wide 24"),
         relu=False),
]

PATCH = [
    Case((3, 8, 12, 32, 65, 3, 3), "#convoy.patch_wgmma<products = split_f16, tileRows = 6, slots = 6, "
         "stagingRing = 3, storeWarps = 1, alignLoads = true>", pad=SAME,
         data=("normal", "wide 44", "wide 70", "inf", "nan"), relu=False),
    Case((2, 24, 9, 56, 32, 3, 3), "#convoy.patch_wgmma<products = tf32, tileRows = 4, slots = 8, stagingRing = 2, "
         "storeWarps = 2, alignLoads = false>", data=("normal", "integers")),
    Case((2, 3, 20, 32, 64, 3, 3), "#convoy.patch_wgmma<products = f16, tileRows = 7, slots = 8, stagingRing = 4, "
         "storeWarps = 3, alignLoads = true>", "f16", pad=SAME, data=("normal", "integers"),
         timings=("early", "late", "random 5")),
    Case((2, 40, 8, 32, 130, 1, 1), "#convoy.patch_wgmma<products = bf16, tileRows = 1, slots = 8, stagingRing = 4, "
         "storeWarps = 4, alignLoads = false>", "bf16"),
    Case((1, 8, 12, 32, 64, 3, 3), "#convoy.patch_wgmma<products = split_f16, tileRows = 6, slots = 6, "
         "stagingRing = 3, storeWarps = 1, alignLoads = true>", constant=True),
]

POINTWISE = [
    Case((3, 72, 14, 14, 100, 1, 1), "#convoy.pointwise_wgmma<products = split_f16, tilePixels = 104, "
         "tileFilters = 48, mathWarpgroups = 2, stageChunks = 1, stages = 16, residentFilter = true>",
         data=("normal", "wide 44", "inf"), relu=False),
    Case((3, 72, 7, 7, 64, 1, 1), "#convoy.pointwise_wgmma<products = tf32, tileImages = 3, tilePixels = 49, "
         "tileFilters = 32, rowBlocks = 2, mathWarpgroups = 3, stageChunks = 1, stages = 16>",
         data=("normal", "integers")),
    Case((2, 96, 28, 14, 130, 1, 1), "#convoy.pointwise_wgmma<products = f16, tilePixels = 112, tileFilters = 80, "
         "rowBlocks = 2, mathWarpgroups = 1, stageChunks = 1, stages = 16, channelGroups = 2>", "f16",
         data=("normal", "nan"), timings=("early", "late", "random 9")),
    Case((1, 256, 14, 14, 64, 1, 1), "#convoy.pointwise_wgmma<products = bf16, tilePixels = 16, tileFilters = 32, "
         "rowBlocks = 2, mathWarpgroups = 1, stageChunks = 4, stages = 16, residentFilter = true, channelGroups = 2>",
         "bf16"),
]

WINDOW = [
    Case((2, 32, 17, 16, 48, 3, 3), "#convoy.window_wgmma<products = f16, tileFilters = 48, rowBlocks = 2, "
         "mathWarpgroups = 2, stages = 5, residentFilter = true>", "f16", stride=(2, 2), pad=SAME,
         data=("normal", "integers", "inf"), timings=("early", "late", "random 2")),
    Case((3, 48, 9, 14, 64, 3, 3), "#convoy.window_wgmma<products = bf16, tileFilters = 32, rowBlocks = 2, "
         "mathWarpgroups = 3, stages = 7>", "bf16", dilation=(2, 2), pad=(2, 2, 2, 2), data=("normal", "nan")),
    Case((2, 24, 13, 12, 40, 1, 7), "#convoy.window_wgmma<products = tf32, tileFilters = 48, mathWarpgroups = 2, "
         "stages = 8>", pad=(0, 0, 3, 3), data=("normal", "integers")),
]

CASES = {
    "stream": STREAM,
    "folded": FOLDED,
    "clusters": CLUSTERS,
    "turns": TURNS,
    "patch": PATCH,
    "pointwise": POINTWISE,
    "window": WINDOW,
}
