//===- FloatRows.h - Reading and writing many floats -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// loadAsDouble and storeRounded (ConstantData.h) for consecutive numbers, at
// the speed of memory. Callers work in blocks that stay in the cache.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_FLOATROWS_H
#define CONVOY_ANALYSIS_FLOATROWS_H

#include "Convoy/Analysis/ConstantData.h"

namespace mlir::convoy {

/// How many numbers are worked on at a time: a few buffers of so many doubles
/// fit into the fastest cache.
constexpr int64_t kBlockLength = 512;

/// Reads the numbers of kind `kind` that begin at `data`, which needs no
/// alignment, as many as there are `values`.
void loadRow(FloatKind kind, const char *data, MutableArrayRef<double> values);

/// Reads the numbers of `constant` from number `first` of the row-major order
/// on.
void loadRow(const ConstantData &constant, int64_t first,
             MutableArrayRef<double> values);

/// Rounds `values` to nearest even and stores them from `data` on. Returns true
/// if all of what is stored is finite.
bool storeRow(FloatKind kind, ArrayRef<double> values, char *data);

/// The same, and gives the numbers that are stored. `values` and `rounded` are
/// different arrays.
bool roundRow(FloatKind kind, ArrayRef<double> values, char *data,
              MutableArrayRef<double> rounded);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_FLOATROWS_H
