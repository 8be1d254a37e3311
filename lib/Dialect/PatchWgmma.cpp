//===- PatchWgmma.cpp - The patch-resident wgmma strategy -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of #convoy.patch_wgmma, and what problem a convolution is for it.
//
//===----------------------------------------------------------------------===//

#include "WgmmaRules.h"

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/PatchPlan.h"

#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace mlir::convoy;

LogicalResult
PatchWgmmaAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       PatchProducts, int64_t tileRows, int64_t slots,
                       int64_t stagingRing, int64_t storeWarps, bool) {
  if (tileRows < 1)
    return emitError() << "expected tileRows of at least 1, found " << tileRows;
  if (slots < 2 || slots > 16 || slots % 2 != 0)
    return emitError() << "expected an even number of slots between 2 and 16, "
                          "found "
                       << slots;
  if (stagingRing < 2 || stagingRing > 8)
    return emitError() << "expected stagingRing between 2 and 8, found "
                       << stagingRing;
  if (storeWarps < 1 || storeWarps > 4)
    return emitError() << "expected storeWarps between 1 and 4, found "
                       << storeWarps;
  return success();
}

StringRef PatchWgmmaAttr::getStrategyName() const { return getMnemonic(); }

int64_t PatchWgmmaAttr::getThreadsPerBlock() const {
  return (kPatchFirstStoreWarp + getStoreWarps()) * kThreadsPerWarp;
}

static std::optional<PatchPlan> getPlan(PatchWgmmaAttr attr, ConvOp op,
                                        const Chip &chip, std::string &why) {
  std::optional<PatchProblem> problem =
      getPatchProblem(op, attr.getProducts(), why);
  if (!problem)
    return std::nullopt;
  PatchTuning tuning{attr.getTileRows(), attr.getSlots(), attr.getStagingRing(),
                     attr.getStoreWarps(), attr.getAlignLoads()};
  return planPatch(*problem, chip, why, tuning);
}

std::optional<PatchPlan> convoy::getPatchPlan(ConvOp op) {
  return getScheduledPlan<PatchWgmmaAttr>(op, getPlan);
}

int64_t PatchWgmmaAttr::getSharedBytesPerBlock(ConvOp &op) const {
  return getPatchPlan(op)->shared.bytes;
}

LogicalResult
PatchWgmmaAttr::verifyFor(ConvOp &op, const Chip &chip,
                          function_ref<InFlightDiagnostic()> emitError) const {
  std::string why;
  std::optional<PatchPlan> plan = getPlan(*this, op, chip, why);
  if (!plan)
    return emitError() << getMnemonic() << " " << why;
  Value image = op.getFilterImage();
  if (!image)
    return success();
  if (!plan->canPackFilter())
    return emitError() << "expected no filter image, found " << image.getType();
  return verifyFilterImage(op, getPatchFilterImage(*plan).getBytes(),
                           emitError);
}

/// Tiles, and a block's slots or stages, are counted in 32 bits; a tile has
/// some 2^9 outputs.
static constexpr double kMaxOutputs = 0x1p38;
static constexpr double kMaxProducts = 0x1p50;

/// Empty if the element types are those of `products`.
static std::string checkTypes(ConvOp op, PatchProducts products) {
  Type input = getElementTypeOrSelf(op.getInput().getType());
  Type output = getElementTypeOrSelf(op.getInit().getType());
  if (output.isF64())
    return "needs an output of f32, f16 or bf16";
  switch (products) {
  case PatchProducts::SplitF16:
    return input.isF32() ? "" : "needs f32 elements for split_f16";
  case PatchProducts::TF32:
    if (!input.isF32())
      return "needs f32 elements for tf32";
    return op.getMath() == MathMode::TF32 ? "" : "needs math = tf32 for tf32";
  case PatchProducts::F16:
    return input.isF16() ? "" : "needs f16 elements for f16";
  case PatchProducts::BF16:
    return input.isBF16() ? "" : "needs bf16 elements for bf16";
  }
  llvm_unreachable("all products have a case");
}

/// True if the dimensions from `first` on lie next to each other in memory, or
/// if nothing is known yet.
static bool isContiguous(Value value, int64_t first) {
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type)
    return true;
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t expected = 1;
  for (int64_t i = type.getRank() - 1; i >= first; --i) {
    if (strides[i] != expected && type.getDimSize(i) != 1)
      return false;
    expected *= type.getDimSize(i);
  }
  return true;
}

