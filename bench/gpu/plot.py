#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draws docs/roofline.svg and docs/peers.svg from sweep.json. Needs matplotlib.

The roofline: what each layer achieves, over its operations for a byte moved, under
what the memory and the tensor cores of the machine allow. The bars: how much
longer the best peer needs than Convoy. The files name the sweep.json that they are
drawn from, which write-tables.py --check looks at.
"""

import io
import os
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

import figures  # noqa: E402
from figures import PRECISIONS, PRODUCTS, RATES, TITLES, Sweep  # noqa: E402

DOCS = os.path.join(os.path.dirname(os.path.dirname(figures.HERE)), "docs")
RATIOS = [0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8]
CONVOY, PEER, LIMIT = "#1b6ca8", "#c8553d", "#555555"


def draw_roofline(sweep):
    fig, panels = plt.subplots(2, 2, figsize=(10, 8), sharex=True, sharey=True, layout="constrained")
    ceilings = sweep.data["ceilings"]
    bandwidth = ceilings["copyGigabytesPerSecond"] * 1e-3
    for panel, precision in zip(panels.flat, PRECISIONS):
        found = [f for f in sweep.figures[precision] if f.convoy]
        intensities = [f.flops / f.bytes for f in found]
        peak = ceilings[RATES[precision] + "TeraflopsPerSecond"] / PRODUCTS[precision]
        x = [min(intensities) / 2, peak / bandwidth, max(intensities) * 2]
        panel.plot(x, [min(peak, bandwidth * i) for i in x], color=LIMIT, lw=1.2, label="limit of memory and tensor cores")
        peers = [(i, f.teraflops(f.peers("nchw")[0][0])) for i, f in zip(intensities, found) if f.peers("nchw")]
        panel.scatter(*zip(*peers), s=22, facecolors="none", edgecolors=PEER, lw=0.9, label="best peer, NCHW")
        panel.scatter(intensities, [f.teraflops(f.convoy) for f in found], s=16, color=CONVOY, label="Convoy")
        panel.set(xscale="log", yscale="log", title=TITLES[precision])
        panel.grid(True, which="major", lw=0.3)
    for panel in panels[1]:
        panel.set_xlabel("operations for a byte of input, filter and result")
    for panel in panels[:, 0]:
        panel.set_ylabel("TFLOP/s")
    panels[0, 0].legend(loc="upper left", fontsize=8)
    save(fig, sweep, "roofline.svg")


def order(sweep):
    """The layers' names, where Convoy does best last."""
    speedups = {}
    for found in sweep.figures.values():
        for f in found:
            speedups.setdefault(f.layer["name"], []).append(f.speedup("nchw") or 1)
    return sorted(speedups, key=lambda name: figures.geomean(speedups[name]))


def draw_peers(sweep):
    names = order(sweep)
    fig, panels = plt.subplots(4, 1, figsize=(12, 11), sharex=True, layout="constrained")
    for panel, precision in zip(panels, PRECISIONS):
        found = {names.index(f.layer["name"]): f for f in sweep.figures[precision]}
        nchw = {i: f.speedup("nchw") for i, f in found.items() if f.speedup("nchw")}
        nhwc = {i: f.speedup("nhwc") for i, f in found.items() if f.speedup("nhwc")}
        # Bars begin at 1, where the peer is as fast.
        panel.bar(nchw.keys(), [ratio - 1 for ratio in nchw.values()], bottom=1, color=CONVOY, width=0.75, label="best peer in NCHW")
        panel.scatter(nhwc.keys(), nhwc.values(), s=14, color=PEER, zorder=3, label="best peer in NHWC")
        panel.axhline(1, color=LIMIT, lw=1)
        panel.set(yscale="log", title=TITLES[precision], ylabel="its time / Convoy's")
        panel.set_yticks(RATIOS, [f"{ratio:g}" for ratio in RATIOS])
        panel.set_yticks([], minor=True)
        panel.set_xlim(-0.8, len(names) - 0.2)
        panel.grid(True, axis="y", lw=0.3)
    panels[-1].set_xticks(range(len(names)), names, rotation=90, fontsize=5.5)
    panels[0].legend(loc="upper left", fontsize=8)
    save(fig, sweep, "peers.svg")


def save(fig, sweep, name):
    source = f"bench/gpu/sweep.json, SHA-256 {figures.sha256(sweep.path)}"
    text = io.StringIO()
    fig.savefig(text, metadata={"Date": None, "Source": source})
    plt.close(fig)
    # A hundredth of a point is enough, and a quarter of the file.
    rounded = re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), text.getvalue())
    with open(f"{DOCS}/{name}", "w") as file:
        file.write(rounded)


def main():
    # Text stays text; names inside the file do not change from run to run.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "convoy", "font.size": 9})
    sweep = Sweep()
    draw_roofline(sweep)
    draw_peers(sweep)


if __name__ == "__main__":
    main()
