"""Combinations of shape, types, math mode and epilogue that the numerics of the
kernels are proved on.

Most are small, so that a thousand run in a minute, while schedules are about large
ones: two of three get the schedule that they would have with 64 times the images.

`choose(seed, mode, number)` is a combination as data: a program of programs.py
whose parameters are arguments, so that one compiled function is run on many kinds of
numbers (numerics.py); some filters are constants of eight numbers, as kernels may
prepare these differently. Shapes and epilogues take turns, what is inside of them is
random. `describe` tells numerics.py what the arguments are.
"""

import copy
import math
import random
import struct

import programs

# How many of each that take turns in shape. The modes are the dtype of input and
# filter, with --math.
MODES = {"strict": 280, "tf32": 250, "f16": 250, "bf16": 250, "f64": 40}
# Besides, so many whose window is one pixel, of the shapes of `wide_pointwise`.
POINTWISE = {"strict": 80, "tf32": 50, "f16": 60, "bf16": 60, "f64": 0}
# And so many of the shapes of `wide_window`.
WINDOW = {"strict": 0, "tf32": 40, "f16": 40, "bf16": 40, "f64": 0}
# And so many of the shapes of `few_tiles`.
FEW = {"strict": 16, "tf32": 12, "f16": 12, "bf16": 12, "f64": 0}
DTYPES = {"strict": "f32", "tf32": "f32", "f16": "f16", "bf16": "bf16", "f64": "f64"}

# Steps behind the convolution, "bias" being that of the convolution.
EPILOGUES = [
    [],
    ["bias"],
    ["bias", "relu"],
    ["bias", "channel-scale"],
    ["bias", "residual", "relu"],
    ["bias", "clamp"],
    ["bias", "band"],
    ["bias", "leaky"],
    ["channel-scale", "channel-shift", "silu"],
    ["bias", "sigmoid"],
    ["bias", "tanh"],
    ["bias", "gelu"],
    ["bias", "gelu-tanh"],
    ["residual"],
    ["batch-norm-arguments", "relu"],
    ["channel-scale", "bias", "residual", "leaky"],
]
# Of the strict ones, so many have no epilogue: their error is compared with that of
# a loop of f32 multiply-adds.
BARE = 90
# Arguments of a step, in order.
PARAMETERS = {
    "channel-scale": ["scale"],
    "channel-shift": ["shift"],
    "residual": ["residual"],
    "batch-norm-arguments": ["mean", "variance", "gamma", "beta"],
}
# Of the filters, so many are constants: of these whole numbers or of others.
CONSTANT = 0.35
WHOLE_NUMBERS = [-2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0]
# In 16 bits throughout, only steps whose rounding is known are taken.
NARROW = {"bias", "relu", "clamp", "band", "leaky", "residual", "channel-scale", "channel-shift"}

NCHW, NHWC, GROUPED, DEPTHWISE_NCHW, DEPTHWISE_NHWC, ROW = 0, 1, 3, 5, 7, 8


def window(height, width=None):
    return {"h": height, "w": height if width is None else width}


def both(value):
    return {"h": value, "w": value}


# Each takes a random.Random and returns sizes (h and w are the result's) and the
# convolution; what is left out is one, or no padding.


def small_channels(rng):
    size = rng.choice([3, 3, 3, 5, 2, 4])
    return dict(
        c=rng.randint(1, 8), f=rng.choice([16, 17, 24, 33, 64, 64, 65, 100, 128]),
        h=rng.randint(1, 40), w=rng.choice([7, 9, 13, 14, 28, 30, 31, 33, 56, 62, 63, 65, 97, 126, 130, 200]),
        n=rng.choice([1, 2, 3]), window=window(size), pad=rng.choice(["none", "same", "random"]),
    )  # fmt: skip


def medium_channels(rng):
    return dict(
        c=rng.choice([9, 12, 16, 19, 24, 32, 40, 48, 63, 64]), f=rng.choice([16, 32, 40, 64, 65, 96, 128, 130]),
        h=rng.randint(1, 20), w=rng.choice([5, 7, 8, 14, 15, 27, 28, 29, 55, 56]), n=rng.choice([1, 1, 2, 3]),
        window=rng.choice([window(3), window(3), window(1, 3), window(3, 1), window(5), window(2)]),
        pad=rng.choice(["none", "same", "same", "random"]),
    )  # fmt: skip


