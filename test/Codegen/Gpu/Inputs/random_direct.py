"""Random convolutions through the direct kernel, emulated, against float64.

usage: random_direct.py CONVOY_OPT MLIR_OPT FIRST COUNT

Case number n is the same in every run. Outputs are poisoned with NaN before.
"""

import os
import random
import sys

import numpy as np

import emulate

# How many bits of mantissa the types have.
MANTISSA = {"f64": 52, "f32": 23, "f16": 10, "bf16": 7}
LAYOUTS = [
    ("nchw", "fchw", "nfhw"), ("nhwc", "hwcf", "nhwf"), ("nhwc", "fhwc", "nhwf"),
    ("nchw", "fchw", "nhwf"), ("nhwc", "hwcf", "nfhw"), ("chw", "fchw", "fhw"),
    ("ncw", "fcw", "nfw"), ("nwc", "wcf", "nwf"), ("wnc", "cwf", "fwn"),
    ("ncdhw", "fcdhw", "nfdhw"), ("ndhwc", "dhwcf", "ndhwf"),
    ("ngchw", "gfchw", "ngfhw"), ("nhwgc", "ghwcf", "nhwgf"),
    ("nhwg", "hwg", "nhwg"), ("nhwg", "hwgf", "nhwgf"), ("nghw", "ghw", "nghw"),
]


