//===- Error.h - How the host side fails ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host side of the runtime reports a user's mistake, and what the system
// refuses, as this exception. Its text is the whole message: what was expected
// and what was found. A tool prints it after its own name and exits with 1.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_ERROR_H
#define CONVOY_RUNTIME_ERROR_H

#include <stdexcept>

namespace convoy::runtime {

class Error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// What a device or its driver reported.
class DeviceError : public Error {
public:
  using Error::Error;
};

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_ERROR_H
