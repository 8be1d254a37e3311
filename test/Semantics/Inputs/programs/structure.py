"""Sums, concatenations, splits and accumulators."""

import numpy as np

from .known import Known, concatenate


class StructureWriter:
    """What Function knows of programs with more than one chain."""

    def accumulate(self, part, name, source):
        """What the program's convolution starts from: an argument, or the steps behind
        another convolution."""
        letters = list(self.output)
        if part["from"] == "argument":
            self.element = self.types.accumulator
            array = self.numbers(part).activations(self.static(letters))
            return self.argument(array, self.type(letters)), Known(array, 0.0, array, abs(array))
        value, known = self.convolution(name, source, part["conv"])
        value, _, known = self.steps(part["steps"], value, letters, known)
        return value, known

    def join(self, part, name, source, value, known):
        """Meets another convolution of the same source."""
        letters, element = list(self.output), self.element
        other, other_known = self.convolution(name, source, part["conv"])
        other = self.convert(other, letters, self.types.steps, part["conv"]["seed"])
        # Within a part nothing moves, so that the two fit together.
        other, letters, other_known = self.steps(part["steps"], other, letters, other_known)
        assert self.element is element
        if part["join"] in ("add", "sub"):
            value = self.spell("named", part["join"], value, other, letters)
            return value, known.plus(other_known, 1 if part["join"] == "add" else -1)
        return value, known, other, other_known

    def concatenate(self, spelling, parts, letters, axis):
        """`parts` are (value, size along `axis`, numbers)."""
        letter = letters[axis]
        size = dict(self.size)
        types = []
        for _, extent, _ in parts:
            self.size[letter] = extent
            types.append(self.type(letters))
        self.size = dict(size, **{letter: sum(extent for _, extent, _ in parts)})
        known = concatenate([known for _, _, known in parts], axis)
        if spelling == "concat":
            values = ", ".join(value for value, _, _ in parts)
            text = f"tensor.concat dim({axis}) {values} : ({', '.join(types)}) -> {self.type(letters)}"
            return self.emit(text), known
        value, offset = self.empty(letters), 0
        for (part, extent, _), type_ in zip(parts, types):
            place = self.slice(letters, axis, offset, extent)
            value = self.emit(f"tensor.insert_slice {part} into {value}{place} : {type_} into {self.type(letters)}")
            offset += extent
        return value, known

    def take_part(self, choice, value, letters, axis, parts, known):
        """One of the parts of a concatenation, or as many channels from elsewhere;
        another one is a result."""
        source, letter = self.type(letters), letters[axis]
        whole, taken = self.size[letter], []
        for number in (choice % len(parts), (choice + 1) % len(parts)):
            extent = parts[number][1]
            offset = sum(part[1] for part in parts[:number])
            if choice % 5 == 0:
                offset = choice // 5 % (whole - extent + 1)
            place = self.slice(letters, axis, offset, extent)
            self.size[letter] = extent
            part = self.emit(f"tensor.extract_slice {value}{place} : {source} to {self.type(letters)}")
            taken.append((part, known.map(lambda a: np.take(a, range(offset, offset + extent), axis)), extent))
            self.size[letter] = whole
        other, other_known, extent = taken.pop()
        self.size[letter] = extent
        self.add_result(other, list(letters), other_known)
        value, known, self.size[letter] = taken.pop()
        return value, known

    def slice(self, letters, axis, offset, extent):
        """Offsets, sizes and strides of a part of the dimension `axis`."""
        sizes = [self.batch() if s is None else s for s in self.dims(letters)]
        sizes[axis] = extent
        offsets = [offset if i == axis else 0 for i in range(len(letters))]
        as_text = lambda entries: "[" + ", ".join(map(str, entries)) + "]"
        return as_text(offsets) + as_text(sizes) + as_text([1] * len(letters))

    def join_front(self, joined, value, channels, known):
        """Parts of the input's channels, each behind its steps, put together again."""
        letters, whole = list(self.input), dict(self.size)
        axes = [i for i, l in enumerate(letters) if l in channels and whole[l] > 1]
        if not axes:
            return value, known
        axis = axes[joined["seed"] % len(axes)]
        letter = letters[axis]
        middle = 1 + joined["seed"] // 7 % (whole[letter] - 1)
        ends = [middle, middle + 1, whole[letter]] if len(joined["steps"]) > 2 else [middle, whole[letter]]
        ends = sorted(set(min(end, whole[letter]) for end in ends))
        source, parts, low = self.type(letters), [], 0
        for high, steps in zip(ends, joined["steps"]):
            self.size = dict(whole)
            place = self.slice(letters, axis, low, high - low)
            self.size = dict(whole, **{letter: high - low})
            part = self.emit(f"tensor.extract_slice {value}{place} : {source} to {self.type(letters)}")
            taken = known.map(lambda a: np.take(a, range(low, high), axis))
            steps = [dict(step, channels=channels) for step in steps]
            part, _, taken = self.steps(steps, part, letters, taken)
            parts.append((part, high - low, taken))
            low = high
        self.size = dict(whole)
        if joined["nested"] and len(parts) > 2:
            inner, inner_known = self.concatenate(joined["spelling"], parts[1:], letters, axis)
            self.size = dict(whole)
            parts = [parts[0], (inner, whole[letter] - parts[0][1], inner_known)]
        value, known = self.concatenate(joined["spelling"], parts, letters, axis)
        self.size = dict(whole)
        return value, known

    def split(self, split, value, letters, known):
        """Different steps on two parts of the channels. Yields the results."""
        axes = [i for i, l in enumerate(letters) if l in self.channels() and self.size[l] > 1]
        if not axes:
            return [(value, letters, known)]
        axis = axes[split["seed"] % len(axes)]
        letter, whole = letters[axis], self.size
        middle = 1 + split["seed"] // 7 % (whole[letter] - 1)
        source, parts = self.type(letters), []
        for i, (low, high) in enumerate([(0, middle), (middle, whole[letter])]):
            self.size = whole
            place = self.slice(letters, axis, low, high - low)
            self.size = dict(whole, **{letter: high - low})
            part = self.emit(f"tensor.extract_slice {value}{place} : {source} to {self.type(letters)}")
            taken = known.map(lambda a: np.take(a, range(low, high), axis))
            part, _, taken = self.steps(split["steps"][i], part, letters, taken)
            parts.append((part, high - low, taken))
            if split["back"] == "none":
                self.add_result(part, letters, taken)
        self.size = whole
        if split["back"] == "none":
            return []
        value, known = self.concatenate(split["back"], parts, letters, axis)
        return [(value, letters, known)]
