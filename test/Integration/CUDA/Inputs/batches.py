"""Command lines of convoy-exec, many in one process: what comes of each."""

import concurrent.futures
import json
import os
import subprocess

EXEC = "bin/convoy-exec"


def read_lines(name):
    path = f"{name}.batch"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [line for line in file.read().splitlines() if line and line[0] != "#"]


def run_part(name, lines, results):
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
    return runs


def deal(lines, hands):
    """The lines in so many lists; neighbours, which take about as long, in others."""
    hands = max(1, min(hands, len(lines)))
    return [lines[i::hands] for i in range(hands)]


def run_batch(name, lines, results, jobs=1):
    """The outcome of each line, in their order. What is timed runs alone."""
    dealt = deal(lines, jobs)
    with concurrent.futures.ThreadPoolExecutor(len(dealt)) as pool:
        parts = list(pool.map(lambda i: run_part(f"{name}-{i}", dealt[i], results), range(len(dealt))))
    runs = [parts[i % len(parts)][i // len(parts)] for i in range(len(lines))]
    with open(f"{results}/{name}.json", "w") as file:
        json.dump(runs, file)
    return runs
