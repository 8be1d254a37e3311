"""Forms convoy.conv in programs with one convolution, and says what is left beside it.

Usage: one_convolution.py CASES --convoy-opt CONVOY_OPT

Each program of CASES (a folder of .mlir) must come out with exactly one convoy.conv and
no other convolution. Beside it nothing may be left that computes or moves elements,
except for what LEFT names, with the reason.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys

PASSES = ["--convoy-lower-front-ends", "--convoy-fold-affine", "--convoy-form-conv", "--canonicalize", "--cse"]

# Ops that compute or move elements of tensors.
WORK = re.compile(r"\b(linalg\.(?!yield|index)\w+|tensor\.(?!empty|dim|extract\b)\w+|(?:arith|math)\.\w+(?= .*tensor<))")
CONSTANT = re.compile(r"\barith\.constant\b")

LEFT = {
    # A shift does not cross zero padding: one op in front, which computes its
    # vectors of channels itself or beside it.
    "bn_before_conv_padded": {"linalg.generic", "tensor.expand_shape"},
    # A batch-norm behind an activation, whose shift cannot go in front of it.
    "relu_between": {"linalg.generic", "tensor.collapse_shape"},
    # The gate is computed from the convolution's own result.
    "squeeze_excite": {"linalg.fill", "linalg.reduce", "linalg.generic", "tensor.expand_shape"},
    # A transposed convolution is one of stride 1 whose channels become pixels; the
    # filter is flipped in front of it.
    "transposed": {
        "linalg.transpose",
        "linalg.generic",
        "tensor.collapse_shape",
        "tensor.expand_shape",
        "tensor.extract_slice",
    },
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases")
    parser.add_argument("--convoy-opt", required=True)
    options = parser.parse_args()
    wrong, cases = 0, sorted(pathlib.Path(options.cases).glob("*.mlir"))
    for case in cases:
        result = subprocess.run([options.convoy_opt, case, *PASSES], capture_output=True, text=True, check=True)
        lines = [line for line in result.stdout.splitlines() if not CONSTANT.search(line)]
        found = collections.Counter(op for line in lines for op in WORK.findall(line))
        formed = sum("convoy.conv " in line for line in lines)
        others = [op for op in found if "conv" in op]
        unexpected = set(found) - LEFT.get(case.stem, set())
        if formed == 1 and not others and not unexpected:
            continue
        wrong += 1
        print(f"{case.stem}: {formed} convoy.conv, beside it {', '.join(sorted(unexpected)) or 'nothing unexpected'}")
    print(f"{len(cases) - wrong} of {len(cases)} programs are one convoy.conv")
    sys.exit(wrong > 0 or not cases)


if __name__ == "__main__":
    main()
