//===- Report.h - What an execution says ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lines on stdout, and what --report writes: one JSON object that says what
// ran, on what, and what was found.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_REPORT_H
#define CONVOY_LIB_RUNTIME_HOST_REPORT_H

#include "Convoy/Runtime/LoadedArtefact.h"
#include "Convoy/Runtime/Timing.h"
#include "Convoy/Runtime/Verification.h"
#include "CudaCall.h"

#include <nlohmann/json.hpp>
#include <string>

namespace convoy::runtime {

/// Lines for the user, or none of them.
class Log {
public:
  explicit Log(bool isQuiet) : isQuiet(isQuiet) {}

  /// printf to stdout.
  __attribute__((format(printf, 2, 3))) void print(const char *format,
                                                   ...) const;

private:
  bool isQuiet;
};

/// What --report writes.
struct ExecutionReport {
  nlohmann::ordered_json json;
};

/// {"name", "dtype", "shape", "source" or "file"}: one input or output.
nlohmann::ordered_json describeTensor(const TensorSpec &spec,
                                      const Tensor &tensor);

nlohmann::ordered_json describeVerdict(const Verdict &verdict);

/// `flopCount` is that of one call, 0 where it is unknown.
nlohmann::ordered_json describeTiming(const Timing &timing, double flopCount);

/// The same with the bytes moved, the replay of a graph and the copy beside it.
nlohmann::ordered_json describeTiming(const CudaTiming &timing,
                                      double flopCount);

nlohmann::ordered_json describeDevice(const CudaDeviceInfo &info);

/// What the entry's manifest says of its device code: the chip, who compiled
/// it, the kernels. What it leaves out is null.
nlohmann::ordered_json describeCode(const Entry &entry);

/// The floating-point operations of one call that the entry's manifest states,
/// 0 where it states none.
double flopCountOf(const Entry &entry);

/// Throws Error where the file cannot be written.
void writeReport(const std::string &path, const nlohmann::ordered_json &report);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_REPORT_H
