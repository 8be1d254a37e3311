//===- DeviceMemory.cpp - Words for memory in kernels ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of DeviceBuilder that loads, stores and copies, and the barriers
// that say when that is done.
//
//===----------------------------------------------------------------------===//

#include "DeviceBuilder.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

/// How long a wait may suspend a thread before it looks again, in nanoseconds.
static constexpr int64_t kWaitHintNanoseconds = 10000000;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static Type getPointer(MLIRContext *context, NVVM::NVVMMemorySpace space) {
  return LLVM::LLVMPointerType::get(context, static_cast<unsigned>(space));
}

Value DeviceBuilder::sharedPointer(Value address, int64_t offset) {
  Type type = getPointer(getContext(), NVVM::NVVMMemorySpace::Shared);
  Value pointer = LLVM::IntToPtrOp::create(*this, type, address);
  if (offset == 0)
    return pointer;
  return LLVM::GEPOp::create(*this, type, getI8Type(), pointer,
                             LLVM::GEPArg(static_cast<int32_t>(offset)));
}

Value DeviceBuilder::loadShared(Type type, Value address, int64_t offset) {
  return LLVM::LoadOp::create(*this, type, sharedPointer(address, offset));
}

/// Bytes of a scalar or vector.
static unsigned getBytes(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  unsigned count = vector ? vector.getNumElements() : 1;
  return count * getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
}

void DeviceBuilder::storeShared(Value value, Value address, int64_t offset) {
  LLVM::StoreOp::create(*this, value, sharedPointer(address, offset),
                        getBytes(value.getType()));
}

Value DeviceBuilder::globalPointer(Value base, Value bytes) {
  Type type = getPointer(getContext(), NVVM::NVVMMemorySpace::Global);
  return LLVM::GEPOp::create(*this, type, getI8Type(), base,
                             LLVM::GEPArg(widen(bytes)));
}

Value DeviceBuilder::loadGlobal(Type type, Value base, Value bytes) {
  return LLVM::LoadOp::create(*this, type, globalPointer(base, bytes),
                              getBytes(type));
}

void DeviceBuilder::storeGlobal(Value value, Value base, Value bytes) {
  LLVM::StoreOp::create(*this, value, globalPointer(base, bytes),
                        getBytes(value.getType()));
}

void DeviceBuilder::fenceAsyncShared() {
  NVVM::FenceProxyOp::create(
      *this, NVVM::ProxyKind::async_shared,
      NVVM::SharedSpaceAttr::get(getContext(), NVVM::SharedSpace::shared_cta));
}

//===----------------------------------------------------------------------===//
// mbarriers
//===----------------------------------------------------------------------===//

void DeviceBuilder::initBarrier(Value address, int64_t arrivals) {
  NVVM::MBarrierInitOp::create(*this, sharedPointer(address), i32(arrivals),
                               Value());
}

void DeviceBuilder::arrive(Value address) {
  NVVM::MBarrierArriveOp::create(*this, getI64Type(), sharedPointer(address),
                                 Value());
}

void DeviceBuilder::arriveIn(Value rank, Value address) {
  Type type = getPointer(getContext(), NVVM::NVVMMemorySpace::SharedCluster);
  Value barrier =
      NVVM::MapaOp::create(*this, type, sharedPointer(address), rank);
  // Scope cluster would wait for all that the thread has under way, also in
  // global memory.
  NVVM::MBarrierArriveOp::create(*this, Type(), barrier, Value());
}

void DeviceBuilder::arriveExpecting(Value address, Value bytes) {
  NVVM::MBarrierArriveExpectTxOp::create(*this, Type(), sharedPointer(address),
                                         bytes, NVVM::MemScopeKind::CTA,
                                         /*relaxed=*/false, Value());
}

void DeviceBuilder::waitBarrier(Value address, Value parity) {
  NVVM::MBarrierTryWaitParityOp::create(*this, sharedPointer(address), parity,
                                        i32(kWaitHintNanoseconds));
}

//===----------------------------------------------------------------------===//
// Copies of 16 bytes
//===----------------------------------------------------------------------===//

static constexpr uint32_t kPieceBytes = 16;

void DeviceBuilder::copyPiece(Value sharedAddress, Value globalPointer,
                              Value bytes) {
  NVVM::CpAsyncOp::create(*this, sharedPointer(sharedAddress), globalPointer,
                          kPieceBytes, NVVM::LoadCacheModifierKind::CG, bytes);
}

void DeviceBuilder::arriveWhenCopied(Value barrier) {
  NVVM::CpAsyncMBarrierArriveOp::create(*this, sharedPointer(barrier),
                                        /*noinc=*/true);
}

void DeviceBuilder::waitPieces() {
  NVVM::CpAsyncCommitGroupOp::create(*this);
  NVVM::CpAsyncWaitGroupOp::create(*this, static_cast<uint32_t>(0));
}

//===----------------------------------------------------------------------===//
// Bulk copies
//===----------------------------------------------------------------------===//

void DeviceBuilder::bulkLoad(Value sharedAddress, Value globalPointer,
                             Value bytes, Value barrier) {
  NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(
      *this, sharedPointer(sharedAddress), globalPointer,
      sharedPointer(barrier), bytes, Value(), Value());
}

void DeviceBuilder::bulkLoadToCluster(Value sharedAddress, Value globalPointer,
                                      Value bytes, Value barrier,
                                      int64_t blocks) {
  // A block's own addresses are addresses of the cluster.
  Type type = getPointer(getContext(), NVVM::NVVMMemorySpace::SharedCluster);
  Value target = LLVM::IntToPtrOp::create(*this, type, sharedAddress);
  Value mask =
      arith::ConstantOp::create(*this, getI16IntegerAttr((1 << blocks) - 1));
  NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(*this, target, globalPointer,
                                                   sharedPointer(barrier),
                                                   bytes, mask, Value());
}

void DeviceBuilder::bulkStore(Value globalPointer, Value sharedAddress,
                              Value bytes) {
  NVVM::CpAsyncBulkSharedCTAToGlobalOp::create(*this, globalPointer,
                                               sharedPointer(sharedAddress),
                                               bytes, Value(), Value());
}

void DeviceBuilder::commitBulkStores() {
  NVVM::CpAsyncBulkCommitGroupOp::create(*this);
}

void DeviceBuilder::waitBulkReads(int64_t pending) {
  NVVM::CpAsyncBulkWaitGroupOp::create(*this, static_cast<uint32_t>(pending),
                                       getUnitAttr());
}
