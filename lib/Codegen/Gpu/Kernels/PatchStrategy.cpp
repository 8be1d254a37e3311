//===- PatchStrategy.cpp - Kernels of #convoy.patch_wgmma -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function around a patch-resident kernel, what it knows of the operation,
// and its launch.
//
//===----------------------------------------------------------------------===//

#include "KernelFunction.h"
#include "PatchKernel.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;

static constexpr StringLiteral kSharedName = "patch_shared";
/// Counts the blocks that have arrived at a batch of loads. Each launch leaves
/// it zero.
static constexpr StringLiteral kCounterName = "patch_arrivals";

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

static Value loadResidual(DeviceBuilder &b, const PatchPlan &plan,
                          const ConvOperands &operands, Type type,
                          const PatchElement &element) {
  int64_t bytes = type.getIntOrFloatBitWidth() / 8;
  Value image = b.mul(b.widen(element.image), operands.residualImageBytes);
  int64_t planePixels = plan.outputHeight * plan.outputWidth;
  Value plane = b.mul(element.channel, planePixels);
  // What a tile computes above and below the image is not stored, but its
  // residual is loaded: from within the plane. Above it, pixels wrap.
  Value pixel = b.min(element.pixel, b.i32(planePixels - 1));
  Value inImage = b.mul(b.add(plane, pixel), bytes);
  return b.loadGlobal(type, operands.residual, b.add(image, b.widen(inImage)));
}

static PatchEpilogue makeEpilogue(ConvOp op, const PatchPlan &plan,
                                  const ConvArguments &arguments,
                                  const ConvOperands &operands) {
  PatchEpilogue epilogue{getConvEpilogue(op, arguments), {}, {}};
  if (Type type = epilogue.residualType)
    epilogue.loadResidual = [&plan, &operands, type](
                                DeviceBuilder &b, const PatchElement &element) {
      return loadResidual(b, plan, operands, type, element);
    };
  epilogue.apply = [op](DeviceBuilder &b, Value sum, Value factor,
                        ValueRange values, Value residual) {
    return emitScaledEpilogue(b, op, sum, factor, values, residual);
  };
  return epilogue;
}

//===----------------------------------------------------------------------===//
// Kernel and launch
//===----------------------------------------------------------------------===//

/// What a block's threads may have each: ptxas allots them in eighths to warps
/// that a scheduler has.
static int64_t getRegisters(ConvOp op, const PatchPlan &plan) {
  constexpr int64_t kSchedulerThreads = 4 * kThreadsPerWarp;
  const Chip &chip = *lookupChip(op.getScheduleAttr().getChip());
  int64_t most =
      chip.registersPerSM / llvm::alignTo(plan.getThreads(), kSchedulerThreads);
  return std::min(most / 8 * 8, chip.registersPerThread);
}

static void emitBody(DeviceBuilder &b, ConvOp op, const PatchPlan &plan,
                     gpu::GPUFuncOp function, LLVM::GlobalOp shared,
                     LLVM::GlobalOp counter) {
  ConvArguments arguments(op, function.getArguments());
  PatchOperands operands{getConvOperands(b, arguments, shared),
                         counter ? addressOfGlobal(b, counter) : Value(),
                         getRegisters(op, plan)};
  PatchEpilogue epilogue = makeEpilogue(op, plan, arguments, operands);
  emitPatchKernel(b, plan, operands, epilogue);
  gpu::ReturnOp::create(b);
}

/// Blocks of the grid: as many for each group of filters as there are tiles,
/// but not more than the chip runs at a time.
static int64_t getNumBlocks(ConvOp op, const PatchPlan &plan,
                            const Chip &chip) {
  int64_t groups = plan.getFilterGroups();
  int64_t peers = std::max<int64_t>(chip.referenceSMs / groups, 1);
  int64_t batch = cast<ShapedType>(op.getInit().getType()).getDimSize(0);
  if (!ShapedType::isDynamic(batch))
    peers = std::clamp<int64_t>(batch * plan.tilesPerImage, 1, peers);
  return peers * groups;
}

namespace {
class PatchStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "conv"; }

  bool handles(Operation *op) const override {
    return isScheduledAs<PatchWgmmaAttr>(op);
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<ConvOp>(operation);
    Location loc = op.getLoc();
    PatchPlan plan = *getPatchPlan(op);
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    LLVM::GlobalOp shared = createDynamicShared(builder, loc, kSharedName);
    LLVM::GlobalOp counter;
    if (plan.alignLoads)
      counter = createDeviceGlobal(
          builder, loc, kCounterName, builder.getI32Type(),
          LLVM::Linkage::Internal, builder.getI32IntegerAttr(0),
          /*alignmentBytes=*/4, NVVM::NVVMMemorySpace::Global);
    gpu::GPUFuncOp function =
        createKernelFunction(builder, op, plan.getThreads(), name);
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    emitBody(device, op, plan, function, shared, counter);

    const Chip &chip = *lookupChip(op.getScheduleAttr().getChip());
    return makeConvLaunch(host, op, getNumBlocks(op, plan, chip),
                          plan.getThreads(), plan.shared.bytes);
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createPatchStrategy() {
  return std::make_unique<PatchStrategy>();
}
