//===- MutateAttributes.cpp - Random attributes and types -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers are drawn among those with which code goes wrong.
//
//===----------------------------------------------------------------------===//

#include "MutateAttributes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AttrTypeSubElements.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static int64_t chooseInteger(int64_t old, std::minstd_rand &random) {
  // Without a sign, what goes beyond the largest number wraps around.
  const uint64_t bits = old;
  const int64_t numbers[] = {0,
                             1,
                             2,
                             3,
                             -1,
                             static_cast<int64_t>(bits + 1),
                             static_cast<int64_t>(bits - 1),
                             static_cast<int64_t>(0 - bits),
                             int64_t(1) << 32,
                             std::numeric_limits<int64_t>::max(),
                             std::numeric_limits<int64_t>::min()};
  return numbers[random() % std::size(numbers)];
}

static double chooseFloat(std::minstd_rand &random) {
  static constexpr double kNumbers[] = {
      0.0,  -0.0,   1.0,     -1.0,     0.5,    3.0, 1e-8,      1e-40,
      1e38, -1e300, 65504.0, INFINITY, -1.0e4, NAN, -INFINITY, 1.0009765625};
  return kNumbers[random() % std::size(kNumbers)];
}

static APFloat toFloat(double value, FloatType type) {
  APFloat number(value);
  bool losesInfo;
  number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number;
}

static Attribute changeElement(DenseElementsAttr dense,
                               std::minstd_rand &random) {
  if (dense.empty() || dense.getNumElements() > 4096)
    return {};
  size_t at = random() % dense.getNumElements();
  if (auto type = dyn_cast<FloatType>(dense.getElementType())) {
    SmallVector<APFloat> values(dense.getValues<APFloat>());
    values[at] = toFloat(chooseFloat(random), type);
    return DenseElementsAttr::get(dense.getType(), values);
  }
  if (!isa<IntegerType, IndexType>(dense.getElementType()))
    return {};
  SmallVector<APInt> values(dense.getValues<APInt>());
  unsigned width = values[at].getBitWidth();
  values[at] = APInt(64, chooseInteger(values[at].getSExtValue(), random))
                   .sextOrTrunc(width);
  return DenseElementsAttr::get(dense.getType(), values);
}

/// Another map of as many loops and results.
static AffineMap changeMap(AffineMap map, std::minstd_rand &random) {
  if (map.getNumResults() == 0 || map.getNumDims() == 0)
    return {};
  SmallVector<AffineExpr> results(map.getResults());
  MLIRContext *context = map.getContext();
  AffineExpr &result = results[random() % results.size()];
  AffineExpr dim = getAffineDimExpr(random() % map.getNumDims(), context);
  switch (random() % 6) {
  case 0:
    std::swap(result, results[random() % results.size()]);
    break;
  case 1:
    result = getAffineConstantExpr(random() % 3, context);
    break;
  case 2:
    result = result + dim;
    break;
  case 3:
    result = result * chooseInteger(1, random);
    break;
  case 4:
    result = result.floorDiv(2);
    break;
  default:
    result = dim;
  }
  return AffineMap::get(map.getNumDims(), map.getNumSymbols(), results,
                        context);
}

static Attribute change(Attribute attribute, std::minstd_rand &random) {
  MLIRContext *context = attribute.getContext();
  if (auto integer = dyn_cast<IntegerAttr>(attribute))
    return IntegerAttr::get(
        integer.getType(),
        APInt(64, chooseInteger(integer.getValue().getSExtValue(), random))
            .sextOrTrunc(integer.getValue().getBitWidth()));
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return FloatAttr::get(
        number.getType(),
        toFloat(chooseFloat(random), cast<FloatType>(number.getType())));
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return changeElement(dense, random);
  if (auto list = dyn_cast<DenseI64ArrayAttr>(attribute)) {
    SmallVector<int64_t> values(list.asArrayRef());
    if (values.empty())
      return {};
    int64_t &value = values[random() % values.size()];
    value = chooseInteger(value, random);
    return DenseI64ArrayAttr::get(context, values);
  }
  if (auto map = dyn_cast<AffineMapAttr>(attribute)) {
    AffineMap changed = changeMap(map.getAffineMap(), random);
    return changed ? AffineMapAttr::get(changed) : Attribute();
  }
  if (auto iterator = dyn_cast<linalg::IteratorTypeAttr>(attribute))
    return linalg::IteratorTypeAttr::get(
        context, iterator.getValue() == utils::IteratorType::parallel
                     ? utils::IteratorType::reduction
                     : utils::IteratorType::parallel);
  if (auto list = dyn_cast<ArrayAttr>(attribute)) {
    SmallVector<Attribute> values(list.getValue());
    if (values.empty())
      return {};
    Attribute &value = values[random() % values.size()];
    value = change(value, random);
    return value ? ArrayAttr::get(context, values) : Attribute();
  }
  return {};
}

