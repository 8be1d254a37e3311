//===- Stages.cpp - The MLIR stages of a compilation ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the named pipelines of Convoy/Pipelines up to a stage. No pass order
// lives here.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "Diagnostics.h"

#include "Convoy/Codegen/Passes.h"
#include "Convoy/Pipelines/Pipelines.h"
#include "Convoy/Pipelines/PipelinesCuda.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::convoy;

StringRef convoy::getEntrySuffix(ProgramVariant variant) {
  switch (variant) {
  case ProgramVariant::Folded:
    return "";
  case ProgramVariant::Unfused:
    return "__unfused";
  case ProgramVariant::F64:
    return "__f64";
  case ProgramVariant::Magnitude:
    return "__magnitude";
  }
  llvm_unreachable("unknown variant");
}

/// Runs `passes`; a failure always leaves a diagnostic.
static LogicalResult runPasses(ModuleOp module, PassManager &passes,
                               StringRef stage) {
  ErrorWatcher watcher(module.getContext());
  if (succeeded(passes.run(module)))
    return success();
  if (!watcher.sawError())
    module.emitError() << "expected stage '" << stage
                       << "' to succeed, found that it cannot compile this "
                          "module";
  return failure();
}

/// Adds the passes that make the variant's program on linalg.
static void addFoldStage(OpPassManager &passes, ProgramVariant variant) {
  // Functions that are not selected have been made private.
  passes.addPass(createSymbolDCEPass());
  switch (variant) {
  case ProgramVariant::Folded:
    return buildFoldPipeline(passes);
  case ProgramVariant::Unfused:
    return buildImportPipeline(passes);
  case ProgramVariant::F64:
    buildImportPipeline(passes);
    passes.addPass(createConvoyWidenFloats());
    return;
  case ProgramVariant::Magnitude:
    passes.addPass(createConvoyWidenFloats());
    passes.addPass(createConvoyConvMagnitude());
    return;
  }
}

ArtefactDevice convoy::getVariantDevice(ArtefactDevice device,
                                        ProgramVariant variant) {
  return variant == ProgramVariant::Folded ? device : ArtefactDevice::CPU;
}

/// The options of the GPU pipelines.
static CudaOptions getCudaOptions(const ArtefactOptions &options) {
  CudaOptions cuda;
  if (!options.chip.empty())
    cuda.chip = options.chip;
  cuda.math = options.math;
  if (options.emit == EmitStage::Ptx)
    cuda.format = KernelFormat::Ptx;
  if (options.emit == EmitStage::Cubin)
    cuda.format = KernelFormat::Cubin;
  return cuda;
}

/// Adds the passes between the stage before `stage` and `stage`, for a GPU.
static void addCudaStage(OpPassManager &passes, EmitStage stage,
                         const ArtefactOptions &options) {
  switch (stage) {
  case EmitStage::Fold:
    return addFoldStage(passes, ProgramVariant::Folded);
  case EmitStage::Form:
    return buildCudaFormPipeline(passes);
  case EmitStage::Schedule:
    return buildCudaSchedulePipeline(passes, getCudaOptions(options));
  case EmitStage::Gpu:
    return buildCudaToGpuPipeline(passes, getCudaOptions(options));
  case EmitStage::LLVMDialect:
    return buildCudaToLLVMPipeline(passes, getCudaOptions(options));
  default:
    llvm_unreachable("not a stage of MLIR on the way to a GPU");
  }
}

/// The same for the CPU.
static void addCpuStage(OpPassManager &passes, EmitStage stage,
                        ProgramVariant variant) {
  bool folded = variant == ProgramVariant::Folded;
  switch (stage) {
  case EmitStage::Fold:
    return addFoldStage(passes, variant);
  case EmitStage::Form:
    if (folded) {
      passes.addPass(createConvoyFormConv());
      passes.addPass(createConvoyAbsorbParameters());
    }
    return;
  case EmitStage::Linalg:
    if (folded)
      passes.addPass(createConvoyLowerConvToLinalg());
    return;
  case EmitStage::LLVMDialect:
    return buildCompileCpuPipeline(passes);
  default:
    llvm_unreachable("not a stage of MLIR on the way to the CPU");
  }
}

LogicalResult convoy::runStages(ModuleOp module, std::optional<EmitStage> from,
                                EmitStage to, ProgramVariant variant,
                                const ArtefactOptions &options) {
  ArtefactDevice device = getVariantDevice(options.device, variant);
  for (EmitStage stage :
       {EmitStage::Fold, EmitStage::Form, EmitStage::Linalg,
        EmitStage::Schedule, EmitStage::Gpu, EmitStage::LLVMDialect}) {
    if (!hasEmitStage(device, stage) || stage > to || (from && stage <= *from))
      continue;
    PassManager passes(module.getContext());
    if (device == ArtefactDevice::CUDA)
      addCudaStage(passes, stage, options);
    else
      addCpuStage(passes, stage, variant);
    if (failed(runPasses(module, passes, stringifyEmitStage(stage))))
      return failure();
  }
  return success();
}
