"""Choosing programs. A program is data (a dict that JSON can hold): every part carries
a seed of its own, so that one can be dropped without changing the others."""

import random

# Operation, input, filter and result in letters: n batch, g group, c input channel,
# f output channel, m multiplier, d h w the image, D H W the window.
KINDS = [
    ("conv_2d_nchw_fchw", "nchw", "fcHW", "nfhw"),
    ("conv_2d_nhwc_hwcf", "nhwc", "HWcf", "nhwf"),
    ("conv_2d_nhwc_fhwc", "nhwc", "fHWc", "nhwf"),
    ("conv_2d_ngchw_fgchw", "ngchw", "fgcHW", "ngfhw"),
    ("conv_2d_ngchw_gfchw", "ngchw", "gfcHW", "ngfhw"),
    ("depthwise_conv_2d_nchw_chw", "nchw", "cHW", "nchw"),
    ("depthwise_conv_2d_nhwc_hwc", "nhwc", "HWc", "nhwc"),
    ("depthwise_conv_2d_nhwc_hwcm", "nhwc", "HWcm", "nhwcm"),
    ("conv_1d_ncw_fcw", "ncw", "fcW", "nfw"),
    ("conv_1d_nwc_wcf", "nwc", "Wcf", "nwf"),
    ("conv_3d_ncdhw_fcdhw", "ncdhw", "fcDHW", "nfdhw"),
    ("conv_3d_ndhwc_dhwcf", "ndhwc", "DHWcf", "ndhwf"),
    ("generic", "nchw", "cHfW", "nfhw"),
    ("generic", "nhwgc", "HWgcf", "nhwgf"),
    ("generic", "hnwc", "fWHc", "whfn"),
]
# The plain 2-D kinds come up more often than the others.
WEIGHTS = [6, 6, 2] + [1] * (len(KINDS) - 3)

AFFINE = ["add", "sub", "rsub", "mul", "div", "neg", "fma", "batch-norm", "twice"]
# What can stand in front of a convolution.
FRONT = ["add", "sub", "mul", "div", "batch-norm"]
MOVES = ["transpose", "collapse"]
OBSTACLES = ["relu", "relu", "relu", "relu-moved", "per-pixel", "per-row", "residual"]
SPELLINGS = ["generic", "generic", "named", "arith", "map", "elementwise"]
OPERANDS = ["vector", "unit", "broadcast", "scalar", "captured", "splat"]

TYPES = {
    "f32": 10,
    "f16": 2,
    "bf16": 2,
    "mixed-f16": 2,
    "mixed-bf16": 1,
    "narrowed-f16": 1,
    "narrowed-bf16": 1,
    "widened-f16": 1,
}
# Those whose sums of whole numbers are exact.
EXACT_TYPES = {"f32": 4, "mixed-f16": 1, "mixed-bf16": 1}


def choose_step(rng, op):
    return {
        "op": op,
        "seed": rng.getrandbits(32),
        "spelling": rng.choice(SPELLINGS),
        "operand": rng.choice(OPERANDS),
        "runtime": rng.random() < 0.3,
    }


def choose_steps(rng, ops, low, high):
    return [choose_step(rng, rng.choice(ops)) for _ in range(rng.randint(low, high))]


def choose_conv(rng, kind):
    spatial = [l for l in KINDS[kind][1] if l in "dhw"]
    return {
        "window": {l: rng.randint(1, 3) for l in spatial},
        "stride": {l: rng.choice([1, 1, 2]) for l in spatial},
        "dilation": {l: rng.choice([1, 1, 2]) for l in spatial},
        "pad": {l: [rng.randint(0, 1), rng.randint(0, 1)] for l in spatial},
        "filter": rng.choice(["constant", "constant", "argument"]),
        "bias": rng.choice(["zero", "uniform", "constant", "argument", "generic"]),
        "seed": rng.getrandbits(32),
    }


def choose_part(rng, kind, joins):
    """Another convolution of the same source, what is done with its result, and how it
    meets the others: in a sum or beside them, and the whole of that in a sum again."""
    return {
        "conv": choose_conv(rng, kind),
        "steps": choose_steps(rng, AFFINE, 0, 2),
        "join": rng.choice(joins),
    }


