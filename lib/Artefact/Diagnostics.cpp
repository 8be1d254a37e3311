//===- Diagnostics.cpp - Printing diagnostics and remarks -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two places where the compiler writes to stderr: diagnostics and the
// remarks of the fold.
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "Convoy/Artefact/Compile.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/Remarks.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;

bool convoy::printPlace(Location location, llvm::raw_ostream &os) {
  if (auto place = location->findInstanceOf<FileLineColLoc>()) {
    os << place.getFilename().getValue();
    // An empty file has a module, but no line.
    if (place.getLine() != 0)
      os << ":" << place.getLine() << ":" << place.getColumn();
    return true;
  }
  if (auto name = location->findInstanceOf<NameLoc>()) {
    os << name.getName().getValue();
    return true;
  }
  return false;
}

static llvm::StringRef getSeverityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("unknown severity");
}

void convoy::printDiagnostic(Diagnostic &diagnostic, llvm::raw_ostream &os) {
  if (printPlace(diagnostic.getLocation(), os))
    os << ": ";
  os << getSeverityName(diagnostic.getSeverity()) << ": " << diagnostic << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    printDiagnostic(note, os);
}

ErrorWatcher::ErrorWatcher(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        seen |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
        // Not handled: somebody else prints it.
        return failure();
      }) {}

namespace {
/// Prints each remark as one line: the text, the hint, the figures and the
/// name.
class StderrRemarkStreamer final
    : public remark::detail::MLIRRemarkStreamerBase {
public:
  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    std::string text, hint, figures;
    for (const remark::detail::Remark::Arg &arg : remark.getArgs()) {
      if (arg.key == "Remark")
        text += arg.val;
      else if (arg.key == "Hint")
        hint += "; " + arg.val;
      else
        figures += (figures.empty() ? "" : ", ") + arg.key + "=" + arg.val;
    }
    if (!figures.empty())
      figures = " (" + figures + ")";
    std::string line;
    llvm::raw_string_ostream os(line);
    if (printPlace(remark.getLocation(), os))
      os << ": ";
    os << "remark: " << text << hint << figures << " ["
       << remark.getRemarkName() << "]\n";
    llvm::errs() << line;
  }
};
} // namespace

LogicalResult convoy::enableRemarksOnStderr(MLIRContext &context) {
  remark::RemarkCategories categories;
  // Each kind is enabled by its own filter; `all` only widens those.
  categories.passed = categories.missed = categories.analysis =
      categories.failed = "convoy";
  return remark::enableOptimizationRemarks(
      context, std::make_unique<StderrRemarkStreamer>(),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories);
}
