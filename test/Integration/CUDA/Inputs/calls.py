"""Calls of artefacts from Python on a GPU, with torch: streams, threads, a CUDA
graph that torch captures, 10,000 calls without growth, what is refused. Prints a
line for each; the first that does not hold ends it."""

import argparse
import os
import sys
import threading

sys.path.insert(0, "python")

import convoy
import torch

CALLS = 10_000
ARTEFACTS = ["checks/FixtureCudaFaults.so", "calls/small.so", "calls/small-arguments.so"]


def inputs_of(entry, generator):
    tensors = []
    for spec in entry.manifest["inputs"]:
        shape = [2 if dim is None else dim for dim in spec["shape"]]
        values = torch.rand(shape, generator=generator, device="cuda") + 0.5
        tensors.append(values.to(getattr(torch, spec["dtype"])))
    return tensors


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def same(left, right):
    return all(torch.equal(a, b) for a, b in zip(as_tuple(left), as_tuple(right)))


def check(condition, what):
    if not condition:
        sys.exit(f"does not hold: {what}")
    print(what)


def poisoned(results):
    return tuple(torch.full_like(each, float("nan")) for each in as_tuple(results))


def check_streams(model, arguments, expected):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        # The arguments are made by what still runs on the stream.
        torch.cuda._sleep(10_000_000)
        copies = [a.clone() for a in arguments]
        results = model(*copies)
    check(not stream.query(), "a call returns while it runs")
    stream.synchronize()
    check(same(results, expected), "a call on torch's current stream waits for its arguments")


def check_graph(model, arguments, expected):
    static = [a.clone() for a in arguments]
    out = poisoned(expected)
    model(*static, out=out)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        model(*static, out=out)
    for each in out:
        each.fill_(float("nan"))
    graph.replay()
    torch.cuda.synchronize()
    check(same(out, expected), "a captured graph replays the call")
    static[0].mul_(2)
    changed = model(*static)
    graph.replay()
    torch.cuda.synchronize()
    check(same(out, changed) and not same(out, expected), "a replay sees new inputs")


def check_memory(model, arguments, expected):
    out = poisoned(expected)
    for _ in range(100):
        model(*arguments, out=out)
    torch.cuda.synchronize()
    before = torch.cuda.mem_get_info()[0]
    for _ in range(CALLS):
        model(*arguments, out=out)
    torch.cuda.synchronize()
    after = torch.cuda.mem_get_info()[0]
    check(before - after <= 0, f"{CALLS} calls take no device memory ({before - after} bytes)")
    check(same(out, expected), f"the result after {CALLS} calls is that of the first")


def check_threads(model, arguments, expected):
    wrong = []

    def work():
        with torch.cuda.stream(torch.cuda.Stream()):
            for _ in range(50):
                out = poisoned(expected)
                model(*arguments, out=out)
                torch.cuda.current_stream().synchronize()
                if not same(out, expected):
                    wrong.append(1)

    torch.cuda.synchronize()
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(not wrong, "8 threads with a stream each get the same bits")


def check_refusals(model, arguments):
    for what, replaced in (
        ("a tensor on the CPU", arguments[0].cpu()),
        ("another dtype", arguments[0].double()),
        ("a tensor that is not contiguous", arguments[0].transpose(-1, -2).contiguous().transpose(-1, -2)),
    ):
        try:
            model(replaced, *arguments[1:])
        except convoy.Error as error:
            check(True, f"{what} is refused: {error}")
        else:
            check(False, f"{what} is refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artefact", action="append")
    options = parser.parse_args()
    generator = torch.Generator("cuda").manual_seed(1)
    for artefact in options.artefact or filter(os.path.exists, ARTEFACTS):
        model = convoy.load(artefact)
        arguments = inputs_of(model["main"], generator)
        expected = model(*arguments)
        torch.cuda.synchronize()
        check(all(torch.isfinite(e).all() for e in as_tuple(expected)), f"{artefact}: results are finite")
        for each in (check_streams, check_graph, check_memory, check_threads):
            each(model, arguments, expected)
        check_refusals(model, arguments)


if __name__ == "__main__":
    main()
