//===- FoldAffineTest.cpp - The fold as a function ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// foldAffineChain on its own: what it returns, and that a fold that fails has
// changed nothing.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FoldAffine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class FoldAffineTest : public testing::Test {
protected:
  /// A convolution with the filter [1, 2] and no bias, times `scale`.
  void parse(StringRef scale) {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, tensor::TensorDialect>();
    module = parseSourceString<ModuleOp>((R"mlir(
      func.func @f(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
        %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
        %z = arith.constant 0.0 : f32
        %e = tensor.empty() : tensor<1x2x2x2xf32>
        %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>)
            -> tensor<1x2x2x2xf32>
        %y = linalg.conv_2d_nchw_fchw
            ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>)
            outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
        %s = arith.constant )mlir" + scale +
                                          R"mlir( : tensor<2xf32>
        %full = linalg.broadcast ins(%s : tensor<2xf32>)
            outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
        %r = arith.mulf %y, %full : tensor<1x2x2x2xf32>
        return %r : tensor<1x2x2x2xf32>
      }
    )mlir")
                                             .str(),
                                         &context);
    ASSERT_TRUE(module);
    found = analyzeBlock(
        (*module->getOps<func::FuncOp>().begin()).getBody().front());
    ASSERT_EQ(found.chains.size(), 1u);
  }
  FailureOr<SmallVector<FoldedConvolution>> fold() {
    IRRewriter rewriter(&context);
    return foldAffineChain(rewriter, found.pool, found.chains.front(), refusal);
  }
  std::string print() {
    std::string text;
    llvm::raw_string_ostream(text) << *module;
    return text;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  BlockChains found;
  Refusal refusal;
};
} // namespace

TEST_F(FoldAffineTest, ReturnsWhatItFolded) {
  parse("dense<[2.0, -4.0]>");
  FailureOr<SmallVector<FoldedConvolution>> folded = fold();
  ASSERT_TRUE(succeeded(folded)) << refusal.message;
  ASSERT_EQ(folded->size(), 1u);
  EXPECT_TRUE(isa<linalg::Conv2DNchwFchwOp>(folded->front().conv));
  EXPECT_EQ(folded->front().numChannels, 2);
  EXPECT_EQ(folded->front().gainRange, std::pair(2.0, 4.0));
  EXPECT_TRUE(succeeded(verify(*module)));
  // The step is gone, the convolution is what the function returns.
  EXPECT_EQ(print().find("arith.mulf"), std::string::npos);
}

TEST_F(FoldAffineTest, AFailureChangesNothing) {
  parse("dense<[2.0, 0x7F800000]>");
  std::string before = print();
  EXPECT_TRUE(failed(fold()));
  EXPECT_EQ(refusal.reason, Reason::NonFinite);
  EXPECT_FALSE(refusal.message.empty());
  EXPECT_EQ(print(), before);
}

TEST_F(FoldAffineTest, AnOverflowingWeightChangesNothing) {
  parse("dense<[2.0, 2.0e38]>");
  std::string before = print();
  EXPECT_TRUE(failed(fold()));
  EXPECT_EQ(refusal.reason, Reason::NonFinite);
  EXPECT_EQ(print(), before);
}
