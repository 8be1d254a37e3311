//===- ConvolutionInfoTest.cpp - What is a convolution --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Named and generic convolutions by their channels, strides and dilations, and
// what is none. Windows are never square and loops come in odd orders, so that
// swapped axes show.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;
using Dims = SmallVector<int64_t>;

/// A function around `op`, the one op of interest. Its operands are %x, %f, %i
/// of the given types.
static std::string wrap(StringRef x, StringRef f, StringRef i, StringRef op) {
  return ("func.func @f(%x: " + x + ", %f: " + f + ", %i: " + i + ") {\n" + op +
          "\nreturn }")
      .str();
}

static std::string named(StringRef op, StringRef x, StringRef f, StringRef i,
                         StringRef attributes = "") {
  return wrap(x, f, i,
              ("%y = linalg." + op + " " + attributes + " ins(%x, %f : " + x +
               ", " + f + ") outs(%i : " + i + ") -> " + i)
                  .str());
}

static std::string
generic(StringRef inputMap, StringRef filterMap, StringRef outputMap,
        StringRef iterators, StringRef x, StringRef f, StringRef i,
        StringRef body = "%m = arith.mulf %a, %b : f32\n"
                         "%s = arith.addf %acc, %m : f32\n") {
  std::string types;
  for (char c : iterators)
    types += std::string(types.empty() ? "" : ", ") +
             (c == 'p' ? "\"parallel\"" : "\"reduction\"");
  return wrap(x, f, i,
              ("%y = linalg.generic {indexing_maps = [" + inputMap + ", " +
               filterMap + ", " + outputMap + "], iterator_types = [" + types +
               "]} ins(%x, %f : " + x + ", " + f + ") outs(%i : " + i +
               ") {\n^bb0(%a: f32, %b: f32, %acc: f32):\n" + body +
               "linalg.yield %s : f32\n} -> " + i)
                  .str());
}

static linalg::LinalgOp getOp(test::ParsedModule &module) {
  return cast<linalg::LinalgOp>(&module.getBody().front());
}

static ConvolutionInfo analyze(test::ParsedModule &module) {
  Refusal refusal;
  EXPECT_TRUE(isConvolutionLike(getOp(module)));
  FailureOr<ConvolutionInfo> info = analyzeConvolution(getOp(module), refusal);
  EXPECT_TRUE(succeeded(info)) << refusal.message;
  return succeeded(info) ? *info : ConvolutionInfo();
}

static void expectChannels(const std::string &text, Dims result, Dims filter,
                           Dims input, Dims filterInput) {
  test::ParsedModule module(text);
  ASSERT_TRUE(module) << text;
  ConvolutionInfo info = analyze(module);
  EXPECT_EQ(info.channelDims, result) << text;
  EXPECT_EQ(info.filterChannelDims, filter) << text;
  EXPECT_EQ(info.inputChannelDims, input) << text;
  EXPECT_EQ(info.filterInputChannelDims, filterInput) << text;
}

static void expectRefused(const std::string &text, Reason reason) {
  test::ParsedModule module(text);
  ASSERT_TRUE(module) << text;
  ASSERT_TRUE(isConvolutionLike(getOp(module))) << text;
  Refusal refusal;
  EXPECT_TRUE(failed(analyzeConvolution(getOp(module), refusal))) << text;
  EXPECT_EQ(refusal.reason, reason) << refusal.message;
  EXPECT_EQ(refusal.op, getOp(module).getOperation());
  EXPECT_FALSE(refusal.message.empty());
}

static void expectNoConvolution(const std::string &text) {
  test::ParsedModule module(text);
  ASSERT_TRUE(module) << text;
  EXPECT_FALSE(isConvolutionLike(&module.getBody().front())) << text;
}

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

TEST(ConvolutionInfoTest, NamedConvolutions) {
  expectChannels(named("conv_2d_nchw_fchw", "tensor<2x3x8x9xf32>",
                       "tensor<5x3x2x4xf32>", "tensor<2x5x7x6xf32>"),
                 {1}, {0}, {1}, {1});
  expectChannels(named("conv_2d_nhwc_hwcf", "tensor<2x8x9x3xf32>",
                       "tensor<2x4x3x5xf32>", "tensor<2x7x6x5xf32>"),
                 {3}, {3}, {3}, {2});
  expectChannels(named("conv_2d_nhwc_fhwc", "tensor<2x8x9x3xf32>",
                       "tensor<5x2x4x3xf32>", "tensor<2x7x6x5xf32>"),
                 {3}, {0}, {3}, {3});
  expectChannels(named("conv_1d_nwc_wcf", "tensor<2x8x3xf32>",
                       "tensor<4x3x5xf32>", "tensor<2x5x5xf32>"),
                 {2}, {2}, {2}, {1});
  expectChannels(named("conv_3d_ncdhw_fcdhw", "tensor<2x3x4x5x6xf32>",
                       "tensor<7x3x1x2x3xf32>", "tensor<2x7x4x4x4xf32>"),
                 {1}, {0}, {1}, {1});
}

