"""Runs on a machine with a GPU what build.py made, from the folder that it made:

    run.py [--only checks,random,corpus,headline,packs,numerics,sanitizer,calls,peers,certify]
           [--results FOLDER] [--jobs N]

Needs Python; numpy for the corpus, torch for packs, numerics, calls and peers, compute-sanitizer
for sanitizer. Prints what fails, and last a short table; JSON goes to the folder
of --results (or the environment's CONVOY_OUT, or results/ beside this file). Exit status 0 where
all that ran held.
"""

import argparse
import datetime
import json
import math
import os
import re
import subprocess
import sys
import time

from batches import EXEC, read_lines, run_batch
from sanitizers import part_sanitizer

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ["checks", "random", "corpus", "headline", "packs", "numerics", "sanitizer", "calls", "peers", "certify"]
# Distance of two neighbours at 1, by dtype.
EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52, "float16": 2.0**-10, "bfloat16": 2.0**-7}


class Table:
    def __init__(self):
        self.rows, self.held = [], True

    def row(self, name, text, holds=True):
        self.rows.append(f"{name:<11}{text}")
        self.held &= holds

    def failures(self, name, failed, most=15):
        for each in failed[:most]:
            print(f"{name}: FAILED: {each}"[:600])
        if len(failed) > most:
            print(f"{name}: and {len(failed) - most} more")


def describe_failure(run):
    return f"{run['commandLine']}: {run.get('error', '')}"


# Entries of an artefact written by hand, and what the host side says of them.
CHECKS = [
    ("main", "--verify --time", None),
    ("behind", "", "output 0 (y): memory was written behind it"),
    ("in-front", "", "output 0 (y): memory was written in front of it"),
    ("behind-workspace", "", "the workspace: memory was written behind it"),
    ("unwritten", "--verify", "verification of entry unwritten failed"),
    ("moving", "--verify", "two calls on the same inputs differ in output 0 (y)"),
    ("changes-input", "--verify", "the call changed input 0 (x)"),
]


def part_checks(table, results, jobs):
    lines = [f"checks/FixtureCudaFaults.so --entry={e} {f} --input=random:9x4" for e, f, _ in CHECKS]
    failed = []
    for (entry, _, expected), run in zip(CHECKS, run_batch("checks", lines, results)):
        found = run.get("error", "")
        if (expected or "") not in found or run["holds"] != (expected is None):
            failed.append(f"{entry}: expected '{expected}', found '{found}'")
    os.remove(f"{results}/checks.json")
    table.failures("checks", failed)
    table.row("checks", f"{len(CHECKS) - len(failed)} of {len(CHECKS)} faults are found out", not failed)


def part_random(table, results, jobs):
    runs = run_batch("random", read_lines("random"), results, jobs)
    failed = [describe_failure(r) for r in runs if not r["holds"]]
    table.failures("random", failed)
    launches = {}
    for run in runs:
        count = run["report"].get("launches")
        launches[count] = launches.get(count, 0) + 1
    counts = ", ".join(f"{n} with {c}" for c, n in sorted(launches.items(), key=lambda i: str(i[0])))
    table.row("random", f"{len(runs) - len(failed)} of {len(runs)} hold; launches: {counts}", not failed)


def compare_with_framework(expected, run):
    """None, or how the results are further from float64 than the framework's own,
    by the rule of the corpus."""
    import numpy as np

    for i, own in enumerate(expected["rmse"]):
        output = run["report"]["outputs"][i]
        want = np.load(f"corpus/{expected['name']}.expected{i}.npy").astype(float)
        got = np.load(output["file"]).astype(float)
        if got.shape != want.shape:
            return f"output {i}: expected shape {want.shape}, found {got.shape}"
        error = float(np.sqrt(np.mean((got - want) ** 2)))
        scale = float(np.sqrt(np.mean(want**2)))
        allowed = max(4 * (own or 0), 8 * EPSILON.get(output["dtype"], 0) * scale)
        if not error <= allowed:
            return f"output {i}: RMSE {error:.3g} against the framework in float64, allowed {allowed:.3g}"
    return None


def part_corpus(table, results, jobs):
    with open("corpus.json") as file:
        expected = json.load(file)
    runs = run_batch("corpus", read_lines("corpus"), results, jobs)
    failed = [describe_failure(r) for r in runs if not r["holds"]]
    compared = 0
    for run in runs:
        artefact = run["commandLine"].split()[0]
        if run["holds"] and artefact in expected:
            compared += 1
            why = compare_with_framework(expected[artefact], run)
            if why:
                failed.append(f"{artefact}: {why}")
    table.failures("corpus", failed)
    table.row("corpus", f"{len(runs)} cases, {compared} compared with their framework, {len(failed)} failed", not failed)


