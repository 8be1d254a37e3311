//===- DeepStackTest.cpp - Running on a deep stack ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stack is deep, and results come back.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

/// Uses a mebibyte of stack for each level, bottom to top.
static int touchStack(int levels) {
  volatile char page[1 << 20];
  page[0] = 1;
  return levels == 0 ? 0 : page[0] + touchStack(levels - 1);
}

TEST(DeepStackTest, HoldsHundredsOfMebibytes) {
  int touched = 0;
  EXPECT_TRUE(succeeded(runOnDeepStack([&] {
    touched = touchStack(400);
    return success();
  })));
  EXPECT_EQ(touched, 400);
}

TEST(DeepStackTest, ReturnsTheResultOfTheCallable) {
  EXPECT_TRUE(failed(runOnDeepStack([] { return failure(); })));
}
