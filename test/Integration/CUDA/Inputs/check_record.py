"""Holds the record of verified kernels against those that the compiler makes now.

    check_record.py --bin build/bin --record verified.json --scratch FOLDER [--random 16]
                    [--sweep all|some|none]
    check_record.py --kernels FOLDER/kernels.json --record verified.json

Compiles the headline, the corpus of the source tree, the first random programs and
layers of the sweep without a GPU and compares the keys in their manifests with the
record. A kernel is
  verified    as recorded;
  stale       it has another key, or none is recorded: it was not run on a GPU
  unchecked   the record was made with another LLVM.
Prints the counts and names what is not verified. Exit status 1 where a kernel of
the headline is stale. What was compiled is listed in kernels.json of the folder, which
--kernels takes instead of compiling again.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys

import build
import convoy


def manifests(artefact):
    model = convoy.load(artefact)
    for name in model:
        manifest = model[name].manifest
        if manifest["device"] == "cuda":
            yield name, manifest


def compile_kernels(options):
    """Each program, kernel and manifest, as a list."""
    options.source = os.path.abspath(__file__).rsplit("/test/", 1)[0]
    options.device, options.chip, options.jobs, options.with_reference = "cuda", "sm_90a", 1, False
    out = options.out = options.scratch
    options.references = f"{out}/kept"
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(f"{out}/scratch")
    compiler = build.Compiler(options)
    batches = [
        build.build_headline(compiler, out),
        build.build_corpus(compiler, out, f"{options.source}/test/Corpus/cases")[0],
        build.build_random(compiler, out, options.random, 0),
    ]
    if compiler.failed:
        sys.exit("check_record: error: programs of the record did not compile")
    found = []
    for artefact in sorted({line.split()[0] for lines in batches for line in lines}):
        stem = os.path.basename(artefact).rsplit(".", 1)[0]
        for entry, manifest in manifests(f"{out}/{artefact}"):
            program = stem if entry == "main" else entry
            found += [[program, kernel, manifest] for kernel in manifest["kernels"]]
    found += compile_sweep(options, f"{out}/sweep")
    with open(f"{out}/kernels.json", "w") as file:
        json.dump(found, file)
    return found


# What build-sweep.py is told.
SWEEP = {
    "all": ["--sources=headline,chosen,drawn"],
    "some": ["--sources=chosen", "--precisions=strict", "--kinds=arguments"],
}


def compile_sweep(options, out):
    if options.sweep == "none":
        return []
    command = [sys.executable, f"{options.source}/bench/gpu/build-sweep.py", f"--out={out}", f"--bin={options.bin}"]
    done = subprocess.run([*command, f"--jobs={options.jobs}", *SWEEP[options.sweep]], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"check_record: error: the sweep did not compile: {done.stdout[-300:]}")
    found = []
    for artefact in sorted(glob.glob(f"{out}/artefacts/*/*.so")):
        program = os.path.relpath(artefact, f"{out}/artefacts")[: -len(".so")]
        # Models are the headline's, which are held for themselves.
        if not program.startswith("models/"):
            for _, manifest in manifests(artefact):
                found += [[program, kernel, manifest] for kernel in manifest["kernels"]]
    return found


def judge(record, program, kernel, manifest):
    known = record.get((program, kernel["name"]))
    if known and known["llvm"] != manifest["llvm"]:
        return "unchecked"
    if known and (known["key"], known["ptx"], known["chip"]) == (kernel.get("key"), kernel.get("ptx"), manifest["chip"]):
        return "verified"
    return "stale"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin")
    parser.add_argument("--record", required=True)
    parser.add_argument("--scratch")
    parser.add_argument("--kernels")
    parser.add_argument("--random", type=int, default=16)
    parser.add_argument("--sweep", default="some", choices=["all", "some", "none"], help="layers of the sweep")
    options = parser.parse_args()
    with open(options.record) as file:
        record = {(r["program"], r["kernel"]): r for r in json.load(file)}
    if options.kernels:
        with open(options.kernels) as file:
            kernels = json.load(file)
    else:
        kernels = compile_kernels(options)
    found = {"verified": [], "stale": [], "unchecked": []}
    for program, kernel, manifest in kernels:
        found[judge(record, program, kernel, manifest)].append(f"{program}: {kernel['name']}")
    print("record: " + ", ".join(f"{len(names)} {state}" for state, names in found.items()))
    for state in ("stale", "unchecked"):
        for name in found[state]:
            print(f"{state}: {name}")
    if any(name.startswith("headline-") for name in found["stale"]):
        sys.exit(
            "check_record: error: kernels of the headline have changed since they were verified on a GPU: "
            "run bench/certify there"
        )


if __name__ == "__main__":
    main()
