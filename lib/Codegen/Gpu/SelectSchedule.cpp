//===- SelectSchedule.cpp - How each convolution is computed --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the schedule that is predicted to be the fastest, or one that is
// predicted to be nearly so, and says so.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "Candidates.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYSELECTSCHEDULE
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

static std::string formatMilliseconds(double milliseconds) {
  return llvm::formatv("{0:f4}", milliseconds);
}

/// The fastest candidate of each strategy but that of `chosen`; `sorted` has
/// the fastest first.
static std::string describeOthers(ArrayRef<Candidate> sorted,
                                  const Candidate &chosen) {
  SmallVector<StringRef> seen{chosen.strategy.getStrategyName()};
  std::string others;
  for (const Candidate &candidate : sorted) {
    StringRef name = candidate.strategy.getStrategyName();
    if (llvm::is_contained(seen, name))
      continue;
    seen.push_back(name);
    others += others.empty() ? "" : ", ";
    others += name;
    others += " " + formatMilliseconds(candidate.cost.milliseconds);
  }
  return others;
}

/// Says what was chosen, and what the others were predicted to take.
static void remarkSchedule(ConvOp op, ArrayRef<Candidate> sorted,
                           const Candidate &chosen) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  remark::RemarkOpts options =
      remark::RemarkOpts::name("select-schedule")
          .category("convoy")
          .function(function ? function.getName() : StringRef());
  auto remark = remark::analysis(op.getLoc(), options);
  std::string text = "computed by ";
  text += chosen.strategy.getStrategyName();
  text += ", predicted to be bound by ";
  text += chosen.cost.limit;
  remark << text
         << remark::metric("PredictedMilliseconds",
                           formatMilliseconds(chosen.cost.milliseconds));
  std::string others = describeOthers(sorted, chosen);
  if (!others.empty())
    remark << remark::metric("Others", others);
}

/// Says what is predicted of each candidate.
static void remarkCandidates(ConvOp op, ArrayRef<Candidate> sorted) {
  auto options = remark::RemarkOpts::name("schedule").category("convoy");
  for (const Candidate &candidate : sorted) {
    std::string text;
    llvm::raw_string_ostream(text) << candidate.strategy;
    auto remark = remark::analysis(op.getLoc(), options);
    remark << text
           << remark::metric("PredictedMilliseconds",
                             formatMilliseconds(candidate.cost.milliseconds))
           << remark::metric("Limit", candidate.cost.limit);
  }
}

/// Takes the schedule predicted to be `rank` places behind the fastest, or the
/// last.
static void selectSchedule(ConvOp op, const Chip &chip, unsigned rank,
                           bool listSchedules) {
  SmallVector<Candidate> candidates = listCandidates(op, chip);
  // Equal ones stay in their order.
  llvm::stable_sort(candidates, [](const Candidate &a, const Candidate &b) {
    return a.cost.milliseconds < b.cost.milliseconds;
  });
  if (listSchedules)
    remarkCandidates(op, candidates);
  const Candidate &chosen =
      candidates[std::min<size_t>(rank, candidates.size() - 1)];
  remarkSchedule(op, candidates, chosen);
  op.setScheduleAttr(
      ScheduleAttr::get(op.getContext(), chip.name, chosen.strategy));
}

namespace {
struct SelectSchedulePass
    : convoy::impl::ConvoySelectScheduleBase<SelectSchedulePass> {
  using Base::Base;

  void runOnOperation() override {
    const Chip *target = lookupChip(chip);
    if (!target) {
      getOperation().emitError("expected one of the chips ")
          << listChipNames() << ", found '" << chip << "'";
      return signalPassFailure();
    }
    getOperation().walk([&](ConvOp op) {
      if (op.getMath() == MathMode::Strict)
        op.setMath(math);
      if (!op.getScheduleAttr())
        selectSchedule(op, *target, rank, listSchedules);
    });
  }
};
} // namespace
