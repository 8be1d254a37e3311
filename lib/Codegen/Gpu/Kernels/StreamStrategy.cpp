//===- StreamStrategy.cpp - Kernels of #convoy.stream_wgmma ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function around a filter-streaming kernel, what it knows of the
// operation, and its launch.
//
//===----------------------------------------------------------------------===//

#include "../KernelStrategy.h"
#include "ConvArguments.h"
#include "Epilogue.h"
#include "KernelFunction.h"
#include "StreamKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr StringLiteral kSharedName = "stream_shared";

static StreamEpilogue makeEpilogue(ConvOp op, const ConvArguments &arguments) {
  StreamEpilogue epilogue;
  epilogue.outputType = getElementTypeOrSelf(op.getInit().getType());
  if (op.getResidual())
    epilogue.residualType = getElementTypeOrSelf(op.getResidual().getType());
  epilogue.isLong = hasMathFunctions(op.getEpilogue());
  epilogue.loadChannel = [op, &arguments](DeviceBuilder &b, Value channel) {
    return emitChannelValues(b, op, arguments, channel);
  };
  epilogue.apply = [op](DeviceBuilder &b, Value sum, ValueRange values,
                        Value residual) {
    return emitScaledEpilogue(b, op, sum, /*factor=*/Value(), values, residual);
  };
  return epilogue;
}

/// The largest power of two, up to 8, at multiples of which the images of
/// `type` begin, in elements: tensors are aligned.
static int64_t getAlignedElements(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  if (ShapedType::isDynamic(offset) || ShapedType::isDynamic(strides[0]))
    return 1;
  int64_t elements = 8;
  while ((offset | strides[0]) % elements != 0)
    elements /= 2;
  return elements;
}

static void emitBody(DeviceBuilder &b, ConvOp op, const StreamPlan &plan,
                     gpu::GPUFuncOp function, LLVM::GlobalOp shared) {
  ConvArguments arguments(op, function.getArguments());
  StreamEpilogue epilogue = makeEpilogue(op, arguments);
  GlobalImages input = getGlobalImages(b, arguments.input);
  GlobalImages output = getGlobalImages(b, arguments.init);
  StreamOperands operands;
  operands.input = input.pointer;
  operands.inputImageBytes = input.imageBytes;
  operands.output = output.pointer;
  operands.outputImageBytes = output.imageBytes;
  operands.alignedElements =
      getAlignedElements(cast<MemRefType>(arguments.init.getType()));
  if (arguments.residual) {
    GlobalImages residual = getGlobalImages(b, arguments.residual);
    operands.residual = residual.pointer;
    operands.residualImageBytes = residual.imageBytes;
  }
  operands.filter = getGlobalImages(b, arguments.filter).pointer;
  operands.filterImage = getGlobalImages(b, arguments.filterImage).pointer;
  Value batch = memref::DimOp::create(b, arguments.init, 0);
  operands.batch = arith::IndexCastOp::create(b, b.getI32Type(), batch);
  operands.shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOfGlobal(b, shared));
  emitStreamKernel(b, plan, operands, epilogue);
  gpu::ReturnOp::create(b);
}

/// Blocks of the grid: one for each tile, but not more than the chip runs at a
/// time.
static int64_t getNumBlocks(ConvOp op, const StreamPlan &plan,
                            const Chip &chip) {
  int64_t batch = cast<ShapedType>(op.getInit().getType()).getDimSize(0);
  if (ShapedType::isDynamic(batch))
    return chip.referenceSMs;
  return std::clamp<int64_t>(plan.getTiles(batch), 1, chip.referenceSMs);
}

namespace {
class StreamStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "conv"; }

  bool handles(Operation *op) const override {
    auto conv = dyn_cast<ConvOp>(op);
    return conv && !conv.hasTensorSemantics() && conv.getScheduleAttr() &&
           isa<StreamWgmmaAttr>(conv.getScheduleAttr().getStrategy());
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<ConvOp>(operation);
    if (!op.getFilterImage())
      return op.emitOpError("expected a filter image for stream_wgmma: run "
                            "convoy-pack-filters");
    Location loc = op.getLoc();
    StreamPlan plan = *getStreamPlan(op);
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    LLVM::GlobalOp shared = createDynamicShared(builder, loc, kSharedName);
    gpu::GPUFuncOp function =
        createKernelFunction(builder, op, plan.getThreads(), name);
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    emitBody(device, op, plan, function, shared);

    const Chip &chip = *lookupChip(op.getScheduleAttr().getChip());
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(host, loc, value);
    };
    KernelLaunch launch;
    launch.arguments = llvm::to_vector(op->getOperands());
    launch.grid = {constant(getNumBlocks(op, plan, chip)), constant(1),
                   constant(1)};
    launch.threadsPerBlock = plan.getThreads();
    launch.dynamicSharedBytes = plan.shared.bytes;
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createStreamStrategy() {
  return std::make_unique<StreamStrategy>();
}
