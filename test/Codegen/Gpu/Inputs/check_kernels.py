"""Compiles programs to cubins and holds every kernel against the ptxas gate.

Usage: check_kernels.py --bin BUILD_BIN [--chip CHIP] FOLDER|FILE...

Each .mlir program is folded and compiled as convoy-compile --device=cuda would. A
kernel that spills, or that ptxas warns about serialised instructions for, fails.
Prints one line for each program that fails, then the totals.
"""

import argparse
import pathlib
import re
import subprocess
import sys


def compile_program(options, path):
    """The numbers of registers of the kernels, or the first error."""
    command = [f"{options.bin}/convoy-opt", str(path), "--convoy-fold",
               f"--convoy-compile-cuda=chip={options.chip} format=cubin gate", "--verify-each", "-o", "-"]
    process = subprocess.run(command, capture_output=True)
    if process.returncode:
        lines = process.stderr.decode(errors="replace").splitlines()
        return None, next((line for line in lines if "error" in line), f"status {process.returncode}")
    kernels = re.findall(rb"gpu\.binary @(\w+)", process.stdout)
    registers = [int(number) for number in re.findall(rb" registers = (\d+) : i64", process.stdout)]
    if len(kernels) != len(registers):
        return None, f"{len(kernels)} kernels but {len(registers)} reports"
    return registers, None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--chip", default="sm_90a")
    parser.add_argument("programs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    paths = []
    for program in options.programs:
        paths += sorted(program.rglob("*.mlir")) if program.is_dir() else [program]
    failed, kernels, most = 0, 0, 0
    for path in paths:
        registers, error = compile_program(options, path)
        if error:
            failed += 1
            print(f"FAIL {path}: {error}")
            continue
        kernels += len(registers)
        most = max([most, *registers])
    print(f"{kernels} kernels of {len(paths) - failed} programs pass, {failed} programs fail; at most {most} registers")
    sys.exit(failed > 0 or kernels == 0)


if __name__ == "__main__":
    main()
