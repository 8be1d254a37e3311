# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Memory and streams of CUDA devices, which are those of the library that the
arguments come from: torch or cupy. Imports neither."""

import sys

from ._abi import Error


def _library(tensors):
    """The name of the library of the first tensor, and its module."""
    name = type(tensors[0]).__module__.partition(".")[0] if tensors else None
    return name, sys.modules.get(name)


def current_stream(tensors, index):
    """The address of the library's current stream on device `index`; 0 for the
    legacy default stream."""
    name, library = _library(tensors)
    if name == "torch":
        return library.cuda.current_stream(index).cuda_stream
    if name == "cupy":
        with library.cuda.Device(index):
            return library.cuda.get_current_stream().ptr
    return 0


def empty(tensors, shape, dtype):
    """A tensor of the library, on the device of the first of `tensors`."""
    name, library = _library(tensors)
    if name == "torch":
        return library.empty(
            tuple(shape), dtype=getattr(library, dtype), device=tensors[0].device
        )
    if name == "cupy" and dtype != "bfloat16":
        with tensors[0].device:
            return library.empty(tuple(shape), dtype)
    raise Error(
        f"expected out= for a {dtype} result on a CUDA device: memory for it is only "
        f"known how to get from torch and cupy, found {name or 'no argument'}"
    )


class Memory:
    """Zeroed memory on the device of the first of `tensors`. The zeros are written
    on the library's current stream."""

    def __init__(self, tensors, byte_count):
        self.byte_count, self.address = byte_count, None
        if not byte_count:
            return
        self._memory = empty(tensors, [byte_count], "uint8")
        if hasattr(self._memory, "zero_"):
            self._memory.zero_()
            self.address = self._memory.data_ptr()
        else:
            self._memory.fill(0)
            self.address = self._memory.data.ptr