def to_bf16(array):
    """Rounded to nearest even, as uint16."""
    bits = np.asarray(array, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def encode(array, kind):
    if kind == "bf16":
        return to_bf16(array)
    return array.astype({"f64": np.float64, "f32": np.float32, "f16": np.float16}[kind])


def decode(array, kind):
    if kind == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def normalized(array, order, wanted, merged, groups):
    """A view of `array` with the dimensions `wanted`, those that lack of size 1."""
    if "g" not in order and merged in order:
        at = order.index(merged)
        shape = array.shape
        array = array.reshape(shape[:at] + (groups, shape[at] // groups) + shape[at + 1:])
        order = order[:at] + "g" + order[at:]
    for letter in wanted:
        if letter not in order:
            array, order = array[None], letter + order
    return array.transpose([order.index(letter) for letter in wanted])


def denormalized(array, order, merged):
    """The inverse of normalized, of an array ng?dhw."""
    wanted = "ng" + merged + "dhw"
    if "g" not in order:
        n, g, f, *image = array.shape
        if merged in order:
            array = array.reshape(n, g * f, *image)
            wanted = "n" + merged + "dhw"
    for letter in wanted:
        if letter not in order:
            array = np.squeeze(array, wanted.index(letter))
            wanted = wanted.replace(letter, "")
    return np.ascontiguousarray(array.transpose([wanted.index(letter) for letter in order]))


class Case:
    def __init__(self, seed):
        self.random = rng = random.Random(seed)
        self.numpy = np.random.default_rng(seed)
        self.layout = rng.choice(LAYOUTS)
        source, taps, target = self.layout
        self.image = "dhw" if "d" in target else ("hw" if "h" in target else "w")
        self.kind = rng.choice(["f32"] * 5 + ["f16", "bf16", "f64"])
        self.accumulator = "f64" if self.kind == "f64" else "f32"
        self.result = rng.choice([self.kind, self.kind, "f32", "f16"])
        has_groups = "g" in source
        merged_groups = not has_groups and "g" not in taps and "f" in taps
        self.groups = rng.choice([1, 2, 3, 5]) if has_groups or (
            merged_groups and rng.random() < 0.3) else 1
        self.channels = rng.choice([1, 2, 3, 5, 8, 17]) if "c" in source else 1
        self.filters = rng.choice([1, 2, 4, 7, 16, 33]) if "f" in taps else 1
        self.batch = rng.choice([1, 2, 3]) if "n" in source else 1
        self.choose_windows()
        self.dynamic = rng.random() < 0.3
        self.options = {name for name in ("bias", "scale", "residual", "epilogue", "prologue")
                        if rng.random() < 0.4}
        if "prologue" in self.options:
            self.options.discard("scale")
        if "residual" in self.options:
            self.options.add("epilogue")

    def choose_windows(self):
        rng = self.random
        while True:
            self.windows = {}
            for letter in "dhw":
                used = letter in self.image
                size = rng.randint(1, 5) if used else 1
                window = dict(size=size, stride=rng.choice([1, 1, 1, 2, 3]) if used else 1,
                              dilation=rng.choice([1, 1, 2]) if used else 1,
                              low=rng.choice([0, 0, 1, 2, -1]) if used else 0,
                              high=rng.choice([0, 0, 1, 2, -1]) if used else 0,
                              input=rng.randint(3, 14 if letter != "d" else 5) if used else 1)
                room = (window["input"] + window["low"] + window["high"]
                        - (size - 1) * window["dilation"] - 1)
                window["output"] = room // window["stride"] + 1 if room >= 0 else 0
                self.windows[letter] = window
            if all(window["output"] > 0 for window in self.windows.values()):
                return

    def reference(self, source, taps):
        """The sums, dimensions ngfdhw, in float64; and those of magnitudes."""
        w = self.windows
        shape = [self.batch, self.groups, self.filters] + [w[d]["output"] for d in "dhw"]
        sums, magnitudes = np.zeros(shape), np.zeros(shape)
        for index in np.ndindex(*[w[d]["size"] for d in "dhw"]):
            pieces, targets = [], []
            for letter, tap in zip("dhw", index):
                window = w[letter]
                at = (np.arange(window["output"]) * window["stride"]
                      + tap * window["dilation"] - window["low"])
                inside = (at >= 0) & (at < window["input"])
                pieces.append(at[inside])
                targets.append(np.nonzero(inside)[0])
            part = source[np.ix_(*[np.arange(n) for n in source.shape[:3]], *pieces)]
            tap = taps[(slice(None),) * 3 + index]
            where = np.ix_(*[np.arange(n) for n in shape[:3]], *targets)
            sums[where] += np.einsum("ngcdhw,gfc->ngfdhw", part, tap)
            magnitudes[where] += np.einsum("ngcdhw,gfc->ngfdhw", abs(part), abs(tap))
        return sums, magnitudes

    def type_of(self, array, kind):
        dims = ["?" if self.dynamic else str(size) for size in array.shape]
        return "memref<" + "x".join(dims + [kind]) + ">"

    def shape(self, order, merged):
        sizes = {"n": self.batch, "g": self.groups, "c": self.channels, "f": self.filters}
        if "g" not in order and merged in order:
            sizes[merged] *= self.groups
        for letter in "dhw":
            sizes[letter] = self.windows[letter]["output" if merged == "o" else "input"]
        return [sizes[letter] for letter in order]

    def random_array(self, shape, kind):
        return encode(self.numpy.standard_normal(shape), kind)

    def epilogue(self):
        lines = []
        arguments = [f"%acc: {self.accumulator}"]
        value = "%acc"
        if "residual" in self.options:
            arguments.append(f"%res: {self.result}")
            wide = "%res"
            if MANTISSA[self.result] < MANTISSA[self.accumulator]:
                lines.append(f"%wide = arith.extf %res : {self.result} to {self.accumulator}")
                wide = "%wide"
            elif self.result != self.accumulator:
                lines.append(f"%wide = arith.truncf %res : {self.result} to {self.accumulator}")
                wide = "%wide"
            lines.append(f"%sum = arith.addf %acc, {wide} : {self.accumulator}")
            value = "%sum"
        lines += [f"%zero = arith.constant 0.0 : {self.accumulator}",
                  f"%relu = arith.maximumf {value}, %zero : {self.accumulator}"]
        value = "%relu"
        if self.result != self.accumulator:
            wider = MANTISSA[self.result] > MANTISSA[self.accumulator]
            lines.append(f"%out = arith.{'extf' if wider else 'truncf'} %relu : "
                         f"{self.accumulator} to {self.result}")
            value = "%out"
        lines.append(f"convoy.yield {value} : {self.result}")
        return (f"epilogue {{ ^bb0({', '.join(arguments)}):\n      " + "\n      ".join(lines)
                + "\n    }")

    def schedule(self):
        """None for that of convoy-select-schedule, or any that is valid."""
        rng = self.random
        if rng.random() < 0.5:
            return ""
        threads = rng.choice([(32, 1, 1), (1, 1, 32), (2, 4, 8), (8, 2, 4), (16, 2, 2)])
        numbers = dict(lanes=rng.choice(["columns", "channels"]), channelThreads=threads[0],
                       rowThreads=threads[1], columnThreads=threads[2],
                       channelTile=rng.choice([1, 2, 3, 4, 8]), rowTile=rng.choice([1, 2, 3]),
                       columnTile=rng.choice([1, 2, 3, 4]), tilesPerBlock=rng.choice([1, 2, 5]))
        if not self.dynamic:
            numbers["unrolledFilterDims"] = rng.randint(0, len(self.image))
            if rng.random() < 0.6:
                numbers["channelChunk"] = rng.randint(1, self.channels)
        text = ", ".join(f"{name} = {value}" for name, value in numbers.items())
        return f'schedule = <chip = "sm_90a", strategy = #convoy.direct<{text}>>'

    def build(self):
        source_order, taps_order, target_order = self.layout
        self.arrays, clauses, signature = [], [], []

        def add(name, array, kind):
            self.arrays.append(array)
            signature.append(f"%{name}: {self.type_of(array, kind)}")
            return f"%{name} : {self.type_of(array, kind)}"

        source = self.random_array(self.shape(source_order, "c"), self.kind)
        taps_shape = [self.windows[d]["size"] if d in "dhw" else
                      {"g": self.groups, "c": self.channels,
                       "f": self.filters * (1 if "g" in taps_order else self.groups)}[d]
                      for d in taps_order]
        taps = self.random_array(taps_shape, self.kind)
        # Outputs have image sizes of their own.
        sums, magnitudes = self.reference(
            normalized(decode(source, self.kind), source_order, "ngcdhw", "c", self.groups),
            normalized(decode(taps, self.kind), taps_order, "gfcdhw", "f", self.groups))
        vector = (self.groups * self.filters,)
        per_channel = (1, self.groups, self.filters, 1, 1, 1)
        first, second = (add("x", source, self.kind), add("w", taps, self.kind))
        x_type, w_type = first.split(" : ")[1], second.split(" : ")[1]
        bias = np.zeros(vector)
        if "bias" in self.options:
            narrow = self.kind if self.random.random() < 0.5 else self.accumulator
            array = self.random_array(vector, narrow)
            bias = decode(array, narrow)
            clauses.append(f"bias({add('b', array, narrow)})")
        scale = np.ones(vector)
        if "scale" in self.options:
            array = self.random_array(vector, self.accumulator)
            scale = decode(array, self.accumulator)
            clauses.append(f"scale({add('s', array, self.accumulator)})")
        residual = None
        if "residual" in self.options:
            residual = self.random_array(
                denormalized(sums, target_order, "f").shape, self.result)
            clauses.append(f"residual({add('r', residual, self.result)})")
        prologue = ""
        if "prologue" in self.options:
            gamma = self.random_array(vector, "f32")
            variance = np.abs(self.random_array(vector, "f32")) + np.float32(0.1)
            scale = decode(gamma, "f32") / np.sqrt(decode(variance, "f32"))
            both = [add("gamma", gamma, "f32"), add("variance", variance, "f32")]
            clauses.append(f"parameters(%gamma, %variance : "
                           + ", ".join(one.split(" : ")[1] for one in both) + ")")
            prologue = """prologue { ^bb0(%g: f32, %v: f32):
      %g64 = arith.extf %g : f32 to f64
      %v64 = arith.extf %v : f32 to f64
      %root = math.sqrt %v64 : f64
      %quotient = arith.divf %g64, %root : f64
      convoy.yield_channel scale(%quotient : f64)
    }"""
        expected = sums * scale.reshape(per_channel) + bias.reshape(per_channel)
        bound = magnitudes * abs(scale).reshape(per_channel) + abs(bias).reshape(per_channel)
        expected = denormalized(expected, target_order, "f")
        bound = denormalized(bound, target_order, "f")
        if residual is not None:
            expected = expected + decode(residual, self.result)
            bound = bound + abs(decode(residual, self.result))
        if "epilogue" in self.options:
            expected = np.maximum(expected, 0)
        self.expected = expected
        self.tolerance = (bound * 2.0 ** (4 - MANTISSA[self.accumulator])
                          + abs(expected) * 2.0 ** -MANTISSA[self.result] + 1e-7)
        self.output = encode(np.full(expected.shape, np.nan), self.result)
        out = add("y", self.output, self.result)
        window = lambda name: [self.windows[d][name] for d in self.image]
        return f"""func.func @main({', '.join(signature)}) {{
  convoy.conv <{source_order}, {taps_order} -> {target_order}> ins(%x, %w : {x_type}, {w_type})
    {' '.join(clauses)} outs({out})
    strides = {window('stride')} dilations = {window('dilation')}
    pad = {window('low')} to {window('high')} groups = {self.groups} {self.schedule()}
    {prologue} {self.epilogue() if 'epilogue' in self.options else ''}
  return
}}
"""

    def run(self, convoy_opt, llvm_bin):
        """An empty string, or what is wrong."""
        text = self.build()
        try:
            emulation = emulate.Emulation(text, convoy_opt, llvm_bin,
                                          ["--convoy-select-schedule"])
            emulation(*self.arrays)
        except RuntimeError as error:
            return f"{error}\n{text}"
        found = decode(self.output, self.result)
        wrong = ~(abs(found - self.expected) <= self.tolerance)
        if not wrong.any():
            return ""
        at = tuple(np.argwhere(wrong)[0])
        return (f"{wrong.sum()} of {wrong.size} elements wrong, first at {at}: expected "
                f"{self.expected[at]}, found {found[at]}\n{text}")


def main():
    convoy_opt, mlir_opt, first, count = sys.argv[1:]
    llvm_bin = os.path.dirname(mlir_opt)
    failed = 0
    for seed in range(int(first), int(first) + int(count)):
        problem = Case(seed).run(convoy_opt, llvm_bin)
        if problem:
            failed += 1
            print(f"case {seed}: {problem}")
    print(f"{int(count) - failed} of {count} cases right")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
