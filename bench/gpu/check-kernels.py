#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether the kernels of a folder that build-sweep.py made are those that
sweep.json has figures of:

    check-kernels.py FOLDER [--sweep sweep.json]

Kernels are the same where their modules are, in front of LLVM's back end. Prints
how many are and names those that are not. Exit status 1 where one of the headline
model is among them, unless the figures were made with another LLVM.
"""

import argparse
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path):
    with open(path) as file:
        return json.load(file)


def measured(sweep):
    """The keys of each artefact's kernels, by its name in build.json."""
    folders = {"convoy": "constants", "arguments": "arguments"}
    found = {}
    for layer, rows in sweep["layers"].items():
        for precision, row in rows.items():
            for kind, folder in folders.items():
                found[f"{folder}/{layer}-{precision}"] = row.get(kind, {})
    for precision, models in sweep["models"].items():
        for name, model in models.items():
            found[f"models/{name}-{precision}"] = model
    return {name: keys(row) for name, row in found.items()}


def keys(row):
    return [kernel["key"] for kernel in row.get("kernels", [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--sweep", default=f"{HERE}/sweep.json")
    options = parser.parse_args()
    sweep, build = read(options.sweep), read(f"{options.folder}/build.json")
    known = measured(sweep)
    changed = [name for name, row in build["artefacts"].items() if keys(row) != known.get(name)]
    print(f"kernels: {len(build['artefacts']) - len(changed)} artefacts as measured, {len(changed)} changed")
    for name in changed:
        print(f"changed: {name}")
    if build["compiler"]["llvm"] != sweep["compiler"]["llvm"]:
        print("the figures were made with another LLVM")
    elif any(name.startswith("models/") for name in changed):
        sys.exit("check-kernels.py: error: kernels of the headline have changed since they were measured")


if __name__ == "__main__":
    main()
