"""Holds kernels against float64 that the GPU itself computes: every combination of
combos.json (combos.py) on several kinds of numbers.

    numerics.py [--device cuda] [--results FOLDER] [--part 0.1] [--only NAME,...] [--jobs N]

Needs torch. For each combination and each kind of numbers:

  * results lie between guard bands and are NaN before the call, inputs lie in NaNs;
    bands and inputs are unchanged after it;
  * a second call gives the same bits; for one combination of each kind of kernel, 200;
  * `integers`: the result equals float64 bit for bit;
  * all others: |result - float64| is within the bound of bounds.py, and infinities and
    NaNs are where the definition has them;
  * strict f32 with no epilogue: largest and root mean square of |error| / sum|x||w|
    are at most 1.5 times those of a loop of f32 multiply-adds.

Prints what fails and a table by strategy and mode; a line for each combination goes
to numerics.txt and numerics.json of --results.
"""

import argparse
import collections
import concurrent.futures
import json
import math
import os
import subprocess
import sys
import tempfile
import time

import torch

sys.path.insert(0, "python")

import bounds
import convoy
import reference
from cases import BITS, Case, Guarded, permute

REPEATS = 200
# What one combination may take.
SECONDS = 15
# Results that a comparison with the loop takes at least.
COMPARED = 2048
ALLOWED = 1.5


class Outcome:
    """What one run on one kind of numbers showed."""

    def __init__(self, kind):
        self.kind, self.failed, self.ratio, self.accuracy = kind, [], 0.0, None


def judge_accuracy(case, value, magnitude, got, loop):
    """Largest and root mean square, of the kernel and of the loop."""
    counted = (magnitude > 0) & torch.isfinite(value)
    safe = torch.where(counted, magnitude, torch.ones_like(magnitude))
    numbers = []
    for each in (got, loop.double()):
        relative = torch.where(counted, (each - value).abs() / safe, torch.zeros_like(value))
        numbers += [relative.max(), (relative**2).sum()]
    return numbers + [counted.sum().double()]


def poison_workspaces(entry):
    """NaNs in the memory that calls of `entry` share. It is zero in front of the first
    call, but no kernel keeps anything in it from one call to the next."""
    for workspace in entry._local.__dict__.get("workspaces", {}).values():
        memory = getattr(workspace, "_memory", None)
        if memory is not None:
            memory.fill_(255)


def run_case(case, kind, judge, repeats):
    """The outcome; all that is looked at comes from the device at once."""
    combo, device = case.combo, case.device
    numbers, arguments, before = case.numbers(kind), {}, {}
    for role, argument in case.arguments.items():
        arguments[role] = Guarded(argument["shape"], argument["type"], device)
        arguments[role].tensor.copy_(numbers[role].reshape(argument["shape"]))
        before[role] = arguments[role].bits.clone()
    results = [Guarded(combo["result"]["shape"], combo["result"]["type"], device) for _ in range(2)]
    tensors = [a.tensor for a in arguments.values()]
    for result in results:
        case.entry(*tensors, out=result.tensor)
        # The next call must not live on what this one has left.
        poison_workspaces(case.entry)
    differing = (results[0].result_bits() != results[1].result_bits()).sum()
    for _ in range(repeats):
        results[1].poison()
        case.entry(*tensors, out=results[1].tensor)
        differing = differing + (results[0].result_bits() != results[1].result_bits()).sum()
    x = case.canonical("input", arguments["input"].tensor)
    w = case.canonical("filter", case.constant_filter() if case.constant else arguments["filter"].tensor)
    value, magnitude, loop = judge(x, w, case.geometry())
    error = bounds.sum_error(combo, x.double(), w.double(), magnitude)
    parameters = {r: case.canonical(r, a.tensor) for r, a in arguments.items() if r not in ("input", "filter")}
    got = case.canonical("result", results[0].tensor)
    expected, error = bounds.Epilogue(combo, parameters, value, error, magnitude).run()
    finite = torch.isfinite(expected)
    alike = torch.where(torch.isnan(expected), torch.isnan(got), got == expected)
    distance = torch.where(finite, (got - expected).abs(), torch.zeros_like(got))
    within = distance <= torch.where(finite, error, torch.ones_like(error))
    ratio = torch.where(finite & (error > 0), distance / error, torch.zeros_like(error)).nan_to_num(nan=math.inf).max()
    exact = expected.to(bounds.TYPES[combo["result"]["type"]]).view(BITS[results[0].bits.element_size()])
    raw = permute(results[0].tensor, case.output, ["n", case.groups, case.filters, "h", "w"])
    unequal = (raw.view(exact.dtype) != exact).sum() if kind == "integers" else torch.zeros((), device=device)
    broken = sum(r.broken() for r in results)
    changed = sum((arguments[role].bits != before[role]).sum() for role in arguments)
    looked = [unequal, (finite & ~within).sum(), (~finite & ~alike).sum(), differing, broken, changed, ratio]
    if case.bare and kind not in ("integers", "nonfinite", "nonfinite-filter"):
        looked += judge_accuracy(case, value, magnitude, got, loop)
    looked = torch.stack([each.double() for each in looked]).tolist()
    outcome = Outcome(kind)
    names = ["are not exact", "are out of bounds", "are not where the definition has infinity or NaN",
             "bits differ in another call", "of a guard band were written", "of an input were changed"]  # fmt: skip
    outcome.failed = [f"{int(n)} of {got.numel()} {what}" for n, what in zip(looked, names) if n]
    outcome.ratio, outcome.accuracy = looked[6], looked[7:] or None
    return outcome


