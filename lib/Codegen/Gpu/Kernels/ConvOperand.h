//===- ConvOperand.h - Operands of a convolution by dimension ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels address operands by the letters of their layout, whatever their rank
// and order, through flat memrefs.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVOPERAND_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVOPERAND_H

#include "IndexMath.h"

#include "Convoy/Dialect/ConvoyOps.h"

namespace mlir::convoy {

/// The image dimensions, outermost first. A convolution may lack the outer
/// ones, which then have size 1.
inline constexpr StringLiteral kImageLetters = "dhw";

/// All sizes of a convolution as values of one integer type.
struct ConvSizeValues {
  Value batch;
  Value groups;
  Value inputChannels;
  Value outputChannels;
  /// In the order of kImageLetters.
  std::array<Value, 3> inputImage;
  std::array<Value, 3> filterImage;
  std::array<Value, 3> outputImage;

  /// Constants where the sizes of `op` are known, else dimensions of the
  /// memrefs, which have the types of the op's operands.
  static ConvSizeValues get(const IndexMath &math, ConvOp op, Value input,
                            Value filter, Value init);
};

/// An operand as a flat memref, with the distance in elements between
/// neighbours along each of its dimensions.
struct ConvOperand {
  Value flat;
  Type elementType;
  std::string order;
  SmallVector<Value> strides;

  /// Views `memref`; the distances are of the type of `math`. `perGroup` is the
  /// size in one group of the dimension `merged`, which groups may be merged
  /// into.
  static ConvOperand get(const IndexMath &math, Value memref, StringRef order,
                         char merged, Value perGroup);

  /// The distance along `dim`, a constant zero where the operand lacks it.
  Value getStride(const IndexMath &math, char dim) const;

private:
  Value groupStride;
};

/// True if positions in `type` fit 32 bits with room to spare.
bool fits32Bits(MemRefType type);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVOPERAND_H
