"""The element types of programs: what numbers they hold, and how."""

import numpy as np


class Format:
    """A float type of `precision` bits. Numbers are float64 arrays throughout, rounded
    to what the type can hold; `store` and `load` go to and from memory."""

    def __init__(self, name, precision, memory):
        self.name, self.memory = name, memory
        # Half the distance between 1 and the next number.
        self.roundoff = 2.0**-precision

    def round(self, values):
        return self.load(self.store(values))

    def store(self, values):
        return np.array(values, self.memory, order="C")

    def load(self, stored):
        return np.asarray(stored, np.float64)


class BFloat(Format):
    """numpy has no bf16: its memory is the upper half of a float32."""

    def store(self, values):
        bits = np.array(values, np.float32, order="C").view(np.uint32).astype(np.int64)
        return np.asarray((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16, np.uint16)

    def load(self, stored):
        bits = np.asarray(np.asarray(stored, np.uint32) << 16, np.uint32)
        return bits.view(np.float32).astype(np.float64)


F32 = Format("f32", 24, np.float32)
F16 = Format("f16", 11, np.float16)
BF16 = BFloat("bf16", 8, np.uint16)


class ProgramType:
    """The types along a program: what the convolution multiplies, in what it adds up,
    in what the steps behind it compute, and what the program returns."""

    def __init__(self, operands, accumulator, steps, result):
        self.operands, self.accumulator = operands, accumulator
        self.steps, self.result = steps, result


PROGRAM_TYPES = {
    "f32": ProgramType(F32, F32, F32, F32),
    "f16": ProgramType(F16, F16, F16, F16),
    "bf16": ProgramType(BF16, BF16, BF16, BF16),
    # Narrow operands, a wide accumulator and wide steps.
    "mixed-f16": ProgramType(F16, F32, F32, F32),
    "mixed-bf16": ProgramType(BF16, F32, F32, F32),
    # The accumulator is rounded in front of the steps.
    "narrowed-f16": ProgramType(F16, F32, F16, F16),
    "narrowed-bf16": ProgramType(BF16, F32, BF16, BF16),
    # Narrow convolutions between which the steps compute in f32.
    "widened-f16": ProgramType(F16, F16, F32, F16),
}
