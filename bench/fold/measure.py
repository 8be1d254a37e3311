#!/usr/bin/env python3
"""Measures time, memory and throughput of convoy-fold-affine.

  measure.py [--bin build/bin] [--runs 5] [--output results.json] [--page RESULTS.md]

Writes the modules with generate.py, brings them to bytecode, and runs
convoy-opt on one thread. Times are those of the row ConvoyFoldAffine under
--mlir-timing. That row counts MLIR's verifier, which runs after each pass, as
part of the pass: chains are measured without it (--verify-each=0), which is the
pass's own time, and with it. Figures are medians. With --page, also a page that
compares them with the targets. Exits with 1 if a target is missed.

  chains       10,000 chains in one function, several ways; and how time grows
  plain        50,000 ops in which nothing folds, against canonicalize
  memory       peak resident memory with a 256 MiB filter
  throughput   GB/s of filter, on one core
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PASS_NAMES = {"convoy-fold-affine": "ConvoyFoldAffine",
              "canonicalize": "Canonicalizer"}
MEBIBYTE = 2**20

# Largest seconds for 10,000 chains, ratio to canonicalize, MiB beside twice the
# filter, smallest GB/s.
TARGETS = {"chains": 1.0, "plain": 2.0, "memory": 150, "throughput": 2.0}


class Bench:
    def __init__(self, bin_folder, runs, scratch):
        self.convoy_opt = str(bin_folder / "convoy-opt")
        self.runs, self.scratch = runs, pathlib.Path(scratch)

    def generate(self, *arguments):
        """The module as bytecode; its text is gone before anything is timed."""
        text, bytecode = self.scratch / "text.mlir", self.scratch / "module.mlirbc"
        with open(text, "w") as out:
            subprocess.run([sys.executable, HERE / "generate.py", *arguments],
                           stdout=out, check=True)
        subprocess.run([self.convoy_opt, text, "--emit-bytecode", "-o", bytecode],
                       check=True)
        text.unlink()
        return bytecode

    def command(self, module, name, options=""):
        option = f"={options}" if options else ""
        return [self.convoy_opt, module, f"--{name}{option}", "--emit-bytecode",
                "-o", self.scratch / "out.mlirbc", "--mlir-disable-threading"]

    def seconds(self, module, name, options="", flags=()):
        """Median time of the pass."""
        times = []
        for _ in range(self.runs):
            result = subprocess.run(
                self.command(module, name, options) + ["--mlir-timing",
                "--mlir-timing-display=list", *flags], capture_output=True,
                text=True, check=True)
            line = re.search(rf"([\d.]+) \([^)]*\)\s+{PASS_NAMES[name]}",
                             result.stderr)
            times.append(float(line[1]))
        return statistics.median(times)

    def peak(self, module, name):
        """Median of the peak resident memory, in MiB."""
        peaks = []
        for _ in range(self.runs):
            process = subprocess.Popen(self.command(module, name))
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"convoy-opt failed on {module}")
            peaks.append(usage.ru_maxrss / 1024)
        return statistics.median(peaks)


def time_chains(bench, module):
    """The pass alone, and with the verifier behind it."""
    return {"seconds": bench.seconds(module, "convoy-fold-affine",
                                     flags=["--verify-each=0"]),
            "secondsVerified": bench.seconds(module, "convoy-fold-affine")}


def measure_chains(bench):
    for parameters in ("constant", "argument"):
        for between in ("relu", "none", "parallel"):
            module = bench.generate("chains", "--parameters", parameters,
                                    "--between", between)
            yield {"parameters": parameters, "between": between, "count": 10000,
                   **time_chains(bench, module)}
    for count in (2500, 5000, 20000, 40000):
        module = bench.generate("chains", "--count", str(count))
        yield {"parameters": "constant", "between": "relu", "count": count,
               **time_chains(bench, module)}


def measure_plain(bench):
    for kind in ("elementwise", "convolutions"):
        for functions in (1, 50):
            module = bench.generate("plain", "--kind", kind,
                                    "--functions", str(functions))
            fold = bench.seconds(module, "convoy-fold-affine")
            canonicalize = bench.seconds(module, "canonicalize")
            yield {"kind": kind, "functions": functions, "count": 50000,
                   "seconds": fold, "canonicalizeSeconds": canonicalize,
                   "ratio": fold / canonicalize}


def measure_memory(bench):
    module = bench.generate("filter", "--mebibytes", "256")
    yield {"filterMiB": 256,
           "peakMiB": bench.peak(module, "convoy-fold-affine"),
           "roundTripPeakMiB": bench.peak(module, "strip-debuginfo")}


def measure_throughput(bench):
    for element in ("f32", "f16", "bf16"):
        for layout in ("fchw", "hwcf"):
            module = bench.generate("filter", "--mebibytes", "64",
                                    "--type", element, "--layout", layout)
            for policy in ("weights",) if element == "f32" else ("weights",
                                                                 "auto"):
                seconds = bench.seconds(module, "convoy-fold-affine",
                                        f"policy={policy}")
                yield {"type": element, "layout": layout, "policy": policy,
                       "filterMiB": 64, "seconds": seconds,
                       "gigabytesPerSecond": 64 * MEBIBYTE / seconds / 1e9}


def describe_machine(convoy_opt):
    def read(*command):
        return subprocess.run(command, capture_output=True, text=True,
                              check=True).stdout
    model = re.search(r"^Model name:\s*(.*)$", read("lscpu"), re.M)
    version = re.search(r"LLVM version (\S+)", read(convoy_opt, "--version"))
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"],
                            capture_output=True, text=True).stdout.strip()
    return {"processor": model[1] if model else platform.processor(),
            "cores": os.cpu_count(), "system": platform.platform(),
            "llvm": version[1] if version else None, "commit": commit,
            "date": datetime.date.today().isoformat()}


def rows(results):
    """One row a figure: what, figure, target, whether it is met."""
    for row in results["chains"]:
        limit = TARGETS["chains"] * row["count"] / 10000
        yield (f"{row['count']:,} chains, {row['parameters']} parameters, "
               f"`--between {row['between']}`",
               f"{row['seconds']:.2f} s ({row['secondsVerified']:.2f} s with "
               "the verifier)",
               f"{limit:.2f} s", row["seconds"] <= limit)
    for row in results["plain"]:
        yield (f"50,000 ops, {row['kind']}, functions: {row['functions']}",
               f"{row['seconds']:.3f} s, {row['ratio']:.2f} x canonicalize",
               f"{TARGETS['plain']:.0f} x", row["ratio"] <= TARGETS["plain"])
    for row in results["memory"]:
        limit = TARGETS["memory"] + 2 * row["filterMiB"]
        yield (f"a {row['filterMiB']} MiB filter; reading and writing alone: "
               f"{row['roundTripPeakMiB']:.0f} MiB",
               f"{row['peakMiB']:.0f} MiB", f"{limit} MiB",
               row["peakMiB"] < limit)
    for row in results["throughput"]:
        yield (f"{row['type']} filter, {row['layout']}, "
               f"`policy={row['policy']}`",
               f"{row['gigabytesPerSecond']:.2f} GB/s",
               f"{TARGETS['throughput']:.0f} GB/s",
               row["gigabytesPerSecond"] >= TARGETS["throughput"])


def describe_verified(chains):
    """Which rows would miss their targets with the verifier."""
    slow = [f"{row['count']:,} chains, {row['parameters']} parameters, "
            f"`--between {row['between']}`" for row in chains
            if row["secondsVerified"] > TARGETS["chains"] * row["count"] / 10000]
    return ("With it, these rows are above their targets: "
            + "; ".join(slow) + "." if slow
            else "With it, all rows are within their targets as well.")


def write_page(path, results):
    machine = results["machine"]
    with open(path, "w") as out:
        out.write(
            "# Time and memory of the fold\n\n"
            "    python3 bench/fold/measure.py --output results.json "
            "--page bench/fold/RESULTS.md\n\n"
            f"{machine['processor']}, {machine['cores']} cores, "
            f"{machine['system']}, LLVM {machine['llvm']}, Convoy "
            f"{machine['commit']}, {machine['date']}. Medians of "
            f"{results['runs']} runs on one thread; times are those of the "
            "row `ConvoyFoldAffine`\nunder `--mlir-timing`. By default that "
            "row has MLIR's verifier in it, which runs after each pass over "
            "the whole module, what the pass\nhas not touched included. "
            "Chains are held against their targets by the pass's own time "
            "(`--verify-each=0`); the time with the\nverifier stands beside "
            f"it. {describe_verified(results['chains'])} All other rows have "
            "the verifier in them.\n`generate.py` says what the modules "
            "are.\n\n"
            "| module | figure | target | |\n|---|---|---|---|\n")
        for what, figure, target, met in rows(results):
            out.write(f"| {what} | {figure} | {target} | "
                      f"{'met' if met else 'missed'} |\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path,
                        default=HERE.parent.parent / "build" / "bin")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--page", type=pathlib.Path)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(a.bin, a.runs, scratch)
        results = {"machine": describe_machine(bench.convoy_opt), "runs": a.runs,
                   "chains": list(measure_chains(bench)),
                   "plain": list(measure_plain(bench)),
                   "memory": list(measure_memory(bench)),
                   "throughput": list(measure_throughput(bench))}
    if a.output:
        a.output.write_text(json.dumps(results, indent=2) + "\n")
    if a.page:
        write_page(a.page, results)
    missed = 0
    for what, figure, target, met in rows(results):
        missed += not met
        print(f"{'met   ' if met else 'missed'}  {what}: {figure} "
              f"(target {target})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
