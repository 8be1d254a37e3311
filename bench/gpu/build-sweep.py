#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the layers of layers.json, or of another such file, for a GPU, into one folder
that needs nothing but itself and PyTorch there:

    build-sweep.py --out build/gpu-sweep [--bin build/bin] [--only REGEX] [--jobs N]
                   [--sources headline,chosen,drawn] [--kinds constants,arguments]
                   [--precisions strict,tf32,f16,bf16] [--model NAME=FILE] [--pack FILE.tar.xz]
                   [--variants 2 [--missed sweep.json]] [--layers FILE]

    sweep.py and what it needs            what measures
    artefacts/KIND/LAYER-PRECISION.so     a layer: convolution, bias, ReLU
    artefacts/models/KIND-PRECISION.so    the headline model
    artefacts/models/NAME-PRECISION.so    a model of f32 in a file
    artefacts/variant-NUMBER/...so        a layer with other tiles, those that are predicted
                                          to be the next fastest
    build.json                            what was compiled, how, by which compiler

KIND is `constants`, where the parameters are constants of the artefact, as they are
where a network is compiled for inference, or `arguments`, where they come with each
call. A folder that is there already is added to where the same compiler made it.
Variants are made of all layers, or of those that missed a target in a sweep before.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [f"{ROOT}/test/Integration/CUDA/Inputs", f"{ROOT}/python"]
import convoy  # noqa: E402
import figures  # noqa: E402
import parameters  # noqa: E402
import programs  # noqa: E402

# What measures there.
RUN_THERE = [
    "sweep.py", "artefacts.py", "clock.py", "compiled.py", "counters.py", "eager.py", "parameters.py", "report.py", "tensors.py"
]  # fmt: skip
# Type of the tensors, and accuracy of products of f32. Sums and the bias are f32.
PRECISIONS = {"strict": ("f32", "strict"), "tf32": ("f32", "tf32"), "f16": ("f16", "strict"), "bf16": ("bf16", "strict")}


def tensor(sizes, type_):
    return f"tensor<{'x'.join(map(str, sizes))}x{type_}>"


def parameter_texts(layer, type_, filter_type, bias_type, arguments):
    """What makes %filter and %bias: of the arguments, the body, the resources."""
    if arguments:
        return f", %filter: {filter_type}, %bias: {bias_type}", "", ""
    body = f"""  %filter = arith.constant dense_resource<filter> : {filter_type}
  %bias = arith.constant dense_resource<bias> : {bias_type}
"""
    # Blobs begin with their alignment.
    blobs = (("filter", parameters.filter_blob(layer, type_)), ("bias", parameters.bias_blob(layer, type_)))
    lines = ",\n".join(f'  {name}: "0x04000000{blob.hex().upper()}"' for name, blob in blobs)
    return "", body, f"{{-#\n dialect_resources: {{ builtin: {{\n{lines}\n }} }}\n#-}}\n"


def layer_text(layer, type_, arguments):
    """The layer as an importer writes it: sums start at the bias, in f32."""
    n, c, k = layer["n"], layer["c"], layer["k"]
    image, window = (layer["h"], layer["w"]), (layer["r"], layer["s"])
    pad_h, pad_w = layer["padding"]
    padded = [size + 2 * pad for size, pad in zip(image, layer["padding"])]
    size = [
        (padded[i] - layer["dilation"][i] * (window[i] - 1) - 1) // layer["stride"][i] + 1 for i in (0, 1)
    ]
    x, p, y = tensor((n, c, *image), type_), tensor((n, c, *padded), type_), tensor((n, k, *size), type_)
    sums, f, b = tensor((n, k, *size), "f32"), tensor((k, c, *window), type_), tensor((k,), "f32")
    identity = "affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>"
    narrow, value = "", "%v"
    if type_ != "f32":
        narrow, value = f"      %t = arith.truncf %v : f32 to {type_}\n", "%t"
    given, constants, resources = parameter_texts(layer, type_, f, b, arguments)
    return f"""func.func @main(%image: {x}{given}) -> {y} {{
{constants}  %zero = arith.constant 0.0 : {type_}
  %padded = tensor.pad %image low[0, 0, {pad_h}, {pad_w}] high[0, 0, {pad_h}, {pad_w}] {{
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %zero : {type_}
  }} : {x} to {p}
  %empty = tensor.empty() : {sums}
  %init = linalg.broadcast ins(%bias : {b}) outs(%empty : {sums}) dimensions = [0, 2, 3]
  %conv = linalg.conv_2d_nchw_fchw {{dilations = dense<{layer["dilation"]}> : tensor<2xi64>, strides = dense<{layer["stride"]}> : tensor<2xi64>}}
    ins(%padded, %filter : {p}, {f}) outs(%init : {sums}) -> {sums}
  %result = tensor.empty() : {y}
  %relu = linalg.generic {{indexing_maps = [{identity}, {identity}], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
    ins(%conv : {sums}) outs(%result : {y}) {{
    ^bb0(%v: f32, %o: {type_}):
{narrow}      %m = arith.maximumf {value}, %zero : {type_}
      linalg.yield %m : {type_}
  }} -> {y}
  return %relu : {y}
}}
{resources}"""


