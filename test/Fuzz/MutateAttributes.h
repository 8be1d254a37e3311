//===- MutateAttributes.h - Random attributes and types --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of the mutator that changes what ops are made of.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_FUZZ_MUTATEATTRIBUTES_H
#define CONVOY_TEST_FUZZ_MUTATEATTRIBUTES_H

#include "mlir/IR/BuiltinOps.h"

#include <random>

namespace mlir::convoy::detail {

/// One of `values`, which are not empty.
template <typename Values>
auto choose(const Values &values, std::minstd_rand &random) {
  return values[random() % values.size()];
}

/// Changes one attribute of `op`: a number of it, a map, an iterator.
bool replaceAttribute(Operation *op, std::minstd_rand &random);

/// Changes an element type or a size everywhere in `module`; constants become
/// splats of their new types.
bool replaceTypes(ModuleOp module, std::minstd_rand &random);

} // namespace mlir::convoy::detail

#endif // CONVOY_TEST_FUZZ_MUTATEATTRIBUTES_H
