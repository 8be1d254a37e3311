//===- EmitPtx.cpp - A gpu.module to PTX ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's translation and optimisation of GPU modules, with checks in front
// of the back end: what it cannot select ends the process, and what it does not
// know becomes an external function that nobody provides.
//
//===----------------------------------------------------------------------===//

#include "EmitPtx.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Target/LLVM/ModuleToObject.h"

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr llvm::StringLiteral kTriple = "nvptx64-nvidia-cuda";
static constexpr int kOptimizationLevel = 3;

/// True if `op` is an instruction that later architectures do not have,
/// although nothing in it says so.
static bool isArchitectureSpecific(Operation *op) {
  if (isa<NVVM::WgmmaMmaAsyncOp, NVVM::SetMaxRegisterOp>(op))
    return true;
  StringRef assembly;
  if (auto inlineAsm = dyn_cast<LLVM::InlineAsmOp>(op))
    assembly = inlineAsm.getAsmString();
  else if (auto inlinePtx = dyn_cast<NVVM::InlinePtxOp>(op))
    assembly = inlinePtx.getPtxCode();
  return assembly.contains("wgmma") || assembly.contains("setmaxnreg") ||
         assembly.contains("tcgen05");
}

/// True if `op` runs on GPUs called `target`.
static bool isAvailable(Operation *op, StringRef target) {
  auto requirement = dyn_cast<NVVM::RequiresSMInterface>(op);
  return !requirement ||
         requirement.getRequiredMinSMVersion().isCompatibleWith(
             NVVM::NVVMCheckSMVersion::getTargetSMVersionFromStr(target));
}

/// The target that `module` is compiled for, or a diagnostic.
static FailureOr<std::string> chooseTarget(gpu::GPUModuleOp module,
                                           const Chip &chip) {
  StringRef general = chip.name;
  general.consume_back("a");
  bool isSpecific = false;
  WalkResult result = module.walk([&](Operation *op) {
    isSpecific |= isArchitectureSpecific(op) || !isAvailable(op, general);
    if (isAvailable(op, chip.name))
      return WalkResult::advance();
    op->emitError("expected an operation that ")
        << chip.name << " has, found '" << op->getName() << "'";
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  return isSpecific ? chip.name.str() : general.str();
}

namespace {
class PtxEmitter : public LLVM::ModuleToObject {
public:
  PtxEmitter(Operation &module, StringRef target, StringRef features)
      : ModuleToObject(module, kTriple, target, features, kOptimizationLevel) {}

protected:
  FailureOr<SmallVector<char, 0>>
  moduleToObject(llvm::Module &llvmModule) override {
    for (const llvm::Function &function : llvmModule)
      if (function.isDeclaration() && !function.isIntrinsic())
        return emitError(getOperation().getLoc(),
                         "expected kernels that call nothing outside of their "
                         "module, found a call of '")
               << function.getName() << "'";
    FailureOr<llvm::TargetMachine *> machine = getOrCreateTargetMachine();
    if (failed(machine))
      return emitError(getOperation().getLoc(),
                       "expected LLVM to have the NVPTX target, found no ")
             << kTriple << " for " << chip;
    FailureOr<SmallString<0>> text =
        translateModuleToISA(llvmModule, **machine, [&] {
          return emitError(getOperation().getLoc());
        });
    if (failed(text))
      return failure();
    return SmallVector<char, 0>(text->begin(), text->end());
  }
};
} // namespace

FailureOr<PtxModule> convoy::emitPtx(gpu::GPUModuleOp module,
                                     const Chip &chip) {
  FailureOr<std::string> target = chooseTarget(module, chip);
  if (failed(target))
    return failure();
  std::string features = chip.getPtxFeature();
  std::optional<SmallVector<char, 0>> text =
      PtxEmitter(*module, *target, features).run();
  // Every failure in there has its own diagnostic.
  if (!text)
    return failure();
  StringRef ptx(text->data(), text->size());
  // Back ends end strings with a NUL; the text is all that counts.
  ptx = ptx.take_front(ptx.find('\0'));
  size_t external = ptx.find(".extern .func");
  if (external != StringRef::npos)
    return emitError(module.getLoc(),
                     "expected kernels that call nothing outside of "
                     "their module, found '")
           << ptx.drop_front(external).take_until(
                  [](char c) { return c == '\n'; })
           << "'";
  return PtxModule{ptx.str(), *target};
}
