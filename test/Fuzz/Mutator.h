//===- Mutator.h - Random changes of IR ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the fuzzer does to a program: changes that know what IR is, so that most
// of what comes out parses and verifies, and reaches the passes. Bytes that are
// changed at random do not.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_FUZZ_MUTATOR_H
#define CONVOY_TEST_FUZZ_MUTATOR_H

#include "mlir/IR/BuiltinOps.h"

#include <random>

namespace mlir::convoy {

/// Makes one random change to `module`: an operand, an op, an attribute, a size
/// or an element type. The result need not verify. Returns false if the change
/// that was drawn does not apply.
bool mutate(ModuleOp module, std::minstd_rand &random);

} // namespace mlir::convoy

#endif // CONVOY_TEST_FUZZ_MUTATOR_H
