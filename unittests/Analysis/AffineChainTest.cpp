//===- AffineChainTest.cpp - What one walk finds --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chains and refusals as data. The analysis mutates nothing, which is checked
// too.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/AffineChain.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// Walks the body of a function on %x: tensor<1x1x2x2xf32>, where %y is a
/// convolution with bias [10, 20], %s is [2, 4] and %full is %s broadcast.
class AffineChainTest : public testing::Test {
protected:
  /// `body` computes %r.
  void walk(StringRef body, StringRef arguments = "") {
    std::string text = ("func.func @f(%x: tensor<1x1x2x2xf32>" + arguments +
                        ") -> tensor<1x2x2x2xf32> {" +
                        R"mlir(
      %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
      %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
      %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
      %e = tensor.empty() : tensor<1x2x2x2xf32>
      %i = linalg.broadcast ins(%b : tensor<2xf32>)
          outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
      %full = linalg.broadcast ins(%s : tensor<2xf32>)
          outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
      %y = linalg.conv_2d_nchw_fchw
          ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>)
          outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    )mlir" + body + "\nreturn %r : tensor<1x2x2x2xf32> }")
                           .str();
    module = std::make_unique<test::ParsedModule>(text);
    ASSERT_TRUE(*module) << text;
    std::string before = print();
    found = analyzeBlock(module->getBody());
    EXPECT_EQ(print(), before);
  }
  std::string print() {
    std::string text;
    llvm::raw_string_ostream(text) << **module;
    return text;
  }
  /// The numbers of a constant for both channels.
  std::pair<double, double> getNumbers(ChannelExpr expr) {
    EXPECT_TRUE(found.pool.isConstant(expr));
    return {found.pool.evaluate(expr, 0), found.pool.evaluate(expr, 1)};
  }
  Value getResult() { return module->getBody().getTerminator()->getOperand(0); }

  std::unique_ptr<test::ParsedModule> module;
  BlockChains found;
};
using Numbers = std::pair<double, double>;
} // namespace

TEST_F(AffineChainTest, AChainOfTwoSteps) {
  walk("%1 = arith.mulf %y, %full : tensor<1x2x2x2xf32>"
       "%r = arith.subf %1, %full : tensor<1x2x2x2xf32>");
  EXPECT_EQ(found.numConvolutions, 1);
  EXPECT_TRUE(found.refused.empty());
  ASSERT_EQ(found.chains.size(), 1u);
  const AffineChain &chain = found.chains.front();
  EXPECT_EQ(chain.result, getResult());
  EXPECT_EQ(chain.steps.size(), 2u);
  ASSERT_EQ(chain.folds.size(), 1u);
  EXPECT_EQ(getNumbers(chain.folds[0].scale), Numbers(2, 4));
  EXPECT_EQ(getNumbers(chain.folds[0].shift), Numbers(-2, -4));
  EXPECT_EQ(getNumbers(chain.folds[0].bias), Numbers(10, 20));
}

TEST_F(AffineChainTest, NothingToFold) {
  walk("%r = tensor.cast %y : tensor<1x2x2x2xf32> to tensor<1x2x2x2xf32>");
  EXPECT_EQ(found.numConvolutions, 1);
  EXPECT_TRUE(found.chains.empty());
  EXPECT_TRUE(found.refused.empty());
}

TEST_F(AffineChainTest, MovementIsNoStep) {
  walk("%t = linalg.transpose ins(%y : tensor<1x2x2x2xf32>) outs(%e : "
       "tensor<1x2x2x2xf32>) permutation = [0, 1, 3, 2]"
       "%r = arith.mulf %t, %full : tensor<1x2x2x2xf32>");
  ASSERT_EQ(found.chains.size(), 1u);
  EXPECT_EQ(found.chains[0].ops.size(), 2u);
  EXPECT_EQ(found.chains[0].steps.size(), 1u);
}

