"""Holds the record of verified kernels against those that the compiler makes now.

    check_record.py --bin build/bin --record verified.json --scratch FOLDER [--random 16]

Compiles the headline, the corpus of the source tree and the first random programs
without a GPU and compares the keys in their manifests with the record. A kernel is
  verified    as recorded;
  stale       it has another key, or none is recorded: it was not run on a GPU
  unchecked   the record was made with another LLVM.
Prints the counts and names what is not verified. Exit status 1 where a kernel of
the headline is stale.
"""

import argparse
import json
import os
import shutil
import sys

import build
import convoy


def manifests(artefact):
    model = convoy.load(artefact)
    for name in model:
        manifest = model[name].manifest
        if manifest["device"] == "cuda":
            yield name, manifest


def kernels(options):
    """Each program and kernel, with its manifest."""
    compiler = build.Compiler(options)
    out = options.scratch
    batches = [build.build_headline(compiler, out), build.build_corpus(compiler, out, options.corpus)[0]]
    batches.append(build.build_random(compiler, out, options.random, 0))
    if compiler.failed:
        sys.exit("check_record: error: programs of the record did not compile")
    for artefact in sorted({line.split()[0] for lines in batches for line in lines}):
        stem = os.path.basename(artefact).rsplit(".", 1)[0]
        for entry, manifest in manifests(f"{out}/{artefact}"):
            for kernel in manifest["kernels"]:
                yield stem if entry == "main" else entry, kernel, manifest


def judge(record, program, kernel, manifest):
    known = record.get((program, kernel["name"]))
    if known and known["llvm"] != manifest["llvm"]:
        return "unchecked"
    if known and (known["key"], known["ptx"], known["chip"]) == (kernel.get("key"), kernel.get("ptx"), manifest["chip"]):
        return "verified"
    return "stale"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--random", type=int, default=16)
    options = parser.parse_args()
    options.source = os.path.abspath(__file__).rsplit("/test/", 1)[0]
    options.corpus = f"{options.source}/test/Corpus/cases"
    options.device, options.chip, options.jobs, options.with_reference = "cuda", "sm_90a", 1, False
    options.out = options.scratch
    shutil.rmtree(options.scratch, ignore_errors=True)
    os.makedirs(f"{options.scratch}/scratch")
    with open(options.record) as file:
        record = {(r["program"], r["kernel"]): r for r in json.load(file)}
    found = {"verified": [], "stale": [], "unchecked": []}
    for program, kernel, manifest in kernels(options):
        found[judge(record, program, kernel, manifest)].append(f"{program}: {kernel['name']}")
    print("record: " + ", ".join(f"{len(names)} {state}" for state, names in found.items()))
    for state in ("stale", "unchecked"):
        for name in found[state]:
            print(f"{state}: {name}")
    headline = [name for name in found["stale"] if name.startswith("headline-")]
    if headline:
        sys.exit("check_record: error: kernels of the headline have changed since they were verified on a GPU: run "
                 "bench/certify there")


if __name__ == "__main__":
    main()
