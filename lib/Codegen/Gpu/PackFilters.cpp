//===- PackFilters.cpp - Filters as kernels read them ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives a filter image to each convolution whose schedule streams one: a
// constant where the filter is one, else a convoy.pack_filter.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "PackFilterData.h"

#include "Convoy/Dialect/StreamPlan.h"

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
  TypedAttr &known = packed[{filter, image.getAttr(op.getContext())}];
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

namespace {
struct PackFiltersPass : convoy::impl::ConvoyPackFiltersBase<PackFiltersPass> {
  void runOnOperation() override {
    FilterPackers packers;
    WalkResult result = getOperation().walk([&](ConvOp op) {
      ScheduleAttr schedule = op.getScheduleAttr();
      if (!schedule || !isa<StreamWgmmaAttr>(schedule.getStrategy()) ||
          op.getFilterImage())
        return WalkResult::advance();
      if (!op.hasTensorSemantics()) {
        op.emitOpError("expected tensors, found memrefs: pack filters before "
                       "bufferization");
        return WalkResult::interrupt();
      }
      OpBuilder builder(op);
      Value image = packers.createImage(builder, op, getStreamPlan(op)->image);
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
