//===- ChipTest.cpp - What the GPUs can do --------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Target/Chip.h"

#include "gtest/gtest.h"

using namespace mlir::convoy;

TEST(Chip, EachIsFoundByItsName) {
  for (const Chip &chip : listChips())
    EXPECT_EQ(lookupChip(chip.name), &chip);
  EXPECT_EQ(lookupChip("sm_90"), nullptr);
  EXPECT_EQ(lookupChip(""), nullptr);
}

TEST(Chip, DefaultIsThere) { EXPECT_NE(lookupChip(kDefaultChipName), nullptr); }

TEST(Chip, NamesAreListedOldestFirst) {
  EXPECT_EQ(listChipNames(), "sm_80, sm_86, sm_89, sm_90a, sm_100a");
}

TEST(Chip, PtxFeatureIsWhatNVPTXCallsIt) {
  EXPECT_EQ(lookupChip("sm_90a")->getPtxFeature(), "+ptx86");
  EXPECT_EQ(lookupChip("sm_80")->getPtxFeature(), "+ptx78");
}

TEST(Chip, NameHoldsComputeCapability) {
  for (const Chip &chip : listChips()) {
    std::string name = "sm_" + std::to_string(chip.computeMajor) +
                       std::to_string(chip.computeMinor) +
                       (chip.isArchitectureSpecific ? "a" : "");
    EXPECT_EQ(chip.name.str(), name);
  }
}

TEST(Chip, SharedMemoryOfSMHoldsOneLargestBlock) {
  for (const Chip &chip : listChips())
    EXPECT_EQ(chip.sharedBytesPerSM - kReservedSharedBytesPerBlock,
              chip.sharedBytesPerBlock);
}

static std::string chipFor(int32_t major, int32_t minor) {
  const Chip *chip = lookupChipForDevice(major, minor);
  return chip ? chip->name.str() : "";
}

TEST(Chip, FitsDevicesInTheTable) {
  EXPECT_EQ(chipFor(8, 0), "sm_80");
  EXPECT_EQ(chipFor(8, 6), "sm_86");
  EXPECT_EQ(chipFor(8, 9), "sm_89");
  EXPECT_EQ(chipFor(9, 0), "sm_90a");
  EXPECT_EQ(chipFor(10, 0), "sm_100a");
}

TEST(Chip, GivesOtherDevicesTheLastChipWhosePtxTheyRun) {
  EXPECT_EQ(chipFor(8, 7), "sm_86");
  // What is specific to an architecture runs there alone.
  EXPECT_EQ(chipFor(10, 3), "sm_89");
  EXPECT_EQ(chipFor(12, 0), "sm_89");
}

TEST(Chip, HasNothingForOlderDevices) {
  EXPECT_EQ(chipFor(7, 5), "");
  EXPECT_EQ(chipFor(0, 0), "");
}
