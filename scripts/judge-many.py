#!/usr/bin/env python3
"""Judges any number of random programs: test/Semantics at length.

Usage: scripts/judge-many.py [--count COUNT] [--seed SEED] [--exact] [--jobs JOBS]
                             [--tools BUILD_BIN] [--fold-with CONVOY_OPT]
                             [--llvm-tools LLVM_BIN] [--log FILE]

Runs test/Semantics/Inputs/judge.py on a thousand programs at a time, with a copy of
convoy-opt, so that a build beside it does no harm. The log gets a line for each
thousand and the smallest program of each failure. A run that was cut off goes on where
its log ends. Exit status 1 if a program failed.
"""

import argparse
import concurrent.futures
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHUNK = 1000
LINE = re.compile(r"^seeds (\d+) to (\d+): (\d+) of (\d+) programs hold", re.M)


def judge(options, tools, first, count):
    """What the judge prints about `count` programs."""
    command = [sys.executable, str(ROOT / "test/Semantics/Inputs/judge.py")]
    command += ["--tools", tools, "--llvm-tools", options.llvm_tools, "--seed", str(first), "--count", str(count)]
    command += ["--exact"] if options.exact else []
    command += ["--fold-with", f"{tools}/fold-with"] if options.fold_with else []
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout if "programs hold" in result.stdout else result.stdout + result.stderr


def judge_all(options, tools, log, done):
    """Judges what the log does not have yet."""
    end = options.seed + options.count
    chunks = [(first, min(CHUNK, end - first)) for first in range(options.seed, end, CHUNK)]
    chunks = [chunk for chunk in chunks if chunk[0] not in done]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(judge, options, tools, *chunk): chunk for chunk in chunks}
        for future in concurrent.futures.as_completed(running):
            first, count = running[future]
            *failures, last = future.result().strip().splitlines() or [""]
            if "programs hold" not in last:
                failures, last = failures + [last], f"0 of {count} programs hold; the judge did not come to an end"
            log.write("".join(f"{line}\n" for line in failures))
            log.write(f"seeds {first} to {first + count - 1}: {last}\n")
            log.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--tools", default=str(ROOT / "build/bin"))
    parser.add_argument("--fold-with", help="another convoy-opt, for the fold alone")
    parser.add_argument("--llvm-tools", default="/usr/lib/llvm-22/bin")
    parser.add_argument("--log", default="judge-many.log")
    options = parser.parse_args()
    path = pathlib.Path(options.log)
    done = {int(m[1]) for m in LINE.finditer(path.read_text())} if path.exists() else set()
    with tempfile.TemporaryDirectory() as tools, path.open("a") as log:
        shutil.copy(f"{options.tools}/convoy-opt", tools)
        if options.fold_with:
            shutil.copy(options.fold_with, f"{tools}/fold-with")
        judge_all(options, tools, log, done)
    counts = [(int(m[3]), int(m[4])) for m in LINE.finditer(path.read_text())]
    held, judged = (sum(column) for column in zip(*counts))
    print(f"{datetime.date.today()}: {held} of {judged} programs hold, {judged - held} do not")
    sys.exit(held < judged)


if __name__ == "__main__":
    main()
