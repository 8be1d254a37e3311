//===- Input.cpp - Reading a module from a file ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parser is upstream's. What is added here: an error about a dialect that
// only a front end knows says how to get from there to linalg.
//
//===----------------------------------------------------------------------===//

#include "Input.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// A dialect that importers produce before linalg, and the way on from there.
struct FrontEndDialect {
  llvm::StringLiteral name;
  llvm::StringLiteral wayToLinalg;
};
} // namespace

static constexpr FrontEndDialect kFrontEndDialects[] = {
    {"torch", "torch-mlir's importer with output type linalg-on-tensors"},
    {"torch_c", "torch-mlir's importer with output type linalg-on-tensors"},
    {"onnx", "torch-mlir's ONNX importer and its linalg-on-tensors pipeline"},
    {"stablehlo", "stablehlo-opt --stablehlo-legalize-to-linalg"},
    {"chlo", "stablehlo-opt --chlo-legalize-to-stablehlo and then "
             "--stablehlo-legalize-to-linalg"},
    {"vhlo", "stablehlo-translate --deserialize and then stablehlo-opt "
             "--stablehlo-legalize-to-linalg"},
    {"mhlo", "stablehlo-opt --stablehlo-legalize-to-linalg"},
    {"tf", "a converter from TensorFlow to TOSA or StableHLO"},
    {"tfl", "a converter from TensorFlow Lite to TOSA"},
};

/// The text of line `number`, from 1, of `buffer`.
static StringRef getLine(const llvm::MemoryBuffer &buffer, unsigned number) {
  for (llvm::line_iterator line(buffer, /*SkipBlanks=*/false);
       !line.is_at_eof(); ++line)
    if (line.line_number() == number)
      return *line;
  return "";
}

/// The first op, type or attribute in `text` that belongs to `dialect`.
static std::string findUse(StringRef text, StringRef dialect) {
  llvm::Regex use(
      ("(^|[^A-Za-z0-9_$.])(" + dialect + "\\.[A-Za-z0-9_.]+)").str());
  SmallVector<StringRef> groups;
  return use.match(text, &groups) ? groups[2].str() : std::string();
}

/// Replaces what the parser said with one error where the place it complained
/// about is in a front end's dialect. False when it is not.
static bool explainFrontEnd(Diagnostic &said,
                            const llvm::MemoryBuffer &buffer) {
  auto place = said.getLocation()->findInstanceOf<FileLineColLoc>();
  if (!place)
    return false;
  StringRef line = getLine(buffer, place.getLine());
  for (const FrontEndDialect &dialect : kFrontEndDialects) {
    std::string use = findUse(line, dialect.name);
    if (use.empty())
      continue;
    emitError(said.getLocation())
        << "expected linalg or TOSA, found '" << use << "' of the dialect '"
        << dialect.name << "': use " << dialect.wayToLinalg;
    return true;
  }
  return false;
}

OwningOpRef<ModuleOp> convoy::parseInput(StringRef path, MLIRContext &context) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer) {
    emitError(UnknownLoc::get(&context)) << message;
    return {};
  }
  const llvm::MemoryBuffer &text = *buffer;
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());

  SmallVector<Diagnostic> said;
  OwningOpRef<ModuleOp> module;
  {
    ScopedDiagnosticHandler collector(&context, [&](Diagnostic &diagnostic) {
      said.push_back(std::move(diagnostic));
    });
    module = parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  }
  if (!module && !said.empty() && explainFrontEnd(said.front(), text))
    return {};
  for (Diagnostic &diagnostic : said)
    context.getDiagEngine().emit(std::move(diagnostic));
  return module;
}