bool mlir::convoy::detail::replaceAttribute(Operation *op,
                                            std::minstd_rand &random) {
  DictionaryAttr attributes = op->getAttrDictionary();
  if (attributes.empty())
    return false;
  NamedAttribute attribute = choose(attributes.getValue(), random);
  // How many operands are what is not a matter of numbers, and the verifier of
  // a concatenation does not survive one along a dimension that it does not
  // have.
  // Nor does anything survive reassociations of dims that are not there, which
  // upstream's verifier lets through.
  if (attribute.getName() == "operandSegmentSizes" ||
      attribute.getName() == "reassociation" || isa<tensor::ConcatOp>(op))
    return false;
  Attribute changed = change(attribute.getValue(), random);
  if (!changed)
    return false;
  op->setAttr(attribute.getName(), changed);
  return true;
}

/// Replaces types by `getType` (null: stays), and what they are types of.
static void replace(ModuleOp module, llvm::function_ref<Type(Type)> getType) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](Type type) -> std::optional<Type> {
    Type other = getType(type);
    return other ? std::optional<Type>(other) : std::nullopt;
  });
  auto replaceNumber = [](Attribute attribute, Type type) -> Attribute {
    auto number = dyn_cast<FloatAttr>(attribute);
    auto to = dyn_cast<FloatType>(type);
    if (!number || !to)
      return attribute;
    return FloatAttr::get(to, toFloat(number.getValueAsDouble(), to));
  };
  replacer.addReplacement(
      [&](FloatAttr number) -> std::optional<std::pair<Attribute, WalkResult>> {
        Type type = getType(number.getType());
        return std::pair(type ? replaceNumber(number, type) : number,
                         WalkResult::skip());
      });
  replacer.addReplacement(
      [&](DenseElementsAttr dense)
          -> std::optional<std::pair<Attribute, WalkResult>> {
        auto element = dyn_cast<FloatType>(dense.getElementType());
        auto type = dyn_cast_if_present<ShapedType>(
            replacer.replace(Type(dense.getType())));
        if (!element || !type || type == dense.getType() || dense.empty() ||
            !type.hasStaticShape() || !isa<FloatType>(type.getElementType()))
          return std::pair(dense, WalkResult::skip());
        Attribute splat = replaceNumber(*dense.value_begin<Attribute>(),
                                        type.getElementType());
        return std::pair(DenseElementsAttr::get(type, splat),
                         WalkResult::skip());
      });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

bool mlir::convoy::detail::replaceTypes(ModuleOp module,
                                        std::minstd_rand &random) {
  SmallVector<RankedTensorType> tensors;
  module.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        tensors.push_back(tensor);
  });
  if (tensors.empty())
    return false;
  RankedTensorType model = choose(tensors, random);
  MLIRContext *context = module.getContext();
  if (random() % 2 || model.getRank() == 0) {
    const Type others[] = {
        Float16Type::get(context),     BFloat16Type::get(context),
        Float32Type::get(context),     Float64Type::get(context),
        IntegerType::get(context, 32), Float8E4M3FNType::get(context)};
    Type from = model.getElementType(), to = others[random() % 6];
    replace(module, [&](Type type) { return type == from ? to : Type(); });
    return from != to;
  }
  const int64_t sizes[] = {
      1, 2, 3, 4, 0, ShapedType::kDynamic, model.getDimSize(0), 7};
  int64_t from = model.getDimSize(random() % model.getRank());
  int64_t to = sizes[random() % std::size(sizes)];
  replace(module, [&](Type type) -> Type {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !llvm::is_contained(tensor.getShape(), from))
      return {};
    SmallVector<int64_t> shape(tensor.getShape());
    std::replace(shape.begin(), shape.end(), from, to);
    return RankedTensorType::get(shape, tensor.getElementType(),
                                 tensor.getEncoding());
  });
  return from != to;
}
