//===- DeviceCodeTest.cpp - What an artefact has for its device -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Taking kernels and constants out of a lowered module.
//
//===----------------------------------------------------------------------===//

#include "Artefact/DeviceCode.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {
class DeviceCodeTest : public testing::Test {
protected:
  DeviceCodeTest() {
    context
        .loadDialect<gpu::GPUDialect, LLVM::LLVMDialect, NVVM::NVVMDialect>();
  }

  FailureOr<DeviceCode> take(const char *text) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    ScopedDiagnosticHandler handler(
        &context, [&](Diagnostic &said) { message = said.str(); });
    return takeDeviceCode(*module, *lookupChip("sm_90a"));
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string message;
};
} // namespace

TEST_F(DeviceCodeTest, ReadsWhatWasLeftInTheModule) {
  FailureOr<DeviceCode> code = take(R"mlir(
    module attributes {gpu.container_module,
      convoy.constants = [{bytes = 16 : i64, symbol = @convoy_constant_0}],
      convoy.kernels = [
        {kernel = @b::@b, entries = ["main", "other"],
         block = array<i64: 128, 1, 1>, dynamic_shared_bytes = 4096 : i64},
        {kernel = @a::@a, entries = ["main"], dynamic_shared_bytes = 0 : i64}]} {
      gpu.binary @a [
        #gpu.object<#nvvm.target<chip = "sm_90a">, properties = {key = "k0"}, assembly = "ptx of a">]
      gpu.binary @unused [
        #gpu.object<#nvvm.target<chip = "sm_90">, assembly = "ptx">]
      gpu.binary @b [
        #gpu.object<#nvvm.target<chip = "sm_90a">, properties = {key = "k1",
          registers = 40 : i64, ptxasVersion = "13.0"}, bin = "elf of b">,
        #gpu.object<#nvvm.target<chip = "sm_90">, properties = {ptxKey = "p1"}, assembly = "ptx of b">]
      llvm.mlir.global external constant @convoy_constant_0(dense<0.0> : tensor<4xf32>) : !llvm.array<4 x f32>
    })mlir");
  ASSERT_TRUE(succeeded(code)) << message;
  ASSERT_EQ(code->images.size(), 2u);
  EXPECT_EQ(code->images[0].ptx, "ptx of a");
  EXPECT_EQ(code->images[0].cubin, "");
  EXPECT_TRUE(code->images[0].ptxIsArchitectureSpecific);
  EXPECT_EQ(code->images[1].cubin, "elf of b");
  EXPECT_EQ(code->images[1].ptx, "ptx of b");
  EXPECT_TRUE(code->images[1].cubinIsArchitectureSpecific);
  EXPECT_FALSE(code->images[1].ptxIsArchitectureSpecific);
  EXPECT_EQ(code->images[1].major, 9);
  EXPECT_EQ(code->images[1].minor, 0);

  // In the order of the table, not of the binaries.
  ASSERT_EQ(code->kernels.size(), 2u);
  const DeviceKernel &kernel = code->kernels[0];
  EXPECT_EQ(kernel.name, "b");
  EXPECT_EQ(kernel.image, 1);
  EXPECT_EQ(kernel.dynamicSharedBytesMax, 4096);
  EXPECT_THAT(kernel.entries, ElementsAre("main", "other"));
  EXPECT_THAT(kernel.block, ElementsAre(128, 1, 1));
  EXPECT_EQ(kernel.key, "k1");
  EXPECT_EQ(kernel.ptxKey, "p1");
  EXPECT_EQ(kernel.registers, 40);
  EXPECT_EQ(kernel.spillBytes, std::nullopt);
  EXPECT_EQ(code->kernels[1].image, 0);
  EXPECT_TRUE(code->kernels[1].block.empty());
  EXPECT_EQ(code->ptxasVersion, "13.0");
  ASSERT_EQ(code->constants.size(), 1u);
  EXPECT_EQ(code->constants[0].symbol, "convoy_constant_0");
  EXPECT_EQ(code->constants[0].bytes, 16u);

  EXPECT_TRUE(module->getOps<gpu::BinaryOp>().empty());
  EXPECT_TRUE((*module)->getAttrs().empty());
  EXPECT_EQ(concatenatePtx(*code),
            "// kernel a\nptx of a\n// kernel b\nptx of b\n");
}

TEST_F(DeviceCodeTest, RefusesALaunchOfWhatIsNotCompiled) {
  EXPECT_TRUE(failed(take(R"mlir(
    module attributes {convoy.constants = [], convoy.kernels = [
        {kernel = @a::@a, entries = ["main"], dynamic_shared_bytes = 0 : i64}]} {
    })mlir")));
  EXPECT_THAT(message,
              HasSubstr("expected a compiled kernel for every launch"));
}

TEST_F(DeviceCodeTest, RefusesCodeOfAnotherKind) {
  EXPECT_TRUE(failed(take(R"mlir(
    module attributes {convoy.constants = [], convoy.kernels = [
        {kernel = @a::@a, entries = ["main"], dynamic_shared_bytes = 0 : i64}]} {
      gpu.binary @a [#gpu.object<#nvvm.target<chip = "sm_90a">, offload = "bc">]
    })mlir")));
  EXPECT_THAT(message, HasSubstr("expected kernels as cubins and PTX"));
}

TEST_F(DeviceCodeTest, RefusesAModuleWithoutTables) {
  EXPECT_TRUE(failed(take("module {}")));
  EXPECT_THAT(message, HasSubstr("expected launches that are lowered"));
}
