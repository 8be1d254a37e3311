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
#include "FoldReport.h"
#include "ForwardParts.h"
#include "InputFirst.h"
#include "UnreadInits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Threading.h"

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
    hasRefused = false;
    FoldReport report;
    SymbolTableCollection tables;
    LockedSymbolTableCollection lockedTables(tables);
    symbols = &lockedTables;
    DominanceInfo dominanceOfBlocks;
    dominance = &dominanceOfBlocks;
    AnalyzedBlocks analyzed = analyzeAhead();
    getOperation()->walk(
        [&](Block *block) { foldBlock(*block, analyzed, report); });
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
    parallelForEach(&getContext(), blocks, [&](Block *block) {
      IRRewriter rewriter(&getContext());
      putInputsFirst(rewriter, *block);
      dropUnreadInits(rewriter, *block);
      forwardParts(rewriter, *block);
    });
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
    putInputsFirst(rewriter, block);
    dropUnreadInits(rewriter, block);
    forwardParts(rewriter, block);
    // What is refused is said once nothing can be taken apart any more.
    while (hasPartsBehindSteps(block)) {
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
      refuse(refused.conv, refused.refusal, refused.partly, report);
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
              FoldReport &report) {
    remarkRefusal(conv, refusal, partly);
    if (!reportPath.empty())
      report.addRefusal(conv, refusal, partly);
    hasRefused = true;
    if (strict) {
      Operation *at = refusal.op ? refusal.op : conv;
      at->emitError() << getReasonCode(refusal.reason) << ": not folded into "
                      << conv->getName() << ": " << refusal.message;
    }
  }

  bool hasRefused = false;
  SymbolTableCollection *symbols = nullptr;
  const DominanceInfo *dominance = nullptr;
};
} // namespace
