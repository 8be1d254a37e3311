//===- Manifest.cpp - What an artefact says about itself ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The manifest of one entry. docs/Artefact.md is its schema.
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

#include "Convoy/Runtime/EntryTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::convoy;

/// Counts the changes of the manifest that a reader can notice.
static constexpr int64_t kManifestVersion = 1;

static llvm::json::Array describe(ArrayRef<TensorSpec> specs) {
  llvm::json::Array tensors;
  for (const TensorSpec &spec : specs) {
    llvm::json::Array shape;
    for (int64_t dim : spec.dims) {
      if (dim == CONVOY_DYNAMIC_DIM)
        shape.push_back(nullptr);
      else
        shape.push_back(dim);
    }
    tensors.push_back(llvm::json::Object{{"name", spec.name},
                                         {"dtype", spec.dtype},
                                         {"shape", std::move(shape)}});
  }
  return tensors;
}

static llvm::json::Object describe(const DeviceKernel &kernel) {
  llvm::json::Object object{
      {"name", kernel.name},
      {"dynamic_shared_bytes", kernel.dynamicSharedBytesMax}};
  auto add = [&](StringRef name, auto value) {
    if (value)
      object[name] = *value;
  };
  if (!kernel.block.empty())
    object["block"] = llvm::json::Array(kernel.block);
  if (!kernel.key.empty())
    object["key"] = kernel.key;
  if (!kernel.ptxKey.empty())
    object["ptx"] = kernel.ptxKey;
  add("registers", kernel.registers);
  add("shared_bytes", kernel.sharedBytes);
  add("spill_bytes", kernel.spillBytes);
  return object;
}

/// What only entries on a GPU have.
static void describeDevice(const EntrySpec &entry,
                           const ManifestContext &context,
                           llvm::json::Object &manifest) {
  const DeviceCode &code = *context.deviceCode;
  manifest["chip"] = context.chip;
  manifest["math"] = context.math;
  manifest["llvm"] = LLVM_VERSION_STRING;
  if (!code.ptxasVersion.empty())
    manifest["ptxas"] = code.ptxasVersion;
  llvm::json::Array kernels;
  for (const DeviceKernel &kernel : code.kernels)
    if (llvm::is_contained(kernel.entries, entry.function))
      kernels.push_back(describe(kernel));
  manifest["kernels"] = std::move(kernels);
}

std::string convoy::makeManifest(const EntrySpec &entry,
                                 const ManifestContext &context) {
  bool onGpu = entry.deviceType == kDLCUDA;
  llvm::json::Object manifest{{"manifest_version", kManifestVersion},
                              {"convoy_version", CONVOY_VERSION},
                              {"entry", entry.name},
                              {"device", onGpu ? "cuda" : "cpu"},
                              {"cpu", context.cpu},
                              {"inputs", describe(entry.inputs)},
                              {"outputs", describe(entry.outputs)},
                              {"kernels", llvm::json::Array()}};
  if (onGpu)
    describeDevice(entry, context, manifest);
  if (entry.convolutionFlops)
    manifest["flops"] = *entry.convolutionFlops;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(manifest));
  return text;
}
