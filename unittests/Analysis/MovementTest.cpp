//===- MovementTest.cpp - Permutations and index arithmetic ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How elementwise ops move elements, and how indices go through reshapes.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/ParameterReader.h"

#include "mlir/AsmParser/AsmParser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;
using Dims = SmallVector<int64_t>;

namespace {
class MovementTest : public testing::Test {
protected:
  AffineMap map(StringRef text) {
    Attribute attribute =
        parseAttribute(("affine_map<" + text + ">").str(), &context);
    return cast<AffineMapAttr>(attribute).getValue();
  }
  AffineExpr dim(unsigned position) {
    return getAffineDimExpr(position, &context);
  }
  AffineExpr constant(int64_t value) {
    return getAffineConstantExpr(value, &context);
  }
  RankedTensorType type(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, Float32Type::get(&context));
  }
  int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> dims) {
    std::optional<int64_t> value = evaluateAffine(expr, dims);
    EXPECT_TRUE(value.has_value());
    return value.value_or(-1);
  }

  MLIRContext context;
};
} // namespace

//===----------------------------------------------------------------------===//
// getMovement
//===----------------------------------------------------------------------===//

TEST_F(MovementTest, IdentityAndPermutation) {
  AffineMap identity = map("(a, b, c) -> (a, b, c)");
  EXPECT_EQ(getMovement(identity, identity, {2, 3, 4}, {2, 3, 4}),
            Dims({0, 1, 2}));
  // Dimension i of the result is the given dimension of the operand.
  EXPECT_EQ(getMovement(map("(a, b, c) -> (b, c, a)"), identity, {2, 3, 4},
                        {3, 4, 2}),
            Dims({2, 0, 1}));
  EXPECT_EQ(getMovement(identity, map("(a, b, c) -> (b, c, a)"), {2, 3, 4},
                        {2, 3, 4}),
            Dims({1, 2, 0}));
}

TEST_F(MovementTest, UnitDimensionsReadAtZero) {
  AffineMap identity = map("(a, b, c) -> (a, b, c)");
  EXPECT_EQ(getMovement(map("(a, b, c) -> (0, b, c)"), identity, {1, 3, 4},
                        {1, 3, 4}),
            Dims({0, 1, 2}));
}

TEST_F(MovementTest, EnlargingIsNoMovement) {
  AffineMap identity = map("(a, b, c) -> (a, b, c)");
  EXPECT_FALSE(
      getMovement(map("(a, b, c) -> (b, c)"), identity, {2, 3, 4}, {3, 4}));
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (0, b, c)"), identity, {2, 3, 4},
                           {1, 3, 4}));
}

TEST_F(MovementTest, SlicingIsNoMovement) {
  AffineMap identity = map("(a, b, c) -> (a, b, c)");
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (0, b, c)"), identity, {1, 3, 4},
                           {5, 3, 4}));
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (2, b, c)"), identity, {1, 3, 4},
                           {5, 3, 4}));
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (0, b, c)"), identity, {1, 3, 4},
                           {ShapedType::kDynamic, 3, 4}));
}

TEST_F(MovementTest, DiagonalsAndArithmeticAreNoMovement) {
  AffineMap identity = map("(a, b, c) -> (a, b, c)");
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (b, b, c)"), identity, {3, 3, 4},
                           {3, 3, 4}));
  EXPECT_FALSE(getMovement(map("(a, b, c) -> (a, b + 1, c)"), identity,
                           {2, 3, 4}, {2, 4, 4}));
  EXPECT_FALSE(
      getMovement(identity, map("(a, b, c) -> (a, b)"), {2, 3, 4}, {2, 3, 4}));
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

TEST_F(MovementTest, CollapsedIndicesAreRowMajor) {
  SmallVector<AffineExpr> indices =
      collapseIndices({dim(0), dim(1), dim(2)}, {{0}, {1, 2}}, type({2, 3, 4}));
  ASSERT_EQ(indices.size(), 2u);
  EXPECT_EQ(indices[0], dim(0));
  EXPECT_EQ(evaluate(indices[1], {1, 2, 3}), 2 * 4 + 3);
}

