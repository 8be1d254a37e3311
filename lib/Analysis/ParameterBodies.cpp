//===- ParameterBodies.cpp - Parameters that bodies of ops compute --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Structured ops and tensor.generate: their bodies are evaluated on the
// elements that they read.
//
//===----------------------------------------------------------------------===//

#include "ParameterBodies.h"

#include "Convoy/Analysis/Assertions.h"

#include "mlir/IR/AffineMap.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

FailureOr<ChannelExpr> mlir::convoy::detail::readOverLoops(
    ParameterReader &reader, Value value, ArrayRef<AffineExpr> indices,
    ArrayRef<AffineExpr> loops, Refusal &refusal) {
  SmallVector<AffineExpr> overChannels = llvm::map_to_vector(
      indices, [&](AffineExpr expr) { return expr.replaceDims(loops); });
  return reader.read(value, overChannels, refusal);
}

/// A parameter as seen from one convolution.
static SymbolicElement getParameter(ChannelExpr value) {
  SymbolicElement element;
  element.entries.push_back({ChannelExpr(), value});
  return element;
}

FailureOr<SymbolicElement> mlir::convoy::detail::readElementOverLoops(
    ParameterReader &reader, Value value, ArrayRef<AffineExpr> indices,
    ArrayRef<AffineExpr> loops, Refusal &refusal) {
  FailureOr<ChannelExpr> expr =
      readOverLoops(reader, value, indices, loops, refusal);
  if (failed(expr))
    return failure();
  return getParameter(*expr);
}

/// What operand `yieldIndex` of the terminator of `body` is, whose loops lie at
/// `loops`.
static FailureOr<ChannelExpr>
evaluateParameter(ParameterReader &reader, ChannelExprPool &pool, Block &body,
                  unsigned yieldIndex, ArrayRef<SymbolicElement> arguments,
                  ArrayRef<AffineExpr> loops, Refusal &refusal) {
  auto readElement = [&](Value value, ArrayRef<AffineExpr> indices,
                         Refusal &why) {
    return readElementOverLoops(reader, value, indices, loops, why);
  };
  FailureOr<SymbolicElement> element =
      evaluateBody(pool, body, yieldIndex, arguments, readElement, refusal);
  if (failed(element))
    return failure();
  return element->entries.front().shift;
}

/// What the arguments of the body of `op` are, whose loops lie at `loops`.
static FailureOr<SmallVector<SymbolicElement, 4>>
readArguments(ParameterReader &reader, ChannelExprPool &pool,
              linalg::LinalgOp op, ArrayRef<AffineExpr> loops,
              Refusal &refusal) {
  SmallVector<SymbolicElement, 4> arguments;
  for (OpOperand &operand : op->getOpOperands()) {
    if (op.getMatchingBlockArgument(&operand).use_empty()) {
      arguments.push_back(getParameter(pool.getScalar(0)));
      continue;
    }
    AffineMap map = op.getMatchingIndexingMap(&operand);
    FailureOr<SymbolicElement> element = readElementOverLoops(
        reader, operand.get(), map.getResults(), loops, refusal);
    if (failed(element))
      return failure();
    arguments.push_back(std::move(*element));
  }
  return arguments;
}

FailureOr<ChannelExpr>
ParameterReader::readStructured(linalg::LinalgOp op, OpResult result,
                                ArrayRef<AffineExpr> indices,
                                Refusal &refusal) {
  // The loops are known from the result's indices if the result's map is a
  // permutation.
  OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
  AffineMap inverse = inversePermutation(op.getMatchingIndexingMap(init));
  if (!inverse)
    return readLeaf(result, indices, refusal);
  SmallVector<AffineExpr> loops;
  for (AffineExpr expr : inverse.getResults())
    loops.push_back(expr.replaceDims(indices));

  FailureOr<SmallVector<SymbolicElement, 4>> arguments =
      readArguments(*this, pool, op, loops, refusal);
  if (failed(arguments))
    return failure();
  return evaluateParameter(*this, pool, *op.getBlock(),
                           result.getResultNumber(), *arguments, loops,
                           refusal);
}

FailureOr<ChannelExpr>
ParameterReader::readGenerated(Block &body, ArrayRef<AffineExpr> indices,
                               Refusal &refusal) {
  return evaluateParameter(*this, pool, body, /*yieldIndex=*/0,
                           /*arguments=*/{}, indices, refusal);
}

bool mlir::convoy::doAssertionsHold(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() ||
      op.getNumParallelLoops() != op.getNumLoops())
    return false;
  // Each iteration is a channel of its own. Where these cannot be enumerated,
  // the reader knows what is the same in all.
  MLIRContext *context = op.getContext();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  ChannelSpace iterations;
  iterations.type = RankedTensorType::get(sizes, Float64Type::get(context));
  llvm::append_range(iterations.dims, llvm::seq<int64_t>(sizes.size()));
  SmallVector<AffineExpr> loops = llvm::map_to_vector(
      llvm::seq<unsigned>(sizes.size()),
      [&](unsigned loop) { return getAffineDimExpr(loop, context); });

  ChannelExprPool pool;
  ParameterReader reader(pool, std::move(iterations),
                         [](Value) { return false; });
  Refusal refusal;
  FailureOr<SmallVector<SymbolicElement, 4>> arguments =
      readArguments(reader, pool, op, loops, refusal);
  auto readElement = [&](Value value, ArrayRef<AffineExpr> indices,
                         Refusal &why) {
    return readElementOverLoops(reader, value, indices, loops, why);
  };
  return succeeded(arguments) &&
         succeeded(checkAssertions(pool, *op.getBlock(), *arguments,
                                   readElement, refusal));
}
