#!/usr/bin/env python3
"""Computes the polynomials of convoy-expand-math that no series gives.

Writes lib/Codegen/Gpu/MathCoefficients.h: coefficients with the constant term
first, near-minimax fits by Chebyshev interpolation or, where an error weighs
more in one place than in another, by Remez exchange. The error that each fit
makes in the function stands beside it. Needs mpmath.
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
BOUNDS = """\
// Where other formulas of f32 begin.
inline constexpr double kLargestErfNearZeroF32 = {erf};
inline constexpr double kLargestTanhNearZeroF32 = {tanh};

"""
FOOTER = """
} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_MATHCOEFFICIENTS_H
"""
LARGEST_ERF_NEAR_ZERO = mp.mpf(15) / 16
LARGEST_TANH_NEAR_ZERO = mp.mpf(9) / 16
TINY = mp.mpf(10) ** -8
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
    return table(name, coefficients[::-1], error, digits)


def log2_erfc(x):
    return mp.log(mp.erfc(x), 2)


def weigh_log2_erfc(x):
    """What an error of log2(erfc(x)) is in erf(x), relatively."""
    return mp.erfc(x) * mp.log(2) / mp.erf(x)


def exp_tail(r):
    """(exp(r) - 1 - r) / r^2."""
    if abs(r) < mp.mpf(10) ** -15:
        return mp.mpf(1) / 2 + r / 6
    return (mp.exp(r) - 1 - r) / r**2


def tanh_part(square):
    """(tanh(x) / x - 1) / (x*x) as a function of x*x."""
    if square < mp.mpf(10) ** -20:
        return mp.mpf(-1) / 3 + square * 2 / 15
    x = mp.sqrt(square)
    return (mp.tanh(x) / x - 1) / square


def solve_exchange(function, weight, points, degree):
    """The polynomial whose weighted errors at the points are equal and alternate."""
    matrix = mp.matrix(degree + 2, degree + 2)
    values = mp.matrix(degree + 2, 1)
    for i, x in enumerate(points):
        for j in range(degree + 1):
            matrix[i, j] = x**j
        matrix[i, degree + 1] = (-1) ** i / weight(x)
        values[i] = function(x)
    return list(mp.lu_solve(matrix, values)[: degree + 1])


def find_extrema(errors):
    """The place of the largest magnitude in each stretch of one sign."""
    extrema, begin = [], 0
    for i in range(1, len(errors) + 1):
        if i == len(errors) or (errors[i] > 0) != (errors[begin] > 0):
            extrema.append(max(range(begin, i), key=lambda k: abs(errors[k])))
            begin = i
    return extrema


def fit_weighted(name, function, weight, interval, degree):
    """One table of C++: the polynomial of the least weight * error."""
    low, high = map(mp.mpf, interval)

    def cosine_points(count):
        return [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]

    grid = cosine_points(601)
    points = cosine_points(degree + 2)
    for _ in range(8):
        coefficients = solve_exchange(function, weight, points, degree)
        errors = [weight(x) * (mp.polyval(coefficients[::-1], x) - function(x)) for x in grid]
        extrema = find_extrema(errors)
        assert len(extrema) >= degree + 2, name
        while len(extrema) > degree + 2:
            del extrema[0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1]
        points = [grid[k] for k in extrema]
    return table(name, coefficients, max(map(abs, errors)), 12)


def table(name, coefficients, error, digits):
    values = ",\n    ".join(mp.nstr(c, digits) for c in coefficients)
    return f"// Error 2^{mp.nstr(mp.log(error, 2), 3)}.\ninline constexpr double {name}[] = {{\n    {values}}};\n"


def erfcx_interval(centre, largest):
    return [(mp.mpf(x) - centre) / (mp.mpf(x) + centre) for x in (0.5, largest)]


def main():
    atan_interval = [0, TAN_PI_8**2]
    tables = [
        # Weights make errors of the polynomial errors of the function, relative ones.
        fit_weighted("kErfF32", erf_part, lambda s: 1 / (1 + erf_part(s)), [0, LARGEST_ERF_NEAR_ZERO**2], 5),
        fit_weighted("kLog2ErfcF32", log2_erfc, weigh_log2_erfc, [LARGEST_ERF_NEAR_ZERO, 4], 6),
        fit("kErfF64", erf_part, [0, 1], 14, 22),
        fit("kErfcxF32", erfcx_part(3), erfcx_interval(3, 11), 9, 12),
        fit("kErfcxF64", erfcx_part(3), erfcx_interval(3, 28), 23, 22),
        # Without the power zero there is no error to weigh at zero.
        fit_weighted("kExpTailF32", exp_tail, lambda r: (r * r + TINY) / mp.exp(r), [-mp.log(2) / 2, mp.log(2) / 2], 4),
        fit_weighted("kExp2F32", lambda r: mp.mpf(2) ** r, lambda r: mp.mpf(2) ** -r, [-0.5, 0.5], 5),
        fit_weighted("kTanhF32", tanh_part, lambda s: s + TINY, [0, LARGEST_TANH_NEAR_ZERO**2], 3),
        fit("kAtanF32", atan_part, atan_interval, 4, 12),
        fit("kAtanF64", atan_part, atan_interval, 11, 22),
    ]
    path = pathlib.Path(__file__).parent.parent
    path = path / "lib/Codegen/Gpu/MathCoefficients.h"
    bounds = BOUNDS.format(erf=mp.nstr(LARGEST_ERF_NEAR_ZERO, 12), tanh=mp.nstr(LARGEST_TANH_NEAR_ZERO, 12))
    path.write_text(HEADER + bounds + "\n".join(tables) + FOOTER)


if __name__ == "__main__":
    main()
