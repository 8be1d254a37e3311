//===- FilterSumsTest.cpp -------------------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one fast pass over a filter, held against one weight at a time.
//
//===----------------------------------------------------------------------===//

#include "FloatKinds.h"

#include "Convoy/Analysis/FilterSums.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::convoy;

namespace {
struct FilterSumsTest : testing::TestWithParam<FloatKind> {
  FilterSumsTest() {
    context.loadDialect<func::FuncDialect, linalg::LinalgDialect,
                        tensor::TensorDialect>();
  }

  Type getType() {
    Builder builder(&context);
    switch (GetParam()) {
    case FloatKind::F16:
      return builder.getF16Type();
    case FloatKind::BF16:
      return builder.getBF16Type();
    case FloatKind::F32:
      return builder.getF32Type();
    case FloatKind::F64:
      return builder.getF64Type();
    }
    llvm_unreachable("unknown kind");
  }

  /// The convolution `op` with the given types of input, filter and result.
  ConvolutionInfo makeConvolution(StringRef op, StringRef input,
                                  StringRef filter, StringRef result) {
    auto tensorOf = [&](StringRef shape) {
      std::string type;
      llvm::raw_string_ostream(type)
          << "tensor<" << shape << "x" << getType() << ">";
      return type;
    };
    std::string x = tensorOf(input), w = tensorOf(filter), y = tensorOf(result);
    std::string text = "func.func @f(%x: " + x + ", %w: " + w + ", %y: " + y +
                       ") -> " + y + " {\n %r = linalg." + op.str() +
                       " ins(%x, %w : " + x + ", " + w + ") outs(%y : " + y +
                       ") -> " + y + "\n return %r : " + y + "\n}";
    module = parseSourceString<ModuleOp>(text, &context);
    linalg::LinalgOp conv;
    module->walk([&](linalg::LinalgOp found) { conv = found; });
    Refusal refusal;
    return *analyzeConvolution(conv, refusal);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

/// The largest number of the tests' weights overflows when it is scaled.
static double getWeight(FloatKind kind, std::mt19937 &random) {
  std::normal_distribution<double> normal;
  double scale[] = {1.0, 0x1p-15, 0x1p-30, 0.0};
  double weight = normal(random) * scale[random() % 4];
  char stored[sizeof(double)];
  storeRounded(kind, random() % 100 ? weight : 60000.0, stored);
  return loadAsDouble(kind, stored);
}

static std::vector<double> makeScales(int64_t count, double first) {
  std::vector<double> scales;
  for (int64_t i = 0; i < count; ++i)
    scales.push_back(first + 0.37 * (i % 11));
  return scales;
}

static void expectNear(double found, double expected, double magnitude) {
  EXPECT_NEAR(found, expected, 1e-12 * (magnitude + 1));
}

/// Compares with what each weight contributes. `getChannels` gives the output
/// and the input channel of an element.
static void
expectSums(const ConvolutionInfo &conv, FloatKind kind, int64_t numOutputs,
           int64_t numInputs,
           function_ref<std::pair<int64_t, int64_t>(int64_t)> getChannels) {
  RankedTensorType type = conv.getFilterType();
  int64_t numElements = type.getNumElements(), size = getSizeInBytes(kind);
  std::mt19937 random(1);
  std::vector<char> raw(numElements * size), target(raw.size());
  for (int64_t i = 0; i < numElements; ++i)
    storeRounded(kind, getWeight(kind, random), raw.data() + i * size);
  Refusal refusal;
  ConstantData data = *ConstantData::get(
      DenseElementsAttr::getFromRawBuffer(type, raw), refusal);
  ChannelExprPool pool;
  std::vector<double> scales = makeScales(numOutputs, 0.2);
  std::vector<double> inputScales = makeScales(numInputs, 0.6);
  FilterSums sums =
      scaleAndSumFilter(pool, conv, data, pool.getVector(scales),
                        pool.getVector(inputScales), target.data());

  std::vector<double> zeros(numOutputs);
  FilterSums expected{zeros, zeros, zeros, zeros, zeros};
  double smallest = kind == FloatKind::F16 ? 0x1p-14 : 0x1p-126;
  for (int64_t i = 0; i < numElements; ++i) {
    auto [output, input] = getChannels(i);
    double weight = data[i] * inputScales[input];
    double scaled = weight * scales[output];
    char stored[sizeof(double)];
    storeRounded(kind, scaled, stored);
    EXPECT_EQ(StringRef(stored, size), StringRef(&target[i * size], size));
    double rounded = loadAsDouble(kind, stored);
    if (std::isinf(rounded)) {
      ++expected.numOverflows;
      continue;
    }
    expected.numSubnormals += scaled != 0 && std::fabs(rounded) < smallest &&
                              std::fabs(weight) >= smallest;
    expected.weight[output] += weight;
    expected.weightSquared[output] += weight * weight;
    expected.rounding[output] += rounded - scaled;
    expected.roundingSquared[output] += std::pow(rounded - scaled, 2);
    expected.scaledMagnitude[output] += std::fabs(rounded);
  }
  EXPECT_EQ(sums.numOverflows, expected.numOverflows);
  EXPECT_EQ(sums.numSubnormals, expected.numSubnormals);
  if (kind == FloatKind::F16) {
    EXPECT_GT(sums.numOverflows, 0);
    EXPECT_GT(sums.numSubnormals, 0);
  }
  for (int64_t i = 0; i < numOutputs; ++i) {
    double magnitude = expected.scaledMagnitude[i];
    expectNear(sums.weight[i], expected.weight[i], magnitude);
    expectNear(sums.weightSquared[i], expected.weightSquared[i],
               expected.weightSquared[i]);
    expectNear(sums.rounding[i], expected.rounding[i], magnitude);
    expectNear(sums.roundingSquared[i], expected.roundingSquared[i],
               expected.roundingSquared[i]);
    expectNear(sums.scaledMagnitude[i], magnitude, magnitude);
  }
}

TEST_P(FilterSumsTest, ChannelsOutermost) {
  // Rows of 315 weights, which is no multiple of anything.
  ConvolutionInfo conv =
      makeConvolution("conv_2d_nchw_fchw", "1x35x3x3", "12x35x3x3", "1x12x1x1");
  expectSums(conv, GetParam(), 12, 35,
             [](int64_t i) { return std::pair(i / (35 * 9), i / 9 % 35); });
}

TEST_P(FilterSumsTest, ChannelsInnermost) {
  ConvolutionInfo conv =
      makeConvolution("conv_2d_nhwc_hwcf", "1x3x2x5", "3x2x5x133", "1x1x1x133");
  expectSums(conv, GetParam(), 133, 5,
             [](int64_t i) { return std::pair(i % 133, i / 133 % 5); });
}

TEST_P(FilterSumsTest, ChannelsOfDepthwise) {
  ConvolutionInfo conv = makeConvolution("depthwise_conv_2d_nhwc_hwcm",
                                         "1x5x4x30", "5x4x30x3", "1x1x1x30x3");
  expectSums(conv, GetParam(), 90, 30,
             [](int64_t i) { return std::pair(i % 90, i % 90 / 3); });
}

INSTANTIATE_TEST_SUITE_P(Kinds, FilterSumsTest, allFloatKinds(),
                         getFloatKindName);
