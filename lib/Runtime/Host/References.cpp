//===- References.cpp - The entries that --verify compares with -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The references run one after the other; the workspace of each is gone before
// the next begins.
//
//===----------------------------------------------------------------------===//

#include "References.h"
#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Progress.h"

using namespace convoy::runtime;
using nlohmann::ordered_json;

// What the compiler appends to the name of an entry for its references.
static constexpr char kUnfused[] = "__unfused";
static constexpr char kFloat64[] = "__f64";
static constexpr char kMagnitude[] = "__magnitude";

std::string convoy::runtime::plural(size_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// The inputs as the entry expects them: widened where it is a float64 entry.
static std::vector<Tensor> runWidened(const Entry &entry,
                                      const std::vector<Tensor> &inputs) {
  ProgressStep step("running " + entry.name());
  if (entry.inputs().size() != inputs.size())
    throw Error("entry " + entry.name() + ": expected " +
                plural(inputs.size(), "argument") +
                " as of the entry that it "
                "is the reference of, found " +
                std::to_string(entry.inputs().size()));
  std::vector<Tensor> widened;
  widened.reserve(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i)
    widened.push_back(inputs[i].converted(entry.inputs()[i].elementType));
  return entry.run(widened);
}

void convoy::runtime::checkHasReferences(const LoadedArtefact &artefact,
                                         const std::string &entry) {
  for (const char *suffix : {kUnfused, kFloat64})
    if (!artefact.hasEntry(entry + suffix))
      throw Error("--verify: the artefact has no entry '" + entry + suffix +
                  "'; compile it with --with-reference");
}

References convoy::runtime::makeReferences(const LoadedArtefact &artefact,
                                           const Entry &entry,
                                           const std::vector<Tensor> &inputs) {
  References references;
  auto measure = [&](const std::vector<Tensor> &results) {
    for (size_t i = 0; i < results.size(); ++i)
      references.magnitudes.push_back(rootMeanSquare(
          results[i], largestFiniteOf(entry.outputs()[i].elementType)));
  };
  bool hasMagnitude = artefact.hasEntry(entry.name() + kMagnitude);
  if (hasMagnitude)
    measure(runWidened(artefact.entry(entry.name() + kMagnitude), inputs));
  references.float64 =
      runWidened(artefact.entry(entry.name() + kFloat64), inputs);
  if (!hasMagnitude)
    measure(references.float64);
  return references;
}

static void checkComparable(const Tensor &result, const Tensor &other,
                            ElementType otherType, const std::string &entry) {
  if (other.shape() != result.shape() || other.elementType() != otherType)
    throw Error("entry " + entry + ": expected a " + nameOf(otherType) +
                " result of shape " + formatShape(result.shape()) + ", found " +
                nameOf(other.elementType()) + " of shape " +
                formatShape(other.shape()));
}

static void printVerdict(size_t index, const Verdict &verdict, const Log &log) {
  log.print("verify output %zu: RMSE against float64: fused %.3g, unfused "
            "%.3g, bound %.3g: %s\n",
            index, verdict.fusedRmse, verdict.unfusedRmse, verdict.bound,
            verdict.holds() ? "ok" : "FAILED");
  long long elements = verdict.elementCount;
  if (verdict.nonFiniteMismatches > 0)
    log.print("verify output %zu: FAILED: %lld of %lld elements are finite "
              "in only one of fused and unfused\n",
              index, static_cast<long long>(verdict.nonFiniteMismatches),
              elements);
  if (verdict.comparedCount < verdict.elementCount)
    log.print("verify output %zu: %lld of %lld elements are finite in all "
              "three\n",
              index, static_cast<long long>(verdict.comparedCount), elements);
}

bool convoy::runtime::verifyResults(const LoadedArtefact &artefact,
                                    const Entry &entry,
                                    const std::vector<Tensor> &inputs,
                                    const std::vector<Tensor> &results,
                                    const References &references,
                                    const Log &log, ordered_json &report) {
  Entry unfusedEntry = artefact.entry(entry.name() + kUnfused);
  std::vector<Tensor> unfused = [&] {
    ProgressStep step("running " + unfusedEntry.name());
    return unfusedEntry.run(inputs);
  }();
  if (unfused.size() != results.size() ||
      references.float64.size() != results.size())
    throw Error("--verify: the references of entry " + entry.name() +
                " return another number of results");
  bool holds = true;
  report["verify"] = ordered_json::array();
  for (size_t i = 0; i < results.size(); ++i) {
    ElementType type = results[i].elementType();
    checkComparable(results[i], unfused[i], type, entry.name() + kUnfused);
    checkComparable(results[i], references.float64[i],
                    isFloat(type) ? ElementType::F64 : type,
                    entry.name() + kFloat64);
    Verdict verdict = [&] {
      ProgressStep step("comparing");
      return compareWithReference(results[i], unfused[i], references.float64[i],
                                  references.magnitudes[i],
                                  entry.multipliesTF32());
    }();
    printVerdict(i, verdict, log);
    report["verify"].push_back(describeVerdict(verdict));
    holds &= verdict.holds();
  }
  return holds;
}
