# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convoy's artefacts of the sweep: how long they take, and how far their results are
from float64."""

import os
import signal
import sys

import torch

import clock as clocks
import tensors

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/python")
# What the results call an artefact, and its kind, the folder that it is in.
KINDS = {"convoy": "constants", "arguments": "arguments"}

# The error of a result y = relu(b + sum x w) is measured in units of
# s = |b| + sum |x||w|. Root mean square over all of the layer at most: for strict
# twice the rounding error of one f32, which a sum of rounded products stays below
# by far, for the others the rounding of a factor or of the result. A single error
# may be 16 times that.
MOST_ERROR = {"strict": 2.0**-23, "tf32": 2.0**-11, "f16": 2.0**-11, "bf16": 2.0**-8}
MOST_SINGLE = 16

# Exit status of a process that has lost the device.
LOST = 3


def load_artefact(name):
    import convoy

    path = f"{HERE}/artefacts/{name}.so"
    return convoy.load(path) if os.path.exists(path) else None


def end_if_lost(report):
    """A device that is lost is lost to this process: nothing that it asks for is done
    any more."""
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        report.write()
        sys.exit(LOST)


def launches(artefact, inputs, y):
    """Kernels that one call starts."""
    before = artefact.launch_count
    artefact(*inputs, out=y)
    return artefact.launch_count - before


def inputs_of(layer_tensors, arguments):
    given = layer_tensors
    return [given.x] + ([given.w, given.b.float()] if arguments else [])


def measure_artefact(clock, report, name, inputs, y):
    """What the report says of it, and its result, None where there is none."""
    artefact = load_artefact(name)
    if artefact is None:
        return {"error": report.built(name).get("error", "no artefact")}, None
    try:
        result = artefact(*inputs, out=torch.full_like(y, float("nan")))
        row = clock.measure(lambda: artefact(*inputs, out=y))
    except Exception as error:  # What one artefact does must not end the sweep.
        return {"error": f"{type(error).__name__}: {error}"[:300]}, None
    row["launches"] = launches(artefact, inputs, y)
    row.update(report.built(name))
    return row, result


def hold_against_float64(layer_tensors, precision, rows, results):
    """Adds the errors of the results to their rows, and whether these hold."""
    limit = MOST_ERROR[precision]
    for row, (mean, most) in zip(rows, tensors.errors_of(layer_tensors, results) if results else []):
        # NaN, which poison is, holds nothing.
        holds = mean <= limit and most <= MOST_SINGLE * limit
        row.update(tensors.errors_in_short(mean, most), limit=limit, holds=holds)


def measure_layer(clock, report, layer, precision):
    """Times and errors of both kinds of artefact, and the floor."""
    given = tensors.Tensors(layer, precision)
    y = given.empty_result()
    moved = [t.numel() * t.element_size() for t in (given.x, given.w, given.b, y)]
    floor = clocks.measure_floor(clock, sum(moved[:3]), moved[3])
    row = report.row(layer["name"], precision)
    row.update(floor=floor, bytes=sum(moved), flops=tensors.flops_of(given, y))
    results = {}
    for what, kind in KINDS.items():
        name = f"{kind}/{layer['name']}-{precision}"
        row[what], results[what] = measure_artefact(clock, report, name, inputs_of(given, kind == "arguments"), y)
        if results[what] is None:
            end_if_lost(report)
    held = [what for what in KINDS if results[what] is not None]
    hold_against_float64(given, precision, [row[what] for what in held], [results[what] for what in held])


def part_convoy(clock, report, layers):
    for layer in layers:
        for precision in tensors.DTYPES:
            if report.wants(layer["name"], precision, "convoy") and not report.late():
                report.expect_death(report.row(layer["name"], precision), "convoy")
                measure_layer(clock, report, layer, precision)
        signal.alarm(0)
        report.write()
        report.print_layer(layer["name"], tuple(KINDS))
    measure_models(clock, report)
    signal.alarm(0)
    report.write()


def measure_models(clock, report):
    """The headline model as every artefact of the folder has it."""
    for name in report.models():
        kind, precision = name.rsplit("-", 1)
        artefact = load_artefact(f"models/{name}")
        if artefact is None or not report.wants_model(kind, precision):
            continue
        models = report.data["models"].setdefault(precision, {})
        report.expect_death(models, kind)
        torch.manual_seed(tensors.SEED)
        inputs = []
        for each in artefact["main"].manifest["inputs"]:
            # Variances have to be positive.
            inputs.append(torch.rand(each["shape"], device="cuda").add_(0.5).to(getattr(torch, each["dtype"])))
        y = artefact(*inputs)
        # Their targets are a few percent from what is measured.
        row = clock.measure(lambda: artefact(*inputs, out=y), more=5)
        row["launches"] = launches(artefact, inputs, y)
        print(f"model, {kind}, {precision}: {row}", flush=True)
        row.update(report.built(f"models/{name}"))
        models[kind] = row


def part_variants(clock, report, layers):
    """The schedules that were predicted to be nearly as fast as the one that was taken,
    where the folder has them: artefacts/variant-NUMBER."""
    for layer in layers:
        for precision in tensors.DTYPES:
            names = report.variants(layer["name"], precision)
            rows = report.row(layer["name"], precision).setdefault("variants", {}) if names else {}
            left = [name for name in names if name not in rows]
            if left and not report.late():
                measure_variants(clock, report, layer, precision, left, rows)
    signal.alarm(0)
    report.write()


def measure_variants(clock, report, layer, precision, names, rows):
    given = tensors.Tensors(layer, precision)
    y = given.empty_result()
    for name in names:
        report.expect_death(rows, name)
        path = f"{name}/{layer['name']}-{precision}"
        rows[name], result = measure_artefact(clock, report, path, inputs_of(given, False), y)
        if result is None:
            end_if_lost(report)
        else:
            hold_against_float64(given, precision, [rows[name]], [result])
        print(f"{path}: {rows[name].get('ms', rows[name].get('error'))}", flush=True)
