# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""call_artefact.py MODEL.so: calls it on an image of ones, one f32 tensor in and
one out."""

import sys

import convoy
import numpy

model = convoy.load(sys.argv[1])
image = numpy.ones((2, 8, 20, 22), numpy.float32)
result = model(image)
print(type(result).__name__, result.dtype, result.shape)
print("all finite:", bool(numpy.isfinite(result).all()))

try:
    model(image[:, :, :, 1:])
except convoy.Error as error:
    print("refused:", error)
