//===- DeviceBuilder.h - Words for building kernels ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An OpBuilder with short names for what a kernel that is written by hand, in
// C++, is made of: 32-bit arithmetic that folds, structured control flow with
// lambdas, shared memory by 32-bit addresses, mbarriers and bulk copies.
//
// Knows nothing of convolutions.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_DEVICEBUILDER_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_DEVICEBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::convoy {

class DeviceBuilder : public ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  //===--- Integers of 32 bits -------------------------------------------===//

  Value i32(int64_t value);
  Value i64(int64_t value);
  Value f32(float value);
  Value add(Value a, Value b);
  Value add(Value a, int64_t b) { return add(a, constantLike(a, b)); }
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  Value mul(Value a, int64_t b) { return mul(a, constantLike(a, b)); }
  Value div(Value a, Value b);
  Value div(Value a, int64_t b) { return div(a, constantLike(a, b)); }
  Value rem(Value a, int64_t b);
  Value bitAnd(Value a, int64_t b);
  Value bitOr(Value a, Value b);
  Value bitXor(Value a, int64_t b);
  Value shl(Value a, int64_t bits);
  Value shr(Value a, int64_t bits);
  Value min(Value a, Value b);
  Value max(Value a, Value b);
  Value maxSigned(Value a, int64_t b);
  /// Unsigned for ult, ule, ugt, uge, umin and umax.
  Value compare(arith::CmpIPredicate predicate, Value a, Value b);
  Value compare(arith::CmpIPredicate predicate, Value a, int64_t b) {
    return compare(predicate, a, constantLike(a, b));
  }
  Value select(Value condition, Value a, Value b);
  Value allOf(Value a, Value b);
  Value anyOf(Value a, Value b);
  Value widen(Value a);
  Value bitcast(Type type, Value a);
  /// Scalars of one type as a vector.
  Value makeVector(ValueRange elements);
  /// The elements of a vector; a scalar as it is.
  SmallVector<Value> takeApart(Value vector);

  //===--- Control flow --------------------------------------------------===//

  void ifThen(Value condition, llvm::function_ref<void()> then);
  void ifThenElse(Value condition, llvm::function_ref<void()> then,
                  llvm::function_ref<void()> otherwise);
  /// From zero, in steps of one.
  void forRange(Value end, llvm::function_ref<void(Value)> body);
  void forRange(Value begin, Value end, int64_t step,
                llvm::function_ref<void(Value)> body);
  /// With carried values: the body returns the next ones.
  SmallVector<Value>
  forCarrying(Value begin, Value end, int64_t step, ValueRange initial,
              llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body);

  //===--- Threads -------------------------------------------------------===//

  Value lane();
  /// The thread's number in the block, read here: what is computed from it is
  /// not moved out of loops, where it would take registers all the time.
  Value threadHere();
  /// The i32 `value`, likewise as if it were computed here.
  Value here(Value value);
  /// The i32 `values`, all of which are computed before what follows this: no
  /// part of them is moved to where it is used.
  SmallVector<Value> pin(ValueRange values);
  /// Uniform in a warp, and known to be so by the code generator.
  Value warp();
  /// True in one lane of the warp.
  Value elect();
  void syncWarp();
  /// Of all threads of the block.
  void syncBlock();
  /// Of warps that all come to this very instruction.
  void syncNamed(int64_t barrier, int64_t threads);
  /// Of warps that come to several instructions with the same `barrier`.
  void syncRoles(int64_t barrier, int64_t threads);
  /// Counts this warp at such a barrier without waiting for the others.
  void arriveRoles(int64_t barrier, int64_t threads);
  Value reduceWarp(NVVM::ReduxKind kind, Value value);
  /// True in all lanes if `condition` is in one.
  Value anyLane(Value condition);
  /// Of all threads of the cluster; what they wrote before can be read after
  /// it.
  void syncCluster();
  /// Registers of each thread of a warpgroup from here on, taken from or given
  /// to the block's others.
  void growRegisters(int64_t registers);
  void shrinkRegisters(int64_t registers);
  /// The value of the lane whose number differs by the bits of `mask`.
  Value shuffleXor(Value value, int64_t mask);

  //===--- Memory --------------------------------------------------------===//

  /// Shared memory by its 32-bit address; `offset` is added by the access.
  Value sharedPointer(Value address, int64_t offset = 0);
  Value loadShared(Type type, Value address, int64_t offset = 0);
  void storeShared(Value value, Value address, int64_t offset = 0);
  /// `bytes` may be of 32 or 64 bits.
  Value globalPointer(Value base, Value bytes);
  Value loadGlobal(Type type, Value base, Value bytes);
  void storeGlobal(Value value, Value base, Value bytes);
  /// What the copy engine and wgmma read must be stored before this.
  void fenceAsyncShared();

  //===--- mbarriers -----------------------------------------------------===//

  void initBarrier(Value address, int64_t arrivals);
  void arrive(Value address);
  /// At the barrier that block `rank` of the cluster has at this address.
  void arriveIn(Value rank, Value address);
  void arriveExpecting(Value address, Value bytes);
  /// Until the phase of this parity has completed.
  void waitBarrier(Value address, Value parity);

  //===--- Copies of 16 bytes --------------------------------------------===//

  /// Begins to copy 16 bytes, the first `bytes` (i32, 0 or 16) of which are
  /// read and the rest zeros; all are read if `bytes` is null.
  void copyPiece(Value sharedAddress, Value globalPointer, Value bytes);
  /// Arrives, as one of the expected arrivals, when what the thread has begun
  /// to copy is there.
  void arriveWhenCopied(Value barrier);
  /// Until all that the thread has begun to copy is there.
  void waitPieces();

  //===--- Bulk copies ---------------------------------------------------===//

  void bulkLoad(Value sharedAddress, Value globalPointer, Value bytes,
                Value barrier);
  /// The same to these addresses in each of the cluster's first `blocks`
  /// blocks, whose barriers all count the bytes.
  void bulkLoadToCluster(Value sharedAddress, Value globalPointer, Value bytes,
                         Value barrier, int64_t blocks);
  void bulkStore(Value globalPointer, Value sharedAddress, Value bytes);
  void commitBulkStores();
  /// Until at most `pending` groups still read shared memory.
  void waitBulkReads(int64_t pending);

private:
  Value constantLike(Value a, int64_t value);
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_DEVICEBUILDER_H
