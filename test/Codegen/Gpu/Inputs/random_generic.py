"""Random linalg.generic operations as kernels, emulated, against numpy.

Usage: random_generic.py CONVOY_OPT MLIR_OPT FIRST COUNT

Loops of any order and size, static and dynamic, parallel and summed; operands
that are whole, broadcast, transposed or of other types. All numbers are small
integers, so that every order of summation gives the same bits. Prints one line
for each operation that does not hold, then the totals.
"""

import os
import random
import sys

import numpy as np

import emulate

DTYPES = {"f32": np.float32, "f64": np.float64, "f16": np.float16}
SIZES = [1, 2, 3, 4, 7, 8, 12, 16, 31, 64]


class Operation:
    """sum over the summed loops of the product of the inputs, plus a constant."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.rng = np.random.default_rng(seed)
        self.rank = rng.randint(1, 4)
        self.sizes = [rng.choice(SIZES) for _ in range(self.rank)]
        if rng.random() < 0.2:
            self.sizes = [rng.choice([3, 200, 130]), rng.choice([64, 129])]
            self.rank = 2
        self.summed = []
        if rng.random() < 0.35:
            self.summed = rng.sample(range(self.rank), rng.randint(1, self.rank))
        self.dynamic = [rng.random() < 0.5 for _ in range(self.rank)]
        if rng.random() < 0.5:
            self.dynamic = [False] * self.rank
        self.output = [loop for loop in range(self.rank) if loop not in self.summed]
        if rng.random() < 0.2:
            rng.shuffle(self.output)
        self.element = rng.choice(["f32", "f32", "f32", "f16", "f64"])
        # Maps of inputs: the first one has all loops, so that sizes are known.
        self.inputs = [list(range(self.rank))]
        for _ in range(rng.randint(0, 2)):
            loops = rng.sample(range(self.rank), rng.randint(0, self.rank))
            if rng.random() < 0.7:
                loops.sort()
            self.inputs.append(loops)
        if rng.random() < 0.3:
            rng.shuffle(self.inputs[0])
        self.types = [rng.choice([self.element, self.element, "f32"]) for _ in self.inputs]

    def memref(self, loops, element):
        sizes = ["?" if self.dynamic[loop] else str(self.sizes[loop]) for loop in loops]
        return "memref<" + "x".join(sizes + [element]) + ">"

    def text(self):
        types = [self.memref(loops, element) for loops, element in zip(self.inputs, self.types)]
        output = self.memref(self.output, self.element)
        dims = ", ".join(f"d{i}" for i in range(self.rank))
        maps = [f"affine_map<({dims}) -> ({', '.join(f'd{loop}' for loop in loops)})>" for loops in self.inputs + [self.output]]
        kinds = ", ".join('"reduction"' if loop in self.summed else '"parallel"' for loop in range(self.rank))
        names = [f"%x{i}" for i in range(len(types))]
        arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names + ["%y"], types + [output]))
        block = ", ".join(f"%e{i}: {element}" for i, element in enumerate(self.types))
        lines, factors = [], []
        for i, element in enumerate(self.types):
            factors.append(f"%e{i}")
            if element != self.element:
                wide = DTYPES[element]().itemsize > DTYPES[self.element]().itemsize
                cast = "truncf" if wide else "extf"
                lines.append(f"%c{i} = arith.{cast} %e{i} : {element} to {self.element}")
                factors[-1] = f"%c{i}"
        product = factors[0]
        for i, factor in enumerate(factors[1:]):
            lines.append(f"%p{i} = arith.mulf {product}, {factor} : {self.element}")
            product = f"%p{i}"
        lines.append(f"%one = arith.constant 1.0 : {self.element}")
        start = "%out" if self.summed else "%one"
        lines.append(f"%r = arith.addf {start}, {product} : {self.element}")
        body = "\n    ".join(lines)
        return f"""func.func @main({arguments}) {{
  linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{kinds}]}}
      ins({', '.join(names)} : {', '.join(types)}) outs(%y : {output}) {{
  ^bb0({block}, %out: {self.element}):
    {body}
    linalg.yield %r : {self.element}
  }}
  return
}}
"""

    def array(self, loops, element):
        """Small integers, at an address that is a multiple of 16."""
        shape = [self.sizes[loop] for loop in loops]
        count = int(np.prod(shape, dtype=np.int64))
        data = np.zeros(count + 16, DTYPES[element])
        start = (-data.ctypes.data % 16) // data.itemsize
        data[:] = 77
        view = data[start:start + count].reshape(shape)
        view[...] = self.rng.integers(-2, 3, size=shape)
        return data, view

    def expected(self, arrays, output):
        letters = ["abcd"[loop] for loop in range(self.rank)]
        terms = ["".join(letters[loop] for loop in loops) for loops in self.inputs]
        result = np.einsum(",".join(terms) + "->" + "".join(letters[loop] for loop in self.output), *[a.astype(np.float64) for a in arrays])
        return (result + (output.astype(np.float64) if self.summed else 1)).astype(DTYPES[self.element])


def check(seed, convoy_opt, llvm_bin):
    """None if the operation holds, else what is wrong."""
    operation = Operation(seed)
    emulation = emulate.Emulation(operation.text(), convoy_opt, llvm_bin, passes=["--convoy-prepare-kernels"])
    whole = [operation.array(loops, element) for loops, element in zip(operation.inputs, operation.types)]
    guarded, output = operation.array(operation.output, operation.element)
    expected = operation.expected([view for _, view in whole], output)
    outside = guarded.copy()
    emulation(*[view for _, view in whole], output)
    if not np.array_equal(output, expected):
        wrong = np.argwhere(output != expected)
        return f"{len(wrong)} of {output.size} elements differ, first at {wrong[0].tolist()}"
    start = (output.ctypes.data - guarded.ctypes.data) // guarded.itemsize
    guarded[start:start + output.size] = outside[start:start + output.size]
    return None if np.array_equal(guarded, outside) else "wrote outside of the result"


def main():
    convoy_opt, mlir_opt, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    held = 0
    for seed in range(first, first + count):
        try:
            wrong = check(seed, convoy_opt, os.path.dirname(mlir_opt))
        except RuntimeError as error:
            wrong = str(error)
        held += wrong is None
        if wrong:
            print(f"FAIL {seed}: {wrong}")
    print(f"{held} of {count} operations right")
    sys.exit(held != count)


if __name__ == "__main__":
    main()
