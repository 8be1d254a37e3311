"""Convolutions: their text, and their value."""

import random

import numpy as np

from .known import Known
from .text import tensor


def window_size(conv, letter):
    return conv["dilation"][letter] * (conv["window"][letter] - 1) + 1


class ConvolutionWriter:
    """What Function knows of convolutions."""

    def channels(self):
        return [l for l in self.output if l in self.filter]

    def choose_input_sizes(self, conv):
        """The sizes of the image that make the result as large as `size` says."""
        self.in_size = dict(self.size)
        for l, stride in conv["stride"].items():
            padded = (self.size[l] - 1) * stride + window_size(conv, l)
            # Something of the image is left beside the padding.
            low, high = conv["pad"][l]
            high = min(high, padded - 1)
            low = min(low, padded - 1 - high)
            self.in_size[l] = padded - low - high
            conv["pad"][l] = [low, high]
        self.input_dims = [self.in_size[l] for l in self.input]
        self.source_type = self.input_type(self.input_dims)

    def input_type(self, sizes):
        dynamic = self.program["dynamic"]
        sizes = [None if dynamic and l == "n" else s for l, s in zip(self.input, sizes)]
        return tensor(sizes, self.types.operands.name)

    def pad(self, value, conv):
        low = [conv["pad"].get(l, [0, 0])[0] for l in self.input]
        high = [conv["pad"].get(l, [0, 0])[1] for l in self.input]
        self.padded_type = self.input_type([l + s + h for l, s, h in zip(low, self.input_dims, high)])
        if not any(low + high):
            return value, list(zip(low, high))
        zero = self.constant(0.0)
        indices = ", ".join(f"%i{i}: index" for i in range(len(low)))
        value = self.emit(
            f"tensor.pad {value} low{low} high{high} {{\n    ^bb0({indices}):\n"
            f"      tensor.yield {zero} : {self.element.name}\n    }} : {self.source_type} to {self.padded_type}"
        )
        return value, list(zip(low, high))

    def convolution(self, value, known, conv, accumulator=None):
        """Text and value of `conv` applied to `value`, which are the operands'
        format; on top of `accumulator`, or of a bias."""
        self.element = self.types.operands
        numbers = self.numbers(conv)
        value, padding = self.pad(value, conv)
        sizes = dict(self.size, **{l.upper(): s for l, s in conv["window"].items()})
        w = numbers.weights([sizes[l] for l in self.filter])
        filter_ = self.parameter(w, conv["filter"] == "argument")
        filter_type = self.tensor(w.shape)
        self.element = self.types.accumulator
        init, base = accumulator or self.init(conv, self.numbers(dict(conv, seed=conv["seed"] + 1)))
        result = self.type(self.output)
        operands = f"ins({value}, {filter_} : {self.padded_type}, {filter_type}) outs({init} : {result})"
        value = self.multiply(conv, operands, result)
        pad = lambda array: np.pad(np.broadcast_to(array, known.value.shape), padding)
        # A uniform shift of the unpadded input is a shift of the result; with
        # padding it stays with the input.
        if any(sum(p) for p in padding):
            linear, shift = pad(known.magnitude()), pad(np.zeros_like(known.value))
        else:
            linear, shift = pad(known.linear), pad(known.shift)
        return value, Known(
            self.evaluate(pad(known.value), w, conv) + base.value,
            self.evaluate(linear, abs(w), conv) + base.linear,
            self.evaluate(shift, w, conv) + base.shift,
            self.evaluate(pad(known.terms), abs(w), conv) + base.terms,
        )

    def init(self, conv, numbers):
        letters, kind = list(self.output), conv["bias"]
        empty = self.empty(letters)
        bias = lambda values: Known(values, 0.0, values, abs(values))
        if kind in ("zero", "uniform"):
            number = np.float64(0) if kind == "zero" else numbers.shift([])
            type_ = self.type(letters)
            scalar = self.constant(number)
            text = f"linalg.fill ins({scalar} : {self.element.name}) outs({empty} : {type_}) -> {type_}"
            return self.emit(text), bias(number)
        channels = self.channels()
        array = numbers.shift([self.size[l] for l in channels])
        vector = self.parameter(array, kind == "argument")
        if kind == "generic":
            at = ", ".join(f"d{letters.index(l)}" for l in channels)
            body = [f"%r = arith.addf %b0, %b0 : {self.element.name}"]
            value = self.generic([(vector, self.tensor(array.shape), at)], body, letters)
            return value, bias(self.spread(2 * array, channels, letters))
        return self.broadcast(vector, channels, letters), bias(self.spread(array, channels, letters))

    def multiply(self, conv, operands, result):
        if self.op == "generic":
            return self.generic_convolution(conv, operands, result)
        spatial = [l for l in self.input if l in "dhw"]
        attributes = ", ".join(
            f"{plural} = dense<{[conv[key][l] for l in spatial]}> : tensor<{len(spatial)}xi64>"
            for plural, key in (("dilations", "dilation"), ("strides", "stride"))
        )
        return self.emit(f"linalg.{self.op} {{{attributes}}} {operands} -> {result}")

    def generic_convolution(self, conv, operands, result):
        """A linalg.generic whose loops stand in an order of their own."""
        windows = [l.upper() for l in self.input if l in "dhw"]
        summed = windows + [l for l in self.filter if l not in self.output and l.islower()]
        loops = list(self.output) + summed
        random.Random(conv["seed"]).shuffle(loops)

        def place(letter):
            if letter not in conv["window"]:
                return letter
            stride, dilation = conv["stride"][letter], conv["dilation"][letter]
            return f"{letter} * {stride} + {letter.upper()} * {dilation}"

        maps = [
            f"affine_map<({', '.join(loops)}) -> ({', '.join(results)})>"
            for results in ([place(l) for l in self.input], list(self.filter), list(self.output))
        ]
        narrow, wide = self.types.operands.name, self.types.accumulator.name
        widened, sides = "", "%b0, %b1"
        if narrow != wide:
            sides = "%w0, %w1"
            widened = "".join(f"      %w{i} = arith.extf %b{i} : {narrow} to {wide}\n" for i in (0, 1))
        types = ", ".join('"reduction"' if l in summed else '"parallel"' for l in loops)
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{types}]}} {operands} {{\n"
            f"    ^bb0(%b0: {narrow}, %b1: {narrow}, %o: {wide}):\n{widened}"
            f"      %p = arith.mulf {sides} : {wide}\n"
            f"      %r = arith.addf %o, %p : {wide}\n      linalg.yield %r : {wide}\n    }} -> {result}"
        )

    def evaluate(self, x, w, conv):
        """The convolution without bias, one element of the window at a time."""
        out = np.zeros([self.size[l] for l in self.output])
        small = "".join(l for l in self.filter if l.islower())
        for position in np.ndindex(*conv["window"].values()):
            at = dict(zip(conv["window"], position))
            slices = tuple(
                slice(None)
                if l not in at
                else slice(
                    at[l] * conv["dilation"][l],
                    at[l] * conv["dilation"][l] + (self.size[l] - 1) * conv["stride"][l] + 1,
                    conv["stride"][l],
                )
                for l in self.input
            )
            weights = w[tuple(at[l.lower()] if l.isupper() else slice(None) for l in self.filter)]
            out += np.einsum(f"{self.input},{small}->{self.output}", x[slices], weights)
        return out
