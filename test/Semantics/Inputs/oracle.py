"""Executes random programs fused and unfused, with float64 as the judge.

Usage: oracle.py --bin BUILD_BIN --seed SEED --count COUNT [--keep DIR]

Every program must fold down to its convolution and pass `convoy-run --verify`.
Prints one line for each program that does not, then the totals.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

from generate import generate


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def last_line(text):
    return (text.strip().splitlines() or ["no message"])[-1]


def count_leftovers(folded):
    """By function: the elementwise ops on activations that the fold left."""
    left = {}
    for function in folded.split("func.func @")[1:]:
        name = function.split("(")[0]
        result = re.search(r"\) -> (tensor<[^>]*>) \{", function).group(1)
        generics = re.findall(
            r"linalg\.generic[^\n]*outs\([^\n]*: " + re.escape(result) + r"\) \{\n(.*?)linalg\.yield",
            function,
            re.S,
        )
        named = re.findall(r"linalg\.(?:add|sub|mul|div|negf)\b[^\n]*" + re.escape(result), function)
        left[name] = sum("arith." in body for body in generics) + len(named)
        if "linalg.conv_2d_" not in function:
            sys.exit(f"{name}: the fold lost the convolution")
    return left


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--keep", help="a folder for the module and the artefact")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        model, artefact = f"{folder}/model.mlir", f"{folder}/model.so"
        text, shapes = generate(options.seed, options.count)
        with open(model, "w") as file:
            file.write(text)

        compiler = f"{options.bin}/convoy-compile"
        folded = run(compiler, model, "--emit=fold", "--remarks=none", "-o", "-")
        compiled = run(compiler, model, "--with-reference", "--remarks=none", "-o", artefact)
        for process in (folded, compiled):
            if process.returncode:
                sys.exit(f"seed {options.seed}: convoy-compile failed: {last_line(process.stderr)}")

        failed = 0
        leftovers = count_leftovers(folded.stdout)
        for name, inputs in shapes.items():
            flags = ["--input=random:" + "x".join(map(str, shape)) for shape in inputs]
            process = run(f"{options.bin}/convoy-run", artefact, "--device=cpu", f"--entry={name}", "--verify", *flags)
            why = []
            if leftovers[name]:
                why.append(f"{leftovers[name]} steps not folded")
            if process.returncode:
                why.append(last_line(process.stderr or process.stdout))
            failed += bool(why)
            if why:
                print(f"FAIL seed {options.seed} {name}: {'; '.join(why)}")
    print(f"{options.count - failed} of {options.count} programs hold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
