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
#include "convoy-c/Artefact.h"

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
static_assert(sizeof(ConvoyEntryRecord) == 16 + 7 * sizeof(void *) &&
                  offsetof(ConvoyEntryRecord, inputs) ==
                      8 + 2 * sizeof(void *) &&
                  offsetof(ConvoyEntryRecord, deviceType) ==
                      8 + 7 * sizeof(void *),
              "the builder below writes two pointers, two i32, five pointers, "
              "two i32");
static_assert(sizeof(ConvoyImageRecord) == 24 + 3 * sizeof(void *) &&
                  offsetof(ConvoyImageRecord, ptx) == 8 + sizeof(void *) &&
                  offsetof(ConvoyImageRecord, major) == 8 + 3 * sizeof(void *),
              "the builder below writes a pointer, an i64, two pointers, four "
              "i32");
static_assert(sizeof(ConvoyKernelRecord) == 8 + sizeof(void *),
              "the builder below writes a pointer and two i32");
static_assert(sizeof(ConvoyConstantRecord) == 8 + sizeof(void *),
              "the builder below writes a pointer and an i64");

/// What the driver wants of machine code is not documented; a cache line is
/// more than any ELF file needs.
static constexpr uint64_t kCubinAlignmentBytes = 64;

namespace {
class TableBuilder {
public:
  explicit TableBuilder(llvm::Module &module)
      : module(module), context(module.getContext()),
        i32(llvm::Type::getInt32Ty(context)),
        i64(llvm::Type::getInt64Ty(context)),
        pointer(llvm::PointerType::getUnqual(context)),
        tensorType(llvm::StructType::get(i32, i32, i32, i32, pointer, pointer)),
        recordType(llvm::StructType::get(
            context, {pointer, pointer, i32, i32, pointer, pointer, pointer,
                      pointer, pointer, i32, i32})),
        imageType(llvm::StructType::get(
            context, {pointer, i64, pointer, pointer, i32, i32, i32, i32})),
        kernelType(llvm::StructType::get(pointer, i32, i32)),
        constantType(llvm::StructType::get(pointer, i64)) {}

  void build(ArrayRef<EntrySpec> entries, ArrayRef<std::string> manifests) {
    SmallVector<llvm::Constant *> records;
    for (auto [entry, manifest] : llvm::zip_equal(entries, manifests))
      records.push_back(makeRecord(entry, manifest));
    defineHidden("convoy_entry_table_version",
                 getInt32(CONVOY_ENTRY_TABLE_VERSION));
    defineTable("convoy_entry", recordType, records);
  }

  void build(const DeviceCode &code) {
    SmallVector<llvm::Constant *> images, kernels, constants;
    for (const DeviceImage &image : code.images)
      images.push_back(makeImage(image));
    for (const DeviceKernel &kernel : code.kernels)
      kernels.push_back(llvm::ConstantStruct::get(
          kernelType, {addString(kernel.name), getInt32(kernel.image),
                       getInt32(kernel.dynamicSharedBytesMax)}));
    for (const DeviceConstant &constant : code.constants)
      constants.push_back(llvm::ConstantStruct::get(
          constantType, {declareData(constant.symbol),
                         llvm::ConstantInt::get(i64, constant.bytes)}));
    defineTable("convoy_image", imageType, images);
    defineTable("convoy_kernel", kernelType, kernels);
    defineTable("convoy_constant", constantType, constants);
  }

private:
  llvm::Constant *getInt32(int64_t value) {
    return llvm::ConstantInt::get(i32, value);
  }

  /// Defines `name`_count and `name`_table.
  void defineTable(const llvm::Twine &name, llvm::StructType *type,
                   ArrayRef<llvm::Constant *> records) {
    defineHidden((name + "_count").str(), getInt32(records.size()));
    defineHidden((name + "_table").str(),
                 llvm::ConstantArray::get(
                     llvm::ArrayType::get(type, records.size()), records));
  }

  void defineHidden(StringRef name, llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(
        module, value->getType(), /*isConstant=*/true,
        llvm::GlobalValue::ExternalLinkage, value, name);
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
  }

  llvm::GlobalVariable *addPrivate(llvm::Constant *value) {
    auto *global =
        new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                 llvm::GlobalValue::PrivateLinkage, value);
    return global;
  }

  llvm::Constant *addString(StringRef text) {
    return addPrivate(llvm::ConstantDataArray::getString(context, text));
  }

  llvm::Constant *addTensors(ArrayRef<TensorSpec> specs, int32_t deviceType) {
    int64_t alignmentBytes =
        deviceType == kDLCUDA ? CONVOY_CUDA_ALIGNMENT_BYTES : 0;
    SmallVector<llvm::Constant *> tensors;
    for (const TensorSpec &spec : specs)
      tensors.push_back(llvm::ConstantStruct::get(
          tensorType,
          {getInt32(spec.dtypeCode), getInt32(spec.dtypeBits),
           getInt32(spec.dims.size()), getInt32(alignmentBytes),
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
        addString(entry.name),
        addString(manifest),
        getInt32(entry.inputs.size()),
        getInt32(entry.outputs.size()),
        addTensors(entry.inputs, entry.deviceType),
        addTensors(entry.outputs, entry.deviceType)};
    for (StringRef prefix : kEntryFunctionPrefixes)
      fields.push_back(declareFunction((prefix + entry.name).str()));
    fields.push_back(getInt32(entry.deviceType));
    fields.push_back(getInt32(0));
    return llvm::ConstantStruct::get(recordType, fields);
  }

  llvm::Constant *makeImage(const DeviceImage &image) {
    llvm::Constant *none = llvm::ConstantPointerNull::get(pointer);
    llvm::Constant *cubin = none;
    if (!image.cubin.empty()) {
      llvm::GlobalVariable *bytes =
          addPrivate(llvm::ConstantDataArray::getString(context, image.cubin,
                                                        /*AddNull=*/false));
      bytes->setAlignment(llvm::Align(kCubinAlignmentBytes));
      cubin = bytes;
    }
    return llvm::ConstantStruct::get(
        imageType,
        {cubin, llvm::ConstantInt::get(i64, image.cubin.size()),
         image.ptx.empty() ? none : addString(image.ptx), addString(image.chip),
         getInt32(image.major), getInt32(image.minor),
         getInt32(image.cubinIsArchitectureSpecific),
         getInt32(image.ptxIsArchitectureSpecific)});
  }

  /// The table only takes the address, so the type does not matter.
  llvm::Constant *declareData(StringRef name) {
    auto *global = new llvm::GlobalVariable(
        module, llvm::Type::getInt8Ty(context), /*isConstant=*/true,
        llvm::GlobalValue::ExternalLinkage, /*Initializer=*/nullptr, name);
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return global;
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
  llvm::Type *i64;
  llvm::PointerType *pointer;
  llvm::StructType *tensorType;
  llvm::StructType *recordType;
  llvm::StructType *imageType;
  llvm::StructType *kernelType;
  llvm::StructType *constantType;
};
} // namespace

std::unique_ptr<llvm::Module> convoy::makeEntryTable(
    ArrayRef<EntrySpec> entries, ArrayRef<std::string> manifests,
    const DeviceCode &deviceCode, llvm::LLVMContext &context) {
  auto module = std::make_unique<llvm::Module>("convoy_entry_table", context);
  TableBuilder builder(*module);
  builder.build(entries, manifests);
  builder.build(deviceCode);
  return module;
}
