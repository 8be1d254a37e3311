//===- Link.h - Making a shared object --------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that calls another program.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_LINK_H
#define CONVOY_LIB_ARTEFACT_LINK_H

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include "llvm/ADT/SmallVector.h"

#include <string>

namespace mlir::convoy {

/// Links `objects` (the contents of object files) and the artefact runtime
/// with the system's `cc` and returns the contents of the shared object, which
/// depends on nothing but `objects`. Diagnostics stand at `loc`.
FailureOr<std::string>
linkSharedObject(Location loc, llvm::ArrayRef<llvm::SmallString<0>> objects);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_LINK_H
