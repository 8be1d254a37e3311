//===- RegularFile.cpp - Files that a user names --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks that precede every read: opening a folder or a pipe succeeds, and the
// libraries that read what is in them fail in odd ways or wait.
//
//===----------------------------------------------------------------------===//

#include "RegularFile.h"
#include "Convoy/Runtime/Error.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>

using namespace convoy;

void runtime::failOnFile(const std::string &path, const std::string &why) {
  throw Error("'" + path + "': " + why);
}

int64_t runtime::getRegularFileBytes(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    failOnFile(path, std::string("cannot open: ") + std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    failOnFile(path, "expected a regular file");
  if (status.st_size == 0)
    failOnFile(path, "the file is empty");
  return status.st_size;
}
