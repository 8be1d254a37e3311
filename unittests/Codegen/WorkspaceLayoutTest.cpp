//===- WorkspaceLayoutTest.cpp - Buffers that share memory ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/WorkspaceLayout.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir::convoy;

namespace {

TEST(WorkspaceLayoutTest, NothingNeedsNothing) {
  WorkspaceLayout layout = computeWorkspaceLayout({});
  EXPECT_EQ(layout.staticBytes, 0);
  EXPECT_TRUE(layout.slots.empty());
}

TEST(WorkspaceLayoutTest, ChainOfThreeTakesTwo) {
  WorkspaceLayout layout =
      computeWorkspaceLayout({{0, 1, 1024}, {1, 2, 1024}, {2, 3, 1024}});
  EXPECT_EQ(layout.staticBytes, 2048);
  EXPECT_EQ(layout.offsetBytes[0], layout.offsetBytes[2]);
  EXPECT_NE(layout.offsetBytes[0], layout.offsetBytes[1]);
}

TEST(WorkspaceLayoutTest, OffsetsAreAligned) {
  WorkspaceLayout layout = computeWorkspaceLayout({{0, 1, 3}, {0, 1, 5}});
  EXPECT_EQ(layout.offsetBytes[0] % kBufferAlignmentBytes, 0);
  EXPECT_EQ(layout.offsetBytes[1] % kBufferAlignmentBytes, 0);
  EXPECT_EQ(layout.staticBytes, 2 * kBufferAlignmentBytes);
}

TEST(WorkspaceLayoutTest, SmallBufferFitsBetweenLargeOnes) {
  // The second is alive with both; the first and the third are not together.
  WorkspaceLayout layout =
      computeWorkspaceLayout({{0, 1, 4096}, {1, 2, 64}, {2, 3, 4096}});
  EXPECT_EQ(layout.staticBytes, 4096 + 64);
}

TEST(WorkspaceLayoutTest, DynamicBuffersShareSlots) {
  WorkspaceLayout layout = computeWorkspaceLayout(
      {{0, 1, std::nullopt}, {1, 2, std::nullopt}, {2, 3, std::nullopt}});
  ASSERT_EQ(layout.slots.size(), 2u);
  EXPECT_EQ(layout.slots[0], (llvm::SmallVector<int64_t>{0, 2}));
  EXPECT_EQ(layout.slots[1], (llvm::SmallVector<int64_t>{1}));
}

TEST(WorkspaceLayoutTest, LivingBuffersNeverCollide) {
  std::mt19937 random(7);
  auto draw = [&](int64_t end) { return int64_t(random() % end); };
  for (int round = 0; round < 200; ++round) {
    std::vector<BufferLifetime> buffers(1 + draw(20));
    for (BufferLifetime &buffer : buffers) {
      buffer.first = draw(30);
      buffer.last = buffer.first + draw(10);
      buffer.bytes = draw(5000);
    }
    WorkspaceLayout layout = computeWorkspaceLayout(buffers);
    for (size_t a = 0; a < buffers.size(); ++a) {
      EXPECT_LE(layout.offsetBytes[a] + *buffers[a].bytes, layout.staticBytes);
      for (size_t b = 0; b < a; ++b) {
        bool apart =
            layout.offsetBytes[a] + *buffers[a].bytes <=
                layout.offsetBytes[b] ||
            layout.offsetBytes[b] + *buffers[b].bytes <= layout.offsetBytes[a];
        EXPECT_TRUE(apart || !buffers[a].overlaps(buffers[b]));
      }
    }
  }
}

} // namespace
