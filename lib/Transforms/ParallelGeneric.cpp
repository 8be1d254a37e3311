//===- ParallelGeneric.cpp - Elementwise structured ops -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParallelGeneric.h"

using namespace mlir;
using namespace mlir::convoy;

linalg::GenericOp mlir::convoy::detail::createParallelGeneric(
    OpBuilder &builder, Location loc, ValueRange inputs, ValueRange inits,
    ArrayRef<AffineMap> maps,
    function_ref<void(OpBuilder &, Location, ValueRange)> buildBody) {
  SmallVector<Attribute> ofOperands;
  for (auto [position, map] : llvm::enumerate(maps))
    ofOperands.push_back(position > 0 && map == maps[position - 1]
                             ? ofOperands.back()
                             : AffineMapAttr::get(map));
  Attribute parallel = linalg::IteratorTypeAttr::get(
      builder.getContext(), utils::IteratorType::parallel);
  SmallVector<Attribute> ofLoops(maps.front().getNumDims(), parallel);
  return linalg::GenericOp::create(
      builder, loc, TypeRange(inits), inputs, inits,
      builder.getArrayAttr(ofOperands), builder.getArrayAttr(ofLoops),
      /*doc=*/StringAttr(), /*libraryCall=*/StringAttr(), buildBody);
}
