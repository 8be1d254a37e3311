# RUN: %python %s %convoy_obj/unittests/Runtime/FixtureArtefact.so %t
# REQUIRES: numpy
"""python/convoy on an artefact written by hand."""

import gc
import sys
import threading
import unittest

import convoy
import numpy as np

ARTEFACT, SCRATCH = sys.argv.pop(1), sys.argv.pop(1)


class Dlpack:
    """A tensor of a library that knows nothing but DLPack."""

    def __init__(self, array, device=(1, 0)):
        self.array, self.device = array, device

    def __dlpack__(self, **keywords):
        return self.array.__dlpack__(**keywords)

    def __dlpack_device__(self):
        return self.device


class PythonTest(unittest.TestCase):
    def setUp(self):
        self.model = convoy.load(ARTEFACT)
        self.x = np.arange(12, dtype=np.float32).reshape(3, 4)

    def refuses(self, message, function, *arguments, **keywords):
        with self.assertRaisesRegex(convoy.Error, message):
            function(*arguments, **keywords)

    def test_calls_on_numpy(self):
        y = self.model(self.x)
        self.assertIsInstance(y, np.ndarray)
        self.assertTrue(y.flags.writeable)
        np.testing.assert_array_equal(y, 2 * self.x + 1)

    def test_calls_on_dlpack(self):
        y = self.model(Dlpack(self.x))
        self.assertIsInstance(y, convoy.Tensor)
        self.assertEqual((y.shape, y.dtype), ((3, 4), "float32"))
        np.testing.assert_array_equal(np.from_dlpack(y), 2 * self.x + 1)

    def test_calls_on_its_own_results(self):
        y = self.model(self.model(Dlpack(self.x)))
        np.testing.assert_array_equal(np.from_dlpack(y), 4 * self.x + 3)

    def test_calls_on_read_only_and_empty_arrays(self):
        self.x.flags.writeable = False
        np.testing.assert_array_equal(self.model(self.x), 2 * self.x + 1)
        self.assertEqual(self.model(np.empty((0, 4), np.float32)).shape, (0, 4))

    def test_writes_into_given_tensors(self):
        y = np.empty((3, 4), np.float32)
        self.assertIs(self.model(self.x, out=y), y)
        np.testing.assert_array_equal(y, 2 * self.x + 1)
        self.refuses("expected shape 3x4, found 2x4", self.model, self.x, out=y[:2])
        self.refuses("overlaps input 0", self.model, self.x, out=self.x)

    def test_knows_every_type(self):
        values = [
            np.array([0, 1, 2], dtype)
            for dtype in "f8 f4 f2 f4 i8 i4 i2 i1 u1 ?".split()
        ]
        values[3] = convoy_bfloat16()
        results = self.model["types"](*values)
        self.assertEqual(len(results), 10)
        for value, result in zip(values, results):
            if isinstance(value, convoy.Tensor):
                self.assertEqual(result.dtype, "bfloat16")
            else:
                self.assertEqual(result.dtype, value.dtype)
                np.testing.assert_array_equal(result, value)

    def test_lists_entries(self):
        self.assertIn("main__f64", self.model)
        self.assertEqual(len(self.model), len(list(self.model)))
        self.assertEqual(self.model["main"].manifest["entry"], "main")
        self.assertIn("main", repr(self.model))
        constant = self.model["constant"]()
        self.assertEqual((constant.shape, constant.dtype), ((), "float32"))

    def test_shares_and_frees_memory(self):
        from convoy import _tensor

        y = self.model(Dlpack(self.x))
        first, second = np.from_dlpack(y), np.from_dlpack(y)
        y.__dlpack__()  # nobody takes this one
        gc.collect()
        self.assertEqual(len(_tensor._exported), 2)
        del y, first
        gc.collect()
        np.testing.assert_array_equal(second, 2 * self.x + 1)
        del second
        gc.collect()
        self.assertEqual(len(_tensor._exported), 0)

    def test_calls_from_threads(self):
        failures = []

        def work(seed):
            x = np.random.default_rng(seed).random((50 + seed, 4), np.float32)
            for _ in range(200):
                if not np.array_equal(self.model(x), 2 * x + 1):
                    failures.append(seed)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_refuses_what_does_not_fit(self):
        model = self.model
        self.refuses("expected float32, found float64", model, self.x.astype("f8"))
        self.refuses(r"expected shape \?x4, found 4x3", model, self.x.reshape(4, 3))
        self.refuses("expected rank 2", model, self.x.ravel())
        self.refuses("expected 1 inputs, found 2", model, self.x, self.x)
        transposed = np.zeros((4, 4), np.float32)[:, ::-1]
        self.refuses("expected a contiguous row-major tensor", model, transposed)
        self.refuses("machine's byte order", model, self.x.astype(">f4"))
        self.refuses("expected a tensor that speaks DLPack", model, [1.0, 2.0])
        self.refuses("found device type 2", model, Dlpack(self.x, (2, 0)))
        self.refuses("has no entry 'forward'", lambda: model["forward"])

    def test_refuses_other_files(self):
        with self.assertRaises(FileNotFoundError):
            convoy.load(SCRATCH + ".missing.so")
        for name, content, message in [
            ("empty", b"", "expected a shared object"),
            ("text", b"int main;", "expected a shared object"),
            ("half", open(ARTEFACT, "rb").read()[:5000], "is truncated"),
        ]:
            path = f"{SCRATCH}.{name}.so"
            with open(path, "wb") as file:
                file.write(content)
            self.refuses(message, convoy.load, path)
        import _ctypes

        self.refuses("is not a Convoy artefact", convoy.load, _ctypes.__file__)


def convoy_bfloat16():
    """numpy has no bfloat16: a tensor of our own stands in."""
    from convoy import _abi

    return convoy.Tensor(_abi.DataType(_abi.CODE_BFLOAT, 16, 1), (3,))


if __name__ == "__main__":
    unittest.main()
