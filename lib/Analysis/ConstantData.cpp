//===- ConstantData.cpp - Reading constants of any storage ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's verifier accepts a dense_resource whose blob is absent or has the
// wrong size; both are refused here, before any byte is read.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ConstantData.h"

#include "HalfFloat.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <cstring>

using namespace mlir;
using namespace mlir::convoy;

std::optional<FloatKind> mlir::convoy::getFloatKind(Type type) {
  if (type.isF16())
    return FloatKind::F16;
  if (type.isBF16())
    return FloatKind::BF16;
  if (type.isF32())
    return FloatKind::F32;
  if (type.isF64())
    return FloatKind::F64;
  return std::nullopt;
}

int64_t mlir::convoy::getSizeInBytes(FloatKind kind) {
  switch (kind) {
  case FloatKind::F16:
  case FloatKind::BF16:
    return 2;
  case FloatKind::F32:
    return 4;
  case FloatKind::F64:
    return 8;
  }
  llvm_unreachable("unknown kind");
}

template <typename T>
static T loadBits(const char *data) {
  T bits;
  std::memcpy(&bits, data, sizeof(bits));
  return bits;
}

template <typename T>
static void storeBits(T bits, char *data) {
  std::memcpy(data, &bits, sizeof(bits));
}

double mlir::convoy::loadAsDouble(FloatKind kind, const char *data) {
  switch (kind) {
  case FloatKind::F16:
    return detail::decodeF16(loadBits<uint16_t>(data));
  case FloatKind::BF16:
    return detail::decodeBF16(loadBits<uint16_t>(data));
  case FloatKind::F32:
    return loadBits<float>(data);
  case FloatKind::F64:
    return loadBits<double>(data);
  }
  llvm_unreachable("unknown kind");
}

void mlir::convoy::storeRounded(FloatKind kind, double value, char *data) {
  switch (kind) {
  case FloatKind::F16:
    return storeBits(detail::encodeF16(value), data);
  case FloatKind::BF16:
    return storeBits(detail::encodeBF16(value), data);
  case FloatKind::F32:
    return storeBits(static_cast<float>(value), data);
  case FloatKind::F64:
    return storeBits(value, data);
  }
}

/// The number of bytes that a tensor of this type takes, unless they cannot
/// be counted in 64 bits.
static std::optional<int64_t> countBytes(RankedTensorType type,
                                         int64_t bytesPerElement) {
  std::optional<int64_t> bytes = bytesPerElement;
  for (int64_t size : type.getShape())
    if (bytes)
      bytes = llvm::checkedMul(*bytes, size);
  return bytes;
}

FailureOr<ConstantData> ConstantData::get(Attribute attribute,
                                          Refusal &refusal) {
  auto elements = dyn_cast<ElementsAttr>(attribute);
  auto type = elements ? dyn_cast<RankedTensorType>(elements.getShapedType())
                       : RankedTensorType();
  std::optional<FloatKind> kind =
      type ? getFloatKind(type.getElementType()) : std::nullopt;
  if (!kind || !type.hasStaticShape() || type.getEncoding())
    return refuse(refusal, Reason::UnsupportedType, /*op=*/nullptr,
                  "expected a constant of f16, bf16, f32 or f64 with a static "
                  "shape");

  ConstantData constant;
  constant.type = type;
  constant.kind = *kind;
  constant.bytesPerElement = getSizeInBytes(*kind);
  std::optional<int64_t> bytes = countBytes(type, constant.bytesPerElement);
  if (!bytes)
    return refuse(refusal, Reason::MalformedConv, /*op=*/nullptr,
                  "expected a constant whose size fits into 64 bits");

  ArrayRef<char> data;
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    data = dense.getRawData();
    constant.splat = dense.isSplat();
  } else if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return refuse(refusal, Reason::MissingResource, /*op=*/nullptr,
                    "expected data for dense_resource '" +
                        resource.getRawHandle().getKey() + "', found none");
    data = blob->getData();
  } else {
    return refuse(refusal, Reason::UnsupportedType, /*op=*/nullptr,
                  "expected a dense or dense_resource constant");
  }

  int64_t expected = constant.splat ? constant.bytesPerElement : *bytes;
  if (static_cast<int64_t>(data.size()) != expected)
    return refuse(refusal, Reason::MissingResource, /*op=*/nullptr,
                  "expected " + Twine(expected) + " bytes of data, found " +
                      Twine(data.size()));
  constant.data = data.data();
  constant.sizeBytes = data.size();
  return constant;
}

Attribute mlir::convoy::getConstantAttribute(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !op->hasTrait<OpTrait::ConstantLike>())
    return {};
  SmallVector<OpFoldResult, 1> folded;
  if (failed(op->fold(folded)) || folded.size() != 1)
    return {};
  return dyn_cast_if_present<Attribute>(folded.front());
}