def many_channels(rng):
    return dict(
        c=rng.choice([65, 96, 128, 160, 192, 256, 320, 448, 512]), f=rng.choice([32, 64, 128, 192, 200, 256]),
        h=rng.choice([1, 4, 7, 8]), w=rng.choice([6, 7, 8, 14, 17]), n=rng.choice([1, 2]),
        window=window(rng.choice([1, 1, 3, 3])), pad=rng.choice(["none", "same"]),
        stride=both(rng.choice([1, 1, 1, 2])),
    )  # fmt: skip


def pointwise(rng):
    return dict(
        c=rng.choice([3, 8, 16, 31, 32, 64, 64, 96, 128, 256]), f=rng.choice([16, 24, 32, 64, 100, 128, 256]),
        h=rng.choice([1, 3, 7, 14, 17, 28]), w=rng.choice([7, 8, 13, 14, 28, 31, 56]), n=rng.choice([1, 2, 5]),
        window=window(1), stride=both(rng.choice([1, 1, 1, 1, 2])), pad=rng.choice(["none", "none", "none", "random"]),
    )  # fmt: skip


def stem(rng):
    size = rng.choice([7, 7, 3, 5])
    return dict(
        c=rng.choice([1, 3, 3, 3, 4]), f=rng.choice([16, 32, 64, 64, 96]), h=rng.randint(4, 30),
        w=rng.choice([15, 28, 29, 56, 60, 112]), n=rng.choice([1, 2]), window=window(size),
        stride=both(2), pad=rng.choice(["same", "same", "none", "random"]),
    )  # fmt: skip


def strided(rng):
    return dict(
        c=rng.choice([8, 16, 24, 32, 64, 128]), f=rng.choice([16, 32, 64, 72, 128]), h=rng.randint(1, 16),
        w=rng.choice([5, 7, 8, 14, 15, 28, 29]), n=rng.choice([1, 2]),
        window=window(rng.choice([3, 3, 1, 2, 5])),
        stride=rng.choice([both(2), both(2), both(2), {"h": 2, "w": 1}, {"h": 1, "w": 2}]),
        pad=rng.choice(["none", "same", "random"]),
    )  # fmt: skip


def far(rng):
    """Large strides and dilations."""
    return dict(
        c=rng.choice([1, 3, 8, 16, 40]), f=rng.choice([1, 5, 16, 33, 64]), h=rng.randint(1, 12),
        w=rng.choice([1, 6, 9, 16, 25]), n=rng.choice([1, 2]),
        window={"h": rng.choice([1, 2, 3, 5]), "w": rng.choice([1, 2, 3, 7])},
        stride={"h": rng.choice([1, 3, 4, 7]), "w": rng.choice([1, 3, 5, 8])},
        dilation={"h": rng.choice([1, 2, 5, 9]), "w": rng.choice([1, 3, 6, 11])}, pad=rng.choice(["none", "random", "wide"]),
    )  # fmt: skip


def dilated(rng):
    return dict(
        c=rng.choice([4, 8, 8, 16, 32, 64]), f=rng.choice([16, 32, 64, 64, 80]), h=rng.randint(1, 20),
        w=rng.choice([8, 13, 14, 28, 30, 57]), n=rng.choice([1, 2]), window=window(3),
        dilation=both(rng.choice([2, 2, 3, 4])), pad=rng.choice(["none", "same", "same", "random"]),
    )  # fmt: skip


def grouped(rng):
    return dict(
        kind=GROUPED, g=rng.choice([2, 2, 3, 4, 8]), c=rng.choice([4, 8, 16, 16, 32, 64]), f=rng.choice([8, 16, 32, 32, 64]),
        h=rng.randint(1, 16), w=rng.choice([7, 13, 14, 28, 30, 56]), n=rng.choice([1, 2]),
        window=window(rng.choice([1, 3, 3, 3])), stride=both(rng.choice([1, 1, 1, 2])), pad=rng.choice(["none", "same", "random"]),
    )  # fmt: skip


def tiny(rng):
    """One pixel, one channel, one filter."""
    one = lambda *others: rng.choice([1, 1, *others])
    return dict(
        c=one(2, 8, 64), f=one(3, 16, 64), h=one(2), w=one(2, 9), n=one(4),
        window={"h": one(3), "w": one(3, 5)}, stride=both(one(2)), pad=rng.choice(["none", "same", "random"]),
    )  # fmt: skip


