"""Executes random programs fused and unfused, with float64 as the judge.

Usage: judge.py --bin BUILD_BIN [--seed SEED] [--count COUNT] [--exact] [--keep DIR]

COUNT programs from SEED on become functions of modules that are folded and
compiled with their reference entries. For each program
  - the fold must do what its generator says: fold so many steps and say so, leave
    nothing behind a chain that is affine to its end;
  - the reference in float64 must be what numpy says;
  - RMSE_fused <= max(2 x RMSE_unfused, 2 x 2^-24 x RMS(sum|aW||x| + |b|)), each
    against float64, with 2^-11 for programs in f16; with --exact, where all numbers are whole or powers of two,
    fused and unfused must be equal to it bit for bit.
A program that fails is made smaller, one step at a time, and printed.
"""

import argparse
import copy
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

import convoy
from programs import Function, choose

# Programs to a module: compiling one function at a time is slow.
BATCH = 40


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def rms(array):
    return float(np.sqrt(np.mean(np.square(np.asarray(array, float))))) if np.size(array) else 0.0


class Module:
    """Functions that are folded and compiled together."""

    # A shared object that is loaded once more is not read again: every artefact
    # has a name of its own.
    number = 0

    def __init__(self, options, folder, programs):
        self.options = options
        Module.number += 1
        self.functions = [Function(f"p{p['seed']}", p) for p in programs]
        self.path = os.path.join(folder, f"{Module.number}-seed{programs[0]['seed']}.mlir")
        with open(self.path, "w") as file:
            file.write("module {\n" + "".join(f.text() for f in self.functions) + "}\n")

    def judge(self):
        """By program: what is wrong with it, or None."""
        folded = run(
            f"{self.options.bin}/convoy-opt", self.path, "--convoy-fold-affine",
            "--canonicalize", "--cse", "--remark-policy=all", "--remarks-filter=convoy",
        )
        if folded.returncode:
            return self.alone_or(f"convoy-opt failed: {first_error(folded.stderr)}")
        artefact = self.path.replace(".mlir", ".so")
        compiled = run(
            f"{self.options.bin}/convoy-compile", self.path, "--with-reference",
            "--remarks=none", "-o", artefact,
        )
        if compiled.returncode:
            return self.alone_or(f"convoy-compile failed: {first_error(compiled.stderr)}")
        model = convoy.load(artefact)
        return [
            judge_fold(f, folded.stdout, folded.stderr) or judge_numbers(f, model, self.options.exact)
            for f in self.functions
        ]

    def alone_or(self, why):
        """Who is to blame for a failure that ends the whole module?"""
        if len(self.functions) == 1:
            return [why]
        folder = os.path.dirname(self.path)
        return [Module(self.options, folder, [f.program]).judge()[0] for f in self.functions]


def first_error(text):
    errors = [line for line in text.splitlines() if "error:" in line]
    return (errors or text.strip().splitlines() or ["no message"])[0]


# ---- what was folded -----------------------------------------------------------

# Arithmetic on tensors, or in the body of an elementwise op.
ARITHMETIC = re.compile(
    r"\b(arith\.(add|sub|mul|div|neg)f|math\.fma|linalg\.(add|sub|mul|div|negf|map|elementwise))\b"
)


def behind_convolution(text):
    """The lines of a folded function behind its last convolution."""
    lines = text.splitlines()
    last = 0
    for i, line in enumerate(lines):
        if re.search(r"linalg\.(depthwise_)?conv_", line):
            last = i
        elif '"reduction"' in line:
            last = i + next(k for k, l in enumerate(lines[i:]) if "} ->" in l)
    return lines[last + 1 :]


def may_fold(function, steps):
    """Whether `steps` is a right number of folded steps."""
    extra = steps - function.expected_steps
    return 0 <= extra <= function.idle_steps or (steps == 0 and function.is_identity())


