# RUN: %python %s convoy-run %convoy_obj/unittests/Runtime/FixtureArtefact.so %t
# REQUIRES: numpy
"""convoy-run reads what numpy writes and writes what numpy reads."""

import os
import subprocess
import sys

import numpy as np

RUN, ARTEFACT, FOLDER = sys.argv[1:]
os.makedirs(FOLDER, exist_ok=True)

# In the order of the arguments of the entry `types`; bfloat16, the fourth, as
# float32.
DTYPES = "f8 f4 f2 f4 i8 i4 i2 i1 u1 ?".split()
values = [np.array([0, 1, 3], dtype) for dtype in DTYPES]
values[0] = np.array([0.1, -np.inf, np.nan])
values[2] = np.array([65504, 2**-24, -0.0], "f2")
values[3] = np.array([1 + 2**-8, 1 + 3 * 2**-8, -np.inf], "f4")
expected = list(values)
expected[3] = np.array([1, 1 + 2**-6, -np.inf], "f4")

command = [RUN, ARTEFACT, "--entry=types"]
for i, value in enumerate(values):
    np.save(f"{FOLDER}/in{i}.npy", value)
    command += [f"--input={FOLDER}/in{i}.npy", f"--output={FOLDER}/out{i}.npy"]
subprocess.run(command, check=True)
for i, value in enumerate(expected):
    result = np.load(f"{FOLDER}/out{i}.npy")
    assert result.dtype == value.dtype, (i, result.dtype, value.dtype)
    np.testing.assert_array_equal(result, value)
    assert np.array_equal(np.signbit(result), np.signbit(value)) or i > 3

# Column-major files, as np.save writes transposed arrays.
x = np.arange(12, dtype=np.float32).reshape(4, 3).T
assert not x.flags.c_contiguous
np.save(f"{FOLDER}/x.npy", x)
subprocess.run(
    [RUN, ARTEFACT, f"--input={FOLDER}/x.npy", f"--output={FOLDER}/y.npy"], check=True
)
np.testing.assert_array_equal(np.load(f"{FOLDER}/y.npy"), 2 * x + 1)

# A scalar.
subprocess.run(
    [RUN, ARTEFACT, "--entry=constant", f"--output={FOLDER}/c.npy"], check=True
)
scalar = np.load(f"{FOLDER}/c.npy")
assert scalar.shape == () and scalar == 42
