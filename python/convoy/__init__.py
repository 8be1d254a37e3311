# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls artefacts that convoy-compile made, on tensors of any library.

    import convoy, numpy
    model = convoy.load("model.so")
    y = model(numpy.ones((2, 8, 20, 22), numpy.float32))

Arguments are what speaks DLPack: numpy arrays, torch tensors, others. They have
to be contiguous, of exactly the dtype and shape of the entry, on the device that
its manifest names: nothing is copied or converted in secret. A result comes back in the library of the first
argument where that library has a `from_dlpack`, else as a `convoy.Tensor`, which
speaks DLPack itself. One result is returned as it is, several as a tuple.

On a CUDA device a call runs on the current stream of torch or cupy, whichever the
arguments come from, and returns while it runs.

Nothing is built and nothing else is needed; numpy only where arrays of numpy are
given. The functions are those of convoy-c/Artefact.h, through ctypes.
"""

from ._abi import Error
from ._artefact import Artefact, Entry, load
from ._tensor import Tensor

__all__ = ["Artefact", "Entry", "Error", "Tensor", "load"]