def padded(rng):
    """Padding on each side for itself, up to windows that see nothing else."""
    return dict(
        c=rng.choice([3, 8, 8, 16, 32]), f=rng.choice([16, 33, 64]), h=rng.randint(2, 24), w=rng.choice([8, 15, 30, 45, 64]),
        n=rng.choice([1, 2]), window=rng.choice([window(3), window(5), window(3, 5), window(4, 2)]),
        dilation=both(rng.choice([1, 1, 2])), pad="wide",
    )  # fmt: skip


def many_tiles(rng):
    """More tiles than a GPU has multiprocessors."""
    return dict(
        c=rng.choice([3, 4, 8, 8, 16, 32]), f=rng.choice([48, 64, 64, 128]), h=rng.randint(24, 60),
        w=rng.choice([30, 46, 56, 62, 63, 112]), n=rng.choice([6, 8, 11]), window=window(rng.choice([1, 3, 3])),
        pad=rng.choice(["none", "same"]), most=250_000_000,
    )  # fmt: skip


def other_layouts(rng):
    kind = rng.choice([NHWC, NHWC, DEPTHWISE_NCHW, DEPTHWISE_NHWC, ROW])
    return dict(
        kind=kind, c=rng.choice([3, 8, 17, 32]), f=rng.choice([1, 8, 33, 64]), m=rng.choice([1, 2, 3]), h=rng.randint(1, 17),
        w=rng.choice([1, 8, 19, 33]), n=rng.choice([1, 2]), window={"h": rng.choice([1, 3]), "w": 3},
        stride=both(rng.choice([1, 2])), dilation=both(rng.choice([1, 2])), pad=rng.choice(["none", "same", "random"]),
    )  # fmt: skip


def wide_pointwise(rng, unit):
    """Channels in multiples of `unit`, with which a row of an image may begin at any
    multiple of its elements' size; images from one pixel on, of even and odd sizes."""
    h, w = rng.choice([(1, 1), (1, 2), (1, 3), (3, 3), (7, 7), (7, 7), (8, 8), (5, 9), (14, 14), (14, 14), (13, 17),
                       (17, 17), (1, 200), (28, 28), (28, 28), (31, 33), (35, 35), (56, 56), (3, 301)])  # fmt: skip
    return dict(
        c=unit * rng.choice([1, 2, 3, 4, 5, 8, 9, 12, 16, 17, 24, 32, 41, 60, 64, 104, 124, 160]), h=h, w=w,
        f=rng.choice([16, 17, 24, 48, 64, 64, 65, 100, 112, 128, 128, 192, 200, 256, 320, 512]),
        n=rng.choice([1, 1, 2, 3, 5, 8]), window=window(1), pad="none", most=rng.choice([30, 30, 30, 200]) * 1_000_000,
    )  # fmt: skip


def wide_window(rng, unit):
    """Channels in multiples of `unit`; several taps, strides, dilations, paddings that
    differ, rows of even and odd sizes."""
    h, w = rng.choice([(1, 9), (5, 7), (8, 8), (9, 12), (13, 13), (14, 14), (17, 17), (17, 17), (20, 28), (28, 28),
                       (35, 35), (56, 56), (3, 140), (61, 3)])  # fmt: skip
    return dict(
        c=unit * rng.choice([1, 2, 3, 4, 6, 8, 12]), f=rng.choice([16, 24, 32, 64, 72, 96, 128, 160, 192, 256, 320]),
        h=h, w=w, n=rng.choice([1, 2, 3, 5, 8]),
        window=dict(zip("hw", rng.choice([(3, 3), (3, 3), (3, 3), (1, 7), (7, 1), (2, 2), (1, 3), (5, 5), (3, 2)]))),
        stride=dict(zip("hw", rng.choice([(1, 1), (1, 1), (2, 2), (2, 2), (2, 1), (1, 2), (3, 3)]))),
        dilation=both(rng.choice([1, 1, 1, 2])), pad=rng.choice(["none", "same", "same", "random"]),
        most=rng.choice([30, 30, 60, 200]) * 1_000_000,
    )  # fmt: skip


def few_tiles(rng):
    """Many channels of few pixels: fewer tiles than a GPU has multiprocessors."""
    h, w = rng.choice([(7, 7), (7, 7), (14, 14), (8, 8), (5, 9), (13, 17), (28, 28)])
    taps = rng.choice([3, 3, 3, 1, 1, 2])
    channels = rng.choice([256, 512, 512, 1024, 384, 640] if taps > 1 else [512, 1024, 1024, 2048, 1280, 1000])
    return dict(
        c=channels, h=h, w=w, f=rng.choice([64, 100, 128, 192, 256, 512]), n=rng.choice([1, 1, 1, 2, 3]),
        window=window(taps), stride=both(rng.choice([1, 1, 1, 2]) if taps > 1 else 1),
        pad=rng.choice(["same", "same", "none"]) if taps > 1 else "none", most=120_000_000,
    )  # fmt: skip