def model_text(type_, arguments):
    """conv2d -> batch-norm -> * 2 with all parameters constant, or none."""
    return programs.Function("main", programs.headline(type_, arguments)).text()


class Compiler:
    def __init__(self, options):
        self.options, self.versions = options, {}

    def run(self, model, math, emit, output):
        command = [f"{self.options.out}/scratch/convoy-compile", model, "--device=cuda", f"--chip={self.options.chip}"]
        return subprocess.run(
            [*command, f"--math={math}", f"--emit={emit}", "-o", output], capture_output=True, text=True
        )

    def compile(self, job):
        """What build.json says of one artefact."""
        name, make_text, math = job
        model, artefact = f"{self.options.out}/scratch/{name}.mlir", f"{self.options.out}/artefacts/{name}.so"
        with open(model, "w") as file:
            file.write(make_text())
        return name, self.compile_model(name, model, artefact, math)

    def compile_model(self, name, model, artefact, math):
        """Removes the model."""
        done = self.run(model, math, "artefact", artefact)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error:" in line] or ["no message"]
            print(f"not compiled: {name}: {errors[0][:300]}", flush=True)
            return {"error": errors[0][:300]}
        manifest = convoy.load(artefact)["main"].manifest
        self.versions = {key: manifest.get(key) for key in ("llvm", "ptxas", "chip")}
        said = {"kernels": [{key: kernel.get(key) for key in KERNEL_KEYS} for kernel in manifest["kernels"]]}
        remarks = [line.split("remark: ", 1)[1] for line in done.stderr.splitlines() if "[select-schedule]" in line]
        if remarks:
            said["remarks"] = remarks
        schedules = self.run(model, math, "schedule", "-").stdout
        said["schedules"] = re.findall(r"strategy = #convoy\.(.*?>)>", schedules)
        os.remove(model)
        return said

    def compile_variants(self, job):
        """The same of each variant of a layer; fewer where its schedules are few."""
        name, make_text, math, count = job
        stem, made = f"{self.options.out}/scratch/{name.replace('/', '-')}", {}
        with open(f"{stem}.mlir", "w") as file:
            file.write(make_text())
        text = self.run(f"{stem}.mlir", math, "schedule", "-").stdout
        os.remove(f"{stem}.mlir")
        for rank, model in self.variants_of(text, stem, count):
            variant = f"variant-{rank}/{name.split('/')[1]}"
            os.makedirs(f"{self.options.out}/artefacts/variant-{rank}", exist_ok=True)
            made[variant] = self.compile_model(variant, model, f"{self.options.out}/artefacts/{variant}.so", math)
        return made

    def variants_of(self, text, stem, count):
        """Number and file of so many modules whose tiles are others."""
        seen, number = set(map(tile_of, SCHEDULE.findall(text))), 0
        with open(f"{stem}-bare.mlir", "w") as file:
            file.write(SCHEDULE.sub("", text))
        for rank in RANKS:
            model = f"{stem}-{rank}.mlir"
            select = f"--convoy-select-schedule=chip={self.options.chip} rank={rank}"
            command = [f"{self.options.out}/scratch/convoy-opt", f"{stem}-bare.mlir", select, "-o", model]
            if number == count or subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
                break
            tiles = set(map(tile_of, SCHEDULE.findall(read(model))))
            if tiles and not tiles <= seen:
                seen, number = seen | tiles, number + 1
                yield number, model
        os.remove(f"{stem}-bare.mlir")


# A schedule as an operation has it.
SCHEDULE = re.compile(r' schedule = <chip = "\w+", strategy = #convoy\.\w+<.*?>>')
# What of it does not say which part of the result a block computes.
NO_TILE = re.compile(r", (stageChunks|stages|slots|slotChunks|filterStages|gatherWarps|residentFilter|stagingRing|storeWarps|alignLoads) = \w+")
# Places behind the fastest that are looked at for other tiles.
RANKS = [1, 2, 4, 7, 11, 16, 22, 30, 45, 70]
KERNEL_KEYS = ("name", "key", "ptx", "registers", "spill_bytes")


def tile_of(schedule):
    return NO_TILE.sub("", schedule)


def read(path):
    with open(path) as file:
        return file.read()


