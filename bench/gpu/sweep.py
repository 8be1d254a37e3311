#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures the layers of layers.json, and the headline model, on the GPU of this
machine: Convoy's artefacts, as build-sweep.py made them, and what PyTorch offers.

    sweep.py [--results sweep.json] [--only REGEX] [--seconds 400]
             [--compile-seconds 0] [--parts convoy,peers,compile] [--again]

Runs in the folder that build-sweep.py made. For each layer (bias and ReLU in all of
them) and precision (f32 strict, f32 with tf32 products, f16, bf16):

    convoy          the artefact, NCHW, with filter and bias constants of it, as for
                    inference; held against float64 on the device
    arguments       the artefact that takes filter and bias with each call; all
                    that it does to the filter, in a kernel of its own too, counts
    floor           a kernel that only reads and writes as many bytes
    eager           conv2d with folded bias, ReLU in place; NCHW and channels last
    fused           cuDNN's one kernel of convolution, bias, ReLU; both layouts
    compiled        torch.compile, max-autotune; both layouts

A figure is the median of --timed runs after --warm ones, between events, 256 MB
written before each; the host is ahead of the device, so that launches cost nobody
anything. cuDNN tries its algorithms before (torch.backends.cudnn.benchmark).
torch.compile works in processes beside each other, one at a time on the GPU.

