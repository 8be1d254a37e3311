"""Parameters of steps in their spellings."""

import numpy as np


class OperandWriter:
    """What Function knows of parameters."""

    def spread(self, array, channels, letters):
        """`array` over `channels`, ready to be broadcast over `letters`."""
        order = [channels.index(l) for l in letters if l in channels]
        shape = [self.size[l] if l in channels else 1 for l in letters]
        return np.transpose(array, order).reshape(shape)

    def broadcast(self, vector, channels, letters):
        """A vector over `channels`, which stand in the order of `letters`."""
        others = [i for i, l in enumerate(letters) if l not in channels]
        source = self.tensor([self.size[l] for l in channels])
        type_ = self.type(letters)
        return self.emit(
            f"linalg.broadcast ins({vector} : {source}) outs({self.empty(letters)} : {type_}) dimensions = {others}"
        )

    def operand(self, step, draw, letters):
        """A parameter in one of its spellings: (value, type, map), its numbers."""
        channels = [l for l in letters if l in step.get("channels", self.channels())]
        spelling, full = step["operand"], step["spelling"] != "generic"
        if spelling in ("scalar", "captured", "splat"):
            return self.scalar_operand(step, draw([]), letters)
        array = draw([self.size[l] for l in channels])
        vector = self.parameter(array, step["runtime"])
        known = self.spread(array, channels, letters)
        at = {l: f"d{i}" for i, l in enumerate(letters)}
        if full or spelling == "broadcast":
            value = self.broadcast(vector, channels, letters)
            return (value, self.type(letters), ", ".join(at.values())), known
        if spelling == "unit" and len(channels) == 1:
            sizes = [self.size[channels[0]], 1, 1]
            value = self.emit(
                f"tensor.expand_shape {vector} [[0, 1, 2]] output_shape {sizes} : "
                f"{self.tensor(array.shape)} into {self.tensor(sizes)}"
            )
            return (value, self.tensor(sizes), f"{at[channels[0]]}, 0, 0"), known
        return (vector, self.tensor(array.shape), ", ".join(at[l] for l in channels)), known

    def scalar_operand(self, step, number, letters):
        """One number for all elements."""
        if step["spelling"] != "generic":
            return self.filled(number, letters), number
        captured = step["operand"] == "captured"
        if captured and step["runtime"]:
            argument = self.argument(number, self.tensor([]))
            scalar = self.emit(f"tensor.extract {argument}[] : {self.tensor([])}")
        else:
            scalar = self.constant(number)
        return ((scalar, None, None) if captured else (scalar, self.element.name, "")), number

    def filled(self, number, letters):
        type_ = self.type(letters)
        text = f"linalg.fill ins({self.constant(number)} : {self.element.name}) "
        value = self.emit(f"{text}outs({self.empty(letters)} : {type_}) -> {type_}")
        return value, type_, self.whole(letters)
