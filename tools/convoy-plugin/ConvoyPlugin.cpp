//===- ConvoyPlugin.cpp - Convoy for stock mlir-opt -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two entry points that MLIR's tools look for in a plugin: one file is both
// a pass plugin and a dialect plugin. It must not be loaded into a tool that
// already links Convoy, such as convoy-opt: every pass would exist twice.
//
//===----------------------------------------------------------------------===//

#include "Convoy/InitAll.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

/// Called by --load-pass-plugin.
extern "C" PassPluginLibraryInfo LLVM_ATTRIBUTE_WEAK mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Convoy", CONVOY_VERSION,
          [] { convoy::registerAllPasses(); }};
}

/// Called by --load-dialect-plugin.
extern "C" DialectPluginLibraryInfo LLVM_ATTRIBUTE_WEAK
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Convoy", CONVOY_VERSION,
          [](DialectRegistry *registry) {
            convoy::registerAllDialects(*registry);
          }};
}
