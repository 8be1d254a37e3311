//===- ElementTypeTest.cpp - The 16-bit floats ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions over the whole range, roundings at ties, the names.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Tensor.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace convoy::runtime;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(HalfTest, RoundTripsEveryValue) {
  for (int bits = 0; bits < 1 << 16; ++bits) {
    Half half;
    half.bits = static_cast<uint16_t>(bits);
    double value = static_cast<double>(half);
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(static_cast<double>(Half(value))));
    else
      ASSERT_EQ(Half(value).bits, half.bits);
  }
}

TEST(HalfTest, RoundsToNearestEven) {
  EXPECT_EQ(Half(1.0).bits, 0x3c00);
  EXPECT_EQ(Half(1.0 + 0x1p-11).bits, 0x3c00);           // tie, down to even
  EXPECT_EQ(Half(1.0 + 3 * 0x1p-11).bits, 0x3c02);       // tie, up to even
  EXPECT_EQ(Half(1.0 + 0x1p-11 + 0x1p-40).bits, 0x3c01); // just above a tie
  EXPECT_EQ(Half(65519.0).bits, 0x7bff);
  EXPECT_EQ(Half(65520.0).bits, 0x7c00);
}

TEST(BFloat16Test, RoundTripsEveryValue) {
  for (int bits = 0; bits < 1 << 16; ++bits) {
    BFloat16 number;
    number.bits = static_cast<uint16_t>(bits);
    float value = static_cast<float>(number);
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(static_cast<float>(BFloat16(value))));
    else
      ASSERT_EQ(BFloat16(value).bits, number.bits);
  }
}

TEST(BFloat16Test, RoundsToNearestEven) {
  EXPECT_EQ(BFloat16(1.0f).bits, 0x3f80);
  EXPECT_EQ(BFloat16(1.0f + 0x1p-8f).bits, 0x3f80);
  EXPECT_EQ(BFloat16(1.0f + 3 * 0x1p-8f).bits, 0x3f82);
  EXPECT_EQ(BFloat16(1.0f + 0x1p-8f + 0x1p-20f).bits, 0x3f81);
  EXPECT_EQ(BFloat16(std::numeric_limits<float>::max()).bits, 0x7f80);
}

TEST(ElementTypeTest, KnowsTheLargestFiniteValues) {
  EXPECT_EQ(static_cast<double>(Half(largestFiniteOf(ElementType::F16))),
            largestFiniteOf(ElementType::F16));
  float bfloat = static_cast<float>(largestFiniteOf(ElementType::BF16));
  EXPECT_EQ(BFloat16(bfloat).bits, 0x7f7f);
  EXPECT_EQ(static_cast<float>(largestFiniteOf(ElementType::F32)),
            std::numeric_limits<float>::max());
  EXPECT_LT(largestFiniteOf(ElementType::F64), kInfinity);
}

TEST(ElementTypeTest, GoesThroughDlpackAndBack) {
  for (ElementType type :
       {ElementType::F64, ElementType::F32, ElementType::F16, ElementType::BF16,
        ElementType::I64, ElementType::I32, ElementType::I16, ElementType::I8,
        ElementType::U8, ElementType::Bool}) {
    EXPECT_EQ(elementTypeOf(dlpackTypeOf(type)), type) << nameOf(type);
    EXPECT_EQ(parseNpyDescription(npyDescriptionOf(npyTypeOf(type))),
              npyTypeOf(type));
  }
  EXPECT_EQ(elementTypeOf({kDLFloat, 32, 4}), std::nullopt);
  EXPECT_EQ(elementTypeOf({kDLComplex, 64, 1}), std::nullopt);
}

TEST(TensorTest, ConvertsFloats) {
  Tensor from(ElementType::F32, {2, 2});
  float *values = from.elementsAs<float>();
  values[0] = 1.5f, values[1] = -0.0f, values[2] = 1e30f, values[3] = 0.1f;
  Tensor wide = from.converted(ElementType::F64);
  EXPECT_EQ(wide.shape(), from.shape());
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(wide.elementsAs<double>()[i], values[i]);
  Tensor half = from.converted(ElementType::F16);
  EXPECT_EQ(half.elementsAs<uint16_t>()[0], 0x3e00);
  EXPECT_EQ(half.elementsAs<uint16_t>()[2], 0x7c00);
}

TEST(TensorTest, CountsBytesOrRefuses) {
  EXPECT_EQ(tensorByteCount(ElementType::F32, {}), 4);
  EXPECT_EQ(tensorByteCount(ElementType::F32, {2, 3}), 24);
  EXPECT_EQ(tensorByteCount(ElementType::F32, {INT64_MAX, INT64_MAX, 0}), 0);
  EXPECT_EQ(tensorByteCount(ElementType::F32, {INT64_MAX, 2}), std::nullopt);
}

} // namespace
