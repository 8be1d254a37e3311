//===- DeviceCode.cpp - What an artefact has for its device ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads what convoy-lower-launches and convoy-compile-kernels left in a module.
//
//===----------------------------------------------------------------------===//

#include "DeviceCode.h"

#include "Convoy/Codegen/Gpu/DeviceTables.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// Collects the device code of one module.
class DeviceCodeReader {
public:
  DeviceCodeReader(ModuleOp module, const Chip &chip)
      : module(module), chip(chip) {}

  FailureOr<DeviceCode> read();

private:
  LogicalResult readImage(gpu::BinaryOp binary);
  LogicalResult readKernel(DictionaryAttr launched);
  LogicalResult readConstant(DictionaryAttr constant);

  ModuleOp module;
  const Chip &chip;
  DeviceCode code;
  llvm::StringMap<int32_t> images;
  /// Of each image, what its objects say of themselves.
  SmallVector<NamedAttrList> properties;
};
} // namespace

LogicalResult DeviceCodeReader::readImage(gpu::BinaryOp binary) {
  DeviceImage image;
  image.chip = chip.name.str();
  image.major = chip.computeMajor;
  image.minor = chip.computeMinor;
  image.cubinIsArchitectureSpecific = chip.isArchitectureSpecific;
  NamedAttrList said;
  for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>()) {
    auto target = dyn_cast<NVVM::NVVMTargetAttr>(object.getTarget());
    bool isPtx = object.getFormat() == gpu::CompilationTarget::Assembly;
    if (!target ||
        (!isPtx && object.getFormat() != gpu::CompilationTarget::Binary))
      return binary.emitError("expected kernels as cubins and PTX, found '")
             << gpu::stringifyEnum(object.getFormat()) << "'";
    StringRef contents = object.getObject().getValue();
    (isPtx ? image.ptx : image.cubin) = contents.str();
    if (isPtx)
      image.ptxIsArchitectureSpecific = target.getChip().ends_with("a");
    if (DictionaryAttr known = object.getProperties())
      for (NamedAttribute attr : known)
        said.set(attr.getName(), attr.getValue());
  }
  images[binary.getName()] = code.images.size();
  code.images.push_back(std::move(image));
  if (auto version = dyn_cast_or_null<StringAttr>(said.get("ptxasVersion")))
    code.ptxasVersion = version.str();
  properties.push_back(said);
  return success();
}

static std::string getString(const NamedAttrList &attrs, StringRef name) {
  auto value = dyn_cast_or_null<StringAttr>(attrs.get(name));
  return value ? value.str() : std::string();
}

static std::optional<int64_t> getInteger(const NamedAttrList &attrs,
                                         StringRef name) {
  auto value = dyn_cast_or_null<IntegerAttr>(attrs.get(name));
  return value ? std::optional<int64_t>(value.getInt()) : std::nullopt;
}

LogicalResult DeviceCodeReader::readKernel(DictionaryAttr launched) {
  auto symbol = launched.getAs<SymbolRefAttr>("kernel");
  auto entries = launched.getAs<ArrayAttr>("entries");
  auto sharedBytes = launched.getAs<IntegerAttr>("dynamic_shared_bytes");
  auto image =
      symbol ? images.find(symbol.getRootReference().strref()) : images.end();
  if (!entries || !sharedBytes || image == images.end())
    return module.emitError("expected a compiled kernel for every launch, "
                            "found none for ")
           << launched;
  DeviceKernel kernel;
  kernel.name = symbol.getLeafReference().str();
  kernel.image = image->second;
  kernel.dynamicSharedBytesMax = sharedBytes.getInt();
  for (StringRef entry : entries.getAsValueRange<StringAttr>())
    kernel.entries.push_back(entry.str());
  if (auto block = launched.getAs<DenseI64ArrayAttr>("block"))
    kernel.block.assign(block.asArrayRef().begin(), block.asArrayRef().end());
  const NamedAttrList &said = properties[kernel.image];
  kernel.key = getString(said, "key");
  kernel.ptxKey = getString(said, "ptxKey");
  kernel.registers = getInteger(said, "registers");
  kernel.sharedBytes = getInteger(said, "sharedBytes");
  kernel.spillBytes = getInteger(said, "spillBytes");
  code.kernels.push_back(std::move(kernel));
  return success();
}

LogicalResult DeviceCodeReader::readConstant(DictionaryAttr constant) {
  auto symbol = constant.getAs<FlatSymbolRefAttr>("symbol");
  auto bytes = constant.getAs<IntegerAttr>("bytes");
  if (!symbol || !bytes)
    return module.emitError("expected constants with a symbol and a size, "
                            "found ")
           << constant;
  code.constants.push_back(
      {symbol.getValue().str(), static_cast<uint64_t>(bytes.getInt())});
  return success();
}

FailureOr<DeviceCode> DeviceCodeReader::read() {
  auto kernels = module->getAttrOfType<ArrayAttr>(kKernelsAttrName);
  auto constants = module->getAttrOfType<ArrayAttr>(kConstantsAttrName);
  if (!kernels || !constants)
    return module.emitError("expected launches that are lowered");
  // Kernels that nothing launches any more are left out.
  llvm::StringSet<> used;
  for (auto launched : kernels.getAsRange<DictionaryAttr>())
    if (auto symbol = launched.getAs<SymbolRefAttr>("kernel"))
      used.insert(symbol.getRootReference().strref());
  SmallVector<gpu::BinaryOp> binaries(module.getOps<gpu::BinaryOp>());
  for (gpu::BinaryOp binary : binaries)
    if (used.contains(binary.getName()) && failed(readImage(binary)))
      return failure();
  for (auto launched : kernels.getAsRange<DictionaryAttr>())
    if (failed(readKernel(launched)))
      return failure();
  for (auto constant : constants.getAsRange<DictionaryAttr>())
    if (failed(readConstant(constant)))
      return failure();
  for (gpu::BinaryOp binary : binaries)
    binary.erase();
  module->removeAttr(kKernelsAttrName);
  module->removeAttr(kConstantsAttrName);
  module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  return std::move(code);
}

FailureOr<DeviceCode> convoy::takeDeviceCode(ModuleOp module,
                                             const Chip &chip) {
  return DeviceCodeReader(module, chip).read();
}

std::string convoy::concatenatePtx(const DeviceCode &code) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (auto [index, image] : llvm::enumerate(code.images)) {
    os << "// kernel";
    for (const DeviceKernel &kernel : code.kernels)
      if (kernel.image == static_cast<int32_t>(index))
        os << " " << kernel.name;
    os << "\n" << image.ptx << "\n";
  }
  return text;
}
