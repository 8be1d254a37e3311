"""Compiles the combinations of combos.py for numerics.py, many in an artefact."""

import concurrent.futures
import json
import math
import os
import re

import combos
from programs import write_module

# Combinations in one artefact.
COMBOS_PER_MODULE = 30
SCHEDULE = re.compile(r'schedule = <chip = "\w+", strategy = #convoy\.(\w+)<.*?>>')


def lines_by_function(path):
    """The lines of a module, each with the function that it is in."""
    name = None
    with open(path) as file:
        for line in file:
            function = re.match(r"\s*func\.func @(\w+)", line)
            name = function.group(1) if function else name
            yield name, line


def strategies_of(line):
    """Those of a line, and whether clusters share the channels."""
    shared = {True: " in parts", False: ""}
    return [found[1] + shared["channelParts" in found[0]] for found in SCHEDULE.finditer(line)]


def busy_schedules(compiler, out, name, functions, mode):
    """By function, the schedule that a busy one takes over."""
    programs_ = [(f.name, combos.busy(f.program)) for f in functions]
    enlarged = [combos.Combo(n, p) for n, p in programs_ if p]
    model, schedule = f"{out}/scratch/{name}-busy.mlir", f"{out}/scratch/{name}-busy-schedule.mlir"
    write_module(model, enlarged)
    if not enlarged or compiler.compile(model, schedule, "--emit=schedule", *mode) is not None:
        return {}
    found = ((n, SCHEDULE.search(line)) for n, line in lines_by_function(schedule))
    return {n: match.group(0) for n, match in found if match}


def schedule_combos(compiler, out, name, functions, mode):
    """The scheduled module, and by function the strategies of its convolutions; or why not."""
    model, schedule = f"{out}/scratch/{name}.mlir", f"{out}/scratch/{name}-schedule.mlir"
    write_module(model, functions)
    why = compiler.compile(model, schedule, "--emit=schedule", *mode)
    if why is not None:
        return None, {}, why
    taken, strategies, lines = busy_schedules(compiler, out, name, functions, mode), {}, []
    for function, line in lines_by_function(schedule):
        if function in taken:
            line = SCHEDULE.sub(lambda _: taken[function], line)
        lines.append(line)
        strategies.setdefault(function, []).extend(strategies_of(line))
    with open(schedule, "w") as file:
        file.write("".join(lines))
    return schedule, {function: "+".join(each) for function, each in strategies.items()}, None


def kind_of_combo(combo):
    """In words: combinations of one kind take the same way through compiler and kernel."""
    window, stride = combo["window"], combo["stride"]
    filter_ = (combo["constant"] or combo["arguments"][1])["shape"]
    traits = {
        "pointwise": max(window.values()) == 1,
        "strided": max(stride.values()) > 1,
        "dilated": max(combo["dilation"].values()) > 1,
        "padded": any(map(any, combo["pad"].values())),
        "constant": combo["constant"] is not None,
        "many channels": math.prod(filter_) >= 64 * 64 * math.prod(window.values()),
    }
    words = [combo["strategy"], combo["mode"], "->".join(combo["letters"])]
    return " ".join(words + [t for t, holds in traits.items() if holds] + ["to", combo["result"]["type"]])


def build_module(compiler, out, name, functions):
    """What numerics.py has to know of each function that compiles."""
    artefact, mode = f"combos/{name}.so", []
    if compiler.options.device == "cuda":
        mode = ["--math=tf32"] if functions[0].program["mode"] == "tf32" else []
        # What is compiled goes on from the schedule that is looked at.
        model, strategies, why = schedule_combos(compiler, out, name, functions, mode)
    else:
        model, strategies, why = f"{out}/scratch/{name}.mlir", {}, None
        write_module(model, functions)
    why = why or compiler.compile(model, f"{out}/{artefact}", *mode)
    if why is None:
        made = [dict(f.describe(), artefact=artefact, strategy=strategies.get(f.name, "cpu")) for f in functions]
        return [dict(combo, kind=kind_of_combo(combo)) for combo in made]
    if len(functions) == 1:
        compiler.fail(functions[0].name, why)
        return []
    half = len(functions) // 2
    return build_module(compiler, out, name + "a", functions[:half]) + build_module(
        compiler, out, name + "b", functions[half:]
    )


def build(compiler, out, seed, scale):
    """The combinations, as numerics.py reads them."""
    os.makedirs(f"{out}/combos", exist_ok=True)
    chosen = [combos.Combo(f"{c['mode']}{c['seed']}", c) for c in combos.all_combos(seed, scale)]
    modules = []
    for first in range(0, len(chosen), COMBOS_PER_MODULE):
        for mode in combos.MODES:
            functions = [f for f in chosen if f.program["mode"] == mode][first : first + COMBOS_PER_MODULE]
            if functions:
                modules.append((f"{mode}-{first}", functions))
    with concurrent.futures.ThreadPoolExecutor(compiler.options.jobs) as pool:
        described = pool.map(lambda m: build_module(compiler, out, *m), modules)
        described = [d for of_module in described for d in of_module]
    with open(f"{out}/combos.json", "w") as file:
        json.dump({"seed": seed, "combos": described}, file)
    print(f"combos: {len(described)} of {len(chosen)}", flush=True)
