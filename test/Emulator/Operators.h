//===- Operators.h - Handlers of one operation for each lane ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes a handler of a function of one, two or three values. The operators here
// are those of integers and floats alike.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_OPERATORS_H
#define CONVOY_TEST_EMULATOR_OPERATORS_H

#include "Machine.h"

namespace emulator {

// An `Operator` has a static `apply`.

template <typename Operator, typename Result, typename A>
Lanes applyUnary(Warp &warp, const Instruction &instruction, Lanes lanes) {
  auto *result = warp.get<Result>(instruction.operands[0]);
  const A *a = warp.get<A>(instruction.operands[1]);
  forEachLane(lanes, [&](int i) { result[i] = Operator::apply(a[i]); });
  return 0;
}

template <typename Operator, typename Result, typename A, typename B>
Lanes applyBinary(Warp &warp, const Instruction &instruction, Lanes lanes) {
  auto *result = warp.get<Result>(instruction.operands[0]);
  const A *a = warp.get<A>(instruction.operands[1]);
  const B *b = warp.get<B>(instruction.operands[2]);
  forEachLane(lanes, [&](int i) { result[i] = Operator::apply(a[i], b[i]); });
  return 0;
}

template <typename Operator, typename Result, typename A, typename B,
          typename C>
Lanes applyTernary(Warp &warp, const Instruction &instruction, Lanes lanes) {
  auto *result = warp.get<Result>(instruction.operands[0]);
  const A *a = warp.get<A>(instruction.operands[1]);
  const B *b = warp.get<B>(instruction.operands[2]);
  const C *c = warp.get<C>(instruction.operands[3]);
  forEachLane(lanes,
              [&](int i) { result[i] = Operator::apply(a[i], b[i], c[i]); });
  return 0;
}

struct Add {
  template <typename T>
  static T apply(T a, T b) {
    return a + b;
  }
};
struct Subtract {
  template <typename T>
  static T apply(T a, T b) {
    return a - b;
  }
};

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_OPERATORS_H
