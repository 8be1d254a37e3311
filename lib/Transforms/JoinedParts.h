//===- JoinedParts.h - One op for the parts of a concatenation -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Front ends write a grouped convolution as slices of the input channels, a
// convolution of each, and a concatenation. Here the parts are matched with
// each other, op by op, and made again as one, without anything that copies
// elements at run time. Planning looks and mutates nothing.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_JOINEDPARTS_H
#define CONVOY_LIB_TRANSFORMS_JOINEDPARTS_H

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy {

/// Tensors of one type, in the order in which they are concatenated along
/// dimension `dim`, whose size is static.
struct Parts {
  SmallVector<Value> values;
  int64_t dim = 0;

  RankedTensorType getType() const {
    return cast<RankedTensorType>(values.front().getType());
  }
  /// The type of the concatenation.
  RankedTensorType getJoinedType() const;
};

/// A tensor that is made of parts and of nothing else.
struct Concatenation {
  Parts parts;
  /// The ops that put them together; the last one's result is the tensor.
  SmallVector<Operation *> ops;
};

/// The concatenation that ends with `op`, a tensor.concat or the last of a
/// chain of tensor.insert_slice; none for other ops.
std::optional<Concatenation> getConcatenation(Operation *op);

/// Plans and makes the joined form of parts.
class PartJoiner {
public:
  /// True if all parts are computed alike from slices of one value, constants,
  /// and such, by way of at least one convolution for each, and for nothing
  /// else.
  bool plan(const Concatenation &concatenation);

  /// Makes what was planned, at the builder's insertion point.
  Value build(OpBuilder &builder) { return build(builder, root); }

  /// The grouped convolutions that build() made.
  ArrayRef<linalg::LinalgOp> getConvolutions() const { return convolutions; }

private:
  /// How one tuple of parts is joined.
  struct Node {
    enum class Kind {
      /// The value `source` as it is.
      Whole,
      /// A slice of `source` from `offset` on.
      Slice,
      Constant,
      /// A pad, a reshape of dimensions of size one, or an elementwise op on
      /// tensors that is no LinalgOp.
      Cloned,
      /// A LinalgOp that computes element by element.
      Elementwise,
      Convolution,
    };
    Kind kind;
    Parts parts;
    /// The tensor of Whole and Slice, which starts at `offset`.
    Value source;
    int64_t offset = 0;
    /// Joined operands, for each operand of the op; kShared where all parts
    /// have the same.
    SmallVector<unsigned, 3> operands;
    /// A convolution is among what computes this.
    bool dependsOnConvolution = false;
  };
  using Joined = std::optional<unsigned>;
  static constexpr unsigned kShared = ~0u;

  Joined join(const Parts &parts);
  Joined joinAnew(const Parts &parts);
  Joined joinSlices(const Parts &parts);
  Joined joinConstants(const Parts &parts);
  Joined joinUnstructured(const Parts &parts);
  Joined joinElementwise(const Parts &parts);
  Joined joinConvolutions(const Parts &parts);
  bool joinOperand(Node &node, unsigned index, std::optional<int64_t> dim);
  Joined add(Node node);
  bool areUsedOnlyHere(ArrayRef<Operation *> concatenation) const;

  Value build(OpBuilder &builder, unsigned index);
  Value buildNode(OpBuilder &builder, const Node &node);
  Value buildElementwise(OpBuilder &builder, const Node &node);
  Value buildConvolution(OpBuilder &builder, const Node &node);
  Value buildOperand(OpBuilder &builder, const Node &node, unsigned index);

  SmallVector<Node> nodes;
  unsigned root = 0;
  /// What became of the parts that start with a value, along a dimension.
  DenseMap<std::pair<Value, int64_t>, Joined> joined;
  /// What is made already, by node; ops with several results by the first
  /// part's op.
  DenseMap<unsigned, Value> values;
  DenseMap<Operation *, Operation *> ops;
  SmallVector<linalg::LinalgOp> convolutions;
  /// Bounds the recursion.
  unsigned depth = 0;
  static constexpr unsigned kMaxDepth = 64;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_JOINEDPARTS_H
