//===- FoldAffinePass.cpp - The pass convoy-fold-affine -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the fold over a module and says what it did. It is a module pass
// because remarks streamed from several threads are not safe.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FoldAffine.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFOLDAFFINE
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// The name of the function that holds `op`, for remarks.
static StringRef getFunctionName(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return function ? function.getName() : StringRef("<module>");
}

static remark::RemarkOpts getRemarkOpts(StringRef name, Operation *op) {
  return remark::RemarkOpts::name(name).category("convoy").function(
      getFunctionName(op));
}

/// What a step does, in one word per scalar op: "subf", "mulf addf".
static void describeStep(raw_ostream &os, Operation *step) {
  auto structured = dyn_cast<linalg::LinalgOp>(step);
  if (!structured) {
    os << step->getName().stripDialect();
    return;
  }
  llvm::ListSeparator separator(" ");
  for (Operation &op : structured.getBlock()->without_terminator())
    os << separator << op.getName().stripDialect();
}

/// Remarks list this many steps; a chain can have thousands.
static constexpr size_t kMaxListedSteps = 8;

static std::string describeSteps(ArrayRef<Operation *> steps) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::ListSeparator separator;
  for (Operation *step : steps.take_front(kMaxListedSteps)) {
    os << separator;
    describeStep(os, step);
  }
  if (steps.size() > kMaxListedSteps)
    os << " and " << steps.size() - kMaxListedSteps << " more";
  return text;
}

static void remarkFold(const FoldedConvolution &folded, StringRef steps,
                       size_t numSteps) {
  Operation *conv = folded.conv;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "folded " << numSteps << (numSteps == 1 ? " step (" : " steps (")
     << steps << ") into " << conv->getName();
  auto remark =
      remark::passed(conv->getLoc(), getRemarkOpts("fold-affine", conv));
  remark << text << remark::metric("Channels", folded.numChannels);
  if (folded.gainRange)
    remark << remark::metric("MinGain", folded.gainRange->first)
           << remark::metric("MaxGain", folded.gainRange->second);
}

static void remarkRefusal(Operation *conv, const Refusal &refusal) {
  Operation *at = refusal.op ? refusal.op : conv;
  auto remark = remark::missed(
      at->getLoc(), getRemarkOpts(getReasonCode(refusal.reason), conv));
  remark << (Twine("not folded into ") + conv->getName().getStringRef() + ": " +
             refusal.message)
                .str()
         << remark::metric("Hint", getReasonHint(refusal.reason));
}

namespace {
struct FoldAffinePass
    : mlir::convoy::impl::ConvoyFoldAffineBase<FoldAffinePass> {
  using ConvoyFoldAffineBase::ConvoyFoldAffineBase;

  void runOnOperation() override {
    getOperation()->walk([&](Block *block) { foldBlock(*block); });
  }

private:
  void foldBlock(Block &block) {
    if (llvm::none_of(block,
                      [](Operation &op) { return isa<linalg::LinalgOp>(op); }))
      return;
    BlockChains chains = analyzeBlock(block);
    for (const RefusedConvolution &refused : chains.refused)
      remarkRefusal(refused.conv, refused.refusal);

    IRRewriter rewriter(&getContext());
    for (const AffineChain &chain : chains.chains) {
      SmallVector<Operation *> allSteps;
      for (const ConvolutionFold &fold : chain.folds)
        if (fold.input)
          allSteps.append(fold.input->steps);
      allSteps.append(chain.steps);
      std::string steps = describeSteps(allSteps);
      size_t numSteps = allSteps.size();
      Refusal refusal;
      FailureOr<SmallVector<FoldedConvolution>> folded =
          foldAffineChain(rewriter, chains.pool, chain, refusal);
      if (failed(folded)) {
        remarkRefusal(chain.folds.front().conv.op, refusal);
        continue;
      }
      for (const FoldedConvolution &fold : *folded)
        remarkFold(fold, steps, numSteps);
    }
  }
};
} // namespace
