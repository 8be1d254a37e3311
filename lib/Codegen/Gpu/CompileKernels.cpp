//===- CompileKernels.cpp - gpu.module to gpu.binary ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What upstream's gpu-module-to-binary does, several modules at a time, with
// the report of ptxas beside the code and without times in the IR.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "EmitPtx.h"
#include "Ptxas.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVM/NVVM/Target.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/TargetSelect.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYCOMPILEKERNELS
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// What becomes of one gpu.module.
struct CompiledModule {
  std::string key;
  PtxModule ptx;
  std::optional<Cubin> cubin;
};
} // namespace

static std::string hash(StringRef text) {
  llvm::SHA256 sha;
  sha.update(text);
  return llvm::toHex(sha.final(), /*LowerCase=*/true);
}

static std::string print(gpu::GPUModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os);
  return text;
}

/// The ptxas gate: a kernel that spills, or whose tensor-core instructions wait
/// for each other, is slower than what its schedule promises.
static LogicalResult checkReport(gpu::GPUModuleOp module,
                                 const PtxasReport &report) {
  if (report.spillBytes != 0)
    return emitError(module.getLoc(),
                     "expected kernels that keep their values in "
                     "registers, found ")
           << report.spillBytes << " bytes of spills in '" << module.getName()
           << "'";
  for (const std::string &warning : report.warnings)
    if (isSerialisationWarning(warning))
      return emitError(module.getLoc(),
                       "expected kernels that ptxas has no warning for, "
                       "found in '")
             << module.getName() << "': " << warning;
  return success();
}

static DictionaryAttr createProperties(Builder &builder,
                                       const CompiledModule &compiled,
                                       const std::optional<Ptxas> &ptxas) {
  NamedAttrList properties;
  properties.set("key", builder.getStringAttr(compiled.key));
  properties.set("ptxKey", builder.getStringAttr(hash(compiled.ptx.text)));
  if (compiled.cubin) {
    const PtxasReport &report = compiled.cubin->report;
    properties.set("registers", builder.getI64IntegerAttr(report.registers));
    properties.set("sharedBytes",
                   builder.getI64IntegerAttr(report.sharedBytes));
    properties.set("spillBytes", builder.getI64IntegerAttr(report.spillBytes));
    properties.set("ptxasVersion", builder.getStringAttr(ptxas->version));
    SmallVector<StringRef> warnings(report.warnings.begin(),
                                    report.warnings.end());
    if (!warnings.empty())
      properties.set("warnings", builder.getStrArrayAttr(warnings));
  }
  return properties.getDictionary(builder.getContext());
}

static void replaceByBinary(gpu::GPUModuleOp module, const Chip &chip,
                            const CompiledModule &compiled,
                            const std::optional<Ptxas> &ptxas) {
  OpBuilder builder(module);
  auto createObject = [&](StringRef target, gpu::CompilationTarget format,
                          StringRef contents, DictionaryAttr properties) {
    auto targetAttr = NVVM::NVVMTargetAttr::get(
        module.getContext(), /*optLevel=*/3, "nvptx64-nvidia-cuda", target,
        chip.getPtxFeature());
    return gpu::ObjectAttr::get(targetAttr, format,
                                builder.getStringAttr(contents), properties);
  };
  SmallVector<Attribute> objects;
  if (compiled.cubin)
    objects.push_back(createObject(chip.name, gpu::CompilationTarget::Binary,
                                   compiled.cubin->bytes,
                                   createProperties(builder, compiled, ptxas)));
  // PTX for one architecture adds nothing to the cubin for the same one.
  if (!compiled.cubin || compiled.ptx.target != chip.name ||
      !chip.isArchitectureSpecific) {
    CompiledModule ptxOnly{compiled.key, compiled.ptx, std::nullopt};
    objects.push_back(createObject(
        compiled.ptx.target, gpu::CompilationTarget::Assembly,
        compiled.ptx.text, createProperties(builder, ptxOnly, ptxas)));
  }
  gpu::BinaryOp::create(builder, module.getLoc(), module.getName(), Attribute(),
                        objects);
  module.erase();
}

namespace {
struct CompileKernelsPass
    : convoy::impl::ConvoyCompileKernelsBase<CompileKernelsPass> {
  using Base::Base;

  void getDependentDialects(DialectRegistry &registry) const override {
    Base::getDependentDialects(registry);
    registerBuiltinDialectTranslation(registry);
    registerGPUDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
    registerNVVMDialectTranslation(registry);
    NVVM::registerNVVMTargetInterfaceExternalModels(registry);
  }

  void runOnOperation() override {
    const Chip *target = checkChip();
    std::optional<Ptxas> ptxas;
    if (!target || failed(chooseAssembler(ptxas)))
      return signalPassFailure();
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    SmallVector<CompiledModule> compiled(modules.size());
    initializeBackEnd();
    if (failed(compileAll(modules, *target, ptxas, compiled)))
      return signalPassFailure();
    for (auto [module, result] : llvm::zip(modules, compiled))
      replaceByBinary(module, *target, result, ptxas);
  }

private:
  static void initializeBackEnd() {
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  }

  const Chip *checkChip() {
    const Chip *target = lookupChip(chip);
    if (!target)
      getOperation().emitError("expected a chip of ")
          << listChipNames() << ", found '" << chip << "'";
    return target;
  }

  LogicalResult chooseAssembler(std::optional<Ptxas> &ptxas) {
    if (format == KernelFormat::Ptx)
      return success();
    FailureOr<std::optional<Ptxas>> found =
        findPtxas(this->ptxas, getOperation().getLoc());
    if (failed(found))
      return failure();
    ptxas = *found;
    if (!ptxas && format == KernelFormat::Cubin)
      return getOperation().emitError(
          "expected a ptxas to make cubins with, found none in CONVOY_PTXAS, "
          "PATH, CUDA_HOME and /usr/local/cuda");
    return success();
  }

  /// Several modules at a time.
  LogicalResult compileAll(ArrayRef<gpu::GPUModuleOp> modules,
                           const Chip &target,
                           const std::optional<Ptxas> &ptxas,
                           MutableArrayRef<CompiledModule> compiled) {
    auto compileOne = [&](size_t i) {
      return compile(modules[i], target, ptxas, compiled[i]);
    };
    {
      // What goes wrong is said below: errors of threads get lost now and then
      // when translations run inside of a parallel loop.
      ScopedDiagnosticHandler quiet(&getContext(),
                                    [](Diagnostic &) { return success(); });
      if (succeeded(failableParallelForEachN(&getContext(), 0, modules.size(),
                                             compileOne)))
        return success();
    }
    for (size_t i = 0; i < modules.size(); ++i)
      if (failed(compileOne(i)))
        return failure();
    return success();
  }

  /// Thread-safe.
  LogicalResult compile(gpu::GPUModuleOp module, const Chip &target,
                        const std::optional<Ptxas> &ptxas,
                        CompiledModule &result) {
    result.key = hash(print(module));
    FailureOr<PtxModule> ptx = emitPtx(module, target);
    if (failed(ptx))
      return failure();
    result.ptx = *ptx;
    if (!ptxas)
      return success();
    FailureOr<Cubin> cubin =
        runPtxas(*ptxas, ptx->text, target.name, module.getLoc());
    if (failed(cubin) || (gate && failed(checkReport(module, cubin->report))))
      return failure();
    result.cubin = std::move(*cubin);
    return success();
  }
};
} // namespace
