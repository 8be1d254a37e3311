#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long ptxas takes for kernels of each strategy behind several epilogues:

    assembler-times.py [--bin build/bin] [--ptxas ptxas] [--most 0.5] [--every] [--once]
    assembler-times.py --count [--bin build/bin] [--most 7000]

Prints processor seconds and spilled bytes of each kernel, or with --count the number of
its instructions in PTX, for which no assembler is needed; --most fails where one has or
takes more. Divisions by calls, of which each costs what a hundred instructions do, are
named, and so are ptxas's warnings of serialised instructions. With --every, all
epilogues behind layers of odd shapes too. Fails where a kernel spills or is warned of.
"""

import argparse
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
spec = importlib.util.spec_from_file_location("build_sweep", f"{HERE}/build-sweep.py")
build_sweep = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build_sweep)

# One at least for each strategy.
LAYERS = [
    "128x8x128x128-64-3x3-s1-p0", "64x480x28x28-128-1x1-s1-p0", "64x256x28x28-256-3x3-s2-p1", "64x128x28x28-128-3x3-s1-p1",
    "64x512x7x7-512-3x3-s1-p1",
]  # fmt: skip
# Besides them, for --every: stems, many and few channels, odd rows, one pixel wide
# filters, what only the direct kernel computes, and an epilogue without a convolution.
MORE_LAYERS = [
    "64x3x224x224-64-7x7-s2-p3", "32x3x224x224-64-3x3-s1-p1", "64x32x149x149-32-3x3-s1-p0", "64x64x56x56-64-3x3-s1-p1",
    "64x64x56x56-256-1x1-s1-p0", "64x512x7x7-2048-1x1-s1-p0", "64x256x28x28-256-3x3-s1-p2-d2", "64x192x17x17-192-1x7-s1-p0x3",
    "64x16x28x28-32-3x3-s1-p1", "8x32x40x40-12-3x3-s1-p1", "8x20x33x31-72-3x3-s1-p1", "64x64x56x56-elementwise",
]  # fmt: skip
PRECISIONS = ["strict", "tf32", "f16"]
# Of %v to %m, in f32; %r is the residual, if it is read.
EPILOGUES = {
    "ReLU": ["%m = arith.maximumf %v, %c0 : f32"],
    "SiLU": ["%n = arith.negf %v : f32", "%e = math.exp %n : f32", "%d = arith.addf %e, %c1 : f32", "%m = arith.divf %v, %d : f32"],
    "tanh": ["%m = math.tanh %v : f32"],
    "GELU": [
        "%s = arith.mulf %v, %root : f32", "%e = math.erf %s : f32", "%d = arith.addf %e, %c1 : f32",
        "%h = arith.mulf %v, %half : f32", "%m = arith.mulf %h, %d : f32",
    ],  # fmt: skip
    "GELU (tanh)": [
        "%p = arith.mulf %v, %v : f32", "%q = arith.mulf %p, %cubic : f32", "%u = arith.mulf %q, %v : f32",
        "%a = arith.addf %v, %u : f32", "%s = arith.mulf %a, %slope : f32", "%e = math.tanh %s : f32",
        "%d = arith.addf %e, %c1 : f32", "%h = arith.mulf %v, %half : f32", "%m = arith.mulf %h, %d : f32",
    ],  # fmt: skip
    "hard swish": [
        "%s = arith.addf %v, %c3 : f32", "%l = arith.maximumf %s, %c0 : f32", "%u = arith.minimumf %l, %c6 : f32",
        "%p = arith.mulf %v, %u : f32", "%m = arith.divf %p, %c6 : f32",
    ],  # fmt: skip
}
# Besides them, for --every.
MORE_EPILOGUES = {
    "sigmoid": ["%n = arith.negf %v : f32", "%e = math.exp %n : f32", "%d = arith.addf %e, %c1 : f32", "%m = arith.divf %c1, %d : f32"],
    "ReLU6": ["%l = arith.maximumf %v, %c0 : f32", "%m = arith.minimumf %l, %c6 : f32"],
    "clamp": ["%l = arith.maximumf %v, %cm1 : f32", "%m = arith.minimumf %l, %c3 : f32"],
    "leaky": ["%g = arith.cmpf ogt, %v, %c0 : f32", "%s = arith.mulf %v, %cubic : f32", "%m = arith.select %g, %v, %s : f32"],
    "residual": ["%m = arith.addf %v, %r : f32"],
    "residual SiLU": [
        "%a = arith.addf %v, %r : f32", "%n = arith.negf %a : f32", "%e = math.exp %n : f32", "%d = arith.addf %e, %c1 : f32",
        "%m = arith.divf %a, %d : f32",
    ],  # fmt: skip
    "residual GELU": [
        "%s = arith.mulf %v, %root : f32", "%e = math.erf %s : f32", "%d = arith.addf %e, %c1 : f32",
        "%h = arith.mulf %v, %half : f32", "%p = arith.mulf %h, %d : f32", "%m = arith.addf %p, %r : f32",
    ],  # fmt: skip
    "softplus": ["%e = math.exp %v : f32", "%m = math.log1p %e : f32"],
    "mish": ["%e = math.exp %v : f32", "%l = math.log1p %e : f32", "%t = math.tanh %l : f32", "%m = arith.mulf %v, %t : f32"],
    "ELU": [
        "%g = arith.cmpf ogt, %v, %c0 : f32", "%e = math.expm1 %v : f32", "%m = arith.select %g, %v, %e : f32",
    ],  # fmt: skip
    "exponentials": [
        "%x0 = arith.negf %v : f32", *[f"%x{i + 1} = math.exp %x{i} : f32" for i in range(20)], "%m = arith.addf %x20, %v : f32",
    ],  # fmt: skip
}
ALL_EPILOGUES = {**EPILOGUES, **MORE_EPILOGUES}
CONSTANTS = {"c0": 0.0, "cm1": -1.0, "c1": 1.0, "c3": 3.0, "c6": 6.0, "cubic": 0.044715, "slope": 0.7978846, "half": 0.5, "root": 0.70710678}


IDENTITY = "affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>"


def parse_layer(name):
    """A layer that layers.json does not have, from its name."""
    n, c, h, w, k, r, s, stride, padding = map(int, re.fullmatch(r"(\d+)x(\d+)x(\d+)x(\d+)-(\d+)-(\d+)x(\d+)-s(\d+)-p(\d+)", name).groups())
    return {
        "name": name, "n": n, "c": c, "h": h, "w": w, "k": k, "r": r, "s": s,
        "stride": [stride] * 2, "padding": [padding] * 2, "dilation": [1, 1],
    }  # fmt: skip


def body_text(type_, epilogue):
    """The body of a generic op of f32 sums, and what it reads besides; its results' type."""
    lines = list(ALL_EPILOGUES[epilogue])
    has_residual = any("%r" in re.findall(r"%\w+", line) for line in lines)
    residual, result = "%r", "%m"
    if type_ != "f32":
        if has_residual:
            lines[:0] = [f"%r = arith.extf %rt : {type_} to f32"]
        lines += [f"%mt = arith.truncf %m : f32 to {type_}"]
        residual, result = "%rt", "%mt"
    arguments = "".join([f", {residual}: {type_}"] * has_residual)
    constants = "".join(f"  %{name} = arith.constant {value} : f32\n" for name, value in CONSTANTS.items())
    body = "\n".join([f"    ^bb0(%v: f32{arguments}, %o: {type_}):", *lines, f"linalg.yield {result} : {type_}", ""])
    return constants, body, has_residual


