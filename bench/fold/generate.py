#!/usr/bin/env python3
"""Writes the modules on which the fold's time and memory are measured.

  generate.py chains  [--count N] [--channels C] [--parameters constant|argument]
                      [--between none|relu|parallel]
  generate.py plain   [--count N] [--functions F] [--kind elementwise|convolutions]
  generate.py filter  [--mebibytes M] [--type f32|f16|bf16] [--layout fchw|hwcf]

A module goes to standard output, as text. The same arguments give the same
module.

chains   N times convolution, batch-norm (subtract the mean, times
         1/sqrt(variance + epsilon), times gamma, plus beta) and multiplication
         by a scale, in one function: six ops a chain, parameters not counted.
         `--between` says how chains meet: each reads the one before (none),
         the same with a ReLU between them (relu), or all read the function's
         argument and their results are added up (parallel).
plain    N ops, bodies counted, in which nothing folds: elementwise generics and
         named ops, or convolutions with nothing but a ReLU behind them.
filter   One convolution with an M MiB filter in a dense_resource, and the same
         steps as in `chains` behind it.
"""

import argparse
import random
import struct
import sys

MAPS = """\
#image = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
"""
LOOPS = 'iterator_types = ["parallel", "parallel", "parallel", "parallel"]'


def hex_constant(values, element="f"):
    """The elements of a dense constant as MLIR reads them from a hex string."""
    return '"0x' + struct.pack(f"<{len(values)}{element}", *values).hex().upper() + '"'


class Steps:
    """Emits the ops of one chain on tensors of `image`, per channel `vector`."""

    def __init__(self, out, image, vector, element):
        self.out, self.image, self.vector = out, image, vector
        self.element = element

    def generic(self, result, operands, body):
        """One elementwise op; the first operand is an image, others vectors."""
        maps = ["#image"] + ["#channel"] * (len(operands) - 1) + ["#image"]
        types = [self.image] + [self.vector] * (len(operands) - 1)
        names = ["%a", "%p"][: len(operands)]
        arguments = ", ".join(f"{name}: {self.element}" for name in names)
        self.out.write(
            f"  {result} = linalg.generic {{indexing_maps = [{', '.join(maps)}], "
            f"{LOOPS}}} ins({', '.join(operands)} : {', '.join(types)}) "
            f"outs(%empty : {self.image}) {{\n"
            f"  ^bb0({arguments}, %o: {self.element}):\n    {body}\n"
            f"    linalg.yield %r : {self.element}\n  }} -> {self.image}\n")

    def affine(self, op, result, value, parameter):
        self.generic(result, [value, parameter],
                     f"%r = arith.{op} %a, %p : {self.element}")

    def relu(self, result, value):
        self.generic(result, [value],
                     f"%r = arith.maximumf %a, %zero : {self.element}")

    def batch_norm_and_scale(self, name, value, parameters):
        """Returns the value behind the steps."""
        mean, factor, gamma, beta, scale = parameters
        steps = [("subf", mean), ("mulf", factor), ("mulf", gamma),
                 ("addf", beta), ("mulf", scale)]
        for number, (op, parameter) in enumerate(steps):
            self.affine(op, f"{name}_{number}", value, parameter)
            value = f"{name}_{number}"
        return value


PARAMETERS = ("filter", "mean", "variance", "gamma", "beta", "scale")


def inverse_deviation(out, name, variance, vector, channels):
    """1/sqrt(variance + epsilon), on a vector."""
    out.write(
        f"  {name} = linalg.generic {{indexing_maps = [affine_map<(d0) -> (d0)>, "
        f"affine_map<(d0) -> (d0)>], iterator_types = [\"parallel\"]}} "
        f"ins({variance} : {vector}) outs(%emptyvector : {vector}) {{\n"
        f"  ^bb0(%v: f32, %o: f32):\n"
        f"    %s = arith.addf %v, %epsilon : f32\n"
        f"    %r = math.rsqrt %s : f32\n"
        f"    linalg.yield %r : f32\n  }} -> {vector}\n")


