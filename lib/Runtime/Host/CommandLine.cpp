//===- CommandLine.cpp - The flags of the tools that run artefacts --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one definition of the execution flags, and what every such tool does with
// its command line.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Execution.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

using namespace convoy::runtime;

void convoy::runtime::addExecutionFlags(CLI::App &app,
                                        ExecutionOptions &options) {
  app.add_option("--device", options.device,
                 "Where to run: auto (a GPU where there is one, else the CPU), "
                 "cpu, cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  app.add_option("--entry", options.entry, "The function to run")
      ->capture_default_str();
  // One value for each flag: the next word is not another one.
  app.add_option("--input", options.inputs,
                 "Once for each argument, in order: an npy file, or "
                 "random[:SHAPE][,normal], for instance random:2x4x9x11. "
                 "Without any: uniform in [0.5, 1.5) from a fixed seed")
      ->allow_extra_args(false);
  app.add_option("--output", options.outputs,
                 "Once for each result, in order: the npy file to write")
      ->allow_extra_args(false);
  app.add_flag("--verify", options.verify,
               "Compare the fused and the unfused program with the program in "
               "float64");
  app.add_option("--reference", options.reference,
                 "Take what --verify compares with from this artefact, which "
                 "was compiled --with-reference; default: the one that runs");
  app.add_flag("--time", options.time, "Measure warm runs: median and minimum");
  app.add_option("--report", options.report,
                 "Write what was done and found to this JSON file");
}

static void printError(const CLI::App &app, const char *message) {
  std::fprintf(stderr, "%s: error: %s\n", app.get_name().c_str(), message);
}

int convoy::runtime::runTool(CLI::App &app, int argc, const char *const *argv,
                             const std::function<bool()> &body) {
  // What is still in a buffer is lost where compiled code ends the process: an
  // assertion that does not hold does, behind its message.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  try {
    app.parse(argc, argv);
    return body() ? 0 : 1;
  } catch (const CLI::Success &request) {
    // --help and --version.
    return app.exit(request);
  } catch (const CLI::ParseError &error) {
    printError(app, error.what());
  } catch (const Error &error) {
    printError(app, error.what());
  } catch (const std::bad_alloc &) {
    printError(app, "out of memory");
  }
  return 1;
}
