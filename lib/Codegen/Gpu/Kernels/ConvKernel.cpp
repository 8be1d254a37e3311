//===- ConvKernel.cpp - Around the kernels of convolutions ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function of a kernel, as its strategy has made it, tells the kernel's
// code what it computes.
//
//===----------------------------------------------------------------------===//

#include "ConvKernel.h"

#include "Epilogue.h"
#include "KernelFunction.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

ConvEpilogue convoy::getConvEpilogue(ConvOp op,
                                     const ConvArguments &arguments) {
  ConvEpilogue epilogue;
  epilogue.loadChannel = [op, &arguments](DeviceBuilder &b, Value channel) {
    return emitChannelValues(b, op, arguments, channel);
  };
  epilogue.outputType = getElementTypeOrSelf(op.getInit().getType());
  if (op.getResidual())
    epilogue.residualType = getElementTypeOrSelf(op.getResidual().getType());
  epilogue.channelValues =
      static_cast<int64_t>(getChannelValueTypes(op).size());
  epilogue.instructions = countInstructions(op.getEpilogue());
  return epilogue;
}

ConvOperands convoy::getConvOperands(DeviceBuilder &b,
                                     const ConvArguments &arguments,
                                     LLVM::GlobalOp shared) {
  GlobalImages input = getGlobalImages(b, arguments.input);
  GlobalImages output = getGlobalImages(b, arguments.init);
  ConvOperands operands;
  operands.input = input.pointer;
  operands.inputImageBytes = input.imageBytes;
  operands.output = output.pointer;
  operands.outputImageBytes = output.imageBytes;
  if (arguments.residual) {
    GlobalImages residual = getGlobalImages(b, arguments.residual);
    operands.residual = residual.pointer;
    operands.residualImageBytes = residual.imageBytes;
  }
  operands.filter = getGlobalImages(b, arguments.filter).pointer;
  if (arguments.filterImage)
    operands.filterImage = getGlobalImages(b, arguments.filterImage).pointer;
  Value batch = memref::DimOp::create(b, arguments.init, 0);
  operands.batch = arith::IndexCastOp::create(b, b.getI32Type(), batch);
  operands.shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOfGlobal(b, shared));
  return operands;
}

KernelLaunch convoy::makeConvLaunch(OpBuilder &host, ConvOp op, int64_t blocks,
                                    int64_t threadsPerBlock,
                                    int64_t dynamicSharedBytes) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(host, op.getLoc(), value);
  };
  KernelLaunch launch;
  launch.arguments = llvm::to_vector(op->getOperands());
  launch.grid = {constant(blocks), constant(1), constant(1)};
  launch.threadsPerBlock = threadsPerBlock;
  launch.dynamicSharedBytes = dynamicSharedBytes;
  return launch;
}
