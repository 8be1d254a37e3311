"""Executes random reductions on the CPU path and compares them with numpy.

Usage: random_reductions.py --bin BUILD_BIN --seed SEED --count COUNT [--keep DIR]

Convolutions in any order of loops and dimensions, with strides, dilations,
static and dynamic sizes, and several element types, as sums and as maxima. All
numbers are small integers, so that every order of summation gives the same bits.
Prints one line for each program that does not hold, then the totals.
"""

import argparse
import itertools
import os
import random
import subprocess
import sys
import tempfile

import numpy as np

DTYPES = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "i32": np.int32, "i8": np.int8}
TYPES = [("f32", "f32"), ("f32", "f32"), ("f64", "f64"), ("f16", "f32"), ("f16", "f16"), ("i8", "i32"), ("i32", "i32")]
SIZES = {"n": [1, 2, 3], "f": [1, 2, 5, 6, 7, 8, 13, 16, 33], "h": [1, 2, 4, 7], "w": [1, 3, 8, 14, 17, 31, 130],
         "c": [1, 2, 5], "y": [1, 2, 3], "x": [1, 3]}


class Program:
    """One convolution: loops n, f, h, w over the result, c, y, x summed."""

    def __init__(self, name, rng):
        self.name = name
        self.size = {loop: rng.choice(sizes) for loop, sizes in SIZES.items()}
        depthwise = rng.random() < 0.2
        self.loops = [loop for loop in SIZES if loop != "c" or not depthwise]
        self.summed = [loop for loop in "cyx" if loop in self.loops]
        self.input = ["n", "f" if depthwise else "c", "h", "w"]
        self.filter = [loop for loop in "fcyx" if loop in self.loops]
        self.output = list("nfhw")
        for order in (self.loops, self.input, self.filter, self.output):
            if rng.random() < 0.6:
                rng.shuffle(order)
        # (window loop, stride, dilation) of the image's dimensions.
        self.window = {"h": ("y", rng.choice([1, 1, 2, 3]), rng.choice([1, 2])),
                       "w": ("x", rng.choice([1, 1, 2, 3]), rng.choice([1, 2]))}
        self.element, self.sum = rng.choice(TYPES)
        self.combine = rng.choice(["add", "add", "add", "max"])
        dynamic = rng.random() < 0.3
        self.is_dynamic = [[dynamic and rng.random() < 0.5 for _ in range(4)] for _ in range(3)]

    def input_size(self, dim):
        if dim not in self.window:
            return self.size[dim]
        loop, stride, dilation = self.window[dim]
        return (self.size[dim] - 1) * stride + (self.size[loop] - 1) * dilation + 1

    def shapes(self):
        return ([self.input_size(dim) for dim in self.input], [self.size[dim] for dim in self.filter],
                [self.size[dim] for dim in self.output])

    def types(self):
        elements = (self.element, self.element, self.sum)
        return ["tensor<" + "x".join(["?" if dynamic else str(size) for size, dynamic in zip(shape, flags)] + [element]) + ">"
                for shape, flags, element in zip(self.shapes(), self.is_dynamic, elements)]

    def maps(self):
        position = {loop: f"d{i}" for i, loop in enumerate(self.loops)}

        def along(dim):
            if dim not in self.window:
                return position[dim]
            loop, stride, dilation = self.window[dim]
            return f"{position[dim]} * {stride} + {position[loop]} * {dilation}"

        results = [[along(dim) for dim in self.input], [position[dim] for dim in self.filter], [position[dim] for dim in self.output]]
        loops = ", ".join(position.values())
        return ", ".join(f"affine_map<({loops}) -> ({', '.join(result)})>" for result in results)

    def body(self):
        floating = self.sum[0] == "f"
        widen = "arith.extf" if floating else "arith.extsi"
        lines, factors = [], ["%a", "%b"]
        if self.element != self.sum:
            lines += [f"{v}w = {widen} {v} : {self.element} to {self.sum}" for v in factors]
            factors = ["%aw", "%bw"]
        multiply = "arith.mulf" if floating else "arith.muli"
        combine = {"add": "arith.addf" if floating else "arith.addi", "max": "arith.maximumf" if floating else "arith.maxsi"}[self.combine]
        lines += [f"%p = {multiply} {factors[0]}, {factors[1]} : {self.sum}", f"%r = {combine} %s, %p : {self.sum}"]
        return "\n    ".join(lines)

    def text(self):
        x, w, y = self.types()
        kinds = ", ".join('"reduction"' if loop in self.summed else '"parallel"' for loop in self.loops)
        return f"""func.func @{self.name}(%x: {x}, %w: {w}, %y: {y}) -> {y} {{
  %0 = linalg.generic {{indexing_maps = [{self.maps()}], iterator_types = [{kinds}]}}
      ins(%x, %w : {x}, {w}) outs(%y : {y}) {{
  ^bb0(%a: {self.element}, %b: {self.element}, %s: {self.sum}):
    {self.body()}
    linalg.yield %r : {self.sum}
  }} -> {y}
  return %0 : {y}
}}
"""

    def arrays(self, rng):
        elements = (self.element, self.element, self.sum)
        return [rng.integers(-2, 3, size=shape).astype(DTYPES[element]) for shape, element in zip(self.shapes(), elements)]

    def expected(self, inputs):
        data, weights, result = (array.astype(np.float64) for array in inputs)
        for values in itertools.product(*(range(self.size[loop]) for loop in self.summed)):
            at = dict(zip(self.summed, values))
            where = []
            for dim in self.input:
                if dim in self.window:
                    loop, stride, dilation = self.window[dim]
                    first = at[loop] * dilation
                    where.append(slice(first, first + (self.size[dim] - 1) * stride + 1, stride))
                else:
                    where.append(at.get(dim, slice(None)))
            axes = ["".join(dim for dim in dims if dim not in at) for dims in (self.input, self.filter, self.output)]
            chosen = weights[tuple(at.get(dim, slice(None)) for dim in self.filter)]
            product = np.einsum(f"{axes[0]},{axes[1]}->{axes[2]}", data[tuple(where)], chosen)
            result = result + product if self.combine == "add" else np.maximum(result, product)
        return result.astype(DTYPES[self.sum])


def run(*command):
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        last = (process.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{os.path.basename(command[0])}: {last}")


def check(options, folder, program, rng):
    inputs = program.arrays(rng)
    flags = []
    for i, array in enumerate(inputs):
        np.save(f"{folder}/{program.name}.{i}.npy", array)
        flags.append(f"--input={folder}/{program.name}.{i}.npy")
    output = f"{folder}/{program.name}.npy"
    run(f"{options.bin}/convoy-run", f"{folder}/model.so", "--device=cpu", f"--entry={program.name}", *flags, f"--output={output}")
    found, expected = np.load(output), program.expected(inputs)
    if found.shape != expected.shape or not np.array_equal(found, expected):
        raise RuntimeError("differs from numpy")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--keep", help="a folder for the module, the artefact and the arrays")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    programs = [Program(f"p{i}", rng) for i in range(options.count)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/model.mlir", "w") as file:
            file.write("".join(program.text() for program in programs))
        run(f"{options.bin}/convoy-compile", f"{folder}/model.mlir", "--remarks=none", "-o", f"{folder}/model.so")
        failed, numbers = 0, np.random.default_rng(options.seed)
        for program in programs:
            try:
                check(options, folder, program, numbers)
            except RuntimeError as error:
                failed += 1
                print(f"FAIL seed {options.seed} {program.name}: {error}")
    print(f"{options.count - failed} of {options.count} programs hold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
