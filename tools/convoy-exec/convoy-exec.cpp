//===- convoy-exec.cpp - Run, compare, time an artefact -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// convoy-run without the compiler: neither LLVM nor CUDA is linked, so that the
// file carries over to a machine that has nothing but a C library and, for
// artefacts that need it, a driver.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Execution.h"

#include <CLI/CLI.hpp>

using namespace convoy::runtime;

int main(int argc, char **argv) {
  CLI::App app("Runs an artefact, compares it with the unfused program, "
               "measures it.",
               "convoy-exec");
  std::string artefact;
  ExecutionOptions options;
  app.add_option("artefact", artefact, "What convoy-compile made")->required();
  addExecutionFlags(app, options);

  return runTool(app, argc, argv, [&] {
    Execution(options).run(artefact, artefact);
    return true;
  });
}
