//===- SharedPlaces.h - Places in shared memory -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How plans lay out the shared memory of a block, one thing behind the other,
// and what they say if it is not enough.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_SHAREDPLACES_H
#define CONVOY_LIB_DIALECT_SHAREDPLACES_H

#include "Convoy/Target/Chip.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::convoy {

/// Bytes of an mbarrier.
inline constexpr int64_t kBarrierBytes = 8;

/// Hands out shared memory from its begin on.
class SharedPlaces {
public:
  /// Where `bytes` bytes lie, counted from the begin.
  int64_t place(int64_t bytes, int64_t alignmentBytes) {
    int64_t begin = llvm::alignTo(endBytes, alignmentBytes);
    endBytes = begin + bytes;
    return begin;
  }
  /// What all of them take.
  int64_t getBytes() const { return endBytes; }

private:
  int64_t endBytes = 0;
};

/// That `bytes` are more than `chip` has.
inline std::string explainSharedBytes(int64_t bytes, const Chip &chip) {
  return "needs " + std::to_string(bytes) + " bytes of shared memory, " +
         chip.name.str() + " has " + std::to_string(chip.sharedBytesPerBlock);
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_SHAREDPLACES_H
