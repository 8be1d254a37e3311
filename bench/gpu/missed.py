# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is known of layers that miss a target: which limit holds by the hardware's
counters, and what other schedules took."""

import re

from figures import PRECISIONS, TITLES

# Busy for so many percent of the time, a unit is what the kernel waits for.
LIMITING = 70
# Bytes of registers of a thread, of which a kernel can hold some without harm.
MANY_SPILLED = 256
UNITS = {"dram": "memory", "l2": "L2", "tensor": "tensor cores", "shared": "shared memory", "issue": "issue of instructions"}
# What warps wait for, by Nsight Compute's names.
STALLS = {
    "barrier": "a barrier of the block",
    "gmma": "wgmma",
    "long_scoreboard": "loads from memory and L2",
    "short_scoreboard": "shared memory",
    "mio_throttle": "the queue to shared memory",
    "lg_throttle": "the queue to memory",
    "math_pipe_throttle": "arithmetic",
    "no_instruction": "instructions",
    "sleeping": "mbarriers, asleep",
    "wait": "fixed latencies",
    "branch_resolving": "branches",
    "membar": "fences",
}


def missed_figures(sweep):
    for precision in PRECISIONS:
        missed = [f for f in sweep.figures[precision] if f.misses() and f.convoy]
        yield from ((precision, f) for f in sorted(missed, key=lambda f: f.speedup("nhwc") or 0))


def longest(kernels):
    return max(kernels, key=lambda kernel: kernel.get("ms", 0))


def limit_of(counters, spilled=0):
    """The unit that is busy nearly all the time, or what warps wait for most."""
    if spilled >= MANY_SPILLED:
        return "spilled registers, which go through L2"
    busy = {unit: counters.get(unit, 0) for unit in UNITS}
    most = max(busy, key=busy.get)
    if busy[most] >= LIMITING:
        return UNITS[most]
    return "latency: " + waits_of(counters, 1)


def waits_of(counters, count):
    found = [STALLS.get(name, name) for name in list(counters["stalls"])[:count]]
    return ", ".join(found)


def counter_rows(sweep, describe):
    for precision, figure in missed_figures(sweep):
        if not figure.row.get("counters"):
            continue
        counters = longest(figure.row["counters"])
        percent = [f"{counters[unit]:.0f}%" if unit in counters else "-" for unit in UNITS]
        spilled = max(kernel["spill_bytes"] for kernel in figure.row["convoy"]["kernels"])
        of_limit = f"{figure.limit / figure.convoy:.0%}"
        yield [TITLES[precision], describe(figure.layer), figure.strategy, of_limit, *percent, limit_of(counters, spilled), waits_of(counters, 3)]


COUNTER_HEAD = ["", "layer", "strategy", "of the limit", *UNITS.values(), "what holds it", "its warps wait for"]


def short(schedule):
    return re.sub(r"(products = \w+, |_wgmma)", "", schedule)


def tried(row):
    """(ms, schedule, whether it is right), the one that is taken first."""
    for each in [row["convoy"], *row.get("variants", {}).values()]:
        schedule = short(", ".join(each.get("schedules", [])))
        yield each.get("ms"), schedule, each.get("holds", False)


def variant_rows(sweep, describe):
    for precision, figure in missed_figures(sweep):
        if not figure.row.get("variants"):
            continue
        (ms, schedule, _), *others = tried(figure.row)
        others = sorted((o for o in others if o[0] and o[2]), key=lambda other: other[0])[:2]
        cells = [cell for time, text, _ in others for cell in (f"{time:.4f}", f"`{text}`")]
        yield [TITLES[precision], describe(figure.layer), f"{ms:.4f}", f"`{schedule}`", *cells, *[""] * (4 - len(cells))]


VARIANT_HEAD = ["", "layer", "taken, ms", "schedule", "ms", "another", "ms", "another"]
