#!/usr/bin/env python3
"""Names the random programs of which two builds make something else.

Usage: changed.py --before BUILD_BIN --tools BUILD_BIN [--seed SEED] [--count COUNT]

Prints the seeds of programs that the fold of --tools leaves otherwise than that of
--before, of which it says something else, or that it changes when it runs again:
those are to be executed by judge.py again after a change of the fold, and only those.
"""

import argparse
import collections
import os
import re
import sys
import tempfile

from execute import run
from judge import BATCH, CLEANUP
from programs import Function, choose
from verdict import functions_of, inline_resources


def fold(tools, policy, source, target):
    """Writes the folded module; returns by function what is said, without locations,
    which a change elsewhere moves."""
    passes = [f"--convoy-fold-affine=policy={policy}", *CLEANUP]
    options = ["--remark-policy=all", "--remarks-filter=convoy"]
    remarks = collections.defaultdict(list)
    for line in run(f"{tools}/convoy-opt", source, *passes, *options, "-o", target).stderr.splitlines():
        name = re.search(r"Function=(\w+)", line)
        if name:
            remarks[name[1]].append(line.split("remark: ")[-1])
    return {name: sorted(lines) for name, lines in remarks.items()}


def texts(tools, path):
    """The functions of a module, each with the maps and constants that it uses."""
    with open(path) as file:
        inlined = inline_resources(file.read())
    with open(path + ".inlined", "w") as file:
        file.write(inlined)
    return functions_of(run(f"{tools}/convoy-opt", path + ".inlined", "--mlir-print-local-scope").stdout)


def find_changed(options, folder, seeds):
    programs = [choose(seed, False) for seed in seeds]
    source, before, after, again = (os.path.join(folder, n) for n in ("source", "before", "after", "again"))
    with open(source, "w") as file:
        text = "".join(Function(f"p{p['seed']}", p).text() for p in programs)
        file.write(f"module {{\n{text}}}\n")
    policy = programs[0]["policy"]
    said_before = fold(options.before, policy, source, before)
    said = fold(options.tools, policy, source, after)
    fold(options.tools, policy, after, again)
    whole = [open(path).read() for path in (before, after, again)]
    if whole[0] == whole[1] == whole[2] and said_before == said:
        return
    old, new, twice = (texts(options.tools, path) for path in (before, after, again))
    for name in new:
        if not old[name] == new[name] == twice[name] or said_before.get(name) != said.get(name):
            print(name[1:], flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="where the earlier convoy-opt is")
    parser.add_argument("--tools", required=True, help="where convoy-opt is")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=BATCH)
    options = parser.parse_args()
    end = options.seed + options.count
    for first in range(options.seed, end, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            find_changed(options, folder, range(first, min(first + BATCH, end)))
        if (first + BATCH) % 5000 == 0:
            print(f"to {first + BATCH}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
