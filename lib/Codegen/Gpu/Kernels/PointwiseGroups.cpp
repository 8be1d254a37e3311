//===- PointwiseGroups.cpp - Sums of several groups of channels -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where groups of warpgroups share the channels of a tile, each has sums of its
// own. All but the first hand theirs over through shared memory.
//
//===----------------------------------------------------------------------===//

#include "KernelBarriers.h"
#include "PointwiseMath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Accumulators that a thread stores as one.
static constexpr int64_t kVector = 4;
static constexpr int64_t kVectorBytes = kVector * 4;

namespace {
class GroupSums {
public:
  GroupSums(PointwiseContext &context, const PointwiseThread &thread)
      : b(context.builder), plan(context.plan) {
    int64_t threads = plan.mathWarpgroups * kThreadsPerWarpgroup;
    // Of the group: its warps follow each other.
    Value inGroup = b.rem(b.threadHere(), threads);
    blockBytes = threads * kVectorBytes;
    groupBytes = plan.rowBlocks * plan.getAccumulators() / kVector * blockBytes;
    first = b.add(b.add(context.operands.shared, plan.shared.sums),
                  b.mul(inGroup, kVectorBytes));
    group = b.here(thread.group);
  }

  SmallVector<Value> emit(ValueRange sums);

private:
  void write(ValueRange sums);
  SmallVector<Value> addAll(ValueRange sums);
  void sync(int64_t barrier) {
    b.syncRoles(barrier, plan.getWarpgroups() * kThreadsPerWarpgroup);
  }
  /// Of the first accumulator of a vector of the thread.
  int64_t getOffset(int64_t rowBlock, int64_t vector) const {
    return (rowBlock * plan.getAccumulators() / kVector + vector) * blockBytes;
  }

  DeviceBuilder &b;
  const PointwisePlan &plan;
  Value group;
  /// The thread's place for the first group that writes.
  Value first;
  int64_t blockBytes;
  int64_t groupBytes;
};
} // namespace

void GroupSums::write(ValueRange sums) {
  Value address = b.add(first, b.mul(b.add(group, -1), groupBytes));
  for (auto [rowBlock, sum] : llvm::enumerate(sums))
    for (int64_t vector :
         llvm::seq<int64_t>(0, plan.getAccumulators() / kVector)) {
      SmallVector<Value> elements;
      for (int64_t i : llvm::seq<int64_t>(0, kVector))
        elements.push_back(
            LLVM::ExtractValueOp::create(b, sum, vector * kVector + i));
      b.storeShared(b.makeVector(elements), address,
                    getOffset(rowBlock, vector));
    }
}

SmallVector<Value> GroupSums::addAll(ValueRange sums) {
  auto type = VectorType::get({kVector}, b.getF32Type());
  SmallVector<Value> totals(sums);
  for (auto [rowBlock, total] : llvm::enumerate(totals))
    for (int64_t other : llvm::seq<int64_t>(0, plan.channelGroups - 1))
      for (int64_t vector :
           llvm::seq<int64_t>(0, plan.getAccumulators() / kVector)) {
        Value part = b.loadShared(
            type, first, other * groupBytes + getOffset(rowBlock, vector));
        for (int64_t i : llvm::seq<int64_t>(0, kVector)) {
          int64_t place = vector * kVector + i;
          Value sum = arith::AddFOp::create(
              b, LLVM::ExtractValueOp::create(b, total, place),
              LLVM::ExtractElementOp::create(b, part, b.i32(i)));
          total = LLVM::InsertValueOp::create(b, total, sum, place);
        }
      }
  return totals;
}

SmallVector<Value> GroupSums::emit(ValueRange sums) {
  Value isFirst = b.compare(CmpIPredicate::eq, group, 0);
  auto op = scf::IfOp::create(b, TypeRange(sums), isFirst,
                              /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  sync(kGroupsWrittenBarrier);
  SmallVector<Value> totals = addAll(sums);
  sync(kGroupsReadBarrier);
  scf::YieldOp::create(b, totals);
  b.setInsertionPointToStart(op.elseBlock());
  write(sums);
  sync(kGroupsWrittenBarrier);
  sync(kGroupsReadBarrier);
  scf::YieldOp::create(b, sums);
  return llvm::to_vector_of<Value>(op.getResults());
}

SmallVector<Value> convoy::emitPointwiseGroupSums(PointwiseContext &context,
                                                  const PointwiseThread &thread,
                                                  ValueRange sums) {
  return GroupSums(context, thread).emit(sums);
}