def runs_of_record(lines, results):
    """What the record's run, if there was one, has shown of them."""
    path = f"{results}/certify.json"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        known = {run["commandLine"]: run for run in json.load(file)}
    plain = [line.replace(" --time", "") for line in lines]
    return [known[line] for line in plain] if set(plain) <= set(known) else []


def summary_of(run):
    """What is told of a timed run; None where there is no time."""
    report, time_ = run["report"], run["report"].get("time")
    if not time_:
        return None
    return {
        "program": os.path.basename(run["commandLine"].split()[0])[: -len(".so")],
        "ms": round(time_["medianSeconds"] * 1e3, 4),
        "min": round(time_["minSeconds"] * 1e3, 4),
        "graph": round(time_["graphReplay"]["medianSeconds"] * 1e3, 4),
        "gigabytesPerSecond": round(time_["gigabytesPerSecond"]),
        "ofCopy": round(time_["copy"]["medianSeconds"] / time_["medianSeconds"], 3) if "copy" in time_ else None,
        "teraflopsPerSecond": round(time_.get("gflopPerSecond", 0) / 1e3, 1),
        "launches": report.get("launches"),
        "rmse": report.get("verify", [{}])[0].get("fusedRmse"),
        "holds": run["holds"],
    }


def part_headline(table, results, jobs):
    lines, told = read_lines("headline"), []
    for run in runs_of_record(lines, results) or run_batch("headline", lines, results):
        if not run["holds"]:
            table.failures("headline", [describe_failure(run)])
        row = summary_of(run)
        if row is None:
            table.row("headline", f"{run['commandLine'].split()[0]}: {run.get('error', 'not timed')[:200]}", run["holds"])
            continue
        told.append(row)
        table.row(
            "headline",
            f"{row['program']:<24} {row['ms']:8.4f} ms  min {row['min']:8.4f}  graph {row['graph']:8.4f}  "
            f"{row['gigabytesPerSecond']:5} GB/s  {row['ofCopy'] or 0:4.0%} of copy  {row['teraflopsPerSecond']:7} TFLOP/s  "
            f"launches {row['launches']}  rmse {row['rmse'] or float('nan'):.3g}" + ("" if run["holds"] else "  FAILED"),
            run["holds"],
        )
        gpu = run["report"].get("gpu", {}).get("name")
    if told:
        with open(f"{results}/headline-times.json", "w") as file:
            json.dump({"date": datetime.date.today().isoformat(), "gpu": gpu, "programs": told}, file, indent=1)


def part_script(name, *arguments):
    """A script of its own; RESULTS and JOBS in its arguments are those of run.py."""

    def part(table, results, jobs):
        command = [sys.executable] + [a.replace("RESULTS", results).replace("JOBS", str(jobs)) for a in arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        for line in lines:
            table.row(name, line)
        if done.returncode:
            table.row(name, f"status {done.returncode}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}", False)
            print(done.stderr[-3000:])

    return part


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--results", default=os.environ.get("CONVOY_OUT", f"{HERE}/results"))
    parser.add_argument("--jobs", type=int, default=1, help="processes for what is not timed")
    options = parser.parse_args()
    results = os.path.abspath(options.results)
    os.chdir(HERE)
    os.makedirs(results, exist_ok=True)
    # Where the outputs of the corpus go.
    os.makedirs("results", exist_ok=True)
    parts = {
        "checks": part_checks,
        "random": part_random,
        "corpus": part_corpus,
        "headline": part_headline,
        "sanitizer": part_sanitizer,
        "numerics": part_script("numerics", "numerics.py", "--results=RESULTS", "--jobs=JOBS"),
        "packs": part_script("packs", "packs.py"),
        "calls": part_script("calls", "calls.py"),
        "peers": part_script("peers", "peers.py", "--results=RESULTS"),
        "certify": part_script(
            "certify", "certify", "--exec=" + EXEC, "--jobs=JOBS", "--batch=certify.batch", "--record=RESULTS/verified.json", "--runs=RESULTS/certify.json"
        ),
    }
    table = Table()
    for name in options.only.split(","):
        start = time.time()
        parts[name](table, results, options.jobs)
        table.row(name, f"took {time.time() - start:.0f} s")
        sys.stdout.flush()
    print("\n".join(table.rows))
    print("all held" if table.held else "NOT ALL HELD")
    return 0 if table.held else 1


if __name__ == "__main__":
    sys.exit(main())
