//===- FormConvPlan.h - What becomes one convoy.conv -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The match of convoy-form-conv as plain data. Planning looks and mutates
// nothing; FormConv.cpp applies. Dimension orders are strings of the letters of
// #convoy.layout.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_FORMCONVPLAN_H
#define CONVOY_LIB_TRANSFORMS_FORMCONVPLAN_H

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::convoy {

/// One value for each output channel of all groups, group-major.
struct ChannelVector {
  /// A tensor whose only dimensions of a size other than one are the groups and
  /// channels, in this order; null if there is no vector.
  Value tensor;
  /// Otherwise one number for all channels, known now or at run time. At run
  /// time it is a scalar or a tensor of one element.
  TypedAttr constant;
  Value scalar;

  explicit operator bool() const { return tensor || constant || scalar; }
};

/// Where an elementwise op that joins the epilogue gets an operand from.
struct EpilogueOperand {
  enum class Kind {
    /// An earlier value of the epilogue, the tensor `value`.
    Derived,
    /// A number, `constant`.
    Constant,
    /// The element of the residual.
    Residual,
    /// The number for the channel, of `channelValues` the one at
    /// `channelValue`.
    Channel,
    /// A vector that became bias or scale; the epilogue does not see it.
    Consumed,
  };
  Kind kind;
  Value value;
  TypedAttr constant;
  unsigned channelValue = 0;
};

/// An elementwise op that joins the epilogue: a LinalgOp, or an elementwise op
/// on tensors.
struct EpilogueStep {
  Operation *op = nullptr;
  SmallVector<EpilogueOperand, 3> operands;
  /// The value in the body that is the sum once bias and scale are taken over
  /// by convoy.conv, and the body's ops that computed it; null if nothing was
  /// taken over.
  Value sumInBody;
  SmallPtrSet<Operation *, 2> takenOver;
  /// Scalars from outside that the body uses, and which of `channelValues` they
  /// are.
  llvm::SmallDenseMap<Value, unsigned, 1> captured;
};

struct ConvPlan {
  linalg::LinalgOp conv;

  Value input, filter;
  std::string inputOrder, filterOrder, outputOrder;
  int64_t groups = 1;
  /// Output channels of all groups; ShapedType::kDynamic if unknown.
  int64_t numChannels = 1;
  /// In the order of the letters in `image`.
  StringRef image;
  SmallVector<int64_t, 3> strides, dilations, padLow, padHigh;

  ChannelVector bias, scale;
  /// What the epilogue uses for each channel, or for all, apart from these.
  SmallVector<ChannelVector, 2> channelValues;
  Value residual;
  /// The sum starts from the residual: it is the convolution's init.
  bool startsFromResidual = false;
  Type accumulatorType;

  /// What is replaced, in program order; the last one's result is the value
  /// that convoy.conv computes. Starts with the convolution.
  SmallVector<Operation *> replaced;
  /// Those of `replaced` that compute.
  SmallVector<EpilogueStep> steps;

  /// For remarks: what is absorbed besides the epilogue, and where that ends.
  SmallVector<std::string> absorbed;
  Operation *leftBehind = nullptr;
  std::string leftBehindReason;

  /// The value that convoy.conv computes.
  Value getResult() const { return replaced.back()->getResult(0); }
};

/// Starts a plan with the convolution alone. Fails with `refusal` set if it has
/// no form as convoy.conv.
FailureOr<ConvPlan> planConvolution(const ConvolutionInfo &info,
                                    Refusal &refusal);

/// Absorbs what produces the operands: movement and padding of the input,
/// movement and scaling of the filter, the init as bias or residual.
void absorbOperands(ConvPlan &plan);

/// Absorbs what consumes the result.
void absorbEpilogue(ConvPlan &plan);

/// Takes over what the body of `op` does first to `sum`, the argument for the
/// convolution's scaled and shifted result so far: multiplication by a vector
/// of channels, then addition of one, if the plan has no scale and bias yet.
/// `order` is that of the op's result; `step` says which of the body's ops are
/// gone.
void absorbVectors(ConvPlan &plan, EpilogueStep &step, linalg::LinalgOp op,
                   StringRef order, Value sum);

/// The value that `value` is in a wider float type, or `value` itself.
Value skipWidening(Value value);

/// If `value` only moves the elements of another tensor, keeping their number,
/// makes it that tensor and `order` its order. Splitting groups off a channel
/// dimension is movement too.
bool lookThroughMovement(Value &value, std::string &order);

/// The order of the result of `op` if it only moves the elements of its
/// operand, an output of order `order`; none if it does something else.
std::optional<std::string> getMovedOrder(Operation *op, StringRef order,
                                         int64_t groups);

/// For each dimension of the result of the LinalgOp that owns `operand`, the
/// one of the operand that it is; none if the op does more than permute them.
std::optional<SmallVector<int64_t>> getOperandMovement(OpOperand *operand);

/// The operand of a LinalgOp that copies its only input, moved or broadcast;
/// null for other ops.
OpOperand *getCopiedOperand(Operation *op);

/// Finds the vector of `numChannels` elements that `value` repeats along
/// everything but the channels, of the value's element type or a narrower one.
/// `dims` has the letter of each dimension of
/// `value`, or a blank for one at whose first element it is read.
ChannelVector findChannelVector(Value value, std::string dims,
                                int64_t numChannels);

/// Finds the number that all elements of `value` are, if it is known only at
/// run time: a scalar, or a tensor of one element. `dims` as above.
ChannelVector findUniformElement(Value value, std::string dims);

/// Finds what `operand` of `op`, whose result has the order `order`, reads for
/// each output channel, or for all.
ChannelVector findChannelOperand(linalg::LinalgOp op, OpOperand *operand,
                                 StringRef order, int64_t numChannels);

/// The letters by which an operand with indexing map `map` is read, as
/// findChannelVector wants them; `loops` has the letter of each loop. None if
/// it is read otherwise than at loops and at zero.
std::optional<std::string> getReadDims(AffineMap map, ArrayRef<char> loops);

/// The number that all elements of `value` are; null if they are not constant
/// or not the same.
TypedAttr getUniformConstant(Value value);

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_FORMCONVPLAN_H
