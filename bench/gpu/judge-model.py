#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds what convoy-select-schedule predicts of schedules against their measured times:

    judge-model.py [--bin build/bin] [--only REGEX] [--points] [sweep.json ...]

For each layer and precision of the sweeps: the schedules that were measured, how well
the predictions order them (Spearman's rank correlation), and how much longer the one that is
predicted to be the fastest of them took than the fastest. Then the same over all, the errors
of each strategy's predictions, and what the schedule that is chosen now is predicted to take
where it was not measured. --points prints every schedule.
"""

import argparse
import collections
import concurrent.futures
import importlib.util
import json
import math
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
spec = importlib.util.spec_from_file_location("build_sweep", f"{HERE}/build-sweep.py")
build_sweep = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build_sweep)

CANDIDATE = re.compile(r'schedule \| Category:convoy \|.*?PredictedMilliseconds=([0-9.]+), Remark="#convoy\.(.*)"')
# A choice that is worse than this is listed.
WORTH_A_LINE = 1.03

Point = collections.namedtuple("Point", "schedule predicted measured")


def conv_text(layer, type_):
    """The convolution as an op; its filter is a constant, which is packed for nothing."""
    size = [
        (layer[a] + 2 * layer["padding"][i] - layer["dilation"][i] * (layer[w] - 1) - 1) // layer["stride"][i] + 1
        for i, (a, w) in enumerate((("h", "r"), ("w", "s")))
    ]
    sizes = ("n", "c", "h", "w"), ("k", "c", "r", "s")
    x, w = (build_sweep.tensor([layer[key] for key in keys], type_) for keys in sizes)
    y = build_sweep.tensor([layer["n"], layer["k"], *size], type_)
    return f"""func.func @main(%x: {x}) -> {y} {{
  %w = arith.constant dense<1.0> : {w}
  %init = tensor.empty() : {y}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : {x}, {w}) outs(%init : {y})
      strides = {layer["stride"]} dilations = {layer["dilation"]} pad = {layer["padding"]} to {layer["padding"]} -> {y}
  return %y : {y}
}}"""


def predictions(options, layer, precision):
    """Schedule and milliseconds of all candidates, the fastest first."""
    type_, math_mode = build_sweep.PRECISIONS[precision]
    select = f"--convoy-select-schedule=chip={options.chip} math={math_mode} list=true"
    command = [f"{options.bin}/convoy-opt", "-", select, "--remark-policy=all", "--remarks-filter=convoy", "-o", os.devnull]
    done = subprocess.run(command, input=conv_text(layer, type_), capture_output=True, text=True)
    found = [(match[2], float(match[1])) for match in map(CANDIDATE.search, done.stderr.splitlines()) if match]
    if done.returncode or not found:
        sys.exit(f"judge-model.py: error: no schedules of {layer['name']}: {done.stderr[:300]}")
    return dict(found)


def measured(paths):
    """By layer and precision, the least milliseconds of each schedule."""
    times = collections.defaultdict(dict)
    for path in paths:
        for layer, rows in json.loads(build_sweep.read(path))["layers"].items():
            for precision, row in rows.items():
                for artefact in [row.get("convoy", {}), *row.get("variants", {}).values()]:
                    if "ms" in artefact and len(artefact.get("schedules", [])) == 1:
                        schedule = artefact["schedules"][0]
                        known = times[layer, precision].get(schedule, math.inf)
                        times[layer, precision][schedule] = min(known, artefact["ms"])
    return times


def ranks(numbers):
    """Places of the numbers, equal ones in the middle of theirs."""
    return [sum(b < a for b in numbers) + (sum(b == a for b in numbers) - 1) / 2 for a in numbers]


def correlation(points):
    """Spearman's; None where there is nothing to order."""
    a, b = ranks([p.predicted for p in points]), ranks([p.measured for p in points])
    mean = (len(points) - 1) / 2
    spread = math.sqrt(sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b))
    return sum((x - mean) * (y - mean) for x, y in zip(a, b)) / spread if spread else None


def judge(key, points, choice, times, options):
    """Prints the layer where it says something; the choice's loss and the correlation."""
    chosen, best = min(points, key=lambda p: p.predicted), min(points, key=lambda p: p.measured)
    loss = chosen.measured / best.measured
    ordered = correlation(points) if len(points) > 2 else None
    if options.points or loss > WORTH_A_LINE:
        order = "" if ordered is None else f", rank correlation {ordered:.2f}"
        print(f"{key[0]} {key[1]}: {len(points)} schedules{order}, loss {loss:.3f}")
        for p in sorted(points) if options.points else (chosen, best):
            print(f"    predicted {p.predicted:.4f} measured {p.measured:.4f} {p.schedule}")
    if choice[0] not in times:
        print(f"{key[0]} {key[1]}: now {choice[0]}, predicted {choice[1]:.4f}, not measured; best measured {best.measured:.4f}")
    return loss, ordered


def mean_log(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweeps", nargs="*", default=[f"{HERE}/sweep.json"])
    parser.add_argument("--bin", default=f"{ROOT}/build/bin", help="where convoy-opt is")
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("--only", default="", help="layers whose names this expression is found in")
    parser.add_argument("--points", action="store_true", help="print every schedule")
    options = parser.parse_args()
    layers = {layer["name"]: layer for layer in json.loads(build_sweep.read(f"{HERE}/layers.json"))["layers"]}
    times = {key: found for key, found in measured(options.sweeps).items() if re.search(options.only, key[0])}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        predicted = list(pool.map(lambda key: predictions(options, layers[key[0]], key[1]), times))
    losses, orders, errors = [], [], collections.defaultdict(list)
    for (key, found), candidates in zip(times.items(), predicted):
        # Schedules that are no candidates any more cannot be chosen.
        points = [Point(s, candidates[s], ms) for s, ms in found.items() if s in candidates]
        for p in points:
            errors[p.schedule.split("<")[0], key[1]].append(math.log(p.measured / p.predicted))
        if points:
            loss, order = judge(key, points, min(candidates.items(), key=lambda c: c[1]), found, options)
            losses += [loss] if len(points) > 1 else []
            orders += [order] if order is not None else []
    for (strategy, precision), found in sorted(errors.items()):
        off = math.sqrt(sum(e * e for e in found) / len(found))
        print(f"{strategy:<16} {precision:<6} {len(found):4} schedules, measured {math.exp(sum(found) / len(found)):.2f} of predicted, {off:.0%} off")
    if not orders:
        sys.exit("no layer has several schedules that were measured")
    print(f"{len(losses)} choices, loss {mean_log(losses) - 1:.1%}, {sum(l > WORTH_A_LINE for l in losses)} above {WORTH_A_LINE - 1:.0%};", end=" ")
    print(f"mean rank correlation {sum(orders) / len(orders):.2f} of {len(orders)}")


if __name__ == "__main__":
    main()
