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

std::string convoy::makeManifest(const EntrySpec &entry, StringRef device,
                                 StringRef cpu) {
  llvm::json::Object manifest{{"manifest_version", kManifestVersion},
                              {"convoy_version", CONVOY_VERSION},
                              {"entry", entry.name},
                              {"device", device},
                              {"cpu", cpu},
                              {"inputs", describe(entry.inputs)},
                              {"outputs", describe(entry.outputs)},
                              {"kernels", llvm::json::Array()}};
  if (entry.convolutionFlops)
    manifest["flops"] = *entry.convolutionFlops;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(manifest));
  return text;
}
