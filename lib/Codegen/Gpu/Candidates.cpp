//===- Candidates.cpp - Schedules to choose from --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lists the schedules that can compute a convolution. Their domains are those
// of planPatch, planStreamTile, planPointwise and planWindow; here is only what
// is not worth it, and what cannot be known before bufferization.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;

/// Below this many output channels most of a tile's 64 rows are computed for
/// nothing.
static constexpr int64_t kMinFilters = 16;
/// Split products are as accurate as a sequence of multiply-adds in f32 where
/// that sequence is at least so long: what they lose of each product does not
/// grow with the sum, what the sequence loses does.
/// The other kernels' partial sums are shorter, and round once more each.
static constexpr int64_t kMinPatchProducts = 27;
static constexpr int64_t kMinStreamProducts = 32;
static constexpr int64_t kMinPointwiseProducts = 64;
/// What an unknown batch is taken for.
static constexpr int64_t kGuessedImages = 64;
/// What a larger batch is taken for: numbers of tiles then fit 64 bits.
static constexpr int64_t kMaxImages = int64_t(1) << 32;

std::optional<PatchProducts> convoy::chooseProducts(ConvOp op) {
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

int64_t convoy::guessImages(ConvOp op) {
  int64_t images = ConvSizes::get(op).batch;
  return ShapedType::isDynamic(images) ? kGuessedImages
                                       : std::min(images, kMaxImages);
}

//===----------------------------------------------------------------------===//
// Contiguous images
//===----------------------------------------------------------------------===//

/// True if `part` is the whole of `type` in all image dimensions, the last two.
static bool hasWholeImages(RankedTensorType part, RankedTensorType whole) {
  return part.getRank() >= 2 && whole.getRank() >= 2 &&
         part.getShape().take_back(2) == whole.getShape().take_back(2) &&
         !ShapedType::isDynamicShape(part.getShape().take_back(2));
}

/// The slice that `operand` views, be it reshaped, or null.
static tensor::ExtractSliceOp findSlice(Value operand) {
  while (isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                         tensor::CastOp>(operand.getDefiningOp()))
    operand = operand.getDefiningOp()->getOperand(0);
  return operand.getDefiningOp<tensor::ExtractSliceOp>();
}

/// True if the buffer of `operand` may have gaps within an image: a slice does
/// not become a buffer of its own.
static bool mayHaveGaps(Value operand) {
  tensor::ExtractSliceOp slice = findSlice(operand);
  return slice && (slice.getResult() != operand ||
                   !hasWholeImages(slice.getType(), slice.getSourceType()));
}

/// True if `result` may be computed where it is inserted into a larger tensor.
static bool mayBeSlice(Value result) {
  return llvm::any_of(result.getUsers(), [](Operation *user) {
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(user))
      return !hasWholeImages(insert.getSourceType(), insert.getDestType());
    auto concat = dyn_cast<tensor::ConcatOp>(user);
    return concat && static_cast<int64_t>(concat.getDim()) >=
                         concat.getResultType().getRank() - 2;
  });
}

/// True if all operands will have contiguous images as buffers.
static bool willBeContiguous(ConvOp op) {
  if (!op.hasTensorSemantics())
    return true; // The strategies look at the types.
  for (Value operand : {op.getInput(), op.getResidual(), op.getInit()})
    if (operand && mayHaveGaps(operand))
      return false;
  // All of a filter must be contiguous.
  return !findSlice(op.getFilter()) && !mayBeSlice(op.getResult());
}

//===----------------------------------------------------------------------===//
// Candidates
//===----------------------------------------------------------------------===//

/// True if tensor cores do not compute most of a tile for nothing, and as
/// accurately as is asked for.
static bool isWorthTensorCores(const PatchProblem &problem,
                               int64_t minSplitProducts) {
  return problem.filters >= kMinFilters &&
         (problem.products != PatchProducts::SplitF16 ||
          problem.channels * problem.getTaps() >= minSplitProducts);
}