SHAPES = [
    small_channels, medium_channels, many_channels, pointwise, stem, small_channels, strided, far, dilated,
    grouped, pointwise, tiny, padded, medium_channels, many_tiles, many_channels, strided, other_layouts,
]  # fmt: skip

# Products of one combination at most, if its shape does not say otherwise.
MOST_PRODUCTS = 30_000_000


def choose_pad(rng, style, length):
    """`length` is that of the dilated window."""
    if style == "none":
        return [0, 0]
    if style == "same":
        return [(length - 1) // 2, (length - 1) // 2]
    if style == "random":
        return [rng.randint(0, min(2, length - 1)), rng.randint(0, min(3, length))]
    return [rng.randint(0, length), rng.randint(0, length + 2)]


def choose_shape(rng, mode, number):
    if number < MODES[mode]:
        shape = SHAPES[number % len(SHAPES)](rng)
    elif number < MODES[mode] + POINTWISE[mode]:
        shape = wide_pointwise(rng, 4 if DTYPES[mode] == "f32" else 8)
    elif number < MODES[mode] + POINTWISE[mode] + WINDOW[mode]:
        shape = wide_window(rng, 8 if DTYPES[mode] == "f32" else 16)
    else:
        shape = few_tiles(rng)
    kind = shape.get("kind", NCHW)
    spatial = [l for l in programs.KINDS[kind][1] if l in "hw"]
    conv = {"filter": "argument", "slack": {}, "pad": {}}
    for key in ("window", "stride", "dilation"):
        conv[key] = {l: shape.get(key, both(1))[l] for l in spatial}
    for l in spatial:
        conv["pad"][l] = choose_pad(rng, shape["pad"], conv["dilation"][l] * (conv["window"][l] - 1) + 1)
        conv["slack"][l] = rng.randrange(conv["stride"][l]) if rng.random() < 0.5 else 0
    sizes = {l: shape.get(l, 1) for l in "ncfgmhw"}
    return {"kind": kind, "sizes": sizes, "conv": conv}, shape.get("most", MOST_PRODUCTS)


def choose_types(rng, dtype, steps):
    """Those of the operands, of the convolution and of the steps, and the last cast."""
    if dtype == "f64":
        return ["f64", "f64", "f64"], None
    if dtype == "f32":
        return ["f32", "f32", "f32"], rng.choice([None] * 8 + ["f16", "bf16"])
    style = rng.choice(["wide", "cast", "cast", "narrow", "native"])
    if style == "wide" or not set(steps) <= NARROW and style != "cast":
        return [dtype, "f32", "f32"], None
    if style == "cast":
        return [dtype, "f32", "f32"], dtype
    return [dtype, "f32" if style == "narrow" else dtype, dtype], None


def choose(seed, mode, number):
    """The combination `number` of a mode. `busy`: scheduled as with more images."""
    rng = random.Random(f"{seed} {mode} {number}")
    program, most = choose_shape(rng, mode, number)
    bare = mode == "strict" and number * BARE // MODES[mode] != (number + 1) * BARE // MODES[mode]
    # One turn of the epilogues is not a multiple of one of the shapes.
    steps = [] if bare else EPILOGUES[(number + number // len(SHAPES)) % len(EPILOGUES)]
    types, cast = choose_types(rng, DTYPES[mode], steps)
    program["conv"]["bias"] = "argument" if "bias" in steps and steps[0] == "bias" else "zero"
    steps = [s if s != "bias" else "channel-shift" for s in steps if s != "bias" or steps[0] != "bias"]
    # Small pointwise ones would nearly all be direct.
    is_few = number >= MODES[mode] + POINTWISE[mode] + WINDOW[mode]
    is_busy = number % (3 if number < MODES[mode] else 6) != 0 and not is_few
    program.update(seed=number, types=types, mode=mode, busy=is_busy)
    if cast and not bare:
        program["cast"], steps = cast, steps + ["cast"]
    program["steps"] = steps
    # A batch that is not known is scheduled as a large one.
    program["dynamic"] = "" if rng.random() < 0.7 or is_few else rng.choice(["n", "n", "n", "nhw"])
    program["dynamic"] = "".join(l for l in program["dynamic"] if l in programs.KINDS[program["kind"]][1])
    # Filters of many channels would make large artefacts.
    program["conv"]["filter"] = "constant" if rng.random() < CONSTANT and not is_few else "argument"
    while programs.products(program) > most:
        # Channels are what the shape is about.
        largest = max("nhw", key=lambda l: program["sizes"][l])
        if program["sizes"][largest] == 1:
            break
        program["sizes"][largest] = (program["sizes"][largest] + 1) // 2
    return program


def all_combos(seed, scale=1.0):
    """Every combination, or a part of each mode."""
    return [choose(seed, mode, i) for mode in MODES for i in numbers_of(mode, scale)]


def numbers_of(mode, scale):
    """Those of its combinations that are taken."""
    taken, first = [], 0
    for count in (MODES[mode], POINTWISE[mode], WINDOW[mode], FEW[mode]):
        taken += range(first, first + math.ceil(count * scale))
        first += count
    return taken


def bits_of(number, type_):
    """Of the number rounded to the type, little-endian."""
    if type_ != "bf16":
        return struct.pack({"f64": "<d", "f32": "<f", "f16": "<e"}[type_], number)
    (word,) = struct.unpack("<I", struct.pack("<f", number))
    return struct.pack("<H", (word + 0x7FFF + (word >> 16 & 1)) >> 16)


def number_of(bits, type_):
    if type_ == "bf16":
        return struct.unpack("<f", b"\0\0" + bits)[0]
    return struct.unpack({"f64": "<d", "f32": "<f", "f16": "<e"}[type_], bits)[0]


def indices(seed, count):
    """For each element of a constant, which of its eight numbers it is, as bytes."""
    return random.Random(seed).randbytes(count).translate(bytes(value % 8 for value in range(256)))


# Times as many images.
BUSY = 64


def busy(program):
    """What a busy program takes its schedule from; None where it has its own."""
    if not program["busy"] or "h" in program["dynamic"] or "w" in program["dynamic"]:
        return None
    program = copy.deepcopy(program)
    program["sizes"]["n"] *= BUSY
    program["dynamic"] = ""
    return program


class Combo(programs.Function):
    """A combination as a function that remembers the shapes of its arguments."""

    constant = None

    def literal(self, shape, type_, low, high):
        """The filter, of eight numbers."""
        count, seed = math.prod(shape), self.program["seed"]
        numbers, whole = WHOLE_NUMBERS, self.rng.random() < 0.4
        if not whole:
            deviation = (count / shape[self.filter.index("f")] if "f" in self.filter else 9) ** -0.5
            numbers = [self.rng.gauss(0, deviation) for _ in range(8)]
        bits = [bits_of(number, type_) for number in numbers]
        text = b"".join(map(bits.__getitem__, indices(seed, count))).hex().upper()
        self.constant = {
            "shape": list(shape), "type": type_, "seed": seed, "whole": whole,
            "numbers": [number_of(each, type_) for each in bits],
        }  # fmt: skip
        # A text of one element's length would be a splat.
        if count == 1:
            return self.emit(f"arith.constant dense<{self.constant['numbers'][indices(seed, 1)[0]]!r}> : {programs.tensor(shape, type_)}")
        return self.emit(f'arith.constant dense<"0x{text}"> : {programs.tensor(shape, type_)}')

    def argument(self, type_, shape, positive=False):
        if not hasattr(self, "shapes"):
            self.shapes = []
        element = type_.rsplit("x", 1)[-1].rstrip(">").removeprefix("tensor<")
        self.shapes.append((list(shape), element))
        return super().argument(type_, shape, positive)

    def describe(self):
        """What numerics.py has to know."""
        program, conv = self.program, self.program["conv"]
        roles = ["input"] + ["filter"] * (self.constant is None) + ["bias"] * (conv["bias"] == "argument")
        for step in program["steps"]:
            roles += PARAMETERS.get(step, [])
        assert len(roles) == len(self.shapes)
        return {
            "name": self.name,
            "mode": program["mode"],
            "letters": [self.input, self.filter, self.output],
            "types": program["types"],
            "steps": program["steps"],
            "cast": program.get("cast"),
            "window": conv["window"],
            "stride": conv["stride"],
            "dilation": conv["dilation"],
            "pad": conv["pad"],
            "arguments": [
                {"role": role, "shape": shape, "type": type_} for role, (shape, type_) in zip(roles, self.shapes)
            ],
            "constant": self.constant,
            "result": {"shape": self.static(), "type": self.step_type},
        }