TEST(ConvolutionInfoTest, GroupsAreChannelsOfBothSides) {
  // Result NGFHW, filter FGCHW and GFCHW.
  expectChannels(named("conv_2d_ngchw_fgchw", "tensor<1x2x3x8x9xf32>",
                       "tensor<5x2x3x2x4xf32>", "tensor<1x2x5x7x6xf32>"),
                 {1, 2}, {1, 0}, {1, 2}, {1, 2});
  expectChannels(named("conv_2d_ngchw_gfchw", "tensor<1x2x3x8x9xf32>",
                       "tensor<2x5x3x2x4xf32>", "tensor<1x2x5x7x6xf32>"),
                 {1, 2}, {0, 1}, {1, 2}, {0, 2});
}

TEST(ConvolutionInfoTest, DepthwiseChannels) {
  expectChannels(named("depthwise_conv_2d_nhwc_hwc", "tensor<1x8x9x3xf32>",
                       "tensor<2x4x3xf32>", "tensor<1x7x6x3xf32>"),
                 {3}, {2}, {3}, {2});
  expectChannels(named("depthwise_conv_2d_nhwc_hwcm", "tensor<1x8x9x3xf32>",
                       "tensor<2x4x3x5xf32>", "tensor<1x7x6x3x5xf32>"),
                 {3, 4}, {2, 3}, {3}, {2});
}

TEST(ConvolutionInfoTest, GenericWithLoopsInAnyOrder) {
  constexpr StringLiteral kLoops = "affine_map<(c, kw, n, f, h, kh, w) -> ";
  std::string text = generic((kLoops + "(n, w + kw, c, h + kh)>").str(),
                             (kLoops + "(kw, f, kh, c)>").str(),
                             (kLoops + "(f, h, n, w)>").str(), "rrppprp",
                             "tensor<2x9x3x8xf32>", "tensor<4x5x2x3xf32>",
                             "tensor<5x7x2x6xf32>");
  expectChannels(text, {0}, {1}, {2}, {3});
}

