//===- Output.cpp - Writing what was compiled -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A new file beside the old one and a rename; pipes and devices are written to
// directly.
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;

static LogicalResult refuse(Location loc, StringRef path,
                            const llvm::Twine &found) {
  return emitError(loc) << "expected to write '" << path
                        << "', found: " << found.str();
}

LogicalResult convoy::checkOutput(Location loc, StringRef path) {
  if (path == "-")
    return success();
  if (path.empty())
    return refuse(loc, path, "an empty name");
  if (llvm::sys::fs::is_directory(path))
    return refuse(loc, path, "it is a directory");
  StringRef parent = llvm::sys::path::parent_path(path);
  if (parent.empty())
    parent = ".";
  if (!llvm::sys::fs::is_directory(parent))
    return refuse(loc, path, "no directory '" + parent + "'");
  StringRef target = llvm::sys::fs::exists(path) ? path : parent;
  if (std::error_code error =
          llvm::sys::fs::access(target, llvm::sys::fs::AccessMode::Write))
    return refuse(loc, path, error.message());
  return success();
}

/// Writes to something that exists and must not be replaced.
static std::error_code writeInPlace(StringRef path, StringRef contents) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (error)
    return error;
  os << contents;
  os.close();
  error = os.error();
  os.clear_error();
  return error;
}

LogicalResult convoy::writeOutput(Location loc, StringRef path,
                                  StringRef contents) {
  llvm::sys::fs::file_status status;
  bool exists = path != "-" && !llvm::sys::fs::status(path, status) &&
                llvm::sys::fs::exists(status);
  if (path == "-" || (exists && !llvm::sys::fs::is_regular_file(status))) {
    if (std::error_code error = writeInPlace(path, contents))
      return refuse(loc, path, error.message());
    return success();
  }
  auto write = [&](llvm::raw_ostream &os) {
    os << contents;
    return llvm::Error::success();
  };
  if (llvm::Error error = llvm::writeToOutput(path, write))
    return refuse(loc, path, llvm::toString(std::move(error)));
  return success();
}