What is measured is written to the results after each layer, and not measured
again in a later run unless --again says so, but only on the same kind of GPU. No
part starts anything after its --seconds. Artefacts run in a process of their own,
and what is left after one that dies, in another one.
"""

import argparse
import datetime
import hashlib
import json
import multiprocessing
import os
import platform
import queue
import re
import signal
import statistics
import subprocess
import sys
import time

# One process, one compiling thread: the processes are what is parallel.
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"

import torch  # noqa: E402
import triton  # noqa: E402
import triton.language as tl  # noqa: E402

import parameters  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/python")
SEED = 0
FLUSH_BYTES = 256 << 20
DTYPES = {"strict": torch.float32, "tf32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
TYPES = {"strict": "f32", "tf32": "f32", "f16": "f16", "bf16": "bf16"}
# What the results call an artefact, and its kind, the folder that it is in.
KINDS = {"convoy": "constants", "arguments": "arguments"}
LAYOUTS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}

# The error of a result y = relu(b + sum x w) is measured in units of
# s = |b| + sum |x||w|. Root mean square over all of the layer at most: for strict
# twice the rounding error of one f32, which a sum of rounded products stays below
# by far, for the others the rounding of a factor or of the result. A single error
# may be 16 times that.
MOST_ERROR = {"strict": 2.0**-23, "tf32": 2.0**-11, "f16": 2.0**-11, "bf16": 2.0**-8}
MOST_SINGLE = 16

# What measures one artefact hangs if it takes so many seconds.
SECONDS_OF_ONE = 8

# Exit status of a process that has lost the device.
LOST = 3

# Of a peer's result, whose errors are only told.
CHECKED_IMAGES = 4

# Size of the matrix products that give the tensor cores' rate.
MATRIX = 8192


# -- time


class Clock:
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


# -- limits


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
        allow_tf32(name == "tf32")
        a, b = (torch.randn(MATRIX, MATRIX, device="cuda").to(DTYPES[name]) for _ in range(2))
        time_ = clock.measure(lambda: torch.matmul(a, b))
        ceilings[f"{name}TeraflopsPerSecond"] = round(2 * MATRIX**3 / time_["ms"] * 1e-9, 1)
    copied = measure_floor(clock, 1 << 29, 1 << 29)
    ceilings["copyGigabytesPerSecond"] = round((1 << 30) / copied["ms"] * 1e-6)
    return ceilings


# -- layers


def allow_tf32(allowed):
    # Templates of torch.compile look at this one.
    torch.backends.cudnn.fp32_precision = "tf32" if allowed else "none"
    torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cuda.matmul.allow_tf32 = allowed


class Tensors:
    """Image, filter and bias of a layer: the same numbers wherever it is measured."""

    def __init__(self, layer, precision, layout="nchw"):
        generator = torch.Generator(device="cuda").manual_seed(SEED)
        dtype, type_ = DTYPES[precision], TYPES[precision]
        x = torch.randn(layer["n"], layer["c"], layer["h"], layer["w"], generator=generator, device="cuda")
        w = torch.frombuffer(bytearray(parameters.filter_blob(layer, type_)), dtype=dtype).cuda()
        w = w.view(layer["k"], layer["c"], layer["r"], layer["s"])
        self.x, self.w = (t.to(dtype).to(memory_format=LAYOUTS[layout]) for t in (x, w))
        self.b = torch.tensor(parameters.bias_numbers(layer, type_), device="cuda", dtype=dtype)
        self.options = {key: tuple(layer[key]) for key in ("stride", "padding", "dilation")}

    def empty_result(self):
        """Poisoned, NCHW."""
        sizes = torch.nn.functional.conv2d(self.x.to("meta"), self.w.to("meta"), **self.options).shape
        return torch.full(sizes, float("nan"), dtype=self.x.dtype, device="cuda")

    def eager(self):
        return torch.nn.functional.conv2d(self.x, self.w, self.b, **self.options).relu_()

    def fused(self):
        options = self.options
        return torch.cudnn_convolution_relu(
            self.x, self.w, self.b, options["stride"], options["padding"], options["dilation"], 1
        )


def flops_of(tensors, y):
    return 2 * y.numel() * tensors.w[0].numel()


def errors_of(tensors, results):
    """Of each result, which may be of the first images alone, the errors in units of
    s, root mean square and largest, held against float64. Images are taken a few at
    a time."""
    w, b = tensors.w.double(), tensors.b.double()
    squares, largest, count = [0.0] * len(results), [0.0] * len(results), 0
    images = max(1, (1 << 27) // max(tensors.x[0].numel(), results[0][0].numel()))
    conv = torch.nn.functional.conv2d
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, allow_tf32=False):
        for first in range(0, results[0].shape[0], images):
            x = tensors.x[first : min(first + images, results[0].shape[0])].double()
            want = conv(x, w, b, **tensors.options).relu_()
            scale = conv(x.abs(), w.abs(), b.abs(), **tensors.options)
            count += want.numel()
            for i, y in enumerate(results):
                error = (y[first : first + images].double() - want).abs_() / scale
                squares[i] += (error * error).sum()
                largest[i] = torch.maximum(torch.as_tensor(largest[i], device="cuda"), error.max())
    return [(float(s / count) ** 0.5, float(m)) for s, m in zip(squares, largest)]


# -- Convoy


def load_artefact(name):
    import convoy

    path = f"{HERE}/artefacts/{name}.so"
    return convoy.load(path) if os.path.exists(path) else None


def measure_convoy(clock, report, layer, precision):
    """Times and errors of both kinds of artefact, and the floor."""
    tensors = Tensors(layer, precision)
    y = tensors.empty_result()
    moved = [t.numel() * t.element_size() for t in (tensors.x, tensors.w, tensors.b, y)]
    floor = measure_floor(clock, sum(moved[:3]), moved[3])
    report.row(layer["name"], precision).update(floor=floor, bytes=sum(moved), flops=flops_of(tensors, y))
    results = {}
    for kind in KINDS:
        row, result = measure_artefact(clock, report, f"{layer['name']}-{precision}", kind, tensors, y)
        report.row(layer["name"], precision)[kind] = row
        if result is not None:
            results[kind] = result
        elif device_is_lost():
            report.write()
            sys.exit(LOST)
    limit = MOST_ERROR[precision]
    for kind, (mean, most) in zip(results, errors_of(tensors, list(results.values())) if results else []):
        # NaN, which poison is, holds nothing.
        holds = mean <= limit and most <= MOST_SINGLE * limit
        report.row(layer["name"], precision)[kind].update(errors_in_short(mean, most), limit=limit, holds=holds)


def errors_in_short(mean, most):
    return {"rms": float(f"{mean:.3g}"), "most": float(f"{most:.3g}")}


def measure_artefact(clock, report, name, kind, tensors, y):
    """What the report says of it, and its result."""
    name = f"{KINDS[kind]}/{name}"
    artefact = load_artefact(name)
    if artefact is None:
        return {"error": report.built(name).get("error", "no artefact")}, None
    inputs = [tensors.x] + ([tensors.w, tensors.b.float()] if kind == "arguments" else [])
    try:
        result = artefact(*inputs, out=torch.full_like(y, float("nan")))
        row = clock.measure(lambda: artefact(*inputs, out=y))
    except Exception as error:  # What one artefact does must not end the sweep.
        return {"error": f"{type(error).__name__}: {error}"[:300]}, None
    row["launches"] = launches(artefact, inputs, y)
    row.update(report.built(name))
    return row, result


def device_is_lost():
    """To this process: nothing that it asks for is done any more."""
    try:
        torch.cuda.synchronize()
        return False
    except RuntimeError:
        return True


def launches(artefact, inputs, y):
    """Kernels that one call starts."""
    before = artefact.launch_count
    artefact(*inputs, out=y)
    return artefact.launch_count - before


def part_convoy(clock, report, layers):
    for layer in layers:
        for precision in DTYPES:
            if report.wants(layer["name"], precision, "convoy") and not report.late():
                report.expect_death(report.row(layer["name"], precision), "convoy")
                measure_convoy(clock, report, layer, precision)
        signal.alarm(0)
        report.write()
        report.print_layer(layer["name"], tuple(KINDS))
    measure_models(clock, report)
    signal.alarm(0)
    report.write()


def measure_models(clock, report):
    """The headline model as every artefact of the folder has it."""
    for name in report.models():
        kind, precision = name.rsplit("-", 1)
        artefact = load_artefact(f"models/{name}")
        if artefact is None or not report.wants_model(kind, precision):
            continue
        models = report.data["models"].setdefault(precision, {})
        report.expect_death(models, kind)
        torch.manual_seed(SEED)
        inputs = []
        for each in artefact["main"].manifest["inputs"]:
            # Variances have to be positive.
            inputs.append(torch.rand(each["shape"], device="cuda").add_(0.5).to(getattr(torch, each["dtype"])))
        y = artefact(*inputs)
        # Their targets are a few percent from what is measured.
        row = clock.measure(lambda: artefact(*inputs, out=y), more=5)
        row["launches"] = launches(artefact, inputs, y)
        print(f"model, {kind}, {precision}: {row}", flush=True)
        row.update(report.built(f"models/{name}"))
        models[kind] = row


# -- peers


def part_peers(clock, report, layers):
    torch.backends.cudnn.benchmark = True
    for layer in layers:
        begin = time.perf_counter()
        for precision in DTYPES:
            allow_tf32(precision == "tf32")
            for layout in LAYOUTS:
                names = [f"{kind}_{layout}" for kind in ("eager", "fused")]
                todo = [n for n in names if report.wants(layer["name"], precision, n)]
                if not todo or report.late():
                    continue
                tensors = Tensors(layer, precision, layout)
                for name in todo:
                    function = getattr(tensors, name.split("_")[0])
                    report.row(layer["name"], precision)[name] = measure_peer(clock, tensors, function)
        report.write()
        report.print_layer(layer["name"], ("eager_nchw", "fused_nchw", "eager_nhwc", "fused_nhwc"))
        print(f"  took {time.perf_counter() - begin:.1f} s", flush=True)


def measure_peer(clock, tensors, function):
    try:
        row = clock.measure(function)
        (errors,) = errors_of(tensors, [function()[:CHECKED_IMAGES]])
        return {**row, **errors_in_short(*errors)}
    except RuntimeError as error:
        return {"error": str(error).splitlines()[0][:200]}


# -- torch.compile


class Layer(torch.nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.weight, self.bias = torch.nn.Parameter(tensors.w), torch.nn.Parameter(tensors.b)
        self.options = tensors.options

    def forward(self, x):
        return torch.relu(torch.nn.functional.conv2d(x, self.weight, self.bias, **self.options))


def choose_one_at_a_time(lock):
    """What torch.compile times while it chooses, it times alone on the GPU."""
    from torch._inductor.select_algorithm import AlgorithmSelectorCache

    benchmark = AlgorithmSelectorCache.benchmark_choices.__func__

    def alone(cls, *arguments, **keywords):
        with lock:
            return benchmark(cls, *arguments, **keywords)

    AlgorithmSelectorCache.benchmark_choices = classmethod(alone)


def compile_worker(options, tasks, results, lock, go):
    with open(f"{options.results}.log", "a") as log:
        # What the compiler says of its choices.
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    choose_one_at_a_time(lock)
    torch.backends.cudnn.benchmark = True
    go.wait()
    clock = Clock(options)
    while True:
        layer, precision, layout = tasks.get()
        begin = time.perf_counter()
        try:
            found = compile_and_measure(clock, layer, precision, layout, lock)
        except Exception as error:  # The compiler's own errors are of many types.
            found = {"error": f"{type(error).__name__}: {error}"[:200]}
        results.put((layer["name"], precision, f"compiled_{layout}", found, time.perf_counter() - begin))


class CompileWorkers:
    """Processes that have loaded all they need, and wait."""

    def __init__(self, options):
        context = multiprocessing.get_context("spawn")
        self.tasks, self.results = context.Queue(), context.Queue()
        self.lock, self.go = context.Lock(), context.Event()
        arguments = (options, self.tasks, self.results, self.lock, self.go)
        self.processes = [
            context.Process(target=compile_worker, args=arguments, daemon=True) for _ in range(options.workers)
        ]
        for process in self.processes:
            process.start()

    def run(self, tasks, seconds):
        """Results as they come, in the order of the tasks or nearly."""
        for task in tasks:
            self.tasks.put(task)
        self.go.set()
        deadline, left = time.time() + seconds, len(tasks)
        while left and time.time() < deadline and any(process.is_alive() for process in self.processes):
            try:
                yield self.results.get(timeout=1)
                left -= 1
            except queue.Empty:
                pass

    def end(self):
        for process in self.processes:
            process.kill()


@torch.no_grad()
def compile_and_measure(clock, layer, precision, layout, lock):
    allow_tf32(precision == "tf32")
    torch._dynamo.reset()
    with lock:
        tensors = Tensors(layer, precision, layout)
        torch.cuda.synchronize()
    model = torch.compile(Layer(tensors).eval(), mode="max-autotune-no-cudagraphs", dynamic=False)
    model(tensors.x)
    with lock:
        found = clock.measure(lambda: model(tensors.x))
    del model, tensors
    torch.cuda.empty_cache()
    return found


def part_compile(report, layers, workers, seconds_at_most):
    torch.cuda.empty_cache()
    # NCHW, which Convoy is held against, first; strict f32, where it was never the
    # best peer, last.
    wanted = [
        (layer, precision, layout)
        for layout in LAYOUTS
        for precisions in (["f16", "bf16", "tf32"], ["strict"])
        for layer in layers
        for precision in precisions
        if report.wants(layer["name"], precision, f"compiled_{layout}")
    ]
    count = 0
    for name, precision, kind, found, seconds in workers.run(wanted, seconds_at_most):
        report.row(name, precision)[kind] = found
        report.write()
        count += 1
        print(f"{name} {precision} {kind}: {found} ({seconds:.0f} s)", flush=True)
    print(f"compiled: {count} of {len(wanted)}", flush=True)


# -- the report


class Report:
    """The results, which grow from run to run."""

    def __init__(self, options, layers_hash):
        self.path = options.results
        self.deadline = time.time() + options.seconds
        self.build = read_json(f"{HERE}/build.json")
        header = self.header(options, layers_hash)
        self.data = {**header, "ceilings": {}, "models": {}, "layers": {}}
        if os.path.exists(self.path):
            old = read_json(self.path)
            for key in ("layersSha256", "machine"):
                if old[key] != header[key]:
                    sys.exit(f"sweep.py: error: {self.path} was measured with {key} {old[key]}, here it is {header[key]}")
            self.data = {**old, **header}

    def header(self, options, layers_hash):
        device = torch.cuda.get_device_properties(0)
        return {
            "date": datetime.date.today().isoformat(),
            "seed": SEED,
            "layersSha256": layers_hash,
            "compiler": self.build["compiler"],
            "machine": {"gpu": device.name, "multiprocessors": device.multi_processor_count, "l2Bytes": device.L2_cache_size},
            "versions": {
                "torch": torch.__version__,
                "cuda": torch.version.cuda,
                "cudnn": torch.backends.cudnn.version(),
                "triton": triton.__version__,
                "python": platform.python_version(),
            },
            "method": {"warm": options.warm, "timed": options.timed, "flushBytes": FLUSH_BYTES},
        }

    def built(self, name):
        return self.build["artefacts"].get(name, {})

    def models(self):
        return [name.split("/")[1] for name in self.build["artefacts"] if name.startswith("models/")]

    def row(self, layer, precision):
        return self.data["layers"].setdefault(layer, {}).setdefault(precision, {})

    def wants(self, layer, precision, what):
        return what not in self.row(layer, precision)

    def wants_model(self, kind, precision):
        return kind not in self.data["models"].get(precision, {})

    def forget(self, layers, parts):
        """What the parts measure of the layers."""
        kinds = {"convoy": list(KINDS), "peers": ["eager", "fused"], "compile": ["compiled"]}
        gone = [kind for part in parts for kind in kinds[part]]
        for layer in layers:
            for precision in DTYPES:
                row = self.row(layer["name"], precision)
                for what in [what for what in row if what.split("_")[0] in gone]:
                    del row[what]
        if "convoy" in parts:
            self.data["models"] = {}
        self.data["ceilings"] = {}
        self.write()

    def expect_death(self, row, what):
        """Says now that the process died while it measured this, in case it does; it
        does where that takes too long."""
        row[what] = {"error": "the process that measured it died"}
        self.write()
        signal.alarm(SECONDS_OF_ONE)

    def late(self):
        return time.time() > self.deadline

    def write(self):
        with open(self.path + ".new", "w") as file:
            file.write(to_text(self.data))
        os.replace(self.path + ".new", self.path)

    def print_layer(self, name, kinds):
        for precision, row in self.data["layers"].get(name, {}).items():
            words = [f"{k} {row[k].get('ms', row[k].get('error'))}" for k in (*kinds, "floor") if k in row]
            extra = row.get("convoy", {})
            if "convoy" in kinds and "rms" in extra:
                words.append(f"rms {extra['rms']:.2e} most {extra['most']:.2e}{'' if extra['holds'] else ' DOES NOT HOLD'}")
            print(f"{name:<36} {precision:<6} " + ", ".join(words), flush=True)


def read_json(path):
    with open(path) as file:
        return json.load(file)


def to_text(data):
    """JSON with a line for each layer and precision."""
    rest = {key: value for key, value in data.items() if key != "layers"}
    head = json.dumps(rest, indent=1)[:-2]
    layers = ",\n".join(
        f"  {json.dumps(name)}: {{\n"
        + ",\n".join(f"   {json.dumps(precision)}: {json.dumps(row)}" for precision, row in rows.items())
        + "\n  }"
        for name, rows in data["layers"].items()
    )
    return head + ',\n "layers": {\n' + layers + "\n }\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default="sweep.json")
    parser.add_argument("--only", default="", help="layers whose names this expression is found in")
    parser.add_argument("--parts", default="convoy,peers,compile")
    parser.add_argument("--seconds", type=float, default=400, help="for Convoy and the peers together")
    parser.add_argument("--compile-seconds", type=float, default=0, help="for torch.compile, which needs minutes")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes for torch.compile")
    parser.add_argument("--warm", type=int, default=10)
    parser.add_argument("--timed", type=int, default=40)
    parser.add_argument("--again", action="store_true", help="measure what the results have already")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("sweep.py: error: expected a CUDA device, found none")
    with open(f"{HERE}/layers.json", "rb") as file:
        text = file.read()
    built = read_json(f"{HERE}/build.json")["artefacts"]
    names = {name.split("/")[1].rsplit("-", 1)[0] for name in built}
    layers = [l for l in json.loads(text)["layers"] if re.search(options.only, l["name"]) and l["name"] in names]
    parts = [part for part in options.parts.split(",") if part != "compile" or options.compile_seconds]
    workers = CompileWorkers(options) if "compile" in parts else None
    layers_hash = hashlib.sha256(text).hexdigest()
    try:
        if options.again:
            Report(options, layers_hash).forget(layers, parts)
        if "convoy" in parts and not options.inner:
            parts.remove("convoy")
            run_artefacts(options.seconds)
        measure(parts, workers, layers, options, layers_hash)
    finally:
        if workers:
            workers.end()


def run_artefacts(seconds):
    """The part `convoy`, in one process after the other until it is done."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--again"]
    deadline = time.time() + seconds
    while True:
        left = f"--seconds={deadline - time.time()}"
        done = subprocess.run([sys.executable, __file__, *arguments, left, "--parts=convoy", "--inner"])
        # Negative: a signal, also that of an artefact that hung.
        if done.returncode != LOST and done.returncode >= 0:
            return


@torch.no_grad()
def measure(parts, workers, layers, options, layers_hash):
    report, clock = Report(options, layers_hash), Clock(options)
    if not report.data["ceilings"]:
        report.data["ceilings"] = measure_ceilings(clock)
    print(report.data["machine"], report.data["ceilings"], flush=True)
    for part in parts:
        begin = time.time()
        if part == "convoy":
            part_convoy(clock, report, layers)
        elif part == "peers":
            part_peers(clock, report, layers)
        else:
            part_compile(report, layers, workers, options.compile_seconds)
        print(f"{part}: {time.time() - begin:.0f} s", flush=True)
    report.write()


if __name__ == "__main__":
    main()
