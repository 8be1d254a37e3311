"""compute-sanitizer on the smallest program of each kind, in processes beside each
other. Nothing is timed."""

import concurrent.futures
import glob
import json
import math
import os
import re
import shutil
import subprocess
import time

from batches import EXEC, deal, read_lines

CHECKS = ["memcheck", "racecheck", "synccheck"]
# Command lines of one check that may end with errors before the others are left out.
MOST_SANITIZED = 12
# What one process may take.
SECONDS = 240


def read_combos():
    if not os.path.exists("combos.json"):
        return []
    with open("combos.json") as file:
        return json.load(file)["combos"]


def elements(combo):
    return sum(math.prod(a["shape"]) for a in combo["arguments"])


def smallest_of_kinds():
    """The smallest combination of each kind of kernel, as a command line."""
    smallest = {}
    for combo in read_combos():
        # What remains is what changes the way that threads take.
        kind = re.sub(r" (dilated|padded|to \w+)", "", combo["kind"])
        if kind not in smallest or elements(combo) < elements(smallest[kind]):
            smallest[kind] = combo
    for combo in smallest.values():
        sizes = ["x".join(map(str, a["shape"])) for a in combo["arguments"]]
        # Variances have to be positive.
        kinds = ["" if a["role"] == "variance" else ",normal" for a in combo["arguments"]]
        inputs = " ".join(f"--input=random:{size}{kind}" for size, kind in zip(sizes, kinds))
        yield combo, f"{combo['artefact']} --entry={combo['name']} {inputs}"


def sanitizer_lines(check):
    """The headline on small images, one small random program of each kind of
    convolution, and one combination of each kind of kernel. Racecheck leaves kernels
    of wgmma out: one lane arrives at a barrier for its warp there, which the tool does
    not follow (docs/Kernels.md)."""
    chosen, kinds = [], set()
    if check != "racecheck":
        chosen = [artefact for artefact in sorted(glob.glob("calls/*.so")) if not artefact.endswith("-cpu.so")]
    kind_of = {}
    if os.path.exists("kinds.json"):
        with open("kinds.json") as file:
            kind_of = json.load(file)
    for line in read_lines("random"):
        kind = kind_of.get(line.split("--entry=")[1].split()[0])
        if kind not in kinds:
            kinds.add(kind)
            # References on the CPU are not what is looked at.
            chosen.append(re.sub(r" --(verify|reference=\S+)", "", line))
    return chosen + [
        line for combo, line in smallest_of_kinds() if check != "racecheck" or "wgmma" not in combo["strategy"]
    ]


def run_sanitizer(tool, check, lines, batch):
    """What the tool prints, how many lines ran, and which of them ended a process with
    errors: what did not run is for the next process."""
    log, total, culprits, left = "", 0, [], lines
    while left and len(culprits) <= MOST_SANITIZED:
        with open(batch, "w") as file:
            file.write("\n".join(left) + "\n")
        command = [tool, "--tool", check, "--print-limit", "20", "--error-exitcode", "9", EXEC, f"--batch={batch}"]
        # Without guard bands what lies beside a tensor is nobody's memory.
        environment = dict(os.environ, CONVOY_GUARD_BANDS="0")
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            culprits.append(f"not done in {SECONDS} s: {len(left)} from {left[0]}")
            break
        counts = re.search(r"batch: \d+ runs: (\d+) held, (\d+) failed, (\d+) not run", done.stdout)
        finished = max(1, len(left) - int(counts.group(3)) if counts else 1)
        log += done.stdout
        total += finished
        if done.returncode:
            culprits.append(left[finished - 1])
        left = left[finished:]
    if os.path.exists(batch):
        os.remove(batch)
    return log, total, culprits


def run_check(tool, check, results, jobs):
    dealt = deal(sanitizer_lines(check), jobs)
    with concurrent.futures.ThreadPoolExecutor(len(dealt)) as pool:
        names = [f"{results}/{check}-{i}.batch" for i in range(len(dealt))]
        found = list(pool.map(run_sanitizer, [tool] * len(dealt), [check] * len(dealt), dealt, names))
    logs, totals, culprits = zip(*found)
    with open(f"{results}/sanitizer-{check}.log", "w") as file:
        file.write("".join(logs))
    return sum(len(part) for part in dealt), sum(totals), [line for part in culprits for line in part]


def part_sanitizer(table, results, jobs):
    tool = shutil.which("compute-sanitizer") or "/usr/local/cuda/bin/compute-sanitizer"
    if not os.path.exists(tool):
        return table.row("sanitizer", "skipped: no compute-sanitizer")
    for check in CHECKS:
        start = time.time()
        count, total, culprits = run_check(tool, check, results, jobs)
        table.failures("sanitizer", [f"{check}: {line}" for line in culprits])
        text = f"{check}: {total} of {count} runs, {len(culprits)} ended their process ({time.time() - start:.0f} s)"
        table.row("sanitizer", text, not culprits and total == count)
