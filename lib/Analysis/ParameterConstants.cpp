//===- ParameterConstants.cpp - Parameters that are known numbers ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants, and positions in a tensor, as numbers for the channels. How a
// parameter is followed to them stands in ParameterReader.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ParameterReader.h"

#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Analysis/FloatRows.h"

using namespace mlir;
using namespace mlir::convoy;

/// A position in a tensor, as a number: where that depends on the channels
/// alone, it is a vector of them like any other.
FailureOr<ChannelExpr> ParameterReader::readPosition(Operation *op,
                                                     AffineExpr position,
                                                     Refusal &refusal) {
  SmallVector<AffineExpr, 1> restricted = {position};
  if (failed(restrictToChannels(op, ShapedType::kDynamic, restricted, refusal)))
    return failure();
  Type type = IndexType::get(position.getContext());
  if (auto constant = dyn_cast<AffineConstantExpr>(restricted.front()))
    return pool.getScalar(constant.getValue(), type);
  if (!channels.isEnumerable())
    return pool.getPosition(restricted.front());
  std::vector<double> values;
  bool isKnown = true;
  channels.forEachChannel([&](ArrayRef<int64_t> coordinates) {
    std::optional<int64_t> value =
        evaluateAffine(restricted.front(), coordinates);
    isKnown &= value.has_value();
    values.push_back(value.value_or(0));
  });
  return isKnown ? pool.getVector(std::move(values), type)
                 : pool.getPosition(restricted.front());
}

/// Integers that a double holds exactly.
static constexpr unsigned kMaxExactBits = 53;

FailureOr<ChannelExpr> ParameterReader::readScalarConstant(Operation *op,
                                                           Attribute attribute,
                                                           Refusal &refusal) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    if (getFloatKind(number.getType()))
      return pool.getScalar(number.getValueAsDouble());
  auto number = dyn_cast<IntegerAttr>(attribute);
  if (!number || number.getValue().getSignificantBits() > kMaxExactBits)
    return refuse(refusal, Reason::UnsupportedType, op,
                  "expected a float, or an integer that f64 holds exactly");
  double value = number.getValue().signedRoundToDouble();
  return pool.getScalar(value, number.getType());
}

/// True if `indices` read a tensor of the given shape channel by channel, in
/// the order of its elements.
static bool isVectorOfChannels(ArrayRef<AffineExpr> indices,
                               ArrayRef<int64_t> shape,
                               const ChannelSpace &channels) {
  if (channels.dims.size() != 1)
    return false;
  int64_t channelDim = channels.dims.front();
  unsigned numVarying = 0;
  for (auto [index, size] : llvm::zip_equal(indices, shape)) {
    if (size == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(index);
    if (!dim || int64_t(dim.getPosition()) != channelDim ||
        size != channels.type.getDimSize(channelDim))
      return false;
    ++numVarying;
  }
  return numVarying == 1;
}

FailureOr<ChannelExpr>
ParameterReader::readConstant(Operation *op, Attribute attribute,
                              ArrayRef<AffineExpr> indices, Refusal &refusal) {
  FailureOr<ConstantData> data = ConstantData::get(attribute, refusal);
  if (failed(data)) {
    refusal.op = op;
    return failure();
  }
  // A splat is per channel whatever its shape.
  if (data->isSplat())
    return pool.getScalar((*data)[0]);

  ArrayRef<int64_t> shape = data->getType().getShape();
  SmallVector<AffineExpr> restricted(indices);
  if (failed(restrictToChannels(op, shape, restricted, refusal)))
    return failure();
  std::vector<double> values;
  if (isVectorOfChannels(restricted, shape, channels)) {
    values.resize(data->getType().getNumElements());
    loadRow(*data, 0, values);
    return pool.getVector(std::move(values));
  }
  bool inBounds = true;
  channels.forEachChannel([&](ArrayRef<int64_t> coordinates) {
    int64_t offset = 0;
    for (auto [expr, size] : llvm::zip_equal(restricted, shape)) {
      std::optional<int64_t> index = evaluateAffine(expr, coordinates);
      inBounds &= index && *index >= 0 && *index < size;
      offset = offset * size + (inBounds ? *index : 0);
    }
    values.push_back(inBounds ? (*data)[offset] : 0);
  });
  if (!inBounds)
    return refuse(refusal, Reason::NotPerChannel, op,
                  "expected one element for each output channel");
  return pool.getVector(std::move(values));
}
