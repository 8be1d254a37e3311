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

#include "../KernelStrategy.h"
#include "ConvArguments.h"
#include "Epilogue.h"
#include "PatchKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

/// Shared memory, whose size the launch decides.
static constexpr StringLiteral kSharedName = "patch_shared";
static constexpr int64_t kSharedAlignmentBytes = 1024;
/// Counts the blocks that have arrived at a batch of loads. Each launch leaves
/// it zero.
static constexpr StringLiteral kCounterName = "patch_arrivals";

static LLVM::GlobalOp createGlobal(OpBuilder &builder, Location loc,
                                   StringRef name, Type type,
                                   LLVM::Linkage linkage, Attribute value,
                                   int64_t alignment,
                                   NVVM::NVVMMemorySpace space) {
  return LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/false,
                                linkage, name, value, alignment,
                                static_cast<unsigned>(space));
}

static Value addressOf(DeviceBuilder &b, LLVM::GlobalOp global) {
  return LLVM::AddressOfOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext(), global.getAddrSpace()),
      global.getSymName());
}

/// The kernel's function, empty but for its entry block.
static gpu::GPUFuncOp createFunction(OpBuilder &builder, ConvOp op,
                                     const PatchPlan &plan, StringRef name) {
  auto function = gpu::GPUFuncOp::create(
      builder, op.getLoc(), name,
      builder.getFunctionType(op->getOperandTypes(), {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
      {static_cast<int32_t>(plan.getThreads()), 1, 1}));
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(1));
  return function;
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

static Value loadResidual(DeviceBuilder &b, const PatchPlan &plan,
                          const GlobalImages &images, Type type,
                          const PatchElement &element) {
  int64_t bytes = type.getIntOrFloatBitWidth() / 8;
  Value image = b.mul(b.widen(element.image), images.imageBytes);
  int64_t planePixels = plan.outputHeight * plan.outputWidth;
  Value plane = b.mul(element.channel, planePixels);
  // What a tile computes above and below the image is not stored, but its
  // residual is loaded: from within the plane. Above it, pixels wrap.
  Value pixel = b.min(element.pixel, b.i32(planePixels - 1));
  Value inImage = b.mul(b.add(plane, pixel), bytes);
  return b.loadGlobal(type, images.pointer, b.add(image, b.widen(inImage)));
}

static PatchEpilogue makeEpilogue(DeviceBuilder &b, ConvOp op,
                                  const PatchPlan &plan,
                                  const ConvArguments &arguments) {
  PatchEpilogue epilogue;
  epilogue.outputType = getElementTypeOrSelf(op.getInit().getType());
  epilogue.isLong = hasMathFunctions(op.getEpilogue());
  epilogue.loadChannel = [op, &arguments](DeviceBuilder &b, Value channel) {
    return emitChannelValues(b, op, arguments, channel);
  };
  GlobalImages residual;
  Type residualType;
  if (arguments.residual) {
    residual = getGlobalImages(b, arguments.residual);
    residualType = getElementTypeOrSelf(arguments.residual.getType());
  }
  epilogue.apply = [op, &plan, residual, residualType](
                       DeviceBuilder &b, Value sum, Value factor,
                       ValueRange values, const PatchElement &element) {
    Value other;
    if (residualType)
      other = loadResidual(b, plan, residual, residualType, element);
    return emitScaledEpilogue(b, op, sum, factor, values, other);
  };
  return epilogue;
}

//===----------------------------------------------------------------------===//
// Kernel and launch
//===----------------------------------------------------------------------===//

static void emitBody(DeviceBuilder &b, ConvOp op, const PatchPlan &plan,
                     gpu::GPUFuncOp function, LLVM::GlobalOp shared,
                     LLVM::GlobalOp counter) {
  ConvArguments arguments(op, function.getArguments());
  PatchEpilogue epilogue = makeEpilogue(b, op, plan, arguments);
  GlobalImages input = getGlobalImages(b, arguments.input);
  GlobalImages output = getGlobalImages(b, arguments.init);
  PatchOperands operands;
  operands.input = input.pointer;
  operands.inputImageBytes = input.imageBytes;
  operands.output = output.pointer;
  operands.outputImageBytes = output.imageBytes;
  operands.filter = getGlobalImages(b, arguments.filter).pointer;
  if (arguments.filterImage)
    operands.filterImage = getGlobalImages(b, arguments.filterImage).pointer;
  if (counter)
    operands.counter = addressOf(b, counter);
  Value batch = memref::DimOp::create(b, arguments.init, 0);
  operands.batch = arith::IndexCastOp::create(b, b.getI32Type(), batch);
  operands.shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOf(b, shared));
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
    auto conv = dyn_cast<ConvOp>(op);
    return conv && !conv.hasTensorSemantics() && conv.getScheduleAttr() &&
           isa<PatchWgmmaAttr>(conv.getScheduleAttr().getStrategy());
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<ConvOp>(operation);
    Location loc = op.getLoc();
    PatchPlan plan = *getPatchPlan(op);
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    LLVM::GlobalOp shared =
        createGlobal(builder, loc, kSharedName,
                     LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
                     LLVM::Linkage::External, Attribute(),
                     kSharedAlignmentBytes, NVVM::NVVMMemorySpace::Shared);
    LLVM::GlobalOp counter;
    if (plan.alignLoads)
      counter =
          createGlobal(builder, loc, kCounterName, builder.getI32Type(),
                       LLVM::Linkage::Internal, builder.getI32IntegerAttr(0),
                       /*alignment=*/4, NVVM::NVVMMemorySpace::Global);
    gpu::GPUFuncOp function = createFunction(builder, op, plan, name);
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    emitBody(device, op, plan, function, shared, counter);

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

std::unique_ptr<KernelStrategy> convoy::createPatchStrategy() {
  return std::make_unique<PatchStrategy>();
}
