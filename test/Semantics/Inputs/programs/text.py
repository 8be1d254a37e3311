"""The text of a function, line by line."""

import math

import numpy as np

from .known import Numbers


def literal(array):
    """The text of an array in dense<>; every number is read back as it is."""
    array = np.asarray(array)
    if array.ndim == 0:
        return f"{float(array):.9e}"
    return "[" + ", ".join(literal(part) for part in array) + "]"


def tensor(sizes, element):
    return "tensor<" + "".join(f"{'?' if s is None else s}x" for s in sizes) + element + ">"


class Writer:
    """Emits lines. `element` is the format that the program has arrived at."""

    def __init__(self, name, program, element):
        self.name, self.program, self.element = name, program, element
        self.exact = program["exact"]
        self.lines, self.arguments, self.inputs, self.count = [], [], [], 0
        # Name, letters, type and numbers of each result.
        self.results = []

    def numbers(self, part):
        return Numbers(part["seed"], self.exact, self.element)

    def emit(self, text):
        self.count += 1
        self.lines.append(f"    %v{self.count} = {text}")
        return f"%v{self.count}"

    def argument(self, array, type_):
        name = f"%a{len(self.arguments)}"
        self.arguments.append(f"{name}: {type_}")
        self.inputs.append((array, self.element))
        return name

    def parameter(self, array, runtime):
        type_ = self.tensor(array.shape)
        if runtime:
            return self.argument(array, type_)
        return self.emit(f"arith.constant dense<{literal(array)}> : {type_}")

    def constant(self, number):
        return self.emit(f"arith.constant {literal(number)} : {self.element.name}")

    def tensor(self, sizes):
        return tensor(sizes, self.element.name)

    def static(self, letters):
        """Sizes of a tensor with these dimensions."""
        return [math.prod(self.size[part] for part in l) for l in letters]

    def dims(self, letters):
        """The same with the dynamic batch as None."""
        dynamic = self.program["dynamic"]
        return [None if dynamic and l == "n" else s for l, s in zip(letters, self.static(letters))]

    def type(self, letters):
        return self.tensor(self.dims(letters))

    def batch(self):
        """The dynamic batch."""
        at = self.emit(f"arith.constant {self.input.index('n')} : index")
        return self.emit(f"tensor.dim %a0, {at} : {self.source_type}")

    def empty(self, letters):
        sizes = self.batch() if None in self.dims(letters) else ""
        return self.emit(f"tensor.empty({sizes}) : {self.type(letters)}")

    def whole(self, letters):
        return ", ".join(f"d{i}" for i in range(len(letters)))

    def generic(self, operands, body, letters, result=None):
        """`operands` are (value, type, map results); body lines yield %r. `result` is
        another format than that of the operands."""
        loops = self.whole(letters)
        maps = [f"affine_map<({loops}) -> ({m})>" for _, _, m in operands]
        maps.append(f"affine_map<({loops}) -> ({loops})>")
        names = ", ".join(f"%b{i}: {self.element.name}" for i in range(len(operands)))
        types = ", ".join(['"parallel"'] * len(letters))
        self.element = result or self.element
        out, element = self.type(letters), self.element.name
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{types}]}} "
            f"ins({', '.join(o[0] for o in operands)} : {', '.join(o[1] for o in operands)}) "
            f"outs({self.empty(letters)} : {out}) {{\n    ^bb0({names}, %o: {element}):\n"
            + "".join(f"      {line}\n" for line in body)
            + f"      linalg.yield %r : {element}\n    }} -> {out}"
        )

    def convert(self, value, letters, to, spelling):
        """`value` in the format `to`."""
        if to is self.element:
            return value
        source, type_ = self.element.name, self.type(letters)
        op = "arith.truncf" if to.roundoff > self.element.roundoff else "arith.extf"
        if spelling % 2:
            operand = (value, type_, self.whole(letters))
            return self.generic([operand], [f"%r = {op} %b0 : {source} to {to.name}"], letters, to)
        self.element = to
        return self.emit(f"{op} {value} : {type_} to {self.type(letters)}")

    def text(self):
        types = [type_ for _, _, type_, _, _ in self.results]
        values = ", ".join(value for value, *_ in self.results)
        return (
            f"  func.func @{self.name}({', '.join(self.arguments)}) -> ({', '.join(types)}) {{\n"
            + "\n".join(self.lines)
            + f"\n    return {values} : {', '.join(types)}\n  }}\n"
        )
