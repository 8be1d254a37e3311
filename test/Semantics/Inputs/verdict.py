"""What must hold for a program: what the fold did with it, and its numbers."""

import re

import numpy as np

# ---- what was folded -----------------------------------------------------------

# Arithmetic on tensors, or in the body of an elementwise op.
ARITHMETIC = re.compile(
    r"\b(arith\.(add|sub|mul|div|neg)f|math\.fma|linalg\.(add|sub|mul|div|negf|map|elementwise))\b"
)


def functions_of(module):
    """The text of each function by its name."""
    parts = re.split(r"^  func\.func @(\w+)", module, flags=re.M)[1:]
    return {name: text for name, text in zip(parts[::2], parts[1::2])}


def inline_resources(module):
    """Resources as dense constants: mlir-translate does not read them."""
    blobs = dict(re.findall(r'^ *(\w+): "0x[0-9A-F]{8}([0-9A-F]*)"', module, re.M))
    module = re.sub(r"\{-#.*?#-\}", "", module, flags=re.S)
    return re.sub(r"dense_resource<(\w+)>", lambda m: f'dense<"0x{blobs[m[1]]}">', module)


def count_convolutions(text):
    return len(re.findall(r'linalg\.(?:depthwise_)?conv_|iterator_types = \[[^]]*"reduction"', text))


def behind_convolution(text):
    """The lines of a folded function behind its last convolution."""
    lines = text.splitlines()
    last = 0
    for i, line in enumerate(lines):
        if re.search(r"linalg\.(depthwise_)?conv_", line):
            last = i
        elif '"reduction"' in line:
            last = i + next(k for k, l in enumerate(lines[i:]) if "} ->" in l)
    return lines[last + 1 :]


def may_fold(function, steps):
    """Whether `steps` is a right number of folded steps."""
    extra = steps - function.expected_steps
    return 0 <= extra <= function.idle_steps or (steps == 0 and function.is_identity())


def judge_fold(function, folded, remarks, mixes_steps=False):
    """What is wrong with the fold of `function`: its text afterwards, and what was
    said about it. Steps that were put into one body count as one."""
    program = function.program
    # Several chains, and roundings between steps, fold in ways that are not foretold.
    if function.has_structure() or program["type"] not in ("f32", "f16", "bf16", "mixed-f16", "mixed-bf16"):
        return None
    # The accumulator is as narrow as the filter, so the audit may refuse.
    if program["type"] in ("f16", "bf16") and any("[Missed] accuracy-limit" in l for l in remarks):
        return None
    counts = [int(n) for l in remarks for n in re.findall(r"folded (\d+) steps?", l)]
    # A lone scale on the accumulator may be kept already, and says nothing.
    may_be_kept = program["type"].startswith("mixed") or program["policy"] == "epilogue"
    if may_be_kept and not counts and function.expected_steps <= 1:
        return None
    # Steps that several convolutions share are counted with each of them.
    front = program["front"] or "joined" in program
    shared = front or program["parts"]
    if not shared and not mixes_steps and not may_fold(function, sum(counts)):
        return f"expected {function.expected_steps} folded steps, found {sum(counts)}"
    if not mixes_steps and not function.may_fold_front(sum(counts)):
        return f"expected {function.front_steps} folded steps in front, found {sum(counts)} in all"
    # A generic convolution whose body has the steps in front is none any more.
    is_mixed = mixes_steps and front and function.op == "generic"
    if function.blocked or is_mixed:
        return None
    refused = [l for l in remarks if "[Missed]" in l]
    if refused and not front:
        return f"refused: {refused[0]}"
    # Vectors of channels are computed in f64, in front of the op that keeps a scale.
    left = [l.strip() for l in behind_convolution(folded) if ARITHMETIC.search(l) and not l.endswith(": f64")]
    # Convolutions that meet stay one sum; what multiplies by one may stay.
    kept = 2 * sum("with the scale behind it" in l for l in remarks)
    if len(left) > kept + function.idle_steps + len(program["parts"]):
        return f"left behind the convolution: {left[0]}"
    return None


# ---- numbers -------------------------------------------------------------------


def rms(array):
    return float(np.sqrt(np.mean(np.square(np.asarray(array, float))))) if np.size(array) else 0.0


def judge_numbers(function, fused, unfused):
    """What is wrong with the results of the two programs, in memory."""
    for i, ((*_, element, known), got, plain) in enumerate(zip(function.results, fused, unfused)):
        if got.shape != known.value.shape or plain.shape != known.value.shape:
            return f"result {i}: expected shape {known.value.shape}, found {got.shape} and {plain.shape}"
        got, plain = element.load(got), element.load(plain)
        error, unfused_error = rms(got - known.value), rms(plain - known.value)
        if function.is_exact() and not (np.array_equal(got, known.value) and np.array_equal(plain, known.value)):
            return f"result {i}: expected the exact numbers, found errors of {error:.3g} fused, {unfused_error:.3g} unfused"
        bound = 2 * element.roundoff * rms(known.magnitude())
        # Otherwise the generator's own numbers are wrong.
        coarsest = max(element.roundoff, function.types.operands.roundoff)
        if not unfused_error <= 64 * coarsest * max(rms(known.terms), 1e-30):
            return f"result {i}: RMSE {unfused_error:.3g} unfused, against numpy"
        if not error <= max(2 * unfused_error, bound):
            return f"result {i}: RMSE {error:.3g} fused, {max(2 * unfused_error, bound):.3g} allowed"
    return None
