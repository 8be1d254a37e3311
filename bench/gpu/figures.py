# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tables and plots say, computed from what sweep.py measured."""

import hashlib
import json
import math
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
PRECISIONS = ["strict", "tf32", "f16", "bf16"]
TITLES = {"strict": "f32, strict", "tf32": "f32, tf32 products", "f16": "f16", "bf16": "bf16"}
PEERS = {
    "eager": "eager",
    "fused": "cuDNN, one kernel",
    "compiled": "torch.compile",
}
# Products that the tensor cores do for one: strict f32 is three of f16.
PRODUCTS = {"strict": 3, "tf32": 1, "f16": 1, "bf16": 1}
# ms at most, for the headline model.
HEADLINE_TARGETS = {"strict": 0.148, "tf32": 0.148, "f16": 0.078, "bf16": 0.078}
# How much faster than the best peer: the mean, and each layer.
LEAST_SPEEDUP = {"nchw": 1.5, "nhwc": 1.0}
LEAST_OF_ONE = {"nchw": 0.95, "nhwc": 1.0}
RATES = {"strict": "f16", "tf32": "tf32", "f16": "f16", "bf16": "bf16"}


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def geomean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


class Figure:
    """One layer in one precision; times in ms."""

    def __init__(self, layer, precision, row, ceilings):
        self.layer, self.precision = layer, precision
        self.row, self.flops, self.bytes = row, row["flops"], row["bytes"]
        self.convoy, self.floor = row["convoy"].get("ms"), row["floor"]["ms"]
        self.arguments = row.get("arguments", {}).get("ms")
        rate = ceilings[RATES[precision] + "TeraflopsPerSecond"]
        self.arithmetic = self.flops * PRODUCTS[precision] / rate * 1e-9
        self.limit = max(self.floor, self.arithmetic)

    @property
    def strategy(self):
        """The strategies' names, as the remarks give them."""
        found = [re.match(r"computed by (\w+)", remark) for remark in self.row["convoy"].get("remarks", [])]
        return ", ".join(match.group(1) for match in found if match)

    def peers(self, layout):
        """(ms, peer), the fastest first."""
        found = [(self.row[f"{p}_{layout}"]["ms"], p) for p in PEERS if "ms" in self.row.get(f"{p}_{layout}", {})]
        return sorted(found)

    def speedup(self, layout):
        """How much longer the best peer needs; None where one is missing."""
        peers = self.peers(layout)
        return peers[0][0] / self.convoy if peers and self.convoy else None

    def misses(self):
        """True if it is below a target, or pulls a mean below it."""
        if self.layer["source"] == "headline":
            return not self.convoy or self.convoy > HEADLINE_TARGETS[self.precision]
        return any((self.speedup(layout) or 0) < least for layout, least in LEAST_OF_ONE.items())

    def teraflops(self, milliseconds):
        return self.flops / milliseconds * 1e-9


class Sweep:
    def __init__(self, path=f"{HERE}/sweep.json"):
        self.path = path
        with open(path) as file:
            self.data = json.load(file)
        with open(f"{HERE}/layers.json") as file:
            layers = json.load(file)["layers"]
        if self.data["layersSha256"] != sha256(f"{HERE}/layers.json"):
            raise ValueError(f"{path} was not measured on the layers of layers.json")
        rows, ceilings = self.data["layers"], self.data["ceilings"]
        self.figures = {
            precision: [
                Figure(layer, precision, rows[layer["name"]][precision], ceilings)
                for layer in layers
                if "convoy" in rows.get(layer["name"], {}).get(precision, {})
            ]
            for precision in PRECISIONS
        }

    def headline(self, precision):
        return next(f for f in self.figures[precision] if f.layer["source"] == "headline")

    def swept(self, precision):
        """Without the headline, which has targets of its own."""
        return [f for f in self.figures[precision] if f.layer["source"] != "headline"]

    def missed(self):
        """Names and precisions of the layers that miss a target."""
        return {(f.layer["name"], p) for p in PRECISIONS for f in self.figures[p] if f.misses()}
