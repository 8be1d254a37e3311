//===- EntryTable.cpp - The table of entries as LLVM IR -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the constants that Convoy/Runtime/EntryTable.h declares. The types
// here mirror the structs there field by field.
//
//===----------------------------------------------------------------------===//

#include "EntryTable.h"

#include "Convoy/Runtime/EntryTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"

#include <cstddef>

using namespace mlir;
using namespace mlir::convoy;

static_assert(sizeof(ConvoyTensorSpec) == 16 + 2 * sizeof(void *) &&
                  offsetof(ConvoyTensorSpec, dims) == 16,
              "the builder below writes four i32 and two pointers");
static_assert(sizeof(ConvoyEntryRecord) == 8 + 7 * sizeof(void *) &&
                  offsetof(ConvoyEntryRecord, inputs) == 8 + 2 * sizeof(void *),
              "the builder below writes two pointers, two i32, five pointers");

namespace {
class TableBuilder {
public:
  explicit TableBuilder(llvm::Module &module)
      : module(module), context(module.getContext()),
        i32(llvm::Type::getInt32Ty(context)),
        pointer(llvm::PointerType::getUnqual(context)),
        tensorType(llvm::StructType::get(i32, i32, i32, i32, pointer, pointer)),
        recordType(llvm::StructType::get(context, {pointer, pointer, i32, i32,
                                                   pointer, pointer, pointer,
                                                   pointer, pointer})) {}

  void build(ArrayRef<EntrySpec> entries, ArrayRef<std::string> manifests) {
    SmallVector<llvm::Constant *> records;
    for (auto [entry, manifest] : llvm::zip_equal(entries, manifests))
      records.push_back(makeRecord(entry, manifest));
    defineHidden("convoy_entry_table_version",
                 getInt32(CONVOY_ENTRY_TABLE_VERSION));
    defineHidden("convoy_entry_count", getInt32(records.size()));
    defineHidden(
        "convoy_entry_table",
        llvm::ConstantArray::get(
            llvm::ArrayType::get(recordType, records.size()), records));
  }

private:
  llvm::Constant *getInt32(int64_t value) {
    return llvm::ConstantInt::get(i32, value);
  }

  void defineHidden(StringRef name, llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(
        module, value->getType(), /*isConstant=*/true,
        llvm::GlobalValue::ExternalLinkage, value, name);
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
  }

  llvm::Constant *addPrivate(llvm::Constant *value) {
    auto *global =
        new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                 llvm::GlobalValue::PrivateLinkage, value);
    return global;
  }

  llvm::Constant *addString(StringRef text) {
    return addPrivate(llvm::ConstantDataArray::getString(context, text));
  }

  llvm::Constant *addTensors(ArrayRef<TensorSpec> specs) {
    SmallVector<llvm::Constant *> tensors;
    for (const TensorSpec &spec : specs)
      tensors.push_back(llvm::ConstantStruct::get(
          tensorType,
          {getInt32(spec.dtypeCode), getInt32(spec.dtypeBits),
           getInt32(spec.dims.size()), getInt32(0),
           addPrivate(llvm::ConstantDataArray::get(
               context, ArrayRef<uint64_t>(reinterpret_cast<const uint64_t *>(
                                               spec.dims.data()),
                                           spec.dims.size()))),
           addString(spec.name)}));
    return addPrivate(llvm::ConstantArray::get(
        llvm::ArrayType::get(tensorType, tensors.size()), tensors));
  }

  llvm::Constant *makeRecord(const EntrySpec &entry, StringRef manifest) {
    SmallVector<llvm::Constant *> fields = {
        addString(entry.name),         addString(manifest),
        getInt32(entry.inputs.size()), getInt32(entry.outputs.size()),
        addTensors(entry.inputs),      addTensors(entry.outputs)};
    for (StringRef prefix : kEntryFunctionPrefixes)
      fields.push_back(declareFunction((prefix + entry.name).str()));
    return llvm::ConstantStruct::get(recordType, fields);
  }

  /// The table only takes the address, so the signature does not matter.
  llvm::Constant *declareFunction(StringRef name) {
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), false);
    auto *function = llvm::Function::Create(
        type, llvm::GlobalValue::ExternalLinkage, name, module);
    function->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return function;
  }

  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::Type *i32;
  llvm::PointerType *pointer;
  llvm::StructType *tensorType;
  llvm::StructType *recordType;
};
} // namespace

std::unique_ptr<llvm::Module>
convoy::makeEntryTable(ArrayRef<EntrySpec> entries,
                       ArrayRef<std::string> manifests,
                       llvm::LLVMContext &context) {
  auto module = std::make_unique<llvm::Module>("convoy_entry_table", context);
  TableBuilder(*module).build(entries, manifests);
  return module;
}