def module_text(layer, type_, epilogue):
    """The layer with this epilogue instead of its ReLU."""
    constants, body, has_residual = body_text(type_, epilogue)
    text = build_sweep.layer_text(layer, type_, True)
    begin, end = text.index("    ^bb0(%v: f32"), text.index("  } -> ", text.index("    ^bb0(%v: f32"))
    text = (text[:begin] + body + text[end:]).replace("  %zero =", f"{constants}  %zero =", 1)
    if not has_residual:
        return text
    sums, result = re.search(r"ins\(%conv : (.*)\) outs\(%result : (.*)\)", text).groups()
    text = text.replace(f"ins(%conv : {sums})", f"ins(%conv, %other : {sums}, {result})")
    text = text.replace(f"[{IDENTITY}, {IDENTITY}]", f"[{IDENTITY}, {IDENTITY}, {IDENTITY}]")
    return text.replace(") -> ", f", %other: {result}) -> ", 1)


def elementwise_text(name, type_, epilogue):
    """The epilogue alone, of a tensor of f32."""
    sizes = name.removesuffix("-elementwise") + "x7"
    constants, body, has_residual = body_text(type_, epilogue)
    x, y = f"tensor<{sizes}xf32>", f"tensor<{sizes}x{type_}>"
    names, types = ("%x, %other", f"{x}, {y}") if has_residual else ("%x", x)
    maps = ", ".join([IDENTITY] * (2 + has_residual)).replace("d3)", "d3, d4)")
    return f"""func.func @main(%x: {x}, %other: {y}) -> {y} {{
{constants}  %result = tensor.empty() : {y}
  %out = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}}
    ins({names} : {types}) outs(%result : {y}) {{
{body}  }} -> {y}
  return %out : {y}
}}
"""


