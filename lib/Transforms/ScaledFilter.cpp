//===- ScaledFilter.cpp - Constant filters of a fold ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Multiplies constant filters by the scales of their output and input channels:
// in double precision, rounded once, one pass over the data.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Analysis/FilterFactors.h"
#include "Convoy/Analysis/FloatRows.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Constants above this size become resource blobs: uniqued dense attributes
/// are copied and hashed, and live as long as the context.
static constexpr size_t kMaxInlineBytes = 1024;

/// What SIMD loads of any target want of a constant's data.
static constexpr size_t kBlobAlignmentBytes = 64;

/// A huge page of x86-64 and AArch64.
static constexpr size_t kHugePageBytes = size_t(1) << 21;

TypedAttr mlir::convoy::detail::makeConstant(RankedTensorType type,
                                             AsmResourceBlob data) {
  if (data.getData().size() <= kMaxInlineBytes)
    return DenseElementsAttr::getFromRawBuffer(type, data.getData());
  return DenseResourceElementsAttr::get(type, "convoy_folded", std::move(data));
}

// Large constants come in huge pages where the system has them: to fault in
// small ones takes longer than to scale what they hold.
AsmResourceBlob mlir::convoy::detail::allocateConstant(RankedTensorType type) {
  size_t sizeBytes = type.getNumElements() *
                     getSizeInBytes(*getFloatKind(type.getElementType()));
  if (sizeBytes < kHugePageBytes)
    return HeapAsmResourceBlob::allocate(sizeBytes, kBlobAlignmentBytes);
  auto *data =
      static_cast<char *>(llvm::allocate_buffer(sizeBytes, kHugePageBytes));
#ifdef __linux__
  // Advice: where it is not taken, the pages are small.
  madvise(data, sizeBytes, MADV_HUGEPAGE);
#endif
  auto deleter = [](void *data, size_t sizeBytes, size_t) {
    llvm::deallocate_buffer(data, sizeBytes, kHugePageBytes);
  };
  return AsmResourceBlob({data, sizeBytes}, kBlobAlignmentBytes, deleter,
                         /*dataIsMutable=*/true);
}

TypedAttr mlir::convoy::detail::getRoundedConstant(RankedTensorType type,
                                                   ArrayRef<double> values) {
  AsmResourceBlob blob = allocateConstant(type);
  storeRow(*getFloatKind(type.getElementType()), values,
           blob.getMutableData().data());
  return makeConstant(type, std::move(blob));
}

/// Scales the first `numElements` elements of `source` and stores them at
/// `target`; fails if a weight is not finite then.
static LogicalResult scaleElements(const ConstantData &source,
                                   const FilterFactors &output,
                                   const FilterFactors &input,
                                   int64_t numElements, char *target) {
  FloatKind kind = source.getKind();
  FilterRows rows(source.getType().getShape(),
                  {&output.getChannel(), &input.getChannel()});
  double buffer[kBlockLength];
  for (int64_t first = 0; first < numElements; first += kBlockLength) {
    int64_t length = std::min(kBlockLength, numElements - first);
    MutableArrayRef<double> values(buffer, length);
    loadRow(source, first, values);
    rows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      input.multiply(segment, buffer + offset);
      output.multiply(segment, buffer + offset);
    });
    if (!storeRow(kind, values, target + first * getSizeInBytes(kind)))
      return failure();
  }
  return success();
}

FailureOr<TypedAttr> mlir::convoy::detail::scaleFilter(
    const ChannelExprPool &pool, ChannelExpr scale, ChannelExpr inputScale,
    const ConvolutionInfo &conv, Attribute filter, Refusal &refusal) {
  FailureOr<ConstantData> source = ConstantData::get(filter, refusal);
  if (failed(source)) {
    refusal.op = conv.op;
    return failure();
  }
  RankedTensorType type = source->getType();
  if (type.getNumElements() == 0)
    return cast<TypedAttr>(filter);
  FilterFactors output(pool, scale, type.getShape(), conv.filterChannelDims);
  FilterFactors input(pool, inputScale, type.getShape(),
                      conv.filterInputChannelDims);
  auto refuseNonFinite = [&]() -> FailureOr<TypedAttr> {
    refusal = {Reason::NonFinite, conv.op,
               "expected finite weights, before and after scaling"};
    return failure();
  };

  if (source->isSplat() && output.isUniform() && input.isUniform()) {
    char element[sizeof(double)];
    if (failed(scaleElements(*source, output, input, 1, element)))
      return refuseNonFinite();
    return TypedAttr(DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef<char>(element, getSizeInBytes(source->getKind()))));
  }
  AsmResourceBlob blob = allocateConstant(type);
  if (failed(scaleElements(*source, output, input, type.getNumElements(),
                           blob.getMutableData().data())))
    return refuseNonFinite();
  return makeConstant(type, std::move(blob));
}

FailureOr<std::vector<double>> mlir::convoy::detail::sumShiftedFilter(
    const ChannelExprPool &pool, ChannelExpr shift, const ConvolutionInfo &conv,
    Attribute filter, Refusal &refusal) {
  FailureOr<ConstantData> source = ConstantData::get(filter, refusal);
  if (failed(source)) {
    refusal.op = conv.op;
    return failure();
  }
  ArrayRef<int64_t> shape = source->getType().getShape();
  ChannelOfElement channel(shape, conv.filterChannelDims);
  FilterFactors shifts(pool, shift, shape, conv.filterInputChannelDims);
  FilterRows rows(shape, {&shifts.getChannel(), &channel});
  std::vector<double> sums(
      ShapedType::getNumElements(conv.getOutputChannels().getSizes()), 0.0);
  double buffer[kBlockLength];
  int64_t numElements = source->getType().getNumElements();
  for (int64_t first = 0; first < numElements; first += kBlockLength) {
    int64_t length = std::min(kBlockLength, numElements - first);
    loadRow(*source, first, MutableArrayRef<double>(buffer, length));
    rows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      shifts.multiply(segment, buffer + offset);
      double *sum = &sums[segment.getFirst(channel)];
      for (int64_t i = 0; i < segment.length; ++i)
        sum[i * channel.getRowStride()] += buffer[offset + i];
    });
  }
  return sums;
}
