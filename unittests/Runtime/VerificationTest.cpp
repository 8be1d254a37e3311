//===- VerificationTest.cpp - The judge of --verify -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bound and the rule of non-finite values, each side of each.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Verification.h"
#include "Convoy/Runtime/Timing.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace convoy::runtime;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Tensor tensorOf(ElementType type, const std::vector<double> &values) {
  Tensor wide(ElementType::F64, {static_cast<int64_t>(values.size())});
  for (size_t i = 0; i < values.size(); ++i)
    wide.elementsAs<double>()[i] = values[i];
  return wide.converted(type);
}

Verdict judge(const std::vector<double> &fused,
              const std::vector<double> &unfused,
              const std::vector<double> &reference, double magnitude) {
  return compareWithReference(tensorOf(ElementType::F32, fused),
                              tensorOf(ElementType::F32, unfused),
                              tensorOf(ElementType::F64, reference), magnitude);
}

TEST(VerificationTest, ComputesRmse) {
  Verdict verdict = judge({1, 2}, {4, 2}, {1, 0}, 0);
  EXPECT_DOUBLE_EQ(verdict.fusedRmse, std::sqrt(4.0 / 2));
  EXPECT_DOUBLE_EQ(verdict.unfusedRmse, std::sqrt(13.0 / 2));
  EXPECT_DOUBLE_EQ(verdict.bound, 2 * std::sqrt(13.0 / 2));
  EXPECT_EQ(verdict.comparedCount, 2);
  EXPECT_TRUE(verdict.holds());
}

TEST(VerificationTest, BoundsByTwiceTheUnfusedError) {
  EXPECT_TRUE(judge({1.5}, {1.25}, {1}, 0).holds());
  EXPECT_FALSE(judge({1.5 + 0x1p-20}, {1.25}, {1}, 0).holds());
}

TEST(VerificationTest, BoundsByTheMagnitude) {
  EXPECT_TRUE(judge({1 + 0x1p-23}, {1}, {1}, 1).holds());
  EXPECT_FALSE(judge({1 + 0x1p-22}, {1}, {1}, 1).holds());
  EXPECT_FALSE(judge({1 + 0x1p-23}, {1}, {1}, 0.5).holds());
}

TEST(VerificationTest, RefusesANonFiniteValueInOne) {
  for (double value : {kInfinity, -kInfinity, kNan}) {
    Verdict fused = judge({value, 1}, {2, 1}, {2, 1}, 1e30);
    EXPECT_EQ(fused.nonFiniteMismatches, 1);
    EXPECT_FALSE(fused.holds());
    Verdict unfused = judge({2, 1}, {value, 1}, {2, 1}, 1e30);
    EXPECT_EQ(unfused.nonFiniteMismatches, 1);
    EXPECT_FALSE(unfused.holds());
  }
}

TEST(VerificationTest, LeavesOutWhatIsNonFiniteInBoth) {
  Verdict verdict = judge({kInfinity, 1}, {kInfinity, 1}, {1e300, 1}, 0);
  EXPECT_EQ(verdict.comparedCount, 1);
  EXPECT_EQ(verdict.fusedRmse, 0);
  EXPECT_TRUE(verdict.holds());
}

TEST(VerificationTest, RefusesToHoldWithoutAComparison) {
  EXPECT_FALSE(judge({kNan}, {kNan}, {kNan}, 1).holds());
  EXPECT_TRUE(judge({}, {}, {}, 0).holds());
}

TEST(VerificationTest, ComparesIntegers) {
  Tensor a(ElementType::I32, {2}), b(ElementType::I32, {2});
  a.elementsAs<int32_t>()[1] = b.elementsAs<int32_t>()[1] = 7;
  EXPECT_TRUE(compareWithReference(a, b, b, 7).holds());
  a.elementsAs<int32_t>()[0] = 1;
  EXPECT_FALSE(compareWithReference(a, b, b, 7).holds());
}

TEST(VerificationTest, WidensTheBoundForProductsOfTF32) {
  Tensor a = tensorOf(ElementType::F32, {1}),
         b = tensorOf(ElementType::F64, {1});
  EXPECT_EQ(compareWithReference(a, a, b, 8).bound, 2 * 0x1p-24 * 8);
  EXPECT_EQ(compareWithReference(a, a, b, 8, true).bound, 2 * 0x1p-11 * 8);
  EXPECT_EQ(compareWithReference(b, b, b, 8, true).bound, 2 * 0x1p-53 * 8);
}

TEST(VerificationTest, SumsManySmallErrors) {
  constexpr int64_t kCount = 3000001;
  Tensor fused(ElementType::F32, {kCount});
  Tensor reference(ElementType::F64, {kCount});
  for (int64_t i = 0; i < kCount; ++i)
    fused.elementsAs<float>()[i] = 0.1f;
  Verdict verdict = compareWithReference(fused, fused, reference, 0);
  EXPECT_NEAR(verdict.fusedRmse, static_cast<double>(0.1f), 1e-13);
}

TEST(VerificationTest, LimitsTheMagnitude) {
  Tensor values = tensorOf(ElementType::F64, {3, 4, 1e40, kInfinity, kNan});
  EXPECT_DOUBLE_EQ(rootMeanSquare(values, largestFiniteOf(ElementType::F32)),
                   std::sqrt(25.0 / 2));
  EXPECT_EQ(rootMeanSquare(tensorOf(ElementType::F64, {}), 1), 0);
}

TEST(TimingTest, CountsWarmRunsOnly) {
  int calls = 0;
  Timing timing = timeWarmRuns([&] { ++calls; });
  EXPECT_EQ(timing.runCount, calls - 1);
  EXPECT_GE(timing.runCount, 5);
  EXPECT_LE(timing.minSeconds, timing.medianSeconds);
}

} // namespace