def choose_structure(rng, kind, program):
    """Adds what stands beside the one chain of most programs."""
    structure = rng.choices(
        ["chain", "sum", "concatenation", "split", "accumulator", "mixture"], [60, 10, 10, 10, 6, 4]
    )[0]
    has = lambda part: structure in (part, "mixture") and (structure == part or rng.random() < 0.5)
    program["parts"] = []
    if has("sum"):
        program["parts"] = [choose_part(rng, kind, ["add", "sub"]) for _ in range(rng.choice([1, 1, 2]))]
    if has("concatenation"):
        joins = ["concat", "slices"]
        program["parts"] += [choose_part(rng, kind, joins) for _ in range(rng.choice([1, 1, 2]))]
        if rng.random() < 0.3:
            program["whole"] = choose_part(rng, kind, ["add", "sub"])
    if structure in ("concatenation", "mixture"):
        program["own"] = choose_steps(rng, AFFINE, 0, 1)
    if has("split"):
        program["split"] = {
            "seed": rng.getrandbits(32),
            "steps": [choose_steps(rng, AFFINE, 0, 2) for _ in range(2)],
            "back": rng.choice(["none", "concat", "slices"]),
        }
    if has("accumulator"):
        program["accumulator"] = {
            "conv": choose_conv(rng, kind),
            "steps": choose_steps(rng, AFFINE, 0, 1),
            "from": rng.choice(["argument", "convolution"]),
            "seed": rng.getrandbits(32),
        }


def choose_joined(seed, exact):
    """Parts of the source with steps of their own, put together again in front of the
    convolution; for one program of ten. Drawn apart from everything else, so that the
    other nine are what they would be without it."""
    rng = random.Random(f"{seed} {exact} joined")
    if rng.random() >= 0.1:
        return None
    return {
        "seed": rng.getrandbits(32),
        "steps": [choose_steps(rng, FRONT, 0, 2) for _ in range(rng.choice([2, 2, 3]))],
        "spelling": rng.choice(["concat", "slices"]),
        "nested": rng.random() < 0.5,
    }


def choose(seed, exact):
    """The program number `seed`."""
    rng = random.Random(f"{seed} {exact}")
    kind = rng.choices(range(len(KINDS)), WEIGHTS)[0]
    spatial = [l for l in KINDS[kind][1] if l in "dhw"]
    sizes = {"n": rng.randint(1, 3), "c": rng.randint(1, 4), "f": rng.randint(1, 6)}
    sizes.update(g=rng.randint(1, 3), m=rng.randint(1, 3))
    sizes.update({l: rng.randint(1, 4) for l in spatial})
    steps = choose_steps(rng, AFFINE, 1, 5)
    if rng.random() < 0.3:
        steps.insert(rng.randint(0, len(steps)), choose_step(rng, rng.choice(MOVES)))
    if rng.random() < 0.3:
        for _ in range(rng.choice([1, 1, 2, 3])):
            steps.insert(rng.randint(0, len(steps)), choose_step(rng, rng.choice(OBSTACLES)))
        # In an image of one pixel a factor for each pixel is one for all.
        sizes.update({l: sizes[l] + 1 for l in spatial})
    types = EXACT_TYPES if exact else TYPES
    program = {
        "seed": seed,
        "exact": exact,
        "type": rng.choices(list(types), list(types.values()))[0],
        # The same for a hundred programs, which are folded together.
        "policy": "epilogue" if seed // 100 % 5 == 4 else "auto",
        "kind": kind,
        "sizes": sizes,
        "dynamic": rng.random() < 0.25,
        "conv": choose_conv(rng, kind),
        "front": choose_steps(rng, FRONT, 1, 2) if rng.random() < 0.2 else [],
        "own": [],
        "steps": steps,
    }
    choose_structure(rng, kind, program)
    joined = choose_joined(seed, exact)
    if joined:
        program["joined"] = joined
    if any(part["join"] not in ("add", "sub") for part in program["parts"]) and rng.random() < 0.2:
        program["taken"] = rng.getrandbits(32)
    if rng.random() < 0.15:
        program["also_returned"] = rng.randint(0, len(steps) - 1)
    return program


def reductions(program):
    """The programs that lack one part of `program`."""
    import copy

    def without(change):
        smaller = copy.deepcopy(program)
        change(smaller)
        return smaller

    for part in ("split", "accumulator", "also_returned", "whole", "taken", "joined"):
        if part in program:
            yield without(lambda p: p.pop(part))
    for i in range(len(program["parts"])):
        yield without(lambda p: p["parts"].pop(i))
    lists = [lambda p: p["steps"], lambda p: p["front"], lambda p: p["own"]]
    lists += [lambda p, i=i: p["parts"][i]["steps"] for i in range(len(program["parts"]))]
    if "split" in program:
        lists += [lambda p, i=i: p["split"]["steps"][i] for i in range(2)]
    if "joined" in program:
        lists += [lambda p, i=i: p["joined"]["steps"][i] for i in range(len(program["joined"]["steps"]))]
    for part in ("accumulator", "whole"):
        if part in program:
            lists.append(lambda p, part=part: p[part]["steps"])
    for of in lists:
        for i in range(len(of(program))):
            smaller = without(lambda p: of(p).pop(i))
            if smaller.get("also_returned", 0) < max(len(smaller["steps"]), 1):
                yield smaller
    if program["dynamic"]:
        yield without(lambda p: p.update(dynamic=False))
