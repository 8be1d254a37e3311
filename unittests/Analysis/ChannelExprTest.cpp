//===- ChannelExprTest.cpp - Building expressions -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants are evaluated as they are built; what is known only at run time is
// kept, and nothing is simplified that NaN or infinity would betray.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/ChannelExpr.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;
using Kind = ChannelExprNode::Kind;

namespace {
class ChannelExprTest : public testing::Test {
protected:
  /// A value of the running program.
  ChannelExpr getLeaf() { return pool.getLeaf(argument, {}); }
  Kind kindOf(ChannelExpr expr) { return pool.get(expr).kind; }

  test::ParsedModule module{"func.func @f(%v: f32) { return }"};
  Value argument = module.getBody().getArgument(0);
  ChannelExprPool pool;
};
} // namespace

TEST_F(ChannelExprTest, NullIsAbsent) {
  EXPECT_FALSE(ChannelExpr());
  EXPECT_TRUE(pool.getScalar(0));
}

TEST_F(ChannelExprTest, ConstantsAreEvaluatedForEachChannel) {
  ChannelExpr vector = pool.getVector({1, 2, 3});
  ChannelExpr result = pool.subtract(pool.getScalar(10), vector);
  ASSERT_EQ(kindOf(result), Kind::Vector);
  EXPECT_EQ(pool.evaluate(result, 0), 9);
  EXPECT_EQ(pool.evaluate(result, 2), 7);

  ChannelExpr quotient = pool.divide(pool.getScalar(6), vector);
  EXPECT_EQ(pool.evaluate(quotient, 2), 2);
  EXPECT_EQ(pool.evaluate(pool.negate(quotient), 0), -6);
  EXPECT_EQ(pool.evaluate(pool.multiply(vector, vector), 2), 9);
}

TEST_F(ChannelExprTest, ArithmeticIsInDouble) {
  ChannelExpr sum = pool.add(pool.getScalar(1), pool.getScalar(0x1p-40));
  EXPECT_EQ(pool.evaluate(sum, 0), 1 + 0x1p-40);
}

TEST_F(ChannelExprTest, EqualNumbersAreOneScalar) {
  EXPECT_EQ(kindOf(pool.getVector({4, 4, 4})), Kind::Scalar);
  ChannelExpr difference =
      pool.subtract(pool.getVector({5, 7}), pool.getVector({1, 3}));
  EXPECT_TRUE(pool.isScalar(difference, 4));
}

TEST_F(ChannelExprTest, VectorsOfNaNStayVectorsOfNaN) {
  ChannelExpr nan = pool.getVector({NAN, NAN});
  EXPECT_TRUE(std::isnan(pool.evaluate(nan, 0)));
  EXPECT_TRUE(std::isnan(pool.evaluate(nan, 1)));
}

TEST_F(ChannelExprTest, NoChannelsAreNoNumbers) {
  ChannelExpr none = pool.getVector({});
  EXPECT_TRUE(pool.isConstant(none));
  EXPECT_TRUE(pool.isConstant(pool.multiply(none, pool.getScalar(2))));
}

TEST_F(ChannelExprTest, NeutralElementsDisappear) {
  ChannelExpr leaf = getLeaf();
  ChannelExpr zero = pool.getScalar(0), one = pool.getScalar(1);
  EXPECT_EQ(pool.add(leaf, zero), leaf);
  EXPECT_EQ(pool.add(zero, leaf), leaf);
  EXPECT_EQ(pool.subtract(leaf, zero), leaf);
  EXPECT_EQ(pool.multiply(leaf, one), leaf);
  EXPECT_EQ(pool.multiply(one, leaf), leaf);
  EXPECT_EQ(pool.divide(leaf, one), leaf);
}

TEST_F(ChannelExprTest, WhatCouldBeNaNDoesNotDisappear) {
  ChannelExpr leaf = getLeaf();
  ChannelExpr zero = pool.getScalar(0);
  EXPECT_FALSE(pool.isConstant(pool.multiply(zero, leaf)));
  EXPECT_FALSE(pool.isConstant(pool.subtract(leaf, leaf)));
  EXPECT_FALSE(pool.isConstant(pool.divide(zero, leaf)));
  EXPECT_FALSE(pool.isConstant(pool.divide(leaf, leaf)));
}

