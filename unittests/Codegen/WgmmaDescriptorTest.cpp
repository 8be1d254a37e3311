//===- WgmmaDescriptorTest.cpp - The bits that PTX wants ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Descriptors are read back by the table of the PTX ISA ("Matrix Descriptor
// Format" of the asynchronous warpgroup instructions).
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"

#include <gtest/gtest.h>

using namespace mlir::convoy;

namespace {
/// Bits `low` to `high` of a descriptor, both included.
uint64_t getBits(int64_t descriptor, unsigned high, unsigned low) {
  return (static_cast<uint64_t>(descriptor) >> low) &
         ((uint64_t(1) << (high - low + 1)) - 1);
}

/// The table's matrix-descriptor-encode.
uint64_t encode(uint64_t bytes) { return (bytes & 0x3FFFF) >> 4; }

/// The fields of the table.
struct Fields {
  explicit Fields(int64_t descriptor)
      : startAddress(getBits(descriptor, 13, 0)),
        leadingOffset(getBits(descriptor, 29, 16)),
        strideOffset(getBits(descriptor, 45, 32)),
        baseOffset(getBits(descriptor, 51, 49)),
        swizzle(getBits(descriptor, 63, 62)),
        others(getBits(descriptor, 15, 14) | getBits(descriptor, 31, 30) |
               getBits(descriptor, 48, 46) | getBits(descriptor, 61, 52)) {}

  uint64_t startAddress, leadingOffset, strideOffset, baseOffset, swizzle;
  uint64_t others;
};
} // namespace

TEST(WgmmaDescriptorTest, distancesAreInTheirFields) {
  for (int64_t leading : {int64_t(0), int64_t(16), int64_t(128), int64_t(2048),
                          int64_t(0x15550), kDescriptorMaxBytes})
    for (int64_t stride : {int64_t(0), int64_t(16), int64_t(256), int64_t(1024),
                           int64_t(0x2AAA0), kDescriptorMaxBytes}) {
      SCOPED_TRACE(testing::Message() << leading << " by " << stride);
      Fields fields(getDescriptorLayout(leading, stride));
      EXPECT_EQ(fields.leadingOffset, encode(leading));
      EXPECT_EQ(fields.strideOffset, encode(stride));
      EXPECT_EQ(fields.startAddress, 0u);
    }
}

TEST(WgmmaDescriptorTest, nothingIsSwizzledOrOffset) {
  Fields fields(getDescriptorLayout(kDescriptorMaxBytes, kDescriptorMaxBytes));
  EXPECT_EQ(fields.swizzle, 0u);
  EXPECT_EQ(fields.baseOffset, 0u);
  EXPECT_EQ(fields.others, 0u);
}

// Kernels add the address, divided by 16, to the layout.
TEST(WgmmaDescriptorTest, addressesAreAdded) {
  int64_t layout = getDescriptorLayout(128, 256);
  for (int64_t address : {int64_t(0), int64_t(1024), int64_t(227 * 1024 - 16),
                          kDescriptorMaxBytes}) {
    SCOPED_TRACE(address);
    Fields fields(layout + (address >> kDescriptorUnitShift));
    EXPECT_EQ(fields.startAddress, encode(address));
    EXPECT_EQ(fields.leadingOffset, encode(128));
    EXPECT_EQ(fields.strideOffset, encode(256));
    EXPECT_EQ(fields.others, 0u);
  }
}

TEST(WgmmaDescriptorTest, theLargestDistanceIsTheFieldsLargest) {
  EXPECT_EQ(encode(kDescriptorMaxBytes), getBits(-1, 13, 0));
  EXPECT_EQ(encode(kDescriptorMaxBytes + 16), 0u);
}
