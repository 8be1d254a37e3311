//===- PatchSplit.h - Splitting f32 into f16 parts -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic of split products, which input and filter share: numbers are
// scaled by a power of two so that the largest is in [2^14, 2^15), f16's upper
// end, and written as a high part of 11 bits and a low part of what is left.
// Beside it, the rounding to tf32.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSPLIT_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSPLIT_H

#include "DeviceBuilder.h"

namespace mlir::convoy {

/// What low parts of the input are scaled by, so that they use all of f16's
/// range.
inline constexpr float kLowPartScale = 2048.0f;
/// Exponents below a scale's that are represented to 22 bits.
inline constexpr int64_t kMaxSpan = 27;

/// High and low f16 parts of two scaled numbers, each two in one i32. The low
/// parts are multiplied by `lowScale`.
std::pair<Value, Value> splitF16(DeviceBuilder &b, Value first, Value second,
                                 float lowScale);

/// Two high parts of a filter, i32, times 2^-11: what multiplies low parts of
/// the input that were multiplied by 2^11.
Value lowerHighParts(DeviceBuilder &b, Value pair);

/// Powers of two that scale by the largest magnitude.
struct SplitScale {
  /// Exponent field of the largest magnitude, not below 15.
  Value exponent;
  /// What to multiply by, f32, and the bits of its inverse, i32.
  Value up;
  Value down;
};

/// Least exponent field of a scale: below, its factor would overflow, and what
/// is smaller is represented all the same.
inline constexpr int64_t kLeastExponent = 15;

/// The factor, f32, that brings numbers up to exponent field `exponent` to
/// f16's upper end; the field counts as 15 if it is less.
Value getScaleUp(DeviceBuilder &b, Value exponent);

/// The scale for a largest magnitude, given as bits.
SplitScale getSplitScale(DeviceBuilder &b, Value largest);

/// True if numbers between the magnitudes `largest` and `smallest` + 1 (bits;
/// all ones where all are zero) are not all represented to 22 bits: they span
/// more than 2^27, or are not finite.
Value isBeyondSplit(DeviceBuilder &b, Value largest, Value smallest,
                    const SplitScale &scale);

/// The tf32 number, i32, nearest to the f32 number `bits`, i32; the largest
/// where rounding would make a finite number infinite.
Value roundToTF32(DeviceBuilder &b, Value bits);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSPLIT_H
