//===- convoy-compile.cpp - A model becomes an artefact -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The command line of ConvoyArtefact. What it does lives in lib/Artefact.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"
#include "Convoy/Target/Chip.h"

#include <CLI/CLI.hpp>

using namespace mlir::convoy;

namespace {
struct CommandLine {
  std::string input;
  std::string output;
  std::string device = "cpu";
  std::string math = "strict";
  std::string emit = "artefact";
  std::string remarks = "all";
  ArtefactOptions options;
};
} // namespace

static void declare(CLI::App &app, CommandLine &line) {
  app.add_option("input", line.input,
                 "Module to compile: linalg or TOSA, text or bytecode; - for "
                 "stdin")
      ->required();
  app.add_option("-o,--output", line.output, "File to write; - for stdout")
      ->required();
  app.add_option("--device", line.device, "Device to compile for: cpu or cuda")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  app.add_option("--chip", line.options.chip,
                 "GPU to compile for (default: " +
                     std::string(kDefaultChipName) + "): " + listChipNames());
  app.add_option("--math", line.math,
                 "Products of f32 on a GPU: strict, as accurate as f32, or "
                 "tf32")
      ->check(CLI::IsMember({"strict", "tf32"}))
      ->capture_default_str();
  app.add_option("--cpu", line.options.cpu,
                 "CPU to compile host code for, by LLVM's name, or native "
                 "(default: " +
                     getPortableCpuName() + ")");
  app.add_option("--entry", line.options.entry,
                 "Public function to compile (default: all of them)");
  app.add_flag("--with-reference", line.options.withReference,
               "Add the unfused program and its f64 version as entries");
  app.add_option(
         "--emit", line.emit,
         "Stage to stop at: " + listEmitStages(ArtefactDevice::CPU) +
             "; with --device=cuda: " + listEmitStages(ArtefactDevice::CUDA))
      ->capture_default_str();
  app.add_option("--remarks", line.remarks,
                 "What to print about the fold: all or none")
      ->check(CLI::IsMember({"all", "none"}))
      ->capture_default_str();
}

int main(int argc, char **argv) {
  CLI::App app("Compiles a module to a shared object that needs no LLVM where "
               "it runs.",
               "convoy-compile");
  CommandLine line;
  declare(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 1;
  }

  line.options.device = *symbolizeArtefactDevice(line.device);
  line.options.math = *symbolizeMathMode(line.math);
  std::optional<EmitStage> stage = symbolizeEmitStage(line.emit);
  if (!stage) {
    std::cerr << "error: expected --emit to be one of "
              << listEmitStages(line.options.device) << ", found '" << line.emit
              << "'\n";
    return 1;
  }
  line.options.emit = *stage;
  CompileFileOptions fileOptions;
  fileOptions.printRemarks = line.remarks == "all";
  return failed(compileFileToArtefact(line.input, line.options, line.output,
                                      fileOptions));
}
