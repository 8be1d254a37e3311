//===- Wgmma.cpp - One wgmma instruction ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// B from shared memory, A from there or from registers; K-major, f32 sums.
//
//===----------------------------------------------------------------------===//

#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"

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

/// The instruction's text. Its operands are the sums, as results and once more
/// as what they begin with, then the fragment, the descriptor and whether it
/// accumulates.
static std::string getRegisterWgmmaText(PatchProducts products,
                                        int64_t columns) {
  bool isTF32 = products == PatchProducts::TF32;
  StringRef type = isTF32                            ? "tf32"
                   : products == PatchProducts::BF16 ? "bf16"
                                                     : "f16";
  int64_t sums = columns / 2, operand = 2 * sums;
  auto list = [](int64_t first, int64_t count) {
    return llvm::join(
        llvm::map_range(llvm::seq(first, first + count),
                        [](int64_t i) { return "$" + std::to_string(i); }),
        ", ");
  };
  std::string fragment = list(operand, kWgmmaFragmentWords);
  operand += kWgmmaFragmentWords;
  std::string descriptor = "$" + std::to_string(operand);
  std::string accumulates = "$" + std::to_string(operand + 1);
  std::string shape =
      "m64n" + std::to_string(columns) + (isTF32 ? "k8" : "k16");
  // The last number of 16-bit types: B is not transposed.
  return ("{\n.reg .pred accumulates;\nsetp.ne.b32 accumulates, " +
          accumulates + ", 0;\nwgmma.mma_async.sync.aligned." + shape +
          ".f32." + type + "." + type + " {" + list(0, sums) + "}, {" +
          fragment + "}, " + descriptor + ", accumulates, 1, 1" +
          (isTF32 ? "" : ", 0") + ";\n}")
      .str();
}

Value convoy::emitWgmmaFromRegisters(DeviceBuilder &b, PatchProducts products,
                                     int64_t columns, Value sums,
                                     ValueRange fragment, Value filter,
                                     Value accumulates) {
  std::string results, tied;
  SmallVector<Value> operands;
  for (int64_t i : llvm::seq<int64_t>(0, columns / 2)) {
    operands.push_back(LLVM::ExtractValueOp::create(b, sums, i));
    results += "=f,";
    tied += std::to_string(i) + ",";
  }
  llvm::append_range(operands, fragment);
  operands.append({filter, accumulates});
  return LLVM::InlineAsmOp::create(b, TypeRange{sums.getType()}, operands,
                                   getRegisterWgmmaText(products, columns),
                                   results + tied + "r,r,r,r,l,r",
                                   /*has_side_effects=*/true,
                                   /*is_align_stack=*/false,
                                   LLVM::tailcallkind::TailCallKind::None,
                                   LLVM::AsmDialectAttr(), ArrayAttr())
      .getResult(0);
}

Value convoy::getDescriptorAddress(DeviceBuilder &b, Value address) {
  // Above its 18 bits an address has the block's rank in its cluster.
  constexpr int64_t kAddressMask = 0x3ffff;
  return b.widen(b.shr(b.bitAnd(address, kAddressMask), kDescriptorUnitShift));
}
