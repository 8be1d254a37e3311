# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""DLPack and convoy-c/Artefact.h as ctypes sees them. No behaviour."""

import ctypes
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_uint64, c_void_p

API_VERSION = 1
API_SYMBOL = "convoy_artefact_api"

DEVICE_CPU, DEVICE_CUDA = 1, 2
CODE_INT, CODE_UINT, CODE_FLOAT, CODE_BFLOAT, CODE_BOOL = 0, 1, 2, 4, 6


class Error(RuntimeError):
    """What an artefact refuses, with its message; or a file that is none."""


class Device(ctypes.Structure):
    _fields_ = [("type", c_int32), ("index", c_int32)]


class DataType(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
    ]


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", c_void_p),
        ("device", Device),
        ("ndim", c_int32),
        ("dtype", DataType),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]


class DLManagedTensor(ctypes.Structure):
    pass


# The deleter takes the tensor's address.
DELETER = ctypes.CFUNCTYPE(None, c_void_p)
DLManagedTensor._fields_ = [
    ("dl_tensor", DLTensor),
    ("manager_ctx", c_void_p),
    ("deleter", DELETER),
]


class TensorInfo(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("dtype", DataType),
        ("rank", c_int32),
        ("shape", POINTER(c_int64)),
    ]


def _function(result, *arguments):
    return ctypes.CFUNCTYPE(result, *arguments)


_ENTRY = c_void_p
_TENSORS = POINTER(POINTER(DLTensor))
_STATUS = c_int32


class ArtefactApi(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint32),
        ("structBytes", ctypes.c_uint32),
        ("lastError", _function(c_char_p)),
        ("entryCount", _function(c_int32)),
        ("entryName", _function(c_char_p, c_int32)),
        ("findEntry", _function(_STATUS, c_char_p, POINTER(_ENTRY))),
        ("query", _function(_STATUS, _ENTRY, POINTER(c_char_p))),
        ("inputCount", _function(c_int32, _ENTRY)),
        ("outputCount", _function(c_int32, _ENTRY)),
        ("inputInfo", _function(_STATUS, _ENTRY, c_int32, POINTER(TensorInfo))),
        ("outputInfo", _function(_STATUS, _ENTRY, c_int32, POINTER(TensorInfo))),
        ("prepare", _function(_STATUS, Device)),
        (
            "resultShape",
            _function(_STATUS, _ENTRY, _TENSORS, c_int32, c_int32, POINTER(c_int64)),
        ),
        (
            "workspaceBytes",
            _function(_STATUS, _ENTRY, _TENSORS, c_int32, POINTER(c_uint64)),
        ),
        (
            "call",
            _function(
                _STATUS,
                _ENTRY,
                _TENSORS,
                c_int32,
                _TENSORS,
                c_int32,
                c_void_p,
                c_uint64,
                c_void_p,
            ),
        ),
        ("launchCount", _function(c_uint64)),
    ]
