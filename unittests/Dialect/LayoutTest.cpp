//===- LayoutTest.cpp - #convoy.layout ------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/AsmParser/AsmParser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class LayoutTest : public testing::Test {
protected:
  LayoutTest() { context.loadDialect<ConvoyDialect>(); }
  MLIRContext context;
};

TEST_F(LayoutTest, ImageDims) {
  EXPECT_EQ(LayoutAttr::get(&context, "nwc", "wcf", "nwf").getImageDims(), "w");
  // Whatever the order in the operands.
  auto twoDims = LayoutAttr::get(&context, "wnhc", "hwcf", "nwhf");
  EXPECT_EQ(twoDims.getImageDims(), "hw");
  EXPECT_EQ(twoDims.getNumImageDims(), 2u);
  EXPECT_EQ(LayoutAttr::get(&context, "ncdhw", "fcdhw", "nfdhw").getImageDims(),
            "dhw");
}

TEST_F(LayoutTest, PrintsWhatItParses) {
  auto layout = LayoutAttr::get(&context, "ngchw", "gfchw", "ngfhw");
  std::string text;
  llvm::raw_string_ostream(text) << Attribute(layout);
  EXPECT_EQ(text, "#convoy.layout<ngchw, gfchw -> ngfhw>");
  EXPECT_EQ(parseAttribute(text, &context), Attribute(layout));
}
} // namespace
