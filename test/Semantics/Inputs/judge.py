#!/usr/bin/env python3
"""Executes random programs fused and unfused, with float64 as the judge.

Usage: judge.py --tools BUILD_BIN --llvm-tools LLVM_BIN [--seed SEED] [--count COUNT]
                [--seeds FILE] [--exact] [--mixed-bodies] [--keep DIR]

COUNT programs from SEED on, or those whose seeds FILE has (changed.py prints some), are
written as functions, a hundred to a module. They are
folded, compiled with upstream's passes together with what they were before, and
called. For each program
  - the fold must do what its generator says: fold so many steps and say so, leave
    nothing behind a chain that is affine to its end;
  - folding again must change nothing;
  - RMSE_fused <= max(2 x RMSE_unfused, 2 x u x RMS(sum|aW||x| + |b|)), each against
    what numpy computes in float64, with u the rounding unit of the result's type
    (2^-24 for f32, 2^-11 for f16, 2^-8 for bf16); with --exact, where all numbers
    are whole or powers of two, fused and unfused must be equal to it bit for bit.
Both add up in one order (summation.py). With --mixed-bodies, upstream's pass puts
steps that follow each other, and what stands between them, into one body first.
A program that fails is made smaller, one part at a time, and printed.
"""

import argparse
import collections
import ctypes
import os
import pickle
import re
import sys
import tempfile

from execute import Failed, call, compile_library, run
from programs import Function, choose, reductions
from summation import sum_first
from verdict import count_convolutions, functions_of, inline_resources, judge_fold, judge_numbers

# Programs to a module: starting tools for one function at a time is slow.
BATCH = 100

# What runs behind the fold.
CLEANUP = ["--canonicalize", "--cse"]


class Crashed(Exception):
    """A program that took its process with it."""


