//===- ConstantDataTest.cpp - Reading and rounding constants --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants in every storage that MLIR has, rounding to nearest even, and blobs
// that are not what the type says.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/ConstantData.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

static FailureOr<ConstantData> read(test::ParsedModule &module,
                                    Refusal &refusal) {
  Operation *constant = module.find("arith.constant");
  return ConstantData::get(getConstantAttribute(constant->getResult(0)),
                           refusal);
}

/// The numbers of `constant`, for a constant that Convoy reads.
static std::vector<double> readAll(StringRef constant, bool expectSplat) {
  test::ParsedModule module(
      ("func.func @f() { %0 = arith.constant " + constant + " return }").str());
  Refusal refusal;
  FailureOr<ConstantData> data = read(module, refusal);
  EXPECT_TRUE(succeeded(data)) << refusal.message;
  if (failed(data))
    return {};
  EXPECT_EQ(data->isSplat(), expectSplat);
  std::vector<double> numbers;
  for (int64_t i = 0; i < data->getType().getNumElements(); ++i)
    numbers.push_back((*data)[i]);
  return numbers;
}

static void expectRefusal(StringRef constant, Reason reason,
                          StringRef resources = "") {
  test::ParsedModule module(("func.func @f() { %0 = arith.constant " +
                             constant + " return }\n" + resources)
                                .str());
  ASSERT_TRUE(module);
  Refusal refusal;
  EXPECT_TRUE(failed(read(module, refusal)));
  EXPECT_EQ(refusal.reason, reason) << refusal.message;
  EXPECT_FALSE(refusal.message.empty());
}

TEST(ConstantDataTest, DenseOfEveryType) {
  std::vector<double> expected = {0.5, -2, 0.25};
  for (StringRef type : {"f16", "bf16", "f32", "f64"})
    EXPECT_EQ(
        readAll(("dense<[0.5, -2.0, 0.25]> : tensor<3x" + type + ">").str(),
                false),
        expected)
        << type.str();
}

TEST(ConstantDataTest, SplatsAreOneNumberForAll) {
  EXPECT_EQ(readAll("dense<3.0> : tensor<2x2xf16>", true),
            std::vector<double>(4, 3.0));
}

TEST(ConstantDataTest, ScalarTensorsAndNoElements) {
  EXPECT_EQ(readAll("dense<3.0> : tensor<f32>", true), std::vector<double>{3});
  test::ParsedModule module("func.func @f() { %0 = arith.constant dense<> : "
                            "tensor<0x3xf32> return }");
  Refusal refusal;
  EXPECT_TRUE(succeeded(read(module, refusal))) << refusal.message;
}

TEST(ConstantDataTest, ExtremesSurvive) {
  std::vector<double> numbers = readAll(
      "dense<[0x7F800000, 0x00000001, 0x80000000]> : tensor<3xf32>", false);
  ASSERT_EQ(numbers.size(), 3u);
  EXPECT_TRUE(std::isinf(numbers[0]));
  EXPECT_EQ(numbers[1], 0x1p-149);
  EXPECT_TRUE(std::signbit(numbers[2]));
}

TEST(ConstantDataTest, Resources) {
  test::ParsedModule module(R"mlir(
    func.func @f() {
      %0 = arith.constant dense_resource<blob> : tensor<2xf32>
      return
    }
    {-# dialect_resources: { builtin: {
      blob: "0x040000000000003F000000C0" } } #-})mlir");
  ASSERT_TRUE(module);
  Refusal refusal;
  FailureOr<ConstantData> data = read(module, refusal);
  ASSERT_TRUE(succeeded(data)) << refusal.message;
  EXPECT_FALSE(data->isSplat());
  EXPECT_EQ((*data)[0], 0.5);
  EXPECT_EQ((*data)[1], -2);
}

TEST(ConstantDataTest, BlobsOfTheWrongSizeAreMissing) {
  constexpr StringLiteral kConstant = "dense_resource<blob> : tensor<2xf32>";
  expectRefusal(kConstant, Reason::MissingResource);
  expectRefusal(
      kConstant, Reason::MissingResource,
      R"({-# dialect_resources: { builtin: { blob: "0x040000000000003F" } } #-})");
  expectRefusal(kConstant, Reason::MissingResource,
                R"({-# dialect_resources: { builtin: {
         blob: "0x040000000000003F000000C0000000C0" } } #-})");
}

