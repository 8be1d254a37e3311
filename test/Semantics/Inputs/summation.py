"""The order in which a convolution is added up.

linalg leaves it open. Upstream's loops add the products to the init one by one, so
that each sum is rounded at the size of the init, and a result with few products and a
large bias depends on where the bias was added more than on anything that the fold
does. Both programs are executed with the sum first and the init last, as convoy.conv
is defined: sum_first writes that out. Sums of 16 bits stay as they are: what is lost
in them is lost in the op.
"""

import re

# A named convolution in one line, or the first line of a generic one.
SUM = re.compile(
    r"^( *)(%[\w]+) = (linalg\.(?:depthwise_)?conv_\w+|linalg\.generic)(.*)"
    r"outs\((%[\w#]+) : (tensor<[^>]*(f32|f64)>)\)(.*)$"
)
ZERO = re.compile(r"^ *(%\w+) = arith\.constant (?:dense<)?0\.0+e\+00>? :")
FILL = re.compile(r"^ *(%\w+) = linalg\.fill ins\((%\w+) :")


def sum_first(module):
    """The text of a module in which no sum in f32 or f64 starts from more than zero."""
    lines, zeros, open_sum = [], set(), None
    for line in module.splitlines():
        if line.lstrip().startswith("func.func"):
            zeros = set()
        zero, fill, sum_ = ZERO.match(line), FILL.match(line), SUM.match(line)
        if zero:
            zeros.add(zero[1])
        elif fill and fill[2] in zeros:
            zeros.add(fill[1])
        if not sum_ or sum_[5] in zeros or (sum_[3] == "linalg.generic" and '"reduction"' not in line):
            lines.append(line)
            if open_sum and line.startswith(open_sum[0]):
                lines.append(open_sum[1])
                open_sum = None
            continue
        indent, name, op, operands, init, type_, element, rest = sum_.groups()
        scalar, start, total = (f"%{part}_{name[1:]}" for part in ("zero", "start", "sum"))
        lines += [
            f"{indent}{scalar} = arith.constant 0.0 : {element}",
            f"{indent}{start} = linalg.fill ins({scalar} : {element}) outs({init} : {type_}) -> {type_}",
            f"{indent}{total} = {op}{operands}outs({start} : {type_}){rest}",
        ]
        addition = f"{indent}{name} = arith.addf {total}, {init} : {type_}"
        if op == "linalg.generic":
            open_sum = (f"{indent}}} -> ", addition)
        else:
            lines.append(addition)
    return "\n".join(lines) + "\n"
