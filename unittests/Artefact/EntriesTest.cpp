//===- EntriesTest.cpp - The functions that an artefact offers ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Selecting entries, their signatures, the count of operations, the manifest.
//
//===----------------------------------------------------------------------===//

#include "Artefact/Entries.h"

#include "Convoy/Artefact/Compile.h"
#include "Convoy/Runtime/EntryTable.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

#include <dlpack/dlpack.h>

using namespace mlir;
using namespace mlir::convoy;

namespace {
class EntriesTest : public testing::Test {
protected:
  EntriesTest() {
    DialectRegistry registry;
    registerArtefactDialects(registry);
    context.appendDialectRegistry(registry);
    // What is said is compared, not printed.
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { said += diagnostic.str(); });
  }

  OwningOpRef<ModuleOp> parse(StringRef text) {
    return parseSourceString<ModuleOp>(text, &context);
  }

  /// The only entry of `text`.
  EntrySpec getEntry(StringRef text) {
    OwningOpRef<ModuleOp> module = parse(text);
    FailureOr<std::vector<EntrySpec>> entries = collectEntries(*module, "");
    EXPECT_TRUE(succeeded(entries));
    EXPECT_EQ(entries->size(), 1u);
    countConvolutionFlops(*module, *entries);
    return entries->front();
  }

  MLIRContext context;
  std::string said;
};
} // namespace

TEST_F(EntriesTest, EveryPublicFunctionIsAnEntry) {
  OwningOpRef<ModuleOp> module = parse(R"(
    func.func @a() { return }
    func.func private @b() { return }
    func.func @c() { return })");
  ASSERT_TRUE(succeeded(selectEntries(*module, "")));
  auto entries = collectEntries(*module, "__f64");
  ASSERT_TRUE(succeeded(entries));
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].function, "a");
  EXPECT_EQ((*entries)[0].name, "a__f64");
  EXPECT_EQ((*entries)[1].name, "c__f64");
}

TEST_F(EntriesTest, SelectingMakesTheOthersPrivate) {
  OwningOpRef<ModuleOp> module = parse(R"(
    func.func @a() { return }
    func.func @b() { return })");
  ASSERT_TRUE(succeeded(selectEntries(*module, "b")));
  EXPECT_TRUE(module->lookupSymbol<func::FuncOp>("a").isPrivate());
  EXPECT_TRUE(module->lookupSymbol<func::FuncOp>("b").isPublic());
}

TEST_F(EntriesTest, AMissingEntryIsRefusedWithWhatIsThere) {
  OwningOpRef<ModuleOp> module = parse(R"(
    func.func @a() { return }
    func.func @b() { return })");
  EXPECT_TRUE(failed(selectEntries(*module, "c")));
  EXPECT_EQ(said, "expected a public function 'c', found 'a', 'b'");
  EXPECT_TRUE(module->lookupSymbol<func::FuncOp>("a").isPublic());
}

TEST_F(EntriesTest, TypesBecomeDlpackTypes) {
  EntrySpec entry = getEntry(R"(
    func.func @f(%0: tensor<f16>, %1: tensor<bf16>, %2: tensor<f32>,
                 %3: tensor<f64>, %4: tensor<i1>, %5: tensor<i8>,
                 %6: tensor<ui16>, %7: tensor<si32>, %8: tensor<i64>,
                 %9: tensor<index>, %10: f32) { return })");
  struct Expected {
    const char *dtype;
    int32_t code, bits;
  };
  const Expected expected[] = {
      {"float16", kDLFloat, 16},       {"bfloat16", kDLBfloat, 16},
      {"float32", kDLFloat, 32},       {"float64", kDLFloat, 64},
      {"bool", CONVOY_DLPACK_BOOL, 8}, {"int8", kDLInt, 8},
      {"uint16", kDLUInt, 16},         {"int32", kDLInt, 32},
      {"int64", kDLInt, 64},           {"int64", kDLInt, 64},
      {"float32", kDLFloat, 32}};
  ASSERT_EQ(entry.inputs.size(), std::size(expected));
  for (auto [spec, want] : llvm::zip_equal(entry.inputs, expected)) {
    EXPECT_EQ(spec.dtype, want.dtype);
    EXPECT_EQ(spec.dtypeCode, want.code) << want.dtype;
    EXPECT_EQ(spec.dtypeBits, want.bits) << want.dtype;
    EXPECT_TRUE(spec.dims.empty());
  }
}

TEST_F(EntriesTest, NamesComeFromLocationsOrPositions) {
  EntrySpec entry = getEntry(R"(
    func.func @f(%a: tensor<f32> loc("image"), %b: tensor<f32>)
        -> tensor<f32> { return %b : tensor<f32> })");
  EXPECT_EQ(entry.inputs[0].name, "image");
  EXPECT_EQ(entry.inputs[1].name, "input1");
  EXPECT_EQ(entry.outputs[0].name, "output0");
}

static constexpr StringRef kConvolution = R"(
  func.func @f(%x: tensor<{0}x3x6x6xf32>, %w: tensor<4x3x3x3xf32>,
               %y: tensor<{0}x4x4x4xf32>) -> tensor<{0}x4x4x4xf32> {{
    %0 = linalg.conv_2d_nchw_fchw
        ins(%x, %w : tensor<{0}x3x6x6xf32>, tensor<4x3x3x3xf32>)
        outs(%y : tensor<{0}x4x4x4xf32>) -> tensor<{0}x4x4x4xf32>
    return %0 : tensor<{0}x4x4x4xf32>
  })";

TEST_F(EntriesTest, ConvolutionFlopsAreTwoForEachProduct) {
  EntrySpec entry = getEntry(llvm::formatv(kConvolution.data(), "2").str());
  EXPECT_EQ(entry.convolutionFlops, 2 * (2 * 4 * 4 * 4) * (3 * 3 * 3));
}

TEST_F(EntriesTest, DynamicConvolutionsHaveNoFlops) {
  EntrySpec entry = getEntry(llvm::formatv(kConvolution.data(), "?").str());
  EXPECT_EQ(entry.convolutionFlops, std::nullopt);
}

TEST_F(EntriesTest, TheManifestSaysWhatTheEntryIs) {
  EntrySpec entry = getEntry(llvm::formatv(kConvolution.data(), "?").str());
  auto manifest = llvm::json::parse(
      makeManifest(entry, ManifestContext{"x86-64-v3", "", "strict"}));
  ASSERT_TRUE(bool(manifest));
  const llvm::json::Object &object = *manifest->getAsObject();
  EXPECT_EQ(object.getString("entry"), "f");
  EXPECT_EQ(object.getString("device"), "cpu");
  EXPECT_EQ(object.getString("cpu"), "x86-64-v3");
  EXPECT_EQ(object.getInteger("manifest_version"), 1);
  EXPECT_EQ(object.getArray("inputs")->size(), 3u);
  const llvm::json::Object &input =
      *object.getArray("inputs")->front().getAsObject();
  EXPECT_EQ(input.getString("dtype"), "float32");
  EXPECT_EQ(*input.getArray("shape"), llvm::json::Array({nullptr, 3, 6, 6}));
  EXPECT_EQ(object.get("flops"), nullptr);
}
