//===- convoy-run.cpp - Compile, run, compare, time -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ConvoyArtefact in front of ConvoyRuntime: a model is compiled to an artefact
// in the system's temporary directory, an artefact is taken as it is. What
// running means lives in lib/Runtime.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"
#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Execution.h"
#include "Convoy/Runtime/Progress.h"
#include "Convoy/Target/Chip.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Signals.h"

#include <CLI/CLI.hpp>
#include <optional>

using namespace convoy::runtime;

namespace {
/// A file that goes away with this object, or with the process.
class TemporaryFile {
public:
  TemporaryFile() {
    if (std::error_code error =
            llvm::sys::fs::createTemporaryFile("convoy-run", "so", path))
      throw Error("cannot make a temporary file: " + error.message());
    remover.setFile(path);
    std::string message;
    if (llvm::sys::RemoveFileOnSignal(path, &message))
      throw Error("cannot watch for signals: " + message);
  }
  ~TemporaryFile() { llvm::sys::DontRemoveFileOnSignal(path); }

  std::string getPath() const { return path.str().str(); }

private:
  llvm::SmallString<128> path;
  llvm::FileRemover remover;
};
} // namespace

/// The GPU to compile for: the one that is asked for, else the one that is
/// there. Empty for the CPU.
static std::string chooseChip(const std::optional<CudaTarget> &target,
                              const std::string &requested) {
  if (!target) {
    if (!requested.empty())
      throw Error("--chip=" + requested + ": the model runs on the CPU here");
    return "";
  }
  if (!requested.empty())
    return requested;
  const mlir::convoy::Chip *chip = mlir::convoy::lookupChipForDevice(
      target->computeCapabilityMajor, target->computeCapabilityMinor);
  if (!chip)
    throw Error("expected a CUDA device that runs code for one of " +
                mlir::convoy::listChipNames() + ", found compute capability " +
                std::to_string(target->computeCapabilityMajor) + "." +
                std::to_string(target->computeCapabilityMinor));
  return chip->name.str();
}

/// False where the model does not compile; the compiler has said why.
static bool compile(const std::string &input, const Execution &execution,
                    const std::string &chip, const std::string &artefactPath) {
  std::optional<ProgressStep> step;
  mlir::convoy::ArtefactOptions options;
  // It runs here and nowhere else.
  options.cpu = "native";
  if (!chip.empty()) {
    options.device = mlir::convoy::ArtefactDevice::CUDA;
    options.chip = chip;
  }
  options.entry = execution.entry();
  options.withReference = execution.needsReference();
  options.progress = [&](llvm::StringRef name) {
    step.reset();
    step.emplace("compiling: " + name.str());
  };
  return mlir::succeeded(
      mlir::convoy::compileFileToArtefact(input, options, artefactPath));
}

int main(int argc, char **argv) {
  CLI::App app("Runs a model or an artefact, compares it with the unfused "
               "program, measures it.",
               "convoy-run");
  std::string input, chip;
  ExecutionOptions options;
  app.add_option("input", input,
                 "The model (linalg or TOSA, text or bytecode), or an artefact "
                 "(.so)")
      ->required();
  addExecutionFlags(app, options);
  app.add_option("--chip", chip,
                 "The GPU to compile a model for (default: the one that is "
                 "there): " +
                     mlir::convoy::listChipNames());

  return runTool(app, argc, argv, [&] {
    Execution execution(options);
    if (isArtefactPath(input)) {
      if (!chip.empty())
        throw Error("--chip=" + chip + ": '" + input + "' is compiled already");
      execution.run(input, input);
      return true;
    }
    std::string target = chooseChip(execution.cudaTarget(), chip);
    TemporaryFile artefact;
    if (!compile(input, execution, target, artefact.getPath()))
      return false;
    execution.run(artefact.getPath(), input);
    return true;
  });
}
