"""Holds kernels against float64 that the GPU itself computes: every combination of
combos.json (combos.py) on several kinds of numbers.

    numerics.py [--device cuda] [--results FOLDER] [--part 0.1] [--only NAME,...]

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
import json
import math
import os
import sys
import time

import torch

sys.path.insert(0, "python")

import bounds
import convoy
import reference

BITS = {8: torch.int64, 4: torch.int32, 2: torch.int16}
GUARD_BYTES = 4096
REPEATS = 200
# Steps whose results on small whole numbers are exact.
EXACT = {"relu", "clamp", "band", "leaky", "residual", "channel-scale", "channel-shift", "cast"}
# Largest whole number that sums of products may reach, by the narrowest type on the way.
WHOLE = {"f64": 2**40, "f32": 2**20, "f16": 200, "bf16": 24}
# With what is added and multiplied behind the sum it stays in f16's range.
MOST_IN_F16 = 4096
# Bits of a factor that products keep.
FACTOR_BITS = {"strict": 20, "tf32": 11, "f16": 11, "bf16": 8, "f64": 30}
SPECIAL = ["spread10", "spread40", "filter40", "subnormal", "subnormal-up", "largest"]
# Results that a comparison with the loop takes at least.
COMPARED = 2048
ALLOWED = 1.5


class Guarded:
    """A tensor with NaNs around it, on an address that is a multiple of 16 alone."""

    def __init__(self, shape, type_, device):
        dtype = bounds.TYPES[type_]
        size = torch.empty(0, dtype=dtype).element_size()
        self.first, self.count = (GUARD_BYTES + 16) // size, math.prod(shape)
        self.bits = torch.full((self.count + 2 * self.first,), -1, dtype=BITS[size], device=device)
        self.tensor = self.bits.view(dtype)[self.first : self.first + self.count].view(shape)

    def poison(self):
        self.bits.fill_(-1)

    def result_bits(self):
        return self.bits[self.first : self.first + self.count]

    def broken(self):
        """How much of the bands has changed."""
        last = self.bits[self.first + self.count :]
        return (self.bits[: self.first] != -1).sum() + (last != -1).sum()


def permute(tensor, letters, wanted):
    """The dims of `tensor` in the order `wanted`, each of which is a group of letters."""
    present = [l for group in wanted for l in group if l in letters]
    sizes = {l: s for l, s in zip(letters, tensor.shape)}
    ordered = tensor.permute([letters.index(l) for l in present])
    return ordered.reshape([math.prod(sizes.get(l, 1) for l in group) for group in wanted]).contiguous()


class Case:
    """A combination, loaded: its dims and what they mean."""

    def __init__(self, combo, entry, device):
        self.combo, self.entry, self.device = combo, entry, device
        self.input, self.filter, self.output = combo["letters"]
        pixels = set("nhw")
        shared = [l for l in self.input if l in self.filter and l not in pixels]
        self.groups = "".join(l for l in shared if l in self.output)
        self.channels = "".join(l for l in shared if l not in self.output)
        self.filters = "".join(l for l in self.filter if l in self.output and l not in self.groups)
        self.shapes = {a["role"]: a["shape"] for a in combo["arguments"]}
        self.types = {a["role"]: a["type"] for a in combo["arguments"]}
        sizes = dict(zip(self.filter, self.shapes["filter"]))
        self.rows = [math.prod(sizes[l] for l in self.groups + self.filters),
                     math.prod(sizes.get(l, 1) for l in self.channels + "HW")]  # fmt: skip
        steps = combo["steps"]
        self.bare = combo["mode"] == "strict" and not steps and "bias" not in self.shapes
        self.exact = set(steps) <= EXACT
        self.narrowest = max(combo["types"] + [combo["result"]["type"]], key=bounds.UNIT.get)
        if combo["types"][1] not in ("f16", "bf16") and combo["types"][2] not in ("f16", "bf16"):
            # Only the last cast rounds, and that once.
            self.whole_type = combo["types"][1]
        else:
            self.whole_type = self.narrowest

    def geometry(self):
        sizes = dict(zip(self.output, self.combo["result"]["shape"]))
        at = lambda key, default: [self.combo[key].get(l, default) for l in "hw"]
        return [sizes.get("h", 1), sizes["w"], *at("stride", 1), *at("dilation", 1)] + [
            p[0] for p in at("pad", [0, 0])
        ]

    def canonical(self, role, tensor):
        """f64, or f32 for input and filter that it can hold: NGCHW, GFCRS, else NGFHW."""
        if role == "input":
            tensor = permute(tensor, self.input, ["n", self.groups, self.channels, "h", "w"])
        elif role == "filter":
            tensor = permute(tensor, self.filter, [self.groups, self.filters, self.channels, "H", "W"])
        elif role in ("residual", "result"):
            return permute(tensor, self.output, ["n", self.groups, self.filters, "h", "w"]).double()
        else:
            # A vector, in the result's order of its letters.
            letters = "".join(l for l in self.output if l in self.groups + self.filters)
            return permute(tensor, letters, ["n", self.groups, self.filters, "h", "w"]).double()
        return tensor if tensor.dtype == torch.float64 else tensor.float()

    # -- numbers, f64; they are rounded to the argument's type

    def normal(self, shape):
        return torch.randn(shape, dtype=torch.float64, device=self.device)

    def uniform(self, shape, low, high):
        return torch.rand(shape, dtype=torch.float64, device=self.device) * (high - low) + low

    def whole(self, shape, most):
        return torch.randint(-most, most + 1, shape, device=self.device).double()

    def in_rows(self, matrix):
        """A filter whose numbers are given by output channel."""
        letters = self.groups + self.filters + self.channels + "".join(l for l in self.filter if l in "HW")
        sizes = dict(zip(self.filter, self.shapes["filter"]))
        return matrix.reshape([sizes[l] for l in letters]).permute([letters.index(l) for l in self.filter])

    def integers(self):
        most, terms = WHOLE[self.whole_type], self.rows[1]
        if self.combo["result"]["type"] == "f16":
            most = min(most, MOST_IN_F16)
        bits = max(0, int(math.log2(max(1, most / terms))))
        limit = FACTOR_BITS[self.combo["mode"]]
        low, high = max(0, bits - limit), min(bits, limit)
        of_input = torch.randint(low, high + 1, ()).item() if high > low else low
        kept = min(terms, max(1, most >> bits))
        order = torch.rand(self.rows, device=self.device).argsort(1)
        filter_ = self.whole(self.rows, 2 ** (bits - of_input)) * (order < kept)
        numbers = {"input": self.whole(self.shapes["input"], 2**of_input), "filter": self.in_rows(filter_)}
        for role, shape in self.shapes.items():
            if role == "scale":
                numbers[role] = 2.0 ** torch.randint(0, 3, shape, device=self.device).double()
            elif role not in numbers:
                numbers[role] = self.whole(shape, 8)
        return numbers

    def ordinary(self):
        numbers = {"input": self.normal(self.shapes["input"]),
                   "filter": self.normal(self.shapes["filter"]) / math.sqrt(self.rows[1])}  # fmt: skip
        for role, shape in self.shapes.items():
            if role in ("variance", "gamma", "scale"):
                numbers[role] = self.uniform(shape, 0.5, 1.5)
            elif role not in numbers:
                numbers[role] = self.normal(shape)
        return numbers

    def scattered(self, tensor, count):
        """Infinities and NaNs at some places."""
        flat = tensor.reshape(-1)
        at = torch.randint(0, flat.numel(), (count,), device=self.device)
        flat[at] = torch.tensor([math.inf, -math.inf, math.nan], dtype=torch.float64, device=self.device).repeat(count)[:count]
        return flat.view(tensor.shape)

    def numbers(self, kind):
        if kind == "integers":
            return self.integers()
        numbers = self.ordinary()
        x, w = numbers["input"], numbers["filter"]
        if kind == "nonfinite":
            numbers["input"] = self.scattered(x, max(1, min(6, x.numel() // 500)))
        elif kind == "nonfinite-filter":
            numbers["filter"] = self.scattered(w.contiguous(), 1)
        elif kind in ("spread10", "spread40"):
            most = int(kind[-2:])
            numbers["input"] = x * 2.0 ** self.uniform(x.shape, -most, most)
            numbers["filter"] = w * 2.0 ** self.uniform(w.shape, -5, 5)
        elif kind == "filter40":
            numbers["filter"] = w * 2.0 ** self.uniform(w.shape, -40, 40)
        elif kind == "subnormal":
            numbers["input"] = self.whole(x.shape, 2**22) * 2.0**-149
        elif kind == "subnormal-up":
            numbers["input"] = self.whole(x.shape, 2**22) * 2.0**-149
            numbers["filter"] = w * 2.0**100
        elif kind == "largest":
            top = torch.finfo(bounds.TYPES[self.types["input"]]).max
            sign = torch.where(self.uniform(x.shape, -1, 1) > 0, 1.0, -1.0)
            numbers["input"] = sign * self.uniform(x.shape, 0.5, 1) * top
            numbers["input"].reshape(-1)[0] = top
            numbers["filter"] = self.uniform(w.shape, -0.5, 0.5) / self.rows[1]
        return numbers

    def kinds_of_numbers(self):
        kinds = ["integers"] if self.exact else []
        kinds += ["normal", "nonfinite", "nonfinite-filter"]
        if self.bare:
            kinds += SPECIAL
        elif not self.combo["steps"] and not self.combo["cast"]:
            kinds += ["largest"]
        return kinds


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


def run_case(case, kind, judge, repeats):
    """The outcome; all that is looked at comes from the device at once."""
    combo, device = case.combo, case.device
    numbers, arguments, before = case.numbers(kind), {}, {}
    for role, shape in case.shapes.items():
        arguments[role] = Guarded(shape, case.types[role], device)
        arguments[role].tensor.copy_(numbers[role].reshape(shape))
        before[role] = arguments[role].bits.clone()
    results = [Guarded(combo["result"]["shape"], combo["result"]["type"], device) for _ in range(2)]
    tensors = [a.tensor for a in arguments.values()]
    for result in results:
        case.entry(*tensors, out=result.tensor)
    differing = (results[0].result_bits() != results[1].result_bits()).sum()
    for _ in range(repeats):
        results[1].poison()
        case.entry(*tensors, out=results[1].tensor)
        differing = differing + (results[0].result_bits() != results[1].result_bits()).sum()
    x, w = (case.canonical(role, arguments[role].tensor) for role in ("input", "filter"))
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

    def add(self, combo, outcome):
        """What does not hold of this combination."""
        own_max, own_square, loop_max, loop_square, count = outcome.accuracy
        group = self.groups[combo["strategy"], outcome.kind]
        group[0], group[2] = max(group[0], own_max), max(group[2], loop_max)
        group[1], group[3], group[4] = group[1] + own_square, group[3] + loop_square, group[4] + count
        if count < COMPARED:
            return []
        ratios = [ratio_of(own_max, loop_max), ratio_of(math.sqrt(own_square), math.sqrt(loop_square))]
        worst = self.worst[combo["strategy"], outcome.kind]
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


class Run:
    def __init__(self, options):
        self.options, self.judge = options, reference.Reference(".", options.device)
        self.accuracy, self.lines, self.records = Accuracy(), [], []
        self.table = collections.defaultdict(lambda: collections.Counter())
        self.failures, self.repeated = [], set()

    def combo(self, combo, entry):
        case, kind, failed, parts = Case(combo, entry, self.options.device), combo["kind"], [], []
        torch.manual_seed(sum(map(ord, combo["name"])))
        ratios = {}
        for numbers in case.kinds_of_numbers():
            repeats = 0
            if numbers == "normal" and kind not in self.repeated:
                self.repeated.add(kind)
                repeats = REPEATS
            outcome = run_case(case, numbers, self.judge, repeats)
            if outcome.accuracy:
                outcome.failed += self.accuracy.add(combo, outcome)
            failed += [f"{numbers}: {why}" for why in outcome.failed]
            ratios[numbers] = outcome.ratio
            parts.append(f"{numbers} {outcome.ratio:.2g}" + ("" if not outcome.failed else " FAILED"))
        self.note(combo, entry, failed, ratios, parts)

    def note(self, combo, entry, failed, ratios, parts):
        text = describe(combo)
        self.lines.append(f"{text}: {', '.join(parts)}" + "".join(f"\n    FAILED: {why}" for why in failed))
        self.records.append({"combo": combo, "failed": failed, "ratios": ratios})
        row = self.table[combo["mode"], combo["strategy"]]
        row["combinations"] += 1
        row["failed"] += bool(failed)
        row["runs"] += len(ratios)
        row["launches"] += len(entry.manifest.get("kernels", []))
        row["result " + combo["result"]["type"]] += 1
        if failed:
            self.failures.append(f"{text}: {'; '.join(failed)}")

    def report(self, seconds):
        for text in self.failures[: self.options.most]:
            print("numerics: FAILED:", text[:700])
        if len(self.failures) > self.options.most:
            print(f"numerics: and {len(self.failures) - self.options.most} more")
        print("mode    strategy       combinations  failed  runs  kernels  results")
        for (mode, strategy), row in sorted(self.table.items()):
            types = ", ".join(f"{n} {key.split()[1]}" for key, n in sorted(row.items()) if key.startswith("result "))
            print(
                f"{mode:<7} {strategy:<14} {row['combinations']:>12}  {row['failed']:>6}  {row['runs']:>4}  "
                f"{row['launches']:>7}  {types}"
            )
        print("strict, no epilogue: |error| / sum|x||w| beside that of a loop of f32 multiply-adds")
        for row in self.accuracy.rows():
            print(row)
        total, runs = len(self.records), sum(row["runs"] for row in self.table.values())
        print(
            f"{total - len(self.failures)} of {total} combinations hold, {runs} runs, "
            f"{len(self.repeated)} of them {REPEATS} times, seed {self.options.seed}, {seconds:.0f} s"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--results", default="results")
    parser.add_argument("--only", help="names of combinations")
    parser.add_argument("--part", type=float, default=1.0)
    parser.add_argument("--most", type=int, default=40, help="failures that are printed")
    options = parser.parse_args()
    os.makedirs(options.results, exist_ok=True)
    with open("combos.json") as file:
        made = json.load(file)
    options.seed = made["seed"]
    run, start, artefacts = Run(options), time.time(), {}
    wanted = options.only and options.only.split(",")
    chosen = [c for i, c in enumerate(made["combos"]) if (c["name"] in wanted if wanted else i * options.part % 1 < options.part)]
    for combo in chosen:
        path = combo["artefact"]
        if path not in artefacts:
            artefacts[path] = convoy.load(path)
        try:
            run.combo(combo, artefacts[path][combo["name"]])
        except convoy.Error as error:
            run.failures.append(f"{describe(combo)}: {error}")
            run.records.append({"combo": combo, "failed": [str(error)], "ratios": {}})
    with open(f"{options.results}/numerics.txt", "w") as file:
        file.write("\n".join(run.lines) + "\n")
    with open(f"{options.results}/numerics.json", "w") as file:
        json.dump({"seed": options.seed, "accuracy": list(run.accuracy.rows()), "combinations": run.records}, file)
    run.report(time.time() - start)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
