//===- LowerConvRegions.cpp - convoy.conv's regions as linalg -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerConvRegions.h"

#include "LaidOutTensor.h"

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Prologue
//===----------------------------------------------------------------------===//

/// Output channels of all groups.
static OpFoldResult getNumChannels(OpBuilder &builder, ConvOp op) {
  ConvSizes sizes = ConvSizes::get(op);
  if (!ShapedType::isDynamic(sizes.outputChannels))
    return builder.getIndexAttr(sizes.outputChannels * sizes.groups);
  // Of an unknown size, so that the output has this dimension.
  StringRef order = op.getLayout().getOutput();
  OpFoldResult size =
      tensor::getMixedSize(builder, op.getLoc(), op.getInit(),
                           *findDim(order, conv_dim::kOutputChannel));
  if (!findDim(order, conv_dim::kGroup))
    return size;
  return affine::makeComposedFoldedAffineApply(
      builder, op.getLoc(), builder.getAffineSymbolExpr(0) * sizes.groups,
      size);
}

/// Clones the prologue for the elements `args`, which start with those of the
/// parameters; returns what it yields, in the order of the yield's operands,
/// in `types`.
static SmallVector<Value> clonePrologue(OpBuilder &builder, Location loc,
                                        ConvOp op, ValueRange args,
                                        TypeRange types) {
  IRMapping mapping;
  Block &block = op.getPrologue().front();
  mapping.map(block.getArguments(), args.take_front(block.getNumArguments()));
  for (Operation &operation : block.without_terminator())
    builder.clone(operation, mapping);
  SmallVector<Value> yielded;
  for (auto [value, type] :
       llvm::zip_equal(block.getTerminator()->getOperands(), types))
    yielded.push_back(convertScalarToDtype(builder, loc, mapping.lookup(value),
                                           type, /*isUnsignedCast=*/false));
  return yielded;
}

/// The types of the vectors that the prologue's results become.
static SmallVector<Type> getVectorTypes(ConvOp op, YieldChannelOp yield) {
  unsigned numFactors = yield->getNumOperands() - yield.getValues().size();
  SmallVector<Type> types(numFactors, op.getAccumulatorType());
  llvm::append_range(types, yield.getValues().getTypes());
  return types;
}

ChannelVectors convoy::lowerPrologue(OpBuilder &builder, ConvOp op) {
  ChannelVectors vectors{op.getBias(), op.getScale(), {}};
  YieldChannelOp yield = op.getYieldChannel();
  if (!yield)
    return vectors;

  Location loc = op.getLoc();
  SmallVector<AffineMap> maps;
  for (Value parameter : op.getParameters()) {
    auto type = dyn_cast<RankedTensorType>(parameter.getType());
    bool isVector = type && type.getRank() == 1;
    maps.push_back(isVector ? builder.getMultiDimIdentityMap(1)
                            : AffineMap::get(1, 0, {}, builder.getContext()));
  }
  SmallVector<Type> types = getVectorTypes(op, yield);
  OpFoldResult numChannels = getNumChannels(builder, op);
  SmallVector<Value> outputs;
  SmallVector<Type> resultTypes;
  for (Type type : types) {
    outputs.push_back(tensor::EmptyOp::create(builder, loc, numChannels, type));
    resultTypes.push_back(outputs.back().getType());
    maps.push_back(builder.getMultiDimIdentityMap(1));
  }
  auto generic = linalg::GenericOp::create(
      builder, loc, resultTypes, op.getParameters(), outputs, maps,
      utils::IteratorType::parallel,
      [&](OpBuilder &b, Location nested, ValueRange args) {
        linalg::YieldOp::create(b, nested,
                                clonePrologue(b, nested, op, args, types));
      });

  ValueRange results = generic.getResults();
  auto takeFirst = [&] {
    Value first = results.front();
    results = results.drop_front();
    return first;
  };
  if (yield.getScale())
    vectors.scale = takeFirst();
  if (yield.getBias())
    vectors.bias = takeFirst();
  llvm::append_range(vectors.values, results);
  return vectors;
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

bool convoy::isSumTheResult(ConvOp op) {
  if (op.hasScale() ||
      getElementTypeOrSelf(op.getInit().getType()) != op.getAccumulatorType())
    return false;
  Value yielded = op.getYieldedValue();
  return !yielded || yielded == op.getEpilogue().getArgument(0);
}

/// Clones the op's epilogue for the elements `sum` and `others`, the residual's
/// if there is one and those of the prologue's values; returns the result's
/// element.
static Value cloneEpilogue(OpBuilder &builder, Location loc, ConvOp op,
                           Value sum, ValueRange others) {
  if (op.getEpilogue().empty())
    return convertScalarToDtype(builder, loc, sum,
                                getElementTypeOrSelf(op.getInit().getType()),
                                /*isUnsignedCast=*/false);
  IRMapping mapping;
  Block &epilogue = op.getEpilogue().front();
  mapping.map(epilogue.getArgument(0), sum);
  mapping.map(epilogue.getArguments().drop_front(), others);
  for (Operation &operation : epilogue.without_terminator())
    builder.clone(operation, mapping);
  return mapping.lookupOrDefault(op.getYieldedValue());
}

Value convoy::lowerEpilogue(OpBuilder &builder, ConvOp op,
                            const ChannelVectors &vectors, Value sum) {
  Location loc = op.getLoc();
  StringRef order = op.getLayout().getOutput();
  AffineMap identity = builder.getMultiDimIdentityMap(order.size());
  SmallVector<Value> inputs{sum};
  SmallVector<AffineMap> maps{identity};
  auto addVector = [&](Value vector) {
    ChannelOperand operand =
        createChannelOperand(builder, loc, vector, order, op.getGroups());
    inputs.push_back(operand.value);
    maps.push_back(operand.map);
  };
  bool addsBias = vectors.scale && vectors.bias;
  if (vectors.scale)
    addVector(vectors.scale);
  if (addsBias)
    addVector(vectors.bias);
  if (op.getResidual()) {
    inputs.push_back(op.getResidual());
    maps.push_back(identity);
  }
  for (Value vector : vectors.values)
    addVector(vector);
  maps.push_back(identity);

  SmallVector<utils::IteratorType> iterators(order.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, op.getInit().getType(), inputs, op.getInit(), maps,
             iterators,
             [&](OpBuilder &b, Location nested, ValueRange args) {
               // The last is the old content of init.
               args = args.drop_back();
               Value value = args[0];
               args = args.drop_front();
               if (vectors.scale) {
                 value = arith::MulFOp::create(b, nested, value, args[0]);
                 args = args.drop_front();
               }
               if (addsBias) {
                 Value bias = convertScalarToDtype(b, nested, args[0],
                                                   op.getAccumulatorType(),
                                                   /*isUnsignedCast=*/false);
                 value = arith::AddFOp::create(b, nested, value, bias);
                 args = args.drop_front();
               }
               linalg::YieldOp::create(
                   b, nested, cloneEpilogue(b, nested, op, value, args));
             })
      .getResult(0);
}
