//===- StreamProblems.h - Convolutions to plan ------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_DIALECT_STREAMPROBLEMS_H
#define CONVOY_UNITTESTS_DIALECT_STREAMPROBLEMS_H

#include "PlannedConvolutions.h"

#include "Convoy/Dialect/StreamPlan.h"

namespace mlir::convoy::test {

/// A convolution of one group, with results of the type of its input.
inline StreamProblem makeProblem(const PatchProblem &group,
                                 PatchProducts products) {
  StreamProblem problem;
  problem.group = group;
  problem.group.products = products;
  problem.group.outputBytes = problem.group.getInputBytes();
  return problem;
}

} // namespace mlir::convoy::test

#endif // CONVOY_UNITTESTS_DIALECT_STREAMPROBLEMS_H
