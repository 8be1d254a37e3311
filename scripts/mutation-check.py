#!/usr/bin/env python3
"""Removes each precondition of the fold once, and asks the tests.

Usage: scripts/mutation-check.py [--build BUILD] [--work DIR] [--opt CONVOY_OPT]
                                 [--list] [--only NUMBER...] [--programs COUNT]

A precondition is one alternative of a condition under which the analysis or the fold
refuses (`if (A || B) return failure();` has two; what only hands on a failure has none),
or one part of what a predicate returns (`return A && B;` has two). In a copy of the
sources each gets a number, all are compiled into one convoy-opt, and the environment
variable CONVOY_MUTANT selects the one that is left out.

For each number convoy-opt runs over the programs of the tests and over COUNT random ones.
Where it prints what it prints without a mutant, no test can tell the difference. Where
it does not, that test or the judge of random programs is asked.

A mutant is killed only by a test that lit reports as failed, or by a program that the
judge says does not hold; that the tools exit with an error is not enough. A run without
any mutant must pass the tests, and programs that fail in it do not count. What is found goes to mutants.json in the work folder; a run
that was cut off goes on there.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ANALYSIS = "ChainMoves ChainObstacles ChainResults ChainSplits ChainSteps ChainWalker ConvolutionInfo Arrivals "
ANALYSIS += "Homogeneity InputWalk Movement ParameterReader SymbolicElement ConstantData"
TRANSFORMS = "FoldedParameters ScaledFilter KeptScale"
FILES = [f"lib/Analysis/{name}.cpp" for name in ANALYSIS.split()]
FILES += [f"lib/Transforms/{name}.cpp" for name in TRANSFORMS.split()]
# What a condition leads to if it is a precondition.
REFUSAL = re.compile(r"\s*(\{\s*)?(refusal\s*=|return\s+(refuse\(|failure\(\)|std::nullopt|false\b|\{\}|AffineExpr\(\)))")
DECLARATION = re.compile(r"\s*(auto|[\w:]+(<.*>)?) [*&]?\w+ =")
HEADER = """#include <cstdlib>
/// Whether the precondition of this number is taken out.
inline bool isMutant(int number) {
  static const char *value = std::getenv("CONVOY_MUTANT");
  static const int selected = value ? std::atoi(value) : -1;
  return selected == number;
}
"""
POLICIES = ["auto", "weights", "epilogue"]


# ---- mutants -------------------------------------------------------------------


def closing(text, start):
    """Where the parenthesis that opens at `start` closes."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise ValueError("unbalanced parentheses")


