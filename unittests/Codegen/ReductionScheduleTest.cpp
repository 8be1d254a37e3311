//===- ReductionScheduleTest.cpp - How reductions are tiled ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/ReductionSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {

/// A convolution along one axis with channels, of `element` type, in the layout
/// that the maps of input, filter and output give: loops n, f, o, c, k.
class ReductionScheduleTest : public ::testing::Test {
protected:
  ReductionScheduleTest() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, memref::MemRefDialect>();
  }

  std::optional<ReductionSchedule> schedule(StringRef maps, StringRef input,
                                            StringRef filter,
                                            StringRef output) {
    std::string source;
    llvm::raw_string_ostream os(source);
    os << "func.func @f(%x: memref<" << input << ">, %w: memref<" << filter
       << ">, %y: memref<" << output << ">) {\n"
       << "linalg.generic {indexing_maps = [" << maps
       << "], iterator_types = [\"parallel\", \"parallel\", \"parallel\", "
          "\"reduction\", \"reduction\"]} ins(%x, %w : memref<"
       << input << ">, memref<" << filter << ">) outs(%y : memref<" << output
       << ">) {\n^bb0(%a: f32, %b: f32, %s: f32):\n"
       << "%p = arith.mulf %a, %b : f32\n%q = arith.addf %s, %p : f32\n"
       << "linalg.yield %q : f32\n}\nreturn\n}";
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module);
    std::optional<ReductionSchedule> result;
    module->walk([&](linalg::GenericOp op) { result = scheduleReduction(op); });
    return result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

constexpr char kChannelsFirst[] =
    "affine_map<(n, f, o, c, k) -> (n, c, o + k)>, "
    "affine_map<(n, f, o, c, k) -> (f, c, k)>, "
    "affine_map<(n, f, o, c, k) -> (n, f, o)>";
constexpr char kChannelsLast[] =
    "affine_map<(n, f, o, c, k) -> (n, o * 2 + k, c)>, "
    "affine_map<(n, f, o, c, k) -> (k, c, f)>, "
    "affine_map<(n, f, o, c, k) -> (n, o, f)>";

TEST_F(ReductionScheduleTest, ChannelsFirstVectorisesTheImage) {
  auto result =
      schedule(kChannelsFirst, "2x3x130xf32", "64x3x3xf32", "2x64x128xf32");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->vectorLoop, 2u);
  EXPECT_EQ(result->vectorSize, 16);
  // The input does not depend on the output channel: its vectors are reused.
  EXPECT_EQ(result->unrolledLoop, 1u);
  EXPECT_EQ(result->unrollFactor, 4);
  EXPECT_EQ(result->chunkSize, 128);
}

TEST_F(ReductionScheduleTest, ChannelsLastVectorisesTheChannels) {
  auto result =
      schedule(kChannelsLast, "2x31x3xf32", "3x3x8xf32", "2x15x8xf32");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->vectorLoop, 1u);
  EXPECT_EQ(result->vectorSize, 8);
  EXPECT_EQ(result->unrolledLoop, 2u);
  EXPECT_EQ(result->unrollFactor, 5);
  EXPECT_EQ(result->chunkSize, 8);
}

TEST_F(ReductionScheduleTest, DynamicBatchIsNoObstacle) {
  auto result =
      schedule(kChannelsFirst, "?x3x130xf32", "64x3x3xf32", "?x64x128xf32");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->unrolledLoop, 1u);
}

TEST_F(ReductionScheduleTest, UnknownVectorLoopHasNoSchedule) {
  EXPECT_FALSE(
      schedule(kChannelsFirst, "2x3x?xf32", "64x3x3xf32", "2x64x?xf32"));
}

TEST_F(ReductionScheduleTest, ScatteredResultHasNoSchedule) {
  EXPECT_FALSE(schedule(kChannelsFirst, "2x3x130xf32", "64x3x3xf32",
                        "2x64x128xf32, strided<[16384, 256, 2]>"));
}

TEST_F(ReductionScheduleTest, AccessKinds) {
  MLIRContext *ctx = &context;
  AffineExpr d0 = getAffineDimExpr(0, ctx), d1 = getAffineDimExpr(1, ctx);
  auto type = MemRefType::get({8, 8}, Float32Type::get(ctx));
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMap::get(2, 0, {row, column}, ctx);
  };
  EXPECT_EQ(getAccessKind(map(d0, d1), type, 1), AccessKind::Contiguous);
  EXPECT_EQ(getAccessKind(map(d0, d1 + d0), type, 1), AccessKind::Contiguous);
  EXPECT_EQ(getAccessKind(map(d0, d1 * 2), type, 1), AccessKind::Strided);
  EXPECT_EQ(getAccessKind(map(d1, d0), type, 1), AccessKind::Strided);
  EXPECT_EQ(getAccessKind(map(d0, d0), type, 1), AccessKind::Uniform);
}

} // namespace
