//===- StreamExchange.cpp - Sums of a cluster's blocks --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order in which sums are added is that of the blocks in their cluster, so
// that runs do not differ. Warps of the same number wait for each other alone:
// those that gather go on with the next tile.
//
//===----------------------------------------------------------------------===//

#include "StreamExchange.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWordBytes = 4;
/// Rows of a thread's first sums; the second ones are as many rows below.
static constexpr int64_t kHalfRows = kStreamWarpRows / 2;

/// Of this block, for what this warp and those of its number have staged.
static Value getWritten(StreamContext &context, Value warp) {
  return context.exchangeBarrier(warp);
}

/// Of this block, for what this warp has staged and they have read.
static Value getRead(StreamContext &context, Value warp) {
  return context.exchangeBarrier(context.builder.add(warp, kStreamMathWarps));
}

void convoy::initExchange(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  int64_t parts = context.plan.channelParts;
  if (parts == 1)
    return;
  for (int64_t warp : llvm::seq<int64_t>(0, kStreamMathWarps)) {
    b.initBarrier(getWritten(context, b.i32(warp)), parts);
    b.initBarrier(getRead(context, b.i32(warp)), parts);
  }
}

static Type getClusterPointer(DeviceBuilder &b) {
  return LLVM::LLVMPointerType::get(
      b.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::SharedCluster));
}

/// At the barrier that block `rank` has at `address`; what the warp has written
/// is seen by those who wait there.
static void releaseTo(DeviceBuilder &b, Value rank, Value address) {
  Value barrier = NVVM::MapaOp::create(b, getClusterPointer(b),
                                       b.sharedPointer(address), rank);
  NVVM::MBarrierArriveOp::create(b, Type(), barrier, /*count=*/Value(),
                                 NVVM::MemScopeKind::CLUSTER);
}

/// Until the phase of this parity has completed; sees what other blocks wrote
/// before.
static void acquire(DeviceBuilder &b, Value address, Value parity) {
  auto loop = scf::WhileOp::create(b, TypeRange(), ValueRange());
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore());
  Value isDone = NVVM::MBarrierTryWaitOp::create(
      b, b.getI1Type(), b.sharedPointer(address), parity, /*ticks=*/Value(),
      NVVM::MemScopeKind::CLUSTER);
  scf::ConditionOp::create(b, b.bitXor(isDone, 1), ValueRange());
  b.createBlock(&loop.getAfter());
  scf::YieldOp::create(b);
}

void StreamExchange::waitUntilRead() {
  if (isShared())
    b.waitBarrier(getRead(context, context.warp),
                  b.bitXor(b.bitAnd(number, 1), 1));
}

Value StreamExchange::getFlagsAddress(Value row) {
  Value first = b.add(context.operands.shared, context.plan.shared.exchange);
  Value warp = b.mul(context.warp, kHalfRows * kWordBytes);
  return b.add(b.add(first, warp), b.mul(row, kWordBytes));
}

void StreamExchange::stageFlags(Value flags) {
  if (isShared())
    b.storeShared(flags, getFlagsAddress(b.shr(context.lane, 2)));
}

void StreamExchange::shareStaged() {
  b.syncWarp();
  if (!isShared())
    return;
  int64_t parts = context.plan.channelParts;
  Value written = getWritten(context, context.warp);
  b.ifThen(b.compare(CmpIPredicate::ult, context.lane, parts),
           [&] { releaseTo(b, context.lane, written); });
  acquire(b, written, b.bitAnd(number, 1));
  // Before the loop over tiles they would take registers.
  Value own = b.here(context.operands.shared);
  for (int64_t rank : llvm::seq<int64_t>(0, parts)) {
    Value theirs = NVVM::MapaOp::create(b, getClusterPointer(b),
                                        b.sharedPointer(own), b.i32(rank));
    distances.push_back(
        b.sub(LLVM::PtrToIntOp::create(b, b.getI32Type(), theirs), own));
  }
}

std::pair<Value, Value> StreamExchange::getRows(Value count) {
  if (!isShared())
    return {b.i32(0), count};
  int64_t rows = context.plan.getPartRows();
  Value first = b.mul(context.rank, rows);
  return {first, b.min(count, b.add(first, rows))};
}

Value StreamExchange::loadFrom(int64_t rank, Type type, Value address) {
  Value pointer = LLVM::IntToPtrOp::create(b, getClusterPointer(b),
                                           b.add(address, distances[rank]));
  return LLVM::LoadOp::create(b, type, pointer);
}

Value StreamExchange::loadSums(Type type, Value address) {
  if (!isShared())
    return b.loadShared(type, address);
  Value sum = loadFrom(0, type, address);
  for (int64_t rank : llvm::seq<int64_t>(1, context.plan.channelParts))
    sum = arith::AddFOp::create(b, sum, loadFrom(rank, type, address));
  return sum;
}

Value StreamExchange::loadFlags(Value row) {
  Value address = getFlagsAddress(b.bitAnd(row, kHalfRows - 1));
  Value flags = b.i32(0);
  for (int64_t rank : llvm::seq<int64_t>(0, context.plan.channelParts))
    flags = b.bitOr(flags, loadFrom(rank, b.getI32Type(), address));
  return flags;
}

void StreamExchange::endReading() {
  b.syncWarp();
  if (!isShared())
    return;
  Value read = getRead(context, context.warp);
  b.ifThen(
      b.compare(CmpIPredicate::ult, context.lane, context.plan.channelParts),
      [&] { b.arriveIn(context.lane, read); });
}
