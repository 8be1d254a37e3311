//===- RegularFile.h - Files that a user names ------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_REGULARFILE_H
#define CONVOY_LIB_RUNTIME_HOST_REGULARFILE_H

#include <cstdint>
#include <string>

namespace convoy::runtime {

/// Throws an Error that names the file.
[[noreturn]] void failOnFile(const std::string &path, const std::string &why);

/// The size of `path` in bytes. Throws an Error if that is not a regular file,
/// or an empty one.
int64_t getRegularFileBytes(const std::string &path);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_REGULARFILE_H
