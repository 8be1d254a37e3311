//===- Batch.h - Many executions in one process -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of command lines, for test suites that run hundreds of entries:
// loading an artefact and opening a device happen once.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_BATCH_H
#define CONVOY_RUNTIME_BATCH_H

#include <string>

namespace convoy::runtime {

/// Runs each line of the file `path`: an artefact and execution flags, as after
/// the name of a tool. Empty lines and those that begin with # say nothing.
/// Prints what failed and, last, one line with the counts; writes all of it to
/// `reportPath` unless that is empty. A line that fails does not keep the next
/// from running, unless the device takes no more calls. Returns whether every
/// line ran and held. Throws Error where the file cannot be read or the report
/// not be written.
bool runBatch(const std::string &path, const std::string &reportPath);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_BATCH_H
