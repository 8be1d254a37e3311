//===- Registration.cpp - Making Convoy known -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/InitAll.h"

#include "Convoy/Codegen/Gpu/Passes.h"
#include "Convoy/Codegen/Passes.h"
#include "Convoy/Dialect/BufferizableOpInterfaceImpl.h"
#include "Convoy/Dialect/ConvoyDialect.h"
#include "Convoy/Pipelines/Pipelines.h"
#include "Convoy/Pipelines/PipelinesCuda.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/IR/DialectRegistry.h"

void mlir::convoy::registerAllDialects(DialectRegistry &registry) {
  registry.insert<ConvoyDialect>();
  registerBufferizableOpInterfaceExternalModels(registry);
}

void mlir::convoy::registerAllPasses() {
  registerConvoyTransformsPasses();
  registerConvoyCodegenPasses();
  registerConvoyGpuPasses();
  registerPipelines();
  registerCudaPipelines();
}
