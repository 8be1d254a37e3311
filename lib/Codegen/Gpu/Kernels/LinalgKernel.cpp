//===- LinalgKernel.cpp - Kernels of linalg operations --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgKernel.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

#include <limits>

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

SmallVector<Value> convoy::collectKernelArguments(linalg::GenericOp op) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  llvm::SetVector<Value> arguments;
  for (Value operand : op->getOperands())
    if (!isConstant(operand))
      arguments.insert(operand);
  for (Value value : captured)
    if (!isConstant(value))
      arguments.insert(value);
  return arguments.takeVector();
}

gpu::GPUFuncOp convoy::createLinalgKernel(OpBuilder &builder,
                                          linalg::GenericOp op, StringRef name,
                                          ValueRange arguments,
                                          int64_t threadsPerBlock,
                                          IRMapping &mapping) {
  Location loc = op.getLoc();
  auto function = gpu::GPUFuncOp::create(
      builder, loc, name,
      builder.getFunctionType(TypeRange(arguments), TypeRange()));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
      {static_cast<int32_t>(threadsPerBlock), 1, 1}));
  Block *entry = &function.getBody().front();
  mapping.map(arguments, entry->getArguments().take_front(arguments.size()));
  builder.setInsertionPointToEnd(entry);

  llvm::SetVector<Value> captured(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  for (Value value : captured)
    if (isConstant(value))
      builder.clone(*value.getDefiningOp(), mapping);
  return function;
}

//===----------------------------------------------------------------------===//
// Sizes and positions
//===----------------------------------------------------------------------===//

FailureOr<LoopSizes> LoopSizes::get(linalg::GenericOp op) {
  LoopSizes sizes;
  sizes.staticSizes = op.getStaticLoopRanges();
  sizes.sources.resize(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [position, expr] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        Source &source = sizes.sources[dim.getPosition()];
        if (!source.operand)
          source = {operand.get(), static_cast<unsigned>(position)};
      }
  }
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (!sizes.sources[loop].operand)
      return op.emitError("expected a size for every loop among the sizes of "
                          "the operands, found none for loop ")
             << loop;
  return sizes;
}

std::optional<int64_t>
LoopSizes::getStaticProduct(ArrayRef<unsigned> loops) const {
  int64_t product = 1;
  for (unsigned loop : loops)
    if (!isStatic(loop) || llvm::MulOverflow(product, getStatic(loop), product))
      return std::nullopt;
  return product;
}

Value LoopSizes::getSize(const IndexMath &math, unsigned loop,
                         Lookup lookup) const {
  if (isStatic(loop))
    return math.constant(getStatic(loop));
  OpBuilder &builder = math.getBuilder();
  return math.fromIndex(memref::DimOp::create(
      builder, math.getLoc(), lookup(sources[loop].operand),
      static_cast<int64_t>(sources[loop].dim)));
}

Value LoopSizes::getProduct(const IndexMath &math, ArrayRef<unsigned> loops,
                            Lookup lookup) const {
  Value product = math.constant(1);
  for (unsigned loop : loops)
    product = math.mul(product, getSize(math, loop, lookup));
  return product;
}

Type convoy::chooseCounterType(OpBuilder &builder,
                               std::optional<int64_t> count) {
  constexpr int64_t kMargin = 1 << 20;
  bool isSmall =
      count && *count < std::numeric_limits<int32_t>::max() - kMargin;
  return isSmall ? Type(builder.getI32Type()) : builder.getIndexType();
}

Value convoy::createGlobalThreadIndex(const IndexMath &math,
                                      int64_t threadsPerBlock) {
  OpBuilder &builder = math.getBuilder();
  Location loc = math.getLoc();
  Value block =
      math.fromIndex(gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x));
  Value thread =
      math.fromIndex(gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x));
  return math.add(math.mul(block, threadsPerBlock), thread);
}

SmallVector<Value> convoy::delinearize(const IndexMath &math, Value linear,
                                       ArrayRef<Value> sizes) {
  SmallVector<Value> position(sizes.size());
  for (size_t i = sizes.size(); i-- > 0;) {
    if (i == 0) {
      position[0] = linear;
      break;
    }
    position[i] = math.rem(linear, sizes[i]);
    linear = math.div(linear, sizes[i]);
  }
  return position;
}

SmallVector<unsigned> convoy::getThreadOrder(linalg::GenericOp op) {
  llvm::SetVector<unsigned> order;
  SmallVector<utils::IteratorType> types = op.getIteratorTypesArray();
  // What only asserts has no results.
  if (op.getNumDpsInits() > 0)
    for (AffineExpr expr :
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        order.insert(dim.getPosition());
  SmallVector<unsigned> others;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (linalg::isParallelIterator(types[loop]) && !order.contains(loop))
      others.push_back(loop);
  others.append(order.begin(), order.end());
  return others;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

SmallVector<Value> convoy::cloneBody(OpBuilder &builder, linalg::GenericOp op,
                                     ValueRange operands, ValueRange ivs,
                                     IRMapping mapping) {
  Block *body = op.getBody();
  mapping.map(body->getArguments(), operands);
  for (Operation &inner : body->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      mapping.map(index.getResult(), ivs[index.getDim()]);
      continue;
    }
    builder.clone(inner, mapping);
  }
  SmallVector<Value> results;
  for (Value value : body->getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(value));
  return results;
}

/// The results of `map` at `ivs`, which may lack loops that it does not use.
static SmallVector<Value> applyMap(OpBuilder &builder, Location loc,
                                   AffineMap map, ValueRange ivs) {
  SmallVector<Value> position;
  for (AffineExpr expr : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      position.push_back(ivs[dim.getPosition()]);
      continue;
    }
    AffineMap single = AffineMap::get(map.getNumDims(), 0, expr);
    SmallVector<Value> used;
    for (unsigned loop = 0; loop < map.getNumDims(); ++loop)
      if (expr.isFunctionOfDim(loop))
        used.push_back(ivs[loop]);
    position.push_back(affine::AffineApplyOp::create(
        builder, loc, compressUnusedDims(single), used));
  }
  return position;
}

Value convoy::loadElement(OpBuilder &builder, Location loc, Value memref,
                          AffineMap map, ValueRange ivs) {
  return memref::LoadOp::create(builder, loc, memref,
                                applyMap(builder, loc, map, ivs));
}

void convoy::storeElement(OpBuilder &builder, Location loc, Value value,
                          Value memref, AffineMap map, ValueRange ivs) {
  memref::StoreOp::create(builder, loc, value, memref,
                          applyMap(builder, loc, map, ivs));
}
