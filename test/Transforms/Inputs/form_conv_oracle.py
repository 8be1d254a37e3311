"""Executes random convolutions as they are and formed into convoy.conv.

Usage: form_conv_oracle.py --bin BUILD_BIN --seed SEED --count COUNT [--keep DIR]

All numbers are small integers and halves, so that every order of summation and
every fold gives the same bits: the two results must be equal. Every program must
form its convolution. Prints one line for each program that does not hold, then
the totals.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np

from form_conv_programs import generate

DTYPES = {"f32": np.float32, "f16": np.float16}


def run(*command):
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        last = (process.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{os.path.basename(command[0])}: {last}")
    return process.stdout


def execute(options, folder, name, inputs, entry):
    output = f"{folder}/{entry}.npy"
    flags = [f"--input={folder}/{name}.{i}.npy" for i in range(len(inputs))]
    run(f"{options.bin}/convoy-run", f"{folder}/model.so", "--device=cpu", f"--entry={entry}", *flags, f"--output={output}")
    return np.load(output)


def check(options, folder, name, inputs, rng):
    for i, (shape, element) in enumerate(inputs):
        np.save(f"{folder}/{name}.{i}.npy", rng.integers(-2, 3, size=shape).astype(DTYPES[element]))
    formed = execute(options, folder, name, inputs, name)
    expected = execute(options, folder, name, inputs, name + "__unfused")
    if not np.array_equal(formed, expected):
        raise RuntimeError(f"differs by up to {np.abs(formed - expected).max()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--keep", help="a folder for the module, the artefact and the arrays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        text, programs = generate(options.seed, options.count)
        with open(f"{folder}/model.mlir", "w") as file:
            file.write(text)
        formed = run(f"{options.bin}/convoy-opt", f"{folder}/model.mlir", "--convoy-form-conv")
        missing = [f.split("(")[0] for f in formed.split("func.func @")[1:] if f.count("convoy.conv") != 1]
        run(f"{options.bin}/convoy-compile", f"{folder}/model.mlir", "--with-reference", "--remarks=none", "-o", f"{folder}/model.so")

        failed, rng = 0, np.random.default_rng(options.seed)
        for name, inputs in programs.items():
            try:
                check(options, folder, name, inputs, rng)
                if name in missing:
                    raise RuntimeError("no convoy.conv formed")
            except RuntimeError as error:
                failed += 1
                print(f"FAIL seed {options.seed} {name}: {error}")
    print(f"{options.count - failed} of {options.count} programs hold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
