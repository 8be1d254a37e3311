//===- EvaluateInDoubleTest.cpp - Scalar ops on doubles -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The value of every scalar op that the fold evaluates at compile time.
//
//===----------------------------------------------------------------------===//

#include "ParsedModule.h"

#include "Convoy/Analysis/ChannelExpr.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::convoy;

static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Evaluates the op that `text` defines as %r from %a, %b, %c (f32), %i (i32)
/// and %k (i1), %l (i64).
static std::optional<double> evaluate(StringRef text,
                                      ArrayRef<double> operands) {
  test::ParsedModule module(("func.func @f(%a: f32, %b: f32, %c: f32, %i: i32, "
                             "%k: i1, %h: f16, %l: i64) {\n" +
                             text + "\nreturn }")
                                .str());
  if (!module)
    return std::nullopt;
  return evaluateInDouble(&module.getBody().front(), operands);
}

static void expectValue(StringRef text, ArrayRef<double> operands,
                        double expected) {
  std::optional<double> value = evaluate(text, operands);
  ASSERT_TRUE(value.has_value()) << text.str();
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(*value)) << text.str();
  else
    EXPECT_DOUBLE_EQ(*value, expected) << text.str();
}

TEST(EvaluateInDoubleTest, Arithmetic) {
  expectValue("%r = arith.addf %a, %b : f32", {1, 2}, 3);
  expectValue("%r = arith.subf %a, %b : f32", {1, 2}, -1);
  expectValue("%r = arith.mulf %a, %b : f32", {3, 2}, 6);
  expectValue("%r = arith.divf %a, %b : f32", {3, 2}, 1.5);
  expectValue("%r = arith.negf %a : f32", {3}, -3);
  expectValue("%r = math.fma %a, %b, %c : f32", {3, 2, 1}, 7);
  expectValue("%r = arith.divf %a, %b : f32", {1, 0}, kInfinity);
  expectValue("%r = arith.divf %a, %b : f32", {0, 0}, kNaN);
}

TEST(EvaluateInDoubleTest, RootsAndPowers) {
  expectValue("%r = math.sqrt %a : f32", {2}, std::sqrt(2.0));
  expectValue("%r = math.rsqrt %a : f32", {2}, 1 / std::sqrt(2.0));
  expectValue("%r = math.cbrt %a : f32", {27}, 3);
  expectValue("%r = math.powf %a, %b : f32", {4, -0.5}, 0.5);
  expectValue("%r = math.fpowi %a, %i : f32, i32", {-2, 3}, -8);
  expectValue("%r = math.sqrt %a : f32", {-1}, kNaN);
  expectValue("%r = math.rsqrt %a : f32", {0}, kInfinity);
}

TEST(EvaluateInDoubleTest, Transcendentals) {
  expectValue("%r = math.exp %a : f32", {1}, std::exp(1.0));
  expectValue("%r = math.exp2 %a : f32", {3}, 8);
  expectValue("%r = math.expm1 %a : f32", {1e-10}, std::expm1(1e-10));
  expectValue("%r = math.log %a : f32", {2}, std::log(2.0));
  expectValue("%r = math.log2 %a : f32", {8}, 3);
  expectValue("%r = math.log10 %a : f32", {100}, 2);
  expectValue("%r = math.log1p %a : f32", {1e-10}, std::log1p(1e-10));
  expectValue("%r = math.tanh %a : f32", {0.5}, std::tanh(0.5));
  expectValue("%r = math.erf %a : f32", {0.5}, std::erf(0.5));
  expectValue("%r = math.absf %a : f32", {-0.5}, 0.5);
}

TEST(EvaluateInDoubleTest, FloatConversionsDoNotRound) {
  double exact = 1 + 0x1p-40;
  expectValue("%r = arith.truncf %a : f32 to f16", {exact}, exact);
  expectValue("%r = arith.extf %h : f16 to f32", {exact}, exact);
}

TEST(EvaluateInDoubleTest, ExtremesAndNaN) {
  expectValue("%r = arith.maximumf %a, %b : f32", {1, 2}, 2);
  expectValue("%r = arith.minimumf %a, %b : f32", {1, 2}, 1);
  expectValue("%r = arith.maximumf %a, %b : f32", {1, kNaN}, kNaN);
  expectValue("%r = arith.minimumf %a, %b : f32", {kNaN, 1}, kNaN);
  expectValue("%r = arith.maxnumf %a, %b : f32", {1, kNaN}, 1);
  expectValue("%r = arith.minnumf %a, %b : f32", {kNaN, 1}, 1);
}