def operands(condition, operator):
    """The operands of the outermost || or && of a condition, as (start, end)."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(condition):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(c, 0)
        if depth == 0 and condition.startswith(operator, i):
            parts.append((start, i))
            start = i + 2
    return parts + [(start, len(condition))]


def without_comments(text):
    """The text with comments and strings blanked out, of the same length."""
    blank = lambda m: re.sub(r"[^\n]", " ", m[0])
    return re.sub(r'//[^\n]*|"(\\.|[^"\\\n])*"', blank, text)


def preconditions(bare):
    """Where the preconditions of a source are, and how each is left out."""
    for match in re.finditer(r"\bif \(", bare):
        begin = match.end()
        end = closing(bare, begin - 1)
        condition = bare[begin:end]
        # A declaration in a condition cannot be left out.
        if not REFUSAL.match(bare, end + 1) or ";" in condition or DECLARATION.match(condition):
            continue
        for low, high in operands(condition, "||"):
            if not re.fullmatch(r"\s*failed\(\w+\)\s*", condition[low:high]):
                yield begin + low, begin + high, "!isMutant({}) && ({})"
    for match in re.finditer(r"\breturn ([^;{}?]*&&[^;{}?]*);", bare):
        parts = operands(match[1], "&&")
        if len(operands(match[1], "||")) > 1 or len(parts) == 1 or DECLARATION.match(match[1]):
            continue
        for low, high in parts:
            yield match.start(1) + low, match.start(1) + high, "isMutant({}) || ({})"


def mutate(path, first):
    """The mutants of a file from number `first` on, and its text with all of them."""
    text = (ROOT / path).read_text()
    mutants, edits = [], []
    for low, high, form in sorted(preconditions(without_comments(text))):
        piece = text[low:high].strip()
        line = text.count("\n", 0, low + len(text[low:high]) - len(text[low:high].lstrip())) + 1
        number = first + len(mutants)
        name = re.sub(r"\s+", " ", piece)
        mutants.append({"number": number, "file": path, "line": line, "condition": name})
        edits.append((low, high, f" ({form.format(number, piece)}) "))
    for low, high, replacement in reversed(edits):
        text = text[:low] + replacement + text[high:]
    return mutants, text


def all_mutants(work=None):
    """Numbers all mutants; writes the changed sources to `work`."""
    mutants = []
    for path in FILES:
        found, text = mutate(path, len(mutants))
        mutants += found
        if work:
            target = work / "src" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    return mutants


# ---- one convoy-opt for all ----------------------------------------------------


def build(options, work):
    """Compiles the changed sources as the build compiles the others, and links them
    in front of the build's libraries."""
    header = work / "mutant.h"
    header.write_text(HEADER)
    commands = json.loads((options.build / "compile_commands.json").read_text())
    known = {command["file"]: command for command in commands}
    objects = []
    for path in FILES:
        command = known[str(ROOT / path)]
        words = shlex.split(command["command"])
        output = work / (path.replace("/", "-") + ".o")
        words[words.index("-o") + 1] = str(output)
        words[words.index(str(ROOT / path))] = str(work / "src" / path)
        extra = ["-O1", "-include", str(header), "-I", str((ROOT / path).parent)]
        subprocess.run(words + extra, cwd=command["directory"], check=True)
        objects.append(str(output))
    ninja = ["ninja", "-C", str(options.build), "-t", "commands", "convoy-opt"]
    link = subprocess.run(ninja, capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]
    target = work / "bin" / "convoy-opt"
    target.parent.mkdir(exist_ok=True)
    link = link.replace("-o bin/convoy-opt", f"-o {target} {' '.join(objects)}", 1)
    subprocess.run(link, shell=True, cwd=options.build, check=True)
    return target


# ---- the tests -----------------------------------------------------------------


def run_lit(options, work, tool, number, name):
    """Whether lit reports a test of this name as failed for a mutant."""
    site = (options.build / "test/lit.site.cfg.py").read_text()
    lines = [l for l in site.splitlines() if not l.startswith("config.convoy_tools_dir")]
    at = next(i for i, line in enumerate(lines) if line.startswith("config."))
    lines.insert(at, f'config.convoy_tools_dir = "{tool.parent}"')
    lines.append(f'config.environment["CONVOY_MUTANT"] = "{number}"')
    lines.append(f'config.test_exec_root = "{work}/test-output"')
    folder = work / "test"
    folder.mkdir(exist_ok=True)
    (folder / "lit.site.cfg.py").write_text("\n".join(lines) + "\n")
    report = work / "lit.json"
    report.unlink(missing_ok=True)
    command = [f"{options.llvm_tools}/lit", "-q", "-j1", "--timeout=60", "--filter", re.escape(name)]
    subprocess.run([*command, "--output", str(report), str(folder)], capture_output=True)
    if not report.exists():
        raise SystemExit("mutation-check.py: error: lit wrote no report")
    codes = {test["code"] for test in json.loads(report.read_text())["tests"]} - {"EXCLUDED", "SKIPPED"}
    if not codes or not codes <= {"PASS", "FAIL", "TIMEOUT"}:
        raise SystemExit(f"mutation-check.py: error: lit did not run {name}: {sorted(codes)}")
    return codes != {"PASS"}


def run_judge(options, tool, number):
    """The programs that do not hold for a mutant."""
    judge = ROOT / "test/Semantics/Inputs/judge.py"
    command = [sys.executable, str(judge), "--tools", str(options.lower_with or tool.parent), "--fold-with", str(tool)]
    command += ["--llvm-tools", options.llvm_tools, "--count", str(options.programs), "--no-minimise"]
    environment = dict(os.environ, CONVOY_MUTANT=str(number))
    printed = subprocess.run(command, capture_output=True, text=True, env=environment).stdout
    if "programs hold" not in printed:
        raise SystemExit("mutation-check.py: error: the judge did not come to an end")
    return re.findall(r"^FAIL seed (\d+)", printed, re.M)


