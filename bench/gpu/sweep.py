#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures the layers of layers.json, and the headline model, on the GPU of this
machine: Convoy's artefacts, as build-sweep.py made them, and what PyTorch offers.

    sweep.py [--results sweep.json] [--only REGEX] [--seconds 400] [--again]
             [--parts convoy,peers,compile,variants,counters] [--compile-seconds 0]
    sweep.py --prepare 300 [--workers N]

Runs in the folder that build-sweep.py made. For each layer (bias and ReLU in all of
them) and precision (f32 strict, f32 with tf32 products, f16, bf16):

    convoy          the artefact, NCHW, with filter and bias constants of it, as for
                    inference; held against float64 on the device
    arguments       the artefact that takes filter and bias with each call; all
                    that it does to the filter, in a kernel of its own too, counts
    floor           a kernel that only reads and writes as many bytes
    eager           conv2d with folded bias, ReLU in place; NCHW and channels last
    fused           cuDNN's one kernel of convolution, bias, ReLU; both layouts
    compiled        torch.compile, max-autotune; both layouts
    variants        artefacts of other schedules, where the folder has them
    counters        what the hardware counts in Convoy's kernels (counters.py), where the
                    layer misses a target, or everywhere with --count-all

A figure is the median of --timed runs after --warm ones, between events, 256 MB
written before each; the host is ahead of the device, so that launches cost nobody
anything. cuDNN tries its algorithms before (torch.backends.cudnn.benchmark).

What is measured is written to the results after each layer, and not measured
again in a later run unless --again says so, but only on the same kind of GPU. No
part starts anything after its --seconds. Artefacts run in a process of their own,
and what is left after one that dies, in another one.

--prepare compiles what torch.compile chooses from, and measures nothing: for while
the GPU does what is not timed.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time

import torch

import artefacts
import clock as clocks
import compiled
import counters
import eager
from report import HERE, Report, read_json

PARTS = {"convoy": artefacts.part_convoy, "peers": eager.part_peers, "variants": artefacts.part_variants}
# Of these each artefact may take its process along.
OF_ARTEFACTS = ["convoy", "variants"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default="sweep.json")
    parser.add_argument("--only", default="", help="layers whose names this expression is found in")
    parser.add_argument("--parts", default="convoy,peers,compile,variants,counters")
    parser.add_argument("--seconds", type=float, default=400, help="for all parts but torch.compile")
    parser.add_argument("--compile-seconds", type=float, default=0, help="for torch.compile, which needs minutes")
    parser.add_argument("--prepare", type=float, default=0, metavar="SECONDS", help="compile for torch.compile alone")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes for torch.compile")
    parser.add_argument("--warm", type=int, default=10)
    parser.add_argument("--timed", type=int, default=40)
    parser.add_argument("--count-all", action="store_true", help="counters of all layers")
    parser.add_argument("--again", action="store_true", help="measure what the results have already")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def choose_layers(options, text):
    """Those that the folder has artefacts of, if they are what is needed."""
    layers = [layer for layer in json.loads(text)["layers"] if re.search(options.only, layer["name"])]
    if options.prepare:
        return layers
    built = read_json(f"{HERE}/build.json")["artefacts"]
    names = {name.split("/")[1].rsplit("-", 1)[0] for name in built}
    return [layer for layer in layers if layer["name"] in names]


def main():
    options = parse()
    if not torch.cuda.is_available():
        sys.exit("sweep.py: error: expected a CUDA device, found none")
    with open(f"{HERE}/layers.json", "rb") as file:
        text = file.read()
    layers = choose_layers(options, text)
    parts = [part for part in options.parts.split(",") if part != "compile" or options.compile_seconds]
    workers = compiled.Workers(options) if "compile" in parts or options.prepare else None
    try:
        if options.prepare:
            compiled.prepare(workers, layers, options.prepare)
        else:
            measure(parts, workers, layers, options, hashlib.sha256(text).hexdigest())
    finally:
        if workers:
            workers.end()


def run_artefacts(part, deadline):
    """A part in one process after the other until it is done."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--again"]
    while True:
        left = f"--seconds={deadline - time.time()}"
        done = subprocess.run([sys.executable, __file__, *arguments, left, f"--parts={part}", "--inner"])
        # Negative: a signal, also that of an artefact that hung.
        if done.returncode != artefacts.LOST and done.returncode >= 0:
            return


@torch.no_grad()
def measure(parts, workers, layers, options, layers_hash):
    if options.again and not options.inner:
        Report(options, layers_hash).forget(layers, parts)
    deadline = time.time() + options.seconds
    for part in parts:
        begin = time.time()
        if part in OF_ARTEFACTS and not options.inner:
            run_artefacts(part, deadline)
            continue
        report = Report(options, layers_hash)
        report.deadline = deadline
        if part == "compile":
            compiled.part_compile(report, layers, workers, options.compile_seconds)
        elif part == "counters":
            counters.part_counters(report, layers, options.count_all)
        else:
            clock = clocks.Clock(options)
            if not report.data["ceilings"]:
                report.data["ceilings"] = clocks.measure_ceilings(clock)
            print(report.data["machine"], report.data["ceilings"], flush=True)
            PARTS[part](clock, report, layers)
        report.write()
        print(f"{part}: {time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
