//===- Pipelines.cpp - Pass order -----------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Pipelines/Pipelines.h"

#include "Convoy/Transforms/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void convoy::buildImportPipeline(OpPassManager &passes) {
  passes.addPass(createConvoyLowerFrontEnds());
}

void convoy::buildFoldPipeline(OpPassManager &passes,
                               const ConvoyFoldAffineOptions &options) {
  buildImportPipeline(passes);
  passes.addPass(createConvoyFoldAffine(options));
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void convoy::buildCompileCpuPipeline(OpPassManager &passes) {
  buildCpuBufferizePipeline(passes);
  buildCpuLoopsPipeline(passes);
  buildCpuToLLVMPipeline(passes);
}

static void buildFoldFromCommandLine(OpPassManager &passes,
                                     const convoy::FoldPipelineOptions &given) {
  convoy::ConvoyFoldAffineOptions options;
  options.policy = given.policy;
  options.accuracyLimit = given.accuracyLimit;
  options.strict = given.strict;
  options.reportPath = given.reportPath;
  convoy::buildFoldPipeline(passes, options);
}

void convoy::registerPipelines() {
  PassPipelineRegistration<>("convoy-import",
                             "A front end's program to linalg on tensors",
                             buildImportPipeline);
  PassPipelineRegistration<FoldPipelineOptions>(
      "convoy-fold",
      "A front end's program to linalg on tensors with folded convolutions",
      buildFoldFromCommandLine);
  PassPipelineRegistration<>(
      "convoy-compile-cpu",
      "Tensors to the LLVM dialect in the artefact's calling convention",
      buildCompileCpuPipeline);
}