TEST_F(ChannelExprTest, ZeroMinusLeafIsItsNegation) {
  ChannelExpr expr = pool.subtract(pool.getScalar(0), getLeaf());
  ASSERT_EQ(kindOf(expr), Kind::Apply);
  EXPECT_EQ(pool.get(expr).arithmetic, ChannelExprNode::Arithmetic::Negate);
}

TEST_F(ChannelExprTest, SignsMoveOutwards) {
  ChannelExpr leaf = getLeaf(), other = getLeaf();
  ChannelExpr minus = pool.negate(leaf);
  EXPECT_EQ(pool.negate(minus), leaf);
  using Arithmetic = ChannelExprNode::Arithmetic;
  auto expect = [&](ChannelExpr expr, Arithmetic arithmetic,
                    ArrayRef<ChannelExpr> operands) {
    EXPECT_EQ(pool.get(expr).arithmetic, arithmetic);
    EXPECT_TRUE(llvm::equal(pool.get(expr).operands, operands));
  };
  expect(pool.add(other, minus), Arithmetic::Subtract, {other, leaf});
  expect(pool.add(minus, other), Arithmetic::Subtract, {other, leaf});
  expect(pool.subtract(other, minus), Arithmetic::Add, {other, leaf});
  expect(pool.subtract(minus, other), Arithmetic::Subtract, {minus, other});
  ChannelExpr product = pool.multiply(minus, other);
  ASSERT_EQ(pool.get(product).arithmetic, Arithmetic::Negate);
  expect(pool.get(product).operands[0], Arithmetic::Multiply, {leaf, other});
  ChannelExpr quotient = pool.divide(minus, other);
  ASSERT_EQ(pool.get(quotient).arithmetic, Arithmetic::Negate);
  expect(pool.get(quotient).operands[0], Arithmetic::Divide, {leaf, other});
}

TEST_F(ChannelExprTest, PostOrderListsOperandsFirstAndOnce) {
  ChannelExpr leaf = getLeaf();
  ChannelExpr sum = pool.add(leaf, pool.getScalar(2));
  ChannelExpr unused = pool.getScalar(7);
  ChannelExpr square = pool.multiply(sum, sum);
  SmallVector<ChannelExpr> order = pool.getPostOrder({square, sum});
  ASSERT_EQ(order.size(), 4u);
  EXPECT_EQ(order[0], leaf);
  EXPECT_EQ(order[2], sum);
  EXPECT_EQ(order[3], square);
  EXPECT_FALSE(llvm::is_contained(order, unused));
}

TEST_F(ChannelExprTest, OpsWithEffectsOrRegionsHaveNoMeaning) {
  test::ParsedModule other(R"mlir(
    func.func private @g(f32) -> f32
    func.func @f(%v: f32) {
      %0 = func.call @g(%v) : (f32) -> f32
      %1 = math.sqrt %v : f32
      return
    })mlir");
  ASSERT_TRUE(other);
  EXPECT_FALSE(pool.apply(other.find("func.call"), {getLeaf()}));
  EXPECT_TRUE(pool.apply(other.find("math.sqrt"), {getLeaf()}));
  // One operand too many.
  EXPECT_FALSE(pool.apply(other.find("math.sqrt"), {getLeaf(), getLeaf()}));
}

TEST_F(ChannelExprTest, AppliedOpsOnConstantsAreEvaluated) {
  test::ParsedModule other(
      "func.func @f(%v: f32) { %1 = math.sqrt %v : f32 return }");
  ChannelExpr root =
      pool.apply(other.find("math.sqrt"), {pool.getVector({4, 9})});
  ASSERT_EQ(kindOf(root), Kind::Vector);
  EXPECT_EQ(pool.evaluate(root, 1), 3);
}
