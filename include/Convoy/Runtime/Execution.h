//===- Execution.h - Running an artefact as a tool does ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The execution half of the tools: inputs, run, --verify, --time, outputs,
// --report. The flags stand in one place, so that every tool that runs
// artefacts has the same ones. Knows nothing of the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_EXECUTION_H
#define CONVOY_RUNTIME_EXECUTION_H

#include "Convoy/Runtime/Device.h"
#include "Convoy/Runtime/InputSource.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace convoy::runtime {

class Log;
class Session;
struct ExecutionReport;

/// What the flags say.
struct ExecutionOptions {
  std::string device = "auto";
  std::string entry = "main";
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  bool verify = false;
  /// The artefact that has the reference entries; empty for the one that runs.
  std::string reference;
  bool time = false;
  std::string report;
};

/// Adds the flags of ExecutionOptions to a tool. `options` outlives the
/// parsing.
void addExecutionFlags(CLI::App &app, ExecutionOptions &options);

/// One run of one artefact.
class Execution {
public:
  /// Checks all that can be checked before there is an artefact: the device,
  /// that the inputs exist and are what they claim, that the outputs can be
  /// written. Throws Error.
  explicit Execution(ExecutionOptions options);

  /// Loads the artefact and does what the options ask for, with one line for
  /// each input, output, verdict and timing on stdout. `source` is what the
  /// user named, for the report. Throws Error, also where a verdict does not
  /// hold; outputs and report are written then.
  void run(const std::string &artefactPath, const std::string &source) const;

  /// The same in a session with others, lines to `log` and the report to
  /// `report`. False where a verdict does not hold.
  bool run(Session &session, const std::string &artefactPath,
           const std::string &source, const Log &log,
           ExecutionReport &report) const;

  /// The CUDA device that a model is to be compiled for; none for the CPU.
  std::optional<CudaTarget> cudaTarget() const;

  /// Whether the artefact has to have reference entries.
  bool needsReference() const {
    return options.verify && options.reference.empty();
  }
  const std::string &entry() const { return options.entry; }

private:
  ExecutionOptions options;
  std::vector<InputSource> sources;
};

/// Parses the command line of a tool and calls `body`; an Error, from it or of
/// the command line, is one line on stderr that begins with the tool's name.
/// Returns the exit status: 0, or 1 for an Error or where `body` returns false.
int runTool(CLI::App &app, int argc, const char *const *argv,
            const std::function<bool()> &body);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_EXECUTION_H