TEST(EvaluateInDoubleTest, ComparisonsAsConditions) {
  // True is whatever select takes as true.
  for (auto [predicate, expected] : {std::pair("olt", true),
                                     {"oge", false},
                                     {"one", true},
                                     {"oeq", false},
                                     {"ult", true},
                                     {"uno", false},
                                     {"ord", true},
                                     {"false", false},
                                     {"true", true}}) {
    std::optional<double> value = evaluate(
        ("%r = arith.cmpf " + Twine(predicate) + ", %a, %b : f32").str(),
        {1, 2});
    ASSERT_TRUE(value.has_value()) << predicate;
    EXPECT_EQ(*value != 0, expected) << predicate;
  }
  std::optional<double> unordered =
      evaluate("%r = arith.cmpf ult, %a, %b : f32", {1, kNaN});
  ASSERT_TRUE(unordered.has_value());
  EXPECT_NE(*unordered, 0);
  std::optional<double> ordered =
      evaluate("%r = arith.cmpf olt, %a, %b : f32", {1, kNaN});
  ASSERT_TRUE(ordered.has_value());
  EXPECT_EQ(*ordered, 0);
}

TEST(EvaluateInDoubleTest, Selection) {
  expectValue("%r = arith.select %k, %a, %b : f32", {-1, 5, 7}, 5);
  expectValue("%r = arith.select %k, %a, %b : f32", {1, 5, 7}, 5);
  expectValue("%r = arith.select %k, %a, %b : f32", {0, 5, 7}, 7);
}

TEST(EvaluateInDoubleTest, IntegersBecomeNumbers) {
  expectValue("%r = arith.sitofp %i : i32 to f32", {-3}, -3);
  expectValue("%r = arith.uitofp %i : i32 to f32", {3}, 3);
  expectValue("%r = arith.uitofp %i : i32 to f32", {-1}, 4294967295.0);
  expectValue("%r = arith.uitofp %k : i1 to f32", {-1}, 1);
}

TEST(EvaluateInDoubleTest, Integers) {
  expectValue("%r = arith.addi %i, %i : i32", {5, -7}, -2);
  expectValue("%r = arith.subi %i, %i : i32", {5, 7}, -2);
  expectValue("%r = arith.muli %i, %i : i32", {5, -7}, -35);
  expectValue("%r = arith.divsi %i, %i : i32", {-7, 2}, -3);
  expectValue("%r = arith.floordivsi %i, %i : i32", {-7, 2}, -4);
  expectValue("%r = arith.remsi %i, %i : i32", {-7, 2}, -1);
  expectValue("%r = arith.divui %i, %i : i32", {-2, 2}, 2147483647.0);
  expectValue("%r = arith.remui %i, %i : i32", {-1, 16}, 15);
  expectValue("%r = arith.minsi %i, %i : i32", {-7, 2}, -7);
  expectValue("%r = arith.maxsi %i, %i : i32", {-7, 2}, 2);
  expectValue("%r = arith.extsi %i : i32 to i64", {-7}, -7);
  expectValue("%r = arith.extui %i : i32 to i64", {-1}, 4294967295.0);
  expectValue("%r = arith.trunci %i : i32 to i8", {100}, 100);
  expectValue("%r = arith.index_cast %i : i32 to index", {7}, 7);
  expectValue("%r = arith.index_castui %i : i32 to index", {-1}, 4294967295.0);
}

TEST(EvaluateInDoubleTest, ComparisonsOfIntegers) {
  for (auto [predicate, expected] : {std::pair("eq", false),
                                     {"ne", true},
                                     {"slt", true},
                                     {"sge", false},
                                     {"ult", false},
                                     {"ugt", true}})
    expectValue(
        ("%r = arith.cmpi " + Twine(predicate) + ", %i, %i : i32").str(),
        {-1, 2}, expected ? -1 : 0);
}

TEST(EvaluateInDoubleTest, IntegersThatWrapAroundFail) {
  EXPECT_FALSE(evaluate("%r = arith.addi %i, %i : i32", {2147483647.0, 1}));
  EXPECT_FALSE(evaluate("%r = arith.subi %i, %i : i32", {-2147483648.0, 1}));
  EXPECT_FALSE(evaluate("%r = arith.muli %i, %i : i32", {65536, 65536}));
  EXPECT_FALSE(evaluate("%r = arith.divsi %i, %i : i32", {1, 0}));
  EXPECT_FALSE(evaluate("%r = arith.divsi %i, %i : i32", {-2147483648.0, -1}));
  EXPECT_FALSE(evaluate("%r = arith.trunci %i : i32 to i8", {128}));
  // Exact in 64 bits, but not as a double.
  EXPECT_FALSE(evaluate("%r = arith.muli %l, %l : i64", {0x1p40, 0x1p40}));
  // -2^53 - 1, which as a double is -2^53.
  EXPECT_FALSE(
      evaluate("%r = arith.muli %l, %l : i64", {3002399751580331.0, -3}));
}

TEST(EvaluateInDoubleTest, UnknownOpsFail) {
  EXPECT_FALSE(evaluate("%r = math.sin %a : f32", {1}));
  EXPECT_FALSE(evaluate("%r = arith.xori %i, %i : i32", {1, 1}));
  EXPECT_FALSE(evaluate("%r = arith.bitcast %a : f32 to i32", {1}));
}