def describe(combo):
    shapes = {a["role"]: "x".join(map(str, a["shape"])) for a in combo["arguments"]}
    if combo["constant"]:
        shapes["filter"] = "constant " + "x".join(map(str, combo["constant"]["shape"]))
    join = lambda key: ",".join(str(v) for v in combo[key].values())
    steps = (["bias"] if "bias" in shapes else []) + combo["steps"]
    return (
        f"{combo['name']} {combo['strategy']} {'->'.join(combo['letters'])} {shapes['input']} * {shapes['filter']} "
        f"stride {join('stride')} dilation {join('dilation')} pad {join('pad')} {'/'.join(combo['types'])} "
        f"[{' '.join(steps)}] -> {combo['result']['type']}"
    )


class Accuracy:
    """Errors against those of the loop, by strategy and kind of numbers."""

    def __init__(self):
        self.groups = collections.defaultdict(lambda: [0.0, 0.0, 0.0, 0.0, 0.0])
        self.worst = collections.defaultdict(lambda: [0.0, 0.0, "", ""])

    def add(self, combo, kind, accuracy):
        """What does not hold of this combination."""
        own_max, own_square, loop_max, loop_square, count = accuracy
        group = self.groups[combo["strategy"], kind]
        group[0], group[2] = max(group[0], own_max), max(group[2], loop_max)
        group[1], group[3], group[4] = group[1] + own_square, group[3] + loop_square, group[4] + count
        if count < COMPARED:
            return []
        ratios = [ratio_of(own_max, loop_max), ratio_of(math.sqrt(own_square), math.sqrt(loop_square))]
        worst = self.worst[combo["strategy"], kind]
        for i, ratio in enumerate(ratios):
            if ratio > worst[i]:
                worst[i], worst[2 + i] = ratio, combo["name"]
        names = ["largest error", "root mean square of errors"]
        return [f"{name} is {r:.2f} times the loop's" for name, r in zip(names, ratios) if r > ALLOWED]

    def rows(self):
        for (strategy, kind), (own_max, own_square, loop_max, loop_square, count) in sorted(self.groups.items()):
            rms = [math.sqrt(s / max(count, 1)) for s in (own_square, loop_square)]
            worst = self.worst[strategy, kind]
            yield (
                f"{strategy:<12} {kind:<13} max {own_max:.2e} loop {loop_max:.2e}  rms {rms[0]:.2e} loop {rms[1]:.2e}  "
                f"worst ratios {worst[0]:.2f} ({worst[2]}) {worst[1]:.2f} ({worst[3]})"
            )


def ratio_of(own, loop):
    return own / loop if loop else (math.inf if own else 1.0)


