#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the tables of the documentation that come from sweep.json:

    write-tables.py [--check]

A table stands between two comments, <!-- sweep:NAME --> and <!-- /sweep -->, in one
of the files below. --check says instead, by its exit status, which file differs
from what would be written, and which plot was drawn from another sweep.json.
"""

import argparse
import json
import os
import re
import sys

import figures
import missed
from figures import HEADLINE_TARGETS, LEAST_SPEEDUP, PEERS, PRECISIONS, TITLES, Sweep, geomean

ROOT = os.path.dirname(os.path.dirname(figures.HERE))
FILES = ["README.md", "bench/README.md", "bench/gpu/RESULTS.md", "docs/Kernels.md"]
PLOTS = ["docs/roofline.svg", "docs/peers.svg"]

MOST_FOR_ARGUMENTS = 0.02
# Of the floor's rate, where memory binds a pointwise layer.
LEAST_OF_FLOOR = 0.85
# Of one layer, in NCHW.
LEAST_OF_ONE = figures.LEAST_OF_ONE["nchw"]


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def verdict(holds):
    return "met" if holds else "**missed**"


def headline_targets(sweep):
    for precision in PRECISIONS:
        figure, model = sweep.headline(precision), sweep.data["models"][precision]
        time, target = model["constants"]["ms"], HEADLINE_TARGETS[precision]
        peers = [f"{PEERS[p]} {layout.upper()} {ms:.3f}" for layout in ("nchw", "nhwc") for ms, p in figure.peers(layout)[:1]]
        yield [
            f"headline, {TITLES[precision]}",
            f"at most {target} ms",
            f"{time:.4f} ms",
            verdict(time <= target),
            f"floor {figure.floor:.4f}; {'; '.join(peers)}",
        ]


def argument_targets(sweep):
    for precision in PRECISIONS:
        model = sweep.data["models"][precision]
        more = model["arguments"]["ms"] / model["constants"]["ms"] - 1
        yield [
            f"headline, {TITLES[precision]}, all parameters as arguments",
            f"at most {MOST_FOR_ARGUMENTS:.0%} more",
            f"{more:+.1%}",
            verdict(more <= MOST_FOR_ARGUMENTS),
            "",
        ]


def importer_targets(sweep):
    """The model as importers write it, where the artefacts had it."""
    names = {"torch-linalg": "torch-mlir's linalg", "torch-tosa": "torch-mlir's TOSA"}
    for precision in PRECISIONS:
        models = sweep.data["models"][precision]
        for name in [name for name in names if name in models]:
            model = models[name]
            more = model["ms"] / models["constants"]["ms"] - 1
            yield [
                f"headline, {TITLES[precision]}, from {names[name]}",
                f"one launch, at most {MOST_FOR_ARGUMENTS:.0%} more",
                f"{model['launches']} launch{'es' if model['launches'] > 1 else ''}, {more:+.1%}",
                verdict(model["launches"] == 1 and more <= MOST_FOR_ARGUMENTS),
                "",
            ]


def make_targets(sweep):
    rows = [*headline_targets(sweep), *argument_targets(sweep), *importer_targets(sweep)]
    return table(["the headline model", "target", "measured", "", "floor, and the best peers with a ReLU, ms"], rows)


def speedup_cells(figures_, layout):
    found = [each for each in (f.speedup(layout) for f in figures_) if each]
    return found, f"{geomean(found):.2f}x" if found else "-"


def make_summary(sweep):
    """The headline and the means in one look."""
    milliseconds = lambda peers: f"{peers[0][0]:.4f} ms" if peers else "-"
    headlines = {p: sweep.headline(p) for p in PRECISIONS}
    targets = dict(zip(PRECISIONS, headline_targets(sweep)))
    arguments = dict(zip(PRECISIONS, argument_targets(sweep)))
    count = max(len(sweep.swept(p)) for p in PRECISIONS)
    lines = {
        "headline, Convoy": lambda p: f"**{targets[p][2]}**",
        "its target": lambda p: ", ".join(targets[p][i] for i in (1, 3)),
        "with all batch-norm parameters as arguments": lambda p: arguments[p][2],
        "a kernel that only moves its bytes": lambda p: f"{headlines[p].floor:.4f} ms",
        "the best of PyTorch in NCHW, folded by hand": lambda p: milliseconds(headlines[p].peers("nchw")),
        "the best of PyTorch in NHWC": lambda p: milliseconds(headlines[p].peers("nhwc")),
        f"{count} layers, geometric mean of the best in NCHW / Convoy (target {LEAST_SPEEDUP['nchw']}x)": lambda p: speedup_cells(sweep.swept(p), "nchw")[1],
        f"the same in NHWC / Convoy (target {LEAST_SPEEDUP['nhwc']}x)": lambda p: speedup_cells(sweep.swept(p), "nhwc")[1],
        f"the layer that gains least in NCHW (target {LEAST_OF_ONE}x)": lambda p: f"{min(speedup_cells(sweep.swept(p), 'nchw')[0], default=0):.2f}x",
    }
    return table(["", *(TITLES[p] for p in PRECISIONS)], [[words, *map(cell, PRECISIONS)] for words, cell in lines.items()])


def make_sweep(sweep):
    """Geometric means of the best peer's time over Convoy's, and the worst layer."""
    rows = []
    for precision in PRECISIONS:
        swept = sweep.swept(precision)
        for words, chosen in (
            ("all", swept),
            ("chosen", [f for f in swept if f.layer["source"] == "chosen"]),
            ("drawn", [f for f in swept if f.layer["source"] == "drawn"]),
        ):
            nchw, nchw_mean = speedup_cells(chosen, "nchw")
            _, nhwc_mean = speedup_cells(chosen, "nhwc")
            below = sum(each < LEAST_OF_ONE for each in nchw)
            worst = f"{min(nchw):.2f}x" if nchw else "-"
            compiled = sum("ms" in f.row.get("compiled_nchw", {}) for f in chosen)
            rows.append([TITLES[precision], f"{words}, {len(chosen)}", str(compiled), nchw_mean, nhwc_mean, worst, str(below)])
        rows[-3].append(verdict(sweep_holds(swept)))
        rows[-2].append("")
        rows[-1].append("")
    head = ["", "layers", "of them with `torch.compile`", "best in NCHW / Convoy", "best in NHWC / Convoy", "worst, NCHW", f"below {LEAST_OF_ONE}x", ""]
    return table(head, rows)


def sweep_holds(swept):
    nchw, nhwc = ([f.speedup(layout) or 0 for f in swept] for layout in ("nchw", "nhwc"))
    return (
        min(nchw, default=0) >= LEAST_OF_ONE
        and geomean(nchw) >= LEAST_SPEEDUP["nchw"]
        and geomean([each for each in nhwc if each]) >= LEAST_SPEEDUP["nhwc"]
    )


def make_machine(sweep):
    data, versions, ceilings = sweep.data, sweep.data["versions"], sweep.data["ceilings"]
    rates = ", ".join(f"{ceilings[p + 'TeraflopsPerSecond']:.0f} in {TITLES[p]}" for p in PRECISIONS)
    method = data["method"]
    return (
        f"{data['machine']['gpu']}, {data['machine']['multiprocessors']} multiprocessors, "
        f"{data['machine']['l2Bytes'] / 1e6:.0f} MB of L2; PyTorch {versions['torch']}, cuDNN {versions['cudnn']}, "
        f"Triton {versions['triton']}; {data['date']}. Compiler: commit {data['compiler']['commit'][:12]}. "
        f"Medians of {method['timed']} runs after {method['warm']}, {method['flushBytes'] >> 20} MB written before each. "
        f"Measured limits of the machine: a copy moves {ceilings['copyGigabytesPerSecond']} GB/s; "
        f"8192x8192 matrix products of `torch.matmul` reach {rates} TFLOP/s.\n"
    )


def describe(layer):
    pair = lambda values: f"{values[0]}" if values[0] == values[1] else f"{values[0]},{values[1]}"
    words = f"{layer['n']}x{layer['c']}x{layer['h']}x{layer['w']} -> {layer['k']}, {layer['r']}x{layer['s']}"
    for key, letter, default in (("stride", "s", 1), ("padding", "p", 0), ("dilation", "d", 1)):
        if layer[key] != [default] * 2:
            words += f" {letter}{pair(layer[key])}"
    return words


def layer_row(figure):
    cells = [describe(figure.layer), figure.strategy or "-"]
    cells.append(f"{figure.convoy:.4f}" if figure.convoy else "failed")
    cells += [f"{figure.floor:.4f}", f"{figure.arithmetic:.4f}"]
    cells.append(f"{figure.limit / figure.convoy:.0%}" if figure.convoy else "-")
    cells.append(f"{figure.arguments:.4f}" if figure.arguments else "-")
    for layout in ("nchw", "nhwc"):
        peers, speedup = figure.peers(layout), figure.speedup(layout)
        cells.append(f"{peers[0][0]:.4f} {peers[0][1]}" if peers else "-")
        cells.append(f"{speedup:.2f}x" if speedup else "-")
    return cells


def make_layers(sweep):
    head = ["layer", "strategy", "Convoy", "bytes", "products", "of the limit", "filter as argument", "best NCHW", "", "best NHWC", ""]
    parts = []
    for precision in PRECISIONS:
        rows = [layer_row(figure) for figure in sweep.figures[precision]]
        parts.append(f"### {TITLES[precision]}\n\n{table(head, rows)}")
    return "\n".join(parts)


def make_below(sweep):
    """The layers that miss their target in NCHW."""
    rows = []
    for precision in PRECISIONS:
        for figure in sorted(sweep.swept(precision), key=lambda f: f.speedup("nchw") or 0):
            speedup = figure.speedup("nchw")
            if speedup and speedup < LEAST_OF_ONE:
                limit = f"{figure.limit / figure.convoy:.0%}"
                peer = f"{figure.peers('nchw')[0][0]:.4f} {figure.peers('nchw')[0][1]}"
                rows.append([TITLES[precision], describe(figure.layer), figure.strategy, f"{figure.convoy:.4f}", peer, f"{speedup:.2f}x", limit])
            elif not figure.convoy:
                rows.append([TITLES[precision], describe(figure.layer), figure.strategy, "failed", "", "", ""])
    if not rows:
        return "None.\n"
    return table(["", "layer", "strategy", "Convoy, ms", "best NCHW, ms", "", "of the limit"], rows)


def make_coverage(sweep):
    """How many figures each peer has."""
    rows = []
    for kind, name in PEERS.items():
        for layout in ("nchw", "nhwc"):
            counts = [
                f"{sum('ms' in f.row.get(f'{kind}_{layout}', {}) for f in sweep.figures[p])} of {len(sweep.figures[p])}"
                for p in PRECISIONS
            ]
            rows.append([f"{name}, {layout.upper()}", *counts])
    return table(["layers measured", *(TITLES[p] for p in PRECISIONS)], rows)


def make_accuracy(sweep):
    """The largest error of a layer, root mean square, in units of sum |x||w| + |b|."""
    kinds = {"Convoy": "convoy", "eager, NCHW": "eager_nchw", "cuDNN, one kernel, NCHW": "fused_nchw"}
    kinds |= {"eager, NHWC": "eager_nhwc", "cuDNN, one kernel, NHWC": "fused_nhwc"}
    rows = []
    for name, kind in kinds.items():
        errors = {p: [f.row[kind]["rms"] for f in sweep.figures[p] if "rms" in f.row.get(kind, {})] for p in PRECISIONS}
        rows.append([name, *(f"{max(errors[p]):.1e}" if errors[p] else "-" for p in PRECISIONS)])
    return table(["largest RMS error of a layer", *(TITLES[p] for p in PRECISIONS)], rows)


def make_headline(sweep):
    """The headline and its batch-norm by convoy-exec, which headline.json is from."""
    with open(f"{figures.HERE}/headline.json") as file:
        told = json.load(file)
    rows = [
        [
            program["program"].replace("-", " "),
            f"{program['ms']:.4f} ms",
            f"{program['min']:.4f} ms",
            str(program["gigabytesPerSecond"]),
            f"{program['ofCopy']:.0%}" if program["ofCopy"] else "",
            str(program["teraflopsPerSecond"] or ""),
            f"{program['rmse']:.3g}" if program["rmse"] else "",
        ]
        for program in told["programs"]
    ]
    return f"{told['gpu']}, {told['date']}.\n\n" + table(["", "median", "min", "GB/s", "of the copy", "TFLOP/s", "RMSE"], rows)


def make_headline_peers(sweep):
    headlines, rows = {p: sweep.headline(p) for p in PRECISIONS}, []
    for peer, name in PEERS.items():
        for layout in ("nchw", "nhwc"):
            times = [headlines[p].row.get(f"{peer}_{layout}", {}).get("ms") for p in PRECISIONS]
            rows.append([f"{name}, {layout.upper()}", *(f"{time:.3f}" if time else "-" for time in times)])
    rows.append(["Convoy, NCHW", *(f"{headlines[p].convoy:.3f}" for p in PRECISIONS)])
    rows.append(["a kernel that only moves the bytes", *(f"{headlines[p].floor:.3f}" for p in PRECISIONS)])
    return table(["", *(TITLES[p] for p in PRECISIONS)], rows)


def table_or_none(head, rows):
    rows = list(rows)
    return table(head, rows) if rows else "None measured.\n"


def make_counters(sweep):
    """What the hardware counted in layers that miss a target."""
    return table_or_none(missed.COUNTER_HEAD, missed.counter_rows(sweep, describe))


def make_variants(sweep):
    """The best of the schedules that were tried there."""
    return table_or_none(missed.VARIANT_HEAD, missed.variant_rows(sweep, describe))


def of_floor(figures_, milliseconds):
    """Mean, lowest and highest part of the floor's rate."""
    parts = [figure.floor / milliseconds(figure) for figure in figures_]
    return f"{geomean(parts):.0%} ({min(parts):.0%} to {max(parts):.0%})"


