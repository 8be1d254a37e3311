//===- EntryTableTest.cpp - The table of entries as LLVM IR ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table is what Convoy/Runtime/EntryTable.h says, as far as LLVM IR shows
// it.
//
//===----------------------------------------------------------------------===//

#include "Artefact/EntryTable.h"

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir::convoy;

namespace {
EntrySpec makeEntry(const std::string &name) {
  EntrySpec entry;
  entry.function = entry.name = name;
  TensorSpec tensor;
  tensor.name = "x";
  tensor.dtypeCode = 2;
  tensor.dtypeBits = 32;
  tensor.dims = {CONVOY_DYNAMIC_DIM, 4};
  entry.inputs = {tensor, tensor};
  entry.outputs = {tensor};
  return entry;
}
} // namespace

TEST(EntryTableTest, HoldsARecordForEachEntry) {
  llvm::LLVMContext context;
  auto module = makeEntryTable({makeEntry("f"), makeEntry("g")}, {"{}", "{}"},
                               DeviceCode(), context);
  EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));

  auto *count = module->getNamedGlobal("convoy_entry_count");
  ASSERT_NE(count, nullptr);
  EXPECT_EQ(
      llvm::cast<llvm::ConstantInt>(count->getInitializer())->getSExtValue(),
      2);
  auto *version = module->getNamedGlobal("convoy_entry_table_version");
  ASSERT_NE(version, nullptr);
  EXPECT_EQ(
      llvm::cast<llvm::ConstantInt>(version->getInitializer())->getSExtValue(),
      CONVOY_ENTRY_TABLE_VERSION);
  for (const char *name :
       {"convoy_entry_f", "convoy_workspace_f", "convoy_result_dims_f",
        "convoy_entry_g", "convoy_workspace_g", "convoy_result_dims_g"})
    EXPECT_NE(module->getFunction(name), nullptr) << name;
}

TEST(EntryTableTest, RecordsHaveTheSizeOfTheStruct) {
  llvm::LLVMContext context;
  auto module = makeEntryTable({makeEntry("f")}, {"{}"}, DeviceCode(), context);
  // The data layout of every 64-bit target that Convoy has seen.
  llvm::DataLayout layout("e-p:64:64-i64:64");
  auto *table = module->getNamedGlobal("convoy_entry_table");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(layout.getTypeAllocSize(table->getValueType()),
            sizeof(ConvoyEntryRecord));
}

TEST(EntryTableTest, DeviceTablesHaveTheLayoutOfTheStructs) {
  DeviceCode code;
  code.images.resize(2);
  code.images[0].cubin = std::string("\0elf", 4);
  code.images[1].ptx = ".version 8.6";
  code.kernels.resize(3);
  code.constants = {{"convoy_constant_0", 1024}};
  llvm::LLVMContext context;
  auto module = makeEntryTable({}, {}, code, context);
  EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
  llvm::DataLayout layout("e-p:64:64-i64:64");
  auto expectTable = [&](llvm::StringRef name, size_t count, size_t bytes) {
    auto *table = module->getNamedGlobal((name + "_table").str());
    auto *number = module->getNamedGlobal((name + "_count").str());
    ASSERT_TRUE(table && number) << name.str();
    EXPECT_EQ(layout.getTypeAllocSize(table->getValueType()), count * bytes);
    EXPECT_EQ(
        llvm::cast<llvm::ConstantInt>(number->getInitializer())->getZExtValue(),
        count);
  };
  expectTable("convoy_image", 2, sizeof(ConvoyImageRecord));
  expectTable("convoy_kernel", 3, sizeof(ConvoyKernelRecord));
  expectTable("convoy_constant", 1, sizeof(ConvoyConstantRecord));
  auto *data = module->getNamedGlobal("convoy_constant_0");
  ASSERT_NE(data, nullptr);
  EXPECT_TRUE(data->isDeclaration());
}

TEST(EntryTableTest, TensorsOnAGpuAreAligned) {
  llvm::LLVMContext context;
  EntrySpec entry = makeEntry("f");
  entry.deviceType = kDLCUDA;
  auto module = makeEntryTable({entry}, {"{}"}, DeviceCode(), context);
  auto *table = module->getNamedGlobal("convoy_entry_table");
  llvm::Constant *record = table->getInitializer()->getAggregateElement(0u);
  auto *inputs =
      llvm::cast<llvm::GlobalVariable>(record->getAggregateElement(4u));
  llvm::Constant *tensor = inputs->getInitializer()->getAggregateElement(0u);
  EXPECT_EQ(llvm::cast<llvm::ConstantInt>(tensor->getAggregateElement(3u))
                ->getZExtValue(),
            uint64_t(CONVOY_CUDA_ALIGNMENT_BYTES));
  EXPECT_EQ(llvm::cast<llvm::ConstantInt>(record->getAggregateElement(9u))
                ->getZExtValue(),
            uint64_t(kDLCUDA));
}
