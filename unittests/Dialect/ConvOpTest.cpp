//===- ConvOpTest.cpp - Building and asking convoy.conv -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class ConvOpTest : public testing::Test {
protected:
  ConvOpTest() : builder(&context), loc(builder.getUnknownLoc()) {
    context.loadDialect<ConvoyDialect, tensor::TensorDialect>();
    module = ModuleOp::create(loc);
    builder.setInsertionPointToStart(module->getBody());
  }

  Value tensorOf(ArrayRef<int64_t> shape, Type element) {
    return tensor::EmptyOp::create(builder, loc, shape, element);
  }

  /// A grouped 3x3 convolution of padding 1, groups merged into channels.
  ConvOp createConv(Type element, Value residual = {}) {
    auto layout = LayoutAttr::get(&context, "nhwc", "fchw", "nfhw");
    return ConvOp::create(builder, loc, tensorOf({2, 9, 11, 4}, element),
                          tensorOf({6, 2, 3, 3}, element), /*bias=*/Value(),
                          /*scale=*/Value(), residual,
                          tensorOf({2, 6, 9, 11}, builder.getF32Type()), layout,
                          /*strides=*/{1, 1}, /*dilations=*/{1, 1},
                          /*padLow=*/{1, 1}, /*padHigh=*/{1, 1}, /*groups=*/2);
  }

  MLIRContext context;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
};

TEST_F(ConvOpTest, SizesByDimension) {
  ConvOp conv = createConv(builder.getF32Type());
  ASSERT_TRUE(succeeded(verify(conv)));
  ConvSizes sizes = ConvSizes::get(conv);
  EXPECT_EQ(sizes.batch, 2);
  EXPECT_EQ(sizes.groups, 2);
  EXPECT_EQ(sizes.inputChannels, 2);
  EXPECT_EQ(sizes.outputChannels, 3);
  EXPECT_EQ(sizes.inputImage, (SmallVector<int64_t, 3>{9, 11}));
  EXPECT_EQ(sizes.filterImage, (SmallVector<int64_t, 3>{3, 3}));
  EXPECT_EQ(sizes.outputImage, (SmallVector<int64_t, 3>{9, 11}));
}

TEST_F(ConvOpTest, AccumulatorType) {
  EXPECT_TRUE(createConv(builder.getBF16Type()).getAccumulatorType().isF32());
  EXPECT_TRUE(createConv(builder.getF32Type()).getAccumulatorType().isF32());
  EXPECT_TRUE(createConv(builder.getF64Type()).getAccumulatorType().isF64());
}

TEST_F(ConvOpTest, Epilogue) {
  Value residual = tensorOf({2, 6, 9, 11}, builder.getF16Type());
  ConvOp conv = createConv(builder.getF32Type(), residual);
  EXPECT_EQ(conv.getYieldedValue(), Value());
  Block *block = conv.addEpilogueBlock(builder);
  ASSERT_EQ(block->getNumArguments(), 2u);
  EXPECT_TRUE(block->getArgument(0).getType().isF32());
  EXPECT_TRUE(block->getArgument(1).getType().isF16());
  builder.setInsertionPointToEnd(block);
  YieldOp::create(builder, loc, block->getArgument(0));
  EXPECT_EQ(conv.getYieldedValue(), block->getArgument(0));
  EXPECT_TRUE(succeeded(verify(conv)));
}

TEST_F(ConvOpTest, Effects) {
  ConvOp conv = createConv(builder.getF32Type());
  EXPECT_TRUE(isMemoryEffectFree(conv));
  EXPECT_EQ(conv.getSpeculatability(), Speculation::Speculatable);
  EXPECT_EQ(conv.getDpsInits().size(), 1u);
}
} // namespace
