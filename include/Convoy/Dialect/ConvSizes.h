//===- ConvSizes.h - Sizes of a convolution by dimension -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dimensions of a convolution independent of the order in which an
// operand stores them. Kernels and lowerings ask here instead of indexing
// shapes. Arithmetic is checked for overflow.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVSIZES_H
#define CONVOY_DIALECT_CONVSIZES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace mlir::convoy {

class ConvOp;

/// The letters of #convoy.layout.
namespace conv_dim {
inline constexpr char kBatch = 'n';
inline constexpr char kGroup = 'g';
inline constexpr char kInputChannel = 'c';
inline constexpr char kOutputChannel = 'f';
} // namespace conv_dim

/// Position of `dim` in `order`, the letters of one operand's dimensions.
std::optional<unsigned> findDim(StringRef order, char dim);

/// Size of `dim` in an operand of shape `shape`: 1 where the operand lacks it,
/// ShapedType::kDynamic where unknown.
int64_t getDimSize(StringRef order, ArrayRef<int64_t> shape, char dim);

/// One operand's sizes; those of one image dimension in the order of
/// LayoutAttr::getImageDims. Unknown sizes are ShapedType::kDynamic.
struct ConvSizes {
  int64_t batch;
  int64_t groups;
  /// Channels and filters of one group.
  int64_t inputChannels;
  int64_t outputChannels;
  SmallVector<int64_t, 3> inputImage;
  SmallVector<int64_t, 3> filterImage;
  SmallVector<int64_t, 3> outputImage;

  /// The sizes of a verified op: the known ones of all operands together.
  static ConvSizes get(ConvOp op);
};

/// Number of outputs along one image dimension:
/// floor((input + padLow + padHigh - ((filter-1)*dilation + 1)) / stride) + 1,
/// at least 0. None if 64-bit arithmetic overflows. `stride` and `dilation`
/// are positive and no size is dynamic.
std::optional<int64_t> computeOutputSize(int64_t input, int64_t filter,
                                         int64_t stride, int64_t dilation,
                                         int64_t padLow, int64_t padHigh);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_CONVSIZES_H
