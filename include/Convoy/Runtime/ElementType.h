//===- ElementType.h - What a tensor is made of -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The element types that inputs and results may have, their names in manifests
// and npy files, and the values of the 16-bit floats.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_ELEMENTTYPE_H
#define CONVOY_RUNTIME_ELEMENTTYPE_H

#include <cstdint>
#include <dlpack/dlpack.h>
#include <optional>
#include <string>

namespace convoy::runtime {

enum class ElementType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

/// "float32", as in numpy, or "bfloat16".
const char *nameOf(ElementType type);

int64_t byteCountOf(ElementType type);

bool isFloat(ElementType type);

/// The largest finite value of a floating-point type.
double largestFiniteOf(ElementType type);

DLDataType dlpackTypeOf(ElementType type);

/// None for a type that is not in the list.
std::optional<ElementType> elementTypeOf(DLDataType type);

/// The type that carries `type` in npy files: float32 for bfloat16, which npy
/// does not have, else the type itself.
ElementType npyTypeOf(ElementType type);

/// npy's description of a type that npy has, "<f4".
const char *npyDescriptionOf(ElementType type);

/// None where `description` is not one that npyDescriptionOf returns.
std::optional<ElementType> parseNpyDescription(const std::string &description);

/// IEEE binary16, as it lies in memory. Conversions round to nearest, ties to
/// even.
struct Half {
  uint16_t bits;

  Half() = default;
  explicit Half(double value);
  explicit operator double() const;
};

/// The upper half of an IEEE binary32, as it lies in memory. Conversions round
/// to nearest, ties to even.
struct BFloat16 {
  uint16_t bits;

  BFloat16() = default;
  explicit BFloat16(float value);
  explicit operator float() const;
};

/// Calls `function` with a null pointer to the C++ type of the elements:
/// double, float, Half, BFloat16, int64_t and so on.
template <typename Function>
decltype(auto) visitElementType(ElementType type, Function &&function) {
  switch (type) {
  case ElementType::F64:
    return function(static_cast<double *>(nullptr));
  case ElementType::F32:
    return function(static_cast<float *>(nullptr));
  case ElementType::F16:
    return function(static_cast<Half *>(nullptr));
  case ElementType::BF16:
    return function(static_cast<BFloat16 *>(nullptr));
  case ElementType::I64:
    return function(static_cast<int64_t *>(nullptr));
  case ElementType::I32:
    return function(static_cast<int32_t *>(nullptr));
  case ElementType::I16:
    return function(static_cast<int16_t *>(nullptr));
  case ElementType::I8:
    return function(static_cast<int8_t *>(nullptr));
  case ElementType::U8:
    return function(static_cast<uint8_t *>(nullptr));
  case ElementType::Bool:
    return function(static_cast<bool *>(nullptr));
  }
  __builtin_unreachable();
}

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_ELEMENTTYPE_H
