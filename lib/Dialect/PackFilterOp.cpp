//===- PackFilterOp.cpp - convoy.pack_filter ------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules and interfaces of convoy.pack_filter and #convoy.filter_image.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/FilterImage.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

/// Far beyond any filter; sizes in bytes then fit 64 bits.
static constexpr int64_t kMaxWeights = int64_t(1) << 40;
/// The largest N of wgmma.
static constexpr int64_t kMaxBlockRows = 256;

//===----------------------------------------------------------------------===//
// #convoy.filter_image
//===----------------------------------------------------------------------===//

static LogicalResult verifyFold(function_ref<InFlightDiagnostic()> emitError,
                                int64_t channels, int64_t taps,
                                const ColumnFold &fold) {
  if (!fold.isFolded() && fold.columns == 1 && fold.filterWidth == 0 &&
      fold.shift == 0)
    return success();
  if (fold.columns != 2 && fold.columns != 4 && fold.columns != 8)
    return emitError() << "expected foldedColumns of 2, 4 or 8 beside a "
                          "filterWidth or a columnShift, found "
                       << fold.columns;
  if (fold.shift < 0 || fold.shift >= fold.columns)
    return emitError() << "expected a columnShift below the " << fold.columns
                       << " folded columns, found " << fold.shift;
  if (fold.filterWidth < 1 || fold.filterWidth > kMaxFilterTaps ||
      taps % fold.getFoldedWidth() != 0 || channels % fold.columns != 0)
    return emitError() << "expected channels and taps of a filter with "
                       << fold.columns << " folded columns, found " << channels
                       << " channels and " << taps
                       << " taps for a filterWidth of " << fold.filterWidth;
  return success();
}

LogicalResult
FilterImageAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        PatchProducts, int64_t groups, int64_t filters,
                        int64_t channels, int64_t taps, int64_t blockRows, bool,
                        int64_t tapParts, int64_t foldedColumns,
                        int64_t filterWidth, int64_t columnShift) {
  int64_t weights = 1;
  for (int64_t size : {groups, filters, channels, taps}) {
    std::optional<int64_t> product = llvm::checkedMul(weights, size);
    if (size < 1 || !product || *product > kMaxWeights)
      return emitError() << "expected sizes of at least 1 and at most "
                         << kMaxWeights << " weights, found " << groups
                         << " groups of " << filters << " filters with "
                         << channels << " channels and " << taps << " taps";
    weights = *product;
  }
  if (taps > kMaxFilterTaps)
    return emitError() << "expected at most " << kMaxFilterTaps
                       << " taps, found " << taps;
  if (tapParts < 1 || taps % tapParts != 0)
    return emitError() << "expected tapParts that divide the " << taps
                       << " taps, found " << tapParts;
  if (blockRows < 8 || blockRows > kMaxBlockRows || blockRows % 8 != 0)
    return emitError() << "expected blockRows that are a multiple of 8 of at "
                          "most "
                       << kMaxBlockRows << ", found " << blockRows;
  return verifyFold(emitError, channels, taps,
                    {foldedColumns, filterWidth, columnShift});
}

FilterImage FilterImage::get(FilterImageAttr attr) {
  return get(
      attr.getProducts(), attr.getGroups(), attr.getFilters(),
      attr.getChannels(), attr.getTaps(), attr.getBlockRows(),
      attr.getOneTapSteps(), attr.getTapParts(),
      {attr.getFoldedColumns(), attr.getFilterWidth(), attr.getColumnShift()});
}

FilterImageAttr FilterImage::getAttr(MLIRContext *context) const {
  return FilterImageAttr::get(context, products, groups, filters, channels,
                              taps, blockRows, oneTapSteps, tapParts,
                              fold.columns, fold.filterWidth, fold.shift);
}

//===----------------------------------------------------------------------===//
// convoy.pack_filter
//===----------------------------------------------------------------------===//

bool PackFilterOp::hasTensorSemantics() {
  return isa<RankedTensorType>(getInit().getType());
}

void PackFilterOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  if (hasTensorSemantics())
    return;
  effects.emplace_back(MemoryEffects::Read::get(), &getFilterMutable(),
                       /*stage=*/0, /*effectOnFullRegion=*/true,
                       SideEffects::DefaultResource::get());
  effects.emplace_back(MemoryEffects::Write::get(), &getInitMutable(),
                       /*stage=*/0, /*effectOnFullRegion=*/true,
                       SideEffects::DefaultResource::get());
}

LogicalResult PackFilterOp::reifyResultShapes(
    OpBuilder &builder, ReifiedRankedShapedTypeDims &reifiedReturnShapes) {
  if (hasTensorSemantics())
    reifiedReturnShapes.push_back(
        tensor::getMixedSizes(builder, getLoc(), getInit()));
  return success();
}

static LogicalResult verifySemantics(PackFilterOp op) {
  bool isTensor = op.hasTensorSemantics();
  if (isa<RankedTensorType>(op.getFilter().getType()) != isTensor)
    return op.emitOpError("expected filter and init to be both tensors or both "
                          "memrefs, found ")
           << op.getFilter().getType() << " and " << op.getInit().getType();
  if (isTensor ? !op.getResult() ||
                     op.getResult().getType() != op.getInit().getType()
               : static_cast<bool>(op.getResult()))
    return op.emitOpError("expected ")
           << (isTensor ? "a result of the type of init on tensors"
                        : "no result on memrefs");
  return success();
}

static bool hasElementType(Type type, PatchProducts products) {
  switch (products) {
  case PatchProducts::SplitF16:
  case PatchProducts::TF32:
    return type.isF32();
  case PatchProducts::F16:
    return type.isF16();
  case PatchProducts::BF16:
    return type.isBF16();
  }
  llvm_unreachable("all products have a case");
}

/// True if the leading dimensions of `shape`, taken together, have `size`
/// elements; removes them.
static bool takeLeading(ArrayRef<int64_t> &shape, int64_t size) {
  int64_t product = 1;
  while (!shape.empty() && (product < size || shape.front() == 1)) {
    std::optional<int64_t> next = llvm::checkedMul(product, shape.front());
    if (ShapedType::isDynamic(shape.front()) || !next)
      return false;
    product = *next;
    shape = shape.drop_front();
  }
  return product == size;
}

/// True if elements of `type`, a tensor or a memref of static shape, follow
/// upon each other in memory, as far as the strides are known at compile time.
static bool mayBeContiguous(ShapedType type) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(memref.getStridesAndOffset(strides, offset)))
    return false;
  int64_t expected = 1;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    if (type.getDimSize(dim) != 1 && !ShapedType::isDynamic(strides[dim]) &&
        strides[dim] != expected)
      return false;
    expected *= type.getDimSize(dim);
  }
  return true;
}

LogicalResult PackFilterOp::verify() {
  if (failed(verifySemantics(*this)))
    return failure();
  FilterImage image = FilterImage::get(getImage());
  auto filterType = cast<ShapedType>(getFilter().getType());
  if (!hasElementType(filterType.getElementType(), image.products))
    return emitOpError("expected a filter whose elements are multiplied as ")
           << stringifyPatchProducts(image.products) << ", found "
           << filterType;
  ArrayRef<int64_t> shape = filterType.getShape();
  if (!takeLeading(shape, image.groups * image.filters) ||
      !takeLeading(shape, image.getWeightChannels()) ||
      !takeLeading(shape, image.getWeightTaps()) || !shape.empty())
    return emitOpError("expected a filter of ")
           << image.groups * image.filters << " output channels, "
           << image.getWeightChannels() << " input channels and "
           << image.getWeightTaps() << " taps, found " << filterType;
  auto initType = cast<ShapedType>(getInit().getType());
  if (!initType.getElementType().isInteger(8) || initType.getRank() != 1 ||
      initType.getDimSize(0) != image.getBytes())
    return emitOpError("expected init to be ")
           << image.getBytes() << " elements of i8, found " << initType;
  for (ShapedType type : {filterType, initType})
    if (!mayBeContiguous(type))
      return emitOpError("expected operands without gaps, found ") << type;
  return success();
}
