"""What moves elements, and what stands in the way of a fold."""

import random

import numpy as np

from .known import Known


class ObstacleWriter:
    """What Function knows of them."""

    def move(self, op, step, value, letters, known):
        source = self.type(letters)
        if op == "transpose":
            order = list(range(len(letters)))
            random.Random(step["seed"]).shuffle(order)
            moved = [letters[i] for i in order]
            value = self.emit(
                f"linalg.transpose ins({value} : {source}) outs({self.empty(moved)} : {self.type(moved)}) "
                f"permutation = {order}"
            )
            return value, moved, self.moved(known, lambda a: np.transpose(a, order))
        # Two neighbours of the image become one dimension.
        pairs = [i for i in range(len(letters) - 1) if set(letters[i] + letters[i + 1]) <= set("dhw")]
        if not pairs:
            return value, letters, known
        i = pairs[0]
        moved = letters[:i] + [letters[i] + letters[i + 1]] + letters[i + 2 :]
        groups = [[k] for k in range(i)] + [[i, i + 1]] + [[k] for k in range(i + 2, len(letters))]
        value = self.emit(f"tensor.collapse_shape {value} {groups} : {source} into {self.type(moved)}")
        return value, moved, self.moved(known, lambda a: a.reshape(self.static(moved)))

    def moved(self, known, move):
        """`known` with its elements in other places."""
        if not self.blocked and not self.has_structure():
            self.plain, self.foldable = self.plain.map(move), self.foldable.map(move)
        return known.map(move)

    def obstacle(self, op, step, numbers, value, letters, known):
        if op in ("relu", "relu-moved"):
            return self.relu(op == "relu-moved", step, value, letters, known)
        element = self.element.name
        here = (value, self.type(letters), self.whole(letters))
        if op == "residual":
            array = numbers.activations(known.value.shape)
            other = (self.argument(array, self.type(letters)), here[1], here[2])
            value = self.generic([here, other], [f"%r = arith.addf %b0, %b1 : {element}"], letters)
            return value, letters, known.restart(known.value + array, abs(array))
        image = [i for i, l in enumerate(letters) if set(l) <= set("dhw")]
        if op == "per-row":
            image = image[:1]
        array = numbers.factor([known.value.shape[i] for i in image])
        self.fraction_bits += 1
        type_ = self.tensor(array.shape)
        other = (self.argument(array, type_), type_, ", ".join(f"d{i}" for i in image))
        value = self.generic([here, other], [f"%r = arith.mulf %b0, %b1 : {element}"], letters)
        shape = [s if i in image else 1 for i, s in enumerate(known.value.shape)]
        factor = array.reshape(shape)
        known = known.restart(known.value)
        linear, terms = (part * abs(factor) for part in (known.linear, known.terms))
        return value, letters, Known(known.value * factor, linear, known.shift, terms)

    def relu(self, moves, step, value, letters, known):
        """An activation, in whose generic the elements may move too."""
        element, moved = self.element.name, list(letters)
        if moves:
            random.Random(step["seed"]).shuffle(moved)
        at = ", ".join(f"d{moved.index(l)}" for l in letters)
        body = [f"%z = arith.constant 0.0 : {element}", f"%r = arith.maximumf %b0, %z : {element}"]
        value = self.generic([(value, self.type(letters), at)], body, moved)
        known = known.restart(np.maximum(known.value, 0))
        return value, moved, known.map(lambda a: np.transpose(a, [letters.index(l) for l in moved]))
