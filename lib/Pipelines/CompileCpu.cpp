//===- CompileCpu.cpp - The order of passes on the way to the CPU ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"
#include "Convoy/Pipelines/Pipelines.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

static void addCleanup(OpPassManager &passes) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void convoy::buildCpuBufferizePipeline(OpPassManager &passes) {
  passes.addPass(createConvoyLowerConvToLinalg());
  buildBufferizePipeline(passes);
}

void convoy::buildBufferizePipeline(OpPassManager &passes,
                                    const ConvoyFuseElementwiseOptions &fuse) {
  // linalg and convoy.conv on tensors, several functions.
  passes.addPass(createInlinerPass());
  passes.addPass(createSymbolDCEPass());
  // One block of tensor operations; arith and math on tensors become linalg.
  passes.addPass(createConvertElementwiseToLinalgPass());
  passes.addPass(createConvoyDecomposeOperations());
  passes.addPass(createConvoyFormEntries());
  // Entries only, results have destinations.
  passes.addPass(createLinalgGeneralizeNamedOpsPass());
  passes.addPass(createConvoyFuseElementwise(fuse));
  addCleanup(passes);
  // linalg.generic with fused elementwise operations.
  passes.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  passes.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // Memrefs only; allocations without deallocations.
  passes.addPass(createConvoyExpandCopies());
  passes.addPass(createLinalgGeneralizeNamedOpsPass());
  passes.addPass(memref::createResolveShapedTypeResultDimsPass());
  addCleanup(passes);
}

void convoy::buildCpuLoopsPipeline(OpPassManager &passes) {
  // linalg on memrefs.
  passes.addPass(createConvoyVectorizeReductions());
  passes.addPass(createConvertLinalgToParallelLoopsPass());
  passes.addPass(createForallToParallelLoopPass());
  addCleanup(passes);
  passes.addPass(createConvoyPlanWorkspace());
  passes.addPass(createConvoyOutlineParallel());
  addCleanup(passes);
}

/// Arithmetic that x86-64 has no instruction for, in types that it has.
static void addFloatExpansion(OpPassManager &passes) {
  // bf16 arithmetic is f32 arithmetic with a rounding after each step; left to
  // LLVM, it would call functions that older libgccs do not have.
  arith::ArithEmulateUnsupportedFloatsOptions emulate;
  emulate.sourceTypeStrs = {"bf16"};
  emulate.targetTypeStr = "f32";
  math::MathExtendToSupportedTypesOptions extend;
  extend.targetTypeStr = "f32";
  passes.addPass(convoy::createConvoyExpandTruncations());
  passes.addPass(math::createMathExtendToSupportedTypes(extend));
  passes.addPass(arith::createArithEmulateUnsupportedFloats(emulate));
  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = true;
  passes.addPass(arith::createArithExpandOpsPass(expand));
}

void convoy::buildCpuToLLVMPipeline(OpPassManager &passes) {
  // Functions on memrefs, calls of the thread pool.
  passes.addPass(createConvoyEmitEntryPoints());
  addFloatExpansion(passes);
  passes.addPass(createConvertVectorToSCFPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createLowerAffinePass());
  // Structured loops to branches.
  passes.addPass(createSCFToControlFlowPass());
  addCleanup(passes);
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvoyCallLibm());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createLowerAffinePass());
  passes.addPass(createConvertIndexToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createFinalizeMemRefToLLVMConversionPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createUBToLLVMConversionPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(passes);
  passes.addPass(createConvoyCarryBfloats());
  passes.addPass(createSymbolDCEPass());
  passes.addPass(createConvoyVerifyLowered());
}
