//===- Link.cpp - Making a shared object ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls the system's `cc` in a directory of its own, which is removed
// afterwards. The artefact runtime is embedded in this library
// (RuntimeArchive.S), so nothing has to be found at run time but `cc`.
//
//===----------------------------------------------------------------------===//

#include "Link.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;

extern "C" const char convoy_runtime_archive_begin[];
extern "C" const char convoy_runtime_archive_end[];

/// Only the C ABI leaves the artefact: several can be loaded into a process.
static constexpr llvm::StringLiteral kVersionScript =
    "{ global: convoy_artefact_api; local: *; };\n";

namespace {
/// A directory for one link step, removed with everything in it.
class LinkDirectory {
public:
  explicit LinkDirectory(Location loc) : loc(loc) {}
  ~LinkDirectory() {
    // What cannot be removed stays; the artefact is none the worse for it.
    if (!path.empty())
      (void)llvm::sys::fs::remove_directories(path);
  }

  LogicalResult create() {
    std::error_code error =
        llvm::sys::fs::createUniqueDirectory("convoy-link", path);
    if (error)
      return emitError(loc) << "expected to make a temporary directory, found: "
                            << error.message();
    return success();
  }

  std::string getFile(const llvm::Twine &name) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    return file.str().str();
  }

  /// Writes `contents` to a new file and returns its path.
  FailureOr<std::string> write(const llvm::Twine &name, StringRef contents) {
    std::string file = getFile(name);
    std::error_code error;
    llvm::raw_fd_ostream os(file, error);
    if (!error) {
      os << contents;
      os.close();
      error = os.error();
      os.clear_error();
    }
    if (error)
      return emitError(loc) << "expected to write '" << file
                            << "', found: " << error.message();
    return file;
  }

private:
  Location loc;
  llvm::SmallString<128> path;
};
} // namespace

/// The contents of `file`, without a mapping that would outlive it.
static std::string readFile(StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false,
                                            /*IsVolatile=*/true);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

/// The functions that a linker said are missing, each once, in its order.
static SmallVector<StringRef> getUndefined(StringRef said) {
  static constexpr llvm::StringLiteral kSaid = "undefined reference to `";
  llvm::SmallSetVector<StringRef, 4> names;
  while (!said.empty()) {
    said = said.split(kSaid).second;
    if (!said.empty())
      names.insert(said.split('\'').first);
  }
  return names.takeVector();
}

/// Runs `arguments[0]`. A diagnostic with what it said when it fails.
static LogicalResult runLinker(Location loc, const LinkDirectory &directory,
                               ArrayRef<std::string> arguments) {
  std::string said = directory.getFile("stderr");
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(said),
                                          StringRef(said)};
  SmallVector<StringRef> references(arguments.begin(), arguments.end());
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      references.front(), references, /*Env=*/std::nullopt, redirects,
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status == 0)
    return success();
  std::string text = readFile(said);
  SmallVector<StringRef> undefined = getUndefined(text);
  if (!undefined.empty())
    return emitError(loc)
           << "expected compiled code to call only what the system's libraries "
              "and the artefact runtime have, found calls of "
           << llvm::join(undefined, ", ");
  if (message.empty())
    message = StringRef(text).trim().str();
  return emitError(loc) << "expected " << references.front()
                        << " to link the artefact, found status " << status
                        << ": " << message;
}

FailureOr<std::string>
convoy::linkSharedObject(Location loc, ArrayRef<llvm::SmallString<0>> objects) {
  llvm::ErrorOr<std::string> cc = llvm::sys::findProgramByName("cc");
  if (!cc)
    return emitError(loc)
           << "expected a C compiler called 'cc' in PATH to link "
              "the artefact with, found none";
  LinkDirectory directory(loc);
  if (failed(directory.create()))
    return failure();

  std::string output = directory.getFile("artefact.so");
  // No build id, no debug information, no names of temporary files: the result
  // depends on the input alone. `-z defs` turns a function that nobody
  // provides into an error here instead of where the artefact is loaded.
  SmallVector<std::string> arguments = {*cc,
                                        "-shared",
                                        "-o",
                                        output,
                                        "-Wl,--build-id=none",
                                        "-Wl,--strip-debug",
                                        "-Wl,-z,defs",
                                        "-Wl,-z,noexecstack",
                                        "-Wl,-z,relro",
                                        "-Wl,-z,now",
                                        "-Wl,--gc-sections"};
  auto addFile = [&](const llvm::Twine &name, StringRef contents,
                     StringRef prefix) -> LogicalResult {
    FailureOr<std::string> file = directory.write(name, contents);
    if (succeeded(file))
      arguments.push_back(prefix.str() + *file);
    return success(succeeded(file));
  };
  if (failed(addFile("exports", kVersionScript, "-Wl,--version-script=")))
    return failure();
  for (size_t i = 0; i < objects.size(); ++i)
    if (failed(addFile("object" + llvm::Twine(i) + ".o", objects[i], "")))
      return failure();
  StringRef archive(convoy_runtime_archive_begin,
                    convoy_runtime_archive_end - convoy_runtime_archive_begin);
  arguments.push_back("-Wl,--whole-archive");
  if (failed(addFile("runtime.a", archive, "")))
    return failure();
  for (StringRef flag : {"-Wl,--no-whole-archive", "-Wl,--as-needed", "-lm",
                         "-lpthread", "-ldl"})
    arguments.push_back(flag.str());
  if (failed(runLinker(loc, directory, arguments)))
    return failure();

  auto linked = llvm::MemoryBuffer::getFile(output);
  if (!linked)
    return emitError(loc) << "expected " << *cc << " to write '" << output
                          << "', found: " << linked.getError().message();
  return (*linked)->getBuffer().str();
}
