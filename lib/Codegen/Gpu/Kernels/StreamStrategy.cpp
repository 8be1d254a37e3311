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

#include "KernelFunction.h"
#include "StreamKernel.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;

static constexpr StringLiteral kSharedName = "stream_shared";

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
  StreamEpilogue epilogue{
      getConvEpilogue(op, arguments),
      [op](DeviceBuilder &b, Value sum, ValueRange values, Value residual) {
        return emitScaledEpilogue(b, op, sum, /*factor=*/Value(), values,
                                  residual);
      }};
  auto output = cast<MemRefType>(arguments.init.getType());
  auto input = cast<MemRefType>(arguments.input.getType());
  StreamOperands operands{getConvOperands(b, arguments, shared),
                          getAlignedElements(output),
                          getAlignedElements(input)};
  emitStreamKernel(b, plan, operands, epilogue);
  gpu::ReturnOp::create(b);
}

/// Blocks of the grid: one for each tile, or a cluster, but not more than the
/// chip runs at a time.
static int64_t getNumBlocks(ConvOp op, const StreamPlan &plan,
                            const Chip &chip) {
  int64_t batch = cast<ShapedType>(op.getInit().getType()).getDimSize(0);
  int64_t clusters = plan.getResidentClusters(chip);
  if (!ShapedType::isDynamic(batch))
    clusters = std::clamp<int64_t>(plan.getTiles(batch), 1, clusters);
  return clusters * plan.channelParts;
}

namespace {
class StreamStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "conv"; }

  bool handles(Operation *op) const override {
    return isScheduledAs<StreamWgmmaAttr>(op);
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
    if (plan.channelParts > 1)
      function->setAttr(NVVM::NVVMDialect::getClusterDimAttrName(),
                        builder.getDenseI32ArrayAttr(
                            {static_cast<int32_t>(plan.channelParts), 1, 1}));
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    emitBody(device, op, plan, function, shared);

    const Chip &chip = *lookupChip(op.getScheduleAttr().getChip());
    return makeConvLaunch(host, op, getNumBlocks(op, plan, chip),
                          plan.getThreads(), plan.shared.bytes);
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createStreamStrategy() {
  return std::make_unique<StreamStrategy>();
}
