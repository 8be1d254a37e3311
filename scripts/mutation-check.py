#!/usr/bin/env python3
"""Removes each precondition of the passes on tensors once, and asks the tests.

Usage: scripts/mutation-check.py [--build BUILD] [--work DIR] [--opt CONVOY_OPT]
                                 [--list] [--only NUMBER...] [--programs COUNT]

A precondition is one alternative of a condition under which the analysis, the fold or
form-conv refuses (`if (A || B) return failure();` has two; what only hands on a failure
has none), or one part of what a predicate returns (`return A && B;` has two). In a copy
of the sources each gets a number, all are compiled into one convoy-opt, which has the
passes of lib/Transforms alone, and the environment variable CONVOY_MUTANT selects the
one that is left out.

For each number convoy-opt runs over the programs of the tests and over COUNT random ones.
Where it prints what it prints without a mutant, no test can tell the difference. Where
it does not, those tests or the judge of random programs are asked.

A mutant is killed only by a test that lit reports as failed, or by a program that the
judge says does not hold; that the tools exit with an error is not enough. Tests and
programs that fail without any mutant do not count. What is found goes to mutants.json in
the work folder; a run that was cut off goes on there.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MUTATED = ["lib/Analysis", "lib/Transforms"]
UNCHANGED = ["lib/Dialect", "lib/Target"]
TESTS = ["Transforms/fold-affine*.mlir", "Transforms/form-conv*.mlir"]
TESTS += ["Transforms/absorb-parameters*.mlir", "Transforms/widen-floats*.mlir", "Hostile/*.mlir"]
TESTS += ["Transforms/conv-magnitude*.mlir", "Transforms/fold-affine*.test"]
# What a condition leads to if it is a precondition.
REFUSAL = re.compile(
    r"\s*(\{\s*)?(refusal\s*=|return\s*;|"
    r"return\s+(refuse\(|failure\(\)|std::nullopt|nullptr|false\b|\{\}|AffineExpr\(\)|Value\(\)))"
)
DECLARATION = re.compile(r"\s*(auto|[\w:]+(<.*>)?) [*&]?\w+ =")
HEADER = """#include <cstdio>
#include <cstdlib>
/// The number of the precondition that is taken out.
inline int selectedMutant = std::getenv("CONVOY_MUTANT") ? std::atoi(std::getenv("CONVOY_MUTANT")) : -1;
inline bool isMutant(int number) { return selectedMutant == number; }
/// Preconditions that would have been missed.
inline bool reachedMutants[4096];
/// Hands on `holds`; notes the number where that is what leaving it out changes.
inline bool reach(int number, bool holds, bool changes) {
  if (holds != changes || reachedMutants[number])
    return holds;
  reachedMutants[number] = true;
  if (const char *path = std::getenv("CONVOY_MUTANTS_REACHED"))
    if (std::FILE *file = std::fopen(path, "a")) {
      std::fprintf(file, "%d\\n", number);
      std::fclose(file);
    }
  return holds;
}
"""
TOOL = """#include "Convoy/Dialect/ConvoyDialect.h"
#include "Convoy/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
// The pipeline of lib/Pipelines without its options; the others there need the back ends.
static void buildFold(mlir::OpPassManager &passes) {
  passes.addPass(mlir::convoy::createConvoyLowerFrontEnds());
  passes.addPass(mlir::convoy::createConvoyFoldAffine());
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
}
int main(int argc, char **argv) {
  mlir::registerTransformsPasses();
  mlir::convoy::registerConvoyTransformsPasses();
  mlir::PassPipelineRegistration<> fold("convoy-fold", "", buildFold);
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<mlir::convoy::ConvoyDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "mutants\\n", registry));
}
"""
FOLD = "--convoy-fold-affine=policy={} --convoy-form-conv --convoy-absorb-parameters"
PASSES = [FOLD.format(policy).split() for policy in ("auto", "weights", "epilogue")]
PASSES.append("--convoy-form-conv --convoy-absorb-parameters".split())
BREAK = "// -----"


def sources(folder):
    """The files that the build compiles in a folder."""
    listed = set(re.findall(r"^\s+(\w+\.cpp)\)?$", (ROOT / folder / "CMakeLists.txt").read_text(), re.M))
    return [f"{folder}/{name}" for name in sorted(listed)]


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
        if depth == 0 and c == "?":
            return [(0, len(condition))]
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
                yield begin + low, begin + high, "!isMutant({0}) && reach({0}, bool({1}), true)"
    for match in re.finditer(r"\breturn ([^;{}?]*&&[^;{}?]*);", bare):
        parts = operands(match[1], "&&")
        if len(operands(match[1], "||")) > 1 or len(parts) == 1 or DECLARATION.match(match[1]):
            continue
        for low, high in parts:
            yield match.start(1) + low, match.start(1) + high, "isMutant({0}) || reach({0}, bool({1}), false)"


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


def write(path, text):
    """Writes a file that is not the same already, so that objects stay newer."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def all_mutants(work=None):
    """Numbers all mutants; writes the changed sources to `work`."""
    mutants = []
    for path in [path for folder in MUTATED for path in sources(folder)]:
        found, text = mutate(path, len(mutants))
        mutants += found
        if work:
            target = work / "src" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, text)
    return mutants


