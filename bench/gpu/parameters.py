# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The filter and the bias of a layer, the same numbers where it is compiled and
where it is measured. Needs nothing but Python.

A filter consists of 4 different random numbers, with all bits of their type, in
random order: so the artefacts that hold the filters of a sweep as constants can be
packed into a tenth of their size.
"""

import random
import struct

DISTINCT = 4
SEED = 0


def bits_of(number, type_):
    """Of the number rounded to the type, little-endian."""
    if type_ == "f32":
        return struct.pack("<f", number)
    if type_ == "f16":
        return struct.pack("<e", number)
    (word,) = struct.unpack("<I", struct.pack("<f", number))
    return struct.pack("<H", (word + 0x7FFF + (word >> 16 & 1)) >> 16)


def number_of(bits, type_):
    if type_ == "bf16":
        return struct.unpack("<f", b"\0\0" + bits)[0]
    return struct.unpack({"f32": "<f", "f16": "<e"}[type_], bits)[0]


def filter_choices(layer):
    """For each weight, which of the numbers it is, as bytes."""
    count = layer["k"] * layer["c"] * layer["r"] * layer["s"]
    choices = random.Random(SEED).randbytes(count)
    return choices.translate(bytes(value % DISTINCT for value in range(256)))


def filter_numbers(layer, type_):
    """The numbers, as bytes of the type. Results are about as large as inputs."""
    rng = random.Random(SEED + 1)
    deviation = (layer["c"] * layer["r"] * layer["s"]) ** -0.5
    return [bits_of(rng.gauss(0, deviation), type_) for _ in range(DISTINCT)]


def bias_numbers(layer, type_):
    """In f32, numbers that the type has too."""
    rng = random.Random(SEED + 2)
    return [number_of(bits_of(rng.gauss(0, 1), type_), type_) for _ in range(layer["k"])]


def filter_blob(layer, type_):
    numbers = filter_numbers(layer, type_)
    return b"".join(map(numbers.__getitem__, filter_choices(layer)))


def bias_blob(layer, type_):
    return b"".join(struct.pack("<f", number) for number in bias_numbers(layer, type_))