def write_chains(out, a):
    channels = a.channels
    image = f"tensor<1x{channels}x4x4xf32>"
    filter_type = f"tensor<{channels}x{channels}x1x1xf32>"
    vector = f"tensor<{channels}xf32>"
    types = {name: filter_type if name == "filter" else vector
             for name in PARAMETERS}
    arguments = [f"%x: {image}"]
    if a.parameters == "argument":
        arguments += [f"%{name}{i}: {types[name]}"
                      for i in range(a.count) for name in PARAMETERS]
    out.write(MAPS)
    out.write(f"func.func @main({', '.join(arguments)}) -> {image} {{\n"
              f"  %zero = arith.constant 0.0 : f32\n"
              f"  %epsilon = arith.constant 1.0e-05 : f32\n"
              f"  %empty = tensor.empty() : {image}\n"
              f"  %emptyvector = tensor.empty() : {vector}\n"
              f"  %init = linalg.fill ins(%zero : f32) outs(%empty : {image}) "
              f"-> {image}\n")
    steps = Steps(out, image, vector, "f32")
    numbers = random.Random(1)
    value, total = "%x", None
    for i in range(a.count):
        if a.parameters == "constant":
            for name in PARAMETERS:
                size = channels * channels if name == "filter" else channels
                low = -1.0 if name in ("filter", "mean", "beta") else 0.5
                data = hex_constant([numbers.uniform(low, 1.5)
                                     for _ in range(size)])
                out.write(f"  %{name}{i} = arith.constant dense<{data}> : "
                          f"{types[name]}\n")
        inverse_deviation(out, f"%factor{i}", f"%variance{i}", vector, channels)
        source = "%x" if a.between == "parallel" else value
        out.write(f"  %conv{i} = linalg.conv_2d_nchw_fchw "
                  f"ins({source}, %filter{i} : {image}, {filter_type}) "
                  f"outs(%init : {image}) -> {image}\n")
        value = steps.batch_norm_and_scale(
            f"%step{i}", f"%conv{i}",
            [f"%mean{i}", f"%factor{i}", f"%gamma{i}", f"%beta{i}",
             f"%scale{i}"])
        if a.between != "none":
            steps.relu(f"%relu{i}", value)
            value = f"%relu{i}"
        if a.between == "parallel" and total:
            out.write(f"  %sum{i} = linalg.add ins({total}, {value} : {image}, "
                      f"{image}) outs(%empty : {image}) -> {image}\n")
            value = f"%sum{i}"
        total = value
    out.write(f"  return {value} : {image}\n}}\n")


def write_plain_function(out, a, number, count):
    """A function of about `count` ops that all have a reader."""
    image = "tensor<1x8x4x4xf32>"
    filter_type, vector = "tensor<8x8x1x1xf32>", "tensor<8xf32>"
    out.write(f"func.func @f{number}(%x: {image}, %w: {filter_type}, "
              f"%v: {vector}) -> {image} {{\n"
              f"  %zero = arith.constant 0.0 : f32\n"
              f"  %empty = tensor.empty() : {image}\n"
              f"  %init = linalg.fill ins(%zero : f32) outs(%empty : {image}) "
              f"-> {image}\n")
    steps = Steps(out, image, vector, "f32")
    value, written, i = "%x", 4, 0
    while written < count:
        result = f"%{i}"
        if a.kind == "convolutions" and i % 2 == 0:
            # The convolution's body: multiply, add, yield.
            out.write(f"  {result} = linalg.conv_2d_nchw_fchw ins({value}, %w : "
                      f"{image}, {filter_type}) outs(%init : {image}) -> "
                      f"{image}\n")
            written += 4
        elif a.kind == "convolutions" or i % 4 == 0:
            steps.relu(result, value)
            written += 3
        elif i % 4 == 1:
            steps.affine("mulf", result, value, "%v")
            written += 3
        elif i % 4 == 2:
            steps.affine("addf", result, value, "%v")
            written += 3
        else:
            out.write(f"  {result} = linalg.exp ins({value} : {image}) "
                      f"outs(%empty : {image}) -> {image}\n")
            written += 3
        value = result
        i += 1
    out.write(f"  return {value} : {image}\n}}\n")