# ---- one convoy-opt for all ----------------------------------------------------


def build(options, work):
    """Compiles the changed sources and what they stand on, without the build's archives:
    those may be of other sources. MLIR's headers are parsed once."""
    write(work / "mutant.h", HEADER)
    write(work / "src/convoy-opt.cpp", TOOL)
    llvm = pathlib.Path(options.llvm_tools).parent
    flags = ["-std=c++17", "-O1", "-ffp-contract=off", "-w", "-D_GNU_SOURCE", f"-I{ROOT}/include"]
    flags += [f"-I{options.build}/include", "-isystem", f"{llvm}/include"]
    prefix = work / "Prefix.h.pch"
    if not prefix.exists():
        header = ["-x", "c++-header", ROOT / "cmake/Prefix.h", "-o", prefix]
        subprocess.run([options.compiler, *flags, *header], check=True)
    files = [work / "src" / path for folder in MUTATED for path in sources(folder)]
    files += [ROOT / path for folder in UNCHANGED for path in sources(folder)] + [work / "src/convoy-opt.cpp"]
    objects = []
    for path in files:
        objects.append(work / ("-".join(path.parts[-3:]) + ".o"))
        beside = ROOT / path.parent.relative_to(work / "src") if work / "src" in path.parents else path.parent
        extra = ["-include-pch", prefix, "-include", work / "mutant.h", f"-I{beside}"]
        if objects[-1].exists() and objects[-1].stat().st_mtime > path.stat().st_mtime:
            continue
        subprocess.run([options.compiler, *flags, *extra, "-c", path, "-o", objects[-1]], check=True)
    target = work / "bin/convoy-opt"
    target.parent.mkdir(exist_ok=True)
    libraries = [f"-L{llvm}/lib", f"-Wl,-rpath,{llvm}/lib", "-lMLIR", "-lLLVM"]
    subprocess.run([options.compiler, *objects, *libraries, "-o", target], check=True)
    return target


# ---- the tests -----------------------------------------------------------------


def run_lit(options, work, tool, number, names):
    """The first test of these names that lit reports as failed for a mutant, or None."""
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
    command = [f"{options.llvm_tools}/lit", "-q", "-j1", "--timeout=60", "--max-failures=1", "--filter", "|".join(map(re.escape, names))]
    subprocess.run([*command, "--output", str(report), str(folder)], capture_output=True)
    if not report.exists():
        raise SystemExit("mutation-check.py: error: lit wrote no report")
    tests = json.loads(report.read_text())["tests"]
    codes = {test["name"].split(" :: ")[1]: test["code"] for test in tests}
    failed = [name for name in names if codes.get(name) in ("FAIL", "TIMEOUT")]
    if not failed and any(codes.get(name) != "PASS" for name in names):
        raise SystemExit(f"mutation-check.py: error: lit did not run {names}: {codes}")
    return failed[0] if failed else None


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


