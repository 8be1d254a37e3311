//===- ConvSizesTest.cpp - Arithmetic of sizes ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "gtest/gtest.h"
#include <limits>

using namespace mlir;
using namespace mlir::convoy;

namespace {
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

int64_t outputSize(int64_t input, int64_t filter, int64_t stride,
                   int64_t dilation, int64_t low, int64_t high) {
  return computeOutputSize(input, filter, stride, dilation, low, high)
      .value_or(-1);
}

TEST(ConvSizes, OutputSize) {
  EXPECT_EQ(outputSize(9, 3, 1, 1, 0, 0), 7);
  EXPECT_EQ(outputSize(9, 3, 1, 1, 1, 1), 9);
  EXPECT_EQ(outputSize(9, 3, 2, 2, 0, 0), 3);
  // The stride leaves a remainder unread.
  EXPECT_EQ(outputSize(10, 3, 3, 1, 0, 0), 3);
  EXPECT_EQ(outputSize(1, 1, 5, 7, 0, 0), 1);
}

TEST(ConvSizes, OutputSizeOfCroppedInput) {
  EXPECT_EQ(outputSize(9, 3, 1, 1, -2, -1), 4);
  EXPECT_EQ(outputSize(1, 3, 1, 1, 2, -1), 0);
}

TEST(ConvSizes, FilterLargerThanInput) {
  EXPECT_EQ(outputSize(2, 3, 1, 1, 0, 0), 0);
  EXPECT_EQ(outputSize(3, 2, 1, 3, 0, 0), 0);
}

TEST(ConvSizes, Overflow) {
  EXPECT_FALSE(computeOutputSize(9, 3, 1, kMost, 0, 0));
  EXPECT_FALSE(computeOutputSize(9, 3, 1, 1, kMost, 0));
  EXPECT_FALSE(computeOutputSize(9, 3, 1, 1, 0, kMost));
  EXPECT_EQ(outputSize(kMost, 1, 1, 1, 0, 0), kMost);
}

TEST(ConvSizes, DimSize) {
  EXPECT_EQ(getDimSize("nchw", {2, 3, 5, 7}, 'h'), 5);
  EXPECT_EQ(getDimSize("nchw", {2, 3, 5, 7}, 'g'), 1);
  EXPECT_EQ(getDimSize("nw", {ShapedType::kDynamic, 7}, 'n'),
            ShapedType::kDynamic);
  EXPECT_EQ(findDim("nchw", 'w'), 3u);
  EXPECT_FALSE(findDim("nchw", 'd'));
}
} // namespace
