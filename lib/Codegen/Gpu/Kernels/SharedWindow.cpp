//===- SharedWindow.cpp - Vectors out of shared memory --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedWindow.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::convoy;

Value SharedWindow::get(int64_t offset) {
  Value &element = elements[offset];
  if (element)
    return element;
  OpBuilder &builder = math.getBuilder();
  Location loc = math.getLoc();
  IndexMath indices(builder, loc, builder.getIndexType());
  int64_t begin = offset / vectorWidth * vectorWidth;
  Type type = cast<MemRefType>(view.getType()).getElementType();
  if (vectorWidth == 1) {
    element =
        memref::LoadOp::create(builder, loc, view, indices.add(base, offset));
    return element;
  }
  Value &vector = vectors[begin];
  if (!vector)
    vector = vector::LoadOp::create(
        builder, loc, VectorType::get({vectorWidth}, type), view,
        indices.add(base, begin), /*nontemporal=*/false,
        llvm::MaybeAlign(vectorWidth * type.getIntOrFloatBitWidth() / 8));
  element = vector::ExtractOp::create(builder, loc, vector, offset - begin);
  return element;
}
