//===- PlannedConvolutions.h - What tests of plans compute with -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_DIALECT_PLANNEDCONVOLUTIONS_H
#define CONVOY_UNITTESTS_DIALECT_PLANNEDCONVOLUTIONS_H

#include "Convoy/Target/Chip.h"

#include <cstdint>
#include <random>
#include <vector>

namespace mlir::convoy::test {

inline const Chip &getChip() { return *lookupChip("sm_90a"); }

inline constexpr int64_t kImages = 3;
/// What lies in a stage where nothing was copied to.
inline constexpr int64_t kStale = 1000003;

/// Small integers, whose products and sums are exact.
inline std::vector<int64_t> drawNumbers(std::mt19937 &random, int64_t size) {
  std::vector<int64_t> numbers(size);
  for (int64_t &number : numbers)
    number = static_cast<int64_t>(random() % 7) - 3;
  return numbers;
}

} // namespace mlir::convoy::test

#endif // CONVOY_UNITTESTS_DIALECT_PLANNEDCONVOLUTIONS_H
