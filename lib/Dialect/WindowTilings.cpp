//===- WindowTilings.cpp - Plans of window kernels to choose from ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedules that are worth comparing: tiles of several shapes, with the
// filter resident or not. Which is the best, a cost model says.
//
//===----------------------------------------------------------------------===//

#include "PointwiseFrame.h"

#include "Convoy/Dialect/WindowPlan.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;

/// More have too few registers each, one leaves the tensor cores idle while it
/// reads and stores.
static constexpr int64_t kMaxMathWarpgroups = 3;
static constexpr int64_t kMinMathWarpgroups = 2;
static constexpr int64_t kMaxRowBlocks = 2;
static constexpr int64_t kMaxStages = 8;

namespace {

/// Collects plans.
class Tilings {
public:
  Tilings(const PatchProblem &problem, const Chip &chip, std::string &why)
      : problem(problem), chip(chip), why(why) {}

  llvm::SmallVector<WindowPlan, 0> list();

private:
  /// Adds the plans with as many stages as fit.
  void addStages(WindowTuning tuning);

  const PatchProblem &problem;
  const Chip &chip;
  std::string &why;
  llvm::SmallVector<WindowPlan, 0> plans;
};

} // namespace

void Tilings::addStages(WindowTuning tuning) {
  for (bool isResident : {true, false}) {
    tuning.residentFilter = isResident;
    for (tuning.stages = kMaxStages; tuning.stages >= 2; --tuning.stages)
      if (std::optional<WindowPlan> plan =
              planWindow(problem, chip, why, tuning)) {
        plans.push_back(std::move(*plan));
        break;
      }
  }
}

llvm::SmallVector<WindowPlan, 0> Tilings::list() {
  for (int64_t filters : listTileFilters(problem.filters))
    for (int64_t blocks : llvm::seq_inclusive<int64_t>(1, kMaxRowBlocks))
      for (int64_t warpgroups :
           llvm::seq_inclusive<int64_t>(kMinMathWarpgroups, kMaxMathWarpgroups))
        addStages({filters, blocks, warpgroups, /*stages=*/0,
                   /*residentFilter=*/false});
  return std::move(plans);
}

llvm::SmallVector<WindowPlan, 0>
convoy::listWindowPlans(const PatchProblem &problem, const Chip &chip,
                        std::string &why) {
  // What is left then has sizes whose arithmetic does not overflow.
  WindowTuning smallest{/*tileFilters=*/8, /*rowBlocks=*/1,
                        /*mathWarpgroups=*/1, /*stages=*/2,
                        /*residentFilter=*/false};
  if (!planWindow(problem, chip, why, smallest))
    return {};
  return Tilings(problem, chip, why).list();
}
