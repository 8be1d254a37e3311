//===- DirectStrategy.cpp - Kernels of #convoy.direct ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function around a direct kernel, and its launch.
//
//===----------------------------------------------------------------------===//

#include "ConvKernel.h"
#include "DirectKernel.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::convoy;

/// The symbol of shared memory whose size the launch decides.
static constexpr StringLiteral kDynamicSharedName = "dynamic_shared";

static MemRefType getSharedType(Builder &builder, int64_t bytes) {
  auto space = gpu::AddressSpaceAttr::get(builder.getContext(),
                                          gpu::AddressSpace::Workgroup);
  return MemRefType::get({bytes}, builder.getI8Type(),
                         MemRefLayoutAttrInterface(), space);
}

static bool isDynamicShared(const DirectTile &tile) {
  return tile.sharedBytes > static_cast<uint64_t>(kStaticSharedBytesPerBlock);
}

/// The kernel's function, empty but for its entry block.
static gpu::GPUFuncOp createFunction(OpBuilder &builder, ConvOp op,
                                     DirectAttr direct, const DirectTile &tile,
                                     StringRef name) {
  SmallVector<Type> workgroup;
  if (tile.sharedBytes > 0 && !isDynamicShared(tile))
    workgroup.push_back(getSharedType(builder, tile.sharedBytes));
  auto function = gpu::GPUFuncOp::create(
      builder, op.getLoc(), name,
      builder.getFunctionType(op->getOperandTypes(), {}), workgroup);
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(
      builder.getDenseI32ArrayAttr({static_cast<int32_t>(tile.threads), 1, 1}));
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(direct.getBlocksPerSM()));
  if (!workgroup.empty())
    function.setWorkgroupAttributionAttr(
        0, LLVM::LLVMDialect::getAlignAttrName(),
        builder.getI64IntegerAttr(kMaxVectorBytes));
  return function;
}

/// The block's shared memory: an attribution, or a symbol without size.
static Value getShared(OpBuilder &builder, gpu::GPUModuleOp module,
                       gpu::GPUFuncOp function, const DirectTile &tile) {
  if (!isDynamicShared(tile))
    return tile.sharedBytes > 0
               ? Value(function.getWorkgroupAttributions().front())
               : Value();
  Location loc = function.getLoc();
  MemRefType type = getSharedType(builder, 0);
  OpBuilder inModule = OpBuilder::atBlockBegin(module.getBody());
  memref::GlobalOp::create(
      inModule, loc, kDynamicSharedName,
      /*sym_visibility=*/StringAttr(), type, /*initial_value=*/Attribute(),
      /*constant=*/false, builder.getI64IntegerAttr(kMaxVectorBytes));
  return memref::GetGlobalOp::create(builder, loc, type, kDynamicSharedName);
}

namespace {
class DirectStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "conv"; }

  bool handles(Operation *op) const override {
    return isScheduledAs<DirectAttr>(op);
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<ConvOp>(operation);
    auto direct = cast<DirectAttr>(op.getScheduleAttr().getStrategy());
    DirectTile tile = DirectTile::get(op, direct);
    Location loc = op.getLoc();

    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    gpu::GPUFuncOp function = createFunction(builder, op, direct, tile, name);
    builder.setInsertionPointToStart(&function.getBody().front());
    Value shared = getShared(builder, module, function, tile);
    DirectKernel kernel(builder, op, direct, function.getArguments(), shared);
    kernel.emitBody();
    gpu::ReturnOp::create(builder, loc);

    IndexMath math(host, loc, host.getIndexType());
    ConvSizeValues sizes = ConvSizeValues::get(math, op, op.getInput(),
                                               op.getFilter(), op.getInit());
    DirectGrid grid = DirectGrid::get(math, sizes, direct, tile);
    KernelLaunch launch;
    launch.arguments = llvm::to_vector(op->getOperands());
    launch.grid = {grid.getNumBlocks(math, direct), math.constant(1),
                   math.constant(1)};
    launch.threadsPerBlock = tile.threads;
    launch.dynamicSharedBytes = isDynamicShared(tile) ? tile.sharedBytes : 0;
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createDirectStrategy() {
  return std::make_unique<DirectStrategy>();
}
