"""Executes the functions of a module as they are, folded, and in float64.

Usage: same_values.py --tools BUILD_BIN --llvm-tools LLVM_BIN MODULE...

The modules hold whole numbers and powers of two, and so do the inputs: fused and
unfused must be equal bit for bit, and equal to float64 up to the rounding of what is
no sum or product (an activation). Functions of dynamic sizes are left to others.
"""

import argparse
import ctypes
import os
import re
import sys
import tempfile

import numpy as np

from execute import call, compile_library, run

FUNCTION = re.compile(r"^func\.func @(\w+)\((.*?)\) -> (.*) \{$", re.MULTILINE)
TENSOR = re.compile(r"tensor<([0-9x]*?)x?(f32|i64)>")
TOLERANCE = 2.0**-22


def tensors(text):
    """(shape, element type) of each tensor that `text` names."""
    return [(tuple(map(int, filter(None, shape.split("x")))), kind) for shape, kind in TENSOR.findall(text)]


def functions(text):
    """(name, arguments, results) of the functions of static sizes."""
    for name, arguments, results in FUNCTION.findall(text):
        if "?" not in arguments + results:
            yield name, tensors(arguments), tensors(results)


def make_input(shape, kind, rng):
    # The one use of an integer is a shape of two elements.
    if kind == "i64":
        return np.full(shape, 2, np.int64)
    return rng.integers(-4, 5, shape).astype(np.float32)


def execute(library, name, inputs, results, memory):
    typed = [x.astype(memory) if x.dtype == np.float32 else x for x in inputs]
    return call(library, name, typed, [(len(shape), memory) for shape, _ in results])


def judge(options, path, folder):
    text = open(path).read()
    stem = os.path.join(folder, os.path.basename(path))
    variants = {"unfused": text, "double": re.sub(r"\bf32\b|(?<=x)f32\b", "f64", text)}
    libraries = {}
    for name, module in variants.items():
        with open(f"{stem}.{name}.mlir", "w") as out:
            out.write(module)
    run(f"{options.tools}/convoy-opt", path, "--convoy-fold-affine", "-o", f"{stem}.fused.mlir")
    for name in ("unfused", "fused", "double"):
        library = compile_library(options.tools, options.llvm_tools, f"{stem}.{name}.mlir")
        libraries[name] = ctypes.CDLL(library)
    count = 0
    for name, arguments, results in functions(text):
        inputs = [make_input(shape, kind, np.random.default_rng(7)) for shape, kind in arguments]
        values = {
            variant: execute(library, name, inputs, results, np.float64 if variant == "double" else np.float32)
            for variant, library in libraries.items()
        }
        for unfused, fused, double in zip(values["unfused"], values["fused"], values["double"]):
            if not np.array_equal(unfused, fused):
                sys.exit(f"{path}: {name}: fused and unfused differ by {np.abs(unfused - fused).max()}")
            if np.abs(fused - double).max() > TOLERANCE * max(1.0, np.abs(double).max()):
                sys.exit(f"{path}: {name}: off from float64 by {np.abs(fused - double).max()}")
        count += 1
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True)
    parser.add_argument("--llvm-tools", required=True)
    parser.add_argument("modules", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for path in options.modules:
            count = judge(options, path, folder)
            if not count:
                sys.exit(f"{path}: expected functions of static sizes")
            print(f"{os.path.basename(path)}: {count} functions, equal bit for bit")


if __name__ == "__main__":
    main()