/// True if the operands lie in memory as in NCHW, groups outside of channels.
static bool isNCHW(LayoutAttr layout) {
  return llvm::is_contained({"nchw", "ngchw"}, layout.getInput()) &&
         llvm::is_contained({"fchw", "gfchw"}, layout.getFilter()) &&
         llvm::is_contained({"nfhw", "ngfhw"}, layout.getOutput());
}

/// True if kernels can count what all images need, of which each has
/// `problem`'s sizes, as far as the batch is known.
static bool isCountable(ConvOp op, const PatchProblem &problem) {
  double outputs = 1;
  ArrayRef<int64_t> shape = cast<ShapedType>(op.getInit().getType()).getShape();
  for (int64_t size : shape)
    if (!ShapedType::isDynamic(size))
      outputs *= static_cast<double>(size);
  double products = outputs * static_cast<double>(problem.channels) *
                    static_cast<double>(problem.filterHeight) *
                    static_cast<double>(problem.filterWidth);
  return outputs <= kMaxOutputs && products <= kMaxProducts &&
         shape.front() <= std::numeric_limits<int32_t>::max();
}

/// The problem of one group, whose types and layout are right.
static std::optional<PatchProblem>
makeProblem(ConvOp op, PatchProducts products, std::string &why) {
  ConvSizes sizes = ConvSizes::get(op);
  SmallVector<int64_t> known{sizes.inputChannels, sizes.outputChannels};
  llvm::append_range(known, sizes.inputImage);
  llvm::append_range(known, sizes.filterImage);
  if (llvm::any_of(known, [](int64_t size) {
        return ShapedType::isDynamic(size) || size < 1;
      })) {
    why = "needs known sizes of at least 1 but for the batch";
    return std::nullopt;
  }
  if (!isContiguous(op.getInput(), 1) || !isContiguous(op.getInit(), 1) ||
      (op.getResidual() && !isContiguous(op.getResidual(), 1)) ||
      !isContiguous(op.getFilter(), 0)) {
    why = "needs contiguous images and a contiguous filter";
    return std::nullopt;
  }

  PatchProblem problem;
  problem.channels = sizes.inputChannels;
  problem.filters = sizes.outputChannels;
  problem.height = sizes.inputImage[0];
  problem.width = sizes.inputImage[1];
  problem.filterHeight = sizes.filterImage[0];
  problem.filterWidth = sizes.filterImage[1];
  problem.strideHeight = op.getStrides()[0];
  problem.strideWidth = op.getStrides()[1];
  problem.dilationHeight = op.getDilations()[0];
  problem.dilationWidth = op.getDilations()[1];
  problem.padTop = op.getPadLow()[0];
  problem.padLeft = op.getPadLow()[1];
  problem.padBottom = op.getPadHigh()[0];
  problem.padRight = op.getPadHigh()[1];
  problem.products = products;
  problem.hasResidual = static_cast<bool>(op.getResidual());
  problem.outputBytes =
      getElementTypeOrSelf(op.getInit().getType()).getIntOrFloatBitWidth() / 8;
  if (!isCountable(op, problem)) {
    why = "needs at most 2^38 outputs and 2^50 products, of fewer than 2^31 "
          "images";
    return std::nullopt;
  }
  return problem;
}

std::optional<PatchProblem>
convoy::getGroupProblem(ConvOp op, PatchProducts products, std::string &why) {
  why = checkTypes(op, products);
  if (!why.empty())
    return std::nullopt;
  if (!isNCHW(op.getLayout())) {
    why = "needs the layout <nchw, fchw -> nfhw>";
    return std::nullopt;
  }
  return makeProblem(op, products, why);
}

std::optional<PatchProblem>
convoy::getPatchProblem(ConvOp op, PatchProducts products, std::string &why) {
  if (op.getGroups() != 1) {
    why = "needs one group";
    return std::nullopt;
  }
  LayoutAttr layout = op.getLayout();
  if (layout.getInput() != "nchw" || layout.getFilter() != "fhwc" ||
      layout.getOutput() != "nfhw")
    return getGroupProblem(op, products, why);
  why = checkTypes(op, products);
  if (!why.empty())
    return std::nullopt;
  std::optional<PatchProblem> problem = makeProblem(op, products, why);
  if (problem)
    problem->isFilterChannelsLast = true;
  return problem;
}
