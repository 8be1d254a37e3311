"""Random programs: convolutions, affine steps in random spellings, and what
stands in the way of a fold.

A program is data (a dict that JSON can hold): every step carries a seed of its
own, so that a step can be dropped without changing the others. From it come the
text of a function, the arguments to call it with, its value in float64 computed
here with numpy, and what the fold must do with it.

Letters name dimensions: n batch, g group, c input channel, f output channel, m
multiplier, d h w the image, D H W the window.
"""

import copy
import math
import random
import re

import numpy as np

# Operation, input, filter and result in letters.
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
OBSTACLES = ["relu", "relu", "relu-moved", "per-pixel", "per-row", "residual"]
SPELLINGS = ["generic", "generic", "named", "arith", "map", "elementwise"]
OPERANDS = ["vector", "unit", "broadcast", "scalar", "captured", "splat"]


# ---- choosing ----------------------------------------------------------------


def choose_step(rng, op):
    return {
        "op": op,
        "seed": rng.getrandbits(32),
        "spelling": rng.choice(SPELLINGS),
        "operand": rng.choice(OPERANDS),
        "runtime": rng.random() < 0.3,
    }


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


def choose(seed, exact):
    """The program number `seed`."""
    rng = random.Random(seed)
    kind = rng.choices(range(len(KINDS)), WEIGHTS)[0]
    spatial = [l for l in KINDS[kind][1] if l in "dhw"]
    sizes = {"n": rng.randint(1, 3), "c": rng.randint(1, 4), "f": rng.randint(1, 6)}
    sizes.update(g=rng.randint(1, 3), m=rng.randint(1, 3))
    sizes.update({l: rng.randint(1, 4) for l in spatial})
    steps = [choose_step(rng, rng.choice(AFFINE)) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.3:
        at = rng.randint(0, len(steps))
        steps.insert(at, choose_step(rng, rng.choice(["transpose", "collapse"])))
    if rng.random() < 0.3:
        at = rng.randint(0, len(steps))
        steps.insert(at, choose_step(rng, rng.choice(OBSTACLES)))
        # In an image of one pixel a factor for each pixel is one for all.
        sizes.update({l: sizes[l] + 1 for l in spatial})
    program = {
        "seed": seed,
        "exact": exact,
        "kind": kind,
        "sizes": sizes,
        "dynamic": rng.random() < 0.25,
        "conv": choose_conv(rng, kind),
        "front": [],
        "steps": steps,
    }
    if rng.random() < 0.2:
        program["front"] = [
            choose_step(rng, rng.choice(["add", "sub", "mul", "div", "batch-norm"]))
            for _ in range(rng.randint(1, 2))
        ]
    if rng.random() < 0.15:
        program["branch"] = {
            "conv": choose_conv(rng, kind),
            "steps": [choose_step(rng, rng.choice(AFFINE)) for _ in range(rng.randint(0, 2))],
            "join": rng.choice(["add", "sub"]),
        }
    if rng.random() < 0.15:
        program["also_returned"] = rng.randint(0, len(steps) - 1)
    # Whole numbers soon leave the range in which f16 is exact.
    program["type"] = rng.choices(["f32", "f16", "mixed"], [6, 1, 0 if program["front"] else 1])[0]
    if exact:
        program["type"] = "f32"
    return program


# ---- values ------------------------------------------------------------------


# The element types of programs, and 2^-p of their p bits of precision.
# Mixed: input and filter are f16, the rest is f32.
TYPES = {
    "f32": (np.float32, 2.0**-24),
    "f16": (np.float16, 2.0**-11),
    "mixed": (np.float32, 2.0**-24),
}


class Numbers:
    """Parameters and inputs of type `dtype`: real numbers, or whole ones and powers
    of two for which float32 is exact."""

    def __init__(self, seed, exact, dtype):
        self.rng, self.exact, self.dtype = np.random.default_rng(seed), exact, dtype

    def _draw(self, shape, whole, real):
        values = whole(shape) if self.exact else real(shape)
        return np.asarray(values, self.dtype)

    def shift(self, shape):
        return self._draw(
            shape,
            lambda s: self.rng.integers(-4, 5, s),
            lambda s: self.rng.uniform(-2, 2, s),
        )

    def factor(self, shape):
        # Factors of one sign may cross an activation.
        sign = self.rng.choice([-1.0, 1.0], shape) if self.rng.random() < 0.6 else 1.0
        return self._draw(
            shape,
            lambda s: sign * 2.0 ** self.rng.integers(-1, 2, s),
            lambda s: sign * self.rng.uniform(0.5, 1.5, s),
        )

    def variance(self, shape):
        return self._draw(
            shape,
            lambda s: 4.0 ** self.rng.integers(-1, 2, s),
            lambda s: self.rng.uniform(0.2, 2, s),
        )

    def weights(self, shape):
        return self._draw(
            shape,
            lambda s: self.rng.integers(-2, 3, s),
            lambda s: self.rng.normal(0, 0.5, s),
        )

    def activations(self, shape):
        mean = self.rng.choice([0.0, 1.0, 3.0])
        return self._draw(
            shape,
            lambda s: self.rng.integers(-3, 4, s),
            lambda s: self.rng.normal(mean, 1, s),
        )


def literal(array):
    """The text of an array in dense<>; every float32 and float16 is read back as it is."""
    if array.ndim == 0:
        return f"{float(array):.9e}"
    return "[" + ", ".join(literal(part) for part in array) + "]"


class Known:
    """A value as numpy knows it: `value` in float64, and its magnitude
    `linear + |shift|`, the scale of the rounding errors of a convolution with
    folded weights. `linear` is sum|aW||x| and `shift` the folded bias."""

    def __init__(self, value, linear, shift, unchanged=False):
        self.value, self.linear, self.shift = value, linear, shift
        # Whether the last step was 1*y + 0.
        self.unchanged = unchanged

    def affine(self, a, b):
        unchanged = bool(np.all(a == 1) and np.all(b == 0))
        return Known(self.value * a + b, self.linear * abs(a), self.shift * a + b, unchanged)

    def map(self, move):
        parts = (np.broadcast_to(p, self.value.shape) for p in (self.linear, self.shift))
        return Known(move(self.value), *(move(p) for p in parts))

    def equals(self, other):
        return np.array_equal(self.value, other.value) and np.array_equal(
            np.broadcast_to(self.shift, self.value.shape), np.broadcast_to(other.shift, other.value.shape)
        )

    def magnitude(self):
        return self.linear + abs(self.shift)

    def restart(self, value, extra=0.0):
        """Behind what is not affine."""
        return Known(value, self.magnitude() + extra, np.zeros_like(value))


def tensor(sizes, dtype="f32"):
    return "tensor<" + "".join(f"{'?' if s is None else s}x" for s in sizes) + dtype + ">"


def window_size(conv, letter):
    return conv["dilation"][letter] * (conv["window"][letter] - 1) + 1


# ---- the program -------------------------------------------------------------


class Function:
    """Writes a program as a function named `name` and evaluates it on the way."""

    def __init__(self, name, program):
        self.name, self.program = name, copy.deepcopy(program)
        self.exact = program["exact"]
        self.dtype, self.roundoff = TYPES[program["type"]]
        # What the convolution multiplies, in text and in numpy.
        self.narrow, self.narrow_dtype = "f32", self.dtype
        if program["type"] == "mixed":
            self.narrow, self.narrow_dtype = "f16", np.float16
        self.op, self.input, self.filter, self.output = KINDS[program["kind"]]
        self.lines, self.arguments, self.inputs, self.count = [], [], [], 0
        self.results = []
        self.expected_steps, self.idle_steps, self.blocked = 0, 0, False
        self.write()

    def numbers(self, part):
        return Numbers(part["seed"], self.exact, self.dtype)

    def is_identity(self):
        """True if the steps that can fold cancel each other."""
        return self.plain.equals(self.foldable)

    # -- text

    def emit(self, text):
        self.count += 1
        self.lines.append(f"    %v{self.count} = {text}")
        return f"%v{self.count}"

    def argument(self, array, type_):
        name = f"%a{len(self.arguments)}"
        self.arguments.append(f"{name}: {type_}")
        self.inputs.append(array)
        return name

    def parameter(self, array, runtime, type_="f32"):
        if runtime:
            return self.argument(array, tensor(array.shape, type_))
        return self.emit(f"arith.constant dense<{literal(array)}> : {tensor(array.shape, type_)}")

    def static(self, letters):
        """Sizes of a tensor with these dimensions."""
        return [math.prod(self.size[part] for part in l) for l in letters]

    def dims(self, letters):
        """The same with the dynamic batch as None."""
        dynamic = self.program["dynamic"]
        return [None if dynamic and l == "n" else s for l, s in zip(letters, self.static(letters))]

    def type(self, letters):
        return tensor(self.dims(letters))

    def empty(self, letters):
        sizes = ""
        if None in self.dims(letters):
            at = self.emit(f"arith.constant {self.input.index('n')} : index")
            sizes = self.emit(f"tensor.dim %a0, {at} : {self.input_type}")
        return self.emit(f"tensor.empty({sizes}) : {self.type(letters)}")

    def generic(self, operands, body, letters):
        """`operands` are (value, type, map results); body lines yield %r."""
        loops = ", ".join(f"d{i}" for i in range(len(letters)))
        maps = [f"affine_map<({loops}) -> ({m})>" for _, _, m in operands]
        maps.append(f"affine_map<({loops}) -> ({loops})>")
        names = ", ".join(f"%b{i}: f32" for i in range(len(operands)))
        types = ", ".join(['"parallel"'] * len(letters))
        out = self.type(letters)
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{types}]}} "
            f"ins({', '.join(o[0] for o in operands)} : {', '.join(o[1] for o in operands)}) "
            f"outs({self.empty(letters)} : {out}) {{\n    ^bb0({names}, %o: f32):\n"
            + "".join(f"      {line}\n" for line in body)
            + f"      linalg.yield %r : f32\n    }} -> {out}"
        )

    # -- the whole

    def write(self):
        program = self.program
        self.size = dict(program["sizes"])
        self.in_size = dict(self.size)
        conv = program["conv"]
        for l, stride in conv["stride"].items():
            padded = (self.size[l] - 1) * stride + window_size(conv, l)
            # Something of the image is left beside the padding.
            low, high = conv["pad"][l]
            high = min(high, padded - 1)
            low = min(low, padded - 1 - high)
            self.in_size[l] = padded - low - high
            conv["pad"][l] = [low, high]
        branch = program.get("branch")
        if branch:
            for shared in ("window", "stride", "dilation", "pad"):
                branch["conv"][shared] = conv[shared]
        self.input_dims = [self.in_size[l] for l in self.input]
        self.input_type = tensor(
            [None if program["dynamic"] and l == "n" else s for l, s in zip(self.input, self.input_dims)],
            self.narrow,
        )
        numbers = self.numbers(program)
        x = numbers.activations(self.input_dims).astype(self.narrow_dtype)
        name = self.argument(x, self.input_type)
        source = Known(x.astype(float), abs(x.astype(float)), np.zeros_like(x, float))
        value, known = self.front(name, source)
        value, known = self.convolution(value, known, conv)
        self.plain = self.foldable = known
        letters = list(self.output)
        for i, step in enumerate(program["steps"] if not branch else []):
            if program.get("also_returned") == i:
                self.results.append((value, letters, known))
                self.blocked = True
            value, letters, known = self.step(step, value, letters, known)
        if branch:
            value, letters, known = self.join(branch, name, source, value, known)
            for step in program["steps"]:
                value, letters, known = self.step(step, value, letters, known)
        self.results.insert(0, (value, letters, known))

    def text(self):
        types = [self.type(letters) for _, letters, _ in self.results]
        values = ", ".join(value for value, _, _ in self.results)
        text = (
            f"  func.func @{self.name}({', '.join(self.arguments)}) -> ({', '.join(types)}) {{\n"
            + "\n".join(self.lines)
            + f"\n    return {values} : {', '.join(types)}\n  }}\n"
        )
        if self.program["type"] == "f16":
            return re.sub(r"\bf32\b|(?<=x)f32\b", "f16", text)
        return text

    # -- convolutions

    def front(self, value, known):
        """Steps in front of the convolution, over the input channels."""
        sizes, self.size = self.size, self.in_size
        blocked, expected = self.blocked, self.expected_steps
        letters = list(self.input)
        for step in self.program["front"]:
            step = dict(step, channels=[l for l in self.input if l in self.filter])
            value, letters, known = self.step(step, value, letters, known)
        self.size = sizes
        self.blocked, self.expected_steps = blocked, expected
        return value, known

    def pad(self, value, conv):
        low = [conv["pad"].get(l, [0, 0])[0] for l in self.input]
        high = [conv["pad"].get(l, [0, 0])[1] for l in self.input]
        padded = [l + s + h for l, s, h in zip(low, self.input_dims, high)]
        self.padded_type = tensor(
            [None if self.program["dynamic"] and l == "n" else s for l, s in zip(self.input, padded)],
            self.narrow,
        )
        if not any(low + high):
            return value, list(zip(low, high))
        zero = self.emit(f"arith.constant 0.0 : {self.narrow}")
        indices = ", ".join(f"%i{i}: index" for i in range(len(low)))
        value = self.emit(
            f"tensor.pad {value} low{low} high{high} {{\n    ^bb0({indices}):\n"
            f"      tensor.yield {zero} : {self.narrow}\n    }} : {self.input_type} to {self.padded_type}"
        )
        return value, list(zip(low, high))

    def channels(self):
        return [l for l in self.output if l in self.filter]

    def convolution(self, value, known, conv):
        numbers = self.numbers(conv)
        value, padding = self.pad(value, conv)
        sizes = dict(self.size, **{l.upper(): s for l, s in conv["window"].items()})
        weights = numbers.weights([sizes[l] for l in self.filter]).astype(self.narrow_dtype)
        filter_ = self.parameter(weights, conv["filter"] == "argument", self.narrow)
        init, bias = self.init(conv, numbers)
        filter_type, result = tensor(weights.shape, self.narrow), self.type(self.output)
        operands = f"ins({value}, {filter_} : {self.padded_type}, {filter_type}) outs({init} : {result})"
        if self.op == "generic":
            value = self.generic_convolution(conv, operands, result)
        else:
            spatial = [l for l in self.input if l in "dhw"]
            attributes = ", ".join(
                f"{plural} = dense<{[conv[key][l] for l in spatial]}> : tensor<{len(spatial)}xi64>"
                for plural, key in (("dilations", "dilation"), ("strides", "stride"))
            )
            value = self.emit(f"linalg.{self.op} {{{attributes}}} {operands} -> {result}")
        pad = lambda array: np.pad(np.broadcast_to(array, known.value.shape), padding)
        w = weights.astype(float)
        # A uniform shift of the unpadded input is a shift of the result; with
        # padding it stays with the input.
        if any(sum(p) for p in padding):
            linear, shift = pad(known.magnitude()), pad(np.zeros_like(known.value))
        else:
            linear, shift = pad(known.linear), pad(known.shift)
        return value, Known(
            self.evaluate(pad(known.value), w, conv) + bias,
            self.evaluate(linear, abs(w), conv),
            self.evaluate(shift, w, conv) + bias,
        )

    def init(self, conv, numbers):
        letters, kind = list(self.output), conv["bias"]
        empty = self.empty(letters)
        if kind in ("zero", "uniform"):
            number = self.dtype(0) if kind == "zero" else numbers.shift([])
            scalar = self.emit(f"arith.constant {literal(np.asarray(number))} : f32")
            type_ = self.type(letters)
            return (
                self.emit(f"linalg.fill ins({scalar} : f32) outs({empty} : {type_}) -> {type_}"),
                np.asarray(number, float),
            )
        channels = self.channels()
        array = numbers.shift([self.size[l] for l in channels])
        vector = self.parameter(array, kind == "argument")
        if kind == "generic":
            at = ", ".join(f"d{letters.index(l)}" for l in channels)
            value = self.generic([(vector, tensor(array.shape), at)], ["%r = arith.addf %b0, %b0 : f32"], letters)
            return value, self.spread(2 * array, channels, letters)
        return self.broadcast(vector, channels, letters), self.spread(array, channels, letters)

    def generic_convolution(self, conv, operands, result):
        """A linalg.generic whose loops stand in an order of their own."""
        windows = [l.upper() for l in self.input if l in "dhw"]
        summed = windows + [l for l in self.filter if l not in self.output and l.islower()]
        loops = list(self.output) + summed
        random.Random(conv["seed"]).shuffle(loops)

        def place(letter):
            if letter not in conv["window"]:
                return letter
            stride, dilation = conv["stride"][letter], conv["dilation"][letter]
            return f"{letter} * {stride} + {letter.upper()} * {dilation}"

        maps = [
            f"affine_map<({', '.join(loops)}) -> ({', '.join(results)})>"
            for results in ([place(l) for l in self.input], list(self.filter), list(self.output))
        ]
        widened, sides = "", "%b0, %b1"
        if self.narrow != "f32":
            sides = "%w0, %w1"
            widened = "".join(f"      %w{i} = arith.extf %b{i} : {self.narrow} to f32\n" for i in (0, 1))
        types = ", ".join('"reduction"' if l in summed else '"parallel"' for l in loops)
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{types}]}} {operands} {{\n"
            f"    ^bb0(%b0: {self.narrow}, %b1: {self.narrow}, %o: f32):\n{widened}"
            f"      %p = arith.mulf {sides} : f32\n"
            f"      %r = arith.addf %o, %p : f32\n      linalg.yield %r : f32\n    }} -> {result}"
        )

    def evaluate(self, x, w, conv):
        """The convolution without bias, one element of the window at a time."""
        out = np.zeros([self.size[l] for l in self.output])
        small = "".join(l for l in self.filter if l.islower())
        for position in np.ndindex(*conv["window"].values()):
            at = dict(zip(conv["window"], position))
            slices = tuple(
                slice(None)
                if l not in at
                else slice(
                    at[l] * conv["dilation"][l],
                    at[l] * conv["dilation"][l] + (self.size[l] - 1) * conv["stride"][l] + 1,
                    conv["stride"][l],
                )
                for l in self.input
            )
            weights = w[tuple(at[l.lower()] if l.isupper() else slice(None) for l in self.filter)]
            out += np.einsum(f"{self.input},{small}->{self.output}", x[slices], weights)
        return out

    def join(self, branch, name, source, value, known):
        letters = list(self.output)
        other, other_known = self.convolution(name, source, branch["conv"])
        # Within a branch nothing moves, so that the two fit together.
        for step in branch["steps"]:
            other, letters, other_known = self.step(step, other, letters, other_known)
        type_ = self.type(letters)
        sign = 1 if branch["join"] == "add" else -1
        value = self.emit(
            f"linalg.{branch['join']} ins({value}, {other} : {type_}, {type_}) "
            f"outs({self.empty(letters)} : {type_}) -> {type_}"
        )
        return (
            value,
            letters,
            Known(
                known.value + sign * other_known.value,
                known.linear + other_known.linear,
                known.shift + sign * other_known.shift,
            ),
        )

    # -- operands

    def spread(self, array, channels, letters):
        """`array` over `channels`, ready to be broadcast over `letters`."""
        order = [channels.index(l) for l in letters if l in channels]
        shape = [self.size[l] if l in channels else 1 for l in letters]
        return np.transpose(array.astype(float), order).reshape(shape)

    def broadcast(self, vector, channels, letters):
        """A vector over `channels`, which stand in the order of `letters`."""
        others = [i for i, l in enumerate(letters) if l not in channels]
        source = tensor([self.size[l] for l in channels])
        type_ = self.type(letters)
        return self.emit(
            f"linalg.broadcast ins({vector} : {source}) outs({self.empty(letters)} : {type_}) dimensions = {others}"
        )

    def operand(self, step, draw, letters):
        """A parameter in one of its spellings: (value, type, map), its numbers."""
        channels = [l for l in letters if l in step.get("channels", self.channels())]
        spelling, full = step["operand"], step["spelling"] != "generic"
        if spelling in ("scalar", "captured", "splat"):
            number = draw([])
            if not full:
                if spelling == "captured" and step["runtime"]:
                    argument = self.argument(number, "tensor<f32>")
                    scalar = self.emit(f"tensor.extract {argument}[] : tensor<f32>")
                else:
                    scalar = self.emit(f"arith.constant {literal(number)} : f32")
                if spelling == "captured":
                    return (scalar, None, None), number.astype(float)
                return (scalar, "f32", ""), number.astype(float)
            return self.filled(number, letters), number.astype(float)
        array = draw([self.size[l] for l in channels])
        vector = self.parameter(array, step["runtime"])
        known = self.spread(array, channels, letters)
        at = {l: f"d{i}" for i, l in enumerate(letters)}
        if full or spelling == "broadcast":
            value = self.broadcast(vector, channels, letters)
            return (value, self.type(letters), ", ".join(at.values())), known
        if spelling == "unit" and len(channels) == 1:
            sizes = [self.size[channels[0]], 1, 1]
            value = self.emit(
                f"tensor.expand_shape {vector} [[0, 1, 2]] output_shape {sizes} : "
                f"{tensor(array.shape)} into {tensor(sizes)}"
            )
            return (value, tensor(sizes), f"{at[channels[0]]}, 0, 0"), known
        return (vector, tensor(array.shape), ", ".join(at[l] for l in channels)), known

    def filled(self, number, letters):
        scalar = self.emit(f"arith.constant {literal(number)} : f32")
        type_ = self.type(letters)
        value = self.emit(f"linalg.fill ins({scalar} : f32) outs({self.empty(letters)} : {type_}) -> {type_}")
        return value, type_, ", ".join(f"d{i}" for i in range(len(letters)))

    # -- steps

    def step(self, step, value, letters, known):
        numbers = self.numbers(step)
        op = step["op"]
        if op in ("transpose", "collapse"):
            return self.move(op, step, value, letters, known)
        if op in OBSTACLES:
            self.blocked = True
            return self.obstacle(op, step, numbers, value, letters, known)
        arguments = len(self.arguments)
        if op == "batch-norm":
            value, known = self.batch_norm(step, numbers, value, letters, known)
        elif op in ("neg", "twice"):
            value, known = self.unary(op, step, value, letters, known)
        else:
            value, known = self.binary(op, step, numbers, value, letters, known)
        # A constant step that changes nothing may count or not; a positive factor
        # may cross an activation.
        if self.blocked or (known.unchanged and len(self.arguments) == arguments):
            self.idle_steps += 1
        else:
            self.expected_steps += 1
        if not self.blocked:
            self.foldable = known
        return value, letters, known

    def move(self, op, step, value, letters, known):
        source = self.type(letters)
        if op == "transpose":
            order = list(range(len(letters)))
            random.Random(step["seed"]).shuffle(order)
            moved = [letters[i] for i in order]
            value = self.emit(
                f"linalg.transpose ins({value} : {source}) outs({self.empty(moved)} : {self.type(moved)}) "
                f"permutation = {order}"
            )
            return value, moved, known.map(lambda a: np.transpose(a, order))
        # Two neighbours of the image become one dimension.
        pairs = [i for i in range(len(letters) - 1) if set(letters[i] + letters[i + 1]) <= set("dhw")]
        if not pairs:
            return value, letters, known
        i = pairs[0]
        moved = letters[:i] + [letters[i] + letters[i + 1]] + letters[i + 2 :]
        groups = [[k] for k in range(i)] + [[i, i + 1]] + [[k] for k in range(i + 2, len(letters))]
        value = self.emit(f"tensor.collapse_shape {value} {groups} : {source} into {self.type(moved)}")
        return value, moved, known.map(lambda a: a.reshape(self.static(moved)))

    def here(self, value, letters, moved=None):
        """`value` as an operand of a generic over the dimensions `moved`."""
        order = moved or letters
        return value, self.type(letters), ", ".join(f"d{order.index(l)}" for l in letters)

    def obstacle(self, op, step, numbers, value, letters, known):
        here = self.here(value, letters)
        if op in ("relu", "relu-moved"):
            moved = list(letters)
            if op == "relu-moved":
                random.Random(step["seed"]).shuffle(moved)
            body = ["%z = arith.constant 0.0 : f32", "%r = arith.maximumf %b0, %z : f32"]
            value = self.generic([self.here(value, letters, moved)], body, moved)
            known = known.restart(np.maximum(known.value, 0))
            return value, moved, known.map(lambda a: np.transpose(a, [letters.index(l) for l in moved]))
        if op == "residual":
            array = numbers.activations(known.value.shape)
            other = (self.argument(array, self.type(letters)), here[1], here[2])
            value = self.generic([here, other], ["%r = arith.addf %b0, %b1 : f32"], letters)
            return value, letters, known.restart(known.value + array, abs(array))
        image = [i for i, l in enumerate(letters) if set(l) <= set("dhw")]
        if op == "per-row":
            image = image[:1]
        array = numbers.factor([known.value.shape[i] for i in image])
        other = (self.argument(array, tensor(array.shape)), tensor(array.shape), ", ".join(f"d{i}" for i in image))
        value = self.generic([here, other], ["%r = arith.mulf %b0, %b1 : f32"], letters)
        shape = [s if i in image else 1 for i, s in enumerate(known.value.shape)]
        factor = array.astype(float).reshape(shape)
        known = known.restart(known.value)
        return value, letters, Known(known.value * factor, known.linear * abs(factor), known.shift)

    def unary(self, op, step, value, letters, known):
        type_ = self.type(letters)
        here = (value, type_, ", ".join(f"d{i}" for i in range(len(letters))))
        if op == "neg":
            known = known.affine(-1.0, 0.0)
            if step["spelling"] == "arith":
                return self.emit(f"arith.negf {value} : {type_}"), known
            if step["spelling"] == "named":
                text = f"linalg.negf ins({value} : {type_}) outs({self.empty(letters)} : {type_}) -> {type_}"
                return self.emit(text), known
            return self.generic([here], ["%r = arith.negf %b0 : f32"], letters), known
        # 0.5*y + y and y + y: one value used twice.
        if step["spelling"] == "arith":
            return self.emit(f"arith.addf {value}, {value} : {type_}"), known.affine(2.0, 0.0)
        body = [
            "%h = arith.constant 0.5 : f32",
            "%t = arith.mulf %b0, %h : f32",
            "%r = arith.addf %t, %b0 : f32",
        ]
        return self.generic([here], body, letters), known.affine(1.5, 0.0)

    def binary(self, op, step, numbers, value, letters, known):
        if op == "fma":
            step = dict(step, spelling="generic")
        draw = numbers.shift if op in ("add", "sub", "rsub") else numbers.factor
        (other, other_type, at), p = self.operand(step, draw, letters)
        known = {
            "add": lambda: known.affine(1.0, p),
            "sub": lambda: known.affine(1.0, -p),
            "rsub": lambda: known.affine(-1.0, p),
            "mul": lambda: known.affine(p, 0.0),
            "div": lambda: known.affine(1 / p, 0.0),
            "fma": lambda: known.affine(p, p),
        }[op]()
        swap = op == "rsub" or (op in ("add", "mul") and step["seed"] % 2)
        name = {"rsub": "sub"}.get(op, op)
        type_ = self.type(letters)
        left, right = (other, value) if swap else (value, other)
        if step["spelling"] == "generic":
            here = (value, type_, ", ".join(f"d{i}" for i in range(len(letters))))
            operands, p = [here], other
            if at is not None:
                operands, p = [here, (other, other_type, at)], "%b1"
            sides = f"{p}, %b0" if swap else f"%b0, {p}"
            body = f"%r = arith.{name}f {sides} : f32"
            if op == "fma":
                body = f"%r = math.fma %b0, {p}, {p} : f32"
            return self.generic(operands, [body], letters), known
        if step["spelling"] == "arith":
            return self.emit(f"arith.{name}f {left}, {right} : {type_}"), known
        empty = self.empty(letters)
        operands = f"ins({left}, {right} : {type_}, {type_}) outs({empty} : {type_})"
        if step["spelling"] == "named":
            return self.emit(f"linalg.{name} {operands} -> {type_}"), known
        if step["spelling"] == "map":
            return self.emit(f"linalg.map {{ arith.{name}f }} {operands}"), known
        kind = f"kind=#linalg.elementwise_kind<{name}>"
        return self.emit(f"linalg.elementwise {kind} {operands} -> {type_}"), known

    def batch_norm(self, step, numbers, value, letters, known):
        """gamma * (y - mean) / sqrt(variance + epsilon) + beta in one body."""
        channels = [l for l in letters if l in step.get("channels", self.channels())]
        shape = [self.size[l] for l in channels]
        arrays = [numbers.factor(shape), numbers.shift(shape), numbers.shift(shape), numbers.variance(shape)]
        epsilon = self.dtype(0.0 if self.exact else 1e-3)
        at = ", ".join(f"d{letters.index(l)}" for l in channels)
        operands = [(value, self.type(letters), ", ".join(f"d{i}" for i in range(len(letters))))]
        operands += [(self.parameter(a, step["runtime"]), tensor(shape), at) for a in arrays]
        inverse = {
            0: ["%q = math.rsqrt %w : f32", "%n = arith.mulf %c, %q : f32"],
            1: ["%q = math.sqrt %w : f32", "%n = arith.divf %c, %q : f32"],
            2: ["%one = arith.constant 1.0 : f32", "%s = math.sqrt %w : f32"]
            + ["%q = arith.divf %one, %s : f32", "%n = arith.mulf %q, %c : f32"],
        }[step["seed"] % 3]
        # rsqrt of the CPU is not exact on powers of four everywhere.
        if self.exact:
            inverse = ["%q = math.sqrt %w : f32", "%n = arith.divf %c, %q : f32"]
        body = [f"%e = arith.constant {epsilon:.9e} : f32", "%c = arith.subf %b0, %b3 : f32"]
        body += ["%w = arith.addf %b4, %e : f32"] + inverse
        body += ["%t = arith.mulf %n, %b1 : f32", "%r = arith.addf %t, %b2 : f32"]
        gamma, beta, mean, variance = (self.spread(a, channels, letters) for a in arrays)
        a = gamma / np.sqrt(variance + float(epsilon))
        return self.generic(operands, body, letters), known.affine(a, beta - mean * a)
