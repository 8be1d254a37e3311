//===- FilterFactorsTest.cpp ----------------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk over rows, in blocks of any length, held against plain index
// arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/FilterFactors.h"

#include "mlir/IR/BuiltinTypeInterfaces.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace mlir;
using namespace mlir::convoy;

using Sizes = SmallVector<int64_t>;

/// The channel of the element number `element`, dimension by dimension.
static int64_t getChannel(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims,
                          int64_t element) {
  Sizes position(shape.size());
  for (size_t dim = shape.size(); dim-- > 0; element /= shape[dim])
    position[dim] = element % shape[dim];
  int64_t channel = 0;
  for (int64_t dim : dims)
    channel = channel * shape[dim] + position[dim];
  return channel;
}

/// A factor for each channel along `dims`, all different from each other and
/// from those of another `seed`.
static std::vector<double> makeFactors(ArrayRef<int64_t> shape,
                                       ArrayRef<int64_t> dims, double seed) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= shape[dim];
  std::vector<double> factors(count);
  std::iota(factors.begin(), factors.end(), seed);
  return factors;
}

/// Multiplies ones by factors of output and input channels, and expects each
/// element to get its own. `rowLength` is how long rows should be.
static void expectFactors(Sizes shape, Sizes outputDims, Sizes inputDims,
                          int64_t rowLength) {
  ChannelExprPool pool;
  std::vector<double> outputs = makeFactors(shape, outputDims, 3);
  std::vector<double> inputs = makeFactors(shape, inputDims, 1000);
  FilterFactors output(pool, pool.getVector(outputs), shape, outputDims);
  // No dimensions: the same factor for all.
  FilterFactors input(pool,
                      inputDims.empty() ? pool.getScalar(inputs[0])
                                        : pool.getVector(inputs),
                      shape, inputDims);
  int64_t numElements = ShapedType::getNumElements(shape);
  for (int64_t blockLength : {int64_t(1), int64_t(7), numElements}) {
    FilterRows rows(shape, {&output.getChannel(), &input.getChannel()});
    EXPECT_EQ(rows.getRowLength(), rowLength);
    std::vector<double> values(numElements, 1.0);
    for (int64_t first = 0; first < numElements; first += blockLength)
      rows.visitNext(std::min(blockLength, numElements - first),
                     [&](RowSegment segment, int64_t offset) {
                       EXPECT_EQ(segment.getFirst(output.getChannel()),
                                 getChannel(shape, outputDims, first + offset));
                       output.multiply(segment, &values[first + offset]);
                       input.multiply(segment, &values[first + offset]);
                     });
    for (int64_t i = 0; i < numElements; ++i)
      ASSERT_EQ(values[i], outputs[getChannel(shape, outputDims, i)] *
                               inputs[getChannel(shape, inputDims, i)])
          << "element " << i << ", blocks of " << blockLength;
  }
}

TEST(FilterFactorsTest, Fchw) {
  expectFactors({4, 5, 2, 3}, {0}, {}, 30);
  expectFactors({4, 5, 2, 3}, {0}, {1}, 6);
}

TEST(FilterFactorsTest, Hwcf) {
  expectFactors({2, 3, 5, 4}, {3}, {}, 4);
  expectFactors({2, 3, 5, 4}, {3}, {2}, 4);
}

TEST(FilterFactorsTest, Gfchw) {
  expectFactors({2, 4, 5, 2, 3}, {0, 1}, {}, 30);
  expectFactors({2, 4, 5, 2, 3}, {0, 1}, {0, 2}, 6);
}

TEST(FilterFactorsTest, DepthwiseHwcm) {
  // The output channels c, m lie side by side; the input's do not change
  // along m.
  expectFactors({3, 2, 4, 5}, {2, 3}, {}, 20);
  expectFactors({3, 2, 4, 5}, {2, 3}, {2}, 5);
}

TEST(FilterFactorsTest, DepthwiseHwc) { expectFactors({3, 2, 4}, {2}, {2}, 4); }

TEST(FilterFactorsTest, SizesOfOneEndNoRow) {
  // A 1x1 kernel: rows along the input channels.
  expectFactors({4, 5, 1, 1}, {0}, {1}, 5);
  expectFactors({4, 1, 3, 1}, {0}, {1}, 3);
  expectFactors({1, 5, 1, 1}, {0}, {1}, 5);
  expectFactors({7, 1, 1, 1}, {0}, {1}, 7);
  expectFactors({1, 1, 1, 1}, {0}, {1}, 1);
}

TEST(FilterFactorsTest, ChannelsThatAreTransposed) {
  // Groups innermost, but outermost in the channel's number.
  expectFactors({2, 5, 3}, {2, 1}, {0}, 3);
}
