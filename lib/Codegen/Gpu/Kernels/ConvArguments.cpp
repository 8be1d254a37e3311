//===- ConvArguments.cpp - What a convolution's kernel is given -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a kernel's arguments.
//
//===----------------------------------------------------------------------===//

#include "ConvArguments.h"

#include "Epilogue.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::convoy;

ConvArguments::ConvArguments(ConvOp op, ValueRange arguments) {
  auto take = [&](Value operand) {
    if (!operand)
      return Value();
    Value argument = arguments.front();
    arguments = arguments.drop_front();
    return argument;
  };
  input = take(op.getInput());
  filter = take(op.getFilter());
  bias = take(op.getBias());
  scale = take(op.getScale());
  residual = take(op.getResidual());
  for (Value parameter : op.getParameters())
    parameters.push_back(take(parameter));
  filterImage = take(op.getFilterImage());
  init = take(op.getInit());
}

GlobalImages convoy::getGlobalImages(DeviceBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  Type i64 = b.getI64Type();
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  Value index = memref::ExtractAlignedPointerAsIndexOp::create(b, memref);
  Value address = arith::IndexCastOp::create(b, i64, index);
  auto [strides, offset] = type.getStridesAndOffset();
  auto getBytes = [&](int64_t known, llvm::function_ref<Value()> get) -> Value {
    if (!ShapedType::isDynamic(known))
      return b.i64(known * bytes);
    return b.mul(arith::IndexCastOp::create(b, i64, get()), bytes);
  };
  memref::ExtractStridedMetadataOp metadata;
  if (ShapedType::isDynamic(offset) || ShapedType::isDynamic(strides[0]))
    metadata = memref::ExtractStridedMetadataOp::create(b, memref);
  address =
      b.add(address, getBytes(offset, [&] { return metadata.getOffset(); }));
  Type pointer = LLVM::LLVMPointerType::get(
      b.getContext(), static_cast<unsigned>(NVVM::NVVMMemorySpace::Global));
  return {LLVM::IntToPtrOp::create(b, pointer, address),
          getBytes(strides[0], [&] { return metadata.getStrides()[0]; })};
}

Value convoy::loadAtChannel(OpBuilder &builder, Location loc, Value operand,
                            Value channel) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type)
    return operand;
  SmallVector<Value> indices(type.getRank(), channel);
  return memref::LoadOp::create(builder, loc, operand, indices);
}

SmallVector<Value> convoy::emitChannelValues(DeviceBuilder &b, ConvOp op,
                                             const ConvArguments &arguments,
                                             Value channel) {
  // Made where it is used: most kernels have few such operands.
  auto load = [&](Value operand) {
    Value index;
    if (auto type = dyn_cast<MemRefType>(operand.getType());
        type && type.getRank() > 0)
      index = arith::IndexCastOp::create(b, b.getIndexType(), channel);
    return loadAtChannel(b, b.getLoc(), operand, index);
  };
  auto loadWide = [&](Value operand) -> Value {
    if (!operand)
      return Value();
    return convertFloat(b, b.getLoc(), load(operand), op.getAccumulatorType());
  };
  Value scale = loadWide(arguments.scale), bias = loadWide(arguments.bias);
  SmallVector<Value> parameters =
      llvm::map_to_vector(arguments.parameters, load);
  return emitPrologue(b, b.getLoc(), op, scale, bias, parameters).pack();
}

Value convoy::emitScaledEpilogue(DeviceBuilder &b, ConvOp op, Value sum,
                                 Value factor, ValueRange channelValues,
                                 Value residual) {
  ChannelValues channel = ChannelValues::unpack(op, channelValues);
  if (factor && channel.scale)
    sum = arith::MulFOp::create(b, sum, factor);
  else if (factor)
    channel.scale = factor;
  return emitEpilogue(b, b.getLoc(), op, sum, channel, residual);
}
