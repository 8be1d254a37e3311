//===- InputSourceTest.cpp - What an --input says -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The grammar of random inputs, their values, and the checks against an
// argument. Files are tested in NpyTest.cpp and, whole, in test/Runtime.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/InputSource.h"
#include "Convoy/Runtime/Error.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>

using namespace convoy::runtime;
using testing::HasSubstr;

namespace {

const TensorSpec kStatic = {"a", ElementType::F32, {100, 20}};
const TensorSpec kDynamic = {"b", ElementType::F32, {-1, 20}};
const TensorSpec kInteger = {"c", ElementType::I32, {50}};

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

TEST(InputSourceTest, DrawsUniformNumbersByDefault) {
  InputSource source;
  source.check(kStatic, 0);
  Tensor tensor = source.make(kStatic, 0);
  const float *values = tensor.elementsAs<float>();
  auto [least, most] = std::minmax_element(values, values + 2000);
  EXPECT_GE(*least, 0.5f);
  EXPECT_LT(*least, 0.51f);
  EXPECT_GT(*most, 1.49f);
  EXPECT_LE(*most, 1.5f);
}

TEST(InputSourceTest, DrawsTheSameNumbersAgain) {
  Tensor first = InputSource("random").make(kStatic, 0);
  Tensor second = InputSource("random:100x20").make(kStatic, 0);
  Tensor other = InputSource("random").make(kStatic, 1);
  EXPECT_TRUE(std::equal(first.elementsAs<float>(),
                         first.elementsAs<float>() + 2000,
                         second.elementsAs<float>()));
  EXPECT_NE(first.elementsAs<float>()[0], other.elementsAs<float>()[0]);
}

TEST(InputSourceTest, DrawsNormalNumbers) {
  Tensor tensor = InputSource("random:1000x20,normal").make(kDynamic, 0);
  double sum = 0, squares = 0;
  for (int i = 0; i < 20000; ++i) {
    double value = tensor.elementsAs<float>()[i];
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 20000, 0, 0.05);
  EXPECT_NEAR(squares / 20000, 1, 0.05);
}

TEST(InputSourceTest, DrawsSmallIntegers) {
  Tensor tensor = InputSource().make(kInteger, 0);
  for (int i = 0; i < 50; ++i) {
    EXPECT_GE(tensor.elementsAs<int32_t>()[i], 0);
    EXPECT_LT(tensor.elementsAs<int32_t>()[i], 8);
  }
}

TEST(InputSourceTest, MakesAScalar) {
  TensorSpec scalar = {"s", ElementType::F64, {}};
  InputSource source("random");
  source.check(scalar, 0);
  EXPECT_EQ(source.make(scalar, 0).elementCount(), 1);
}

TEST(InputSourceTest, RefusesWhatItCannotRead) {
  for (const char *text :
       {"random:", "random:x", "random:2x", "random:2y3", "random:-1x2",
        "random:2x3,cauchy", "random,cauchy", "random:2x3x", "random: 2",
        "random:99999999999999999999"})
    EXPECT_THAT(errorOf([&] { InputSource source{std::string(text)}; }),
                HasSubstr("expected random[:SHAPE][,normal]"))
        << text;
}

TEST(InputSourceTest, NeedsTheShapeOfADynamicArgument) {
  EXPECT_EQ(errorOf([] { InputSource().check(kDynamic, 2); }),
            "input 2 (b): the shape ?x20 is dynamic: give it, for instance "
            "--input=random:SHAPE");
}

TEST(InputSourceTest, RefusesAnotherShape) {
  EXPECT_EQ(errorOf([] { InputSource("random:3x21").check(kDynamic, 0); }),
            "input 0 (b): expected shape ?x20, found 3x21 in --input=random");
  EXPECT_THAT(errorOf([] { InputSource("random:20").check(kDynamic, 0); }),
              HasSubstr("expected shape ?x20, found 20"));
}

TEST(InputSourceTest, RefusesNormalIntegers) {
  EXPECT_THAT(errorOf([] { InputSource("random,normal").check(kInteger, 0); }),
              HasSubstr("expected a floating-point argument"));
}

} // namespace
