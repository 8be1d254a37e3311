//===- ChannelExpr.h - Expressions over output channels --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Symbolic scalars that vary along the output channels of one convolution:
// the a[c] and b[c] of a step a[c]*x + b[c]. Constant parts are evaluated in
// double precision as soon as they are built, so that constant parameters are
// rounded once, when the folded weights are written. What depends on values of
// the running program stays symbolic. Nothing here reads or writes IR beyond
// holding references to values and ops.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_CHANNELEXPR_H
#define CONVOY_ANALYSIS_CHANNELEXPR_H

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"

#include <vector>

namespace mlir::convoy {

/// A reference to an expression of a ChannelExprPool; null means "absent",
/// which a step reads as "the convolution does not occur in this value".
class ChannelExpr {
public:
  ChannelExpr() = default;
  explicit operator bool() const { return id >= 0; }
  bool operator==(ChannelExpr other) const { return id == other.id; }
  bool operator!=(ChannelExpr other) const { return id != other.id; }
  int32_t getId() const { return id; }

private:
  friend class ChannelExprPool;
  explicit ChannelExpr(int32_t id) : id(id) {}
  int32_t id = -1;
};

/// A tensor over channels that is put together from parts, one behind the
/// other along one dimension.
struct ChannelParts {
  struct Part {
    /// Over `channels`, which lie at `offset` of the whole.
    ChannelExpr expr;
    ChannelSpace channels;
    int64_t offset = 0;
  };
  SmallVector<Part, 2> parts;
  /// The shape of the whole, and the dimension along which the parts lie.
  SmallVector<int64_t> sizes;
  unsigned dim = 0;
};

/// One node. Operands precede their users in the pool.
struct ChannelExprNode {
  enum class Kind {
    /// The same number for all channels.
    Scalar,
    /// One number for each channel, the last channel dimension fastest.
    Vector,
    /// The element of `value` at `indices`, which are expressions over the
    /// dimensions of the convolution's result; a scalar value has none.
    Leaf,
    /// The one of `indices` itself, of type index.
    Position,
    /// The result of `op` (elementwise, one result) on `operands`.
    Apply,
    /// The element of `parts` at `indices`.
    Parts,
  };
  Kind kind = Kind::Scalar;
  /// The type of constants that are no floats (the outcome of a comparison,
  /// say); null for floats, which have no type before they are rounded.
  Type type;
  double scalar = 0;
  std::vector<double> vector;
  Value value;
  SmallVector<AffineExpr, 4> indices;
  Operation *op = nullptr;
  /// For Apply without an op: the arithmetic that the chain itself adds.
  enum class Arithmetic { None, Add, Subtract, Multiply, Divide, Negate };
  Arithmetic arithmetic = Arithmetic::None;
  SmallVector<ChannelExpr, 2> operands;
  std::unique_ptr<ChannelParts> parts;
};

/// Owns the expressions of one analysis.
class ChannelExprPool {
public:
  using Node = ChannelExprNode;
  using Arithmetic = ChannelExprNode::Arithmetic;

  const Node &get(ChannelExpr expr) const { return *nodes[expr.getId()]; }

  ChannelExpr getScalar(double value, Type type = {});
  ChannelExpr getVector(std::vector<double> values, Type type = {});
  ChannelExpr getLeaf(Value value, ArrayRef<AffineExpr> indices);
  /// The number that `index`, over the dimensions of the convolution's result,
  /// has for each channel; for channels whose sizes are not known.
  ChannelExpr getPosition(AffineExpr index);
  /// The element of `parts` at `indices`, which are expressions over the
  /// dimensions of `channels`; evaluated if all parts are constant.
  ChannelExpr getParts(ChannelParts parts, ArrayRef<AffineExpr> indices,
                       const ChannelSpace &channels);

  ChannelExpr add(ChannelExpr lhs, ChannelExpr rhs);
  ChannelExpr subtract(ChannelExpr lhs, ChannelExpr rhs);
  ChannelExpr multiply(ChannelExpr lhs, ChannelExpr rhs);
  ChannelExpr divide(ChannelExpr lhs, ChannelExpr rhs);
  ChannelExpr negate(ChannelExpr operand);
  /// The result of the elementwise op `op` on `operands`; null if the op has
  /// no meaning on single elements (regions, side effects, several results).
  ChannelExpr apply(Operation *op, ArrayRef<ChannelExpr> operands);

  bool isConstant(ChannelExpr expr) const {
    return get(expr).kind == Node::Kind::Scalar ||
           get(expr).kind == Node::Kind::Vector;
  }
  /// True if `expr` is the number `value` for all channels.
  bool isScalar(ChannelExpr expr, double value) const {
    return get(expr).kind == Node::Kind::Scalar && get(expr).scalar == value;
  }
  /// True if both are the same expression or the same number.
  bool isEqual(ChannelExpr lhs, ChannelExpr rhs) const {
    return lhs == rhs || (get(lhs).kind == Node::Kind::Scalar &&
                          isScalar(rhs, get(lhs).scalar));
  }
  /// The value of a constant `expr` for channel number `channel`.
  double evaluate(ChannelExpr expr, int64_t channel) const {
    const Node &node = get(expr);
    return node.kind == Node::Kind::Scalar ? node.scalar : node.vector[channel];
  }

  /// `expr` and all it refers to over the same channels, operands first.
  SmallVector<ChannelExpr> getPostOrder(ArrayRef<ChannelExpr> roots) const;

private:
  ChannelExpr push(Node node);
  ChannelExpr applyArithmetic(Arithmetic arithmetic,
                              ArrayRef<ChannelExpr> operands);

  std::vector<Node *> nodes;
  llvm::SpecificBumpPtrAllocator<Node> storage;
  /// The numbers 0 and 1, which are asked for most.
  ChannelExpr zero, one;
};

/// Evaluates the elementwise op `op` on `operands` in double precision, as if
/// all of its float types were f64. Conversions between float types are
/// identities: the rounding they stand for is what the fold removes. None for
/// ops it does not know, and for integers that wrap around.
std::optional<double> evaluateInDouble(Operation *op,
                                       ArrayRef<double> operands);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_CHANNELEXPR_H
