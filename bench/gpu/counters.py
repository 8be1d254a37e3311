# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the hardware counts while Convoy's kernels run: how busy memory, caches, tensor
cores and instruction issue are, and what warps wait for. Needs Nsight Compute (ncu).

    counters.py NAME...      calls each of the artefacts once (what ncu looks at)
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import torch

import artefacts
import tensors

# Percent of the peak, by what the results call it; the first that the chip has.
BUSY = {
    "dram": ["dram__throughput.avg.pct_of_peak_sustained_elapsed"],
    "l2": ["lts__throughput.avg.pct_of_peak_sustained_elapsed"],
    "tensor": [
        "sm__pipe_tensor_op_hmma_type_hmma_hgmma_qgmma_cycles_active.avg.pct_of_peak_sustained_elapsed",
        "sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_elapsed",
        "sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_elapsed",
    ],
    "issue": ["smsp__issue_active.avg.pct_of_peak_sustained_elapsed"],
    "shared": [
        "l1tex__data_pipe_lsu_wavefronts_mem_shared.avg.pct_of_peak_sustained_elapsed",
        "l1tex__data_pipe_lsu_wavefronts.avg.pct_of_peak_sustained_elapsed",
    ],
}
# Warps that wait for it, for each instruction that is issued.
STALL = "smsp__average_warps_issue_stalled_{}_per_issue_active.ratio"
STALLS = [
    "barrier", "branch_resolving", "dispatch_stall", "gmma", "imc_miss", "lg_throttle", "long_scoreboard", "math_pipe_throttle",
    "membar", "mio_throttle", "no_instruction", "short_scoreboard", "sleeping", "tex_throttle", "wait",
]  # fmt: skip
OTHERS = {"ms": ["gpu__time_duration.sum"], "blocks": ["launch__grid_size"], "registers": ["launch__registers_per_thread"]}
MILLISECONDS = {"ns": 1e-6, "nsecond": 1e-6, "us": 1e-3, "usecond": 1e-3, "ms": 1, "msecond": 1}
# Kernels of one call of ncu: what it has seen is only written at its end.
AT_ONCE = 40
SECONDS = 150


def find_ncu():
    return shutil.which("ncu") or next((p for p in ("/usr/local/cuda/bin/ncu", "/opt/nvidia/nsight-compute/ncu") if os.path.exists(p)), None)


def choose_metrics(ncu):
    """By name, the metric of this chip."""
    asked = subprocess.run([ncu, "--query-metrics"], capture_output=True, text=True)
    known = set(re.findall(r"^(\w+__\w+)", asked.stdout, re.M))
    wanted = {**BUSY, **{f"stall {name}": [STALL.format(name)] for name in STALLS}}
    chosen = {}
    for what, metrics in wanted.items():
        found = [metric for metric in metrics if metric.split(".")[0] in known]
        if found:
            chosen[what] = found[0]
    return {**chosen, **{what: metrics[0] for what, metrics in OTHERS.items()}}


def call_once(names):
    """Calls the artefacts, and says how many kernels each started."""
    with open(f"{artefacts.HERE}/layers.json") as file:
        layers = {layer["name"]: layer for layer in json.load(file)["layers"]}
    for name in names:
        layer, precision = name.rsplit("-", 1)
        given = tensors.Tensors(layers[layer], precision)
        y, artefact = given.empty_result(), artefacts.load_artefact(f"constants/{name}")
        torch.cuda.synchronize()
        count = artefacts.launches(artefact, [given.x], y)
        torch.cuda.synchronize()
        print(f"called {name} {count}", flush=True)


def read_rows(text):
    """The kernels, each by metric its value and unit."""
    lines = text[text.index('"ID"') :]
    rows = list(csv.reader(io.StringIO(lines)))
    head, units = rows[0], rows[1]
    return [{name: (value, unit) for name, value, unit in zip(head, row, units)} for row in rows[2:] if row]


def number(value):
    return float(value.replace(",", ""))


def figures_of(row, metrics):
    figures = {"kernel": row["Kernel Name"][0]}
    for what, metric in metrics.items():
        value, unit = row.get(metric, ("", ""))
        if value in ("", "n/a"):
            continue
        figures[what] = round(number(value) * (MILLISECONDS[unit] if what == "ms" else 1), 4)
    stalls = {what.split(" ")[1]: figures.pop(what) for what in list(figures) if what.startswith("stall ")}
    most = sorted(stalls, key=stalls.get, reverse=True)[:5]
    return {**figures, "stalls": {name: stalls[name] for name in most}}


def count(ncu, metrics, names):
    """By artefact, the figures of its kernels."""
    with tempfile.TemporaryDirectory() as folder:
        log = f"{folder}/log.csv"
        command = [ncu, "--clock-control", "none", "--csv", "--page", "raw", "--log-file", log, "--kernel-name", "regex:^main_"]
        command += ["--metrics", ",".join(metrics.values()), sys.executable, __file__, *names]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        with open(log) as file:
            text = file.read()
    if '"ID"' not in text:
        raise RuntimeError(f"ncu: {(text + done.stderr).strip()[-300:]}")
    rows, found = read_rows(text), {}
    for name, launched in re.findall(r"^called (\S+) (\d+)$", done.stdout, re.M):
        mine, rows = rows[: int(launched)], rows[int(launched) :]
        found[name] = [figures_of(row, metrics) for row in mine]
    return found


def misses(row):
    """True if a target of one layer is missed, or of the mean that it counts for."""
    if "ms" not in row.get("convoy", {}):
        return False
    for layout, least in (("nchw", 0.95), ("nhwc", 1.0)):
        peers = [row[f"{p}_{layout}"]["ms"] for p in ("eager", "fused", "compiled") if "ms" in row.get(f"{p}_{layout}", {})]
        if peers and min(peers) < least * row["convoy"]["ms"]:
            return True
    return False


def part_counters(report, layers, all_of_them):
    ncu = find_ncu()
    if ncu is None:
        print("counters: no ncu", flush=True)
        return
    metrics = choose_metrics(ncu)
    rows = {f"{layer['name']}-{p}": report.row(layer["name"], p) for layer in layers for p in tensors.DTYPES}
    # The headline has a target of its own.
    always = {f"{layer['name']}-{p}" for layer in layers for p in tensors.DTYPES if all_of_them or layer["source"] == "headline"}
    measured = {name: row for name, row in rows.items() if "counters" not in row and "ms" in row.get("convoy", {})}
    wanted = [name for name, row in measured.items() if name in always or misses(row)]
    for first in range(0, len(wanted), AT_ONCE):
        names = wanted[first : first + AT_ONCE]
        if report.late():
            break
        try:
            found = count(ncu, metrics, names)
        except (RuntimeError, subprocess.TimeoutExpired, KeyError, ValueError) as error:
            print(f"counters: {names[0]} to {names[-1]}: {type(error).__name__}: {error}"[:400], flush=True)
            continue
        for name, figures in found.items():
            rows[name]["counters"] = figures
            print(f"{name}: {figures}", flush=True)
        report.write()
    report.data["counters"] = metrics


if __name__ == "__main__":
    call_once(sys.argv[1:])
