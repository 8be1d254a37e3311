//===- Sizes.cpp - Sizes and windows that make no sense -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// True if the known sizes of `type` make it larger than 2^63 bytes. What has
/// no elements counts by its other sizes: strides are made of them.
static bool isTooLarge(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return false;
  Type element = tensor.getElementType();
  int64_t sizeBytes = element.isIntOrFloat()
                          ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)
                          : int64_t(sizeof(int64_t));
  for (int64_t size : tensor.getShape())
    if (!ShapedType::isDynamic(size) && size != 0 &&
        llvm::MulOverflow(sizeBytes, size, sizeBytes))
      return true;
  return false;
}

static LogicalResult checkTypes(Operation *op, TypeRange types) {
  for (Type type : types)
    if (isTooLarge(type))
      return op->emitError("expected tensors of less than 2^63 bytes, found ")
             << type;
  return success();
}

/// The named ops have these attributes; maps of a generic say it otherwise.
static LogicalResult checkWindow(Operation *op) {
  if (!isa<linalg::LinalgOp>(op))
    return success();
  for (StringRef name : {"strides", "dilations"}) {
    auto values = op->getAttrOfType<DenseIntElementsAttr>(name);
    if (!values)
      continue;
    for (const APInt &value : values)
      if (!value.isStrictlyPositive())
        return op->emitError("expected positive ")
               << name << ", found " << value.getSExtValue();
  }
  return success();
}

LogicalResult convoy::checkSizes(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) -> WalkResult {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (failed(checkTypes(op, block.getArgumentTypes())))
          return failure();
    if (failed(checkTypes(op, op->getResultTypes())))
      return failure();
    return checkWindow(op);
  });
  return failure(result.wasInterrupted());
}