def make_pointwise(sweep):
    """Layers of one tap, by the size of their images."""
    rows = []
    for precision in PRECISIONS:
        found = [f for f in sweep.swept(precision) if (f.layer["r"], f.layer["s"]) == (1, 1) and f.convoy]
        for size in sorted({f.layer["h"] for f in found}, reverse=True):
            layers = [f for f in found if f.layer["h"] == size]
            reached = sum(f.floor >= LEAST_OF_FLOOR * f.convoy for f in layers)
            peer = of_floor(layers, lambda f: f.row["fused_nhwc"]["ms"])
            ours = of_floor(layers, lambda f: f.convoy)
            rows.append([TITLES[precision], f"{size}x{size}", str(len(layers)), ours, str(reached), peer])
    return table(["", "images", "layers", "of the floor", f"{LEAST_OF_FLOOR:.0%} or more", "cuDNN, one kernel, NHWC"], rows)


MAKERS = {
    "pointwise": make_pointwise,
    "headline": make_headline,
    "headline-peers": make_headline_peers,
    "summary": make_summary,
    "machine": make_machine,
    "targets": make_targets,
    "sweep": make_sweep,
    "below": make_below,
    "counters": make_counters,
    "variants": make_variants,
    "coverage": make_coverage,
    "accuracy": make_accuracy,
    "layers": make_layers,
}


def rewritten(text, sweep):
    marked = re.compile(r"(<!-- sweep:([\w-]+) -->\n).*?(<!-- /sweep -->)", re.S)
    return marked.sub(lambda m: m.group(1) + "\n" + MAKERS[m.group(2)](sweep) + "\n" + m.group(3), text)


def check_plot(path, sweep):
    with open(path) as file:
        return figures.sha256(sweep.path) in file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    sweep, wrong = Sweep(), []
    for name in FILES:
        with open(f"{ROOT}/{name}") as file:
            text = file.read()
        new = rewritten(text, sweep)
        if new == text:
            continue
        wrong.append(f"{name} differs from what sweep.json says: run bench/gpu/write-tables.py")
        if not options.check:
            with open(f"{ROOT}/{name}", "w") as file:
                file.write(new)
    if options.check:
        wrong += [f"{p} was drawn from another sweep.json: run bench/gpu/plot.py" for p in PLOTS if not check_plot(f"{ROOT}/{p}", sweep)]
        sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
