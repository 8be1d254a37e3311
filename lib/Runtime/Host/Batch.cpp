//===- Batch.cpp - Many executions in one process -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each line is a command line of its own, parsed by the same flags as a tool's.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Batch.h"
#include "Convoy/Runtime/Error.h"
#include "Convoy/Runtime/Execution.h"
#include "Convoy/Runtime/Npy.h"
#include "Convoy/Runtime/Progress.h"
#include "Report.h"
#include "Session.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <new>

using namespace convoy::runtime;
using nlohmann::ordered_json;

namespace {

struct BatchLine {
  int number;
  std::string text;
};

struct Outcome {
  bool holds = false;
  /// Why not, else "".
  std::string error;
  ExecutionReport report;
};

std::vector<BatchLine> readLines(const std::string &path) {
  std::ifstream stream(path);
  if (!stream)
    throw Error("'" + path + "': cannot open the batch");
  std::vector<BatchLine> lines;
  std::string text;
  for (int number = 1; std::getline(stream, text); ++number)
    if (!text.empty() && text[0] != '#')
      lines.push_back({number, text});
  if (stream.bad())
    throw Error("'" + path + "': cannot read the batch");
  return lines;
}

void runLine(Session &session, const std::string &text, Outcome &outcome) {
  CLI::App app("", "batch");
  std::string artefact;
  ExecutionOptions options;
  app.add_option("artefact", artefact)->required();
  addExecutionFlags(app, options);
  app.parse(text);
  Execution execution(options);
  outcome.holds =
      execution.run(session, artefact, artefact, Log(true), outcome.report);
  if (!outcome.holds)
    outcome.error = "verification of entry " + options.entry + " failed";
  if (!options.report.empty())
    writeReport(options.report, outcome.report.json);
}

Outcome tryLine(Session &session, const std::string &text) {
  Outcome outcome;
  try {
    runLine(session, text, outcome);
  } catch (const CLI::Error &error) {
    outcome.error = error.what();
  } catch (const Error &error) {
    outcome.error = error.what();
  } catch (const std::bad_alloc &) {
    outcome.error = "out of memory";
  }
  outcome.holds = outcome.error.empty();
  return outcome;
}

ordered_json describeOutcome(const BatchLine &line, const Outcome &outcome) {
  ordered_json json = {{"line", line.number},
                       {"commandLine", line.text},
                       {"holds", outcome.holds}};
  if (!outcome.holds)
    json["error"] = outcome.error;
  json["report"] = outcome.report.json;
  return json;
}

} // namespace

bool convoy::runtime::runBatch(const std::string &path,
                               const std::string &reportPath) {
  std::vector<BatchLine> lines = readLines(path);
  if (!reportPath.empty())
    checkWritable(reportPath);
  Session session;
  size_t held = 0, ran = 0;
  ordered_json runs = ordered_json::array();
  while (ran < lines.size() && session.isUsable()) {
    const BatchLine &line = lines[ran++];
    Outcome outcome = [&] {
      ProgressStep step("line " + std::to_string(line.number));
      return tryLine(session, line.text);
    }();
    held += outcome.holds;
    if (!outcome.holds)
      std::printf("%s:%d: FAILED: %s: %s\n", path.c_str(), line.number,
                  line.text.c_str(), outcome.error.c_str());
    runs.push_back(describeOutcome(line, outcome));
  }
  std::printf("batch: %zu runs: %zu held, %zu failed, %zu not run\n",
              lines.size(), held, ran - held, lines.size() - ran);
  if (!reportPath.empty())
    writeReport(reportPath, {{"runs", runs},
                             {"held", held},
                             {"failed", ran - held},
                             {"notRun", lines.size() - ran}});
  return held == lines.size();
}
