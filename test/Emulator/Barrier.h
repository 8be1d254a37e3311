//===- Barrier.h - mbarriers ------------------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An mbarrier is 64 bits of shared memory. Which bits are what is the
// hardware's own affair; here they also tell an mbarrier from other contents.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_BARRIER_H
#define CONVOY_TEST_EMULATOR_BARRIER_H

#include "Machine.h"

namespace emulator {

struct Mbarrier {
  uint32_t phase;
  uint32_t expected;
  uint32_t pending;
  /// Bytes that are to arrive; may be negative for a while.
  int32_t transactions;

  /// False if there is no mbarrier at `place`.
  bool load(const uint8_t *place);
  void store(uint8_t *place) const;
};

/// The mbarrier at `place`, or a failure.
Mbarrier getMbarrier(const Warp &warp, const Instruction &instruction, int lane,
                     const uint8_t *place);
/// Adds bytes that are to arrive, takes arrivals away, and begins the next
/// phase if nothing is left.
void updateMbarrier(const Warp &warp, const Instruction &instruction, int lane,
                    uint8_t *place, int64_t transactions, uint32_t arrivals);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_BARRIER_H
