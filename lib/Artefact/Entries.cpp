//===- Entries.cpp - The functions that an artefact offers ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Selecting entries and reading their signatures. The functions themselves are
// lowered elsewhere.
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

#include "Convoy/Runtime/EntryTable.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <dlpack/dlpack.h>

using namespace mlir;
using namespace mlir::convoy;

LogicalResult convoy::selectEntries(ModuleOp module, StringRef entry) {
  SmallVector<func::FuncOp> publicFunctions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic())
      publicFunctions.push_back(function);
  if (publicFunctions.empty())
    return module.emitError(
        "expected a public function to compile, found none");
  if (entry.empty())
    return success();

  func::FuncOp selected;
  for (func::FuncOp function : publicFunctions) {
    if (function.getName() == entry)
      selected = function;
  }
  if (!selected) {
    auto diagnostic = module.emitError()
                      << "expected a public function '" << entry << "', found ";
    llvm::interleaveComma(publicFunctions, diagnostic, [&](func::FuncOp f) {
      diagnostic << "'" << f.getName() << "'";
    });
    return diagnostic;
  }
  for (func::FuncOp function : publicFunctions)
    if (function != selected)
      function.setPrivate();
  return success();
}

/// Sets the element type's fields of `spec`. False where artefacts have no such
/// type.
static bool setElementType(Type type, TensorSpec &spec) {
  auto set = [&](StringRef dtype, int32_t code, int32_t bits) {
    spec.dtype = dtype.str();
    spec.dtypeCode = code;
    spec.dtypeBits = bits;
    return true;
  };
  if (type.isBF16())
    return set("bfloat16", kDLBfloat, 16);
  if (type.isF16() || type.isF32() || type.isF64()) {
    unsigned bits = type.getIntOrFloatBitWidth();
    return set("float" + std::to_string(bits), kDLFloat, bits);
  }
  if (type.isIndex())
    return set("int64", kDLInt, 64);
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return false;
  unsigned bits = integer.getWidth();
  if (bits == 1)
    return set("bool", CONVOY_DLPACK_BOOL, 8);
  if (bits < 8 || bits > 64 || !llvm::isPowerOf2_32(bits))
    return false;
  if (integer.isUnsigned())
    return set("uint" + std::to_string(bits), kDLUInt, bits);
  return set("int" + std::to_string(bits), kDLInt, bits);
}

/// The spec of `type`; none where artefacts cannot carry it.
static std::optional<TensorSpec> makeTensorSpec(Type type) {
  TensorSpec spec;
  Type elementType = type;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (tensor.getEncoding())
      return std::nullopt;
    elementType = tensor.getElementType();
    for (int64_t dim : tensor.getShape())
      spec.dims.push_back(ShapedType::isDynamic(dim) ? CONVOY_DYNAMIC_DIM
                                                     : dim);
  }
  if (!setElementType(elementType, spec))
    return std::nullopt;
  return spec;
}

static LogicalResult refuseType(Location loc, StringRef what, unsigned position,
                                StringRef function, Type type) {
  return emitError(loc) << "expected " << what << " " << position << " of '"
                        << function
                        << "' to be a ranked tensor or scalar of f16, bf16, "
                           "f32, f64 or of integers of 1, 8, 16, 32 or 64 "
                           "bits, found "
                        << type;
}

static FailureOr<EntrySpec> makeEntry(func::FuncOp function, StringRef suffix) {
  EntrySpec entry;
  entry.function = function.getName().str();
  entry.name = entry.function + suffix.str();
  for (BlockArgument argument : function.getArguments()) {
    unsigned position = argument.getArgNumber();
    std::optional<TensorSpec> spec = makeTensorSpec(argument.getType());
    if (!spec)
      return refuseType(argument.getLoc(), "argument", position, entry.function,
                        argument.getType());
    auto name = dyn_cast<NameLoc>(argument.getLoc());
    spec->name =
        name ? name.getName().str() : ("input" + llvm::Twine(position)).str();
    entry.inputs.push_back(std::move(*spec));
  }
  for (auto [position, type] : llvm::enumerate(function.getResultTypes())) {
    std::optional<TensorSpec> spec = makeTensorSpec(type);
    if (!spec)
      return refuseType(function.getLoc(), "result", position, entry.function,
                        type);
    spec->name = ("output" + llvm::Twine(position)).str();
    entry.outputs.push_back(std::move(*spec));
  }
  return entry;
}

FailureOr<std::vector<EntrySpec>> convoy::collectEntries(ModuleOp module,
                                                         StringRef suffix) {
  std::vector<EntrySpec> entries;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    FailureOr<EntrySpec> entry = makeEntry(function, suffix);
    if (failed(entry))
      return failure();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

/// A multiplication and an addition for each point of the iteration space; none
/// where it is dynamic or more than 64 bits can count.
static std::optional<int64_t> getFlops(linalg::LinalgOp op) {
  int64_t flops = 2;
  for (int64_t range : op.getStaticLoopRanges())
    if (ShapedType::isDynamic(range) || llvm::MulOverflow(flops, range, flops))
      return std::nullopt;
  return flops;
}

void convoy::countConvolutionFlops(ModuleOp module,
                                   MutableArrayRef<EntrySpec> entries) {
  for (EntrySpec &entry : entries) {
    auto function = module.lookupSymbol<func::FuncOp>(entry.function);
    std::optional<int64_t> sum = 0;
    function.walk([&](linalg::LinalgOp op) {
      if (!linalg::isaConvolutionOpInterface(op))
        return;
      std::optional<int64_t> flops = getFlops(op);
      int64_t total;
      if (sum && flops && !llvm::AddOverflow(*sum, *flops, total))
        sum = total;
      else
        sum = std::nullopt;
    });
    entry.convolutionFlops = sum;
  }
}
