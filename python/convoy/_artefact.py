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

from . import _abi, _cuda
from ._abi import Error
from ._tensor import Borrowed, Memory, Tensor, device_of, dtype_name

_DEVICE_TYPES = {"cpu": _abi.DEVICE_CPU, "cuda": _abi.DEVICE_CUDA}


def load(path):
    """Loads an artefact. It is made ready for a device at the first call there."""
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
        self._prepared = set()
        names = [
            self._api.entryName(i).decode() for i in range(self._api.entryCount())
        ]
        self._entries = {name: Entry(self, name) for name in names}

    @property
    def launch_count(self):
        """The kernels that calls of this artefact have started on devices so far."""
        if self._api.structBytes < ctypes.sizeof(_abi.ArtefactApi):
            raise Error(f"'{self.path}' does not count launches: compile it again")
        return self._api.launchCount()

    def _check(self, status):
        if status:
            raise Error(self._api.lastError().decode())

    def _prepare(self, device):
        if device not in self._prepared:
            self._check(self._api.prepare(_abi.Device(*device)))
            self._prepared.add(device)

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

    Each thread that calls it keeps one workspace for it, on a CUDA device one for
    each stream, so calls from several threads do not wait for each other."""

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
        self._device_type = _DEVICE_TYPES[self.manifest["device"]]

    @property
    def manifest(self):
        """What the entry takes and returns, as a dict."""
        text = ctypes.c_char_p()
        self._artefact._check(self._api.query(self._handle, ctypes.byref(text)))
        return json.loads(text.value)

    def __call__(self, *arguments, out=None):
        """Calls the entry. `out` may give the tensors to write, as many as there
        are results: a tuple, or one tensor where there is one result.

        On a CUDA device the call returns while it runs, on the current stream of
        the library of the first tensor."""
        results = None
        if out is not None:
            results = list(out) if isinstance(out, (tuple, list)) else [out]
        given = list(arguments) + (results or [])
        device, stream = self._device(given), None
        if device[0] == _abi.DEVICE_CUDA:
            stream = _cuda.current_stream(given, device[1])
        self._artefact._prepare(device)
        borrow = lambda tensors: _Tensors(
            [Borrowed(each, self._device_type, stream) for each in tensors]
        )
        inputs = borrow(arguments)
        if results is None:
            results = self._make_results(inputs, arguments, device)
        outputs = borrow(results)
        workspace = self._workspace(inputs, given, device, stream)
        self._artefact._check(
            self._api.call(
                self._handle,
                inputs.array,
                inputs.count,
                outputs.array,
                outputs.count,
                workspace.address,
                workspace.byte_count,
                stream or None,
            )
        )
        if out is None and device[0] == _abi.DEVICE_CPU:
            library = _library_of(arguments)
            results = [_hand_over(result, library) for result in results]
        return results[0] if len(results) == 1 else tuple(results)

    def _device(self, given):
        """The device of the call: that of the first tensor."""
        if given and self._device_type == _abi.DEVICE_CUDA:
            # What is on another kind of device is refused where it is borrowed.
            kind, index = device_of(given[0])
            return self._device_type, index if kind == self._device_type else 0
        return self._device_type, 0

    def _make_results(self, inputs, arguments, device):
        results = []
        for i, info in enumerate(self._outputs):
            shape = (ctypes.c_int64 * max(info.rank, 1))()
            self._artefact._check(
                self._api.resultShape(
                    self._handle, inputs.array, inputs.count, i, shape
                )
            )
            dims = shape[: info.rank]
            if device[0] == _abi.DEVICE_CUDA:
                results.append(_cuda.empty(arguments, dims, dtype_name(info.dtype)))
            else:
                results.append(_empty(info.dtype, dims, arguments))
        return results

    def _workspace(self, inputs, given, device, stream):
        needed = ctypes.c_uint64()
        self._artefact._check(
            self._api.workspaceBytes(
                self._handle, inputs.array, inputs.count, ctypes.byref(needed)
            )
        )
        # What runs at the same time on two streams must not share one.
        workspaces = self._local.__dict__.setdefault("workspaces", {})
        workspace = workspaces.get((device, stream))
        if workspace is None or workspace.byte_count < needed.value:
            if device[0] == _abi.DEVICE_CUDA:
                workspace = _cuda.Memory(given, needed.value)
            else:
                workspace = Memory(needed.value)
            workspaces[device, stream] = workspace
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
