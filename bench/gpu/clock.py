# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long something takes on the GPU, and how fast this GPU is at all."""

import statistics
import time

import torch
import triton
import triton.language as tl

import tensors

FLUSH_BYTES = 256 << 20
# Size of the matrix products that give the tensor cores' rate.
MATRIX = 8192


class Clock:
    """Times functions whose work is on the GPU, with a cold L2 cache."""

    def __init__(self, options):
        self.warm, self.timed = options.warm, options.timed
        self.flush = torch.empty(FLUSH_BYTES // 4, dtype=torch.int32, device="cuda")

    def run(self, function, count):
        for _ in range(count):
            self.flush.zero_()
            function()

    def measure(self, function, more=1):
        """Median and minimum in ms, rounded to a hundred nanoseconds; of so many times
        the runs."""
        function()
        torch.cuda.synchronize()
        begin = time.perf_counter()
        self.run(function, self.warm)
        host = (time.perf_counter() - begin) / self.warm
        events = [(torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)) for _ in range(more * self.timed)]
        # The device waits until the host has asked for everything: cycles of at most 2 GHz.
        torch.cuda._sleep(int(2e9 * min(1.5 * host * len(events), 0.1)))
        for start, end in events:
            self.flush.zero_()
            start.record()
            function()
            end.record()
        torch.cuda.synchronize()
        times = sorted(start.elapsed_time(end) for start, end in events)
        return {"ms": round(statistics.median(times), 4), "min": round(times[0], 4)}


@triton.jit
def move_in_order(source, target, reads, writes, BLOCK: tl.constexpr):
    """Reads and writes so many blocks of 8-byte words; program i its share of both."""
    # Products of two numbers of blocks need 64 bits.
    program, programs = tl.program_id(0).to(tl.int64), tl.num_programs(0)
    lanes = tl.arange(0, BLOCK)
    words = tl.zeros((BLOCK,), tl.int64)
    for i in range(program * reads // programs, (program + 1) * reads // programs):
        words += tl.load(source + i * BLOCK + lanes)
    for i in range(program * writes // programs, (program + 1) * writes // programs):
        tl.store(target + i * BLOCK + lanes, words)


@triton.jit
def move_reads_first(source, target, reads, writes, BLOCK: tl.constexpr):
    """The same, all reads before the writes, in strides of all programs."""
    program, programs = tl.program_id(0), tl.num_programs(0)
    lanes = tl.arange(0, BLOCK)
    words = tl.zeros((BLOCK,), tl.int64)
    for i in range(program, reads, programs):
        words += tl.load(source + i * BLOCK + lanes)
    for i in range(program, writes, programs):
        tl.store(target + i * BLOCK + lanes, words)


def measure_floor(clock, read_bytes, write_bytes):
    """The faster of the two. Whole blocks, the last one filled up."""
    block = 512
    reads, writes = (triton.cdiv(count, 8 * block) for count in (read_bytes, write_bytes))
    source = torch.randint(1 << 60, (reads * block,), dtype=torch.int64, device="cuda")
    target = torch.empty(writes * block, dtype=torch.int64, device="cuda")
    processors = torch.cuda.get_device_properties(0).multi_processor_count
    blocks = max(reads, writes)
    found = [
        clock.measure(lambda: kernel[(programs,)](source, target, reads, writes, block))
        for kernel, programs in ((move_in_order, blocks), (move_reads_first, min(blocks, 16 * processors)))
    ]
    return min(found, key=lambda each: each["ms"])


def measure_ceilings(clock):
    """Rates of the machine: TFLOP/s of matrix products, GB/s of a copy."""
    ceilings = {}
    for name in ("f16", "bf16", "tf32", "strict"):
        tensors.allow_tf32(name == "tf32")
        a, b = (torch.randn(MATRIX, MATRIX, device="cuda").to(tensors.DTYPES[name]) for _ in range(2))
        time_ = clock.measure(lambda: torch.matmul(a, b))
        ceilings[f"{name}TeraflopsPerSecond"] = round(2 * MATRIX**3 / time_["ms"] * 1e-9, 1)
    copied = measure_floor(clock, 1 << 29, 1 << 29)
    ceilings["copyGigabytesPerSecond"] = round((1 << 30) / copied["ms"] * 1e-6)
    return ceilings
