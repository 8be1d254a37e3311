//===- NumberRange.h - What a schedule's numbers may be -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The check that all strategies have in common. What their numbers must be
// together, their plans say.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_NUMBERRANGE_H
#define CONVOY_LIB_DIALECT_NUMBERRANGE_H

#include "mlir/IR/Diagnostics.h"

namespace mlir::convoy {

/// A parameter of an attribute, and its least and largest value.
struct NumberRange {
  StringLiteral name;
  int64_t value;
  int64_t minimum;
  int64_t maximum;
};

/// Fails with an error for the first number out of its range.
inline LogicalResult verifyRanges(function_ref<InFlightDiagnostic()> emitError,
                                  ArrayRef<NumberRange> numbers) {
  for (const NumberRange &number : numbers)
    if (number.value < number.minimum || number.value > number.maximum)
      return emitError() << "expected " << number.name << " between "
                         << number.minimum << " and " << number.maximum
                         << ", found " << number.value;
  return success();
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_NUMBERRANGE_H
