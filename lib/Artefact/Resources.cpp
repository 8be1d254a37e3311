//===- Resources.cpp - Data of dense_resource constants -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One walk over the attributes of a module.
//
//===----------------------------------------------------------------------===//

#include "Resources.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace mlir;
using namespace mlir::convoy;

/// The bytes of a tensor of `type` in a resource; none where it has no such
/// size. Elements are whole bytes.
static std::optional<uint64_t> getSizeBytes(ShapedType type) {
  Type element = type.getElementType();
  uint64_t elementBytes = 8;
  if (element.isIntOrFloat())
    elementBytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  else if (!element.isIndex())
    return std::nullopt;
  bool overflows = false;
  uint64_t sizeBytes = elementBytes;
  for (int64_t dim : type.getShape()) {
    sizeBytes = llvm::SaturatingMultiply(sizeBytes, uint64_t(dim), &overflows);
    if (overflows)
      return std::nullopt;
  }
  return sizeBytes;
}

static LogicalResult checkResource(Operation *op,
                                   DenseResourceElementsAttr attribute) {
  DenseResourceElementsHandle handle = attribute.getRawHandle();
  AsmResourceBlob *blob = handle.getBlob();
  if (!blob)
    return op->emitError("expected data for the resource '")
           << handle.getKey() << "', found none";
  std::optional<uint64_t> sizeBytes = getSizeBytes(attribute.getType());
  if (!sizeBytes || blob->getData().size() != *sizeBytes)
    return op->emitError("expected the resource '")
           << handle.getKey() << "' to hold a " << attribute.getType()
           << ", found " << blob->getData().size() << " bytes";
  return success();
}

LogicalResult convoy::checkResources(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    return op->getAttrDictionary().walk(
        [&](DenseResourceElementsAttr attribute) {
          return succeeded(checkResource(op, attribute))
                     ? WalkResult::advance()
                     : WalkResult::interrupt();
        });
  });
  return failure(result.wasInterrupted());
}
