//===- LoopsStrategy.cpp - One thread for each result element -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any linalg.generic on memrefs: a thread for each iteration of the parallel
// loops, neighbours along the last dimension of the result; reduction loops run
// inside of the thread and keep their results in registers.
//
//===----------------------------------------------------------------------===//

#include "../KernelStrategy.h"
#include "LinalgKernel.h"

#include "Convoy/Target/Chip.h"

#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr int64_t kThreadsPerBlock = 256;

/// Threads own elements of results, so no result may depend on a reduction
/// loop or lack a parallel one.
static LogicalResult checkResults(linalg::GenericOp op) {
  SmallVector<utils::IteratorType> types = op.getIteratorTypesArray();
  for (OpOperand &init : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&init);
    for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
      if (map.isFunctionOfDim(loop) != linalg::isParallelIterator(types[loop]))
        return op.emitError("expected results that all parallel loops and no "
                            "reduction loop index, found ")
               << AffineMapAttr::get(map);
  }
  return success();
}

namespace {
/// Emits the loops of one thread.
class ThreadBody {
public:
  ThreadBody(OpBuilder &builder, linalg::GenericOp op, const LoopSizes &sizes,
             const IRMapping &mapping)
      : builder(builder), loc(op.getLoc()), op(op), sizes(sizes),
        mapping(mapping), ivs(op.getNumLoops()) {}

  void emit(ArrayRef<unsigned> parallel, ValueRange position) {
    for (auto [loop, iv] : llvm::zip(parallel, position))
      ivs[loop] = iv;
    SmallVector<Value> results;
    for (OpOperand &init : op.getDpsInitsMutable())
      results.push_back(op.payloadUsesValueFromOperand(&init)
                            ? load(init)
                            : createUnused(init));
    SmallVector<unsigned> reductions;
    op.getReductionDims(reductions);
    results = emitReductions(reductions, results);
    for (auto [init, value] : llvm::zip(op.getDpsInitsMutable(), results))
      storeElement(builder, loc, value, mapping.lookupOrDefault(init.get()),
                   op.getMatchingIndexingMap(&init), ivs);
  }

private:
  Value load(OpOperand &operand) {
    Value value = mapping.lookupOrDefault(operand.get());
    if (!isa<MemRefType>(value.getType()))
      return value;
    return loadElement(builder, loc, value, op.getMatchingIndexingMap(&operand),
                       ivs);
  }

  /// For an init whose contents nothing reads.
  Value createUnused(OpOperand &init) {
    Type element = getElementTypeOrSelf(init.get().getType());
    return arith::ConstantOp::create(builder, loc,
                                     builder.getZeroAttr(element));
  }

  SmallVector<Value> emitReductions(ArrayRef<unsigned> loops,
                                    SmallVector<Value> results) {
    if (loops.empty())
      return emitIteration(results);
    IndexMath math(builder, loc, builder.getIndexType());
    auto lookup = [&](Value value) { return mapping.lookup(value); };
    Value size = sizes.getSize(math, loops.front(), lookup);
    auto loop = scf::ForOp::create(
        builder, loc, math.constant(0), size, math.constant(1), results,
        [&](OpBuilder &inner, Location, Value iv, ValueRange carried) {
          OpBuilder::InsertionGuard guard(builder);
          builder.restoreInsertionPoint(inner.saveInsertionPoint());
          ivs[loops.front()] = iv;
          SmallVector<Value> next =
              emitReductions(loops.drop_front(), SmallVector<Value>(carried));
          scf::YieldOp::create(builder, loc, next);
        });
    return SmallVector<Value>(loop.getResults());
  }

  SmallVector<Value> emitIteration(ValueRange results) {
    SmallVector<Value> operands;
    for (OpOperand *input : op.getDpsInputOperands())
      operands.push_back(load(*input));
    operands.append(results.begin(), results.end());
    return cloneBody(builder, op, operands, ivs, mapping);
  }

  OpBuilder &builder;
  Location loc;
  linalg::GenericOp op;
  const LoopSizes &sizes;
  const IRMapping &mapping;
  SmallVector<Value> ivs;
};

class LoopsStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "loops"; }

  bool handles(Operation *op) const override {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    return generic && generic.hasPureBufferSemantics();
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<linalg::GenericOp>(operation);
    Location loc = op.getLoc();
    FailureOr<LoopSizes> sizes = LoopSizes::get(op);
    if (failed(checkResults(op)) || failed(sizes))
      return failure();
    SmallVector<unsigned> parallel = getThreadOrder(op);

    KernelLaunch launch;
    launch.arguments = collectKernelArguments(op);
    launch.threadsPerBlock = kThreadsPerBlock;
    IndexMath onHost(host, loc, host.getIndexType());
    auto identity = [](Value value) { return value; };
    Value count = sizes->getProduct(onHost, parallel, identity);
    launch.grid = {onHost.ceilDiv(count, kThreadsPerBlock), onHost.constant(1),
                   onHost.constant(1)};

    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    IRMapping mapping;
    createLinalgKernel(builder, op, name, launch.arguments, kThreadsPerBlock,
                       mapping);
    emitThread(builder, op, *sizes, parallel, mapping);
    gpu::ReturnOp::create(builder, loc);
    return launch;
  }

private:
  static void emitThread(OpBuilder &builder, linalg::GenericOp op,
                         const LoopSizes &sizes, ArrayRef<unsigned> parallel,
                         const IRMapping &mapping) {
    Location loc = op.getLoc();
    IndexMath math(
        builder, loc,
        chooseCounterType(builder, sizes.getStaticProduct(parallel)));
    auto lookup = [&](Value value) { return mapping.lookup(value); };
    Value count = sizes.getProduct(math, parallel, lookup);
    Value index = createGlobalThreadIndex(math, kThreadsPerBlock);
    auto guard =
        scf::IfOp::create(builder, loc, math.isInside(index, count), false);
    OpBuilder::InsertionGuard insertion(builder);
    builder.setInsertionPointToStart(guard.thenBlock());
    SmallVector<Value> loopSizes;
    for (unsigned loop : parallel)
      loopSizes.push_back(sizes.getSize(math, loop, lookup));
    SmallVector<Value> position;
    for (Value iv : delinearize(math, index, loopSizes))
      position.push_back(math.toIndex(iv));
    ThreadBody(builder, op, sizes, mapping).emit(parallel, position);
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createLoopsStrategy() {
  return std::make_unique<LoopsStrategy>();
}
