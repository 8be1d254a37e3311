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
// What runs on a device, and how, lives in CudaCall; the references run on the
// CPU wherever the entry does.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Execution.h"
#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Progress.h"
#include "References.h"
#include "Report.h"
#include "Session.h"

#include <set>

using namespace convoy::runtime;
using nlohmann::ordered_json;

namespace {

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
                               const Log &log, ordered_json &report) {
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
    log.print("input %zu (%s): %s %s from %s\n", i, spec.name.c_str(),
              nameOf(spec.elementType),
              formatShape(inputs.back().shape()).c_str(),
              sources[i].describe().c_str());
  }
  return inputs;
}

void writeOutputs(const Entry &entry, const std::vector<Tensor> &results,
                  const std::vector<std::string> &paths, const Log &log,
                  ordered_json &report) {
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
    log.print("output %zu (%s): %s %s%s\n", i, spec.name.c_str(),
              nameOf(spec.elementType), formatShape(results[i].shape()).c_str(),
              target.c_str());
  }
}

/// A program and what it runs on.
struct Subject {
  Session &session;
  const LoadedArtefact &artefact;
  const Entry &entry;
  const std::vector<Tensor> &inputs;

  bool isOnCuda() const { return entry.device() == "cuda"; }
};

std::vector<Tensor> runOnCuda(const Subject &subject, bool verify,
                              const Log &log, ordered_json &report) {
  uint64_t before = subject.artefact.launchCount(), launches = 0;
  std::vector<Tensor> results = [&] {
    ProgressStep step("running " + subject.entry.name());
    CudaCall call(subject.session.cudaDevice(), subject.entry, subject.inputs);
    call.run();
    launches = subject.artefact.launchCount() - before;
    std::vector<Tensor> results = call.results();
    if (verify)
      call.checkRepeatable(results);
    return results;
  }();
  log.print("launches: %llu\n", static_cast<unsigned long long>(launches));
  report["launches"] = launches;
  return results;
}

std::vector<Tensor> runSubject(const Subject &subject, bool verify,
                               const Log &log, ordered_json &report) {
  if (subject.isOnCuda())
    return runOnCuda(subject, verify, log, report);
  ProgressStep step("running " + subject.entry.name());
  return subject.entry.run(subject.inputs);
}

void timeOnCpu(const Subject &subject, const std::vector<Tensor> &outputs,
               const Log &log, ordered_json &report) {
  const Entry &entry = subject.entry;
  Timing timing = [&] {
    ProgressStep step("timing");
    Buffer workspace(entry.workspaceBytes(subject.inputs));
    return timeWarmRuns(
        [&] { entry.call(subject.inputs, outputs, workspace); });
  }();
  double flopCount = flopCountOf(entry);
  log.print("time: median %.4g ms, min %.4g ms of %d warm runs",
            timing.medianSeconds * 1e3, timing.minSeconds * 1e3,
            timing.runCount);
  if (flopCount > 0)
    log.print(", %.1f GFLOP/s", flopCount / timing.medianSeconds * 1e-9);
  log.print("\n");
  report["time"] = describeTiming(timing, flopCount);
}

void printTiming(const CudaTiming &timing, double flopCount, const Log &log) {
  auto gigabytesPerSecond = [&](const Timing &of) {
    return static_cast<double>(timing.tensorBytes) / of.medianSeconds * 1e-9;
  };
  log.print("time: median %.4g ms, min %.4g ms of %d runs with a cold L2 "
            "cache, %.0f GB/s",
            timing.call.medianSeconds * 1e3, timing.call.minSeconds * 1e3,
            timing.call.runCount, gigabytesPerSecond(timing.call));
  if (flopCount > 0)
    log.print(", %.2f TFLOP/s", flopCount / timing.call.medianSeconds * 1e-12);
  log.print("\ntime: replayed as a graph: median %.4g ms, min %.4g ms\n",
            timing.graphReplay.medianSeconds * 1e3,
            timing.graphReplay.minSeconds * 1e3);
  if (timing.copy.runCount > 0)
    log.print("time: a copy that moves as many bytes: median %.4g ms, "
              "%.0f GB/s\n",
              timing.copy.medianSeconds * 1e3, gigabytesPerSecond(timing.copy));
}