def judge_fold(function, folded, remarks):
    text = next(t for t in folded.split("func.func @") if t.startswith(function.name + "("))
    mine = [l for l in remarks.splitlines() if f"Function={function.name} " in l]
    counts = [int(n) for l in mine for n in re.findall(r"folded (\d+) steps?", l)]
    program = function.program
    # The accumulator is as narrow as the filter, so the audit may refuse.
    if program["type"] == "f16" and any("[Missed] accuracy-limit" in l for l in mine):
        return None
    mixed = program["type"] == "mixed"
    # A lone scale on the accumulator may be kept already, and says nothing.
    if mixed and not counts and function.expected_steps <= 1:
        return None
    # Steps that several convolutions share are counted with each of them.
    shared = program["front"] or program.get("branch")
    if not shared and not may_fold(function, sum(counts)):
        return f"expected {function.expected_steps} folded steps, found {sum(counts)}"
    if function.blocked:
        return None
    refused = [l for l in mine if "[Missed]" in l]
    if refused and not program["front"]:
        return f"refused: {refused[0]}"
    # Vectors of channels are computed in f64, in front of the op that keeps a scale.
    left = [l.strip() for l in behind_convolution(text) if ARITHMETIC.search(l) and not l.endswith(": f64")]
    # Convolutions that meet stay one sum; what multiplies by one may stay.
    kept = 2 * sum("with the scale behind it" in l for l in mine)
    if len(left) > kept + function.idle_steps + (1 if program.get("branch") else 0):
        return f"left behind the convolution: {left[0]}"
    return None


# ---- numbers -------------------------------------------------------------------


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def judge_numbers(function, model, exact):
    inputs = [np.asarray(a, order="C") for a in function.inputs]
    name = function.name
    try:
        fused = as_tuple(model[name](*inputs))
        unfused = as_tuple(model[name + "__unfused"](*inputs))
        wide = as_tuple(model[name + "__f64"](*(a.astype(np.float64) for a in inputs)))
    except convoy.Error as error:
        return f"call failed: {error}"
    for i, (_, _, known) in enumerate(function.results):
        got, plain, judge = (np.asarray(a[i]) for a in (fused, unfused, wide))
        if got.shape != known.value.shape:
            return f"result {i}: expected shape {known.value.shape}, found {got.shape}"
        magnitude = rms(known.magnitude())
        if rms(judge - known.value) > 1e-12 * max(magnitude, 1e-300):
            return f"result {i}: the float64 reference is off numpy's by {rms(judge - known.value):.3g}"
        if exact and not (np.array_equal(got, known.value) and np.array_equal(plain, known.value)):
            return f"result {i}: expected the exact numbers, found errors of {rms(got - known.value):.3g} fused, {rms(plain - known.value):.3g} unfused"
        error, allowed = rms(got - known.value), max(2 * rms(plain - known.value), 2 * function.roundoff * magnitude)
        if not error <= allowed:
            return f"result {i}: RMSE {error:.3g} fused, {allowed:.3g} allowed"
    return None


# ---- failures ------------------------------------------------------------------


def reductions(program):
    """The programs that lack one part of `program`."""
    for part in ("branch", "also_returned"):
        if part in program:
            smaller = copy.deepcopy(program)
            del smaller[part]
            yield smaller
    for part in ("steps", "front"):
        for i in range(len(program[part])):
            smaller = copy.deepcopy(program)
            del smaller[part][i]
            if smaller.get("also_returned", 0) < max(len(smaller["steps"]), 1):
                yield smaller
    if program["dynamic"]:
        yield dict(copy.deepcopy(program), dynamic=False)


def minimise(options, folder, program, why):
    """The smallest program that fails in the same way, and how."""
    progress = True
    while progress:
        progress = False
        for smaller in reductions(program):
            still = Module(options, folder, [smaller]).judge()[0]
            if still and still.split(":")[0] == why.split(":")[0]:
                program, why, progress = smaller, still, True
                break
    return program, why


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="where convoy-opt and convoy-compile are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--keep", help="a folder for modules and artefacts")
    parser.add_argument("--no-minimise", action="store_true")
    options = parser.parse_args()
    failed = folded = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for first in range(options.seed, options.seed + options.count, BATCH):
            last = min(first + BATCH, options.seed + options.count)
            programs = [choose(seed, options.exact) for seed in range(first, last)]
            module = Module(options, folder, programs)
            folded += sum(f.expected_steps > 0 for f in module.functions)
            for program, why in zip(programs, module.judge()):
                if not why:
                    continue
                failed += 1
                print(f"FAIL seed {program['seed']}: {why}")
                if not options.no_minimise:
                    program, why = minimise(options, folder, program, why)
                    print(f"smallest: {why}\n{Function('p', program).text()}")
    print(f"{options.count - failed} of {options.count} programs hold, {folded} of them with a fold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
