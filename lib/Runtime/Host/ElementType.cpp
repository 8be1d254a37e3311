//===- ElementType.cpp - What a tensor is made of -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table of the element types, and the conversions of the 16-bit floats.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/ElementType.h"
#include "convoy-c/Artefact.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <xtl/xhalf_float.hpp>

using namespace convoy::runtime;

namespace {

struct TypeRow {
  ElementType type;
  const char *name;
  const char *npyDescription; // null where npy has no such type
  uint8_t dlpackCode;
  uint8_t bits;
};

// In the order of the enumeration.
constexpr TypeRow kTypes[] = {
    {ElementType::F64, "float64", "<f8", kDLFloat, 64},
    {ElementType::F32, "float32", "<f4", kDLFloat, 32},
    {ElementType::F16, "float16", "<f2", kDLFloat, 16},
    {ElementType::BF16, "bfloat16", nullptr, kDLBfloat, 16},
    {ElementType::I64, "int64", "<i8", kDLInt, 64},
    {ElementType::I32, "int32", "<i4", kDLInt, 32},
    {ElementType::I16, "int16", "<i2", kDLInt, 16},
    {ElementType::I8, "int8", "|i1", kDLInt, 8},
    {ElementType::U8, "uint8", "|u1", kDLUInt, 8},
    {ElementType::Bool, "bool", "|b1", CONVOY_DLPACK_BOOL, 8},
};

const TypeRow &rowOf(ElementType type) {
  return kTypes[static_cast<int>(type)];
}

} // namespace

const char *convoy::runtime::nameOf(ElementType type) {
  return rowOf(type).name;
}

int64_t convoy::runtime::byteCountOf(ElementType type) {
  return rowOf(type).bits / 8;
}

bool convoy::runtime::isFloat(ElementType type) {
  return rowOf(type).dlpackCode == kDLFloat ||
         rowOf(type).dlpackCode == kDLBfloat;
}

double convoy::runtime::largestFiniteOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return std::numeric_limits<float>::max();
  case ElementType::F16:
    return 65504.0;
  case ElementType::BF16:
    return std::ldexp(255.0, 120);
  default:
    return std::numeric_limits<double>::max();
  }
}

DLDataType convoy::runtime::dlpackTypeOf(ElementType type) {
  return {rowOf(type).dlpackCode, rowOf(type).bits, 1};
}

std::optional<ElementType> convoy::runtime::elementTypeOf(DLDataType type) {
  for (const TypeRow &row : kTypes)
    if (row.dlpackCode == type.code && row.bits == type.bits && type.lanes == 1)
      return row.type;
  return std::nullopt;
}

ElementType convoy::runtime::npyTypeOf(ElementType type) {
  return type == ElementType::BF16 ? ElementType::F32 : type;
}

const char *convoy::runtime::npyDescriptionOf(ElementType type) {
  return rowOf(type).npyDescription;
}

std::optional<ElementType>
convoy::runtime::parseNpyDescription(const std::string &description) {
  for (const TypeRow &row : kTypes)
    if (row.npyDescription && description == row.npyDescription)
      return row.type;
  return std::nullopt;
}

Half::Half(double value) {
  half_float::half half = half_float::half_cast<half_float::half>(value);
  static_assert(sizeof(half) == sizeof(bits), "a half is its bits");
  std::memcpy(&bits, &half, sizeof(bits));
}

Half::operator double() const {
  half_float::half half;
  std::memcpy(static_cast<void *>(&half), &bits, sizeof(bits));
  return half_float::half_cast<double>(half);
}

BFloat16::BFloat16(float value) {
  uint32_t word;
  std::memcpy(&word, &value, sizeof(word));
  if (std::isnan(value)) {
    // Rounding up could carry a NaN into infinity: keep it quiet instead.
    bits = static_cast<uint16_t>((word >> 16) | 0x0040);
    return;
  }
  uint32_t lastKeptBit = (word >> 16) & 1;
  bits = static_cast<uint16_t>((word + 0x7fff + lastKeptBit) >> 16);
}

BFloat16::operator float() const {
  uint32_t word = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &word, sizeof(value));
  return value;
}
