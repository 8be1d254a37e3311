//===- PackFilters.cpp - Filters as kernels read them ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives a filter image to each convolution whose kernel can read one. A
// constant filter becomes a constant; any other a convoy.pack_filter where the
// kernel needs an image, and stays as it is where the kernel packs by itself.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "PackFilterData.h"

#include "Convoy/Dialect/PatchPlan.h"
#include "Convoy/Dialect/PointwisePlan.h"
#include "Convoy/Dialect/StreamPlan.h"
#include "Convoy/Dialect/WindowPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYPACKFILTERS
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// What loads of any target want of a constant's data; a device has its own.
static constexpr size_t kBlobAlignmentBytes = 64;

namespace {
class FilterPackers {
public:
  /// The image of the filter of `op`, or null after an error.
  Value createImage(OpBuilder &builder, ConvOp op, const FilterImage &image);

private:
  /// The packed constant; convolutions with equal filters share it.
  FailureOr<TypedAttr> pack(ConvOp op, Attribute filter,
                            const FilterImage &image, RankedTensorType type);

  DenseMap<std::pair<Attribute, Attribute>, TypedAttr> packed;
};
} // namespace

FailureOr<TypedAttr> FilterPackers::pack(ConvOp op, Attribute filter,
                                         const FilterImage &image,
                                         RankedTensorType type) {
  Builder builder(op.getContext());
  // What decides the image's bytes.
  Attribute kind =
      builder.getArrayAttr({image.getAttr(op.getContext()),
                            builder.getI64IntegerAttr(image.chunkChannels),
                            builder.getI64IntegerAttr(image.channelStep),
                            builder.getI64IntegerAttr(image.pairedWidth)});
  TypedAttr &known = packed[{filter, kind}];
  if (known)
    return known;
  Refusal refusal;
  FailureOr<ConstantData> data = ConstantData::get(filter, refusal);
  if (failed(data))
    return op.emitOpError("expected a filter whose numbers can be read: ")
           << refusal.message;
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(image.getBytes(), kBlobAlignmentBytes);
  packFilter(*data, image, blob.getMutableData());
  known = DenseResourceElementsAttr::get(type, "convoy_filter_image",
                                         std::move(blob));
  return known;
}

Value FilterPackers::createImage(OpBuilder &builder, ConvOp op,
                                 const FilterImage &image) {
  Location loc = op.getLoc();
  auto type = RankedTensorType::get({image.getBytes()}, builder.getI8Type());
  if (Attribute filter = findFilterConstant(op.getFilter())) {
    FailureOr<TypedAttr> data = pack(op, filter, image, type);
    if (failed(data))
      return {};
    return arith::ConstantOp::create(builder, loc, *data);
  }
  Value init = tensor::EmptyOp::create(builder, loc, type, ValueRange());
  return PackFilterOp::create(builder, loc, type, op.getFilter(), init,
                              image.getAttr(builder.getContext()))
      .getResult();
}

/// The image that the kernel of `op` is to be given, if any.
static std::optional<FilterImage> findImage(ConvOp op) {
  ScheduleAttr schedule = op.getScheduleAttr();
  if (!schedule)
    return std::nullopt;
  if (isa<StreamWgmmaAttr>(schedule.getStrategy()))
    return getStreamPlan(op)->image;
  if (isa<PointwiseWgmmaAttr>(schedule.getStrategy()))
    return getPointwisePlan(op)->image;
  if (isa<WindowWgmmaAttr>(schedule.getStrategy()))
    return getWindowPlan(op)->frame.image;
  if (!isa<PatchWgmmaAttr>(schedule.getStrategy()) ||
      !findFilterConstant(op.getFilter()) || !op.hasTensorSemantics())
    return std::nullopt;
  PatchPlan plan = *getPatchPlan(op);
  // Rows of a constant are [channel][tap].
  if (!plan.canPackFilter() || plan.problem.isFilterChannelsLast)
    return std::nullopt;
  return getPatchFilterImage(plan);
}

namespace {
struct PackFiltersPass : convoy::impl::ConvoyPackFiltersBase<PackFiltersPass> {
  void runOnOperation() override {
    FilterPackers packers;
    WalkResult result = getOperation().walk([&](ConvOp op) {
      std::optional<FilterImage> wanted = findImage(op);
      if (!wanted || op.getFilterImage())
        return WalkResult::advance();
      if (!op.hasTensorSemantics()) {
        op.emitOpError("expected tensors, found memrefs: pack filters before "
                       "bufferization");
        return WalkResult::interrupt();
      }
      OpBuilder builder(op);
      Value image = packers.createImage(builder, op, *wanted);
      if (!image)
        return WalkResult::interrupt();
      op.getFilterImageMutable().assign(image);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
