"""Compiles all that the tests on a GPU run, into one folder that needs nothing
but itself there:

    build.py --bin build/bin --out build/gpu-tests [--count 512] [--chip sm_90a]
             [--corpus FOLDER ...] [--only random,corpus,headline,combos,packs] [--pack FILE.tar.xz]

    bin/convoy-exec    python/convoy, run.py and the scripts that it calls
    random.batch       random programs (programs.py), many in an artefact
    corpus.batch       the programs of importers, with the results they expect
    headline.batch     what is timed
    combos.json        combinations (combos.py) that numerics.py runs, with their strategies
    packs.json         filter images (packs.py) that a kernel must make as the compiler does
    certify.batch      what the record of verified kernels is made of
    build.json         what did not compile, and why

Command lines in *.batch are those of convoy-exec in this folder.
"""

import argparse
import concurrent.futures
import functools
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time

import build_combos
import packs
import programs
import reference
from programs import write_module

# Scripts that go along.
RUN_THERE = [
    "prove.sh", "run.py", "batches.py", "sanitizers.py", "packs.py", "calls.py", "numerics.py", "cases.py", "combos.py", "bounds.py", "reference.py", reference.SOURCE, "programs.py", "steps.py"
]  # fmt: skip
# Programs in one artefact.
PER_MODULE = 32
# Random programs whose kernels are recorded.
CERTIFIED = 64
# Deep networks whose parameters are arguments: with filters of positive numbers all
# results overflow and nothing is left to compare, so theirs are normal.
DEEP = ["torch-linalg/resnet18"]


def inputs_of_deep(model):
    """Normal numbers for images and filters; variances stay positive."""
    with open(model) as file:
        signature = re.search(r"func\.func @main\((.*?)\) ->", file.read(), re.S).group(1)
    ranks = [dims.count("x") for dims in re.findall(r"tensor<([^>]*)>", signature)]
    return ["--input=random,normal" if rank == 4 else "--input=random" for rank in ranks]


