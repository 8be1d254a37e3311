"""Random programs for the kernels: a convolution of some layout, type, padding,
stride, dilation and grouping, and a chain of steps behind it.

`choose(seed)` is a program as data, `Function(name, program).text()` the function
in linalg, as an importer would write it. Sizes straddle those of tiles, and the
work of a program is bounded, so that hundreds run in a minute. What is right is
not known here: that is for the references of the compiled artefact to say.

Letters name dimensions: n batch, g group, c input channel, f output channel, m
multiplier, d h w the image, D H W the window.
"""

import math
import random

from steps import Steps, tensor

# Operation, input, filter and result in letters.
KINDS = [
    ("conv_2d_nchw_fchw", "nchw", "fcHW", "nfhw"),
    ("conv_2d_nhwc_hwcf", "nhwc", "HWcf", "nhwf"),
    ("conv_2d_nhwc_fhwc", "nhwc", "fHWc", "nhwf"),
    ("conv_2d_ngchw_gfchw", "ngchw", "gfcHW", "ngfhw"),
    ("conv_2d_ngchw_fgchw", "ngchw", "fgcHW", "ngfhw"),
    ("depthwise_conv_2d_nchw_chw", "nchw", "cHW", "nchw"),
    ("depthwise_conv_2d_nhwc_hwc", "nhwc", "HWc", "nhwc"),
    ("depthwise_conv_2d_nhwc_hwcm", "nhwc", "HWcm", "nhwcm"),
    ("conv_1d_ncw_fcw", "ncw", "fcW", "nfw"),
    ("conv_1d_nwc_wcf", "nwc", "Wcf", "nwf"),
    ("conv_3d_ncdhw_fcdhw", "ncdhw", "fcDHW", "nfdhw"),
    ("conv_3d_ndhwc_dhwcf", "ndhwc", "DHWcf", "ndhwf"),
    ("generic", "nhwgc", "HWgcf", "nhwgf"),
    ("generic", "hnwc", "fWHc", "whfn"),
]
WEIGHTS = [8, 8, 3, 3, 2, 3, 3, 2, 2, 2, 2, 2, 2, 1]

# The types of input and filter, of the convolution's result, and of the steps.
TYPES = [
    ("f32", "f32", "f32"),
    ("f16", "f16", "f16"),
    ("bf16", "f32", "bf16"),
    ("f16", "f32", "f32"),
    ("bf16", "f32", "f32"),
    ("f16", "f32", "f16"),
]
TYPE_WEIGHTS = [10, 4, 4, 1, 1, 2]

# Steps that fold, and steps that are an epilogue or stand in the way.
AFFINE = ["batch-norm", "batch-norm-arguments", "scale", "scale-argument", "shift"]
OTHER = ["relu", "clamp", "leaky", "sigmoid", "tanh", "residual", "per-pixel", "square"]

# Multiplications and additions of one program at most, in its convolution.
MOST_PRODUCTS = 4_000_000


def choose_sizes(rng, kind):
    spatial = [l for l in KINDS[kind][1] if l in "dhw"]
    around = {1: [1, 7, 31, 33, 64, 130, 257], 2: [1, 2, 5, 8, 13, 17, 31, 34], 3: [1, 2, 4, 7, 9]}
    sizes = {
        "n": rng.choice([1, 1, 2, 3]),
        "c": rng.choice([1, 2, 3, 4, 7, 8, 16, 19]),
        "f": rng.choice([1, 2, 3, 4, 5, 8, 16, 31, 32, 40, 64, 65]),
        "g": rng.choice([1, 2, 3, 4]),
        "m": rng.choice([1, 2, 3]),
    }
    sizes.update({l: rng.choice(around[len(spatial)]) for l in spatial})
    return sizes


