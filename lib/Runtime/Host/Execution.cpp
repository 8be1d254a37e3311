//===- Execution.cpp - Running an artefact as a tool does -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the steps is an order of memory: what is large lives as short as
// it can. With --verify the float64 entries run first, while nothing else is
// there; their workspaces are gone before the next entry begins.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Execution.h"
#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Progress.h"
#include "Report.h"

#include <cstdio>
#include <set>

using namespace convoy::runtime;
using nlohmann::ordered_json;

namespace {

// What the compiler appends to the name of an entry for its references.
constexpr char kUnfused[] = "__unfused";
constexpr char kFloat64[] = "__f64";
constexpr char kMagnitude[] = "__magnitude";

std::string plural(size_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Each input under --input, else uniform random numbers for all.
std::vector<InputSource> sourcesFor(const Entry &entry,
                                    const std::vector<InputSource> &given) {
  size_t expected = entry.inputs().size();
  if (given.empty())
    return std::vector<InputSource>(expected);
  if (given.size() != expected)
    throw Error("entry " + entry.name() + " takes " +
                plural(expected, "argument") + ": expected --input " +
                plural(expected, "time") + ", found " +
                std::to_string(given.size()));
  return given;
}

void checkOutputCount(const Entry &entry,
                      const std::vector<std::string> &outputs) {
  size_t expected = entry.outputs().size();
  if (!outputs.empty() && outputs.size() != expected)
    throw Error("entry " + entry.name() + " returns " +
                plural(expected, "result") + ": expected --output " +
                plural(expected, "time") + ", found " +
                std::to_string(outputs.size()));
}

std::vector<Tensor> makeInputs(const Entry &entry,
                               const std::vector<InputSource> &sources,
                               ordered_json &report) {
  for (size_t i = 0; i < sources.size(); ++i)
    sources[i].check(entry.inputs()[i], static_cast<int>(i));
  ProgressStep step("reading inputs");
  std::vector<Tensor> inputs;
  report["inputs"] = ordered_json::array();
  for (size_t i = 0; i < sources.size(); ++i) {
    const TensorSpec &spec = entry.inputs()[i];
    inputs.push_back(sources[i].make(spec, static_cast<int>(i)));
    ordered_json json = describeTensor(spec, inputs.back());
    json["source"] = sources[i].describe();
    report["inputs"].push_back(json);
    std::printf("input %zu (%s): %s %s from %s\n", i, spec.name.c_str(),
                nameOf(spec.elementType),
                formatShape(inputs.back().shape()).c_str(),
                sources[i].describe().c_str());
  }
  return inputs;
}

std::vector<Tensor> runEntry(const Entry &entry,
                             const std::vector<Tensor> &inputs) {
  ProgressStep step("running " + entry.name());
  return entry.run(inputs);
}

/// The inputs as the entry expects them: widened where it is a float64 entry.
std::vector<Tensor> runWidened(const Entry &entry,
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

/// What the fused results are compared with, made before they are.
struct References {
  std::vector<Tensor> float64;
  /// For each result, the RMS of sum|W||x| + |b|.
  std::vector<double> magnitudes;
};

void checkHasReferences(const LoadedArtefact &artefact,
                        const std::string &entry) {
  for (const char *suffix : {kUnfused, kFloat64})
    if (!artefact.hasEntry(entry + suffix))
      throw Error("--verify: the artefact has no entry '" + entry + suffix +
                  "'; compile it with --with-reference");
}

/// Without an entry for the magnitudes the results' own take their place, which
/// are never larger.
References makeReferences(const LoadedArtefact &artefact, const Entry &entry,
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

void checkComparable(const Tensor &result, const Tensor &other,
                     ElementType otherType, const std::string &entry) {
  if (other.shape() != result.shape() || other.elementType() != otherType)
    throw Error("entry " + entry + ": expected a " + nameOf(otherType) +
                " result of shape " + formatShape(result.shape()) + ", found " +
                nameOf(other.elementType()) + " of shape " +
                formatShape(other.shape()));
}

void printVerdict(size_t index, const Verdict &verdict) {
  std::printf("verify output %zu: RMSE against float64: fused %.3g, unfused "
              "%.3g, bound %.3g: %s\n",
              index, verdict.fusedRmse, verdict.unfusedRmse, verdict.bound,
              verdict.holds() ? "ok" : "FAILED");
  long long elements = verdict.elementCount;
  if (verdict.nonFiniteMismatches > 0)
    std::printf("verify output %zu: FAILED: %lld of %lld elements are finite "
                "in only one of fused and unfused\n",
                index, static_cast<long long>(verdict.nonFiniteMismatches),
                elements);
  if (verdict.comparedCount < verdict.elementCount)
    std::printf("verify output %zu: %lld of %lld elements are finite in all "
                "three\n",
                index, static_cast<long long>(verdict.comparedCount), elements);
}

/// Runs the unfused entry and compares. False where a verdict does not hold.
bool verifyResults(const LoadedArtefact &artefact, const Entry &entry,
                   const std::vector<Tensor> &inputs,
                   const std::vector<Tensor> &results,
                   const References &references, ordered_json &report) {
  Entry unfusedEntry = artefact.entry(entry.name() + kUnfused);
  std::vector<Tensor> unfused = runEntry(unfusedEntry, inputs);
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
                                  references.magnitudes[i]);
    }();
    printVerdict(i, verdict);
    report["verify"].push_back(describeVerdict(verdict));
    holds &= verdict.holds();
  }
  return holds;
}

void writeOutputs(const Entry &entry, const std::vector<Tensor> &results,
                  const std::vector<std::string> &paths, ordered_json &report) {
  ProgressStep step("writing outputs");
  report["outputs"] = ordered_json::array();
  for (size_t i = 0; i < results.size(); ++i) {
    const TensorSpec &spec = entry.outputs()[i];
    ordered_json json = describeTensor(spec, results[i]);
    std::string target;
    if (!paths.empty()) {
      writeNpy(paths[i], results[i]);
      json["file"] = paths[i];
      target = " to " + paths[i];
    }
    report["outputs"].push_back(json);
    std::printf("output %zu (%s): %s %s%s\n", i, spec.name.c_str(),
                nameOf(spec.elementType),
                formatShape(results[i].shape()).c_str(), target.c_str());
  }
}

void timeEntry(const Entry &entry, const std::vector<Tensor> &inputs,
               const std::vector<Tensor> &outputs, ordered_json &report) {
  Timing timing = [&] {
    ProgressStep step("timing");
    Buffer workspace = entry.makeWorkspace(inputs);
    return timeWarmRuns([&] { entry.call(inputs, outputs, workspace); });
  }();
  double flopCount = flopCountOf(entry);
  std::printf("time: median %.4g ms, min %.4g ms of %d warm runs",
              timing.medianSeconds * 1e3, timing.minSeconds * 1e3,
              timing.runCount);
  if (flopCount > 0)
    std::printf(", %.1f GFLOP/s", flopCount / timing.medianSeconds * 1e-9);
  std::printf("\n");
  report["time"] = describeTiming(timing, flopCount);
}

} // namespace

