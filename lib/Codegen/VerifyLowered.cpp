//===- VerifyLowered.cpp - Nothing is left to lower -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's conversions leave behind what they do not know. An artefact has
// no runtime beyond libc, libm and its own thread pool, so whatever is left is
// an error that names it.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinDialect.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYVERIFYLOWERED
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// Functions that upstream's lowerings call for memory of their own.
static bool isAllocator(StringRef name) {
  return llvm::is_contained({"malloc", "free", "aligned_alloc", "memrefCopy",
                             "_mlir_memref_to_llvm_alloc",
                             "_mlir_memref_to_llvm_free"},
                            name);
}

/// Code reaches data of at most this many bytes.
static constexpr uint64_t kMaxConstantBytes = (uint64_t(1) << 31) - 1;

/// The size of the data in `global`.
static uint64_t getConstantBytes(LLVM::GlobalOp global) {
  auto elements = dyn_cast_if_present<ElementsAttr>(global.getValueOrNull());
  Type element = elements ? elements.getElementType() : Type();
  if (!element || !element.isIntOrIndexOrFloat())
    return 0;
  uint64_t sizeBytes =
      element.isIndex() ? sizeof(int64_t)
                        : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  for (int64_t size : elements.getShapedType().getShape())
    sizeBytes = llvm::SaturatingMultiply(sizeBytes, uint64_t(size));
  return sizeBytes;
}

/// Refuses more constants than fit: a splat may be of any size.
static LogicalResult checkConstants(ModuleOp module) {
  uint64_t totalBytes = 0;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    totalBytes = llvm::SaturatingAdd(totalBytes, getConstantBytes(global));
    if (totalBytes > kMaxConstantBytes)
      return global.emitError("expected constants of at most ")
             << kMaxConstantBytes << " bytes in all, found " << totalBytes
             << " or more";
  }
  return success();
}

/// Drops what would keep the LLVM dialect's own tools from reading the module.
static void dropForeignAttributes(Operation *op) {
  SmallVector<StringAttr> foreign;
  for (NamedAttribute attr : op->getDiscardableAttrs())
    if (!isa<BuiltinDialect, LLVM::LLVMDialect>(attr.getValue().getDialect()))
      foreign.push_back(attr.getName());
  for (StringAttr name : foreign)
    op->removeDiscardableAttr(name);
}

namespace {
struct VerifyLoweredPass
    : convoy::impl::ConvoyVerifyLoweredBase<VerifyLoweredPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op == module)
        return WalkResult::advance();
      // Compiled kernels, which the artefact's tables hold.
      if (isa<gpu::BinaryOp>(op))
        return WalkResult::skip();
      if (!isa_and_nonnull<LLVM::LLVMDialect>(op->getDialect())) {
        op->emitError("expected operations that the CPU path can compile, "
                      "found '")
            << op->getName() << "'";
        return WalkResult::interrupt();
      }
      auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
      if (function && function.isExternal() &&
          isAllocator(function.getName())) {
        op->emitError("expected a program that allocates nothing, found a use "
                      "of '")
            << function.getName() << "'";
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted() || failed(checkConstants(module)))
      return signalPassFailure();
    module.walk(dropForeignAttributes);
  }
};
} // namespace
