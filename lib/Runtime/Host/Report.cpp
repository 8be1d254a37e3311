//===- Report.cpp - The JSON of --report ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reports, and the one figure that is read from a manifest.
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Convoy/Runtime/Error.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <fstream>

using namespace convoy::runtime;
using nlohmann::ordered_json;

void Log::print(const char *format, ...) const {
  if (isQuiet)
    return;
  va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
}

ordered_json convoy::runtime::describeTensor(const TensorSpec &spec,
                                             const Tensor &tensor) {
  return {{"name", spec.name},
          {"dtype", nameOf(tensor.elementType())},
          {"shape", tensor.shape()}};
}

ordered_json convoy::runtime::describeVerdict(const Verdict &verdict) {
  return {{"holds", verdict.holds()},
          {"fusedRmse", verdict.fusedRmse},
          {"unfusedRmse", verdict.unfusedRmse},
          {"bound", verdict.bound},
          {"elements", verdict.elementCount},
          {"compared", verdict.comparedCount},
          {"nonFiniteMismatches", verdict.nonFiniteMismatches}};
}

ordered_json convoy::runtime::describeTiming(const Timing &timing,
                                             double flopCount) {
  ordered_json json = {{"medianSeconds", timing.medianSeconds},
                       {"minSeconds", timing.minSeconds},
                       {"warmRuns", timing.runCount}};
  if (flopCount > 0) {
    json["flops"] = flopCount;
    json["gflopPerSecond"] = flopCount / timing.medianSeconds * 1e-9;
  }
  return json;
}

ordered_json convoy::runtime::describeTiming(const CudaTiming &timing,
                                             double flopCount) {
  auto withBandwidth = [&](ordered_json json, const Timing &of) {
    json["gigabytesPerSecond"] =
        static_cast<double>(timing.tensorBytes) / of.medianSeconds * 1e-9;
    return json;
  };
  ordered_json json =
      withBandwidth(describeTiming(timing.call, flopCount), timing.call);
  json["tensorBytes"] = timing.tensorBytes;
  json["graphReplay"] = describeTiming(timing.graphReplay, 0);
  if (timing.copy.runCount > 0)
    json["copy"] = withBandwidth(describeTiming(timing.copy, 0), timing.copy);
  return json;
}

ordered_json convoy::runtime::describeDevice(const CudaDeviceInfo &info) {
  return {
      {"name", info.name},
      {"computeCapability", std::to_string(info.computeCapabilityMajor) + "." +
                                std::to_string(info.computeCapabilityMinor)},
      {"driverVersion", info.driverVersion},
      {"multiprocessors", info.multiprocessorCount},
      {"l2CacheBytes", info.l2CacheBytes}};
}

static ordered_json parseManifest(const Entry &entry) {
  // An entry whose manifest is not an object is never made.
  return ordered_json::parse(entry.manifest());
}

ordered_json convoy::runtime::describeCode(const Entry &entry) {
  ordered_json manifest = parseManifest(entry), code;
  for (const char *key : {"chip", "llvm", "ptxas", "kernels"})
    code[key] = manifest.value(key, ordered_json());
  return code;
}

double convoy::runtime::flopCountOf(const Entry &entry) {
  ordered_json flops = parseManifest(entry).value("flops", ordered_json());
  return flops.is_number() ? flops.get<double>() : 0.0;
}

void convoy::runtime::writeReport(const std::string &path,
                                  const ordered_json &report) {
  std::ofstream stream(path, std::ios::trunc);
  stream << report.dump(2) << '\n';
  stream.close();
  if (!stream)
    throw Error("'" + path + "': cannot write the report");
}
