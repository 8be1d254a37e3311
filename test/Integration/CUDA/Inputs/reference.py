"""Compiles reference.cu, and calls it on torch's tensors where they lie."""

import ctypes
import math
import os
import shutil
import subprocess

SOURCE = "reference.cu"
COMPILED = {"cuda": "reference-cuda.ptx", "cpu": "reference-cpu.so"}
THREADS = 128


def find_nvcc():
    homes = [os.environ.get("CUDA_HOME", ""), "/usr/local/cuda"]
    return shutil.which("nvcc") or next((p for h in homes if os.path.exists(p := f"{h}/bin/nvcc")), None)


def compile_reference(source, folder, device):
    """False where this machine has no compiler for `device`."""
    out = f"{folder}/{COMPILED[device]}"
    if device == "cuda":
        compiler = find_nvcc()
        command = [compiler, "-ptx", "-O3", "-fmad=false", "-arch=compute_80", "-o", out, source]
    else:
        compiler = shutil.which("c++")
        command = [compiler, "-x", "c++", "-O2", "-mfma", "-ffp-contract=off", "-shared", "-fPIC", "-o", out, source]
    if compiler is None:
        return False
    subprocess.run(command, check=True)
    return True


class CudaFunctions:
    """The kernels, loaded by the driver into torch's context."""

    def __init__(self, path):
        self.driver = ctypes.CDLL("libcuda.so.1")
        with open(path, "rb") as file:
            ptx = file.read() + b"\0"
        self.module = ctypes.c_void_p()
        self.check(self.driver.cuModuleLoadData(ctypes.byref(self.module), ptx))
        self.functions = {}
        for name in ("reference_f32", "reference_f64"):
            function = ctypes.c_void_p()
            self.check(self.driver.cuModuleGetFunction(ctypes.byref(function), self.module, name.encode()))
            self.functions[name] = function

    @staticmethod
    def check(status):
        if status:
            raise RuntimeError(f"the CUDA driver: error {status}")

    def call(self, name, tensors, count):
        import torch

        values = [ctypes.c_void_p(t.data_ptr()) for t in tensors] + [ctypes.c_int(count)]
        pointers = (ctypes.c_void_p * len(values))(*(ctypes.addressof(v) for v in values))
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        blocks = -(-count // THREADS)
        self.check(
            self.driver.cuLaunchKernel(self.functions[name], blocks, 1, 1, THREADS, 1, 1, 0, stream, pointers, None)
        )


class CpuFunctions:
    def __init__(self, path):
        self.library = ctypes.CDLL(os.path.abspath(path))

    def call(self, name, tensors, count):
        getattr(self.library, name)(*(ctypes.c_void_p(t.data_ptr()) for t in tensors), ctypes.c_int(count))


class Reference:
    def __init__(self, folder, device):
        import torch

        path = f"{folder}/{COMPILED[device]}"
        if not os.path.exists(path) and not compile_reference(f"{folder}/{SOURCE}", folder, device):
            raise RuntimeError(f"expected {path}, or a compiler to make it with")
        torch.zeros(1, device=device)
        self.torch, self.device = torch, device
        self.functions = CudaFunctions(path) if device == "cuda" else CpuFunctions(path)

    def __call__(self, x, w, geometry):
        """`x` is NGCHW, `w` GFCRS, both f32 or f64; `geometry` has height and width of
        the result, strides, dilations, padding above and on the left. Returns value,
        magnitude and loop, all NGFHW."""
        torch = self.torch
        n, g, c, height, width = x.shape
        f, rows, columns = w.shape[1], w.shape[3], w.shape[4]
        shape = (n, g, f, geometry[0], geometry[1])
        numbers = [n, g, c, f, height, width, rows, columns, *geometry]
        p = torch.tensor(numbers, dtype=torch.int32, device=self.device)
        value = torch.empty(shape, dtype=torch.float64, device=self.device)
        magnitude, loop = torch.empty_like(value), torch.empty(shape, dtype=x.dtype, device=self.device)
        name = "reference_f64" if x.dtype == torch.float64 else "reference_f32"
        self.functions.call(name, [x, w, value, magnitude, loop, p], math.prod(shape))
        return value, magnitude, loop
