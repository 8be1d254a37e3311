#!/usr/bin/env python3
"""Computes the polynomials of convoy-expand-math that no series gives.

Writes lib/Codegen/Gpu/MathCoefficients.h: coefficients with the constant term
first, near-minimax fits by Chebyshev interpolation. The relative error of each
fit stands beside it. Needs mpmath.
"""

import pathlib

import mpmath as mp

mp.mp.dps = 60

HEADER = """\
//===- MathCoefficients.h - Fitted polynomials ------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written by scripts/fit-math-coefficients.py, which says what they are: edit
// that. Constant terms first.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_MATHCOEFFICIENTS_H
#define CONVOY_LIB_CODEGEN_GPU_MATHCOEFFICIENTS_H

// clang-format off

namespace mlir::convoy {

"""
FOOTER = """
} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_MATHCOEFFICIENTS_H
"""
TAN_PI_8 = mp.tan(mp.pi / 8)


def erf_part(square):
    """erf(x) / x - 1 as a function of x*x."""
    if square < mp.mpf(10) ** -40:
        return 2 / mp.sqrt(mp.pi) - 1
    x = mp.sqrt(square)
    return mp.erf(x) / x - 1


def erfcx_part(centre):
    """(1 + 2x) exp(x*x) erfc(x) as a function of (x - centre) / (x + centre)."""

    def function(t):
        x = centre * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (1 + 2 * x)

    return function


def atan_part(square):
    """(atan(x) / x - 1) / (x*x) as a function of x*x."""
    if square < mp.mpf(10) ** -40:
        return mp.mpf(-1) / 3
    x = mp.sqrt(square)
    return (mp.atan(x) / x - 1) / square


def fit(name, function, interval, degree, digits):
    """One table of C++: the coefficients and the error of the fit."""
    coefficients = mp.chebyfit(function, interval, degree + 1)
    error = mp.mpf(0)
    for i in range(401):
        x = interval[0] + (interval[1] - interval[0]) * mp.mpf(i) / 400
        error = max(error, abs(mp.polyval(coefficients, x) / function(x) - 1))
    values = ",\n    ".join(mp.nstr(c, digits) for c in reversed(coefficients))
    return (
        f"// Relative error 2^{mp.nstr(mp.log(error, 2), 3)}.\n"
        f"inline constexpr double {name}[] = {{\n    {values}}};\n"
    )


def erfcx_interval(centre, largest):
    return [(mp.mpf(x) - centre) / (mp.mpf(x) + centre) for x in (0.5, largest)]


def main():
    atan_interval = [0, TAN_PI_8**2]
    tables = [
        fit("kErfF32", erf_part, [0, 1], 7, 12),
        fit("kErfF64", erf_part, [0, 1], 14, 22),
        fit("kErfcxF32", erfcx_part(3), erfcx_interval(3, 11), 9, 12),
        fit("kErfcxF64", erfcx_part(3), erfcx_interval(3, 28), 23, 22),
        fit("kAtanF32", atan_part, atan_interval, 4, 12),
        fit("kAtanF64", atan_part, atan_interval, 11, 22),
    ]
    path = pathlib.Path(__file__).parent.parent
    path = path / "lib/Codegen/Gpu/MathCoefficients.h"
    path.write_text(HEADER + "\n".join(tables) + FOOTER)


if __name__ == "__main__":
    main()
