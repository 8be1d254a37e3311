"""Random convolutions with what convoy-form-conv absorbs around them.

Any order of dimensions, groups split off and merged again or written as slices,
padding on either side of a permutation, inits and scales of every kind, epilogues
that are chains or graphs and read vectors and numbers. Dimensions carry the letters of #convoy.layout: n g c f d h w, upper
case for the loops over the filter, and 'm' for groups and filters merged.
"""

import random


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


class Program:
    """Writes one function; `inputs` are the shapes and types of its arguments."""

    def __init__(self, name, rng):
        self.name, self.rng = name, rng
        self.lines, self.arguments, self.inputs, self.count = [], [], [], 0
        self.choose()

    def choose(self):
        rng = self.rng
        self.image = "dhw"[-rng.choice([1, 2, 2, 2, 3]) :]
        kind = rng.choice(["plain", "plain", "grouped", "depthwise", "multiplier"])
        group = "" if kind == "plain" else "g"
        inputs = "c" if kind in ("plain", "grouped") else ""
        outputs = "" if kind == "depthwise" else "f"
        self.input_order = self.shuffled("n" + group + inputs + self.image)
        self.filter_order = self.shuffled(group + inputs + outputs + self.image)
        self.output_order = self.shuffled("n" + group + outputs + self.image)
        self.element = rng.choice(["f32", "f32", "f16"])
        self.sizes = {"n": rng.randint(1, 3), "g": rng.randint(2, 3) if group else 1}
        self.sizes["c"] = rng.randint(1, 3) if inputs else 1
        self.sizes["f"] = rng.randint(1, 4) if outputs else 1
        self.sizes["m"] = self.sizes["g"] * self.sizes["f"]
        self.choose_window()

    def choose_window(self):
        rng = self.rng
        self.strides = {d: rng.randint(1, 3) for d in self.image}
        self.dilations = {d: rng.randint(1, 2) for d in self.image}
        self.low, self.high, self.padded, self.taps = {}, {}, {}, {}
        for d in self.image:
            self.sizes[d] = rng.randint(1, 4)
            self.taps[d] = rng.randint(1, 3)
            read = (self.sizes[d] - 1) * self.strides[d] + (self.taps[d] - 1) * self.dilations[d] + 1
            self.padded[d] = read + rng.choice([0, 0, 0, 1, 2, 4])
            self.low[d] = rng.randint(0, min(2, self.padded[d] - 1))
            self.high[d] = rng.randint(0, min(2, self.padded[d] - 1 - self.low[d]))

    def shuffled(self, letters):
        return "".join(self.rng.sample(letters, len(letters)))

    def emit(self, text):
        self.count += 1
        self.lines.append(f"    %v{self.count} = {text}")
        return f"%v{self.count}"

    def argument(self, shape, element="f32"):
        self.arguments.append(f"%a{len(self.inputs)}: {tensor(shape, element)}")
        self.inputs.append((shape, element))
        return f"%a{len(self.inputs) - 1}"

    def empty(self, shape, element="f32"):
        return self.emit(f"tensor.empty() : {tensor(shape, element)}")

    # Operands.

    def pad(self, value, order, shape):
        low, high = [self.low.get(d, 0) for d in order], [self.high.get(d, 0) for d in order]
        padded = [l + s + h for l, s, h in zip(low, shape, high)]
        zero = self.emit(f"arith.constant 0.0 : {self.element}")
        indices = ", ".join(f"%i{i}: index" for i in range(len(order)))
        value = self.emit(
            f"tensor.pad {value} low{low} high{high} {{\n    ^bb0({indices}):\n"
            f"      tensor.yield {zero} : {self.element}\n"
            f"    }} : {tensor(shape, self.element)} to {tensor(padded, self.element)}"
        )
        return value, padded

    def split_groups(self, value, order, shape, channel):
        """`value` has its groups merged into `channel`; splits them off."""
        groups, split, reassociation = self.sizes["g"], [], []
        for d, size in zip(order, shape):
            sizes = [groups, size // groups] if d == channel else [size]
            reassociation.append(list(range(len(split), len(split) + len(sizes))))
            split += sizes
        value = self.emit(
            f"tensor.expand_shape {value} {reassociation} output_shape {split} : "
            f"{tensor(shape, self.element)} into {tensor(split, self.element)}"
        )
        return value, order.replace(channel, "g" + channel), split

    def operand(self, target, sizes, channel, padded):
        """The input or the filter in the order `target`, moved and padded in some
        order from an argument."""
        order, shape_of = self.shuffled(target), dict(sizes)
        merged = "g" in order and channel in order and self.rng.random() < 0.6
        if merged:
            order = order.replace("g", "")
            shape_of[channel] *= self.sizes["g"]
        shape = [shape_of[d] for d in order]
        value = self.argument(shape, self.element)
        when = self.rng.randint(0, 2) if padded else None
        if when == 0:
            value, shape = self.pad(value, order, shape)
        if merged:
            value, order, shape = self.split_groups(value, order, shape, channel)
        if when == 1:
            value, shape = self.pad(value, order, shape)
        if order != target:
            value, shape = self.move(value, order, shape, target, self.element)
        if when == 2:
            value, shape = self.pad(value, target, shape)
        return value, tensor(shape, self.element)

    def move(self, value, order, shape, target, element):
        moved = [shape[order.index(d)] for d in target]
        out, empty = tensor(moved, element), self.empty(moved, element)
        if self.rng.random() < 0.5:
            permutation = [order.index(d) for d in target]
            text = f"linalg.transpose ins({value} : {tensor(shape, element)}) outs({empty} : {out}) permutation = {permutation}"
            return self.emit(text), moved
        operands = [(value, tensor(shape, element), self.map(target, order))]
        return self.generic(target, operands, out, empty, element, "      linalg.yield %b0 : " + element), moved

    # Elementwise ops.

    @staticmethod
    def map(loops, dims):
        """The map of an operand with dimensions `dims` (1 for a unit one)."""
        names = ", ".join("k" + d for d in loops)
        return f"affine_map<({names}) -> ({', '.join('0' if d == '1' else 'k' + d for d in dims)})>"

    def generic(self, loops, operands, out, empty, element, body):
        maps = ", ".join([m for _, _, m in operands] + [self.map(loops, loops)])
        iterators = ", ".join(['"parallel"'] * len(loops))
        elements = [t.rstrip(">").split("x")[-1].split("<")[-1] for _, t, _ in operands]
        names = ", ".join(f"%b{i}: {e}" for i, e in enumerate(elements))
        return self.emit(
            f"linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}} "
            f"ins({', '.join(v for v, _, _ in operands)} : {', '.join(t for _, t, _ in operands)}) "
            f"outs({empty} : {out}) {{\n    ^bb0({names}, %o: {element}):\n{body}\n    }} -> {out}"
        )

    def vector(self, order, element="f32"):
        """One argument value for each channel of an output of order `order`."""
        dims = [d for d in "gfm" if d in order] or ["1"]
        if self.rng.random() < 0.3:
            dims.insert(self.rng.randint(0, len(dims)), "1")
        shape = [self.sizes.get(d, 1) for d in dims]
        value, kind = self.argument(shape, element), tensor(shape, element)
        if self.rng.random() < 0.3:
            value = self.emit(f"arith.addf {value}, {self.argument(shape, element)} : {kind}")
        return value, kind, self.map(order, dims)

    def uniform(self, order):
        """One number for all channels that is an argument."""
        shape = [1] * self.rng.randint(0, 3)
        return self.argument(shape), tensor(shape, "f32"), self.map(order, "1" * len(shape))

    def scale_filter(self, value, kind):
        order, empty = self.filter_order, self.empty_like(kind)
        operands = [(value, kind, self.map(order, order)), self.vector(order, self.element)]
        e = self.element
        body = f"      %p = arith.mulf %b1, %b0 : {e}\n      linalg.yield %p : {e}"
        return self.generic(order, operands, kind, empty, e, body)

    def empty_like(self, kind):
        return self.emit(f"tensor.empty() : {kind}")

    def init(self, out):
        choice = self.rng.choice(["zero", "number", "vector", "vector", "tensor"])
        shape = [self.sizes[d] for d in self.output_order]
        if choice == "tensor":
            return self.argument(shape)
        empty = self.empty_like(out)
        if choice == "vector":
            e = self.rng.choice(["f32", "f16"])
            body = "      linalg.yield %b0 : f32"
            if e == "f16":
                body = "      %w = arith.extf %b0 : f16 to f32\n      linalg.yield %w : f32"
            return self.generic(self.output_order, [self.vector(self.output_order, e)], out, empty, "f32", body)
        number = self.emit(f"arith.constant {0.0 if choice == 'zero' else 2.0} : f32")
        return self.emit(f"linalg.fill ins({number} : f32) outs({empty} : {out}) -> {out}")

    # The convolution.

    def convolution(self):
        channels = {d: self.sizes[d] for d in "ngcf"}
        raw = {d: self.padded[d] - self.low[d] - self.high[d] for d in self.image}
        x, x_type = self.operand(self.input_order, {**channels, **raw}, "c", True)
        w, w_type = self.operand(self.filter_order, {**channels, **self.taps}, "f", False)
        # In a scaled filter the groups of an input without filters are outputs.
        if self.rng.random() < 0.3 and set("gf") & set(self.filter_order):
            w = self.scale_filter(w, w_type)
        out = tensor([self.sizes[d] for d in self.output_order], "f32")
        reductions = [d.upper() for d in self.image] + (["c"] if "c" in self.filter_order else [])
        loops = self.rng.sample(list(self.output_order) + reductions, len(self.output_order) + len(reductions))
        orders = self.input_order, self.filter_order, self.output_order
        return self.sum_products(orders, loops, (x, x_type), (w, w_type), (self.init(out), out))

    def sum_products(self, orders, loops, x, w, init):
        """The convolution itself; operands are values with their types."""
        names = ", ".join("k" + d for d in loops)
        read = lambda d: f"k{d} * {self.strides[d]} + k{d.upper()} * {self.dilations[d]}"
        maps = [
            ", ".join(read(d) if d in self.image else "k" + d for d in orders[0]),
            ", ".join("k" + (d.upper() if d in self.image else d) for d in orders[1]),
            ", ".join("k" + d for d in orders[2]),
        ]
        iterators = ", ".join('"parallel"' if d in orders[2] else '"reduction"' for d in loops)
        widen = "" if self.element == "f32" else "".join(
            f"      %w{i} = arith.extf %b{i} : f16 to f32\n" for i in range(2)
        )
        factors = "%b0, %b1" if self.element == "f32" else "%w0, %w1"
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(f'affine_map<({names}) -> ({m})>' for m in maps)}], "
            f"iterator_types = [{iterators}]}} ins({x[0]}, {w[0]} : {x[1]}, {w[1]}) outs({init[0]} : {init[1]}) {{\n"
            f"    ^bb0(%b0: {self.element}, %b1: {self.element}, %o: f32):\n{widen}"
            f"      %p = arith.mulf {factors} : f32\n      %s = arith.addf %o, %p : f32\n"
            f"      linalg.yield %s : f32\n    }} -> {init[1]}"
        )

    # Groups as slices, convolutions, and a concatenation.

    def slice(self, value, shape, at, index, element):
        """Part `index` of as many parts as there are groups, along dimension `at`."""
        part = [s // self.sizes["g"] if i == at else s for i, s in enumerate(shape)]
        offsets = [index * part[at] if i == at else 0 for i in range(len(shape))]
        kind = tensor(part, element)
        text = f"tensor.extract_slice {value}{offsets} {part} {[1] * len(shape)} : {tensor(shape, element)} to {kind}"
        return self.emit(text), part

    def sliced_operand(self, order, sizes, channel, padded):
        """The parts of an argument in some order."""
        shape = [sizes[d] * (self.sizes["g"] if d == channel else 1) for d in order]
        value = self.argument(shape, self.element)
        when = self.rng.randint(0, 1) if padded else None
        if when == 0:
            value, shape = self.pad(value, order, shape)
        if self.rng.random() < 0.5:
            target = self.shuffled(order)
            value, shape = self.move(value, order, shape, target, self.element)
            order = target
        parts = []
        for i in range(self.sizes["g"]):
            part, part_shape = self.slice(value, shape, order.index(channel), i, self.element)
            if when == 1:
                part, part_shape = self.pad(part, order, part_shape)
            parts.append((part, tensor(part_shape, self.element)))
        return parts, order

    def sliced_inits(self, order):
        """What the sums of the groups start from; `f` counts those of one."""
        out = tensor([self.sizes[d] for d in order], "f32")
        if self.rng.random() < 0.4:
            number = self.emit(f"arith.constant {self.rng.choice([0.0, 2.0])} : f32")
            return [self.emit(f"linalg.fill ins({number} : f32) outs({self.empty_like(out)} : {out}) -> {out}")] * self.sizes["g"], out
        shape, inits = [self.sizes["m"]], []
        vector = self.argument(shape)
        for i in range(self.sizes["g"]):
            part, part_shape = self.slice(vector, shape, 0, i, "f32")
            operand = (part, tensor(part_shape, "f32"), self.map(order, "f"))
            inits.append(self.generic(order, [operand], out, self.empty_like(out), "f32", "      linalg.yield %b0 : f32"))
        return inits, out

    def sliced_convolution(self):
        raw = {d: self.padded[d] - self.low[d] - self.high[d] for d in self.image}
        xs, input_order = self.sliced_operand(self.shuffled("nc" + self.image), {**self.sizes, **raw}, "c", True)
        ws, filter_order = self.sliced_operand(self.shuffled("fc" + self.image), {**self.sizes, **self.taps}, "f", False)
        order = self.shuffled("nf" + self.image)
        inits, out = self.sliced_inits(order)
        loops = list(order) + [d.upper() for d in self.image] + ["c"]
        loops = self.rng.sample(loops, len(loops))
        parts = [
            self.sum_products((input_order, filter_order, order), loops, x, w, (init, out))
            for x, w, init in zip(xs, ws, inits)
        ]
        if self.rng.random() < 0.4:
            parts = [self.emit(f"math.absf {part} : {out}") for part in parts]
        return self.concatenate(parts, order, out), order.replace("f", "m")

    def concatenate(self, parts, order, kind):
        at, shape = order.index("f"), [self.sizes["m" if d == "f" else d] for d in order]
        out = tensor(shape, "f32")
        if self.rng.random() < 0.4:
            return self.emit(f"tensor.concat dim({at}) {', '.join(parts)} : ({', '.join([kind] * len(parts))}) -> {out}")
        value, part = self.empty_like(out), [self.sizes[d] for d in order]
        for i in self.rng.sample(range(len(parts)), len(parts)):
            offsets = [i * self.sizes["f"] if d == "f" else 0 for d in order]
            value = self.emit(f"tensor.insert_slice {parts[i]} into {value}{offsets} {part} {[1] * len(part)} : {kind} into {out}")
        return value

    # Behind it.

    def step(self, value, order):
        shape = [self.sizes[d] for d in order]
        out = tensor(shape, "f32")
        this = (value, out, self.map(order, order))
        kind = self.rng.choice(["relu", "residual", "scale", "shift", "affine", "move", "merge", "graph", "number", "uniform"])
        if kind == "move":
            target = self.shuffled(order)
            return self.move(value, order, shape, target, "f32")[0], target
        if kind == "merge":
            return self.merge(value, order, shape)
        if kind == "residual":
            before = self.rng.choice([order, self.shuffled(order)])
            before_shape = [self.sizes[d] for d in before]
            residual = self.argument(before_shape)
            if before != order:
                residual, _ = self.move(residual, before, before_shape, order, "f32")
            if self.rng.random() < 0.5:
                return self.emit(f"arith.subf {residual}, {value} : {out}"), order
            empty = self.empty(shape)
            return self.emit(f"linalg.add ins({value}, {residual} : {out}, {out}) outs({empty} : {out}) -> {out}"), order
        if kind == "graph":
            absolute, negated = self.emit(f"math.absf {value} : {out}"), self.emit(f"arith.negf {value} : {out}")
            return self.emit(f"arith.subf {absolute}, {negated} : {out}"), order
        if kind == "number":
            number = self.emit(f"arith.constant dense<0.5> : {out}")
            return self.emit(f"arith.addf {number}, {value} : {out}"), order
        bodies = {
            "relu": "      %z = arith.constant 0.0 : f32\n      %r = arith.maximumf %b0, %z : f32",
            "scale": "      %r = arith.mulf %b0, %b1 : f32",
            "shift": "      %r = arith.addf %b1, %b0 : f32",
            "uniform": "      %r = arith.maximumf %b0, %b1 : f32",
            "affine": "      %p = arith.mulf %b1, %b0 : f32\n      %r = arith.addf %p, %b2 : f32",
        }
        if kind == "uniform":
            vectors = [self.uniform(order)]
        else:
            vectors = [self.vector(order) for _ in range({"relu": 0, "affine": 2}.get(kind, 1))]
        body = bodies[kind] + "\n      linalg.yield %r : f32"
        return self.generic(order, [this] + vectors, out, self.empty(shape), "f32", body), order

    def merge(self, value, order, shape):
        if "gf" not in order:
            return value, order
        at, merged = order.index("gf"), order.replace("gf", "m")
        reassociation = [[i] for i in range(at)] + [[at, at + 1]] + [[i] for i in range(at + 2, len(order))]
        out = tensor([self.sizes[d] for d in merged], "f32")
        return self.emit(f"tensor.collapse_shape {value} {reassociation} : {tensor(shape, 'f32')} into {out}"), merged

    def build(self):
        if {"g", "c", "f"} <= set(self.input_order + self.filter_order) and self.rng.random() < 0.5:
            value, order = self.sliced_convolution()
        else:
            value, order = self.convolution(), self.output_order
        for _ in range(self.rng.randint(0, 5)):
            value, order = self.step(value, order)
        result = tensor([self.sizes[d] for d in order], "f32")
        body = "\n".join(self.lines)
        return f"  func.func @{self.name}({', '.join(self.arguments)}) -> {result} {{\n{body}\n    return {value} : {result}\n  }}\n"


def generate(seed, count):
    """The module's text, and the shapes and types of the arguments by function."""
    rng = random.Random(seed)
    text, inputs = [], {}
    for i in range(count):
        program = Program(f"case{i}", rng)
        text.append(program.build())
        inputs[program.name] = program.inputs
    return "module {\n" + "".join(text) + "}\n", inputs
