//===- Ptxas.cpp - NVIDIA's assembler -------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ptxas reads PTX from its standard input: a cubin holds the name of its input,
// and should not hold that of a temporary file.
//
//===----------------------------------------------------------------------===//

#include "Ptxas.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

/// The number that stands before `unit` in `line`, or zero.
static int64_t getNumberBefore(StringRef line, StringRef unit) {
  size_t position = line.find((" " + unit).str());
  if (position == StringRef::npos)
    return 0;
  StringRef before = line.take_front(position);
  StringRef digits = before.take_back(
      before.size() - (before.find_last_not_of("0123456789") + 1));
  int64_t number = 0;
  digits.getAsInteger(10, number);
  return number;
}

PtxasReport convoy::parsePtxasReport(StringRef text) {
  PtxasReport report;
  for (StringRef line : llvm::split(text, '\n')) {
    line = line.trim();
    report.spillBytes += getNumberBefore(line, "bytes spill stores") +
                         getNumberBefore(line, "bytes spill loads");
    report.stackBytes =
        std::max(report.stackBytes, getNumberBefore(line, "bytes stack frame"));
    report.registers =
        std::max(report.registers, getNumberBefore(line, "registers"));
    report.sharedBytes =
        std::max(report.sharedBytes, getNumberBefore(line, "bytes smem"));
    auto [origin, message] = line.split(':');
    bool isAdvice = message.contains("Potential Performance Loss");
    if (origin.starts_with("ptxas") && (line.contains("warning") || isAdvice))
      report.warnings.push_back(message.trim().str());
  }
  return report;
}

bool convoy::isSerialisationWarning(StringRef warning) {
  return warning.contains("(C75") ||
         warning.contains("Potential Performance Loss");
}

//===----------------------------------------------------------------------===//
// Running it
//===----------------------------------------------------------------------===//

namespace {
/// A temporary file, removed at the end.
class TemporaryFile {
public:
  std::error_code create(StringRef suffix) {
    std::error_code error =
        llvm::sys::fs::createTemporaryFile("convoy-ptxas", suffix, path);
    if (!error)
      remover.setFile(path);
    return error;
  }

  std::error_code write(StringRef contents) {
    return llvm::errorToErrorCode(
        llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
          os << contents;
          return llvm::Error::success();
        }));
  }

  std::string read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false,
                                              /*IsVolatile=*/true);
    return buffer ? (*buffer)->getBuffer().str() : std::string();
  }

  StringRef getPath() const { return path; }

private:
  llvm::SmallString<128> path;
  llvm::FileRemover remover;
};

/// What a program left behind.
struct ProgramResult {
  int status;
  std::string output;
};
} // namespace

/// Runs `arguments[0]` with the file `input` as its standard input.
static ProgramResult runProgram(ArrayRef<StringRef> arguments, StringRef input,
                                const TemporaryFile &said) {
  std::optional<StringRef> redirects[] = {input, said.getPath(),
                                          said.getPath()};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      arguments.front(), arguments, /*Env=*/std::nullopt, redirects,
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  return {status, message.empty() ? said.read() : message};
}

/// Asks the ptxas at `path` for its version; empty if it does not run.
static std::string queryVersion(StringRef path) {
  TemporaryFile said;
  if (said.create("txt"))
    return "";
  ProgramResult result = runProgram({path, "--version"}, "", said);
  if (result.status != 0)
    return "";
  StringRef version = StringRef(result.output).split(", V").second;
  return version.take_while([](char c) { return llvm::isDigit(c) || c == '.'; })
      .str();
}

FailureOr<std::optional<Ptxas>> convoy::findPtxas(StringRef given,
                                                  Location loc) {
  const char *fromEnvironment = std::getenv("CONVOY_PTXAS");
  std::string named = given.str();
  if (named.empty() && fromEnvironment)
    named = fromEnvironment;
  if (!named.empty()) {
    std::string version = queryVersion(named);
    if (version.empty())
      return emitError(loc) << "expected a ptxas at '" << named
                            << "', found nothing that runs and tells a version";
    return std::optional<Ptxas>({named, version});
  }

  SmallVector<std::string> candidates;
  if (llvm::ErrorOr<std::string> inPath = llvm::sys::findProgramByName("ptxas"))
    candidates.push_back(*inPath);
  if (const char *home = std::getenv("CUDA_HOME"))
    candidates.push_back(std::string(home) + "/bin/ptxas");
  candidates.push_back("/usr/local/cuda/bin/ptxas");
  for (const std::string &candidate : candidates) {
    if (!llvm::sys::fs::can_execute(candidate))
      continue;
    std::string version = queryVersion(candidate);
    if (!version.empty())
      return std::optional<Ptxas>({candidate, version});
  }
  return std::optional<Ptxas>();
}

FailureOr<Cubin> convoy::runPtxas(const Ptxas &ptxas, StringRef ptx,
                                  StringRef chip, Location loc) {
  TemporaryFile input, output, said;
  std::error_code error = input.create("ptx");
  if (!error)
    error = output.create("cubin");
  if (!error)
    error = said.create("txt");
  if (!error)
    error = input.write(ptx);
  if (error)
    return emitError(loc) << "expected to write temporary files for ptxas, "
                             "found: "
                          << error.message();

  std::string architecture = ("-arch=" + chip).str();
  ProgramResult result =
      runProgram({ptxas.path, "-v", architecture, "-o", output.getPath(), "-"},
                 input.getPath(), said);
  if (result.status != 0)
    return emitError(loc) << "expected ptxas " << ptxas.version
                          << " to compile the kernel for " << chip
                          << ", found status " << result.status << ": "
                          << StringRef(result.output).trim();
  Cubin cubin{output.read(), parsePtxasReport(result.output)};
  if (cubin.bytes.empty())
    return emitError(loc) << "expected ptxas to write '" << output.getPath()
                          << "', found nothing";
  return cubin;
}
