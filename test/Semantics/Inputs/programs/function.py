"""A program as a function."""

import copy

import numpy as np

from .choose import KINDS
from .convolution import ConvolutionWriter
from .formats import PROGRAM_TYPES
from .known import Known
from .obstacles import ObstacleWriter
from .operands import OperandWriter
from .steps import StepWriter
from .structure import StructureWriter
from .text import Writer


class Function(Writer, ConvolutionWriter, OperandWriter, StepWriter, ObstacleWriter, StructureWriter):
    """Writes a program as a function named `name` and evaluates it on the way."""

    def __init__(self, name, program):
        self.types = PROGRAM_TYPES[program["type"]]
        super().__init__(name, copy.deepcopy(program), self.types.operands)
        self.op, self.input, self.filter, self.output = KINDS[program["kind"]]
        self.expected_steps, self.idle_steps, self.blocked = 0, 0, False
        self.front_steps = 0
        # In exact programs all numbers are whole multiples of 2^-fraction_bits.
        self.fraction_bits, self.largest = 0, 0.0
        self.write()

    def is_identity(self):
        """True if the steps that can fold cancel each other."""
        return self.plain.equals(self.foldable)

    def has_structure(self):
        """True if more than one chain runs through the program, whose folds nobody
        foretells but for sums."""
        joins = [part["join"] for part in self.program["parts"]]
        return (
            bool(self.program["own"])
            or "split" in self.program
            or "accumulator" in self.program
            or not set(joins) <= {"add", "sub"}
        )

    def may_fold_front(self, steps):
        """Whether `steps` is a right number of folded steps, those in front included,
        as far as that is known: where no padding holds shifts back, and nothing is
        rounded too much."""
        is_padded = any(sum(pad) for pad in self.program["conv"]["pad"].values())
        if is_padded or self.program["parts"] or self.program["type"] != "f32" or self.front_steps == 0:
            return True
        extra = steps - self.expected_steps - self.front_steps
        return 0 <= extra <= self.idle_steps

    def is_exact(self):
        """Whether all numbers fit into the accumulator's bits."""
        return self.exact and self.largest * 2.0**self.fraction_bits < 1 / self.types.accumulator.roundoff

    def add_result(self, value, letters, known):
        self.largest = max(self.largest, float(np.max(known.magnitude(), initial=0.0)))
        self.results.append((value, letters, self.type(letters), self.element, known))

    def write(self):
        program = self.program
        self.size = dict(program["sizes"])
        conv = program["conv"]
        self.choose_input_sizes(conv)
        others = program["parts"] + [program[p] for p in ("accumulator", "whole") if p in program]
        for part in others:
            for shared in ("window", "stride", "dilation", "pad"):
                part["conv"][shared] = conv[shared]
        x = self.numbers(program).activations(self.input_dims)
        name = self.argument(x, self.source_type)
        source = Known(x, abs(x), np.zeros_like(x), abs(x))
        value, known = self.front(name, source)
        accumulator = None
        if "accumulator" in program:
            accumulator = self.accumulate(program["accumulator"], name, source)
        value, known = self.convolution(value, known, conv, accumulator)
        letters = list(self.output)
        value = self.convert(value, letters, self.types.steps, conv["seed"])
        self.plain = self.foldable = known
        value, letters, known = self.steps(program["own"], value, letters, known)
        value, known = self.join_all(name, source, value, letters, known)
        for i, step in enumerate(program["steps"]):
            if program.get("also_returned") == i and not program["parts"]:
                self.add_result(value, letters, known)
                self.blocked = True
                # The fold ends here, and with it the bias that is folded.
                known = known.restart(known.value)
            value, letters, known = self.step(step, value, letters, known)
        ends = [(value, letters, known)]
        if "split" in program:
            ends = self.split(program["split"], value, letters, known)
        for value, letters, known in ends:
            value = self.convert(value, letters, self.types.result, conv["seed"] + 1)
            self.add_result(value, letters, known)

    def join_all(self, name, source, value, letters, known):
        """The sum of the convolutions, then the concatenation with others."""
        channel = letters.index(self.channels()[-1])
        extent = self.size[letters[channel]]
        beside, spelling = [], None
        for part in self.program["parts"]:
            joined = self.join(part, name, source, value, known)
            if part["join"] in ("add", "sub"):
                value, known = joined
                self.foldable = known
            else:
                beside.append((joined[2], extent, joined[3]))
                spelling = part["join"]
        if not beside:
            return value, known
        parts = [(value, extent, known)] + beside
        value, known = self.concatenate(spelling, parts, letters, channel)
        # A channel of the input as well is none that a filter could add.
        if "whole" in self.program and letters[channel] not in self.input:
            value, known = self.join(self.program["whole"], name, source, value, known)
        if "taken" in self.program:
            value, known = self.take_part(self.program["taken"], value, letters, channel, parts, known)
        return value, known

    def front(self, value, known):
        """Steps in front of the convolution, over the input channels."""
        sizes, self.size = self.size, self.in_size
        blocked, expected = self.blocked, self.expected_steps
        channels = [l for l in self.input if l in self.filter]
        if "joined" in self.program:
            value, known = self.join_front(self.program["joined"], value, channels, known)
        steps = [dict(step, channels=channels) for step in self.program["front"]]
        value, _, known = self.steps(steps, value, list(self.input), known)
        self.size = sizes
        self.front_steps = self.expected_steps - expected
        self.blocked, self.expected_steps = blocked, expected
        return value, known
