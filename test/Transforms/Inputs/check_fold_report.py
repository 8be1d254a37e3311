"""Compares the report of fold-affine-options.mlir with what its functions do.

Usage: check_fold_report.py REPORT.json
"""

import json
import re
import sys

CONV = "linalg.conv_2d_nchw_fchw"


def summary(function, *, folded=0, steps=(), refused=None, dynamic=False):
    """The keys of a function with one convolution, but for what needs a look."""
    return {
        "name": function,
        "convolutions": 1,
        "folded": folded,
        "refused": refused or {},
        "hasDynamicSizes": dynamic,
        "steps": list(steps),
    }


# One step of a 1x2x2x2xf32 result reads and writes 32 bytes each, in 8 operations.
EXPECTED = [
    summary("folded", folded=1, steps=["mulf", "addf"]),
    summary("dynamic", folded=1, steps=["mulf"], dynamic=True),
    summary("kept", folded=1, steps=["mulf"]),
    summary("overflowing", folded=1, steps=["mulf"]),
    summary("refused", refused={"not-per-channel": 1}),
    summary("refused_in_part", folded=1, steps=["mulf"]),
]
# A kept scale is such an op again, and computes a bias too.
SAVED = {
    "folded": (128, 16),
    "dynamic": (0, 0),
    "kept": (0, -8),
    "overflowing": (0, -8),
    "refused": (0, 0),
    "refused_in_part": (64, 8),
}
# Scale, smallest and largest gain.
INTO = {
    "folded": ("weights", 2, 4),
    "dynamic": ("weights", 2, 4),
    "kept": ("epilogue", 1.099609375, 1.099609375),
    "overflowing": ("epilogue", 2, 4),
    "refused_in_part": ("weights", 2, 4),
}
# Code, whether the chain was folded up to here.
REFUSALS = {"refused": [("not-per-channel", False)], "refused_in_part": [("crosses-activation", True)]}


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: expected {expected}, found {found}")


def check_location(function, entry):
    if not re.fullmatch(r'loc\(".*fold-affine-options\.mlir":\d+:8\)', entry["location"]):
        sys.exit(f"{function}: unexpected location {entry['location']}")


def check_audit(function, conv):
    is_16_bit = function in ("kept", "overflowing")
    check(f"{function}, overflows", conv["overflows"], 1 if function == "overflowing" else 0)
    check(f"{function}, subnormals", conv["subnormals"], 0)
    check(f"{function}, whether the ratio is too high", conv["predictedRmseRatio"] > 2, function == "kept")
    check(f"{function}, whether there is a bound", 0 < conv["errorBound"] < (0.01 if is_16_bit else 1e-5), True)


def check_function(function):
    name = function["name"]
    if name in SAVED:
        check(f"{name}, saved", (function["bytesSaved"], function["flopsSaved"]), SAVED[name])
    for fold in function["folds"]:
        check(f"{name}, steps", fold["numSteps"], len(fold["steps"]))
        (conv,) = fold["into"]
        check(f"{name}, convolution", (conv["op"], conv["channels"]), (CONV, 2))
        check(f"{name}, scale", (conv["scale"], conv["minGain"], conv["maxGain"]), INTO[name])
        check_location(name, conv)
        check_audit(name, conv)
    for refusal in function["refusals"]:
        check(f"{name}, ops", (refusal["conv"], refusal["op"]), (CONV, "linalg.generic"))
        check(f"{name}, texts", all(refusal[key] for key in ("message", "hint")), True)
        check_location(name, refusal)
    found = [(refusal["code"], refusal["partly"]) for refusal in function["refusals"]]
    check(f"{name}, refusals", found, REFUSALS.get(name, []))


def main():
    with open(sys.argv[1]) as file:
        report = json.load(file)
    check("version", report["schemaVersion"], 1)
    summaries = []
    for function in report["functions"]:
        steps = [step for fold in function["folds"] for step in fold["steps"]]
        summaries.append(dict(((key, function[key]) for key in summary("") if key != "steps"), steps=steps))
    check("functions", summaries, EXPECTED)
    for function in report["functions"]:
        check_function(function)


if __name__ == "__main__":
    main()
