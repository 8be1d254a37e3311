# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Artefacts and their entries."""

import ctypes
import json
import os
import struct
import sys
import threading

from . import _abi
from ._abi import Error
from ._tensor import Borrowed, Memory, Tensor, dtype_name


def load(path):
    """Loads an artefact and makes it ready for calls on the CPU."""
    return Artefact(path)


class Artefact:
    """A loaded artefact: a mapping from names to entries. Calling it calls the
    entry `main`."""

    def __init__(self, path):
        self.path = os.path.abspath(os.fspath(path))
        _check_shared_object(self.path)
        try:
            # The library stays loaded for as long as the process lives.
            library = ctypes.CDLL(self.path, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        except OSError as error:
            raise Error(f"cannot load: {error}") from None
        try:
            getter = getattr(library, _abi.API_SYMBOL)
        except AttributeError:
            raise Error(f"'{self.path}' is not a Convoy artefact") from None
        getter.restype = ctypes.POINTER(_abi.ArtefactApi)
        getter.argtypes = [ctypes.c_uint32]
        table = getter(_abi.API_VERSION)
        if not table:
            raise Error(
                f"'{self.path}' does not speak version {_abi.API_VERSION} of the "
                "artefact ABI: compile it again"
            )
        self._api = table.contents
        self._check(self._api.prepare(_abi.Device(_abi.DEVICE_CPU, 0)))
        names = [
            self._api.entryName(i).decode() for i in range(self._api.entryCount())
        ]
        self._entries = {name: Entry(self, name) for name in names}

    def _check(self, status):
        if status:
            raise Error(self._api.lastError().decode())

    def __getitem__(self, name):
        if name not in self._entries:
            raise Error(
                f"'{self.path}' has no entry '{name}'; it has: "
                + ", ".join(self._entries)
            )
        return self._entries[name]

    def __iter__(self):
        return iter(self._entries)

    def __len__(self):
        return len(self._entries)

    def __call__(self, *arguments, out=None):
        return self["main"](*arguments, out=out)

    def __repr__(self):
        return f"<convoy.Artefact '{self.path}': {', '.join(self._entries)}>"


class Entry:
    """One function of an artefact.

    Each thread that calls it keeps one workspace for it, so calls from several
    threads do not wait for each other."""

    def __init__(self, artefact, name):
        self.name = name
        self._artefact = artefact
        self._api = artefact._api
        self._local = threading.local()
        handle = ctypes.c_void_p()
        artefact._check(self._api.findEntry(name.encode(), ctypes.byref(handle)))
        self._handle = handle
        self._outputs = []
        for i in range(self._api.outputCount(handle)):
            info = _abi.TensorInfo()
            artefact._check(self._api.outputInfo(handle, i, ctypes.byref(info)))
            self._outputs.append(info)

    @property
    def manifest(self):
        """What the entry takes and returns, as a dict."""
        text = ctypes.c_char_p()
        self._artefact._check(self._api.query(self._handle, ctypes.byref(text)))
        return json.loads(text.value)

    def __call__(self, *arguments, out=None):
        """Calls the entry. `out` may give the tensors to write, as many as there
        are results: a tuple, or one tensor where there is one result."""
        inputs = _Tensors([Borrowed(argument) for argument in arguments])
        if out is None:
            results = self._make_results(inputs, arguments)
        else:
            results = list(out) if isinstance(out, (tuple, list)) else [out]
        outputs = _Tensors([Borrowed(result) for result in results])
        workspace = self._workspace(inputs)
        self._artefact._check(
            self._api.call(
                self._handle,
                inputs.array,
                inputs.count,
                outputs.array,
                outputs.count,
                workspace.address,
                workspace.byte_count,
                None,
            )
        )
        if out is None:
            library = _library_of(arguments)
            results = [_hand_over(result, library) for result in results]
        return results[0] if len(results) == 1 else tuple(results)

    def _make_results(self, inputs, arguments):
        results = []
        for i, info in enumerate(self._outputs):
            shape = (ctypes.c_int64 * max(info.rank, 1))()
            self._artefact._check(
                self._api.resultShape(
                    self._handle, inputs.array, inputs.count, i, shape
                )
            )
            results.append(_empty(info.dtype, shape[: info.rank], arguments))
        return results

    def _workspace(self, inputs):
        needed = ctypes.c_uint64()
        self._artefact._check(
            self._api.workspaceBytes(
                self._handle, inputs.array, inputs.count, ctypes.byref(needed)
            )
        )
        workspace = getattr(self._local, "workspace", None)
        if workspace is None or workspace.byte_count < needed.value:
            workspace = self._local.workspace = Memory(needed.value)
        return workspace

    def __repr__(self):
        return f"<convoy.Entry '{self.name}' of '{self._artefact.path}'>"


class _Tensors:
    """Borrowed tensors as the array of pointers that the ABI takes."""

    def __init__(self, borrowed):
        self._keep = borrowed
        self.count = len(borrowed)
        pointer = ctypes.POINTER(_abi.DLTensor)
        self.array = (pointer * max(self.count, 1))(
            *(ctypes.pointer(each.tensor) for each in borrowed)
        )


def _library_of(arguments):
    """The module that the first argument belongs to, where it has one."""
    if not arguments:
        return None
    return sys.modules.get(type(arguments[0]).__module__.partition(".")[0])


def _empty(dtype, shape, arguments):
    """Memory for a result: numpy's own for numpy, whose from_dlpack gives
    read-only arrays."""
    library = _library_of(arguments)
    name = dtype_name(dtype)
    if library is not None and library.__name__ == "numpy" and name != "bfloat16":
        return library.empty(tuple(shape), name)
    return Tensor(dtype, shape)


def _hand_over(result, library):
    if isinstance(result, Tensor) and library is not None:
        # numpy gets here with bfloat16 alone, which it does not have.
        if hasattr(library, "from_dlpack") and library.__name__ != "numpy":
            return library.from_dlpack(result)
    return result


def _check_shared_object(path):
    """Refuses a file that is no whole ELF object: the system's loader would die
    of a truncated one."""
    with open(path, "rb") as file:
        header = file.read(64)
        size = file.seek(0, os.SEEK_END)
    if header[:4] != b"\x7fELF":
        raise Error(f"'{path}' is not a Convoy artefact: expected a shared object")
    if len(header) == 64:
        (sections,) = struct.unpack_from("<Q", header, 40)
        entry_bytes, entry_count = struct.unpack_from("<HH", header, 58)
        if sections + entry_bytes * entry_count <= size:
            return
    raise Error(f"'{path}' is truncated")
