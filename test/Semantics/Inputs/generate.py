"""Random programs that must fold: one convolution each, then affine steps.

Each program is a function of one module, so that one compilation serves many.
All choices come from the seed.
"""

import random


def literal(values):
    """Nested dense<> text of a list of lists."""
    if isinstance(values, list):
        return "[" + ", ".join(literal(v) for v in values) + "]"
    return f"{values:.6e}"


def tensor(dims, dtype="f32"):
    """The tensor type of `dims`, where None is dynamic."""
    return "tensor<" + "".join(("?" if d is None else str(d)) + "x" for d in dims) + dtype + ">"


class Program:
    """Writes one function. `inputs` are the concrete shapes of its arguments."""

    def __init__(self, name, rng):
        self.name, self.rng = name, rng
        self.lines, self.arguments, self.inputs, self.count = [], [], [], 0

    def emit(self, text):
        self.count += 1
        self.lines.append(f"    %v{self.count} = {text}")
        return f"%v{self.count}"

    def argument(self, dims, shape):
        name = f"%a{len(self.arguments)}"
        self.arguments.append(f"{name}: {tensor(dims)}")
        self.inputs.append(shape)
        return name

    def uniform(self, dims, low, high):
        if not dims:
            return self.rng.choice([-1, 1]) * self.rng.uniform(low, high)
        return [self.uniform(dims[1:], low, high) for _ in range(dims[0])]

    def constant(self, dims, low=0.5, high=1.5):
        values = literal(self.uniform(dims, low, high))
        return self.emit(f"arith.constant dense<{values}> : {tensor(dims)}")

    def build(self):
        # A filter of the result's type could not be told from an activation.
        self.choose()
        while self.filter == self.out:
            self.choose()
        x = self.argument([self.batch] + self.image[1:], self.image)
        value = self.convolution(self.pad(x))
        for _ in range(self.rng.randint(1, 5)):
            value = self.step(value)
        result = tensor(self.out)
        body = "\n".join(self.lines)
        return (
            f"  func.func @{self.name}({', '.join(self.arguments)}) -> {result} {{\n"
            f"{body}\n    return {value} : {result}\n  }}\n"
        )

    def choose(self):
        rng = self.rng
        self.nhwc = rng.random() < 0.5
        self.channels, self.features = rng.randint(1, 5), rng.randint(1, 9)
        self.kernel = [rng.randint(1, 3) for _ in range(2)]
        self.strides = [rng.randint(1, 2) for _ in range(2)]
        self.dilations = [rng.randint(1, 2) for _ in range(2)]
        self.low = [rng.randint(0, 1) for _ in range(2)]
        self.high = [rng.randint(0, 1) for _ in range(2)]
        size = [rng.randint(6, 13) for _ in range(2)]
        batch = rng.randint(1, 3)
        self.batch = None if rng.random() < 0.3 else batch
        reach = [d * (k - 1) + 1 for d, k in zip(self.dilations, self.kernel)]
        padded = [l + s + h for l, s, h in zip(self.low, size, self.high)]
        self.padded = self.shape(self.channels, padded)
        out = [(p - r) // s + 1 for p, r, s in zip(padded, reach, self.strides)]
        self.image = [batch] + self.shape(self.channels, size)
        self.out = [self.batch] + self.shape(self.features, out)
        self.channel = 3 if self.nhwc else 1
        self.filter = self.kernel + [self.channels, self.features]
        if not self.nhwc:
            self.filter = [self.features, self.channels] + self.kernel

    def shape(self, channels, size):
        """The dims after the batch, in the program's layout."""
        return size + [channels] if self.nhwc else [channels] + size

    def pad(self, x):
        if not any(self.low + self.high):
            return x
        zero = self.emit("arith.constant 0.0 : f32")
        low, high = ["0"] + self.shape("0", [str(p) for p in self.low]), ["0"] + self.shape("0", [str(p) for p in self.high])
        source = tensor([self.batch] + self.image[1:])
        return self.emit(
            f"tensor.pad {x} low[{', '.join(low)}] high[{', '.join(high)}] {{\n"
            "    ^bb0(%i: index, %j: index, %k: index, %l: index):\n"
            f"      tensor.yield {zero} : f32\n"
            f"    }} : {source} to {tensor([self.batch] + self.padded)}"
        )

    def empty(self, dims, x="%a0"):
        """An empty tensor of `dims`; a dynamic batch is that of `x`."""
        if None not in dims:
            return self.emit(f"tensor.empty() : {tensor(dims)}")
        zero = self.emit("arith.constant 0 : index")
        source = tensor([self.batch] + self.image[1:])
        size = self.emit(f"tensor.dim {x}, {zero} : {source}")
        return self.emit(f"tensor.empty({size}) : {tensor(dims)}")

    def broadcast(self, vector, dims):
        """A vector of channels in the shape `dims`."""
        others = [i for i in range(4) if i != self.channel]
        return self.emit(
            f"linalg.broadcast ins({vector} : {tensor([self.features])}) "
            f"outs({self.empty(dims)} : {tensor(dims)}) dimensions = {others}"
        )

    def convolution(self, x):
        kind = self.rng.choice(["zero", "constant", "argument"])
        if kind == "zero":
            zero = self.emit("arith.constant 0.0 : f32")
            init = self.emit(
                f"linalg.fill ins({zero} : f32) outs({self.empty(self.out)} : {tensor(self.out)}) -> {tensor(self.out)}"
            )
        else:
            init = self.broadcast(self.vector(kind), self.out)
        if self.rng.random() < 0.7:
            filter_value = self.constant(self.filter)
        else:
            filter_value = self.argument(self.filter, self.filter)
        op = "conv_2d_nhwc_hwcf" if self.nhwc else "conv_2d_nchw_fchw"
        strides, dilations = literal_ints(self.strides), literal_ints(self.dilations)
        return self.emit(
            f"linalg.{op} {{dilations = {dilations}, strides = {strides}}} "
            f"ins({x}, {filter_value} : {tensor([self.batch] + self.padded)}, {tensor(self.filter)}) "
            f"outs({init} : {tensor(self.out)}) -> {tensor(self.out)}"
        )

    def vector(self, kind=None):
        """One value for each channel."""
        kind = kind or self.rng.choice(["constant", "argument"])
        if kind == "argument":
            return self.argument([self.features], [self.features])
        return self.constant([self.features])

    def generic(self, operands, body):
        """An elementwise generic over the result's shape. `operands` are triples
        of value, type, map; the first is the activation."""
        full = "(d0, d1, d2, d3)"
        maps = [f"affine_map<{full} -> {m}>" for _, _, m in operands] + [f"affine_map<{full} -> {full}>"]
        values, types = ", ".join(o[0] for o in operands), ", ".join(o[1] for o in operands)
        names = ", ".join(f"%b{i}: f32" for i in range(len(operands)))
        out = tensor(self.out)
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], "
            'iterator_types = ["parallel", "parallel", "parallel", "parallel"]} '
            f"ins({values} : {types}) outs({self.empty(self.out)} : {out}) {{\n"
            f"    ^bb0({names}, %o: f32):\n{body}\n    }} -> {out}"
        )

    def operand(self):
        """A per-channel operand in one of its spellings."""
        vector, d = self.vector(), f"d{self.channel}"
        spelling = self.rng.choice(["vector", "unit dims", "broadcast"])
        if spelling == "vector":
            return vector, tensor([self.features]), f"({d})"
        if spelling == "broadcast":
            return self.broadcast(vector, self.out), tensor(self.out), "(d0, d1, d2, d3)"
        dims = self.shape(self.features, [1, 1])
        value = self.emit(
            f"tensor.expand_shape {vector} [[0, 1, 2]] output_shape {dims} : {tensor([self.features])} into {tensor(dims)}"
        )
        return value, tensor(dims), f"(0, 0, {d})" if self.nhwc else f"({d}, 0, 0)"

    def step(self, value):
        activation = (value, tensor(self.out), "(d0, d1, d2, d3)")
        kind = self.rng.choice(["binary", "binary", "scalar", "negate", "batch-norm", "named"])
        if kind == "negate":
            return self.generic([activation], "      %r = arith.negf %b0 : f32\n      linalg.yield %r : f32")
        if kind == "scalar":
            scalar = f"{self.uniform([], 0.5, 2.0):.6e}"
            op = self.rng.choice(["addf", "subf", "mulf", "divf"])
            return self.generic(
                [activation],
                f"      %s = arith.constant {scalar} : f32\n      %r = arith.{op} %b0, %s : f32\n      linalg.yield %r : f32",
            )
        if kind == "named":
            operand = self.broadcast(self.vector(), self.out)
            op, t = self.rng.choice(["add", "sub", "mul"]), tensor(self.out)
            return self.emit(f"linalg.{op} ins({value}, {operand} : {t}, {t}) outs({self.empty(self.out)} : {t}) -> {t}")
        if kind == "batch-norm":
            return self.batch_norm(activation)
        op = self.rng.choice(["addf", "subf", "mulf", "divf"])
        sides = "%b0, %b1"
        if op != "divf" and self.rng.random() < 0.3:
            sides = "%b1, %b0"
        return self.generic(
            [activation, self.operand()], f"      %r = arith.{op} {sides} : f32\n      linalg.yield %r : f32"
        )

    def batch_norm(self, activation):
        """gamma * (x - mean) / sqrt(variance + epsilon) + beta in one generic."""
        d, t = f"(d{self.channel})", tensor([self.features])
        gamma, beta, mean = (self.vector() for _ in range(3))
        squared = literal([abs(v) for v in self.uniform([self.features], 0.5, 1.5)])
        variance = self.emit(f"arith.constant dense<{squared}> : {t}")
        body = """      %e = arith.constant 1.0e-05 : f32
      %c = arith.subf %b0, %b3 : f32
      %w = arith.addf %b4, %e : f32
      %q = math.rsqrt %w : f32
      %n = arith.mulf %c, %q : f32
      %g = arith.mulf %n, %b1 : f32
      %r = arith.addf %g, %b2 : f32
      linalg.yield %r : f32"""
        return self.generic([activation] + [(v, t, d) for v in (gamma, beta, mean, variance)], body)


def literal_ints(values):
    return f"dense<{values}> : tensor<2xi64>"


def generate(seed, count):
    """The module's text, and the shapes of the arguments by function."""
    rng = random.Random(seed)
    text, shapes = [], {}
    for i in range(count):
        program = Program(f"case{i}", rng)
        text.append(program.build())
        shapes[program.name] = program.inputs
    return "module {\n" + "".join(text) + "}\n", shapes
