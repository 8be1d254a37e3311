"""Runs kernels of convoy-emit-kernels on the CPU.

The text of a kernel becomes a function for the CPU: thread and block numbers
and barriers become calls of emulate.c, shared memory an argument. What is
emulated is the kernel as it was emitted; the GPU's own lowering is not.
"""

import ctypes
import os
import re
import subprocess
import tempfile

import numpy as np

LLVM_PASSES = [
    "--convert-vector-to-scf",
    "--expand-strided-metadata",
    "--lower-affine",
    "--arith-expand=include-bf16=true",
    "--canonicalize",
    "--cse",
    "--convert-scf-to-cf",
    "--convert-vector-to-llvm",
    "--convert-math-to-llvm",
    "--convert-arith-to-llvm",
    "--convert-index-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm",
    "--convert-cf-to-llvm",
    "--reconcile-unrealized-casts",
]

EMULATION = """
func.func private @emulateThreadId() -> index
func.func private @emulateBlockId() -> index
func.func private @emulateBarrier()
func.func private @emulateLaunch(index, index)
"""

# What LLVM calls for bf16 on x86-64, and older libgccs lack.
TRUNCATION = """
define weak bfloat @__truncsfbf2(float %wide) {
  %bits = bitcast float %wide to i32
  %shifted = lshr i32 %bits, 16
  %odd = and i32 %shifted, 1
  %half = add i32 %bits, 32767
  %rounded = add i32 %half, %odd
  %high = lshr i32 %rounded, 16
  %short = trunc i32 %high to i16
  %narrow = bitcast i16 %short to bfloat
  ret bfloat %narrow
}
"""


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[:4000]}")
    return done.stdout


def to_cpu(text):
    """The module `text`, with one kernel and its launch, for the CPU."""
    space = "#gpu.address_space<workgroup>"
    text = text.replace(", " + space + ">", ">")
    kernel = re.search(
        r"gpu\.func @\w+\((.*?)\)( workgroup\((%\w+ : memref<\d+xi8>).*?\))? kernel",
        text,
    )
    parameters = kernel.group(1)
    shared = kernel.group(3)
    if "memref.get_global" in text:
        shared = "%shared : memref<0xi8>"
        text = re.sub(r"(%\w+) = memref.get_global @\w+ : memref<0xi8>",
                      r"\1 = builtin.unrealized_conversion_cast %shared"
                      r" : memref<0xi8> to memref<0xi8>", text)
        text = re.sub(r"memref\.global .*\n", "", text)
    if shared:
        parameters += ", " + shared
    text = re.sub(r"gpu\.func @\w+\(.*?\) (workgroup\(.*?\) )?kernel attributes {.*?} {",
                  f"func.func @kernel({parameters}) attributes {{llvm.emit_c_interface}} {{",
                  text)
    text = text.replace("gpu.return", "func.return")
    text = re.sub(r"gpu\.thread_id +x.*", "func.call @emulateThreadId() : () -> index", text)
    text = re.sub(r"gpu\.block_id +x.*", "func.call @emulateBlockId() : () -> index", text)
    text = re.sub(r"gpu\.barrier.*", "func.call @emulateBarrier() : () -> ()", text)
    text = re.sub(
        r"gpu\.launch_func .*?blocks in \((%\w+), .*?threads in \((%\w+),.*",
        r"func.call @emulateLaunch(\1, \2) : (index, index) -> ()", text)
    text = text.replace("attributes {gpu.container_module}", "")
    # The kernel's module becomes part of the program's.
    text = re.sub(r"gpu\.module @\w+( attributes {.*?})? {", "", text)
    last = text.rstrip().rfind("}")
    return text[:last].rstrip()[: text[:last].rstrip().rfind("}")] + EMULATION + "}\n"


def descriptor(array):
    """The memref descriptor of `array`."""
    rank = array.ndim

    class Descriptor(ctypes.Structure):
        _fields_ = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p),
                    ("offset", ctypes.c_int64)]
        if rank:
            _fields_ += [("sizes", ctypes.c_int64 * rank),
                         ("strides", ctypes.c_int64 * rank)]

    made = Descriptor(array.ctypes.data, array.ctypes.data, 0)
    for index in range(rank):
        made.sizes[index] = array.shape[index]
        made.strides[index] = array.strides[index] // array.itemsize
    return made


class Emulation:
    """A function `main` of one convoy.conv on memrefs, compiled."""

    def __init__(self, text, convoy_opt, llvm_bin, passes=()):
        self.folder = tempfile.TemporaryDirectory()
        base = os.path.join(self.folder.name, "kernel")
        emitted = run([convoy_opt, *passes, "--convoy-emit-kernels", "--canonicalize"],
                      text)
        self.emitted = emitted
        cpu = to_cpu(emitted).replace("func.func @main(", "func.func @main(", 1)
        cpu = re.sub(r"(func\.func @main\(.*?\)) {",
                     r"\1 attributes {llvm.emit_c_interface} {", cpu, count=1)
        lowered = run([os.path.join(llvm_bin, "mlir-opt"), *LLVM_PASSES], cpu)
        ir = run([os.path.join(llvm_bin, "mlir-translate"), "--mlir-to-llvmir"], lowered)
        with open(base + ".ll", "w") as file:
            file.write(ir + TRUNCATION)
        source = os.path.join(os.path.dirname(__file__), "emulate.c")
        run([os.path.join(llvm_bin, "llc"), "-O1", "-filetype=obj", "-relocation-model=pic",
             "-mcpu=x86-64-v3", base + ".ll", "-o", base + ".o"])
        run(["cc", "-O1", "-w", "-shared", "-fPIC", source, base + ".o", "-o", base + ".so",
             "-lm"])
        self.library = ctypes.CDLL(base + ".so")
        self.shared_bytes = 232448

    def __call__(self, *arrays):
        """Runs the kernel; the arrays are the operands in their order."""
        made = [descriptor(array) for array in arrays]
        pointers = [ctypes.cast(ctypes.pointer(one), ctypes.c_void_p) for one in made]
        self.library._mlir_ciface_main(*pointers)
        # Signalling rubbish: what is not written must not be read.
        shared = np.full(self.shared_bytes // 4 + 64, np.nan, np.float32)
        start = (-shared.ctypes.data % 128) // 4
        shared = shared[start:].view(np.int8)
        made.append(descriptor(shared))
        pointers.append(ctypes.cast(ctypes.pointer(made[-1]), ctypes.c_void_p))
        arguments = (ctypes.c_void_p * len(pointers))(*pointers)
        self.library.runGrid.restype = ctypes.c_int64
        diverged = self.library.runGrid(arguments, ctypes.c_int64(len(pointers)))
        if diverged:
            raise RuntimeError(f"{diverged} barriers not passed by all threads")
