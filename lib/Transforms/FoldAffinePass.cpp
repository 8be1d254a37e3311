//===- FoldAffinePass.cpp - The pass convoy-fold-affine -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the fold over a module and says what it did. It is a module pass
// because remarks streamed from several threads are not safe. Functions are
// analyzed on all threads; they are folded one after the other, so that
// remarks, reports and the names of constants come out in the same order each
// time.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FoldAffine.h"
#include "Convoy/Transforms/Passes.h"

#include "BlockOrder.h"
#include "DropAssertions.h"
#include "FoldReport.h"
#include "ForwardParts.h"
#include "InputFirst.h"
#include "SplitBodies.h"
#include "UnreadInits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Threading.h"

#include <atomic>

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFOLDAFFINE
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static bool hasStructuredOps(const DominanceInfo &dominance, Block &block) {
  return llvm::any_of(block, llvm::IsaPred<linalg::LinalgOp>) &&
         isOrdered(dominance, block);
}

/// The one block in `function` with something to fold; null if there are
/// several, which may refer to each other's values, or none.
static Block *getOnlyBlock(const DominanceInfo &dominance,
                           Operation &function) {
  Block *only = nullptr;
  bool hasOthers = false;
  function.walk([&](Block *block) {
    if (!hasStructuredOps(dominance, *block))
      return;
    hasOthers |= only != nullptr;
    only = block;
  });
  return hasOthers ? nullptr : only;
}

namespace {
/// What the preparation of a block has found in it.
struct Preparation {
  bool hasSlices = false;
  bool hasSplitBodies = false;
};
} // namespace

/// Brings `block` into the form that is analyzed. Blocks are long and need
/// little of this: what it is, one look tells.
static Preparation prepareBlock(RewriterBase &rewriter, Block &block) {
  bool hasInputsSecond = false, hasMixedBodies = false;
  bool hasUnreadInits = false;
  Preparation found;
  for (Operation &op : block) {
    if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
      hasInputsSecond |= mayHaveInputSecond(generic);
      hasMixedBodies |= mayBeSplit(generic);
    }
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      hasUnreadInits |= hasUnreadInit(structured);
    else
      found.hasSlices |= isa<tensor::ExtractSliceOp>(op);
  }
  if (hasInputsSecond)
    putInputsFirst(rewriter, block);
  if (hasMixedBodies)
    found.hasSplitBodies = splitBodies(rewriter, block);
  // An input that comes first may make a convolution of its op.
  if (hasInputsSecond || hasUnreadInits)
    dropUnreadInits(rewriter, block);
  if (found.hasSlices)
    forwardParts(rewriter, block);
  return found;
}

/// Filters and parameters that are made of convolutions, whose own are made of
/// others, are folded as often as this.
static constexpr unsigned kMaxRounds = 16;