def count(ptx):
    """Instructions of a module, and divisions that are a call behind a branch."""
    return len(re.findall(r"^\t(?:@%\w+ )?[a-z][^\n]*;", ptx, re.MULTILINE)), ptx.count("div.rn.f32")


def assemble(options, ptx, folder):
    """Processor seconds, and what is wrong: bytes that are spilled, warnings of ptxas."""
    with open(f"{folder}/kernel.ptx", "w") as file:
        file.write(ptx)
    command = [options.ptxas, "-v", f"-arch={options.chip}", f"{folder}/kernel.ptx", "-o", os.devnull]
    seconds = []
    # The least of three: other work on the machine only adds.
    for _ in range(1 if options.once else 3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True)
        seconds.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before.ru_utime)
        if done.returncode:
            sys.exit(f"assembler-times.py: error: {done.stderr[:300]}")
    spilled = sum(map(int, re.findall(r"(\d+) bytes spill stores", done.stderr)))
    return min(seconds), spilled + len(re.findall(r"C75\d\d", done.stderr))


def text_of(layers, name, type_, epilogue):
    if name.endswith("-elementwise"):
        return elementwise_text(name, type_, epilogue)
    return module_text(layers.get(name) or parse_layer(name), type_, epilogue)


def measure(options, text, math_mode, folder):
    """The strategy, and of the longest of the layer's kernels seconds and spilled bytes,
    or instructions and divisions."""
    with open(f"{folder}/layer.mlir", "w") as file:
        file.write(text)
    flags = ["--device=cuda", f"--chip={options.chip}", f"--math={math_mode}", "--emit=ptx", "-o", f"{folder}/layer.ptx"]
    done = subprocess.run([f"{options.bin}/convoy-compile", f"{folder}/layer.mlir", *flags], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"assembler-times.py: error: {done.stderr[-300:]}")
    strategy = re.search(r"computed by (\w+)", done.stderr)
    modules = [".version" + text for text in build_sweep.read(f"{folder}/layer.ptx").split(".version")[1:]]
    sizes, more = zip(*(count(text) if options.count else assemble(options, text, folder) for text in modules))
    return strategy.group(1) if strategy else "elementwise", max(sizes), sum(more)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=f"{ROOT}/build/bin", help="where convoy-compile is")
    parser.add_argument("--ptxas", default="ptxas")
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("--layers", nargs="+", help="of layers.json, or as those are named")
    parser.add_argument("--precisions", nargs="+", choices=build_sweep.PRECISIONS)
    parser.add_argument("--epilogues", nargs="+", choices=ALL_EPILOGUES)
    parser.add_argument("--every", action="store_true", help="all layers, precisions and epilogues that are not chosen by options")
    parser.add_argument("--count", action="store_true", help="count instructions instead of assembling them")
    parser.add_argument("--once", action="store_true", help="assemble once: for what is wrong, not for the seconds")
    parser.add_argument("--most", type=float, help="seconds that a kernel may take, or instructions that it may have")
    options = parser.parse_args()
    layers = {layer["name"]: layer for layer in json.loads(build_sweep.read(f"{HERE}/layers.json"))["layers"]}
    names = options.layers or LAYERS + MORE_LAYERS * options.every
    precisions = options.precisions or (list(build_sweep.PRECISIONS) if options.every else PRECISIONS)
    epilogues = options.epilogues or (ALL_EPILOGUES if options.every else EPILOGUES)
    longest, wrong, unit, other = 0.0, 0, *(("instructions", "divisions by calls") if options.count else ("s", "bytes spilled or warnings"))
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for precision in precisions:
                type_, math_mode = build_sweep.PRECISIONS[precision]
                for epilogue in epilogues:
                    strategy, size, more = measure(options, text_of(layers, name, type_, epilogue), math_mode, folder)
                    longest, wrong = max(longest, size), wrong + more
                    print(f"{strategy:<16} {precision:<6} {epilogue:<12} {size:.4g} {unit}, {more} {other}; {name}", flush=True)
    print(f"longest: {longest:.4g} {unit}; {wrong} {other}")
    return int(wrong > 0 or (options.most is not None and longest > options.most))


if __name__ == "__main__":
    sys.exit(main())