static void addPatch(SmallVectorImpl<Candidate> &candidates, ConvOp op,
                     PatchProducts products, const Chip &chip) {
  std::string why;
  std::optional<PatchProblem> problem = getPatchProblem(op, products, why);
  if (!problem || !isWorthTensorCores(*problem, kMinPatchProducts))
    return;
  std::optional<PatchPlan> plan = planPatch(*problem, chip, why);
  if (!plan)
    return;
  PatchTuning tuning = plan->getTuning();
  auto strategy = PatchWgmmaAttr::get(
      op.getContext(), products, tuning.tileRows, tuning.slots,
      tuning.stagingRing, tuning.storeWarps, tuning.alignLoads);
  candidates.push_back({strategy, predictPatch(op, *plan, chip)});
}

/// True if the filter of `op` is packed, or can be: on memrefs it is too late.
static bool mayHaveImage(ConvOp op) {
  return op.hasTensorSemantics() || op.getFilterImage();
}

static void addStream(SmallVectorImpl<Candidate> &candidates, ConvOp op,
                      PatchProducts products, const Chip &chip) {
  std::string why;
  std::optional<StreamProblem> problem = getStreamProblem(op, products, why);
  if (!problem || !isWorthTensorCores(problem->group, kMinStreamProducts) ||
      !mayHaveImage(op))
    return;
  for (const StreamPlan &plan :
       listStreamPlans(*problem, chip, guessImages(op), why)) {
    StreamTuning tuning = plan.getTuning();
    auto strategy = StreamWgmmaAttr::get(
        op.getContext(), products, tuning.tileImages, tuning.tileRows,
        tuning.tileColumns, tuning.tileBlocks, tuning.slotChunks, tuning.slots,
        tuning.filterStages, tuning.gatherWarps, tuning.channelParts,
        tuning.takesTurns, tuning.residentFilter);
    candidates.push_back({strategy, predictStream(op, plan, chip)});
  }
}

static void addPointwise(SmallVectorImpl<Candidate> &candidates, ConvOp op,
                         PatchProducts products, const Chip &chip) {
  std::string why;
  std::optional<PointwiseProblem> problem =
      getPointwiseProblem(op, products, why);
  if (!problem || problem->filters < kMinFilters ||
      (problem->isSplit() && problem->channels < kMinPointwiseProducts) ||
      !mayHaveImage(op))
    return;
  for (const PointwisePlan &plan :
       listPointwisePlans(*problem, chip, guessImages(op), why)) {
    PointwiseTuning tuning = plan.getTuning();
    auto strategy = PointwiseWgmmaAttr::get(
        op.getContext(), products, tuning.tileImages, tuning.tilePixels,
        tuning.tileFilters, tuning.rowBlocks, tuning.mathWarpgroups,
        tuning.stageChunks, tuning.stages, tuning.residentFilter,
        tuning.clusterBlocks, tuning.channelGroups);
    candidates.push_back({strategy, predictPointwise(op, plan, chip)});
  }
}

static void addWindow(SmallVectorImpl<Candidate> &candidates, ConvOp op,
                      PatchProducts products, const Chip &chip) {
  std::string why;
  std::optional<PatchProblem> problem = getWindowProblem(op, products, why);
  if (!problem || problem->filters < kMinFilters || !mayHaveImage(op))
    return;
  for (const WindowPlan &plan : listWindowPlans(*problem, chip, why)) {
    WindowTuning tuning = plan.getTuning();
    auto strategy = WindowWgmmaAttr::get(
        op.getContext(), products, tuning.tileFilters, tuning.rowBlocks,
        tuning.mathWarpgroups, tuning.stages, tuning.residentFilter);
    candidates.push_back({strategy, predictWindow(op, plan, chip)});
  }
}

SmallVector<Candidate> convoy::listCandidates(ConvOp op, const Chip &chip) {
  DirectAttr direct = selectDirect(op, chip);
  SmallVector<Candidate> candidates{{direct, predictDirect(op, direct, chip)}};
  std::optional<PatchProducts> products = chooseProducts(op);
  if (!products || !willBeContiguous(op))
    return candidates;
  addPatch(candidates, op, *products, chip);
  addStream(candidates, op, *products, chip);
  addPointwise(candidates, op, *products, chip);
  addWindow(candidates, op, *products, chip);
  return candidates;
}
