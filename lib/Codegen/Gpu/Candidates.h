//===- Candidates.h - Schedules to choose from -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What convoy-select-schedule compares: the schedules that are worth it for a
// convolution, and how long they take by the models of ScheduleCost.cpp and
// PointwiseCost.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_CANDIDATES_H
#define CONVOY_LIB_CODEGEN_GPU_CANDIDATES_H

#include "Convoy/Dialect/PointwisePlan.h"
#include "Convoy/Dialect/StreamPlan.h"
#include "Convoy/Dialect/WindowPlan.h"

namespace mlir::convoy {

/// What a kernel's time is predicted to be, and what it is predicted to wait
/// for most of that time.
struct ScheduleCost {
  double milliseconds;
  llvm::StringRef limit;
};

struct Candidate {
  StrategyAttrInterface strategy;
  ScheduleCost cost;
};

/// How products are formed for the element type and the math mode of `op`; none
/// where there is no way on tensor cores.
std::optional<PatchProducts> chooseProducts(ConvOp op);

/// Images of the batch, or a guess.
int64_t guessImages(ConvOp op);

/// The numbers of #convoy.direct, which computes every convolution.
DirectAttr selectDirect(ConvOp op, const Chip &chip);

/// Schedules of all strategies whose domain `op` is of; one of #convoy.direct
/// at least.
SmallVector<Candidate> listCandidates(ConvOp op, const Chip &chip);

//===----------------------------------------------------------------------===//
// Predictions
//===----------------------------------------------------------------------===//

ScheduleCost predictDirect(ConvOp op, DirectAttr direct, const Chip &chip);
ScheduleCost predictPatch(ConvOp op, const PatchPlan &plan, const Chip &chip);
ScheduleCost predictStream(ConvOp op, const StreamPlan &plan, const Chip &chip);
ScheduleCost predictPointwise(ConvOp op, const PointwisePlan &plan,
                              const Chip &chip);
ScheduleCost predictWindow(ConvOp op, const WindowPlan &plan, const Chip &chip);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_CANDIDATES_H
