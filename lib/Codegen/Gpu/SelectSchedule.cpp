//===- SelectSchedule.cpp - How each convolution is computed --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the schedule that is predicted to be the fastest, and says so.
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

/// Says what was chosen, and what the others were predicted to take.
static void remarkSchedule(ConvOp op, ArrayRef<Candidate> candidates,
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
  std::string others;
  for (const Candidate &candidate : candidates) {
    if (candidate.strategy == chosen.strategy)
      continue;
    others += others.empty() ? "" : ", ";
    others += candidate.strategy.getStrategyName();
    others += " " + formatMilliseconds(candidate.cost.milliseconds);
  }
  if (!others.empty())
    remark << remark::metric("Others", others);
}

static void selectSchedule(ConvOp op, const Chip &chip) {
  SmallVector<Candidate> candidates = listCandidates(op, chip);
  const Candidate &fastest = *llvm::min_element(
      candidates, [](const Candidate &a, const Candidate &b) {
        return a.cost.milliseconds < b.cost.milliseconds;
      });
  remarkSchedule(op, candidates, fastest);
  op.setScheduleAttr(
      ScheduleAttr::get(op.getContext(), chip.name, fastest.strategy));
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
        selectSchedule(op, *target);
    });
  }
};
} // namespace
