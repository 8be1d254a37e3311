//===- ChannelComputation.h - What one channel's elements take -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a graph of elementwise ops on vectors of channels as scalar operations
// for one channel.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_CHANNELCOMPUTATION_H
#define CONVOY_LIB_TRANSFORMS_CHANNELCOMPUTATION_H

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::convoy {

/// The scalar operations that compute one channel's elements of vectors of
/// `numChannels` elements, as far as ops of one block compute them. Values that
/// have one element, or are scalars, are the same for all channels.
class ChannelComputation {
public:
  /// `numChannels` is ShapedType::kDynamic where it is unknown.
  ChannelComputation(Block *block, int64_t numChannels)
      : block(block), numChannels(numChannels) {}

  /// True if `value` is computed by ops that emit() takes over. Changes no IR.
  bool isComputed(Value value);

  /// Makes operations on scalars that compute the element of `value`, for which
  /// isComputed holds. `getLeaf` makes the element of a value that is not
  /// computed: a vector, a tensor of one element, or a scalar.
  Value emit(OpBuilder &builder, Value value,
             llvm::function_ref<Value(Value)> getLeaf);

private:
  enum class Kind {
    /// Cannot be had for one channel.
    Unavailable,
    Leaf,
    /// The attribute is the element.
    Constant,
    /// The element of the defining op's first operand.
    Moved,
    /// Results of a LinalgOp.
    Structured,
    /// An elementwise op on tensors or scalars.
    Elementwise,
  };
  struct Node {
    Kind kind = Kind::Unavailable;
    TypedAttr constant;
  };

  /// The same for all channels.
  bool isUniform(Type type) const;
  /// One element for each channel.
  bool isVector(Type type) const;

  Node getNode(Value value);
  Node classify(Value value);
  Kind classifyDefinition(Operation *op);
  bool isAvailable(Value value) {
    return getNode(value).kind != Kind::Unavailable;
  }
  bool areAvailable(ValueRange values);
  bool isAvailable(linalg::LinalgOp op);
  bool takeFromBudget(int64_t count);

  void emitStructured(OpBuilder &builder, linalg::LinalgOp op,
                      llvm::function_ref<Value(Value)> getLeaf);

  Block *block;
  int64_t numChannels;
  /// Scalar operations that may still be made.
  int64_t budget = kMaxOperations;
  DenseMap<Value, Node> nodes;
  /// What has been emitted.
  DenseMap<Value, Value> elements;

  /// Bounds what each thread block of a kernel does before it starts.
  static constexpr int64_t kMaxOperations = 256;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_CHANNELCOMPUTATION_H
