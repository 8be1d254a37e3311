//===- FloatRowsTest.cpp --------------------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every conversion is held against llvm::APFloat, bit for bit, one at a time
// and in rows.
//
//===----------------------------------------------------------------------===//

#include "FloatKinds.h"

#include "Convoy/Analysis/FloatRows.h"

#include "llvm/ADT/APFloat.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace mlir::convoy;
using llvm::APFloat;
using llvm::APInt;

static const llvm::fltSemantics &getSemantics(FloatKind kind) {
  switch (kind) {
  case FloatKind::F16:
    return APFloat::IEEEhalf();
  case FloatKind::BF16:
    return APFloat::BFloat();
  case FloatKind::F32:
    return APFloat::IEEEsingle();
  case FloatKind::F64:
    return APFloat::IEEEdouble();
  }
  llvm_unreachable("unknown kind");
}

static APFloat makeFloat(FloatKind kind, uint64_t bits) {
  return APFloat(getSemantics(kind), APInt(8 * getSizeInBytes(kind), bits));
}

static uint64_t readBits(FloatKind kind, const char *data) {
  uint64_t bits = 0;
  std::memcpy(&bits, data, getSizeInBytes(kind));
  return bits;
}

/// Stores `values` in both ways and expects what APFloat rounds them to.
static void expectRounded(FloatKind kind, ArrayRef<double> values) {
  int64_t size = getSizeInBytes(kind);
  std::vector<char> row(values.size() * size), one(sizeof(double));
  bool allFinite = true;
  bool isFinite = storeRow(kind, values, row.data());
  std::vector<char> sameRow(row.size());
  std::vector<double> rounded(values.size());
  EXPECT_EQ(roundRow(kind, values, sameRow.data(), rounded), isFinite);
  EXPECT_EQ(sameRow, row);
  int64_t numDifferent = 0;
  for (auto [i, value] : llvm::enumerate(values)) {
    APFloat expected(value);
    bool losesInfo;
    expected.convert(getSemantics(kind), APFloat::rmNearestTiesToEven,
                     &losesInfo);
    allFinite &= expected.isFinite();
    storeRounded(kind, value, one.data());
    for (const char *data : {row.data() + i * size, one.data()}) {
      uint64_t bits = readBits(kind, data);
      bool isSame = expected.isNaN()
                        ? makeFloat(kind, bits).isNaN()
                        : bits == expected.bitcastToAPInt().getZExtValue();
      if (!isSame && numDifferent++ < 4)
        ADD_FAILURE() << std::hexfloat << value << " became " << std::hex
                      << bits;
    }
    double stored = loadAsDouble(kind, one.data());
    bool isSame =
        std::isnan(stored) ? std::isnan(rounded[i]) : rounded[i] == stored;
    if (!isSame && numDifferent++ < 4)
      ADD_FAILURE() << std::hexfloat << value << " was rounded to "
                    << rounded[i];
  }
  EXPECT_EQ(numDifferent, 0);
  EXPECT_EQ(isFinite, allFinite);
}

class FloatRowsTest : public testing::TestWithParam<FloatKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, FloatRowsTest, allFloatKinds(),
                         getFloatKindName);

/// Bit patterns of `kind`: all if there are 65,536, else as many at random.
static std::vector<uint64_t> getPatterns(FloatKind kind) {
  std::vector<uint64_t> patterns;
  std::mt19937_64 random(1);
  for (uint64_t i = 0; i < 65536; ++i)
    patterns.push_back(getSizeInBytes(kind) == 2 ? i
                       : getSizeInBytes(kind) == 4
                           ? static_cast<uint32_t>(random())
                           : random());
  return patterns;
}

TEST_P(FloatRowsTest, ReadsEveryNumber) {
  FloatKind kind = GetParam();
  std::vector<uint64_t> patterns = getPatterns(kind);
  int64_t size = getSizeInBytes(kind);
  // One byte in front: rows need no alignment.
  std::vector<char> data(1 + patterns.size() * size);
  for (auto [i, bits] : llvm::enumerate(patterns))
    std::memcpy(data.data() + 1 + i * size, &bits, size);
  std::vector<double> values(patterns.size());
  loadRow(kind, data.data() + 1, values);
  for (auto [i, bits] : llvm::enumerate(patterns)) {
    APFloat expected = makeFloat(kind, bits);
    double one = loadAsDouble(kind, data.data() + 1 + i * size);
    for (double value : {values[i], one}) {
      if (expected.isNaN())
        ASSERT_TRUE(std::isnan(value)) << std::hex << bits;
      else
        ASSERT_TRUE(
            APFloat(value).bitwiseIsEqual(APFloat(expected.convertToDouble())))
            << std::hex << bits;
    }
  }
}

TEST_P(FloatRowsTest, WritesBackEveryNumber) {
  FloatKind kind = GetParam();
  std::vector<double> values;
  for (uint64_t bits : getPatterns(kind))
    values.push_back(makeFloat(kind, bits).convertToDouble());
  expectRounded(kind, values);
}

TEST_P(FloatRowsTest, RoundsNextToTies) {
  FloatKind kind = GetParam();
  std::vector<double> values;
  for (uint64_t bits : getPatterns(kind)) {
    APFloat low = makeFloat(kind, bits), high = low;
    high.next(/*nextDown=*/false);
    double tie = low.convertToDouble() / 2 + high.convertToDouble() / 2;
    values.insert(values.end(), {tie, std::nextafter(tie, INFINITY),
                                 std::nextafter(tie, -INFINITY)});
  }
  expectRounded(kind, values);
}

TEST_P(FloatRowsTest, RoundsAnyNumber) {
  std::mt19937_64 random(2);
  std::vector<double> values;
  for (int i = 0; i < 100000; ++i) {
    // Any double, and one of a magnitude that 16 bits can hold or nearly so.
    uint64_t bits = random();
    values.push_back(llvm::bit_cast<double>(bits));
    double significand = 1 + (bits >> 12) * 0x1p-52;
    values.push_back(std::ldexp(bits & 1 ? significand : -significand,
                                static_cast<int>(bits >> 1 & 63) - 40));
  }
  expectRounded(GetParam(), values);
}

TEST_P(FloatRowsTest, NoticesWhatIsNotFinite) {
  FloatKind kind = GetParam();
  double largest = APFloat::getLargest(getSemantics(kind)).convertToDouble();
  // Not a multiple of what a vector register holds.
  constexpr size_t kLength = 77;
  for (size_t place : {size_t(0), size_t(40), kLength - 1}) {
    std::vector<double> values(kLength, largest);
    expectRounded(kind, values);
    for (double special : {2 * largest, double(INFINITY), double(NAN)}) {
      values[place] = -special;
      expectRounded(kind, values);
    }
  }
}