def write_plain(out, a):
    out.write(MAPS)
    for number in range(a.functions):
        write_plain_function(out, a, number, a.count // a.functions)


def write_filter(out, a):
    """Streams: a filter of many MiB is never in memory as a whole."""
    size = {"f32": 4, "f16": 2, "bf16": 2}[a.type]
    elements = a.mebibytes * 2**20 // size
    kernel, channels = 4, 2048
    rest = elements // (kernel * kernel * channels)
    if rest == 0 or rest * kernel * kernel * channels != elements:
        sys.exit(f"expected whole channels of {kernel * kernel * channels} "
                 f"{a.type}, found {a.mebibytes} MiB")
    image = f"tensor<1x{channels}x{kernel}x{kernel}x{a.type}>"
    result = f"tensor<1x{rest}x1x1xf32>"
    vector = f"tensor<{rest}xf32>"
    op, filter_type = "linalg.conv_2d_nchw_fchw", \
        f"tensor<{rest}x{channels}x{kernel}x{kernel}x{a.type}>"
    channel = "(d0, d1, d2, d3) -> (d1)"
    if a.layout == "hwcf":
        op, filter_type = "linalg.conv_2d_nhwc_hwcf", \
            f"tensor<{kernel}x{kernel}x{channels}x{rest}x{a.type}>"
        image = f"tensor<1x{kernel}x{kernel}x{channels}x{a.type}>"
        result = f"tensor<1x1x1x{rest}xf32>"
        channel = "(d0, d1, d2, d3) -> (d3)"
    out.write(MAPS.replace("(d0, d1, d2, d3) -> (d1)", channel))
    out.write(f"func.func @main(%x: {image}) -> {result} {{\n"
              f"  %zero = arith.constant 0.0 : f32\n"
              f"  %epsilon = arith.constant 1.0e-05 : f32\n"
              f"  %empty = tensor.empty() : {result}\n"
              f"  %emptyvector = tensor.empty() : {vector}\n"
              f"  %init = linalg.fill ins(%zero : f32) outs(%empty : {result}) "
              f"-> {result}\n"
              f"  %filter = arith.constant dense_resource<filter> : "
              f"{filter_type}\n")
    numbers = random.Random(1)
    for name in PARAMETERS[1:]:
        low = -1.0 if name in ("mean", "beta") else 0.5
        data = hex_constant([numbers.uniform(low, 1.5) for _ in range(rest)])
        out.write(f"  %{name} = arith.constant dense<{data}> : {vector}\n")
    inverse_deviation(out, "%factor", "%variance", vector, rest)
    out.write(f"  %conv = {op} ins(%x, %filter : {image}, {filter_type}) "
              f"outs(%init : {result}) -> {result}\n")
    steps = Steps(out, result, vector, "f32")
    value = steps.batch_norm_and_scale(
        "%step", "%conv", ["%mean", "%factor", "%gamma", "%beta", "%scale"])
    out.write(f"  return {value} : {result}\n}}\n")
    # A blob starts with its alignment. 2 MiB of numbers, repeated.
    count = 2**21 // size
    if a.type == "f32":
        data = struct.pack(f"<{count}f", *(numbers.gauss(0, 0.05)
                                           for _ in range(count)))
    elif a.type == "f16":
        data = struct.pack(f"<{count}e", *(numbers.gauss(0, 0.05)
                                           for _ in range(count)))
    else:
        data = b"".join(struct.pack("<f", numbers.gauss(0, 0.05))[2:]
                        for _ in range(count))
    out.write('{-#\n  dialect_resources: {\n    builtin: {\n'
              '      filter: "0x40000000')
    out.flush()
    text = data.hex().encode()
    for _ in range(a.mebibytes // 2):
        out.buffer.write(text)
    out.write('"\n    }\n  }\n#-}\n')


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    modules = parser.add_subparsers(required=True)
    chains = modules.add_parser("chains")
    chains.add_argument("--count", type=int, default=10000)
    chains.add_argument("--channels", type=int, default=8)
    chains.add_argument("--parameters", choices=["constant", "argument"],
                        default="constant")
    chains.add_argument("--between", choices=["none", "relu", "parallel"],
                        default="relu")
    chains.set_defaults(write=write_chains)
    plain = modules.add_parser("plain")
    plain.add_argument("--count", type=int, default=50000)
    plain.add_argument("--functions", type=int, default=1)
    plain.add_argument("--kind", choices=["elementwise", "convolutions"],
                       default="elementwise")
    plain.set_defaults(write=write_plain)
    one = modules.add_parser("filter")
    one.add_argument("--mebibytes", type=int, default=256)
    one.add_argument("--type", choices=["f32", "f16", "bf16"], default="f32")
    one.add_argument("--layout", choices=["fchw", "hwcf"], default="fchw")
    one.set_defaults(write=write_filter)
    a = parser.parse_args()
    a.write(sys.stdout, a)


if __name__ == "__main__":
    main()