TEST(ConstantDataTest, OtherConstantsAreUnsupported) {
  expectRefusal("dense<1> : tensor<2xi32>", Reason::UnsupportedType);
  expectRefusal("dense<(1.0, 2.0)> : tensor<2xcomplex<f32>>",
                Reason::UnsupportedType);
  expectRefusal("dense<1.0> : tensor<2xf32, \"tiled\">",
                Reason::UnsupportedType);
  expectRefusal("dense<1.0> : tensor<2xf8E4M3FN>", Reason::UnsupportedType);
  expectRefusal("dense<1.0> : vector<2xf32>", Reason::UnsupportedType);
  expectRefusal("1.0 : f32", Reason::UnsupportedType);
}

TEST(ConstantDataTest, SizesBeyond64BitsAreMalformed) {
  expectRefusal("dense_resource<blob> : tensor<9223372036854775807x2xf32>",
                Reason::MalformedConv);
}

TEST(ConstantDataTest, OnlyConstantsHaveAnAttribute) {
  test::ParsedModule module(
      "func.func @f(%a: f32) { %0 = arith.addf %a, %a : f32 return }");
  EXPECT_FALSE(getConstantAttribute(module.getBody().getArgument(0)));
  EXPECT_FALSE(getConstantAttribute(module.find("arith.addf")->getResult(0)));
}

/// `value` rounded to `kind` and read back.
static double roundTo(FloatKind kind, double value) {
  char data[sizeof(double)];
  storeRounded(kind, value, data);
  return loadAsDouble(kind, data);
}

TEST(ConstantDataTest, RoundsToNearestEven) {
  // Halfway between two neighbours: the even one wins.
  EXPECT_EQ(roundTo(FloatKind::F16, 1 + 0x1p-11), 1);
  EXPECT_EQ(roundTo(FloatKind::F16, 1 + 3 * 0x1p-11), 1 + 0x1p-9);
  EXPECT_EQ(roundTo(FloatKind::BF16, 1 + 0x1p-8), 1);
  EXPECT_EQ(roundTo(FloatKind::BF16, 1 + 3 * 0x1p-8), 1 + 0x1p-6);
  EXPECT_EQ(roundTo(FloatKind::F32, 1 + 0x1p-24), 1);
  EXPECT_EQ(roundTo(FloatKind::F32, 1 + 3 * 0x1p-24), 1 + 0x1p-22);
  EXPECT_EQ(roundTo(FloatKind::F64, 1 + 0x1p-52), 1 + 0x1p-52);
}

TEST(ConstantDataTest, RoundsOnce) {
  // Just above halfway: rounding to f32 first would end at 1.
  EXPECT_EQ(roundTo(FloatKind::F16, 1 + 0x1p-11 + 0x1p-40), 1 + 0x1p-10);
  EXPECT_EQ(roundTo(FloatKind::BF16, 1 + 0x1p-8 + 0x1p-40), 1 + 0x1p-7);
}

TEST(ConstantDataTest, OverflowsToInfinityAndKeepsSubnormals) {
  EXPECT_TRUE(std::isinf(roundTo(FloatKind::F16, 65520)));
  EXPECT_EQ(roundTo(FloatKind::F16, 65519), 65504);
  EXPECT_TRUE(std::isinf(roundTo(FloatKind::F32, 1e39)));
  EXPECT_TRUE(std::isinf(roundTo(FloatKind::BF16, -1e39)));
  EXPECT_EQ(roundTo(FloatKind::F16, 0x1p-24), 0x1p-24);
  EXPECT_EQ(roundTo(FloatKind::F16, 0x1p-26), 0);
  EXPECT_EQ(roundTo(FloatKind::F32, 0x1p-149), 0x1p-149);
  EXPECT_TRUE(std::isnan(roundTo(FloatKind::F16, NAN)));
  EXPECT_TRUE(std::signbit(roundTo(FloatKind::BF16, -0.0)));
}

TEST(ConstantDataTest, NeedsNoAlignment) {
  char data[1 + sizeof(double)];
  for (FloatKind kind :
       {FloatKind::F16, FloatKind::BF16, FloatKind::F32, FloatKind::F64}) {
    storeRounded(kind, -1.5, data + 1);
    EXPECT_EQ(loadAsDouble(kind, data + 1), -1.5);
  }
}
