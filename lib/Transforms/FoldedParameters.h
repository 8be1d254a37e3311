//===- FoldedParameters.h - Filters and biases of a fold -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers of a fold: what becomes a constant is computed first, without
// touching the IR, so that a fold that would not be finite can be refused. What
// depends on run-time values is then emitted as ops on vectors of channels.
// Private to the Transforms room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_FOLDEDPARAMETERS_H
#define CONVOY_LIB_TRANSFORMS_FOLDEDPARAMETERS_H

#include "Convoy/Transforms/FoldAffine.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// The new filter and bias of one convolution, as far as they are constants.
struct FoldedParameters {
  /// Over the output and over the input channels.
  ChannelExpr scale;
  ChannelExpr inputScale;
  /// scale*(bias + correction) + shift, where the correction is what a shift
  /// of the input adds up to: sum(W[k,i]*t[i]). Null if the correction is
  /// known only at run time.
  ChannelExpr bias;
  /// Null if the scale or the filter is known only at run time.
  TypedAttr filter;
  bool keepsFilter = false;
  bool keepsInit = false;
  /// The scale stays behind the convolution, and with it the bias.
  bool keepsScale = false;
  /// Why steps in front of the convolution stay there, if they do: their scale
  /// would have to go into the filter, which cannot take it.
  std::optional<Refusal> keptInput;
  std::optional<FoldAudit> audit;
};

/// Computes the constants of `fold`; checks types and finiteness. `types` has
/// an entry for each way that the result is rounded; the worst decides.
FailureOr<FoldedParameters> computeParameters(ChannelExprPool &pool,
                                              const ConvolutionFold &fold,
                                              ArrayRef<AuditedTypes> types,
                                              const FoldOptions &options,
                                              Refusal &refusal);

/// The map from loops over a tensor of `rank` to its dimensions `dims`.
AffineMap getChannelMap(ArrayRef<int64_t> dims, unsigned rank,
                        MLIRContext *context);

/// The bias of a fold whose input is shifted by run-time values; emits the sum
/// of shifted weights.
ChannelExpr emitRuntimeBias(RewriterBase &rewriter, Location loc,
                            ChannelExprPool &pool, const ConvolutionFold &fold);

/// Emits `conv * scale[c] + bias[c]` in `elementType`, the one op of a scale
/// that stays behind the convolution.
Value emitKeptScale(RewriterBase &rewriter, ChannelExprPool &pool,
                    const ConvolutionFold &fold,
                    const FoldedParameters &parameters, Value conv,
                    Type elementType);

/// True if `op` is what emitKeptScale makes, on the result of `conv`.
bool isKeptScale(Operation *op, const ConvolutionInfo &conv);

/// Emits the filter and the init for the new convolution.
std::pair<Value, Value> emitParameters(RewriterBase &rewriter,
                                       ChannelExprPool &pool,
                                       const ConvolutionFold &fold,
                                       const FoldedParameters &parameters);

/// `value` in the float type `type`.
Value convertFloat(OpBuilder &builder, Location loc, Value value, Type type);

/// The shape of vectors over the channels, and their dynamic sizes.
std::pair<RankedTensorType, SmallVector<Value>>
getChannelShape(RewriterBase &rewriter, Location loc,
                const ChannelSpace &channels, Type elementType);

/// Emits `exprs` as tensors of `elementType` over `channels`, all in one
/// op unless they are constants.
SmallVector<Value> emitChannelVectors(RewriterBase &rewriter, Location loc,
                                      const ChannelExprPool &pool,
                                      ArrayRef<ChannelExpr> exprs,
                                      const ChannelSpace &channels,
                                      Type elementType);

/// Memory for the elements of a constant of type `type`.
AsmResourceBlob allocateConstant(RankedTensorType type);

/// The constant of type `type` whose elements are in `data`; small ones are
/// `dense`, large ones resource blobs.
TypedAttr makeConstant(RankedTensorType type, AsmResourceBlob data);

/// The filter times the scales of its output and input channels, as a constant
/// attribute. Streams through the data once; splats stay splats, large results
/// become resource blobs. Fails with `non-finite` if a weight is not finite, or
/// would not stay so.
FailureOr<TypedAttr> scaleFilter(const ChannelExprPool &pool, ChannelExpr scale,
                                 ChannelExpr inputScale,
                                 const ConvolutionInfo &conv, Attribute filter,
                                 Refusal &refusal);

/// sum(filter[k,i] * shift[i]) over everything but the output channels k, for a
/// constant filter and shift and static channels.
FailureOr<std::vector<double>> sumShiftedFilter(const ChannelExprPool &pool,
                                                ChannelExpr shift,
                                                const ConvolutionInfo &conv,
                                                Attribute filter,
                                                Refusal &refusal);

/// A tensor constant of the given numbers, row-major, rounded to its type.
TypedAttr getRoundedConstant(RankedTensorType type, ArrayRef<double> values);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_FOLDEDPARAMETERS_H
