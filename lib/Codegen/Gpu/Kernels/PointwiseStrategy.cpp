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

#include "KernelFunction.h"
#include "WindowKernel.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;

static constexpr StringLiteral kSharedName = "pointwise_shared";

static void emitBody(DeviceBuilder &b, ConvOp op, const PointwisePlan &plan,
                     const WindowPlan *window, gpu::GPUFuncOp function,
                     LLVM::GlobalOp shared) {
  ConvArguments arguments(op, function.getArguments());
  PointwiseEpilogue epilogue{getConvEpilogue(op, arguments),
                             [op](DeviceBuilder &b, Value sum, Value factor,
                                  ValueRange values, Value residual) {
                               return emitScaledEpilogue(b, op, sum, factor,
                                                         values, residual);
                             }};
  PointwiseOperands operands = getConvOperands(b, arguments, shared);
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
    return isScheduledAs<PointwiseWgmmaAttr, WindowWgmmaAttr>(op);
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
    int64_t blocks =
        std::max(plan.getGridBlocks(images, chip), plan.clusterBlocks);
    return makeConvLaunch(host, op, blocks, plan.getThreads(),
                          plan.shared.bytes);
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createPointwiseStrategy() {
  return std::make_unique<PointwiseStrategy>();
}
