"""Affine steps in their spellings."""

import numpy as np

from .choose import MOVES, OBSTACLES

# How many bits behind the point a step may add to a sum of whole numbers.
FRACTION_BITS = {"mul": 1, "div": 1, "fma": 1, "twice": 1, "batch-norm": 3}


class StepWriter:
    """What Function knows of steps."""

    def steps(self, steps, value, letters, known):
        for step in steps:
            value, letters, known = self.step(step, value, letters, known)
        return value, letters, known

    def step(self, step, value, letters, known):
        numbers = self.numbers(step)
        op = step["op"]
        self.fraction_bits += FRACTION_BITS.get(op, 0)
        if op in MOVES:
            return self.move(op, step, value, letters, known)
        if op in OBSTACLES:
            self.blocked = True
            return self.obstacle(op, step, numbers, value, letters, known)
        arguments = len(self.arguments)
        if op == "batch-norm":
            value, known = self.batch_norm(step, numbers, value, letters, known)
        elif op in ("neg", "twice"):
            value, known = self.unary(op, step, value, letters, known)
        else:
            value, known = self.binary(op, step, numbers, value, letters, known)
        # A constant step that changes nothing may count or not; a positive factor
        # may cross an activation.
        if self.blocked or (known.unchanged and len(self.arguments) == arguments):
            self.idle_steps += 1
        else:
            self.expected_steps += 1
        if not self.blocked:
            self.foldable = known
        return value, letters, known

    def unary(self, op, step, value, letters, known):
        type_, element = self.type(letters), self.element.name
        here = (value, type_, self.whole(letters))
        if op == "neg":
            known = known.affine(-1.0, 0.0)
            if step["spelling"] == "arith":
                return self.emit(f"arith.negf {value} : {type_}"), known
            if step["spelling"] == "named":
                text = f"linalg.negf ins({value} : {type_}) outs({self.empty(letters)} : {type_}) -> {type_}"
                return self.emit(text), known
            return self.generic([here], [f"%r = arith.negf %b0 : {element}"], letters), known
        # 0.5*y + y and y + y: one value used twice.
        if step["spelling"] == "arith":
            return self.emit(f"arith.addf {value}, {value} : {type_}"), known.affine(2.0, 0.0)
        body = [
            f"%h = arith.constant 0.5 : {element}",
            f"%t = arith.mulf %b0, %h : {element}",
            f"%r = arith.addf %t, %b0 : {element}",
        ]
        return self.generic([here], body, letters), known.affine(1.5, 0.0)

    def binary(self, op, step, numbers, value, letters, known):
        if op == "fma":
            step = dict(step, spelling="generic")
        draw = numbers.shift if op in ("add", "sub", "rsub") else numbers.factor
        other, p = self.operand(step, draw, letters)
        known = {
            "add": lambda: known.affine(1.0, p),
            "sub": lambda: known.affine(1.0, -p),
            "rsub": lambda: known.affine(-1.0, p),
            "mul": lambda: known.affine(p, 0.0),
            "div": lambda: known.affine(1 / p, 0.0),
            "fma": lambda: known.affine(p, p),
        }[op]()
        swap = op == "rsub" or (op in ("add", "mul") and step["seed"] % 2)
        name = {"rsub": "sub"}.get(op, op)
        if step["spelling"] == "generic":
            return self.binary_generic(name, value, other, swap, letters), known
        left, right = (other[0], value) if swap else (value, other[0])
        return self.spell(step["spelling"], name, left, right, letters), known

    def binary_generic(self, name, value, other, swap, letters):
        scalar, _, at = other
        operands, p = [(value, self.type(letters), self.whole(letters))], scalar
        if at is not None:
            operands, p = operands + [other], "%b1"
        sides = f"{p}, %b0" if swap else f"%b0, {p}"
        element = self.element.name
        body = [f"%r = arith.{name}f {sides} : {element}"]
        if name == "fma":
            body = [f"%r = math.fma %b0, {p}, {p} : {element}"]
        return self.generic(operands, body, letters)

    def spell(self, spelling, name, left, right, letters):
        """One of the ops on two tensors of one shape."""
        type_ = self.type(letters)
        if spelling == "arith":
            return self.emit(f"arith.{name}f {left}, {right} : {type_}")
        operands = f"ins({left}, {right} : {type_}, {type_}) outs({self.empty(letters)} : {type_})"
        if spelling == "named":
            return self.emit(f"linalg.{name} {operands} -> {type_}")
        if spelling == "map":
            return self.emit(f"linalg.map {{ arith.{name}f }} {operands}")
        kind = f"kind=#linalg.elementwise_kind<{name}>"
        return self.emit(f"linalg.elementwise {kind} {operands} -> {type_}")

    def batch_norm(self, step, numbers, value, letters, known):
        """gamma * (y - mean) / sqrt(variance + epsilon) + beta in one body."""
        element = self.element.name
        channels = [l for l in letters if l in step.get("channels", self.channels())]
        shape = [self.size[l] for l in channels]
        arrays = [numbers.factor(shape), numbers.shift(shape), numbers.shift(shape), numbers.variance(shape)]
        epsilon = float(self.element.round(0.0 if self.exact else 1e-3))
        at = ", ".join(f"d{letters.index(l)}" for l in channels)
        operands = [(value, self.type(letters), self.whole(letters))]
        operands += [(self.parameter(a, step["runtime"]), self.tensor(shape), at) for a in arrays]
        spellings = [
            ["%q = math.sqrt %w : T", "%n = arith.divf %c, %q : T"],
            ["%one = arith.constant 1.0 : T", "%s = math.sqrt %w : T"]
            + ["%q = arith.divf %one, %s : T", "%n = arith.mulf %q, %c : T"],
            ["%q = math.rsqrt %w : T", "%n = arith.mulf %c, %q : T"],
        ]
        # rsqrt is not exact on powers of four everywhere.
        inverse = spellings[step["seed"] % (2 if self.exact else 3)]
        body = [f"%e = arith.constant {epsilon:.9e} : T", "%c = arith.subf %b0, %b3 : T"]
        body += ["%w = arith.addf %b4, %e : T"] + inverse
        body += ["%t = arith.mulf %n, %b1 : T", "%r = arith.addf %t, %b2 : T"]
        body = [line.replace(": T", f": {element}") for line in body]
        gamma, beta, mean, variance = (self.spread(a, channels, letters) for a in arrays)
        a = gamma / np.sqrt(variance + epsilon)
        known = known.affine(a, beta - mean * a, abs(mean * a) + abs(beta))
        return self.generic(operands, body, letters), known