TEST_F(AffineChainTest, SumsHaveOneFoldForEachConvolution) {
  walk("%y2 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, "
       "tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> "
       "tensor<1x2x2x2xf32>"
       "%1 = arith.subf %y, %y2 : tensor<1x2x2x2xf32>"
       "%2 = arith.addf %1, %full : tensor<1x2x2x2xf32>"
       "%r = arith.mulf %2, %full : tensor<1x2x2x2xf32>");
  EXPECT_EQ(found.numConvolutions, 2);
  ASSERT_EQ(found.chains.size(), 1u);
  const AffineChain &chain = found.chains.front();
  ASSERT_EQ(chain.folds.size(), 2u);
  EXPECT_EQ(getNumbers(chain.folds[0].scale), Numbers(2, 4));
  EXPECT_EQ(getNumbers(chain.folds[1].scale), Numbers(-2, -4));
  // The shift is added once, and the biases, which cancel out, are added up
  // before anything is rounded: one fold takes that of the other along.
  EXPECT_FALSE(chain.folds[0].losesBias);
  EXPECT_TRUE(chain.folds[1].losesBias);
  Numbers bias = getNumbers(chain.folds[0].bias);
  EXPECT_EQ(bias, Numbers(10, 20));
  Numbers first = getNumbers(chain.folds[0].shift);
  Numbers second = getNumbers(chain.folds[1].shift);
  EXPECT_EQ(Numbers(2 * bias.first + first.first + second.first,
                    4 * bias.second + first.second + second.second),
            Numbers(4, 16));
}

TEST_F(AffineChainTest, RunTimeParametersStaySymbolic) {
  walk("%1 = linalg.broadcast ins(%v : tensor<2xf32>) outs(%e : "
       "tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]"
       "%r = arith.mulf %y, %1 : tensor<1x2x2x2xf32>",
       ", %v: tensor<2xf32>");
  ASSERT_EQ(found.chains.size(), 1u);
  ChannelExpr scale = found.chains[0].folds[0].scale;
  ASSERT_EQ(found.pool.get(scale).kind, ChannelExprNode::Kind::Leaf);
  EXPECT_EQ(found.pool.get(scale).value, module->getBody().getArgument(1));
}

TEST_F(AffineChainTest, APrefixFoldsAndTheRestIsRefused) {
  walk("%1 = arith.mulf %y, %full : tensor<1x2x2x2xf32>"
       "%2 = math.tanh %1 : tensor<1x2x2x2xf32>"
       "%r = arith.addf %2, %full : tensor<1x2x2x2xf32>");
  ASSERT_EQ(found.chains.size(), 1u);
  EXPECT_EQ(found.chains[0].steps.size(), 1u);
  ASSERT_EQ(found.refused.size(), 1u);
  EXPECT_TRUE(found.refused[0].partly);
  EXPECT_EQ(found.refused[0].refusal.reason, Reason::NonlinearStep);
  EXPECT_EQ(found.refused[0].refusal.op, module->find("math.tanh"));
  EXPECT_EQ(found.refused[0].conv, module->find("linalg.conv_2d_nchw_fchw"));
}

TEST_F(AffineChainTest, AnotherUseIsRefused) {
  walk("%1 = arith.mulf %y, %full : tensor<1x2x2x2xf32>"
       "%r = arith.maximumf %y, %1 : tensor<1x2x2x2xf32>");
  EXPECT_TRUE(found.chains.empty());
  ASSERT_EQ(found.refused.size(), 1u);
  EXPECT_FALSE(found.refused[0].partly);
  EXPECT_EQ(found.refused[0].refusal.reason, Reason::MultipleUses);
  EXPECT_EQ(found.refused[0].refusal.op, module->find("arith.maximumf"));
}

TEST_F(AffineChainTest, AMalformedConvolutionIsNotCounted) {
  walk("%y2 = linalg.conv_2d_nchw_fchw {strides = dense<-1> : tensor<2xi64>} "
       "ins(%dx, %f : tensor<1x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%di : "
       "tensor<1x2x?x?xf32>) -> tensor<1x2x?x?xf32>"
       "%r = arith.mulf %y, %full : tensor<1x2x2x2xf32>",
       ", %dx: tensor<1x1x?x?xf32>, %di: tensor<1x2x?x?xf32>");
  EXPECT_EQ(found.numConvolutions, 1);
  EXPECT_EQ(found.chains.size(), 1u);
  ASSERT_EQ(found.refused.size(), 1u);
  EXPECT_EQ(found.refused[0].refusal.reason, Reason::MalformedConv);
}