class Compiler:
    def __init__(self, options):
        self.options = options
        self.failed = []

    def run(self, *arguments):
        """None, or why not."""
        command = [f"{self.options.bin}/convoy-compile", "--remarks=none", *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return None
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        return (errors or done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]

    def compile(self, model, artefact, *more):
        """For the device, without references. None, or why not."""
        device = [f"--device={self.options.device}"]
        if self.options.device == "cuda":
            device.append(f"--chip={self.options.chip}")
        return self.kept(model, artefact, [*device, *more])

    def kept(self, model, artefact, flags):
        """Compiles it, if this compiler has not made it from the same model before.
        None, or why not."""
        with open(model, "rb") as file:
            key = hashlib.sha256(" ".join(flags).encode() + b"\0" + file.read()).hexdigest()
        kept = f"{self.options.references}/{self.digest()}/{key}"
        if not os.path.exists(kept):
            why = self.run(model, *flags, "-o", kept + ".new")
            if why is not None:
                return why
            os.replace(kept + ".new", kept)
        shutil.copy(kept, artefact)
        return None

    @functools.lru_cache(maxsize=None)
    def digest(self):
        """Of the compiler; what others have made is removed."""
        with open(f"{self.options.bin}/convoy-compile", "rb") as file:
            digest = "compiled-" + hashlib.sha256(file.read()).hexdigest()[:16]
        for other in glob.glob(f"{self.options.references}/compiled-*"):
            if os.path.basename(other) != digest:
                shutil.rmtree(other, ignore_errors=True)
        os.makedirs(f"{self.options.references}/{digest}", exist_ok=True)
        return digest

    def reference(self, model, artefact):
        """For the CPU, with references, which change with the model alone: they are
        kept from one build to the next. None, or why not."""
        with open(model, "rb") as file:
            kept = f"{self.options.references}/{hashlib.sha256(file.read()).hexdigest()}.so"
        os.makedirs(self.options.references, exist_ok=True)
        if not os.path.exists(kept):
            why = self.run(model, "--with-reference", "-o", kept + ".new")
            if why is not None:
                return why
            os.replace(kept + ".new", kept)
        shutil.copy(kept, artefact)
        return None

    def both(self, model, artefact):
        """The flag that names the references, and None or why not."""
        if not self.options.with_reference:
            return "", self.compile(model, artefact)
        name = artefact.replace(".so", "-cpu.so")
        why = self.reference(model, name)
        return f" --reference={os.path.relpath(name, self.options.out)}", why or self.compile(model, artefact)

    def fail(self, what, why):
        why = re.sub(r"dense<[^>]*>", "dense<...>", why)[:400]
        self.failed.append({"program": what, "error": why})
        print(f"not compiled: {what}: {why}", flush=True)


def lines_of(artefact, functions, reference):
    return [
        " ".join([artefact, f"--entry={f.name}", "--verify"] + [f"--input={i}" for i in f.inputs]) + reference
        for f in functions
    ]


def build_module(compiler, out, name, functions, reference=None):
    """The command lines of what compiles; a program that does not is left out.
    `reference` names the references where they are there already."""
    model, artefact = f"{out}/scratch/{name}.mlir", f"random/{name}.so"
    write_module(model, functions)
    if reference is None:
        reference, why = compiler.both(model, f"{out}/{artefact}")
        if why and not os.path.exists(f"{out}/{artefact}".replace(".so", "-cpu.so")):
            reference = None
    else:
        why = compiler.compile(model, f"{out}/{artefact}")
    if why is None:
        return lines_of(artefact, functions, reference)
    if len(functions) == 1:
        compiler.fail(name, why)
        return []
    # Who is to blame?
    half = len(functions) // 2
    return build_module(compiler, out, name + "a", functions[:half], reference) + build_module(
        compiler, out, name + "b", functions[half:], reference
    )


def build_random(compiler, out, count, seed):
    os.makedirs(f"{out}/random", exist_ok=True)
    modules = []
    for first in range(seed, seed + count, PER_MODULE):
        seeds = range(first, min(first + PER_MODULE, seed + count))
        modules.append((f"p{first}", [programs.Function(f"p{s}", programs.choose(s)) for s in seeds]))
    with concurrent.futures.ThreadPoolExecutor(compiler.options.jobs) as pool:
        lines = pool.map(lambda m: build_module(compiler, out, *m), modules)
        return [line for of_module in lines for line in of_module]


def build_corpus(compiler, out, folder):
    """Each case with arrays is run on them, the others on random numbers where
    all their sizes are static."""
    lines, expected = [], {}
    for model in sorted(glob.glob(f"{folder}/*/*.mlir")):
        case = os.path.relpath(model, folder)[: -len(".mlir")]
        name = case.replace("/", "-")
        with open(model[: -len("mlir")] + "json") as file:
            meta = json.load(file)
        artefact = f"corpus/{name}.so"
        os.makedirs(f"{out}/corpus", exist_ok=True)
        reference, why = compiler.both(model, f"{out}/{artefact}")
        if why is not None:
            compiler.fail(case, why)
            continue
        line = [artefact, "--verify" + reference]
        if case in DEEP:
            line += inputs_of_deep(model)
        here = os.path.dirname(model)
        arrays = meta.get("inputs", []) + meta["outputs"]
        if not all(os.path.exists(f"{here}/{array}") for array in arrays):
            # Programs alone are run on random numbers.
            meta.update(inputs=[], outputs=[])
        for i, array in enumerate(meta.get("inputs", [])):
            shutil.copy(f"{os.path.dirname(model)}/{array}", f"{out}/corpus/{name}.input{i}.npy")
            line.append(f"--input=corpus/{name}.input{i}.npy")
        for i, array in enumerate(meta["outputs"]):
            shutil.copy(f"{os.path.dirname(model)}/{array}", f"{out}/corpus/{name}.expected{i}.npy")
            line.append(f"--output=results/{name}.output{i}.npy")
        if meta["outputs"]:
            expected[artefact] = {"name": name, "rmse": meta["rmse"], "case": case}
        lines.append(" ".join(line))
    return lines, expected


def build_headline(compiler, out):
    """What is timed: one artefact for each, called what it is."""
    os.makedirs(f"{out}/headline", exist_ok=True)
    lines = []
    models = [("headline-f32", f"{compiler.options.source}/examples/models/headline.mlir")]
    for type_ in ("f32", "f16", "bf16"):
        for arguments in (False, True):
            suffix = "-arguments" if arguments else ""
            if suffix or type_ != "f32":
                models.append((f"headline-{type_}{suffix}", programs.headline(type_, arguments)))
            models.append((f"batch-norm-{type_}{suffix}", programs.batch_norm(type_, arguments)))
    for name, model in models:
        if isinstance(model, dict):
            function = programs.Function("main", model)
            model = f"{out}/scratch/{name}.mlir"
            write_module(model, [function])
        reference, why = compiler.both(model, f"{out}/headline/{name}.so")
        if why is not None:
            compiler.fail(name, why)
            continue
        lines.append(f"headline/{name}.so --verify --time" + reference)
    return lines


def build_calls(compiler, out):
    """What calls.py calls, small enough for thousands of calls."""
    os.makedirs(f"{out}/calls", exist_ok=True)
    for name, arguments in (("small", False), ("small-arguments", True)):
        program = programs.headline("f32", arguments)
        program["sizes"].update(n=2, h=30, w=33)
        model = f"{out}/scratch/{name}.mlir"
        write_module(model, [programs.Function("main", program)])
        why = compiler.compile(model, f"{out}/calls/{name}.so")
        if why is not None:
            compiler.fail(name, why)


def copy_runner(options, out):
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in ("bin", "checks", "results"):
        os.makedirs(f"{out}/{folder}", exist_ok=True)
    shutil.copy(f"{options.bin}/../unittests/Runtime/FixtureCudaFaults.so", f"{out}/checks")
    shutil.copy(f"{options.bin}/convoy-exec", f"{out}/bin")
    shutil.copytree(
        f"{options.source}/python/convoy", f"{out}/python/convoy", dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for script in RUN_THERE:
        shutil.copy(f"{here}/{script}", out)
    reference.compile_reference(f"{here}/{reference.SOURCE}", out, options.device)
    for script in ("certify", "gpu/peers.py"):
        shutil.copy(f"{options.source}/bench/{script}", out)


def read_batch(out, name):
    path = f"{out}/{name}.batch"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().splitlines()


def certified(out):
    """The headline, the corpus of the source tree, the first random programs."""
    lines = read_batch(out, "headline") + read_batch(out, "corpus") + read_batch(out, "random")[:CERTIFIED]
    return [line for line in lines if "--verify" in line]


def write_batch(out, name, lines):
    if lines:
        with open(f"{out}/{name}.batch", "w") as file:
            file.write("\n".join(lines) + "\n")
    print(f"{name}: {len(lines)} runs", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="where convoy-compile and convoy-exec are")
    parser.add_argument("--out", required=True)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("--count", type=int, default=512, help="random programs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--corpus", action="append", help="folders of cases, default test/Corpus/cases")
    parser.add_argument("--combo-seed", type=int, default=1)
    parser.add_argument("--combo-part", type=float, default=1.0, help="part of the combinations of each mode")
    parser.add_argument("--only", default="random,corpus,headline,combos,packs")
    parser.add_argument("--references", help="where they and what was compiled are kept, default OUT-references")
    parser.add_argument("--pack", help="write the folder into this archive too, much smaller")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.source, options.with_reference = os.path.abspath(__file__).rsplit("/test/", 1)[0], True
    out, only = options.out, options.only.split(",")
    options.references = options.references or f"{out}-references"
    os.makedirs(f"{out}/scratch", exist_ok=True)
    compiler = Compiler(options)
    start = time.time()
    if "headline" in only:
        write_batch(out, "headline", build_headline(compiler, out))
        build_calls(compiler, out)
    if "corpus" in only:
        lines, expected = [], {}
        for folder in options.corpus or [f"{options.source}/test/Corpus/cases"]:
            more, of_folder = build_corpus(compiler, out, folder)
            lines += more
            expected.update(of_folder)
        write_batch(out, "corpus", lines)
        with open(f"{out}/corpus.json", "w") as file:
            json.dump(expected, file, indent=1)
    if "combos" in only:
        build_combos.build(compiler, out, options.combo_seed, options.combo_part)
    if "packs" in only and options.device == "cuda":
        packs.build_packs(compiler, out)
    if "random" in only:
        write_batch(out, "random", build_random(compiler, out, options.count, options.seed))
        kinds = {f"p{s}": programs.kind_of(programs.choose(s)) for s in range(options.seed, options.seed + options.count)}
        with open(f"{out}/kinds.json", "w") as file:
            json.dump(kinds, file)
    write_batch(out, "certify", certified(out))
    shutil.rmtree(f"{out}/scratch")
    copy_runner(options, out)
    with open(f"{out}/build.json", "w") as file:
        json.dump({"chip": options.chip, "failed": compiler.failed}, file, indent=1)
    if options.pack:
        with tarfile.open(options.pack, "w:xz", preset=2) as archive:
            archive.add(out, "gpu-tests")
        print(f"packed: {os.path.getsize(options.pack) >> 20} MiB")
    total = sum(os.path.getsize(p) for p in glob.glob(f"{out}/**", recursive=True) if os.path.isfile(p))
    print(f"{len(compiler.failed)} programs did not compile; {total >> 20} MiB in {time.time() - start:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
