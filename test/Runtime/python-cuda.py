# RUN: env CONVOY_LIBCUDA=%convoy_obj/unittests/Runtime/FakeCuda.so \
# RUN:   %python %s %convoy_obj/unittests/Runtime/FixtureCudaFaults.so
# REQUIRES: numpy
"""python/convoy on CUDA tensors, with a driver and a torch that need no GPU: on
which stream a call runs, where results and workspaces come from, what is refused."""

import ctypes
import os
import sys
import types
import unittest

import convoy
import numpy as np
from convoy import _abi, _tensor

ARTEFACT = sys.argv.pop(1)

driver = ctypes.CDLL(os.environ["CONVOY_LIBCUDA"])


def must(result):
    assert result == 0, result


class Memory:
    """Of the fake device."""

    def __init__(self, byte_count):
        address = ctypes.c_uint64()
        must(driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(max(byte_count, 1))))
        self.address, self.byte_count = address.value, byte_count

    def __del__(self):
        driver.cuMemFree_v2(ctypes.c_uint64(self.address))


class FakeTensor:
    """As much of torch.Tensor as is needed, on the fake device."""

    made = []

    def __init__(self, shape, dtype=np.float32):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.memory = Memory(int(np.prod(self.shape)) * self.dtype.itemsize)
        self.device, self.streams = "cuda:0", []
        FakeTensor.made.append(self)

    @classmethod
    def of(cls, array):
        tensor = cls(array.shape, array.dtype)
        must(driver.cuMemcpyHtoD_v2(ctypes.c_uint64(tensor.data_ptr()), array.ctypes.data_as(ctypes.c_void_p), array.nbytes))
        return tensor

    def numpy(self):
        array = np.empty(self.shape, self.dtype)
        must(driver.cuMemcpyDtoH_v2(array.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint64(self.data_ptr()), array.nbytes))
        return array

    def data_ptr(self):
        return self.memory.address

    def zero_(self):
        must(driver.cuMemsetD8_v2(ctypes.c_uint64(self.data_ptr()), 0, ctypes.c_size_t(self.memory.byte_count)))

    def __dlpack_device__(self):
        return (_abi.DEVICE_CUDA, 0)

    def __dlpack__(self, *, stream):
        self.streams.append(stream)
        self.dims = (ctypes.c_int64 * len(self.shape))(*self.shape)
        self.managed = _abi.DLManagedTensor()
        view = self.managed.dl_tensor
        view.data, view.ndim, view.shape = self.data_ptr(), len(self.shape), self.dims
        view.device = _abi.Device(_abi.DEVICE_CUDA, 0)
        view.dtype = _abi.DataType(_abi.CODE_FLOAT, 8 * self.dtype.itemsize, 1)
        return _tensor._python.PyCapsule_New(ctypes.addressof(self.managed), b"dltensor", None)


torch = types.ModuleType("torch")
torch.float32, torch.uint8 = np.float32, np.uint8
torch.empty = lambda shape, dtype, device: FakeTensor(shape, dtype)
torch.stream = 0
torch.cuda = types.SimpleNamespace(current_stream=lambda index: types.SimpleNamespace(cuda_stream=torch.stream))
FakeTensor.__module__ = "torch"
sys.modules["torch"] = torch


class CudaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = ctypes.c_void_p()
        must(driver.cuInit(0))
        must(driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0))
        must(driver.cuCtxPushCurrent_v2(context))
        cls.context = context

    def setUp(self):
        torch.stream = 0
        self.model = convoy.load(ARTEFACT)
        self.array = np.arange(12, dtype=np.float32).reshape(3, 4)
        self.x = FakeTensor.of(self.array)

    def test_calls_with_results_of_the_library(self):
        y = self.model(self.x)
        self.assertIsInstance(y, FakeTensor)
        np.testing.assert_array_equal(y.numpy(), 2 * self.array + 1)

    def test_writes_into_given_tensors(self):
        y = FakeTensor((3, 4))
        self.assertIs(self.model(self.x, out=y), y)
        np.testing.assert_array_equal(y.numpy(), 2 * self.array + 1)

    def test_counts_launches(self):
        before = self.model.launch_count
        self.model(self.x)
        self.model(self.x)
        self.assertEqual(self.model.launch_count, before + 2)

    def test_runs_on_the_current_stream(self):
        stream = ctypes.c_void_p()
        must(driver.cuStreamCreate(ctypes.byref(stream), 1))
        torch.stream = stream.value
        y, untouched = self.model(self.x), FakeTensor.of(np.zeros((3, 4), np.float32))
        # A stream that is captured starts nothing.
        must(driver.cuStreamBeginCapture_v2(stream, 0))
        captured = self.model(self.x, out=untouched)
        graph = ctypes.c_void_p()
        must(driver.cuStreamEndCapture(stream, ctypes.byref(graph)))
        self.assertFalse(captured.numpy().any())
        np.testing.assert_array_equal(y.numpy(), 2 * self.array + 1)
        self.assertEqual(set(self.x.streams), {stream.value})

    def test_names_the_legacy_default_stream(self):
        self.model(self.x)
        self.assertEqual(self.x.streams, [1])

    def test_keeps_a_workspace_for_each_stream(self):
        entry = self.model["main"]
        y = FakeTensor((3, 4))
        entry(self.x, out=y)
        made = len(FakeTensor.made)
        entry(self.x, out=y)
        self.assertEqual(len(FakeTensor.made), made)
        stream = ctypes.c_void_p()
        must(driver.cuStreamCreate(ctypes.byref(stream), 1))
        torch.stream = stream.value
        entry(self.x, out=y)
        self.assertEqual(len(FakeTensor.made), made + 1)

    def test_refuses_tensors_of_another_device(self):
        with self.assertRaisesRegex(convoy.Error, r"expected a tensor on a CUDA device .* found device type 1"):
            self.model(self.array)
        with self.assertRaisesRegex(convoy.Error, r"expected a tensor on the CPU .* found device type 2"):
            self.model["main__unfused"](self.x)

    def test_needs_out_where_no_library_has_memory(self):
        class Other(FakeTensor):
            __module__ = "other"

        with self.assertRaisesRegex(convoy.Error, "expected out= for a float32 result .* found other"):
            self.model(Other.of(self.array))

    def test_runs_the_references_on_the_cpu(self):
        np.testing.assert_array_equal(self.model["main__unfused"](self.array), 2 * self.array + 1)


if __name__ == "__main__":
    unittest.main()
