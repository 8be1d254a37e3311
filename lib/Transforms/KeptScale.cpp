//===- KeptScale.cpp - Scales that stay behind a convolution --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one op of a scale that is not folded into a filter. Its form is fixed, so
// that convoy-form-conv can take it into the epilogue and a second fold leaves
// it alone.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"
#include "ParallelGeneric.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// The body acc*scale [+ bias], converted to `type`.
static void buildBody(OpBuilder &builder, Location loc, ValueRange arguments,
                      Type type) {
  Value value = arith::MulFOp::create(builder, loc, arguments[0], arguments[1]);
  if (arguments.size() == 4)
    value = arith::AddFOp::create(builder, loc, value, arguments[2]);
  unsigned from = value.getType().getIntOrFloatBitWidth();
  if (from > type.getIntOrFloatBitWidth())
    value = arith::TruncFOp::create(builder, loc, type, value);
  else if (from < type.getIntOrFloatBitWidth())
    value = arith::ExtFOp::create(builder, loc, type, value);
  linalg::YieldOp::create(builder, loc, value);
}

Value mlir::convoy::detail::emitKeptScale(RewriterBase &rewriter,
                                          ChannelExprPool &pool,
                                          const ConvolutionFold &fold,
                                          const FoldedParameters &parameters,
                                          Value conv, Type elementType) {
  Location loc = conv.getLoc();
  const ConvolutionInfo &info = fold.conv;
  Type accumulator = info.getResultType().getElementType();
  SmallVector<ChannelExpr, 2> vectors = {parameters.scale};
  ChannelExpr bias = parameters.bias;
  if (!bias)
    bias = emitRuntimeBias(rewriter, loc, pool, fold);
  if (!pool.isScalar(bias, 0))
    vectors.push_back(bias);
  SmallVector<Value> inputs = {conv};
  llvm::append_range(inputs,
                     emitChannelVectors(rewriter, loc, pool, vectors,
                                        info.getOutputChannels(), accumulator));

  unsigned rank = info.getResultType().getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  SmallVector<AffineMap> maps = {identity};
  maps.append(vectors.size(),
              getChannelMap(info.channelDims, rank, rewriter.getContext()));
  maps.push_back(identity);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, info.getInit()),
      elementType);
  return createParallelGeneric(
             rewriter, loc, inputs, init, maps,
             [&](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               buildBody(builder, bodyLoc, arguments, elementType);
             })
      .getResult(0);
}

bool mlir::convoy::detail::isKeptScale(Operation *op,
                                       const ConvolutionInfo &conv) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getInputs().size() < 2 ||
      generic.getInputs().size() > 3 ||
      generic.getInputs().front() != conv.getResult())
    return false;
  AffineMap channels = getChannelMap(conv.channelDims, generic.getNumLoops(),
                                     generic.getContext());
  SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
  for (AffineMap map : ArrayRef<AffineMap>(maps).drop_front().drop_back())
    if (map != channels)
      return false;
  auto next = generic.getBody()->without_terminator().begin();
  auto end = generic.getBody()->without_terminator().end();
  auto take = [&](auto isWanted) {
    bool taken = next != end && isWanted(*next);
    if (taken)
      ++next;
    return taken;
  };
  Block *body = generic.getBody();
  bool multiplies = take([&](Operation &inner) {
    return isa<arith::MulFOp>(inner) &&
           inner.getOperand(0) == body->getArgument(0) &&
           inner.getOperand(1) == body->getArgument(1);
  });
  bool adds = take([](Operation &inner) { return isa<arith::AddFOp>(inner); });
  take([](Operation &inner) {
    return isa<arith::TruncFOp, arith::ExtFOp>(inner);
  });
  return multiplies && next == end && adds == (generic.getInputs().size() == 3);
}
