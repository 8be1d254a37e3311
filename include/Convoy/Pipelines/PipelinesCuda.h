//===- PipelinesCuda.h - Pass order on the way to the GPU ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The named pipelines for NVIDIA GPUs and the stages that they are built from.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_PIPELINES_PIPELINESCUDA_H
#define CONVOY_PIPELINES_PIPELINESCUDA_H

#include "Convoy/Codegen/Gpu/Options.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <string>

namespace mlir::convoy {

/// What the stages on the way to the GPU need to know.
struct CudaOptions {
  /// One of listChips().
  std::string chip = "sm_90a";
  /// The accuracy of products of f32.
  MathMode math = MathMode::Strict;
  /// What becomes of kernels.
  KernelFormat format = KernelFormat::Auto;
  /// The path of ptxas; where empty, it is searched for.
  std::string ptxas;
  /// Makes spills and serialised instructions errors.
  bool gate = false;
};

/// The same on a command line.
struct CudaPipelineOptions : PassPipelineOptions<CudaPipelineOptions> {
  Option<std::string> chip{*this, "chip",
                           llvm::cl::desc("The GPU to compile for"),
                           llvm::cl::init("sm_90a")};
  Option<MathMode> math{
      *this, "math", llvm::cl::desc("Accuracy of products of f32"),
      llvm::cl::init(MathMode::Strict),
      llvm::cl::values(clEnumValN(MathMode::Strict, "strict", "that of f32"),
                       clEnumValN(MathMode::TF32, "tf32",
                                  "that of tf32, where it is faster"))};
  Option<KernelFormat> format{
      *this, "format", llvm::cl::desc("What to make of kernels"),
      llvm::cl::init(KernelFormat::Auto),
      llvm::cl::values(clEnumValN(KernelFormat::Auto, "auto",
                                  "cubins if there is a ptxas, and PTX"),
                       clEnumValN(KernelFormat::Ptx, "ptx", "PTX"),
                       clEnumValN(KernelFormat::Cubin, "cubin",
                                  "cubins and PTX; without a ptxas an error"))};
  Option<std::string> ptxas{*this, "ptxas", llvm::cl::desc("Path of ptxas"),
                            llvm::cl::init("")};
  Option<bool> gate{
      *this, "gate",
      llvm::cl::desc("Make spills and serialised instructions errors"),
      llvm::cl::init(false)};
};

/// From folded convolutions to convoy.conv, with what computes scales and
/// biases inside. In: linalg on tensors. Out: the same, and convoy.conv.
void buildCudaFormPipeline(OpPassManager &passes);

/// Gives each convoy.conv a schedule.
void buildCudaSchedulePipeline(OpPassManager &passes,
                               const CudaOptions &options = {});

/// From scheduled tensors to the gpu dialect. Out: entries on memrefs in device
/// memory, whose host code computes sizes and launches kernels, and a
/// gpu.module for each kernel.
void buildCudaToGpuPipeline(OpPassManager &passes,
                            const CudaOptions &options = {});

/// From the gpu dialect to the LLVM dialect beside gpu.binary operations, in
/// the artefact's calling convention.
void buildCudaToLLVMPipeline(OpPassManager &passes,
                             const CudaOptions &options = {});

/// Each gpu.module to a gpu.binary of the same name, see
/// convoy-compile-kernels. In: gpu.func kernels in the dialects gpu, scf,
/// vector, memref, arith, math, nvgpu, nvvm and llvm.
void buildKernelsToBinaryPipeline(OpPassManager &passes,
                                  const CudaOptions &options = {});

/// The first three, `convoy-to-gpu`: for compilers with a back end of their
/// own. In: linalg on tensors with folded convolutions.
void buildToGpuPipeline(OpPassManager &passes, const CudaOptions &options = {});

/// All four, `convoy-compile-cuda`.
void buildCompileCudaPipeline(OpPassManager &passes,
                              const CudaOptions &options = {});

/// Registers `convoy-to-gpu`, `convoy-compile-cuda` and
/// `convoy-kernels-to-binary`.
void registerCudaPipelines();

} // namespace mlir::convoy

#endif // CONVOY_PIPELINES_PIPELINESCUDA_H
