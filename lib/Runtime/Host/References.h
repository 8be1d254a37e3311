//===- References.h - The entries that --verify compares with ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference entries of an artefact, and the verdict on results.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_REFERENCES_H
#define CONVOY_LIB_RUNTIME_HOST_REFERENCES_H

#include "Convoy/Runtime/LoadedArtefact.h"
#include "Report.h"

#include <string>
#include <vector>

namespace convoy::runtime {

/// "1 input", "2 inputs".
std::string plural(size_t count, const std::string &noun);

/// What the results of an entry are compared with, in float64.
struct References {
  std::vector<Tensor> float64;
  /// For each result, the RMS of sum|W||x| + |b|.
  std::vector<double> magnitudes;
};

/// Throws Error where `artefact` lacks a reference of the entry.
void checkHasReferences(const LoadedArtefact &artefact,
                        const std::string &entry);

/// Runs the references in float64, on the CPU. Where the artefact has no entry
/// for the magnitudes the results' own take their place, which are never
/// larger.
References makeReferences(const LoadedArtefact &artefact, const Entry &entry,
                          const std::vector<Tensor> &inputs);

/// Runs the unfused entry, on the CPU, and compares; the verdicts go to `log`
/// and to report["verify"]. False where one does not hold.
bool verifyResults(const LoadedArtefact &artefact, const Entry &entry,
                   const std::vector<Tensor> &inputs,
                   const std::vector<Tensor> &results,
                   const References &references, const Log &log,
                   nlohmann::ordered_json &report);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_REFERENCES_H