def prints(tool, number, path, policy):
    """What convoy-opt prints about a file for a mutant."""
    command = [str(tool), str(path), f"--convoy-fold-affine=policy={policy}", "--canonicalize", "--cse"]
    command += ["--split-input-file", "--remark-policy=all", "--remarks-filter=convoy"]
    environment = dict(os.environ, CONVOY_MUTANT=str(number))
    try:
        result = subprocess.run(command, capture_output=True, env=environment, timeout=60)
    except subprocess.TimeoutExpired:
        return None
    return result.returncode, result.stdout, result.stderr if result.returncode >= 0 else b""


class Check:
    """Knows what is printed without a mutant."""

    def __init__(self, options, work, tool):
        self.options, self.work, self.tool = options, work, tool
        tests = ROOT / "test" if not options.tests_from else options.tests_from
        self.files = sorted(tests.glob("Transforms/fold-affine*.mlir")) + sorted(tests.glob("Hostile/*.mlir"))
        self.random = work / "random.mlir"
        sys.path.insert(0, str(ROOT / "test/Semantics/Inputs"))
        from programs import Function, choose

        texts = [Function(f"p{seed}", choose(seed, False)).text() for seed in range(options.programs)]
        self.random.write_text("module {\n" + "".join(texts) + "}\n")
        self.known = {}
        for path in self.files + [self.random]:
            for policy in POLICIES:
                self.known[path, policy] = prints(tool, -1, path, policy)
        for path in self.files:
            if run_lit(options, work, tool, -1, f"{path.parent.name}/{path.name}"):
                raise SystemExit(f"mutation-check.py: error: without a mutant, {path.name} fails")
        self.failing = set(run_judge(options, tool, -1))

    def changes(self, number, path):
        return any(prints(self.tool, number, path, policy) != self.known[path, policy] for policy in POLICIES)

    def verdict(self, number):
        """What kills a mutant, or how it survives."""
        changed = [path for path in self.files if self.changes(number, path)]
        for path in changed:
            name = f"{path.parent.name}/{path.name}"
            if run_lit(self.options, self.work, self.tool, number, name):
                return name
        if not self.changes(number, self.random):
            return "SURVIVES, other output" if changed else "SURVIVES, same output"
        seeds = [seed for seed in run_judge(self.options, self.tool, number) if seed not in self.failing]
        return f"random program {seeds[0]}" if seeds else "SURVIVES, other output"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="a complete build")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build-mutation")
    parser.add_argument("--opt", type=pathlib.Path, help="the convoy-opt of an earlier run in this folder")
    parser.add_argument("--lower-with", type=pathlib.Path, help="where the convoy-opt is that compiles programs")
    parser.add_argument("--llvm-tools", default="/usr/lib/llvm-22/bin")
    parser.add_argument("--list", action="store_true", help="only write and list the mutants")
    parser.add_argument("--only", type=int, nargs="*", help="these numbers")
    parser.add_argument("--tests-from", type=pathlib.Path, help="another folder of tests")
    parser.add_argument("--programs", type=int, default=100)
    options = parser.parse_args()
    work = options.work.resolve()
    written = work / "list.json"
    if options.opt:
        mutants = json.loads(written.read_text())
    else:
        mutants = all_mutants(work)
        written.write_text(json.dumps(mutants, indent=1))
    if options.list:
        for mutant in mutants:
            print(f"{mutant['number']:4} {mutant['file']}:{mutant['line']}: {mutant['condition']}")
        return
    tool = (options.opt or build(options, work)).resolve()
    check = Check(options, work, tool)
    path = work / "mutants.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    for mutant in mutants:
        key = f"{mutant['file']}:{mutant['line']}: {mutant['condition']}"
        if key in known or (options.only and mutant["number"] not in options.only):
            continue
        known[key] = check.verdict(mutant["number"])
        print(f"{mutant['number']:4} {key}: {known[key]}", flush=True)
        path.write_text(json.dumps(known, indent=1))
    survivors = [key for key, by in known.items() if by.startswith("SURVIVES")]
    print(f"{len(known) - len(survivors)} of {len(known)} mutants killed, {len(survivors)} survive")


if __name__ == "__main__":
    main()
