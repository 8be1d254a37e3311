//===- LastError.cpp - A thread's last failure ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The thread-local message behind ConvoyArtefactApi::lastError.
//
//===----------------------------------------------------------------------===//

#include "LastError.h"

#include <cstdarg>
#include <cstdio>

namespace {
constexpr int kMessageBytes = 1024;
thread_local char message[kMessageBytes];
} // namespace

ConvoyStatus convoy::runtime::fail(ConvoyStatus status, const char *format,
                                   ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, kMessageBytes, format, arguments);
  va_end(arguments);
  return status;
}

const char *convoy::runtime::lastError() { return message; }