namespace {
struct FoldAffinePass
    : mlir::convoy::impl::ConvoyFoldAffineBase<FoldAffinePass> {
  using ConvoyFoldAffineBase::ConvoyFoldAffineBase;

  void runOnOperation() override {
    // The negation refuses NaN as well.
    Location loc = getOperation()->getLoc();
    if (!(accuracyLimit >= 0)) {
      emitError(loc, "expected an accuracy limit of 0 (none) or "
                     "above, found ")
          << llvm::formatv("{0}", accuracyLimit.getValue()).str();
      return signalPassFailure();
    }
    hasRefused = hasSplitBodies = false;
    IRRewriter rewriter(&getContext());
    dropAssertions(rewriter, getOperation());
    FoldReport report;
    SymbolTableCollection tables;
    LockedSymbolTableCollection lockedTables(tables);
    symbols = &lockedTables;
    DominanceInfo dominanceOfBlocks;
    dominance = &dominanceOfBlocks;
    AnalyzedBlocks analyzed = analyzeAhead();
    getOperation()->walk(
        [&](Block *block) { foldBlock(*block, analyzed, report); });
    if (hasSplitBodies)
      getOperation()->walk([&](Block *block) { joinBodies(rewriter, *block); });
    std::string message;
    if (!reportPath.empty() && failed(report.write(reportPath, message))) {
      emitError(loc, message);
      signalPassFailure();
    }
    if (strict && hasRefused)
      signalPassFailure();
  }

private:
  /// What is known of blocks before their turn.
  using AnalyzedBlocks = llvm::DenseMap<Block *, std::unique_ptr<BlockChains>>;

  /// Analyzes functions at the same time, those of one block of interest.
  AnalyzedBlocks analyzeAhead() {
    AnalyzedBlocks analyzed;
    if (!getContext().isMultithreadingEnabled())
      return analyzed;
    SmallVector<Block *> blocks;
    for (Region &region : getOperation()->getRegions())
      for (Operation &op : region.getOps())
        if (op.hasTrait<OpTrait::IsIsolatedFromAbove>())
          if (Block *block = getOnlyBlock(*dominance, op))
            blocks.push_back(block);
    if (blocks.size() < 2)
      return analyzed;
    std::vector<std::unique_ptr<BlockChains>> chains(blocks.size());
    std::atomic<bool> anySplit = false;
    parallelForEach(&getContext(), blocks, [&](Block *block) {
      IRRewriter rewriter(&getContext());
      if (prepareBlock(rewriter, *block).hasSplitBodies)
        anySplit = true;
    });
    hasSplitBodies |= anySplit;
    // The analysis looks into called functions, which must be at rest.
    parallelFor(&getContext(), 0, blocks.size(), [&](size_t i) {
      if (hasPartsBehindSteps(*blocks[i]))
        return;
      auto ahead =
          std::make_unique<BlockChains>(analyzeBlock(*blocks[i], symbols));
      if (!readsConvolutions(*ahead))
        chains[i] = std::move(ahead);
    });
    for (auto [block, ofBlock] : llvm::zip_equal(blocks, chains))
      if (ofBlock)
        analyzed[block] = std::move(ofBlock);
    return analyzed;
  }

  void foldBlock(Block &block, AnalyzedBlocks &analyzed, FoldReport &report) {
    if (!hasStructuredOps(*dominance, block))
      return;
    IRRewriter rewriter(&getContext());
    if (auto ahead = analyzed.find(&block); ahead != analyzed.end()) {
      foldLast(rewriter, block, *ahead->second, report);
      analyzed.erase(ahead);
      return;
    }
    Preparation found = prepareBlock(rewriter, block);
    hasSplitBodies |= found.hasSplitBodies;
    // What is refused is said once nothing can be taken apart any more.
    while (found.hasSlices && hasPartsBehindSteps(block)) {
      BlockChains chains = analyzeBlock(block, symbols);
      foldChains(rewriter, chains, /*isLast=*/false, report);
      if (!forwardParts(rewriter, block))
        break;
    }
    BlockChains chains = analyzeBlock(block, symbols);
    for (unsigned round = 0; round < kMaxRounds && readsConvolutions(chains);
         ++round) {
      if (!foldChains(rewriter, chains, /*isLast=*/false, report))
        break;
      chains = analyzeBlock(block, symbols);
    }
    foldLast(rewriter, block, chains, report);
  }

  /// Folds `chains`, behind which nothing is left to fold.
  void foldLast(IRRewriter &rewriter, Block &block, BlockChains &chains,
                FoldReport &report) {
    if (chains.numConvolutions > 0)
      report.addConvolutions(&block.front(), chains.numConvolutions);
    for (const RefusedConvolution &refused : chains.refused)
      refuse(refused.conv, refused.refusal, refused.partly, report,
             refused.isActivation);
    foldChains(rewriter, chains, /*isLast=*/true, report);
  }

  /// Returns true if there was something to fold.
  bool foldChains(IRRewriter &rewriter, BlockChains &chains, bool isLast,
                  FoldReport &report) {
    bool changed = false;
    FoldOptions options;
    options.policy = policy;
    options.accuracyLimit = accuracyLimit;
    bool describes = !reportPath.empty() || getContext().getRemarkEngine();
    options.predictsAll = describes;
    for (const AffineChain &chain : chains.chains) {
      std::optional<ChainDescription> description;
      if (describes)
        description.emplace(chain, /*countsCost=*/!reportPath.empty());
      Refusal refusal;
      FailureOr<SmallVector<FoldedConvolution>> folded =
          foldAffineChain(rewriter, chains.pool, chain, refusal, options);
      if (failed(folded)) {
        if (isLast)
          refuse(chain.folds.front().conv.op, refusal, /*partly=*/false,
                 report);
        continue;
      }
      changed |= llvm::any_of(*folded, [](const FoldedConvolution &conv) {
        return !conv.isUnchanged;
      });
      reportKeptInputs(*folded, description, isLast, report);
      if (!description)
        continue;
      // Of summands without steps there is nothing to say.
      llvm::erase_if(*folded, [&](const FoldedConvolution &conv) {
        return conv.isUnchanged && !description->hasSteps(conv.fold);
      });
      if (folded->empty())
        continue;
      if (!reportPath.empty())
        report.addFold(*description, *folded);
      for (const FoldedConvolution &conv : *folded)
        remarkFold(*description, conv);
    }
    return changed;
  }

  /// Says of which of `folded` the steps in front stay, and takes those out of
  /// the description of the chain.
  void reportKeptInputs(ArrayRef<FoldedConvolution> folded,
                        std::optional<ChainDescription> &description,
                        bool isLast, FoldReport &report) {
    for (const FoldedConvolution &conv : folded) {
      if (!conv.keptInput)
        continue;
      if (description)
        description->keepInput(conv.fold);
      if (isLast)
        refuse(conv.conv, *conv.keptInput, /*partly=*/!conv.isUnchanged,
               report);
    }
  }

  void refuse(Operation *conv, const Refusal &refusal, bool partly,
              FoldReport &report, bool isActivation = false) {
    remarkRefusal(conv, refusal, partly);
    if (!reportPath.empty())
      report.addRefusal(conv, refusal, partly);
    // An activation is no step of a pair, nor is a gate or a normalization
    // behind what was folded.
    if (isActivation || (partly && refusal.reason == Reason::DependsOnConv))
      return;
    hasRefused = true;
    if (strict) {
      Operation *at = refusal.op ? refusal.op : conv;
      at->emitError() << getReasonCode(refusal.reason) << ": not folded into "
                      << conv->getName() << ": " << refusal.message;
    }
  }

  bool hasRefused = false, hasSplitBodies = false;
  SymbolTableCollection *symbols = nullptr;
  const DominanceInfo *dominance = nullptr;
};
} // namespace