class Worker:
    """Runs combinations one after the other and writes a line of JSON when it begins
    with one and another when it is done: a device that is lost takes the process
    along, but not what was found before."""

    def __init__(self, options):
        self.options, self.judge, self.artefacts = options, reference.Reference(".", options.device), {}
        self.log = open(options.progress, "a")

    def write(self, record):
        self.log.write(json.dumps(record) + "\n")
        self.log.flush()

    def run(self, combo, repeats):
        self.write({"begun": combo["name"]})
        path = combo["artefact"]
        if path not in self.artefacts:
            self.artefacts[path] = convoy.load(path)
        entry = self.artefacts[path][combo["name"]]
        case, failed, ratios, accuracy = Case(combo, entry, self.options.device), [], {}, {}
        torch.manual_seed(sum(map(ord, combo["name"])))
        for numbers in case.kinds_of_numbers():
            outcome = run_case(case, numbers, self.judge, repeats if numbers == "normal" else 0)
            failed += [f"{numbers}: {why}" for why in outcome.failed]
            ratios[numbers] = outcome.ratio
            if outcome.accuracy:
                accuracy[numbers] = outcome.accuracy
        kernels = len(entry.manifest.get("kernels", []))
        self.write({"name": combo["name"], "failed": failed, "ratios": ratios, "accuracy": accuracy, "kernels": kernels})


def work(options):
    """What a process for itself does: the combinations whose names standard input has,
    each with how often it is repeated."""
    worker, by_name = Worker(options), {c["name"]: c for c in read_combos()["combos"]}
    for line in sys.stdin:
        name, repeats = line.split()
        worker.run(by_name[name], int(repeats))


def read_progress(path):
    """The records of what is done, and the name of what was begun last."""
    records, begun = {}, None
    if os.path.exists(path):
        with open(path) as file:
            for record in map(json.loads, file):
                begun = record.get("begun", begun)
                if "name" in record:
                    records[record["name"]] = record
    return records, begun


