"""Executes the expansions of math functions on the CPU and measures their error.

Usage: check_math.py --bin BUILD_BIN --bounds docs/Math.md [--count N] [--show]

Every operation in the page's table, in f32 and f64, over samples of all
exponents, of the range where the function varies, and of special values. The
reference is the system's libm in a wider type (f64 for f32, the 80-bit type for
f64; erf and erfc of f64: the f64 one, whose own error is added to the bound).
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

ARITY = {"atan2": 2, "powf": 2, "quotient_by_large": 2, "quotient_by_root": 2}
REFERENCES = {
    "acos": np.arccos, "acosh": np.arccosh, "asin": np.arcsin, "asinh": np.arcsinh, "atan": np.arctan, "atan2": np.arctan2,
    "atanh": np.arctanh, "cbrt": np.cbrt, "cos": np.cos, "cosh": np.cosh, "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "erfc": np.vectorize(math.erfc, otypes=[np.float64]), "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log,
    "log10": np.log10, "log1p": np.log1p, "log2": np.log2, "powf": np.power, "rsqrt": lambda x: 1 / np.sqrt(x), "sin": np.sin,
    "sinh": np.sinh, "tan": np.tan, "tanh": np.tanh}
# Names of quotients that the page writes as formulas, and how they are computed.
QUOTIENTS = {
    "x / (1 + abs(y))": "quotient_by_large", "x / (1 + sqrt(y))": "quotient_by_root", "x / 6": "quotient_by_six", "x / -0.1": "quotient_by_tenth"}
BODIES = {
    "quotient_by_large": ["%one = arith.constant 1.0 : {kind}", "%a = math.absf %x1 : {kind}", "%d = arith.addf %a, %one : {kind}"],
    "quotient_by_root": ["%one = arith.constant 1.0 : {kind}", "%a = math.sqrt %x1 : {kind}", "%d = arith.addf %one, %a : {kind}"],
    "quotient_by_six": ["%d = arith.constant 6.0 : {kind}"], "quotient_by_tenth": ["%d = arith.constant -0.1 : {kind}"]}
DTYPES = {"f32": np.float32, "f64": np.float64}
LIMITED = {"sin": 2.0**30, "cos": 2.0**30, "tan": 2.0**30}


def narrow(number, like):
    """Rounded to the type whose reference is computed in that of `like`."""
    return (np.float32 if like.dtype == np.float64 else np.float64)(number)


REFERENCES["quotient_by_large"] = lambda x, y: x / (narrow(1, y) + np.abs(narrow(y, y))).astype(y.dtype)
REFERENCES["quotient_by_root"] = lambda x, y: x / (narrow(1, y) + np.sqrt(narrow(y, y))).astype(y.dtype)
REFERENCES["quotient_by_six"] = lambda x: x / 6
REFERENCES["quotient_by_tenth"] = lambda x: x / -narrow(0.1, x).astype(x.dtype)


def read_bounds(path):
    """{operation: {"f32": ulp, "f64": ulp}} from the page's tables."""
    with open(path) as page:
        rows = re.findall(r"^\| `([^`]+)` \| ([\d.]+) \| ([\d.]+) \|", page.read(), re.MULTILINE)
    names = [QUOTIENTS.get(name, name.removeprefix("math.")) for name, _, _ in rows]
    return {name: {"f32": float(f32), "f64": float(f64)} for name, (_, f32, f64) in zip(names, rows)}


def body_text(name, kind, operands):
    """Computes %y of %x0, %x1."""
    if name not in BODIES:
        return f"    %y = math.{name} {operands} : {kind}"
    lines = [line.format(kind=kind) for line in BODIES[name]] + [f"%y = arith.divf %x0, %d : {kind}"]
    return "\n".join(f"    {line}" for line in lines)


def function_text(name, kind, count):
    tensor = f"tensor<{count}x{kind}>"
    arity = ARITY.get(name, 1)
    arguments = ", ".join(f"%a{i}: {tensor}" for i in range(arity))
    inputs = ", ".join(f"%a{i}" for i in range(arity))
    types = ", ".join([tensor] * arity)
    maps = ", ".join(["affine_map<(d0) -> (d0)>"] * (arity + 1))
    block = ", ".join(f"%x{i}: {kind}" for i in range(arity))
    operands = ", ".join(f"%x{i}" for i in range(arity))
    return f"""func.func @{name}_{kind}({arguments}) -> {tensor} {{
  %empty = tensor.empty() : {tensor}
  %0 = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel"]}} ins({inputs} : {types}) outs(%empty : {tensor}) {{
  ^bb0({block}, %out: {kind}):
{body_text(name, kind, operands)}
    linalg.yield %y : {kind}
  }} -> {tensor}
  return %0 : {tensor}
}}
"""