Execution::Execution(ExecutionOptions options) : options(std::move(options)) {
  const ExecutionOptions &given = this->options;
  if (given.device == "cuda")
    throw Error("--device=cuda: this build of Convoy has no CUDA support");
  for (const std::string &text : given.inputs)
    sources.emplace_back(text);
  std::set<std::string> targets;
  for (const std::string &path : given.outputs) {
    checkWritable(path);
    if (!targets.insert(path).second && path != "/dev/null")
      throw Error("--output=" + path + " is given twice");
  }
  if (!given.report.empty())
    checkWritable(given.report);
}

void Execution::run(const std::string &artefactPath,
                    const std::string &source) const {
  LoadedArtefact artefact(artefactPath);
  Entry entry = artefact.entry(options.entry);
  std::vector<InputSource> inputSources = sourcesFor(entry, sources);
  checkOutputCount(entry, options.outputs);
  if (options.verify)
    checkHasReferences(artefact, options.entry);
  artefact.prepareForCpu();

  ordered_json report = {
      {"source", source}, {"entry", options.entry}, {"device", "cpu"}};
  std::vector<Tensor> inputs = makeInputs(entry, inputSources, report);
  bool holds = true;
  std::vector<Tensor> results;
  if (options.verify) {
    References references = makeReferences(artefact, entry, inputs);
    results = runEntry(entry, inputs);
    writeOutputs(entry, results, options.outputs, report);
    holds = verifyResults(artefact, entry, inputs, results, references, report);
  } else {
    results = runEntry(entry, inputs);
    writeOutputs(entry, results, options.outputs, report);
  }
  if (options.time)
    timeEntry(entry, inputs, results, report);
  if (!options.report.empty())
    writeReport(options.report, report);
  if (!holds)
    throw Error("verification of entry " + options.entry + " failed");
}
