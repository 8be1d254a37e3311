//===- Pipelines.h - Pass order, with options ------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The named pipelines and the stages that they are built from. The only place
// where the order of passes lives.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_PIPELINES_PIPELINES_H
#define CONVOY_PIPELINES_PIPELINES_H

#include "Convoy/Codegen/Passes.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::convoy {

/// From a front end's program to folded convolutions. In: linalg on tensors,
/// or TOSA. Out: linalg on tensors, upstream dialects only.
void buildFoldPipeline(OpPassManager &passes,
                       const ConvoyFoldAffineOptions &options = {});

/// The options of `convoy-fold` on a command line: those of
/// convoy-fold-affine, under the same names.
struct FoldPipelineOptions : PassPipelineOptions<FoldPipelineOptions> {
  Option<FoldPolicy> policy{
      *this, "policy", llvm::cl::desc("Where scales go"),
      llvm::cl::init(FoldPolicy::Auto),
      llvm::cl::values(
          clEnumValN(FoldPolicy::Weights, "weights", "into the filter"),
          clEnumValN(FoldPolicy::Epilogue, "epilogue",
                     "behind the convolution, as one op"),
          clEnumValN(FoldPolicy::Auto, "auto",
                     "into the filter, unless that loses too "
                     "much"))};
  Option<double> accuracyLimit{
      *this, "accuracy-limit",
      llvm::cl::desc("Largest predicted RMSE of a fold into the filter, in "
                     "units of the unfused program's; 0: see "
                     "convoy-fold-affine"),
      llvm::cl::init(0)};
  Option<bool> strict{*this, "strict",
                      llvm::cl::desc("Make every refusal an error"),
                      llvm::cl::init(false)};
  Option<std::string> reportPath{
      *this, "report",
      llvm::cl::desc("Write what was folded and refused to this JSON file"),
      llvm::cl::init("")};
};

/// From a front end's program to linalg on tensors, not folded: the reference
/// of a verification.
void buildImportPipeline(OpPassManager &passes);

/// From tensors to the LLVM dialect, one function for each public one, in the
/// artefact's calling convention. In: linalg or convoy.conv on tensors. Out:
/// the LLVM dialect only; the thread pool is called through
/// convoy_rt_parallel_for.
void buildCompileCpuPipeline(OpPassManager &passes);

/// The parts of buildCompileCpuPipeline, in their order.
///
/// Tensors to memrefs: entries have destinations, elementwise operations are
/// fused, no operation is on tensors any more.
void buildCpuBufferizePipeline(OpPassManager &passes);
/// The same for any device: convoy.conv stays.
void buildBufferizePipeline(OpPassManager &passes,
                            const ConvoyFuseElementwiseOptions &fuse = {});
/// linalg on memrefs to loops, vectors and calls of the thread pool, with all
/// buffers in the workspace.
void buildCpuLoopsPipeline(OpPassManager &passes);
/// Loops, vectors and scalars to the LLVM dialect.
void buildCpuToLLVMPipeline(OpPassManager &passes);

/// Registers `convoy-import`, `convoy-fold` and `convoy-compile-cpu`.
void registerPipelines();

} // namespace mlir::convoy

#endif // CONVOY_PIPELINES_PIPELINES_H
