"""Runs on a machine with a GPU what build.py made, from the folder that it made:

    run.py [--only checks,random,corpus,headline,numerics,sanitizer,calls,peers,certify] [--results FOLDER]

Needs Python; numpy for the corpus, torch for numerics, calls and peers, compute-sanitizer
for sanitizer. Prints what fails, and last a short table; JSON goes to the folder
of --results (or the environment's CONVOY_OUT, or results/ beside this file). Exit status 0 where
all that ran held.
"""

import argparse
import glob
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
EXEC = "bin/convoy-exec"
PARTS = ["checks", "random", "corpus", "headline", "numerics", "sanitizer", "calls", "peers", "certify"]

# Processes of a sanitizer that may end with errors before the next tool's turn.
MOST_SANITIZED = 10
# Distance of two neighbours at 1, by dtype.
EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52, "float16": 2.0**-10, "bfloat16": 2.0**-7}


def read_lines(name):
    path = f"{name}.batch"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [line for line in file.read().splitlines() if line and line[0] != "#"]


def run_batch(name, lines, results):
    """The outcome of each line. A device that is lost is lost to its process
    alone: what is left runs in another one."""
    runs, part = [], 0
    while len(runs) < len(lines):
        batch, report = f"{results}/{name}-{part}.batch", f"{results}/{name}-{part}.json"
        part += 1
        with open(batch, "w") as file:
            file.write("\n".join(lines[len(runs) :]) + "\n")
        done = subprocess.run([EXEC, f"--batch={batch}", f"--report={report}"], stdout=subprocess.DEVNULL)
        finished = []
        if done.returncode in (0, 1) and os.path.exists(report):
            with open(report) as file:
                finished = json.load(file)["runs"]
            os.remove(report)
        os.remove(batch)
        if not finished:
            line = lines[len(runs)]
            finished = [{"commandLine": line, "holds": False, "error": f"exit status {done.returncode}", "report": {}}]
        runs += finished
    with open(f"{results}/{name}.json", "w") as file:
        json.dump(runs, file)
    return runs


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


def part_checks(table, results):
    lines = [f"checks/FixtureCudaFaults.so --entry={e} {f} --input=random:9x4" for e, f, _ in CHECKS]
    failed = []
    for (entry, _, expected), run in zip(CHECKS, run_batch("checks", lines, results)):
        found = run.get("error", "")
        if (expected or "") not in found or run["holds"] != (expected is None):
            failed.append(f"{entry}: expected '{expected}', found '{found}'")
    os.remove(f"{results}/checks.json")
    table.failures("checks", failed)
    table.row("checks", f"{len(CHECKS) - len(failed)} of {len(CHECKS)} faults are found out", not failed)


def part_random(table, results):
    runs = run_batch("random", read_lines("random"), results)
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


def part_corpus(table, results):
    with open("corpus.json") as file:
        expected = json.load(file)
    runs = run_batch("corpus", read_lines("corpus"), results)
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


def part_headline(table, results):
    runs = run_batch("headline", read_lines("headline"), results)
    for run in runs:
        name = os.path.basename(run["commandLine"].split()[0])[: -len(".so")]
        if not run["holds"]:
            table.failures("headline", [describe_failure(run)])
        time_ = run["report"].get("time")
        if not time_:
            table.row("headline", f"{name}: {run.get('error', 'not timed')[:200]}", run["holds"])
            continue
        verdict = run["report"].get("verify", [{}])[0]
        copy = time_["copy"]["medianSeconds"] / time_["medianSeconds"] if "copy" in time_ else 0
        table.row(
            "headline",
            f"{name:<24} {time_['medianSeconds'] * 1e3:8.4f} ms  min {time_['minSeconds'] * 1e3:8.4f}  "
            f"graph {time_['graphReplay']['medianSeconds'] * 1e3:8.4f}  {time_['gigabytesPerSecond']:5.0f} GB/s  "
            f"{copy:4.0%} of copy  {time_.get('gflopPerSecond', 0) / 1e3:7.2f} TFLOP/s  "
            f"launches {run['report'].get('launches')}  rmse {verdict.get('fusedRmse', float('nan')):.3g}"
            + ("" if run["holds"] else "  FAILED"),
            run["holds"],
        )


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


def run_sanitizer(tool, check, batch):
    """What the tool prints for each of its processes: an error ends one, and the lines
    that did not run are for the next."""
    left = sanitizer_lines(check)
    while left:
        with open(batch, "w") as file:
            file.write("\n".join(left) + "\n")
        done = subprocess.run(
            [tool, "--tool", check, "--print-limit", "20", "--error-exitcode", "9", EXEC, f"--batch={batch}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            # Without them what lies beside a tensor is nobody's memory.
            env=dict(os.environ, CONVOY_GUARD_BANDS="0"),
        )  # fmt: skip
        counts = re.search(r"batch: \d+ runs: (\d+) held, (\d+) failed, (\d+) not run", done.stdout)
        finished = len(left) - int(counts.group(3)) if counts else 1
        yield done, left[finished - 1] if done.returncode else None, finished
        left = left[max(1, finished) :]


def part_sanitizer(table, results):
    tool = shutil.which("compute-sanitizer") or "/usr/local/cuda/bin/compute-sanitizer"
    if not os.path.exists(tool):
        return table.row("sanitizer", "skipped: no compute-sanitizer")
    batch, log = f"{results}/sanitizer.batch", ""
    for check in ("memcheck", "racecheck", "synccheck"):
        start, total, failed = time.time(), 0, []
        for done, culprit, finished in run_sanitizer(tool, check, batch):
            log += done.stdout
            total += finished
            failed += [culprit] * (culprit is not None)
            if len(failed) > MOST_SANITIZED:
                break
        table.failures("sanitizer", [f"{check}: {line}" for line in failed])
        text = f"{check}: {total} runs, {len(failed)} processes ended with errors ({time.time() - start:.0f} s)"
        table.row("sanitizer", text, not failed)
    os.remove(batch)
    with open(f"{results}/sanitizer.log", "w") as file:
        file.write(log)


def part_script(name, *arguments):
    """A script of its own; RESULTS in its arguments is the folder for files."""

    def part(table, results):
        command = [sys.executable] + [a.replace("RESULTS", results) for a in arguments]
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
        "numerics": part_script("numerics", "numerics.py", "--results=RESULTS"),
        "calls": part_script("calls", "calls.py"),
        "peers": part_script("peers", "peers.py", "--results=RESULTS"),
        "certify": part_script(
            "certify", "certify", "--exec=" + EXEC, "--batch=certify.batch", "--record=RESULTS/verified.json"
        ),
    }
    table = Table()
    for name in options.only.split(","):
        start = time.time()
        parts[name](table, results)
        table.row(name, f"took {time.time() - start:.0f} s")
        sys.stdout.flush()
    print("\n".join(table.rows))
    print("all held" if table.held else "NOT ALL HELD")
    return 0 if table.held else 1


if __name__ == "__main__":
    sys.exit(main())
