# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tensors on their way in and out: borrowing the memory of another library's
tensor, and memory of our own that other libraries can take."""

import ctypes
import math
import mmap

from . import _abi
from ._abi import Error

_CAPSULE_NAME = b"dltensor"

# Not ctypes.pythonapi, whose functions are everybody's to declare.
_python = ctypes.PyDLL(None)
_python.PyCapsule_New.restype = ctypes.py_object
_python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
# By address, not as objects: the destructor of a capsule runs while it dies.
_python.PyCapsule_IsValid.restype = ctypes.c_int
_python.PyCapsule_IsValid.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
_python.PyCapsule_GetPointer.restype = ctypes.c_void_p
_python.PyCapsule_GetPointer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]

_NAMES = {
    (_abi.CODE_FLOAT, 64): "float64",
    (_abi.CODE_FLOAT, 32): "float32",
    (_abi.CODE_FLOAT, 16): "float16",
    (_abi.CODE_BFLOAT, 16): "bfloat16",
    (_abi.CODE_INT, 64): "int64",
    (_abi.CODE_INT, 32): "int32",
    (_abi.CODE_INT, 16): "int16",
    (_abi.CODE_INT, 8): "int8",
    (_abi.CODE_UINT, 8): "uint8",
    (_abi.CODE_BOOL, 8): "bool",
}
_NUMPY_KINDS = {
    "f": _abi.CODE_FLOAT,
    "i": _abi.CODE_INT,
    "u": _abi.CODE_UINT,
    "b": _abi.CODE_BOOL,
}


def dtype_name(dtype):
    """numpy's name of a DLPack dtype, or "bfloat16"."""
    name = _NAMES.get((dtype.code, dtype.bits))
    return name or f"DLPack code {dtype.code} with {dtype.bits} bits"


class Memory:
    """Zeroed pages of its own, which go when nobody refers to them."""

    def __init__(self, byte_count):
        self.byte_count = byte_count
        self._pages = mmap.mmap(-1, max(byte_count, 1))
        self._first = ctypes.c_char.from_buffer(self._pages)
        self.address = ctypes.addressof(self._first)


_PLACES = {_abi.DEVICE_CPU: "the CPU", _abi.DEVICE_CUDA: "a CUDA device"}


def device_of(tensor):
    """DLPack's type and index of the device that a tensor is on."""
    if hasattr(tensor, "__array_interface__"):
        return _abi.DEVICE_CPU, 0
    if hasattr(tensor, "__dlpack_device__"):
        kind, index = tensor.__dlpack_device__()
        return int(kind), int(index)
    raise Error(
        "expected a tensor that speaks DLPack (or a numpy array), found "
        f"{type(tensor).__name__}"
    )


class Borrowed:
    """A DLTensor that describes another library's tensor, and what keeps that
    tensor's memory alive. The tensor has to be on a device of `device_type`; on a
    CUDA device it is ready for what runs on `stream` after this."""

    def __init__(self, tensor, device_type, stream):
        self._keep = tensor
        found = device_of(tensor)[0]
        if found != device_type:
            raise Error(
                f"expected a tensor on {_PLACES[device_type]} (DLPack device type "
                f"{device_type}), found device type {found}"
            )
        if hasattr(tensor, "__array_interface__"):
            # numpy's DLPack refuses read-only arrays, and old ones booleans.
            self.tensor = self._describe_array(tensor.__array_interface__)
        else:
            self.tensor = self._describe_dlpack(tensor, device_type, stream)

    def _describe_dlpack(self, tensor, device_type, stream):
        # Nobody takes the tensor out of the capsule: it goes with the capsule.
        if device_type == _abi.DEVICE_CUDA:
            # 1 is DLPack's name of the legacy default stream.
            self._capsule = tensor.__dlpack__(stream=stream or 1)
        else:
            self._capsule = tensor.__dlpack__()
        address = _python.PyCapsule_GetPointer(id(self._capsule), _CAPSULE_NAME)
        return _abi.DLTensor.from_address(address)

    def _describe_array(self, interface):
        order, kind, size = (
            interface["typestr"][0],
            interface["typestr"][1],
            int(interface["typestr"][2:]),
        )
        if kind not in _NUMPY_KINDS or order == ">":
            raise Error(
                f"expected an array of numbers or booleans in the machine's byte "
                f"order, found typestr {interface['typestr']}"
            )
        shape = interface["shape"]
        strides = interface.get("strides")
        self._shape = (ctypes.c_int64 * len(shape))(*shape)
        tensor = _abi.DLTensor(
            data=interface["data"][0],
            device=_abi.Device(_abi.DEVICE_CPU, 0),
            ndim=len(shape),
            dtype=_abi.DataType(_NUMPY_KINDS[kind], 8 * size, 1),
            shape=self._shape,
        )
        if strides is not None:
            if any(stride % size for stride in strides):
                raise Error("expected strides of whole elements")
            self._strides = (ctypes.c_int64 * len(shape))(
                *(stride // size for stride in strides)
            )
            tensor.strides = self._strides
        return tensor


class Tensor:
    """A contiguous tensor on the CPU that owns its memory. Speaks DLPack:
    `torch.from_dlpack(tensor)`, `numpy.from_dlpack(tensor)` share the memory."""

    def __init__(self, dtype, shape):
        self.shape = tuple(shape)
        self.dtype = dtype_name(dtype)
        self._dl_dtype = dtype
        self._memory = Memory(math.prod(self.shape) * dtype.bits // 8)

    def __repr__(self):
        return f"convoy.Tensor(shape={self.shape}, dtype={self.dtype})"

    def __dlpack_device__(self):
        return (_abi.DEVICE_CPU, 0)

    def __dlpack__(self, *, stream=None, **_):
        """A capsule with an unversioned DLManagedTensor. `stream` and the
        keywords of later versions of the protocol ask for nothing here."""
        managed = _abi.DLManagedTensor()
        shape = (ctypes.c_int64 * len(self.shape))(*self.shape)
        managed.dl_tensor.data = self._memory.address
        managed.dl_tensor.device = _abi.Device(_abi.DEVICE_CPU, 0)
        managed.dl_tensor.ndim = len(self.shape)
        managed.dl_tensor.dtype = self._dl_dtype
        managed.dl_tensor.shape = shape
        managed.deleter = _release
        address = ctypes.addressof(managed)
        _exported[address] = (managed, shape, self)
        return _python.PyCapsule_New(address, _CAPSULE_NAME, _release_capsule_address)


# What other libraries hold, by the address of the managed tensor.
_exported = {}


@_abi.DELETER
def _release(address):
    _exported.pop(address, None)


@ctypes.CFUNCTYPE(None, ctypes.c_void_p)
def _release_capsule(capsule):
    # A consumer renames the capsule, and calls the deleter itself.
    if _python.PyCapsule_IsValid(capsule, _CAPSULE_NAME):
        _release(_python.PyCapsule_GetPointer(capsule, _CAPSULE_NAME))


_release_capsule_address = ctypes.cast(_release_capsule, ctypes.c_void_p)

# Other libraries may call these after this module is gone: they stay for ever.
for _callback in (_release, _release_capsule):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_callback))
