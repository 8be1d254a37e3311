# RUN: convoy-compile %examples/models/headline-small.mlir -o %t.so --remarks=none
# RUN: env CONVOY_NUM_THREADS=3 %python %s %t.so
# REQUIRES: numpy, ccompiler
"""A compiled artefact called from many threads at once, and again in the child of
a fork, gives what it gives alone, bit by bit; its workspace is reusable."""

import os
import sys
import threading

import convoy
import numpy as np

model = convoy.load(sys.argv[1])
random = np.random.default_rng(1)
inputs = [random.random((2, 8, 20, 22), np.float32) for _ in range(6)]
expected = [model(x) for x in inputs]
assert all(np.isfinite(y).all() and y.std() > 0 for y in expected)
wrong = []


def work(index):
    for round in range(40):
        chosen = (index + round) % len(inputs)
        # Poison: every element has to be written by every call.
        y = np.full_like(expected[chosen], np.nan)
        model(inputs[chosen], out=y)
        if not np.array_equal(y, expected[chosen]):
            wrong.append((index, round))


threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong

child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(model(inputs[0]), expected[0]) else 1)
assert os.waitpid(child, 0)[1] == 0
