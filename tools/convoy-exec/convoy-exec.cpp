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

#include "Convoy/Runtime/Batch.h"
#include "Convoy/Runtime/Execution.h"

#include <CLI/CLI.hpp>

using namespace convoy::runtime;

/// A batch brings its own flags: --batch allows --report and --help beside it.
static CLI::Option *addBatchFlag(CLI::App &app, std::string &path) {
  CLI::Option *batch =
      app.add_option("--batch", path,
                     "Run each line of this file, an artefact and flags, in "
                     "one process; prints what fails and the counts");
  for (CLI::Option *other : app.get_options())
    if (other != batch && !other->check_lname("report") &&
        !other->check_lname("help"))
      batch->excludes(other);
  return batch;
}

int main(int argc, char **argv) {
  CLI::App app("Runs an artefact, compares it with the unfused program, "
               "measures it.",
               "convoy-exec");
  std::string artefact, batch;
  ExecutionOptions options;
  CLI::Option *artefactOption =
      app.add_option("artefact", artefact, "What convoy-compile made");
  addExecutionFlags(app, options);
  CLI::Option *batchOption = addBatchFlag(app, batch);

  return runTool(app, argc, argv, [&] {
    if (*batchOption)
      return runBatch(batch, options.report);
    if (!*artefactOption)
      throw CLI::RequiredError("artefact");
    Execution(options).run(artefact, artefact);
    return true;
  });
}