void timeOnCuda(const Subject &subject, const Log &log, ordered_json &report) {
  CudaCall call(subject.session.cudaDevice(), subject.entry, subject.inputs);
  CudaTiming timing = [&] {
    ProgressStep step("timing");
    return call.time();
  }();
  double flopCount = flopCountOf(subject.entry);
  printTiming(timing, flopCount, log);
  report["time"] = describeTiming(timing, flopCount);
}

/// Makes the artefact ready for the entry.
void prepare(Session &session, const LoadedArtefact &artefact,
             const Entry &entry, const ExecutionOptions &options) {
  if (options.device != "auto" && options.device != entry.device())
    throw Error("--device=" + options.device + ": entry " + entry.name() +
                " was compiled for device " + entry.device());
  if (entry.device() == "cpu")
    return artefact.prepare({kDLCPU, 0});
  try {
    session.cudaDevice();
  } catch (const DeviceError &error) {
    throw DeviceError("entry " + entry.name() +
                      " was compiled for device cuda: " + error.what());
  }
  artefact.prepare({kDLCUDA, session.cudaDevice().ordinal()});
}

ordered_json beginReport(Session &session, const Entry &entry,
                         const std::string &source) {
  ordered_json report = {
      {"source", source}, {"entry", entry.name()}, {"device", entry.device()}};
  if (entry.device() == "cuda") {
    report["gpu"] = describeDevice(session.cudaDevice().info());
    report["code"] = describeCode(entry);
  }
  return report;
}

} // namespace

Execution::Execution(ExecutionOptions options) : options(std::move(options)) {
  const ExecutionOptions &given = this->options;
  std::string why;
  if (given.device == "cuda" && !findCudaTarget(&why))
    throw DeviceError("--device=cuda: " + why);
  for (const std::string &text : given.inputs)
    sources.emplace_back(text);
  std::set<std::string> targets;
  for (const std::string &path : given.outputs) {
    checkWritable(path);
    if (!targets.insert(path).second && path != "/dev/null")
      throw Error("--output=" + path + " is given twice");
  }
  if (!given.reference.empty() && !given.verify)
    throw Error("--reference=" + given.reference +
                ": expected --verify with it");
  if (!given.report.empty())
    checkWritable(given.report);
}

std::optional<CudaTarget> Execution::cudaTarget() const {
  return options.device == "cpu" ? std::nullopt : findCudaTarget();
}

void Execution::run(const std::string &artefactPath,
                    const std::string &source) const {
  Session session;
  ExecutionReport report;
  bool holds = run(session, artefactPath, source, Log(false), report);
  if (!options.report.empty())
    writeReport(options.report, report.json);
  if (!holds)
    throw Error("verification of entry " + options.entry + " failed");
}

bool Execution::run(Session &session, const std::string &artefactPath,
                    const std::string &source, const Log &log,
                    ExecutionReport &executionReport) const {
  const LoadedArtefact &artefact = session.artefact(artefactPath);
  Entry entry = artefact.entry(options.entry);
  std::vector<InputSource> inputSources = sourcesFor(entry, sources);
  checkOutputCount(entry, options.outputs);
  prepare(session, artefact, entry, options);
  const LoadedArtefact &reference = options.reference.empty()
                                        ? artefact
                                        : session.artefact(options.reference);
  if (options.verify) {
    checkHasReferences(reference, options.entry);
    reference.prepare({kDLCPU, 0});
  }

  ordered_json &report = executionReport.json;
  report = beginReport(session, entry, source);
  std::vector<Tensor> inputs = makeInputs(entry, inputSources, log, report);
  Subject subject{session, artefact, entry, inputs};
  References references;
  if (options.verify)
    references = makeReferences(reference, entry, inputs);
  std::vector<Tensor> results =
      runSubject(subject, options.verify, log, report);
  writeOutputs(entry, results, options.outputs, log, report);
  bool holds = true;
  if (options.verify)
    holds = verifyResults(reference, entry, inputs, results, references, log,
                          report);
  references = {};
  if (options.time && subject.isOnCuda())
    timeOnCuda(subject, log, report);
  else if (options.time)
    timeOnCpu(subject, results, log, report);
  return holds;
}
