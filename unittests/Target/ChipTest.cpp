//===- ChipTest.cpp - The chip for a device -------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which chip a device's compute capability leads to.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Target/Chip.h"

#include "gtest/gtest.h"

using namespace mlir::convoy;

static std::string chipFor(int32_t major, int32_t minor) {
  const Chip *chip = lookupChipForDevice(major, minor);
  return chip ? chip->name.str() : "";
}

TEST(ChipTest, FitsDevicesInTheTable) {
  EXPECT_EQ(chipFor(8, 0), "sm_80");
  EXPECT_EQ(chipFor(8, 6), "sm_86");
  EXPECT_EQ(chipFor(8, 9), "sm_89");
  EXPECT_EQ(chipFor(9, 0), "sm_90a");
  EXPECT_EQ(chipFor(10, 0), "sm_100a");
}

TEST(ChipTest, GivesOtherDevicesTheLastChipWhosePtxTheyRun) {
  EXPECT_EQ(chipFor(8, 7), "sm_86");
  // What is specific to an architecture runs there alone.
  EXPECT_EQ(chipFor(10, 3), "sm_89");
  EXPECT_EQ(chipFor(12, 0), "sm_89");
}

TEST(ChipTest, HasNothingForOlderDevices) {
  EXPECT_EQ(chipFor(7, 5), "");
  EXPECT_EQ(chipFor(0, 0), "");
}
