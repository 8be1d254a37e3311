"""Runs convolutions of cases.py as PTX on the CPU and holds them against float64.

    emulate.py --bin build/bin --emulator Emulator.so --ptxas ptxas-of-nothing --scratch FOLDER ROOM

Each is compiled for a GPU as ever, and computed once for each kind of numbers and each
timing of what is asynchronous: all timings have to give the same bits, NaNs and
infinities have to be where float64 has them, what is finite within the bound of
docs/Testing.md, and integers exact.
With --edit, a command of sed changes the PTX before, and what is expected is that
something is found wrong.
"""

import argparse
import os
import subprocess
import sys

import numpy

from cases import CASES

# Half the distance of two neighbours at 1, and of two subnormals.
UNIT = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}
TINY = {"f32": 2.0**-150, "f16": 2.0**-25, "bf16": 2.0**-134}
UNIT_TF32, TINY_TF32 = 2.0**-11, 2.0**-137
# Beside one for each product: parts of slots and of clusters, scales, the bias.
MORE_ROUNDINGS = 16
INTEGERS = 3


def round_to(type_, values):
    """As `values` are in memory; bf16 as f32 with the low half zero."""
    with numpy.errstate(over="ignore"):
        if type_ == "f16":
            return values.astype(numpy.float16)
        single = values.astype(numpy.float32)
    if type_ == "f32":
        return single
    bits = single.view(numpy.uint32).astype(numpy.uint64)
    rounded = ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(numpy.uint32)
    rounded[numpy.isnan(single)] = 0x7FC00000
    return rounded.view(numpy.float32)