def sample(kind, count, rng, limit, argument):
    """Numbers of all exponents, of the middle of the range, and special ones:
    for the second argument in an order that meets each of the first one's."""
    dtype = DTYPES[kind]
    integers = {"f32": np.uint32, "f64": np.uint64}[kind]
    bits = rng.integers(0, np.iinfo(integers).max, size=count // 3, dtype=integers, endpoint=True)
    middle = rng.uniform(-1, 1, size=count - count // 3) * np.exp2(rng.integers(-6, 8, size=count - count // 3).astype(np.float64))
    info = np.finfo(dtype)
    special = np.array([0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, np.inf, -np.inf, np.nan, info.tiny, -info.tiny, info.max, info.min,
                        info.smallest_subnormal, -info.smallest_subnormal, 1 + info.eps, 1 - info.epsneg], dtype)
    values = np.concatenate([bits.view(dtype), middle.astype(dtype)])
    pairs = np.repeat(special, len(special)) if argument == 0 else np.tile(special, len(special))
    values[:len(pairs)] = pairs
    return np.where(np.abs(values) > limit, dtype(1), values) if limit else values


def errors(found, reference, kind):
    """Errors in ulp; infinite where one is special and the other is not."""
    info = np.finfo(DTYPES[kind])
    wide = reference.dtype
    rounded = reference.astype(DTYPES[kind])
    exponent = np.frexp(np.abs(np.where(np.isfinite(reference), reference, 1)))[1]
    ulp = np.ldexp(wide.type(1), np.maximum(exponent - 1 - info.nmant, info.minexp - info.nmant))
    finite = np.isfinite(found) & np.isfinite(rounded)
    result = np.abs(found.astype(wide) - reference) / ulp
    same = (found == rounded) | (np.isnan(found) & np.isnan(rounded))
    # The largest number and infinity are neighbours.
    near = (np.abs(found) == info.max) & np.isinf(rounded) | np.isinf(found) & (np.abs(rounded) == info.max)
    result = np.where(finite, result, np.where(same | near, 0, np.inf))
    wrong_sign = (found == 0) & (rounded == 0) & (np.signbit(found) != np.signbit(rounded))
    return np.where(wrong_sign, np.inf, result)


def run(*command, **options):
    process = subprocess.run(command, capture_output=True, **options)
    if process.returncode:
        raise RuntimeError(f"{os.path.basename(command[0])}: {process.stderr.decode().strip()}")
    return process.stdout


def measure(options, folder, name, kind, rng):
    inputs = [sample(kind, options.count, rng, LIMITED.get(name), i) for i in range(ARITY.get(name, 1))]
    flags = []
    for i, array in enumerate(inputs):
        np.save(f"{folder}/{i}.npy", array)
        flags.append(f"--input={folder}/{i}.npy")
    run(f"{options.bin}/convoy-run", f"{folder}/math.so", "--device=cpu", f"--entry={name}_{kind}", *flags, f"--output={folder}/y.npy")
    wide = np.float64 if kind == "f32" else np.longdouble
    with np.errstate(all="ignore"):
        reference = REFERENCES[name](*(array.astype(wide) for array in inputs)).astype(wide)
        found = errors(np.load(f"{folder}/y.npy"), reference, kind)
    worst = int(np.argmax(found))
    return found[worst], [array[worst] for array in inputs]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--bounds", required=True)
    parser.add_argument("--count", type=int, default=300000)
    parser.add_argument("--show", action="store_true", help="print every error, not only the largest")
    options = parser.parse_args()
    bounds = read_bounds(options.bounds)
    missing = sorted(set(REFERENCES) ^ set(bounds))
    if missing:
        sys.exit(f"table and references differ in {missing}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(function_text(name, kind, options.count) for name in bounds for kind in DTYPES)
        expanded = run(f"{options.bin}/convoy-opt", "--convoy-expand-math", "-", input=text.encode())
        leftover = set(re.findall(rb"math\.\w+", expanded)) - {b"math.fma", b"math.absf", b"math.sqrt", b"math.copysign", b"math.floor"}
        if leftover:
            sys.exit(f"not expanded: {leftover}")
        run(f"{options.bin}/convoy-compile", "-", "--remarks=none", "-o", f"{folder}/math.so", input=expanded)
        for name in bounds:
            for kind in DTYPES:
                error, at = measure(options, folder, name, kind, np.random.default_rng(1))
                extra = 1 if kind == "f64" and name in ("erf", "erfc") else 0
                holds = error <= bounds[name][kind] + extra
                failed += not holds
                if options.show or not holds:
                    print(f"{'ok  ' if holds else 'FAIL'} {name} {kind}: {error:.3f} ulp at {at}")
    print(f"{2 * len(bounds) - failed} of {2 * len(bounds)} bounds hold")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
