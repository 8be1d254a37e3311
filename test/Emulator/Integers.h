//===- Integers.h - Handlers for integers of each width ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Integers.cpp and Bits.cpp share.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_INTEGERS_H
#define CONVOY_TEST_EMULATOR_INTEGERS_H

#include "Decode.h"
#include "Operators.h"

namespace emulator {

template <typename T>
inline constexpr unsigned kBits = sizeof(T) * 8;

// Where nothing depends on the sign, operators compute with unsigned integers.
// The handlers are null where the width is no integer's.

template <typename Operator>
Handler getUnary(int bytes) {
  return bytes == 2   ? applyUnary<Operator, uint16_t, uint16_t>
         : bytes == 4 ? applyUnary<Operator, uint32_t, uint32_t>
         : bytes == 8 ? applyUnary<Operator, uint64_t, uint64_t>
                      : nullptr;
}

template <typename Operator>
Handler getBinary(int bytes) {
  return bytes == 2   ? applyBinary<Operator, uint16_t, uint16_t, uint16_t>
         : bytes == 4 ? applyBinary<Operator, uint32_t, uint32_t, uint32_t>
         : bytes == 8 ? applyBinary<Operator, uint64_t, uint64_t, uint64_t>
                      : nullptr;
}

/// Of integers of so many bytes: what decodeInteger leaves.
void decodeBits(Decoder &decoder, int bytes);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_INTEGERS_H
