"""Compiles linalg with upstream's passes and nothing of Convoy's way to the CPU but
what upstream leaves to a run-time library. For the program's meaning and not for
speed, and calls it."""

import ctypes
import os
import subprocess

import numpy as np

# Named ops to plain loops to branches; bf16 arithmetic is f32 arithmetic that is
# rounded after each step.
PASSES = ",".join(
    [
        "transform-preload-library{{transform-library-paths={library}}}",
        "transform-interpreter",
        "func.func(convert-elementwise-to-linalg)",
        "one-shot-bufferize{{bufferize-function-boundaries=1 "
        "function-boundary-type-conversion=identity-layout-map}}",
        "func.func(convert-linalg-to-loops)",
        "convoy-expand-copies",
        "func.func(convert-linalg-to-loops)",
        "canonicalize",
        "expand-strided-metadata",
        "lower-affine",
        "convert-scf-to-cf",
        "convoy-expand-truncations",
        "math-extend-to-supported-types{{target-type=f32}}",
        "arith-emulate-unsupported-floats{{source-types=bf16 target-type=f32}}",
        "arith-expand{{include-bf16=1}}",
        "func.func(llvm-request-c-wrappers)",
        "convert-to-llvm",
        "reconcile-unrealized-casts",
        "convoy-carry-bfloats",
    ]
)
LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "decompose-concat.mlir")


class Failed(Exception):
    """A tool that failed, and what it said first."""


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        lines = result.stderr.splitlines()
        reasons = [line for line in lines if "error:" in line or "Assertion" in line]
        reason = (reasons or [f"exit status {result.returncode}"])[0]
        raise Failed(f"{os.path.basename(command[0])} failed: {reason}")
    return result


def compile_library(tools, llvm_tools, path):
    """The module at `path` as a shared object beside it."""
    stem = os.path.splitext(path)[0]
    lowered, text, code, library = (stem + end for end in (".mlirbc", ".ll", ".o", ".so"))
    pipeline = f"builtin.module({PASSES.format(library=LIBRARY)})"
    options = ["--verify-each=0", "--mlir-disable-threading", "--emit-bytecode"]
    run(f"{tools}/convoy-opt", path, f"--pass-pipeline={pipeline}", *options, "-o", lowered)
    # Flags for fast arithmetic that no longer have a meaning stay on some ops.
    run(f"{llvm_tools}/mlir-translate", "--mlir-to-llvmir", "--allow-unregistered-dialect", lowered, "-o", text)
    machine = ["-O0", "-mcpu=x86-64-v3", "-relocation-model=pic", "-filetype=obj"]
    run(f"{llvm_tools}/llc", *machine, text, "-o", code)
    run("cc", "-shared", code, "-lm", "-o", library)
    return library


def descriptor(rank):
    """MLIR's descriptor of a memref."""
    fields = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p), ("offset", ctypes.c_int64)]
    if rank:
        fields += [("sizes", ctypes.c_int64 * rank), ("strides", ctypes.c_int64 * rank)]
    return type(f"Descriptor{rank}", (ctypes.Structure,), {"_fields_": fields})


def describe(array):
    """The descriptor of a numpy array, which must outlive it."""
    rank = array.ndim
    described = descriptor(rank)(array.ctypes.data, array.ctypes.data, 0)
    if rank:
        described.sizes[:] = array.shape
        described.strides[:] = [s // array.itemsize for s in array.strides]
    return described


def read(described, rank, memory):
    """What a descriptor refers to, as an array of its own."""
    item = np.dtype(memory).itemsize
    shape = tuple(described.sizes) if rank else ()
    strides = tuple(s * item for s in described.strides) if rank else ()
    if 0 in shape:
        return np.empty(shape, memory)
    reach = sum((n - 1) * s for n, s in zip(shape, strides)) + item
    start = described.aligned + described.offset * item
    buffer = (ctypes.c_char * reach).from_address(start)
    return np.array(np.ndarray(shape, memory, buffer, 0, strides))


def call(library, name, inputs, results):
    """Calls `name` of a loaded library with arrays as they lie in memory; `results`
    are (rank, element type in memory) of what it returns. Leaks what it allocates."""
    function = getattr(library, f"_mlir_ciface_{name}")
    fields = [(f"r{i}", descriptor(rank)) for i, (rank, _) in enumerate(results)]
    returned = type("Results", (ctypes.Structure,), {"_fields_": fields})()
    described = [describe(array) for array in inputs]
    function(ctypes.byref(returned), *(ctypes.byref(d) for d in described))
    return [read(getattr(returned, f"r{i}"), *result) for i, result in enumerate(results)]
