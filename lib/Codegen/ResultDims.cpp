//===- ResultDims.cpp - The sizes of an entry's results -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A copy of the entry returns the sizes of its results instead of the results.
// Upstream's reification of shapes then leaves nothing of the body but the
// arithmetic on sizes.
//
//===----------------------------------------------------------------------===//

#include "ResultDims.h"

#include "EntryAttributes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace mlir::convoy;

/// Replaces the returned tensors by their sizes.
static void returnSizes(func::FuncOp function) {
  auto terminator =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  OpBuilder builder(terminator);
  Location loc = terminator.getLoc();
  SmallVector<Value> sizes;
  for (Value result : terminator.getOperands()) {
    auto type = cast<RankedTensorType>(result.getType());
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(tensor::DimOp::create(builder, loc, result, dim));
      else
        sizes.push_back(
            arith::ConstantIndexOp::create(builder, loc, type.getDimSize(dim)));
  }
  terminator->setOperands(sizes);
  SmallVector<Type> resultTypes(sizes.size(), builder.getIndexType());
  function.setFunctionType(builder.getFunctionType(
      function.getFunctionType().getInputs(), resultTypes));
}

static LogicalResult resolveSizes(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  RewritePatternSet patterns(context);
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  memref::populateResolveShapedTypeResultDimsPatterns(patterns);
  for (Dialect *dialect : context->getLoadedDialects())
    dialect->getCanonicalizationPatterns(patterns);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    op.getCanonicalizationPatterns(patterns, context);
  if (failed(applyPatternsGreedily(function, std::move(patterns))))
    return function.emitError(
        "expected the computation of the results' sizes to simplify");
  return success();
}

/// Replaces the tensor arguments, of which nothing but sizes may be read, by
/// their sizes.
static LogicalResult takeSizes(func::FuncOp function) {
  Block &entry = function.getBody().front();
  OpBuilder builder(function.getContext());
  for (BlockArgument argument :
       SmallVector<BlockArgument>(entry.getArguments())) {
    auto type = cast<RankedTensorType>(argument.getType());
    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      sizes.push_back(
          entry.addArgument(builder.getIndexType(), argument.getLoc()));
    for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
      auto dim = dyn_cast<tensor::DimOp>(user);
      std::optional<int64_t> index =
          dim ? dim.getConstantIndex() : std::nullopt;
      if (!index)
        return user->emitError(
            "expected the shapes of the results to follow from the shapes of "
            "the arguments, found that they depend on values");
      dim.replaceAllUsesWith(sizes[*index]);
      dim.erase();
    }
  }
  entry.eraseArguments(
      [](BlockArgument argument) { return !argument.getType().isIndex(); });
  function.setFunctionType(builder.getFunctionType(
      entry.getArgumentTypes(), function.getFunctionType().getResults()));

  WalkResult left = function.walk([&](tensor::DimOp dim) {
    Operation *source = dim.getSource().getDefiningOp();
    if (!source)
      source = dim;
    source->emitError("expected the shapes of the results to follow from the "
                      "shapes of the arguments, found that they depend on '")
        << source->getName() << "'";
    return WalkResult::interrupt();
  });
  return failure(left.wasInterrupted());
}

LogicalResult convoy::createResultDimsFunction(func::FuncOp function) {
  OpBuilder builder(function);
  func::FuncOp sizes = function.clone();
  sizes.setName(getResultDimsFunctionName(function.getName()));
  sizes.setPrivate();
  sizes.setArgAttrsAttr(nullptr);
  sizes.setResAttrsAttr(nullptr);
  builder.insert(sizes);
  // The entry itself asserts; here an assertion would keep what it reads alive.
  sizes.walk([](cf::AssertOp assertion) { assertion.erase(); });
  returnSizes(sizes);
  if (succeeded(resolveSizes(sizes)) && succeeded(takeSizes(sizes)))
    return success();
  sizes.erase();
  return failure();
}
