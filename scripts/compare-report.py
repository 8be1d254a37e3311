#!/usr/bin/env python3
"""Compares what the fold reports with what a corpus says should be reported.

  compare-report.py CORPUS_DIR [--convoy-opt PATH] [--only PATTERN] [--verbose]

CORPUS_DIR holds FRONT_END/CASE.mlir and, beside it, CASE.json with `foldable`,
the number of affine chains that must end up in a convolution, and `refused`,
how many must not, by reason. The report's `folded` and `refused` must be equal
to them, or to what EXPECTED below says; docs/Report.md argues each entry of it.
Prints the cases that differ, then totals; exits with 1 if one is not argued.
"""

import argparse
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile

# The corpus says in words what the report says in codes.
CODES = {
    "a nonlinear op between": "nonlinear-step",
    "an activation between conv and batch-norm": "crosses-activation",
    "batch statistics come from the conv's own output": "batch-statistics",
    "shift crosses zero padding": "shift-crosses-padding",
    "the conv result has another use": "multiple-uses",
}

# Cases whose report differs from the corpus's own numbers, and how; the reasons
# are in docs/Report.md, under the same names.
EXPECTED = {
    "torch-linalg/conv_used_twice": (1, {}),
    "torch-linalg/shared_filter": (1, {}),
    "torch-linalg/swish_gate": (0, {"crosses-activation": 1}),
    "torch-tosa/conv_used_twice": (1, {}),
}


def count(convoy_opt, path):
    """The report of one program, summed over its functions."""
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        result = subprocess.run(
            [convoy_opt, path, f"--convoy-fold-affine=report={report}",
             "-o", "/dev/null"], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{path}: convoy-opt failed: {result.stderr}")
        functions = json.loads(report.read_text())["functions"]
    refused = {}
    for function in functions:
        for code, number in function["refused"].items():
            refused[code] = refused.get(code, 0) + number
    return sum(function["folded"] for function in functions), refused


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--convoy-opt", default="build/bin/convoy-opt")
    parser.add_argument("--only", default="*")
    parser.add_argument("--verbose", action="store_true")
    a = parser.parse_args()
    cases = equal = argued = 0
    for path in sorted(a.corpus.glob("*/*.mlir")):
        name = f"{path.parent.name}/{path.stem}"
        if not fnmatch.fnmatch(name, a.only):
            continue
        cases += 1
        meta = json.loads(path.with_suffix(".json").read_text())
        refused = {CODES.get(reason, reason): number
                   for reason, number in meta["refused"].items()}
        wanted = meta["foldable"], refused
        found = count(a.convoy_opt, path)
        if found == wanted:
            equal += 1
        elif found == EXPECTED.get(name):
            argued += 1
        else:
            print(f"{name}: expected {EXPECTED.get(name, wanted)}, "
                  f"found {found}")
            if a.verbose:
                print(f"    {meta['note']}")
            continue
        if found == wanted and name in EXPECTED:
            print(f"{name}: equal; its exception is out of date")
    print(f"{cases} cases: {equal} equal, {argued} as argued, "
          f"{cases - equal - argued} different")
    return 0 if cases and equal + argued == cases else 1


if __name__ == "__main__":
    sys.exit(main())
