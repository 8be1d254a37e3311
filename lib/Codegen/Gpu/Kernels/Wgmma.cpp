//===- Wgmma.cpp - One wgmma instruction ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both operands from shared memory, K-major, f32 sums.
//
//===----------------------------------------------------------------------===//

#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"

using namespace mlir;
using namespace mlir::convoy;

Type convoy::getAccumulatorType(DeviceBuilder &b, int64_t columns) {
  SmallVector<Type> types(columns / 2, b.getF32Type());
  return LLVM::LLVMStructType::getLiteral(b.getContext(), types);
}

Value convoy::emitWgmma(DeviceBuilder &b, PatchProducts products,
                        int64_t columns, Value sums, Value filter, Value patch,
                        bool isFirst) {
  bool isTF32 = products == PatchProducts::TF32;
  NVVM::WGMMATypes type = isTF32 ? NVVM::WGMMATypes::tf32
                          : products == PatchProducts::BF16
                              ? NVVM::WGMMATypes::bf16
                              : NVVM::WGMMATypes::f16;
  auto shape = NVVM::MMAShapeAttr::get(b.getContext(), kWgmmaRows, columns,
                                       isTF32 ? 8 : 16);
  return NVVM::WgmmaMmaAsyncOp::create(
      b, sums.getType(), sums, filter, patch, shape, type, type,
      NVVM::WGMMATypes::f32,
      isFirst ? NVVM::WGMMAScaleOut::zero : NVVM::WGMMAScaleOut::one,
      NVVM::WGMMAScaleIn::one, NVVM::WGMMAScaleIn::one, NVVM::MMALayout::row,
      NVVM::MMALayout::col, NVVM::MMAIntOverflowAttr());
}

Value convoy::getDescriptorAddress(DeviceBuilder &b, Value address) {
  return b.widen(b.shr(address, kDescriptorUnitShift));
}