def run_watched(command, lines, progress):
    """None, or how the process ended that was to do all of `lines`. One in which
    nothing moves any more is killed."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as errors:
        given.write(lines)
        given.seek(0)
        size = lambda: os.path.getsize(progress) if os.path.exists(progress) else 0
        seen, since, limit = size(), time.time(), 10 * SECONDS
        process = subprocess.Popen(command, stdin=given, stderr=errors)
        while process.poll() is None:
            time.sleep(0.1)
            if size() != seen:
                # The first move took the time to load libraries too.
                seen, since, limit = size(), time.time(), SECONDS
            if time.time() - since > limit:
                process.kill()
                process.wait()
                return f"did not move for {limit} s"
        errors.seek(0)
        said = errors.read().strip().splitlines() or ["no message"]
    if process.returncode == 0:
        return None
    why = next((line for line in reversed(said) if "Error:" in line), said[-1])
    return f"ended with status {process.returncode}: {why}"


def run_part(options, chosen, repeats, path):
    """Records by name. What ends its process has failed; the rest goes on in another."""
    if os.path.exists(path):
        os.remove(path)
    command = [sys.executable, __file__, "--worker", f"--device={options.device}", f"--progress={path}"]
    lost = {}
    while True:
        records, begun = read_progress(path)
        left = [c["name"] for c in chosen if c["name"] not in records and c["name"] not in lost]
        if not left or len(lost) > options.most_lost:
            break
        lines = "".join(f"{name} {repeats.get(name, 0)}\n" for name in left)
        why = run_watched(command, lines, path)
        if why:
            records, begun = read_progress(path)
            name = begun if begun in left and begun not in records else left[0]
            lost[name] = {"failed": [f"its process {why}"], "ratios": {}, "accuracy": {}, "kernels": 0}
            print(f"numerics: lost: {name}: {why}"[:300], flush=True)
    if os.path.exists(path):
        os.remove(path)
    return {**records, **lost}


def run_all(options, chosen):
    """Records by name, and of how many kinds they are. Each process takes artefacts as
    a whole: what loading one costs is paid once."""
    kinds = {}
    for combo in chosen:
        kinds.setdefault(combo["kind"], combo["name"])
    repeats = {name: REPEATS for name in kinds.values()}
    artefacts = list(dict.fromkeys(combo["artefact"] for combo in chosen))
    jobs = max(1, min(options.jobs, len(artefacts)))
    parts = [[c for c in chosen if artefacts.index(c["artefact"]) % jobs == i] for i in range(jobs)]
    paths = [f"{options.results}/numerics-progress-{i}.jsonl" for i in range(jobs)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(run_part, [options] * jobs, parts, [repeats] * jobs, paths))
    return {name: record for part in found for name, record in part.items()}, len(kinds)


class Report:
    def __init__(self, options, seed):
        self.options, self.seed = options, seed
        self.accuracy, self.lines, self.records, self.failures = Accuracy(), [], [], []
        self.table = collections.defaultdict(collections.Counter)

    def add(self, combo, record):
        failed, text = list(record["failed"]), describe(combo)
        for numbers, accuracy in record["accuracy"].items():
            failed += [f"{numbers}: {why}" for why in self.accuracy.add(combo, numbers, accuracy)]
        ratios = ", ".join(f"{numbers} {ratio:.2g}" for numbers, ratio in record["ratios"].items())
        self.lines.append(f"{text}: {ratios}" + "".join(f"\n    FAILED: {why}" for why in failed))
        self.records.append({"name": combo["name"], "strategy": combo["strategy"], "failed": failed, "ratios": record["ratios"]})
        row = self.table[combo["mode"], combo["strategy"]]
        row["combinations"] += 1
        row["failed"] += bool(failed)
        row["runs"] += len(record["ratios"])
        row["kernels"] += record["kernels"]
        row["result " + combo["result"]["type"]] += 1
        if failed:
            self.failures.append(f"{text}: {'; '.join(failed)}")

    def write(self, folder):
        with open(f"{folder}/numerics.txt", "w") as file:
            file.write("\n".join(self.lines) + "\n")
        with open(f"{folder}/numerics.json", "w") as file:
            json.dump({"seed": self.seed, "accuracy": list(self.accuracy.rows()), "combinations": self.records}, file)

    def print(self, kinds, seconds):
        for text in self.failures[: self.options.most]:
            print("numerics: FAILED:", text[:700])
        if len(self.failures) > self.options.most:
            print(f"numerics: and {len(self.failures) - self.options.most} more")
        print("mode    strategy       combinations  failed  runs  kernels  results")
        for (mode, strategy), row in sorted(self.table.items()):
            types = ", ".join(f"{n} {key.split()[1]}" for key, n in sorted(row.items()) if key.startswith("result "))
            print(
                f"{mode:<7} {strategy:<14} {row['combinations']:>12}  {row['failed']:>6}  {row['runs']:>4}  "
                f"{row['kernels']:>7}  {types}"
            )
        print("strict, no epilogue: |error| / sum|x||w| beside that of a loop of f32 multiply-adds")
        for row in self.accuracy.rows():
            print(row)
        total, runs = len(self.records), sum(row["runs"] for row in self.table.values())
        print(
            f"{total - len(self.failures)} of {total} combinations hold, {runs} runs, one of each of {kinds} kinds "
            f"{REPEATS} times, seed {self.seed}, {seconds:.0f} s"
        )


def read_combos():
    with open("combos.json") as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--results", default="results")
    parser.add_argument("--only", help="names of combinations")
    parser.add_argument("--part", type=float, default=1.0)
    parser.add_argument("--most", type=int, default=40, help="failures that are printed")
    parser.add_argument("--most-lost", type=int, default=8, help="processes that may be lost")
    parser.add_argument("--jobs", type=int, default=1, help="processes beside each other")
    parser.add_argument("--worker", action="store_true", help="read names from standard input")
    parser.add_argument("--progress", help="the file that a worker writes to")
    options = parser.parse_args()
    if options.worker:
        return work(options)
    os.makedirs(options.results, exist_ok=True)
    start, made = time.time(), read_combos()
    wanted, part = options.only and options.only.split(","), options.part
    chosen = [c for i, c in enumerate(made["combos"]) if (c["name"] in wanted if wanted else i * part % 1 < part)]
    records, kinds = run_all(options, chosen)
    report = Report(options, made["seed"])
    for combo in chosen:
        missing = {"failed": ["was not run"], "ratios": {}, "accuracy": {}, "kernels": 0}
        report.add(combo, records.get(combo["name"], missing))
    report.write(options.results)
    report.print(kinds, time.time() - start)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
