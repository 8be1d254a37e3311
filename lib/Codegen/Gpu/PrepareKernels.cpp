//===- PrepareKernels.cpp - No data on the host ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memrefs are device memory, which the code around kernels must not touch. What
// it reads there is read by the kernels instead, what it writes becomes an
// operation without loops, which is a kernel of one thread.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYPREPAREKERNELS
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

/// The buffer that `memref` is a view of.
static Value getBuffer(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// True if `buffer` overlaps with no other buffer of which the same is true.
/// What a loop, a condition or a call hands on may be any buffer.
static bool isDistinct(Value buffer) {
  if (auto argument = dyn_cast<BlockArgument>(buffer))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp()) &&
           argument.getOwner()->isEntryBlock();
  return isa<memref::AllocOp, memref::AllocaOp, memref::GetGlobalOp>(
      buffer.getDefiningOp());
}

static bool mayOverlap(Value a, Value b) {
  return a == b || !isDistinct(a) || !isDistinct(b);
}

/// True if `op`, or something in it, may write to `buffer`.
static bool mayWrite(Operation *op, Value buffer) {
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(op);
  if (!effects)
    return true;
  return llvm::any_of(*effects, [&](const auto &effect) {
    return isa<MemoryEffects::Write>(effect.getEffect()) &&
           (!effect.getValue() ||
            mayOverlap(getBuffer(effect.getValue()), buffer));
  });
}

/// True if `load` would read the same in each iteration of `user`.
static bool canReadAt(memref::LoadOp load, Operation *user) {
  Operation *end = load->getBlock()->findAncestorOpInBlock(*user);
  Value buffer = getBuffer(load.getMemref());
  if (!end)
    return false;
  for (Operation *op = load->getNextNode(); op && op != end;
       op = op->getNextNode())
    if (mayWrite(op, buffer))
      return false;
  // What does not loop reads before it writes.
  auto generic = dyn_cast<linalg::GenericOp>(user);
  bool readsFirst = generic && generic.getNumLoops() == 0;
  return (end == user && readsFirst) || !mayWrite(end, buffer);
}

/// The element of `memref` at `indices`, as a memref of rank zero.
static Value createElementView(OpBuilder &builder, Location loc, Value memref,
                               ValueRange indices) {
  if (indices.empty())
    return memref;
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<OpFoldResult> offsets(indices.begin(), indices.end());
  SmallVector<OpFoldResult> ones(type.getRank(), builder.getIndexAttr(1));
  MemRefType reduced = memref::SubViewOp::inferRankReducedResultType(
      /*resultShape=*/{}, type, offsets, ones, ones);
  return memref::SubViewOp::create(builder, loc, reduced, memref, offsets, ones,
                                   ones);
}

/// Creates an operation without loops that writes `value` to `element`.
static linalg::GenericOp createScalarOperation(OpBuilder &builder, Location loc,
                                               Value element, Value value) {
  AffineMap scalar = AffineMap::get(0, 0, builder.getContext());
  return linalg::GenericOp::create(
      builder, loc, ValueRange(), ValueRange(element), ArrayRef(scalar),
      ArrayRef<utils::IteratorType>(),
      [&](OpBuilder &inner, Location loc, ValueRange) {
        linalg::YieldOp::create(inner, loc, value);
      });
}

namespace {
/// Lets operations read the scalars that the host has loaded for them.
class ScalarReads {
public:
  /// Moves what computes the scalars that `op` uses into its body.
  LogicalResult sinkInto(linalg::GenericOp op) {
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op.getRegion(), captured);
    Body body(op);
    for (Value value : captured) {
      if (!dependsOnLoad(value))
        continue;
      FailureOr<Value> inside = clone(value, body);
      if (failed(inside))
        return failure();
      replaceAllUsesInRegionWith(value, *inside, op.getRegion());
    }
    return success();
  }

  /// Lets `op` read scalar parameters from where they are loaded from.
  LogicalResult readParameters(ConvOp op) {
    for (OpOperand &operand : op.getParametersMutable()) {
      auto load = operand.get().getDefiningOp<memref::LoadOp>();
      if (!load)
        continue;
      bool isReadable = load.getIndices().empty() && canReadAt(load, op);
      FailureOr<Value> element = isReadable ? load.getMemref() : copy(load);
      if (failed(element))
        return failure();
      operand.set(*element);
    }
    return success();
  }

private:
  static bool dependsOnLoad(Value value) {
    Operation *definition = value.getDefiningOp();
    if (!definition || isa<BaseMemRefType>(value.getType()))
      return false;
    return isa<memref::LoadOp>(definition) || !isPure(definition) ||
           llvm::any_of(definition->getOperands(), dependsOnLoad);
  }

