//===- CompileCuda.cpp - The order of passes on the way to the GPU --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"
#include "Convoy/Codegen/Passes.h"
#include "Convoy/Pipelines/PipelinesCuda.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

static void addCleanup(OpPassManager &passes) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

/// Arithmetic that GPUs have no instruction for, in types that they have.
static void addFloatExpansion(OpPassManager &kernels) {
  // As on the CPU: bf16 arithmetic is f32 arithmetic with a rounding after each
  // step.
  arith::ArithEmulateUnsupportedFloatsOptions emulate;
  emulate.sourceTypeStrs = {"bf16"};
  emulate.targetTypeStr = "f32";
  math::MathExtendToSupportedTypesOptions extend;
  extend.targetTypeStr = "f32";
  kernels.addPass(math::createMathExtendToSupportedTypes(extend));
  kernels.addPass(arith::createArithEmulateUnsupportedFloats(emulate));
  kernels.addPass(convoy::createConvoyExpandMath());
}

void convoy::buildKernelsToBinaryPipeline(OpPassManager &passes,
                                          const CudaOptions &options) {
  // Each gpu.module: gpu, scf, vector, memref, arith, math, nvgpu, nvvm, llvm.
  OpPassManager &kernels = passes.nest<gpu::GPUModuleOp>();
  addFloatExpansion(kernels);
  kernels.addPass(createConvertVectorToSCFPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  addCleanup(kernels);
  kernels.addPass(createSCFToControlFlowPass());
  // Branches only.
  kernels.addPass(createConvertVectorToLLVMPass());
  kernels.addPass(createConvoyConvertKernelsToNvvm());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(kernels);
  // The LLVM and NVVM dialects.
  ConvoyCompileKernelsOptions compile;
  compile.chip = options.chip;
  compile.format = options.format;
  compile.ptxas = options.ptxas;
  compile.gate = options.gate;
  passes.addPass(createConvoyCompileKernels(compile));
}

static convoy::CudaOptions
getOptions(const convoy::CudaPipelineOptions &given) {
  convoy::CudaOptions options;
  options.chip = given.chip;
  options.format = given.format;
  options.ptxas = given.ptxas;
  options.gate = given.gate;
  return options;
}

void convoy::registerCudaPipelines() {
  PassPipelineRegistration<CudaPipelineOptions>(
      "convoy-kernels-to-binary", "Each gpu.module to a gpu.binary",
      [](OpPassManager &passes, const CudaPipelineOptions &given) {
        buildKernelsToBinaryPipeline(passes, getOptions(given));
      });
}
