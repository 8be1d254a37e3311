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
#include "mlir/IR/BuiltinDialect.h"

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
    if (result.wasInterrupted())
      return signalPassFailure();
    module.walk(dropForeignAttributes);
  }
};
} // namespace
