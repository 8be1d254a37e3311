"""Executes random programs as convoy-compile compiles them: fused, unfused and in
float64, held against numpy.

Usage: compiled.py --tools BUILD_BIN [--seed SEED] [--count COUNT]

judge.py judges the fold in large numbers; these few go all the way to an artefact.
"""

import argparse
import os
import sys
import tempfile

import numpy as np

import convoy
from execute import run
from programs import Function, choose
from verdict import judge_numbers, rms


def is_compiled(program):
    """numpy has no bf16 to call an artefact with."""
    return "bf16" not in program["type"]


def judge_wide(function, wide):
    """What is wrong with the reference in float64."""
    for i, ((*_, known), got) in enumerate(zip(function.results, wide)):
        if got.shape != known.value.shape:
            return f"result {i}: expected shape {known.value.shape}, found {got.shape} in float64"
        if rms(got - known.value) > 1e-12 * max(rms(known.magnitude()), 1e-300):
            return f"result {i}: the float64 reference is off numpy's by {rms(got - known.value):.3g}"
    return None


def judge(function, model):
    stored = [element.store(array) for array, element in function.inputs]

    def call(name, inputs):
        results = model[name](*inputs)
        return [np.asarray(r) for r in (results if isinstance(results, tuple) else (results,))]

    fused = call(function.name, stored)
    unfused = call(function.name + "__unfused", stored)
    wide = call(function.name + "__f64", [a.astype(np.float64) for a in stored])
    return judge_wide(function, wide) or judge_numbers(function, fused, unfused)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True, help="where convoy-compile is")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    programs = [choose(seed, False) for seed in range(options.seed, options.seed + options.count)]
    functions = [Function(f"p{p['seed']}", p) for p in programs if is_compiled(p)]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        source, artefact = os.path.join(folder, "programs.mlir"), os.path.join(folder, "programs.so")
        with open(source, "w") as file:
            file.write("module {\n" + "".join(f.text() for f in functions) + "}\n")
        run(f"{options.tools}/convoy-compile", source, "--with-reference", "--remarks=none", "-o", artefact)
        model = convoy.load(artefact)
        for function in functions:
            why = judge(function, model)
            if why:
                failed += 1
                print(f"FAIL seed {function.program['seed']}: {why}\n{function.text()}")
    print(f"{len(functions) - failed} of {len(functions)} programs hold")
    sys.exit(failed > 0 or not functions)


if __name__ == "__main__":
    main()
