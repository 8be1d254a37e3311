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
#include "Convoy/Analysis/FilterFactors.h"

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

/// Multiplies one row; returns false if a finite weight did not stay finite.
template <typename T>
static bool scaleRow(const char *source, char *target, RowFactors output,
                     RowFactors input, int64_t length) {
  bool finite = true;
  for (int64_t i = 0; i < length; ++i) {
    T weight;
    std::memcpy(&weight, source + i * sizeof(T), sizeof(T));
    T scaled =
        static_cast<T>(static_cast<double>(weight) * output[i] * input[i]);
    finite &= std::isfinite(scaled) || !std::isfinite(weight);
    std::memcpy(target + i * sizeof(T), &scaled, sizeof(T));
  }
  return finite;
}

static bool scaleRow(FloatKind kind, const char *source, char *target,
                     RowFactors output, RowFactors input, int64_t length) {
  if (kind == FloatKind::F32)
    return scaleRow<float>(source, target, output, input, length);
  if (kind == FloatKind::F64)
    return scaleRow<double>(source, target, output, input, length);
  bool finite = true;
  int64_t bytesPerElement = getSizeInBytes(kind);
  for (int64_t i = 0; i < length; ++i) {
    int64_t offset = i * bytesPerElement;
    double weight = loadAsDouble(kind, source + offset);
    storeRounded(kind, weight * output[i] * input[i], target + offset);
    finite &= std::isfinite(loadAsDouble(kind, target + offset)) ||
              !std::isfinite(weight);
  }
  return finite;
}

/// One row that repeats the element of a splat.
static std::vector<char> repeatSplat(const ConstantData &splat,
                                     int64_t length) {
  std::vector<char> row;
  for (int64_t i = 0; i < length; ++i)
    llvm::append_range(row, splat.getRawData());
  return row;
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
  ArrayRef<int64_t> shape = type.getShape();
  FloatKind kind = source->getKind();
  int64_t bytesPerElement = getSizeInBytes(kind);
  auto refuseNonFinite = [&]() -> FailureOr<TypedAttr> {
    refusal = {Reason::NonFinite, conv.op,
               "expected finite weights after scaling"};
    return failure();
  };

  FilterFactors output(pool, scale, shape, conv.filterChannelDims);
  FilterFactors input(pool, inputScale, shape, conv.filterInputChannelDims);
  FilterRows rows(shape);
  if (source->isSplat() && output.isUniform() && input.isUniform()) {
    char element[sizeof(double)];
    if (!scaleRow(kind, source->getRawData().data(), element,
                  output.getRow(rows.getPosition()),
                  input.getRow(rows.getPosition()), 1))
      return refuseNonFinite();
    return TypedAttr(DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef<char>(element, bytesPerElement)));
  }

  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      type.getNumElements() * bytesPerElement, kBlobAlignmentBytes);
  char *target = blob.getMutableData().data();
  int64_t length = rows.getRowLength(), rowBytes = length * bytesPerElement;
  std::vector<char> splatRow;
  if (source->isSplat())
    splatRow = repeatSplat(*source, length);
  for (int64_t row = 0, e = rows.getNumRows(); row < e; ++row, rows.advance()) {
    const char *from = splatRow.empty()
                           ? source->getRawData().data() + row * rowBytes
                           : splatRow.data();
    if (!scaleRow(kind, from, target + row * rowBytes,
                  output.getRow(rows.getPosition()),
                  input.getRow(rows.getPosition()), length))
      return refuseNonFinite();
  }
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
  FilterRows rows(shape);
  int64_t length = rows.getRowLength(), first = 0;
  std::vector<double> sums(
      ShapedType::getNumElements(conv.getOutputChannels().getSizes()), 0.0);
  for (int64_t row = 0, e = rows.getNumRows(); row < e;
       ++row, rows.advance(), first += length) {
    RowFactors factors = shifts.getRow(rows.getPosition());
    int64_t sum = channel.get(rows.getPosition());
    for (int64_t i = 0; i < length; ++i)
      sums[sum + i * channel.getRowStride()] +=
          (*source)[first + i] * factors[i];
  }
  return sums;
}