TEST_F(MovementTest, ExpandedIndicesAreQuotientAndRemainder) {
  SmallVector<AffineExpr> indices =
      expandIndices({dim(0), dim(1)}, {{0}, {1, 2}}, type({2, 3, 4}));
  ASSERT_EQ(indices.size(), 3u);
  EXPECT_EQ(evaluate(indices[1], {1, 11}), 2);
  EXPECT_EQ(evaluate(indices[2], {1, 11}), 3);
}

TEST_F(MovementTest, ReshapesAreInverse) {
  RankedTensorType shape = type({2, 3, 4});
  ReassociationIndices all = {0, 1, 2};
  SmallVector<AffineExpr> there =
      collapseIndices({dim(0), dim(1), dim(2)}, {all}, shape);
  SmallVector<AffineExpr> back = expandIndices(there, {all}, shape);
  for (int64_t a = 0; a < 2; ++a)
    for (int64_t b = 0; b < 3; ++b)
      for (int64_t c = 0; c < 4; ++c) {
        int64_t at[] = {a, b, c};
        for (int i = 0; i < 3; ++i)
          EXPECT_EQ(evaluate(back[i], at), at[i]);
      }
}

TEST_F(MovementTest, UnitDimensionsDoNotCount) {
  SmallVector<AffineExpr> collapsed =
      collapseIndices({dim(0), dim(1), dim(2)}, {{0, 1, 2}}, type({1, 5, 1}));
  EXPECT_EQ(collapsed[0], dim(1));
  SmallVector<AffineExpr> expanded =
      expandIndices({dim(0)}, {{0, 1, 2}}, type({1, 5, 1}));
  EXPECT_EQ(expanded[0], constant(0));
  EXPECT_EQ(expanded[1], dim(0));
  EXPECT_EQ(expanded[2], constant(0));
}

TEST_F(MovementTest, DynamicInnerSizesHideIndices) {
  int64_t dynamic = ShapedType::kDynamic;
  SmallVector<AffineExpr> collapsed = collapseIndices(
      {dim(0), dim(1), dim(2)}, {{0}, {1, 2}}, type({2, 3, dynamic}));
  EXPECT_EQ(collapsed[0], dim(0));
  EXPECT_FALSE(collapsed[1]);
  // Only the outermost size of a group may be dynamic.
  collapsed = collapseIndices({dim(0), dim(1), dim(2)}, {{0}, {1, 2}},
                              type({2, dynamic, 4}));
  EXPECT_TRUE(collapsed[1]);
  SmallVector<AffineExpr> expanded =
      expandIndices({dim(0), dim(1)}, {{0}, {1, 2}}, type({2, 3, dynamic}));
  EXPECT_FALSE(expanded[1]);
  EXPECT_FALSE(expanded[2]);
}

//===----------------------------------------------------------------------===//
// evaluateAffine
//===----------------------------------------------------------------------===//

TEST_F(MovementTest, AffineArithmetic) {
  EXPECT_EQ(evaluate(dim(0) * 3 + dim(1) - 2, {4, 5}), 15);
  EXPECT_EQ(evaluate(dim(0) % 3, {8}), 2);
  EXPECT_EQ(evaluate(dim(0).floorDiv(3), {8}), 2);
  EXPECT_EQ(evaluate(dim(0).ceilDiv(3), {8}), 3);
}

TEST_F(MovementTest, AffineArithmeticThatFails) {
  EXPECT_FALSE(evaluateAffine(getAffineSymbolExpr(0, &context), {}));
  EXPECT_FALSE(evaluateAffine(dim(0) % dim(1), {8, 0}));
  EXPECT_FALSE(evaluateAffine(dim(0).floorDiv(dim(1)), {8, -1}));
}
