//===- FloatRows.cpp - Reading and writing many floats --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One plain loop for each type and direction.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/FloatRows.h"

#include "HalfFloat.h"
#include "HalfFloatRows.h"
#include "TargetClones.h"

#include <cstring>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// The number at `index` of an array that may have any alignment.
template <typename T>
static inline T loadElement(const char *data, int64_t index) {
  T element;
  std::memcpy(&element, data + index * sizeof(T), sizeof(T));
  return element;
}

template <typename T>
static inline void storeElement(char *data, int64_t index, T element) {
  std::memcpy(data + index * sizeof(T), &element, sizeof(T));
}

CONVOY_TARGET_CLONES
static void loadF16(const char *data, double *values, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    values[i] = decodeF16(loadElement<uint16_t>(data, i));
}

CONVOY_TARGET_CLONES
static void loadBF16(const char *data, double *values, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    values[i] = decodeBF16(loadElement<uint16_t>(data, i));
}

CONVOY_TARGET_CLONES
static void loadF32(const char *data, double *values, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    values[i] = loadElement<float>(data, i);
}

/// Stores `values` as 16-bit numbers that `encode` makes of them; false if one
/// of them is not finite, which its bits in `exponent` tell.
template <typename Encode>
LLVM_ATTRIBUTE_ALWAYS_INLINE static bool
store16(const double *values, char *data, int64_t length, uint16_t exponent,
        Encode encode) {
  uint16_t special = 0;
  for (int64_t i = 0; i < length; ++i) {
    uint16_t bits = encode(i, values[i]);
    special |= (bits & exponent) == exponent;
    storeElement(data, i, bits);
  }
  return !special;
}

CONVOY_TARGET_CLONES
static bool storeF16(const double *values, char *data, int64_t length) {
  return store16(values, data, length, kExponentOfF16,
                 [](int64_t, double value) { return encodeF16(value); });
}

CONVOY_TARGET_CLONES
static bool storeBF16(const double *values, char *data, int64_t length) {
  return store16(values, data, length, kExponentOfBF16,
                 [](int64_t, double value) { return encodeBF16(value); });
}

CONVOY_TARGET_CLONES
static bool roundF16(const double *__restrict values, char *__restrict data,
                     double *__restrict rounded, int64_t length) {
  return store16(values, data, length, kExponentOfF16,
                 [&](int64_t i, double value) {
                   return packF16(rounded[i] = roundToF16(value));
                 });
}

CONVOY_TARGET_CLONES
static bool roundBF16(const double *__restrict values, char *__restrict data,
                      double *__restrict rounded, int64_t length) {
  return store16(values, data, length, kExponentOfBF16,
                 [&](int64_t i, double value) {
                   return packBF16(rounded[i] = roundToBF16(value));
                 });
}

CONVOY_TARGET_CLONES
static bool storeF32(const double *values, char *data, int64_t length) {
  uint32_t special = 0;
  for (int64_t i = 0; i < length; ++i) {
    float rounded = static_cast<float>(values[i]);
    uint32_t bits = llvm::bit_cast<uint32_t>(rounded);
    special |= (bits & kExponentOfF32) == kExponentOfF32;
    storeElement(data, i, rounded);
  }
  return !special;
}

CONVOY_TARGET_CLONES
static bool storeF64(const double *values, char *data, int64_t length) {
  uint64_t special = 0;
  for (int64_t i = 0; i < length; ++i) {
    uint64_t bits = llvm::bit_cast<uint64_t>(values[i]);
    special |= (bits & kExponentOfF64) == kExponentOfF64;
    storeElement(data, i, values[i]);
  }
  return !special;
}

/// How many of `length` elements can be handled in wide vectors.
static int64_t getWideLength(int64_t length) {
  static const bool canHandle = canHandleWideRows();
  return canHandle ? length / kWideLength * kWideLength : 0;
}

void mlir::convoy::loadRow(FloatKind kind, const char *data,
                           MutableArrayRef<double> values) {
  int64_t length = values.size();
  switch (kind) {
  case FloatKind::F16: {
    int64_t wide = getWideLength(length);
    loadWideF16(data, values.data(), wide);
    return loadF16(data + wide * 2, values.data() + wide, length - wide);
  }
  case FloatKind::BF16:
    return loadBF16(data, values.data(), length);
  case FloatKind::F32:
    return loadF32(data, values.data(), length);
  case FloatKind::F64:
    std::memcpy(values.data(), data, length * sizeof(double));
    return;
  }
}

void mlir::convoy::loadRow(const ConstantData &constant, int64_t first,
                           MutableArrayRef<double> values) {
  if (constant.isSplat()) {
    llvm::fill(values, constant[0]);
    return;
  }
  FloatKind kind = constant.getKind();
  loadRow(kind, constant.getRawData().data() + first * getSizeInBytes(kind),
          values);
}

bool mlir::convoy::storeRow(FloatKind kind, ArrayRef<double> values,
                            char *data) {
  int64_t length = values.size();
  switch (kind) {
  case FloatKind::F16:
    return storeF16(values.data(), data, length);
  case FloatKind::BF16:
    return storeBF16(values.data(), data, length);
  case FloatKind::F32:
    return storeF32(values.data(), data, length);
  case FloatKind::F64:
    return storeF64(values.data(), data, length);
  }
  llvm_unreachable("unknown kind");
}

bool mlir::convoy::roundRow(FloatKind kind, ArrayRef<double> values, char *data,
                            MutableArrayRef<double> rounded) {
  int64_t length = values.size();
  bool isFinite;
  if (kind == FloatKind::F16) {
    int64_t wide = getWideLength(length);
    isFinite = roundWideF16(values.data(), data, rounded.data(), wide);
    isFinite &= roundF16(values.data() + wide, data + wide * 2,
                         rounded.data() + wide, length - wide);
  } else if (kind == FloatKind::BF16) {
    isFinite = roundBF16(values.data(), data, rounded.data(), length);
  } else {
    isFinite = storeRow(kind, values, data);
  }
  // In 16 bits, infinities have been rounded to a finite double.
  if (!isFinite || getSizeInBytes(kind) > 2)
    loadRow(kind, data, rounded);
  return isFinite;
}