def isolated(function):
    """The result of `function`, called in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(function(), pipe)
            status = 0
        except Exception as error:
            print(error, file=sys.stderr)
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(child, 0)[1]
    if status:
        raise Crashed(f"the call ended with status {status}")
    return pickle.loads(answer)


class Module:
    """Programs that are folded and compiled together."""

    number = 0

    def __init__(self, options, folder, programs):
        self.options = options
        Module.number += 1
        self.functions = [Function(f"p{p['seed']}", p) for p in programs]
        self.stem = os.path.join(folder, f"{Module.number}-seed{programs[0]['seed']}")

    def judge(self):
        """By program: what is wrong with it, or None."""
        try:
            verdicts = self.judge_folds()
            library = compile_library(self.options.tools, self.options.llvm_tools, f"{self.stem}.mlir")
            numbers = isolated(lambda: self.call_all(library))
            return [verdict or number for verdict, number in zip(verdicts, numbers)]
        except (Failed, Crashed) as failure:
            return self.alone_or(str(failure))

    def alone_or(self, why):
        """Who is to blame for a failure that ends the whole module?"""
        if len(self.functions) == 1:
            return [why]
        half = len(self.functions) // 2
        folder = os.path.dirname(self.stem)
        programs = [f.program for f in self.functions]
        return [v for part in (programs[:half], programs[half:]) for v in Module(self.options, folder, part).judge()]

    def judge_folds(self):
        """Folds the programs, and once more; leaves a module of the programs as they
        were and, with another name, as they are."""
        source, once, twice = (self.stem + end for end in ("-source.mlir", "-once.mlir", "-twice.mlir"))
        text = "".join(f.text() for f in self.functions)
        with open(source, "w") as file:
            file.write(f"module {{\n{text}}}\n")
        if self.options.mixed_bodies:
            mixed = f"{self.stem}-mixed.mlir"
            run(f"{self.options.tools}/convoy-opt", source, "--linalg-fuse-elementwise-ops", "-o", mixed)
            source = mixed
        remarks = collections.defaultdict(list)
        for line in self.fold(source, once).splitlines():
            name = re.search(r"Function=(\w+)", line)
            if name:
                remarks[name[1]].append(line)
        self.fold(once, twice)
        with open(once) as first, open(twice) as second:
            whole, again = first.read(), second.read()
        folded = functions_of(whole)
        changed = set() if again == whole else self.find_changed(source, once, twice)
        with open(f"{self.stem}.mlir", "w") as file:
            renamed = re.sub(r"^  func\.func @(\w+)", r"  func.func @\1__fused", inline_resources(whole), flags=re.M)
            file.write(sum_first(renamed.replace("module {\n", f"module {{\n{text}", 1)))
        return [
            judge_fold(f, folded[f.name], remarks[f.name], self.options.mixed_bodies)
            or ("folding again changes it" if f.name in changed else None)
            for f in self.functions
        ]

    def find_changed(self, source, once, twice):
        """The functions that differ between two modules, for which the fold is to
        blame: what was cleaned up once may become simpler when it is again."""
        first, second = self.read(once, *CLEANUP), self.read(twice)
        changed = {name for name in first if first[name] != second[name]}
        if not changed:
            return changed
        # Convolutions that a fold leaves alike become one, which is another program.
        alone, again = f"{self.stem}-alone.mlir", f"{self.stem}-again.mlir"
        self.fold(source, alone, cleanup=[])
        self.fold(alone, again, cleanup=[])
        folded, folded_again = self.read(alone), self.read(again)
        is_merged = lambda name: count_convolutions(first[name]) < count_convolutions(folded[name])
        return {name for name in changed if folded[name] != folded_again[name] or not is_merged(name)}

    def read(self, path, *passes):
        """The functions of a module."""
        tool = [f"{self.options.tools}/convoy-opt", "--mlir-print-local-scope"]
        return functions_of(run(*tool, *passes, path).stdout)

    def fold(self, source, target, cleanup=CLEANUP):
        """Writes the folded module; returns the remarks."""
        policy = self.functions[0].program["policy"]
        passes = [f"--convoy-fold-affine=policy={policy}", *cleanup]
        options = ["--remark-policy=all", "--remarks-filter=convoy"]
        tool = self.options.fold_with or f"{self.options.tools}/convoy-opt"
        return run(tool, source, *passes, *options, "-o", target).stderr

    def call_all(self, path):
        library = ctypes.CDLL(path)
        return [self.call_one(library, function) for function in self.functions]

    def call_one(self, library, function):
        results = [(known.value.ndim, element.memory) for *_, element, known in function.results]
        # A program may write into its arguments.
        inputs = lambda: [element.store(array) for array, element in function.inputs]
        fused = call(library, function.name + "__fused", inputs(), results)
        unfused = call(library, function.name, inputs(), results)
        return judge_numbers(function, fused, unfused)


def kind_of(why):
    """What two failures of one kind have in common."""
    return re.sub(r"[\d.]+(e[+-]\d+)?|%\w+", "#", why.split(":")[0])


def minimise(options, folder, program, why):
    """The smallest program that fails in the same way, and how."""
    progress = True
    while progress:
        progress = False
        for smaller in reductions(program):
            still = Module(options, folder, [smaller]).judge()[0]
            if still and kind_of(still) == kind_of(why):
                program, why, progress = smaller, still, True
                break
    return program, why


def judge_batch(options, folder, seeds):
    """Judges and reports the programs of `seeds`: how many fail, hold a fold that was
    foretold, and were compared bit for bit."""
    programs = [choose(seed, options.exact) for seed in seeds]
    module = Module(options, folder, programs)
    failed = 0
    for program, why in zip(programs, module.judge()):
        if not why:
            continue
        failed += 1
        print(f"FAIL seed {program['seed']}: {why}")
        if not options.no_minimise:
            program, why = minimise(options, folder, program, why)
            print(f"smallest: {why}\n{Function('p', program).text()}", flush=True)
    foretold = sum(f.expected_steps > 0 for f in module.functions)
    return failed, foretold, sum(f.is_exact() for f in module.functions)


def batches(seeds, exact):
    """The seeds in lists for one module each: a module is folded with one policy."""
    by_policy = collections.defaultdict(list)
    for seed in seeds:
        batch = by_policy[choose(seed, exact)["policy"]]
        batch.append(seed)
        if len(batch) == BATCH:
            yield batch[:]
            batch.clear()
    yield from filter(None, by_policy.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True, help="where convoy-opt is")
    parser.add_argument("--fold-with", help="another convoy-opt, for the fold alone")
    parser.add_argument("--llvm-tools", required=True, help="where mlir-translate and llc are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seeds", help="a file of seeds, one a line")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--mixed-bodies", action="store_true", help="put steps into one body first")
    parser.add_argument("--keep", help="a folder for modules and libraries")
    parser.add_argument("--no-minimise", action="store_true")
    options = parser.parse_args()
    seeds, totals = range(options.seed, options.seed + options.count), [0, 0, 0]
    if options.seeds:
        with open(options.seeds) as file:
            seeds = [int(line) for line in file]
    for batch in batches(seeds, options.exact):
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.keep or temporary
            os.makedirs(folder, exist_ok=True)
            counts = judge_batch(options, folder, batch)
            totals = [total + count for total, count in zip(totals, counts)]
    failed, foretold, exact = totals
    exactly = f", {exact} of them bit for bit" if options.exact else ""
    print(f"{len(seeds) - failed} of {len(seeds)} programs hold{exactly}; {foretold} have steps that must fold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