  /// Where values are cloned to, in front of what is there.
  struct Body {
    explicit Body(linalg::GenericOp op)
        : op(op), builder(OpBuilder::atBlockBegin(op.getBody())) {}

    linalg::GenericOp op;
    OpBuilder builder;
    IRMapping mapping;
  };

  FailureOr<Value> clone(Value value, Body &body) {
    if (!dependsOnLoad(value))
      return value;
    if (Value known = body.mapping.lookupOrNull(value))
      return known;
    Operation *definition = value.getDefiningOp();
    auto load = dyn_cast<memref::LoadOp>(definition);
    if (load && !canReadAt(load, body.op))
      return readCopy(load, body);
    if (!load && (!isPure(definition) || definition->getNumRegions() != 0))
      return definition->emitError("expected scalars that kernels can compute "
                                   "where they need them, found '")
             << definition->getName() << "'";
    for (Value operand : definition->getOperands()) {
      FailureOr<Value> inside = clone(operand, body);
      if (failed(inside))
        return failure();
      if (*inside != operand)
        body.mapping.map(operand, *inside);
    }
    body.builder.clone(*definition, body.mapping);
    return body.mapping.lookup(value);
  }

  FailureOr<Value> readCopy(memref::LoadOp load, Body &body) {
    FailureOr<Value> element = copy(load);
    if (failed(element))
      return failure();
    Value inside =
        memref::LoadOp::create(body.builder, load.getLoc(), *element);
    body.mapping.map(load.getResult(), inside);
    return inside;
  }

  /// A memref of rank zero with what `load` has read, which nothing overwrites.
  FailureOr<Value> copy(memref::LoadOp load) {
    if (Value known = copies.lookup(load))
      return known;
    // Not in the loop that the load may be in: one is enough.
    auto function = load->getParentOfType<func::FuncOp>();
    OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
    Value element = memref::AllocOp::create(
        builder, load.getLoc(), MemRefType::get({}, load.getType()));
    builder.setInsertionPointAfter(load);
    linalg::GenericOp writer =
        createScalarOperation(builder, load.getLoc(), element, load);
    copies[load] = element;
    if (failed(sinkInto(writer)))
      return failure();
    return element;
  }

  DenseMap<Operation *, Value> copies;
};
} // namespace

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// Replaces `store` by an operation without loops.
static void makeStoreOperation(memref::StoreOp store) {
  OpBuilder builder(store);
  Location loc = store.getLoc();
  Value element =
      createElementView(builder, loc, store.getMemref(), store.getIndices());
  createScalarOperation(builder, loc, element, store.getValue());
  store.erase();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// After the rewrites, whatever else touches memory.
static LogicalResult checkLeftovers(func::FuncOp function) {
  WalkResult result =
      function.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        if (isa<linalg::GenericOp, ConvOp, PackFilterOp>(op))
          return WalkResult::skip();
        bool isParallel = isa<scf::ParallelOp, scf::ForallOp>(op);
        if (!isParallel &&
            (op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
             op == function))
          return WalkResult::advance();
        bool touches = hasEffect<MemoryEffects::Read>(op) ||
                       hasEffect<MemoryEffects::Write>(op) ||
                       !isa<MemoryEffectOpInterface>(op);
        if (!isParallel && (!touches || isMemoryEffectFree(op) ||
                            op->hasTrait<OpTrait::IsTerminator>()))
          return WalkResult::advance();
        op->emitError("expected operations that a GPU kernel can compute, "
                      "found '")
            << op->getName() << "'";
        return WalkResult::interrupt();
      });
  return failure(result.wasInterrupted());
}

/// Erases loads that nothing uses any more, with what only they used.
static void eraseUnusedReads(func::FuncOp function) {
  function.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
    if (op != function && isOpTriviallyDead(op))
      op->erase();
  });
}

namespace {
struct PrepareKernelsPass
    : convoy::impl::ConvoyPrepareKernelsBase<PrepareKernelsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    function.walk([](memref::StoreOp store) {
      if (!store->getParentOfType<linalg::GenericOp>())
        makeStoreOperation(store);
    });
    ScalarReads reads;
    WalkResult result = function.walk([&](Operation *op) -> WalkResult {
      if (auto conv = dyn_cast<ConvOp>(op))
        return reads.readParameters(conv);
      auto generic = dyn_cast<linalg::GenericOp>(op);
      return generic ? reads.sinkInto(generic) : success();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    eraseUnusedReads(function);
    if (failed(checkLeftovers(function)))
      signalPassFailure();
  }
};
} // namespace
