//===- CompileCuda.cpp - The order of passes on the way to the GPU --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"
#include "Convoy/Codegen/Passes.h"
#include "Convoy/Pipelines/Pipelines.h"
#include "Convoy/Pipelines/PipelinesCuda.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
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
  kernels.addPass(createConvoyConvertKernelsToNvvm());
  // What NVVM has as a piece of PTX only, for instance waiting for a barrier.
  kernels.addPass(createConvertNVVMToLLVMPass());
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

void convoy::buildCudaFormPipeline(OpPassManager &passes) {
  passes.addPass(createConvoyFormConv());
  passes.addPass(createConvoyAbsorbParameters());
}

void convoy::buildCudaSchedulePipeline(OpPassManager &passes,
                                       const CudaOptions &options) {
  ConvoySelectScheduleOptions select;
  select.chip = options.chip;
  select.math = options.math;
  passes.addPass(createConvoySelectSchedule(select));
}

void convoy::buildCudaToGpuPipeline(OpPassManager &passes,
                                    const CudaOptions &options) {
  passes.addPass(createConvoyPackFilters());
  ConvoyFuseElementwiseOptions fuse;
  fuse.recomputeSmall = true;
  buildBufferizePipeline(passes, fuse);
  // linalg and convoy.conv on memrefs, entries have destinations.
  passes.addNestedPass<func::FuncOp>(createConvoyPrepareKernels());
  passes.addPass(createConvoyEmitKernels());
  addCleanup(passes);
}

void convoy::buildCudaToLLVMPipeline(OpPassManager &passes,
                                     const CudaOptions &options) {
  passes.addPass(createConvoyPlanWorkspace());
  passes.addPass(createConvoyLowerLaunches());
  // Host code calls the artefact's runtime.
  buildKernelsToBinaryPipeline(passes, options);
  buildCpuToLLVMPipeline(passes);
}

void convoy::buildToGpuPipeline(OpPassManager &passes,
                                const CudaOptions &options) {
  buildCudaFormPipeline(passes);
  buildCudaSchedulePipeline(passes, options);
  buildCudaToGpuPipeline(passes, options);
}

void convoy::buildCompileCudaPipeline(OpPassManager &passes,
                                      const CudaOptions &options) {
  buildToGpuPipeline(passes, options);
  buildCudaToLLVMPipeline(passes, options);
}

static convoy::CudaOptions
getOptions(const convoy::CudaPipelineOptions &given) {
  convoy::CudaOptions options;
  options.chip = given.chip;
  options.math = given.math;
  options.format = given.format;
  options.ptxas = given.ptxas;
  options.gate = given.gate;
  return options;
}

void convoy::registerCudaPipelines() {
  PassPipelineRegistration<CudaPipelineOptions>(
      "convoy-to-gpu", "Tensors to the gpu dialect, kernels and launches",
      [](OpPassManager &passes, const CudaPipelineOptions &given) {
        buildToGpuPipeline(passes, getOptions(given));
      });
  PassPipelineRegistration<CudaPipelineOptions>(
      "convoy-compile-cuda",
      "Tensors to gpu.binary and host code in the LLVM dialect, in the "
      "artefact's calling convention",
      [](OpPassManager &passes, const CudaPipelineOptions &given) {
        buildCompileCudaPipeline(passes, getOptions(given));
      });
  PassPipelineRegistration<CudaPipelineOptions>(
      "convoy-kernels-to-binary", "Each gpu.module to a gpu.binary",
      [](OpPassManager &passes, const CudaPipelineOptions &given) {
        buildKernelsToBinaryPipeline(passes, getOptions(given));
      });
}
