#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long ptxas takes for kernels of each strategy behind several epilogues:

    assembler-times.py [--bin build/bin] [--ptxas ptxas] [--most 0.5]
    assembler-times.py --count [--bin build/bin] [--most 7000]

Prints processor seconds and spilled bytes of each kernel, or with --count the number of
its instructions in PTX, for which no assembler is needed; --most fails where one has or
takes more. Divisions by calls, of which each costs what a hundred instructions do, are
named.
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
PRECISIONS = ["strict", "tf32", "f16"]
# Of %v to %m, in f32.
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
CONSTANTS = {"c0": 0.0, "c1": 1.0, "c3": 3.0, "c6": 6.0, "cubic": 0.044715, "slope": 0.7978846, "half": 0.5, "root": 0.70710678}


def module_text(layer, type_, epilogue):
    """The layer with this epilogue instead of its ReLU."""
    text = build_sweep.layer_text(layer, type_, True)
    begin, end = text.index("    ^bb0(%v: f32"), text.index("  } -> ", text.index("    ^bb0(%v: f32"))
    lines = [f"    ^bb0(%v: f32, %o: {type_}):", *EPILOGUES[epilogue], f"linalg.yield %m : {type_}"]
    if type_ != "f32":
        lines[-1:] = [f"%t = arith.truncf %m : f32 to {type_}", f"linalg.yield %t : {type_}"]
    constants = "".join(f"  %{name} = arith.constant {value} : f32\n" for name, value in CONSTANTS.items())
    return (text[:begin] + "\n".join(lines) + "\n" + text[end:]).replace("  %zero =", f"{constants}  %zero =", 1)


def count(ptx):
    """Instructions of a module, and divisions that are a call behind a branch."""
    return len(re.findall(r"^\t(?:@%\w+ )?[a-z][^\n]*;", ptx, re.MULTILINE)), ptx.count("div.rn.f32")


def assemble(options, ptx, folder):
    """Processor seconds, and bytes that are spilled."""
    with open(f"{folder}/kernel.ptx", "w") as file:
        file.write(ptx)
    command = [options.ptxas, "-v", f"-arch={options.chip}", f"{folder}/kernel.ptx", "-o", os.devnull]
    seconds = []
    # The least of three: other work on the machine only adds.
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True)
        seconds.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before.ru_utime)
        if done.returncode:
            sys.exit(f"assembler-times.py: error: {done.stderr[:300]}")
    return min(seconds), sum(map(int, re.findall(r"(\d+) bytes spill stores", done.stderr)))


def measure(options, layer, precision, epilogue, folder):
    """The strategy, and of the longest of the layer's kernels seconds and spilled bytes,
    or instructions and divisions."""
    type_, math_mode = build_sweep.PRECISIONS[precision]
    with open(f"{folder}/layer.mlir", "w") as file:
        file.write(module_text(layer, type_, epilogue))
    flags = ["--device=cuda", f"--chip={options.chip}", f"--math={math_mode}", "--emit=ptx", "-o", f"{folder}/layer.ptx"]
    done = subprocess.run([f"{options.bin}/convoy-compile", f"{folder}/layer.mlir", *flags], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"assembler-times.py: error: {done.stderr[:300]}")
    strategy = re.search(r"computed by (\w+)", done.stderr).group(1)
    modules = [".version" + text for text in build_sweep.read(f"{folder}/layer.ptx").split(".version")[1:]]
    return strategy, *max(count(text) if options.count else assemble(options, text, folder) for text in modules)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=f"{ROOT}/build/bin", help="where convoy-compile is")
    parser.add_argument("--ptxas", default="ptxas")
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("--layers", nargs="+", default=LAYERS, help="of layers.json")
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=PRECISIONS)
    parser.add_argument("--count", action="store_true", help="count instructions instead of assembling them")
    parser.add_argument("--most", type=float, help="seconds that a kernel may take, or instructions that it may have")
    options = parser.parse_args()
    layers = {layer["name"]: layer for layer in json.loads(build_sweep.read(f"{HERE}/layers.json"))["layers"]}
    longest, unit, other = 0.0, *(("instructions", "divisions by calls") if options.count else ("s", "bytes spilled"))
    with tempfile.TemporaryDirectory() as folder:
        for name in options.layers:
            for precision in options.precisions:
                for epilogue in EPILOGUES:
                    strategy, size, more = measure(options, layers[name], precision, epilogue, folder)
                    longest = max(longest, size)
                    print(f"{strategy:<16} {precision:<6} {epilogue:<12} {size:.4g} {unit}, {more} {other}; {name}", flush=True)
    print(f"longest: {longest:.4g} {unit}")
    return int(options.most is not None and longest > options.most)


if __name__ == "__main__":
    sys.exit(main())
