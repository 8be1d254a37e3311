//===- LastError.h - A thread's last failure --------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a function of the artefact's ABI fails: it returns fail(status, format,
// ...). Without exceptions and without the heap.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_LASTERROR_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_LASTERROR_H

#include "convoy-c/Artefact.h"

namespace convoy::runtime {

/// Keeps the message, cut to a few hundred characters, as this thread's last
/// error and returns `status`.
__attribute__((format(printf, 2, 3))) ConvoyStatus fail(ConvoyStatus status,
                                                        const char *format,
                                                        ...);

/// This thread's last message, "" before the first one.
const char *lastError();

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_LASTERROR_H
