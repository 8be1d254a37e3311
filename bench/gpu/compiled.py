# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.compile with max-autotune. Processes beside each other compile, one at a time
measures on the GPU.

Most of that is compiling the kernels that torch.compile chooses from. It can be done
before, while the GPU does other things (`prepare`): then the kernels lie in Triton's
cache, no choice is kept, and what is measured later chooses anew, alone on the GPU."""

import json
import multiprocessing
import os
import queue
import sys
import time

# One process, one compiling thread: the processes are what is parallel.
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"

import torch  # noqa: E402

import clock as clocks  # noqa: E402
import tensors  # noqa: E402

# Beside the caches that it speaks of.
PREPARED = os.path.join(os.environ.get("TORCHINDUCTOR_CACHE_DIR", "/tmp"), "convoy-sweep-prepared.json")


class Layer(torch.nn.Module):
    def __init__(self, given):
        super().__init__()
        self.weight, self.bias = torch.nn.Parameter(given.w), torch.nn.Parameter(given.b)
        self.options = given.options

    def forward(self, x):
        return torch.relu(torch.nn.functional.conv2d(x, self.weight, self.bias, **self.options))


def replace_benchmark(make):
    """All that torch.compile times, it times by these."""
    from torch._inductor.runtime import benchmarking

    for each in (benchmarking.TritonBenchmarker, benchmarking.InductorBenchmarker):
        each.benchmark_gpu = make(each.benchmark_gpu)


def choose_alone(lock):
    """The tensors that it times on are also made when nothing else is timed."""
    from torch._inductor.select_algorithm import AlgorithmSelectorCache

    choose = AlgorithmSelectorCache.benchmark_in_current_process.__func__
    AlgorithmSelectorCache.benchmark_in_current_process = classmethod(alone(lock)(choose))


def alone(lock):
    """What is timed while it chooses, is timed alone on the GPU."""

    def make(benchmark):
        def locked(*arguments, **keywords):
            with lock:
                return benchmark(*arguments, **keywords)

        return locked

    return make


def once(benchmark):
    """Enough to compile what will be chosen, or nearly."""

    def run(self, function, *arguments, **keywords):
        function()
        torch.cuda.synchronize()
        begin = time.perf_counter()
        function()
        torch.cuda.synchronize()
        return (time.perf_counter() - begin) * 1e3

    return run


def keep_no_choices():
    import torch._functorch.config
    import torch._inductor.config

    torch._inductor.config.autotune_local_cache = False
    torch._inductor.config.fx_graph_cache = False
    torch._functorch.config.enable_autograd_cache = False


def work(options, tasks, results, lock, go):
    with open(f"{options.results}.log", "a") as log:
        # What the compiler says of its choices.
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    torch.backends.cudnn.benchmark = True
    replace_benchmark(once if options.prepare else alone(lock))
    if options.prepare:
        keep_no_choices()
    else:
        choose_alone(lock)
    go.wait()
    clock = None if options.prepare else clocks.Clock(options)
    while True:
        layer, precision, layouts = tasks.get()
        for layout in layouts:
            begin = time.perf_counter()
            try:
                found = compile_layer(clock, layer, precision, layout, lock)
            except Exception as error:  # The compiler's own errors are of many types.
                found = {"error": f"{type(error).__name__}: {error}"[:200]}
            results.put((layer["name"], precision, f"compiled_{layout}", found, time.perf_counter() - begin))


class Workers:
    """Processes that have loaded all they need, and wait."""

    def __init__(self, options):
        context = multiprocessing.get_context("spawn")
        self.tasks, self.results = context.Queue(), context.Queue()
        self.lock, self.go = context.RLock(), context.Event()
        arguments = (options, self.tasks, self.results, self.lock, self.go)
        self.processes = [context.Process(target=work, args=arguments, daemon=True) for _ in range(options.workers)]
        for process in self.processes:
            process.start()

    def run(self, tasks, seconds):
        """Results as they come, in the order of the tasks or nearly."""
        for task in tasks:
            self.tasks.put(task)
        self.go.set()
        deadline, left = time.time() + seconds, sum(len(layouts) for _, _, layouts in tasks)
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
def compile_layer(clock, layer, precision, layout, lock):
    """What it takes; without a clock it is only compiled."""
    tensors.allow_tf32(precision == "tf32")
    torch._dynamo.reset()
    with lock:
        given = tensors.Tensors(layer, precision, layout)
        torch.cuda.synchronize()
    model = torch.compile(Layer(given).eval(), mode="max-autotune-no-cudagraphs", dynamic=False)
    model(given.x)
    found = {}
    if clock:
        with lock:
            found = clock.measure(lambda: model(given.x))
            (errors,) = tensors.errors_of(given, [model(given.x)[: tensors.CHECKED_IMAGES]])
        found.update(tensors.errors_in_short(*errors))
    del model, given
    torch.cuda.empty_cache()
    return found


def tasks_of(layers, wants):
    """Strict f32, where it was never the best peer, last. Both layouts of a layer are
    computed by the same kernels, mostly, so that one process takes them."""
    for precisions in (["f16", "bf16", "tf32"], ["strict"]):
        for layer in layers:
            for precision in precisions:
                layouts = [layout for layout in tensors.LAYOUTS if wants(layer["name"], precision, f"compiled_{layout}")]
                if layouts:
                    yield layer, precision, layouts


def part_compile(report, layers, workers, seconds_at_most):
    torch.cuda.empty_cache()
    wanted = list(tasks_of(layers, report.wants))
    count = 0
    for name, precision, kind, found, seconds in workers.run(wanted, seconds_at_most):
        report.row(name, precision)[kind] = found
        report.write()
        count += 1
        print(f"{name} {precision} {kind}: {found} ({seconds:.1f} s)", flush=True)
    print(f"compiled: {count} of {sum(len(task[2]) for task in wanted)}", flush=True)


def prepare(workers, layers, seconds):
    """Fills the caches."""
    done = set()
    if os.path.exists(PREPARED):
        with open(PREPARED) as file:
            done = set(json.load(file))
    wanted = list(tasks_of(layers, lambda *names: " ".join(names) not in done))
    begin = time.time()
    for name, precision, kind, found, took in workers.run(wanted, seconds):
        done.add(f"{name} {precision} {kind}")
        with open(PREPARED + ".new", "w") as file:
            json.dump(sorted(done), file)
        os.replace(PREPARED + ".new", PREPARED)
        print(f"prepared: {name} {precision} {kind}: {took:.1f} s {found.get('error', '')}", flush=True)
    print(f"prepared: {len(done)} in all, of {sum(len(task[2]) for task in wanted)} in {time.time() - begin:.0f} s", flush=True)
