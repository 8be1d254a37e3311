//===- FoldRemarks.cpp - The fold's remarks -------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One remark of category "convoy" for each fold, named fold-affine, and for
// each refusal, named after its reason code.
//
//===----------------------------------------------------------------------===//

#include "FoldReport.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static remark::RemarkOpts getRemarkOpts(StringRef name, Operation *op) {
  return remark::RemarkOpts::name(name).category("convoy").function(
      getFunctionName(op));
}

void mlir::convoy::detail::remarkFold(const ChainDescription &description,
                                      const FoldedConvolution &folded) {
  Operation *conv = folded.conv;
  auto remark =
      remark::passed(conv->getLoc(), getRemarkOpts("fold-affine", conv));
  if (!remark)
    return;
  std::string text;
  llvm::raw_string_ostream os(text);
  const StepList &steps = description.getSteps(folded.fold);
  os << "folded " << steps.count << (steps.count == 1 ? " step (" : " steps (");
  llvm::interleaveComma(steps.getTexts(), os);
  if (steps.listed.size() < steps.count)
    os << " and " << steps.count - steps.listed.size() << " more";
  os << ") into " << conv->getName();
  if (folded.keepsScale)
    os << ", with the scale behind it";
  remark << text;
  if (!ShapedType::isDynamic(folded.numChannels))
    remark << remark::metric("Channels", folded.numChannels);
  if (folded.gainRange)
    remark << remark::metric("MinGain", folded.gainRange->first)
           << remark::metric("MaxGain", folded.gainRange->second);
  if (folded.audit)
    remark << remark::metric("PredictedRmseRatio", folded.audit->rmseRatio)
           << remark::metric("ErrorBound", folded.audit->errorBound);
  if (description.numRemovedRoundings > 0)
    remark << remark::metric("RemovedRoundings",
                             description.numRemovedRoundings);
}

void mlir::convoy::detail::remarkRefusal(Operation *conv,
                                         const Refusal &refusal, bool partly) {
  Operation *at = refusal.op ? refusal.op : conv;
  auto remark = remark::missed(
      at->getLoc(), getRemarkOpts(getReasonCode(refusal.reason), conv));
  if (!remark)
    return;
  remark << ((partly ? Twine("the rest is not folded into ")
                     : Twine("not folded into ")) +
             conv->getName().getStringRef() + ": " + refusal.message)
                .str()
         << remark::metric("Hint", getReasonHint(refusal.reason));
}