TEST(ConvolutionInfoTest, SumAndProductInAnyOrder) {
  constexpr StringLiteral kLoops = "affine_map<(n, f, w, c, kw) -> ";
  auto withBody = [&](StringRef body) {
    return generic((kLoops + "(n, c, w + kw)>").str(),
                   (kLoops + "(f, c, kw)>").str(),
                   (kLoops + "(n, f, w)>").str(), "ppprr", "tensor<1x3x9xf32>",
                   "tensor<5x3x2xf32>", "tensor<1x5x8xf32>", body);
  };
  for (StringRef body :
       {"%m = arith.mulf %b, %a : f32\n%s = arith.addf %m, %acc : f32\n",
        "%s = math.fma %a, %b, %acc : f32\n"})
    expectChannels(withBody(body), {1}, {0}, {1}, {1});

  // Not init + sum of products of input and filter.
  for (StringRef body :
       {"%m = arith.mulf %a, %b : f32\n%s = arith.subf %acc, %m : f32\n",
        "%m = arith.mulf %a, %a : f32\n%s = arith.addf %acc, %m : f32\n",
        "%m = arith.mulf %a, %b : f32\n%s = arith.maximumf %acc, %m : f32\n",
        "%m = arith.addf %a, %b : f32\n%s = arith.addf %acc, %m : f32\n",
        "%s = math.fma %a, %acc, %b : f32\n",
        "%n = arith.negf %acc : f32\n%m = arith.mulf %a, %b : f32\n"
        "%s = arith.addf %n, %m : f32\n"})
    expectNoConvolution(withBody(body));
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

TEST(ConvolutionInfoTest, StridesAndDilationsOfNamedOps) {
  test::ParsedModule module(
      named("conv_2d_nchw_fchw", "tensor<2x3x11x20xf32>", "tensor<5x3x2x4xf32>",
            "tensor<2x5x4x5xf32>",
            "{strides = dense<[3, 2]> : tensor<2xi64>, dilations = dense<[1, "
            "3]> : tensor<2xi64>}"));
  ASSERT_TRUE(module);
  ConvolutionInfo info = analyze(module);
  EXPECT_EQ(info.dims.strides, Dims({3, 2}));
  EXPECT_EQ(info.dims.dilations, Dims({1, 3}));
}

TEST(ConvolutionInfoTest, OneByOneWindows) {
  expectChannels(named("conv_2d_nchw_fchw", "tensor<1x1x1x1xf32>",
                       "tensor<1x1x1x1xf32>", "tensor<1x1x1x1xf32>"),
                 {1}, {0}, {1}, {1});
}

TEST(ConvolutionInfoTest, DynamicSizes) {
  test::ParsedModule module(named("conv_2d_nchw_fchw", "tensor<?x3x?x?xf32>",
                                  "tensor<?x3x2x4xf32>",
                                  "tensor<?x?x?x?xf32>"));
  ASSERT_TRUE(module);
  EXPECT_EQ(analyze(module).getOutputChannels().getSizes(),
            Dims({ShapedType::kDynamic}));
}

//===----------------------------------------------------------------------===//
// Channel numbers
//===----------------------------------------------------------------------===//

TEST(ConvolutionInfoTest, ChannelsAreVisitedLastDimensionFastest) {
  test::ParsedModule module(
      named("conv_2d_ngchw_fgchw", "tensor<1x2x3x8x9xf32>",
            "tensor<3x2x3x2x4xf32>", "tensor<1x2x3x7x6xf32>"));
  ASSERT_TRUE(module);
  ChannelSpace channels = analyze(module).getOutputChannels();
  EXPECT_TRUE(channels.isEnumerable());
  EXPECT_EQ(channels.getSizes(), Dims({2, 3}));
  SmallVector<Dims> visited;
  channels.forEachChannel(
      [&](ArrayRef<int64_t> at) { visited.push_back(Dims(at)); });
  ASSERT_EQ(visited.size(), 6u);
  EXPECT_EQ(visited[0], Dims({0, 0, 0, 0, 0}));
  EXPECT_EQ(visited[1], Dims({0, 0, 1, 0, 0}));
  EXPECT_EQ(visited[3], Dims({0, 1, 0, 0, 0}));
}

TEST(ConvolutionInfoTest, HugeChannelsAreNotEnumerated) {
  test::ParsedModule module(named("conv_2d_nchw_fchw", "tensor<1x1x1x1xf32>",
                                  "tensor<1099511627776x1x1x1xf32>",
                                  "tensor<1x1099511627776x1x1xf32>"));
  ASSERT_TRUE(module);
  EXPECT_FALSE(analyze(module).getOutputChannels().isEnumerable());
}

//===----------------------------------------------------------------------===//
// No convolutions, and malformed ones
//===----------------------------------------------------------------------===//

TEST(ConvolutionInfoTest, OtherOpsAreNoConvolutions) {
  expectNoConvolution(
      named("matmul", "tensor<2x3xf32>", "tensor<3x4xf32>", "tensor<2x4xf32>"));
  expectNoConvolution(named("pooling_nchw_max", "tensor<1x3x8x9xf32>",
                            "tensor<2x4xf32>", "tensor<1x3x7x6xf32>"));
  expectNoConvolution(named("pooling_nchw_sum", "tensor<1x3x8x9xf32>",
                            "tensor<2x4xf32>", "tensor<1x3x7x6xf32>"));
  expectNoConvolution(
      named("add", "tensor<2x3xf32>", "tensor<2x3xf32>", "tensor<2x3xf32>"));
}

TEST(ConvolutionInfoTest, BuffersAreNoConvolutions) {
  expectNoConvolution(
      wrap("memref<1x3x8x9xf32>", "memref<5x3x2x4xf32>", "memref<1x5x7x6xf32>",
           "linalg.conv_2d_nchw_fchw ins(%x, %f : memref<1x3x8x9xf32>, "
           "memref<5x3x2x4xf32>) outs(%i : memref<1x5x7x6xf32>)"));
}

TEST(ConvolutionInfoTest, TypesThatAreRefused) {
  auto conv = [](StringRef x, StringRef f, StringRef i) {
    return named("conv_2d_nchw_fchw", x, f, i);
  };
  expectRefused(
      conv("tensor<1x3x8x9xi8>", "tensor<5x3x2x4xi8>", "tensor<1x5x7x6xi32>"),
      Reason::UnsupportedType);
  expectRefused(conv("tensor<1x3x8x9xf32, \"tiled\">", "tensor<5x3x2x4xf32>",
                     "tensor<1x5x7x6xf32>"),
                Reason::UnsupportedType);
}

TEST(ConvolutionInfoTest, SizesThatAreRefused) {
  expectRefused(
      named("conv_2d_nchw_fchw", "tensor<4294967296x1x4294967296x2xf32>",
            "tensor<2x1x1x1xf32>", "tensor<4294967296x2x4294967296x2xf32>"),
      Reason::MalformedConv);
}

TEST(ConvolutionInfoTest, WindowsThatAreRefused) {
  for (StringRef attributes : {"{strides = dense<-1> : tensor<2xi64>}",
                               "{dilations = dense<[1, -2]> : tensor<2xi64>}"})
    expectRefused(named("conv_2d_nchw_fchw", "tensor<?x3x?x?xf32>",
                        "tensor<5x3x2x4xf32>", "tensor<?x5x?x?xf32>",
                        attributes),
                  Reason::MalformedConv);
}
