# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The results of a sweep, which grow from run to run."""

import datetime
import json
import os
import platform
import signal
import sys
import time

import torch
import triton

import artefacts
import clock as clocks
import tensors

HERE = os.path.dirname(os.path.abspath(__file__))
# What measures one artefact hangs if it takes so many seconds.
SECONDS_OF_ONE = 8


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
            "seed": tensors.SEED,
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
            "method": {"warm": options.warm, "timed": options.timed, "flushBytes": clocks.FLUSH_BYTES},
        }

    def built(self, name):
        return self.build["artefacts"].get(name, {})

    def models(self):
        return [name.split("/")[1] for name in self.build["artefacts"] if name.startswith("models/")]

    def variants(self, layer, precision):
        """The folders that have one, the one predicted to be the fastest first."""
        found = [name.split("/") for name in self.build["artefacts"] if name.startswith("variant-")]
        return sorted(kind for kind, name in found if name == f"{layer}-{precision}")

    def row(self, layer, precision):
        return self.data["layers"].setdefault(layer, {}).setdefault(precision, {})

    def wants(self, layer, precision, what):
        return what not in self.row(layer, precision)

    def wants_model(self, kind, precision):
        return kind not in self.data["models"].get(precision, {})

    def forget(self, layers, parts):
        """What the parts measure of the layers."""
        kinds = {"convoy": list(artefacts.KINDS), "peers": ["eager", "fused"], "compile": ["compiled"]}
        kinds |= {"variants": ["variants"], "counters": ["counters"]}
        gone = [kind for part in parts for kind in kinds[part]]
        for layer in layers:
            for precision in tensors.DTYPES:
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