def jobs_of(layers, options):
    """Name, what makes the module, accuracy of products."""
    for precision in options.precisions.split(","):
        type_, math = PRECISIONS[precision]
        for kind in options.kinds.split(","):
            for layer in layers:
                text = functools.partial(layer_text, layer, type_, kind == "arguments")
                yield f"{kind}/{layer['name']}-{precision}", text, math
            yield f"models/{kind}-{precision}", functools.partial(model_text, type_, kind == "arguments"), math
        for name, path in (model.split("=", 1) for model in options.model if type_ == "f32"):
            yield f"models/{name}-{precision}", functools.partial(read, path), math


def variant_jobs(layers, options):
    """Name of the layer, what makes the module, accuracy, how many."""
    missed = figures.Sweep(options.missed).missed() if options.missed else None
    for precision in options.precisions.split(","):
        type_, math = PRECISIONS[precision]
        for layer in layers if options.variants else []:
            if missed is None or (layer["name"], precision) in missed:
                text = functools.partial(layer_text, layer, type_, False)
                yield f"variant/{layer['name']}-{precision}", text, math, options.variants


def chosen_layers(options):
    layers = json.loads(read(options.layers))["layers"]
    sources = options.sources.split(",")
    return [l for l in layers if l["source"] in sources and re.search(options.only, l["name"])]


def commit():
    """The commit that is checked out; with a + where files differ from it."""
    git = lambda *words: subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True).stdout.strip()
    return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")


def made_before(out):
    """What build.json of the folder says, without what failed; nothing where another
    compiler made it."""
    with open(f"{out}/scratch/convoy-compile", "rb") as file:
        compiler = {"commit": commit(), "sha256": hashlib.sha256(file.read()).hexdigest()}
    if os.path.exists(f"{out}/build.json"):
        made = json.loads(read(f"{out}/build.json"))
        if made["compiler"]["sha256"] == compiler["sha256"]:
            return {**made, "artefacts": {name: said for name, said in made["artefacts"].items() if "error" not in said}}
    return {"compiler": compiler, "artefacts": {}}


def has_variants(job, compiled):
    return f"variant-1/{job[0].split('/')[1]}" in compiled


def write_report(out, data):
    with open(f"{out}/build.json", "w") as file:
        json.dump(data, file, indent=1)


def report(compiled):
    failed = sum("error" in each for each in compiled.values())
    spilling = [name for name, each in compiled.items() if any(kernel["spill_bytes"] for kernel in each.get("kernels", []))]
    print(f"{len(compiled) - failed} of {len(compiled)} artefacts compiled; {len(spilling)} have kernels that spill")
    for name in spilling:
        print(f"spills: {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=f"{ROOT}/build/bin", help="where convoy-compile is")
    parser.add_argument("--out", required=True)
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("--only", default="", help="layers whose names this expression is found in")
    parser.add_argument("--layers", default=f"{HERE}/layers.json", help="those to compile")
    parser.add_argument("--sources", default="headline,chosen,drawn")
    parser.add_argument("--precisions", default=",".join(PRECISIONS))
    parser.add_argument("--kinds", default="constants,arguments")
    parser.add_argument("--model", action="append", default=[], help="NAME=FILE, a further headline model in f32")
    parser.add_argument("--variants", type=int, default=0, help="schedules of a layer besides the one that is taken")
    parser.add_argument("--missed", help="figures of an older sweep: variants of what missed a target there")
    parser.add_argument("--pack", help="write the folder into this archive too, much smaller")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    out = options.out
    for folder in ("scratch", "artefacts"):
        for kind in ("constants", "arguments", "models"):
            os.makedirs(f"{out}/{folder}/{kind}", exist_ok=True)
    # A compiler that is built anew meanwhile must not change the second half.
    for tool in ("convoy-compile", "convoy-opt"):
        shutil.copy(f"{options.bin}/{tool}", f"{out}/scratch")
    made = made_before(out)
    jobs = [job for job in jobs_of(chosen_layers(options), options) if job[0] not in made["artefacts"]]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        compiler = Compiler(options)
        compiled = made["artefacts"]
        for name, said in pool.map(compiler.compile, jobs):
            compiled[name] = said
            write_report(out, {"compiler": {**made["compiler"], **compiler.versions}, "artefacts": compiled})
        variants = [job for job in variant_jobs(chosen_layers(options), options) if not has_variants(job, compiled)]
        for said in pool.map(compiler.compile_variants, variants):
            compiled.update(said)
            write_report(out, {"compiler": {**made["compiler"], **compiler.versions}, "artefacts": compiled})
    shutil.rmtree(f"{out}/scratch")
    shutil.copytree(
        f"{ROOT}/python/convoy", f"{out}/python/convoy", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in RUN_THERE:
        shutil.copy(f"{HERE}/{name}", out)
    shutil.copy(options.layers, f"{out}/layers.json")
    if options.pack:
        with tarfile.open(options.pack, "w:xz", preset=2) as archive:
            archive.add(out, "gpu-sweep")
    report(compiled)


if __name__ == "__main__":
    sys.exit(main())