def choose_conv(rng, spatial):
    most = 5 if len(spatial) < 3 else 3
    return {
        "window": {l: rng.choice([1, 2, 3, 3, 3, most]) for l in spatial},
        "stride": {l: rng.choice([1, 1, 1, 2, 3]) for l in spatial},
        "dilation": {l: rng.choice([1, 1, 1, 2]) for l in spatial},
        "pad": {l: [rng.randint(0, 2), rng.randint(0, 2)] for l in spatial},
        "filter": rng.choice(["constant", "constant", "argument"]),
        "bias": rng.choice(["zero", "constant", "argument", "uniform"]),
    }


def choose_steps(rng):
    steps = [rng.choice(AFFINE) for _ in range(rng.randint(0, 3))]
    for _ in range(rng.choice([0, 1, 1, 2])):
        steps.insert(rng.randint(len(steps) // 2, len(steps)), rng.choice(OTHER))
    return steps


def products(program):
    sizes, conv = program["sizes"], program["conv"]
    _, _, filter_, output = KINDS[program["kind"]]
    summed = math.prod(sizes[l] for l in filter_ if l.islower() and l not in output)
    return math.prod(sizes[l] for l in output) * math.prod(conv["window"].values()) * summed


def choose(seed):
    """The program number `seed`."""
    rng = random.Random(seed)
    kind = rng.choices(range(len(KINDS)), WEIGHTS)[0]
    spatial = [l for l in KINDS[kind][1] if l in "dhw"]
    program = {
        "seed": seed,
        "kind": kind,
        "sizes": choose_sizes(rng, kind),
        "types": list(rng.choices(TYPES, TYPE_WEIGHTS)[0]),
        "dynamic": rng.choice(["", "", "", "n", "n" + "".join(spatial)]),
        "conv": choose_conv(rng, spatial),
        "steps": choose_steps(rng),
    }
    while products(program) > MOST_PRODUCTS:
        largest = max(program["sizes"], key=lambda l: program["sizes"][l])
        program["sizes"][largest] = (program["sizes"][largest] + 1) // 2
    return program


def kind_of(program):
    """Operation, layout and types in words: programs of one kind take the same way
    through the compiler."""
    op, input_, filter_, output = KINDS[program["kind"]]
    return f"{op} {input_},{filter_}->{output} {'/'.join(program['types'])}"


def headline(type_, arguments):
    """conv2d(8 -> 64, 3x3) -> batch-norm -> * 2 on 128x8x128x128."""
    parameter = "argument" if arguments else "constant"
    return {
        "seed": 1,
        "kind": 0,
        "sizes": {"n": 128, "c": 8, "f": 64, "h": 126, "w": 126},
        # As importers write it: 16-bit products are summed in f32.
        "types": [type_, "f32", type_],
        "dynamic": "",
        "conv": {
            "window": {"h": 3, "w": 3},
            "stride": {"h": 1, "w": 1},
            "dilation": {"h": 1, "w": 1},
            "pad": {"h": [0, 0], "w": [0, 0]},
            "filter": parameter,
            "bias": parameter,
        },
        "steps": ["batch-norm-arguments" if arguments else "batch-norm", "double"],
    }


def batch_norm(type_, arguments):
    """A batch-norm of the headline's result, with no convolution in front."""
    program = headline(type_, arguments)
    program["conv"] = None
    del program["steps"][1]
    return program


class Function(Steps):
    """Writes a program as a function named `name`. `inputs` are random numbers for
    its arguments, as --input takes them."""

    def __init__(self, name, program):
        self.name, self.program = name, program
        self.rng = random.Random(program["seed"] + 1)
        self.sizes = dict(program["sizes"])
        self.input_type, self.result_type, self.step_type = program["types"]
        self.op, self.input, self.filter, self.output = KINDS[program["kind"]]
        self.lines, self.arguments, self.inputs, self.count = [], [], [], 0
        self.extents = {}
        self.write()

    def text(self):
        return (
            f"  func.func @{self.name}({', '.join(self.arguments)}) -> {self.type()} {{\n"
            + "".join(f"    {line}\n" for line in self.lines)
            + f"    return {self.value} : {self.type()}\n  }}\n"
        )

    # -- values

    def emit(self, text):
        self.count += 1
        self.lines.append(f"%v{self.count} = {text}")
        return f"%v{self.count}"

    def argument(self, type_, shape, positive=False):
        name = f"%a{len(self.arguments)}"
        self.arguments.append(f"{name}: {type_}")
        size = ":" + "x".join(map(str, shape)) if shape else ""
        self.inputs.append(f"random{size}{'' if positive else ',normal'}")
        return name

    def number(self, value, type_):
        return self.emit(f"arith.constant {value:.6e} : {type_}")

    def index(self, value):
        return self.emit(f"arith.constant {value} : index")

    def literal(self, shape, type_, low, high):
        def nest(dims):
            if not dims:
                return f"{self.rng.uniform(low, high):.4e}"
            return "[" + ", ".join(nest(dims[1:]) for _ in range(dims[0])) + "]"

        return self.emit(f"arith.constant dense<{nest(list(shape))}> : {tensor(shape, type_)}")

    def parameter(self, shape, type_, argument, low=-1.0, high=1.0):
        if argument:
            return self.argument(tensor(shape, type_), shape, positive=low > 0)
        return self.literal(shape, type_, low, high)

    # -- shapes of the result

    def static(self):
        return [self.sizes[l] for l in self.output]

    def dims(self):
        return [None if l in self.program["dynamic"] else self.sizes[l] for l in self.output]

    def type(self, type_=None):
        return tensor(self.dims(), type_ or self.step_type)

    def channels(self):
        """The dims of the result that the filter has too."""
        return [l for l in self.output if l in self.filter]

    def map_of(self, letters):
        return ", ".join(f"d{self.output.index(l)}" for l in letters)

    def empty(self, type_):
        values = [self.extents[l] for l in self.output if l in self.program["dynamic"]]
        return self.emit(f"tensor.empty({', '.join(values)}) : {self.type(type_)}")

    # -- the whole

    def write(self):
        conv = self.program["conv"]
        if conv is None:
            self.value = self.argument(self.type(), self.static())
        else:
            self.convolution(conv)
        for step in self.program["steps"]:
            getattr(self, "step_" + step.replace("-", "_"))()

    def convolution(self, conv):
        in_sizes = dict(self.sizes)
        for l, stride in conv["stride"].items():
            window = conv["dilation"][l] * (conv["window"][l] - 1) + 1
            # Rows and columns that no window reaches.
            padded = (self.sizes[l] - 1) * stride + window + conv.get("slack", {}).get(l, 0)
            low, high = conv["pad"][l]
            high = min(high, padded - 1)
            low = min(low, padded - 1 - high)
            conv["pad"][l] = [low, high]
            in_sizes[l] = padded - low - high
        dynamic = self.program["dynamic"]
        shape = [in_sizes[l] for l in self.input]
        x_type = tensor([None if l in dynamic else in_sizes[l] for l in self.input], self.input_type)
        x = self.argument(x_type, shape)
        for l in dynamic:
            self.extents[l] = self.extent(x, x_type, l, conv)
        x, x_type = self.padded(x, x_type, conv, in_sizes)
        sizes = dict(self.sizes, **{l.upper(): s for l, s in conv["window"].items()})
        filter_shape = [sizes[l] for l in self.filter]
        filter_type = tensor(filter_shape, self.input_type)
        filter_ = self.parameter(filter_shape, self.input_type, conv["filter"] == "argument")
        result = self.type(self.result_type)
        operands = f"ins({x}, {filter_} : {x_type}, {filter_type}) outs({self.init(conv)} : {result})"
        if self.op == "generic":
            self.value = self.generic_convolution(conv, operands, result)
        else:
            spatial = [l for l in self.input if l in "dhw"]
            attributes = ", ".join(
                f"{plural} = dense<{[conv[key][l] for l in spatial]}> : tensor<{len(spatial)}xi64>"
                for plural, key in (("dilations", "dilation"), ("strides", "stride"))
            )
            self.value = self.emit(f"linalg.{self.op} {{{attributes}}} {operands} -> {result}")
        self.convert_result()

    def extent(self, x, x_type, letter, conv):
        """The size of the result along a dynamic dim."""
        size = self.emit(f"tensor.dim {x}, {self.index(self.input.index(letter))} : {x_type}")
        if letter not in conv["window"]:
            return size
        window = conv["dilation"][letter] * (conv["window"][letter] - 1) + 1
        size = self.emit(f"arith.addi {size}, {self.index(sum(conv['pad'][letter]) - window)} : index")
        size = self.emit(f"arith.divui {size}, {self.index(conv['stride'][letter])} : index")
        return self.emit(f"arith.addi {size}, {self.index(1)} : index")

    def padded(self, x, x_type, conv, in_sizes):
        low = [conv["pad"].get(l, [0, 0])[0] for l in self.input]
        high = [conv["pad"].get(l, [0, 0])[1] for l in self.input]
        if not any(low + high):
            return x, x_type
        sizes = [
            None if l in self.program["dynamic"] else a + in_sizes[l] + b
            for l, a, b in zip(self.input, low, high)
        ]
        type_ = tensor(sizes, self.input_type)
        zero = self.number(0.0, self.input_type)
        indices = ", ".join(f"%i{i}: index" for i in range(len(low)))
        return (
            self.emit(
                f"tensor.pad {x} low{low} high{high} {{\n    ^bb0({indices}):\n"
                f"      tensor.yield {zero} : {self.input_type}\n    }} : {x_type} to {type_}"
            ),
            type_,
        )

    def init(self, conv):
        type_, kind = self.result_type, conv["bias"]
        empty, result = self.empty(type_), self.type(type_)
        if kind in ("zero", "uniform"):
            number = self.number(0.0 if kind == "zero" else 0.75, type_)
            return self.emit(f"linalg.fill ins({number} : {type_}) outs({empty} : {result}) -> {result}")
        letters = self.channels()
        shape = [self.sizes[l] for l in letters]
        vector = self.parameter(shape, type_, kind == "argument")
        others = [i for i, l in enumerate(self.output) if l not in letters]
        return self.emit(
            f"linalg.broadcast ins({vector} : {tensor(shape, type_)}) outs({empty} : {result}) dimensions = {others}"
        )

    def generic_convolution(self, conv, operands, result):
        summed = [l.upper() for l in self.input if l in "dhw"]
        summed += [l for l in self.filter if l not in self.output and l.islower()]
        loops = list(self.output) + summed

        def place(letter):
            if letter not in conv["window"]:
                return letter
            return f"{letter} * {conv['stride'][letter]} + {letter.upper()} * {conv['dilation'][letter]}"

        maps = ", ".join(
            f"affine_map<({', '.join(loops)}) -> ({', '.join(results)})>"
            for results in ([place(l) for l in self.input], list(self.filter), list(self.output))
        )
        types = ", ".join('"reduction"' if l in summed else '"parallel"' for l in loops)
        widened, sides = "", "%b0, %b1"
        if self.input_type != self.result_type:
            sides = "%w0, %w1"
            widened = "".join(
                f"      %w{i} = arith.extf %b{i} : {self.input_type} to {self.result_type}\n" for i in (0, 1)
            )
        return self.emit(
            f"linalg.generic {{indexing_maps = [{maps}], iterator_types = [{types}]}} {operands} {{\n"
            f"    ^bb0(%b0: {self.input_type}, %b1: {self.input_type}, %o: {self.result_type}):\n{widened}"
            f"      %p = arith.mulf {sides} : {self.result_type}\n"
            f"      %r = arith.addf %o, %p : {self.result_type}\n"
            f"      linalg.yield %r : {self.result_type}\n    }} -> {result}"
        )


def write_module(path, functions):
    with open(path, "w") as file:
        file.write("module {\n" + "".join(f.text() for f in functions) + "}\n")