def prints(tool, number, path, passes):
    """What convoy-opt prints about a file for a mutant, in parts as the file has them."""
    command = [str(tool), str(path), *passes, "--allow-unregistered-dialect"]
    command += ["--split-input-file", "--remark-policy=all", "--remarks-filter=convoy"]
    environment = dict(os.environ, CONVOY_MUTANT=str(number))
    try:
        result = subprocess.run(command, capture_output=True, env=environment, timeout=120, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return None
    if result.returncode < 0:
        return None
    return result.stdout.split(BREAK), result.stderr.splitlines()


class Programs:
    """Files that are run as one; each is one or more parts between breaks."""

    def __init__(self, path, files):
        self.path, self.files, self.owners, lines = path, files, [], []
        for file in files:
            for part in file.read_text().split(BREAK):
                self.owners.append(file)
                lines.append(part.strip("\n"))
        path.write_text(f"\n\n{BREAK}\n\n".join(lines) + "\n")
        self.starts = [0]
        for line, text in enumerate(path.read_text().splitlines(), 1):
            if text == BREAK:
                self.starts.append(line)

    def differing(self, before, after):
        """The files about which something else was printed, all if that cannot be told."""
        if before is None or after is None or len(before[0]) != len(self.owners) or len(after[0]) != len(self.owners):
            return set(self.files) if after is None or after != before else set()
        found = {owner for owner, a, b in zip(self.owners, before[0], after[0]) if a != b}
        for line in set(before[1]) ^ set(after[1]):
            place = re.match(rf"{re.escape(str(self.path))}:(\d+):", line)
            if not place:
                return set(self.files)
            at = sum(start <= int(place[1]) for start in self.starts) - 1
            found.add(self.owners[at])
        return found


class Check:
    """Knows what is printed without a mutant."""

    def __init__(self, options, work, tool):
        self.options, self.work, self.tool = options, work, tool
        tests = (ROOT / "test").resolve()
        self.names = {path: str(path.relative_to(tests)) for glob in TESTS for path in sorted(tests.glob(glob))}
        for path, name in list(self.names.items()):
            if run_lit(options, work, tool, -1, [name]):
                print(f"not asked, it fails without a mutant: {name}")
                del self.names[path]
        sys.path.insert(0, str(ROOT / "test/Semantics/Inputs"))
        from programs import Function, choose

        texts = [Function(f"p{seed}", choose(seed, False)).text() for seed in range(options.programs)]
        (work / "random-programs.mlir").write_text("module {\n" + "".join(texts) + "}\n")
        self.tests = Programs(work / "tests.mlir", list(self.names))
        self.random = Programs(work / "random.mlir", [work / "random-programs.mlir"])
        self.known = {
            (programs, number): prints(tool, -1, programs.path, passes)
            for programs in (self.tests, self.random)
            for number, passes in enumerate(PASSES)
        }
        self.failing = set(run_judge(options, tool, -1))

    def changed(self, number, programs, passes):
        """The files about which a mutant prints something else."""
        after = prints(self.tool, number, programs.path, PASSES[passes])
        found = programs.differing(self.known[programs, passes], after)
        return [file for file in programs.files if file in found]

    def verdict(self, number):
        """What kills a mutant, or how it survives."""
        asked = set()
        for passes in range(len(PASSES)):
            files = [file for file in self.changed(number, self.tests, passes) if file not in asked]
            asked.update(files)
            killer = files and run_lit(self.options, self.work, self.tool, number, [self.names[file] for file in files])
            if killer:
                return killer
        if not any(self.changed(number, self.random, passes) for passes in range(len(PASSES))):
            return "SURVIVES, other output" if asked else "SURVIVES, same output"
        seeds = [seed for seed in run_judge(self.options, self.tool, number) if seed not in self.failing]
        return f"random program {seeds[0]}" if seeds else "SURVIVES, other output"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="a complete build")
    parser.add_argument("--compiler", default="clang++-22")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build-mutation")
    parser.add_argument("--opt", type=pathlib.Path, help="the convoy-opt of an earlier run in this folder")
    parser.add_argument("--lower-with", type=pathlib.Path, help="where the convoy-opt is that compiles programs")
    parser.add_argument("--llvm-tools", default="/usr/lib/llvm-22/bin")
    parser.add_argument("--list", action="store_true", help="only write and list the mutants")
    parser.add_argument("--only", type=int, nargs="*", help="these numbers")
    parser.add_argument("--report", type=pathlib.Path, help="write what became of each to this file")
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
    # In any order, so that what a run that is cut off has found is a sample.
    for mutant in random.Random(0).sample(mutants, len(mutants)):
        key = f"{mutant['file']}:{mutant['line']}: {mutant['condition']}"
        if key in known or (options.only and mutant["number"] not in options.only):
            continue
        known[key] = check.verdict(mutant["number"])
        print(f"{mutant['number']:4} {key}: {known[key]}", flush=True)
        path.write_text(json.dumps(known, indent=1))
    survivors = [key for key, by in known.items() if by.startswith("SURVIVES")]
    if options.report:
        lines = [f"{by}: {key}" for key, by in known.items()]
        options.report.write_text("\n".join(lines) + "\n")
    print(f"{len(known) - len(survivors)} of {len(known)} mutants killed, {len(survivors)} survive")


if __name__ == "__main__":
    main()