def spread(rng, values, bits):
    """Multiplied by powers of two out of so many."""
    return values * numpy.exp2(rng.integers(-bits // 2, bits - bits // 2, values.shape).astype(float))


def make_numbers(case, kind):
    """Input, filter and bias."""
    rng = numpy.random.default_rng(1)
    batch, channels, height, width, filters, *window = case.layer
    shapes = [(batch, channels, height, width), (filters, channels // case.groups, *window), (filters,)]
    kind, _, bits = kind.partition(" ")
    if kind == "integers":
        x, w, b = (rng.integers(-INTEGERS, INTEGERS + 1, shape).astype(float) for shape in shapes)
    else:
        x, w, b = (rng.standard_normal(shape) for shape in shapes)
    if kind == "wide":
        x = spread(rng, x, int(bits))
    elif kind == "filter":
        w = spread(rng, w, int(bits))
    elif kind in ("inf", "nan"):
        places = rng.choice(x.size, 3, replace=False)
        x.flat[places] = [numpy.nan] * 3 if kind == "nan" else [numpy.inf, -numpy.inf, numpy.inf]
    return [round_to(case.type, x), round_to(case.type, w), round_to("f32", b)]


def convolve(case, x, w):
    """By the definition, in the type of the arguments; padding is zeros."""
    (batch, _, height, width), (filters, channels, rows, columns) = x.shape, w.shape
    top, bottom, left, right = case.pad
    padded = numpy.zeros((batch, x.shape[1], height + top + bottom, width + left + right))
    padded[:, :, top : top + height, left : left + width] = x
    sizes = [
        (size - (taps - 1) * dilation - 1) // stride + 1
        for size, taps, dilation, stride in zip(padded.shape[2:], (rows, columns), case.dilation, case.stride)
    ]
    result = numpy.zeros((batch, filters, *sizes))
    each = filters // case.groups
    for group in range(case.groups):
        of_filters = slice(group * each, (group + 1) * each)
        of_channels = slice(group * channels, (group + 1) * channels)
        for row in range(rows):
            for column in range(columns):
                first = [row * case.dilation[0], column * case.dilation[1]]
                part = [slice(f, f + (n - 1) * s + 1, s) for f, n, s in zip(first, sizes, case.stride)]
                pixels = padded[:, of_channels, part[0], part[1]]
                result[:, of_filters] += numpy.einsum("fc,nchw->nfhw", w[of_filters, :, row, column], pixels)
    return result


def reference(case, x, w, b):
    """The result in float64, and what a kernel's may differ from it before it is rounded."""
    x, w, b = (each.astype(float) for each in (x, w, b))
    with numpy.errstate(all="ignore"):
        value = convolve(case, x, w) + b[:, None, None]
        if case.relu:
            value = numpy.where(numpy.isnan(value), value, numpy.maximum(value, 0))
        finite = [numpy.where(numpy.isfinite(each), numpy.abs(each), 0) for each in (x, w)]
        return value, bound(case, *finite, numpy.abs(b))


def bound(case, x, w, b):
    """What docs/Testing.md derives under "Error bounds of kernels", of these magnitudes, but that a wgmma
    rounds its sum once here. A tile that split products do not represent is a chain of
    all its terms instead."""
    taps = case.layer[5] * case.layer[6]
    terms, products = w.shape[1] * taps, -(-w.shape[1] // 8) * taps
    magnitude = convolve(case, x, w) + b[:, None, None]
    roundings = 3 * products + MORE_ROUNDINGS
    if case.products == "split_f16":
        roundings = max(roundings, terms + 2)
    error = roundings * UNIT["f32"] * magnitude + terms * TINY["f32"]
    of_image, of_filter = x.max(), w.max((1, 2, 3))[:, None, None]
    if case.products == "split_f16":
        of_filters = w.sum((1, 2, 3))[:, None, None]
        error += 2.0**-22 * magnitude + 2.0**-50 * of_image * of_filters + 2.0**-39 * of_filter * of_image * terms
    if case.products == "tf32":
        error += (2 * UNIT_TF32 + UNIT_TF32**2) * magnitude + TINY_TF32 * terms * (of_image + of_filter)
    return error


def write_filter(case, w):
    """The filter as a constant: its bits as numbers in hexadecimal."""
    bits = w.view(numpy.uint16 if case.type == "f16" else numpy.uint32)
    if case.type == "bf16":
        bits = bits >> 16
    width = 2 * {"f32": 4, "f16": 2, "bf16": 2}[case.type]
    data = b"".join(int(b).to_bytes(width // 2, "little") for b in bits.flat)
    return f'dense<"0x{data.hex().upper()}">'


def write_module(case, w):
    batch, channels, height, width, filters, rows, columns = case.layer
    shape = lambda *sizes: "tensor<" + "x".join(map(str, sizes)) + f"x{case.type}>"
    top, bottom, left, right = case.pad
    sizes = [
        (size + sum(pad) - (taps - 1) * dilation - 1) // stride + 1
        for size, pad, taps, dilation, stride in zip(
            (height, width), ((top, bottom), (left, right)), (rows, columns), case.dilation, case.stride
        )
    ]
    x, y = shape(batch, channels, height, width), shape(batch, filters, *sizes)
    f = shape(filters, channels // case.groups, rows, columns)
    steps, value = [], "%sum"
    if case.relu:
        steps += ["%zero = arith.constant 0.0 : f32", "%relu = arith.maximumf %sum, %zero : f32"]
        value = "%relu"
    if case.type != "f32":
        steps.append(f"%narrow = arith.truncf {value} : f32 to {case.type}")
        value = "%narrow"
    math = " math = <tf32>" if case.products == "tf32" else ""
    epilogue = f"epilogue {{ ^bb0(%sum: f32): {' '.join(steps)} convoy.yield {value} : {case.type} }}" if steps else ""
    argument, view = f"%x: {x}", ""
    if case.gap:
        size = channels * height * width
        whole, images = shape(batch, case.gap + size), shape(batch, size)
        argument = f"%whole: {whole}"
        view = f"""%images = tensor.extract_slice %whole[0, {case.gap}] [{batch}, {size}] [1, 1] : {whole} to {images}
  %x = tensor.expand_shape %images [[0], [1, 2, 3]] output_shape {list(case.layer[:4])} : {images} into {x}"""
    constant = f"%w = arith.constant {write_filter(case, w)} : {f}" if case.constant else ""
    return f"""func.func @main({argument}, {"" if case.constant else f"%w: {f}, "}%b: tensor<{filters}xf32>) -> {y} {{
  {view}
  {constant}
  %y = tensor.empty() : {y}
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : {x}, {f}) bias(%b : tensor<{filters}xf32>) outs(%y : {y})
      strides = {list(case.stride)} dilations = {list(case.dilation)} pad = [{top}, {left}] to [{bottom}, {right}]
      {f"groups = {case.groups}" if case.groups > 1 else ""}{math}
      schedule = <chip = "sm_90a", strategy = {case.schedule}>
      {epilogue} -> {y}
  return %0 : {y}
}}
"""


def judge(case, kind, value, error, got):
    """What is wrong, in words, or None."""
    with numpy.errstate(all="ignore"):
        rounded = round_to(case.type, value).astype(float)
        finite = numpy.isfinite(rounded)
        alike = numpy.where(numpy.isnan(rounded), numpy.isnan(got), rounded == got)
        # The result's own rounding.
        limit = error + UNIT[case.type] * (numpy.abs(value) + error) + TINY[case.type]
        right = alike if kind == "integers" else numpy.abs(got - value) <= limit
        wrong = finite & ~right
    strange = ~finite & ~alike
    if strange.any():
        return f"{strange.sum()} of {got.size} are not where float64 has infinity or NaN"
    if wrong.any():
        place = tuple(map(int, numpy.argwhere(wrong)[0]))
        return f"{wrong.sum()} of {got.size} are off, at {place} {got[place]} instead of {value[place]}"
    return None


class Runner:
    def __init__(self, options):
        self.options = options
        self.environment = dict(os.environ, CONVOY_PTXAS=options.ptxas, CONVOY_LIBCUDA=options.emulator)
        self.environment.pop("CONVOY_EMULATOR_TIMING", None)
        if options.edit:
            self.environment.update(CONVOY_PTX_EDIT=options.edit)
        os.makedirs(options.scratch, exist_ok=True)

    def path(self, name):
        return os.path.join(self.options.scratch, name)

    def tool(self, name, *arguments, **environment):
        command = [os.path.join(self.options.bin, name), *arguments]
        return subprocess.run(command, env=dict(self.environment, **environment), capture_output=True, text=True)

    def compile(self, case, w):
        model, artefact = self.path("model.mlir"), self.path("model.so")
        with open(model, "w") as file:
            file.write(write_module(case, w))
        math = ["--math=tf32"] if case.products == "tf32" else []
        made = self.tool("convoy-compile", model, "--device=cuda", "--remarks=none", *math, "-o", artefact)
        if made.returncode:
            sys.exit(f"emulate.py: {case.schedule}: {made.stderr}")
        return artefact

    def run(self, artefact, arguments, timing):
        """The result, or what was said instead."""
        inputs = []
        for i, argument in enumerate(arguments):
            numpy.save(self.path(f"input{i}.npy"), argument)
            inputs.append("--input=" + self.path(f"input{i}.npy"))
        output = self.path("output.npy")
        name, _, seed = timing.partition(" ")
        called = self.tool("convoy-exec", artefact, "--device=cuda", *inputs, f"--output={output}",
                           CONVOY_EMULATOR_TIMING=name, CONVOY_EMULATOR_SEED=seed)  # fmt: skip
        if called.returncode:
            return None, "\n".join(called.stderr.splitlines()[:12])
        return numpy.load(output), None

    def run_case(self, case):
        """How many runs are right; prints what is not."""
        artefact, right = None, 0
        for kind in case.data:
            arguments = make_numbers(case, kind)
            value, error = reference(case, *arguments)
            if artefact is None or case.constant:
                artefact = self.compile(case, arguments[1])
            x, w, b = arguments
            if case.gap:
                gaps = numpy.full((len(x), case.gap), numpy.nan, x.dtype)
                x = numpy.concatenate([gaps, x.reshape(len(x), -1)], 1)
            given = [x, b] if case.constant else [x, w, b]
            first = None
            for timing in case.timings:
                got, why = self.run(artefact, given, timing)
                if why is None:
                    why = judge(case, kind, value, error, got.astype(float))
                if why is None and first is not None and first.tobytes() != got.tobytes():
                    why = "bits differ from the first timing's"
                first = got if first is None else first
                right += why is None
                if why is not None:
                    print(f"wrong: {case.schedule} {case.layer} {kind}, {timing}: {why}")
        return right


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=CASES)
    for name in ("bin", "emulator", "ptxas", "scratch"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--edit", help="a command of sed for the PTX: the first case alone")
    options = parser.parse_args()
    runner, cases = Runner(options), CASES[options.room][: 1 if options.edit else None]
    right = sum(runner.run_case(case) for case in cases)
    runs = sum(len(case.data) * len(case.timings) for case in cases)
    print(f"{options.room}: {right} of {runs} runs right")


main()
