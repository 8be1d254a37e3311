//===- WidenFloats.cpp - Every float becomes an f64 -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes the reference program of a verification: the same operations, computed
// in f64 on the values that the parameters have in their stored precision. What
// is not float stays as it is.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYWIDENFLOATS
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

//===----------------------------------------------------------------------===//
// Preconditions
//===----------------------------------------------------------------------===//

/// f64 holds every value of these exactly.
static bool isWidenable(FloatType type) { return type.getWidth() <= 64; }

static bool hasFloats(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type));
}

/// The bytes in which a resource stores one element of `type`.
static int64_t getStoredBytes(FloatType type) {
  return llvm::divideCeil(type.getWidth(), 8);
}

/// What of `attr` no f64 can stand for; empty if there is nothing.
static std::string findUnwidenable(Attribute attr) {
  if (isa<SparseElementsAttr>(attr))
    return "a dense constant, found a sparse one";
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return "";
  auto element = dyn_cast<FloatType>(resource.getElementType());
  if (!element)
    return "";
  StringRef key = resource.getRawHandle().getKey();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return ("resource '" + key + "' to have data, found none").str();
  int64_t expected =
      resource.getType().getNumElements() * getStoredBytes(element);
  int64_t found = blob->getData().size();
  if (expected != found)
    return ("resource '" + key + "' to have " + Twine(expected) +
            " bytes, found " + Twine(found))
        .str();
  return "";
}

static std::string findUnwidenable(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    if (isa<FloatType>(complex.getElementType()))
      return "real floats, found a complex type";
  if (auto floating = dyn_cast<FloatType>(type))
    if (!isWidenable(floating))
      return "floats of at most 64 bits, found " +
             std::to_string(floating.getWidth());
  return "";
}

/// Emits an error if widening `op` would change more than its precision.
static LogicalResult checkOperation(Operation *op) {
  // Operations of these dialects take floats of any width.
  static const llvm::StringSet<> kDialects = {
      "affine", "arith", "bufferization", "builtin", "cf",     "func",  "index",
      "linalg", "math",  "memref",        "scf",     "tensor", "vector"};
  if (!op->isRegistered() ||
      !kDialects.contains(op->getDialect()->getNamespace()))
    return op->emitError("expected upstream operations on tensors before "
                         "floats are widened, found '")
           << op->getName() << "'";
  bool touchesFloats = llvm::any_of(op->getOperandTypes(), hasFloats) ||
                       llvm::any_of(op->getResultTypes(), hasFloats);
  if (touchesFloats &&
      isa<arith::BitcastOp, tensor::BitcastOp, vector::BitCastOp,
          arith::ScalingExtFOp, arith::ScalingTruncFOp>(op))
    return op->emitError("expected operations that mean the same on f64, "
                         "found '")
           << op->getName() << "'";
  if (auto function = dyn_cast<func::FuncOp>(op))
    if (function.isExternal() &&
        (llvm::any_of(function.getArgumentTypes(), hasFloats) ||
         llvm::any_of(function.getResultTypes(), hasFloats)))
      return op->emitError("expected function '")
             << function.getSymName()
             << "' to have a body that can be widened, found a declaration";

  std::string problem;
  AttrTypeWalker walker;
  auto inspect = [&](auto element) {
    problem = findUnwidenable(element);
    return problem.empty() ? WalkResult::advance() : WalkResult::interrupt();
  };
  walker.addWalk([&](Attribute attr) { return inspect(attr); });
  walker.addWalk([&](Type type) { return inspect(type); });
  bool interrupted = walker.walk(op->getAttrDictionary()).wasInterrupted();
  for (Type type : op->getResultTypes())
    interrupted = interrupted || walker.walk(type).wasInterrupted();
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Type type : block.getArgumentTypes())
        interrupted = interrupted || walker.walk(type).wasInterrupted();
  if (interrupted)
    return op->emitError("expected ") << problem;
  return success();
}

//===----------------------------------------------------------------------===//
// Widening
//===----------------------------------------------------------------------===//

static llvm::APFloat widen(llvm::APFloat value) {
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value;
}

/// Reads the elements of `data`, of `element` type in the host's byte order,
/// into `result`.
static void widenData(ArrayRef<char> data, FloatType element,
                      MutableArrayRef<double> result) {
  if (element.isF32()) {
    for (auto [index, value] : llvm::enumerate(result)) {
      float stored;
      std::memcpy(&stored, data.data() + index * sizeof(stored),
                  sizeof(stored));
      value = stored;
    }
    return;
  }
  size_t bytes = getStoredBytes(element);
  for (auto [index, value] : llvm::enumerate(result)) {
    uint64_t bits = 0;
    std::memcpy(&bits, data.data() + index * bytes, bytes);
    APInt pattern(element.getWidth(), bits, /*isSigned=*/false,
                  /*implicitTrunc=*/true);
    value =
        widen(APFloat(element.getFloatSemantics(), pattern)).convertToDouble();
  }
}

static Attribute widenResource(DenseResourceElementsAttr attr) {
  auto element = cast<FloatType>(attr.getElementType());
  int64_t count = attr.getType().getNumElements();
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      count * sizeof(double), alignof(double), /*dataIsMutable=*/true);
  MutableArrayRef<char> bytes = blob.getMutableData();
  widenData(attr.getRawHandle().getBlob()->getData(), element,
            {reinterpret_cast<double *>(bytes.data()), size_t(count)});
  return DenseResourceElementsAttr::get(
      attr.getType().clone(Float64Type::get(attr.getContext())),
      (attr.getRawHandle().getKey() + "_f64").str(), std::move(blob));
}

static void populateReplacements(AttrTypeReplacer &replacer,
                                 MLIRContext *context) {
  Type f64 = Float64Type::get(context);
  replacer.addReplacement([=](FloatType) -> Type { return f64; });
  using Result = std::optional<std::pair<Attribute, WalkResult>>;
  replacer.addReplacement([=](FloatAttr attr) -> Result {
    return {{FloatAttr::get(f64, widen(attr.getValue())), WalkResult::skip()}};
  });
  replacer.addReplacement([=](DenseElementsAttr attr) -> Result {
    if (!isa<FloatType>(attr.getElementType()))
      return std::nullopt;
    return {{attr.mapValues(f64,
                            [](const APFloat &value) {
                              return widen(value).bitcastToAPInt();
                            }),
             WalkResult::skip()}};
  });
  replacer.addReplacement([=](DenseResourceElementsAttr attr) -> Result {
    auto element = dyn_cast<FloatType>(attr.getElementType());
    if (!element || element == f64)
      return std::nullopt;
    return {{widenResource(attr), WalkResult::skip()}};
  });
}

namespace {
struct WidenFloatsPass
    : mlir::convoy::impl::ConvoyWidenFloatsBase<WidenFloatsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    WalkResult checked = module.walk<WalkOrder::PreOrder>([](Operation *op) {
      return failed(checkOperation(op)) ? WalkResult::interrupt()
                                        : WalkResult::advance();
    });
    if (checked.wasInterrupted())
      return signalPassFailure();

    AttrTypeReplacer replacer;
    populateReplacements(replacer, &getContext());
    replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);

    // Casts between precisions have become casts from f64 to f64.
    module.walk([](Operation *op) {
      if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
        return;
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    });
  }
};
} // namespace
