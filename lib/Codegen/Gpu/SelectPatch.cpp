//===- SelectPatch.cpp - When patches stay in shared memory ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses #convoy.patch_wgmma where it applies. Its domain is planPatch's; here
// is only what is not worth it.
//
//===----------------------------------------------------------------------===//

#include "SelectPatch.h"

#include "Convoy/Dialect/PatchPlan.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

/// Below this many output channels most of a tile's 64 rows are computed for
/// nothing.
static constexpr int64_t kMinFilters = 16;

static std::optional<PatchProducts> chooseProducts(ConvOp op) {
  Type type = getElementTypeOrSelf(op.getInput().getType());
  if (type.isF32())
    return op.getMath() == MathMode::TF32 ? PatchProducts::TF32
                                          : PatchProducts::SplitF16;
  if (type.isF16())
    return PatchProducts::F16;
  if (type.isBF16())
    return PatchProducts::BF16;
  return std::nullopt;
}

std::optional<PatchWgmmaAttr> convoy::selectPatch(ConvOp op, const Chip &chip) {
  std::optional<PatchProducts> products = chooseProducts(op);
  if (!products)
    return std::nullopt;
  std::string why;
  std::optional<PatchProblem> problem = getPatchProblem(op, *products, why);
  if (!problem || problem->filters < kMinFilters)
    return std::nullopt;
  std::optional<PatchPlan> plan = planPatch(*problem, chip, why);
  if (!plan)
    return std::nullopt;
  PatchTuning tuning = plan->getTuning();
  return PatchWgmmaAttr::get(op.getContext(), *products, tuning.tileRows,
                             tuning.slots, tuning.stagingRing,
                             tuning.storeWarps, tuning.alignLoads);
}
