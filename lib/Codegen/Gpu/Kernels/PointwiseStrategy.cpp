//===- PointwiseStrategy.cpp - Kernels of #convoy.pointwise_wgmma ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function around a pointwise kernel, or one with a window, what it knows
// of the operation, and its launch.
//
//===----------------------------------------------------------------------===//

#include "../KernelStrategy.h"
#include "ConvArguments.h"
#include "Epilogue.h"
#include "KernelFunction.h"
#include "WindowKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr StringLiteral kSharedName = "pointwise_shared";

static PointwiseEpilogue makeEpilogue(ConvOp op,
                                      const ConvArguments &arguments) {
  PointwiseEpilogue epilogue;
  epilogue.outputType = getElementTypeOrSelf(op.getInit().getType());
  if (op.getResidual())
    epilogue.residualType = getElementTypeOrSelf(op.getResidual().getType());
  epilogue.isLong = hasMathFunctions(op.getEpilogue());
  epilogue.loadChannel = [op, &arguments](DeviceBuilder &b, Value channel) {
    return emitChannelValues(b, op, arguments, channel);
  };
  epilogue.apply = [op](DeviceBuilder &b, Value sum, Value factor,
                        ValueRange values, Value residual) {
    return emitScaledEpilogue(b, op, sum, factor, values, residual);
  };
  return epilogue;
}

static void emitBody(DeviceBuilder &b, ConvOp op, const PointwisePlan &plan,
                     const WindowPlan *window, gpu::GPUFuncOp function,
                     LLVM::GlobalOp shared) {
  ConvArguments arguments(op, function.getArguments());
  PointwiseEpilogue epilogue = makeEpilogue(op, arguments);
  GlobalImages input = getGlobalImages(b, arguments.input);
  GlobalImages output = getGlobalImages(b, arguments.init);
  PointwiseOperands operands;
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
  operands.filterImage = getGlobalImages(b, arguments.filterImage).pointer;
  Value batch = memref::DimOp::create(b, arguments.init, 0);
  operands.batch = arith::IndexCastOp::create(b, b.getI32Type(), batch);
  operands.shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOfGlobal(b, shared));
  emitPointwiseKernel(b, plan, operands, epilogue, window);
  gpu::ReturnOp::create(b);
}

/// Images of an op whose batch is unknown: enough for all multiprocessors.
static constexpr int64_t kManyImages = 1 << 20;

namespace {
class PointwiseStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "conv"; }

  bool handles(Operation *op) const override {
    auto conv = dyn_cast<ConvOp>(op);
    return conv && !conv.hasTensorSemantics() && conv.getScheduleAttr() &&
           isa<PointwiseWgmmaAttr, WindowWgmmaAttr>(
               conv.getScheduleAttr().getStrategy());
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<ConvOp>(operation);
    StrategyAttrInterface strategy = op.getScheduleAttr().getStrategy();
    if (!op.getFilterImage())
      return op.emitOpError("expected a filter image for ")
             << strategy.getStrategyName() << ": run convoy-pack-filters";
    Location loc = op.getLoc();
    std::optional<WindowPlan> window;
    if (isa<WindowWgmmaAttr>(strategy))
      window = getWindowPlan(op);
    PointwisePlan plan = window ? window->frame : *getPointwisePlan(op);
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    LLVM::GlobalOp shared = createDynamicShared(builder, loc, kSharedName);
    gpu::GPUFuncOp function =
        createKernelFunction(builder, op, plan.getThreads(), name);
    if (plan.clusterBlocks > 1)
      function->setAttr(NVVM::NVVMDialect::getClusterDimAttrName(),
                        builder.getDenseI32ArrayAttr(
                            {static_cast<int32_t>(plan.clusterBlocks), 1, 1}));
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    emitBody(device, op, plan, window ? &*window : nullptr, function, shared);

    const Chip &chip = *lookupChip(op.getScheduleAttr().getChip());
    int64_t batch = cast<ShapedType>(op.getInit().getType()).getDimSize(0);
    int64_t images = ShapedType::isDynamic(batch) ? kManyImages : batch;
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(host, loc, value);
    };
    KernelLaunch launch;
    launch.arguments = llvm::to_vector(op->getOperands());
    launch.grid = {constant(std::max(plan.getGridBlocks(images, chip),
                                     plan.clusterBlocks)),
                   constant(1), constant(1)};
    launch.threadsPerBlock = plan.getThreads();
    launch.dynamicSharedBytes = plan.shared.bytes;
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createPointwiseStrategy() {
  return std::make_unique<PointwiseStrategy>();
}
