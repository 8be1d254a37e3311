//===- ScaledFilter.cpp - Constant filters of a fold ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Multiplies constant filters by the scale of their output channel: in double
// precision, rounded once, one pass over the data.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "Convoy/Analysis/ConstantData.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Constants above this size become resource blobs: uniqued dense attributes
/// are copied and hashed, and live as long as the context.
static constexpr size_t kMaxInlineBytes = 1024;

/// What SIMD loads of any target want of a constant's data.
static constexpr size_t kBlobAlignmentBytes = 64;

/// Makes an attribute of `bytes`, which hold the elements of `type`.
static TypedAttr makeConstant(RankedTensorType type, AsmResourceBlob blob) {
  if (blob.getData().size() <= kMaxInlineBytes)
    return DenseElementsAttr::getFromRawBuffer(type, blob.getData());
  return DenseResourceElementsAttr::get(type, "convoy_folded", std::move(blob));
}

TypedAttr mlir::convoy::detail::getRoundedConstant(RankedTensorType type,
                                                   ArrayRef<double> values) {
  FloatKind kind = *getFloatKind(type.getElementType());
  int64_t bytesPerElement = getSizeInBytes(kind);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      values.size() * bytesPerElement, kBlobAlignmentBytes);
  char *data = blob.getMutableData().data();
  for (auto [index, value] : llvm::enumerate(values))
    storeRounded(kind, value, data + index * bytesPerElement);
  return makeConstant(type, std::move(blob));
}

namespace {
/// The filter as rows of its last dimension, and the channel of each element:
/// first channel of the row, and how the channel moves along the row.
struct FilterRows {
  FilterRows(RankedTensorType type, const ConvolutionInfo &conv) {
    shape = type.getShape();
    // Row-major strides of the channel number along the filter's dimensions.
    channelStrides.assign(shape.size(), 0);
    int64_t stride = 1;
    for (int64_t dim : llvm::reverse(conv.filterChannelDims)) {
      channelStrides[dim] = stride;
      stride *= shape[dim];
    }
    rowLength = shape.empty() ? 1 : shape.back();
    strideInRow = shape.empty() ? 0 : channelStrides.back();
    position.assign(shape.size(), 0);
  }
  /// The channel of the current row's first element.
  int64_t getChannel() const {
    int64_t channel = 0;
    for (auto [index, stride] : llvm::zip_equal(position, channelStrides))
      channel += index * stride;
    return channel;
  }
  void advance() {
    for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0;
         --dim) {
      if (++position[dim] < shape[dim])
        return;
      position[dim] = 0;
    }
  }

  ArrayRef<int64_t> shape;
  SmallVector<int64_t> channelStrides, position;
  int64_t rowLength = 1, strideInRow = 0;
};
} // namespace

/// Multiplies one row; returns false if a finite weight did not stay finite.
template <typename T>
static bool scaleRow(const char *source, char *target, const double *scales,
                     int64_t stride, int64_t length) {
  bool finite = true;
  for (int64_t i = 0; i < length; ++i) {
    T weight;
    std::memcpy(&weight, source + i * sizeof(T), sizeof(T));
    T scaled = static_cast<T>(static_cast<double>(weight) * scales[i * stride]);
    finite &= std::isfinite(scaled) || !std::isfinite(weight);
    std::memcpy(target + i * sizeof(T), &scaled, sizeof(T));
  }
  return finite;
}

static bool scaleRow(FloatKind kind, const char *source, char *target,
                     const double *scales, int64_t stride, int64_t length) {
  if (kind == FloatKind::F32)
    return scaleRow<float>(source, target, scales, stride, length);
  if (kind == FloatKind::F64)
    return scaleRow<double>(source, target, scales, stride, length);
  bool finite = true;
  int64_t bytesPerElement = getSizeInBytes(kind);
  for (int64_t i = 0; i < length; ++i) {
    int64_t offset = i * bytesPerElement;
    double weight = loadAsDouble(kind, source + offset);
    storeRounded(kind, weight * scales[i * stride], target + offset);
    finite &= std::isfinite(loadAsDouble(kind, target + offset)) ||
              !std::isfinite(weight);
  }
  return finite;
}

FailureOr<TypedAttr> mlir::convoy::detail::scaleFilter(
    const ChannelExprPool &pool, ChannelExpr scale, const ConvolutionInfo &conv,
    Attribute filter, Refusal &refusal) {
  FailureOr<ConstantData> source = ConstantData::get(filter, refusal);
  if (failed(source)) {
    refusal.op = conv.op;
    return failure();
  }
  RankedTensorType type = source->getType();
  FloatKind kind = source->getKind();
  auto refuseNonFinite = [&]() -> FailureOr<TypedAttr> {
    refusal = {Reason::NonFinite, conv.op,
               "expected finite weights after scaling"};
    return failure();
  };

  const ChannelExprNode &node = pool.get(scale);
  bool uniform = node.kind == ChannelExprNode::Kind::Scalar;
  std::vector<double> one = {node.scalar};
  ArrayRef<double> scales = uniform ? one : node.vector;
  if (source->isSplat() && uniform) {
    char element[sizeof(double)];
    if (!scaleRow(kind, source->getRawData().data(), element, scales.data(), 0,
                  1))
      return refuseNonFinite();
    return TypedAttr(DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef<char>(element, getSizeInBytes(kind))));
  }

  int64_t bytesPerElement = getSizeInBytes(kind);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      type.getNumElements() * bytesPerElement, kBlobAlignmentBytes);
  char *target = blob.getMutableData().data();
  FilterRows rows(type, conv);
  int64_t rowBytes = rows.rowLength * bytesPerElement;
  std::vector<char> splatRow;
  if (source->isSplat())
    for (int64_t i = 0; i < rows.rowLength; ++i)
      llvm::append_range(splatRow, source->getRawData());
  const char *from =
      splatRow.empty() ? source->getRawData().data() : splatRow.data();
  int64_t numRows = rowBytes ? blob.getData().size() / rowBytes : 0;
  for (int64_t row = 0; row < numRows; ++row, rows.advance()) {
    const char *rowSource = splatRow.empty() ? from + row * rowBytes : from;
    const double *rowScales = scales.data() + (uniform ? 0 : rows.getChannel());
    if (!scaleRow(kind, rowSource, target + row * rowBytes, rowScales,
                  uniform ? 0 : rows.strideInRow, rows.rowLength))
      return refuseNonFinite();
  }
  return makeConstant(type, std::move(blob));
}
