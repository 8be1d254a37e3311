//===- OutlineParallel.cpp - Parallel loops become calls of the pool ------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of an outermost parallel loop becomes a function that computes a
// range of linearised iterations; what it captures travels in a struct on the
// caller's stack. Loops inside it, and loops too small to share, become
// sequential.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYOUTLINEPARALLEL
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// The function of the artefact's runtime:
///   void convoy_rt_parallel_for(void (*body)(void *, int64_t, int64_t),
///                               void *context, int64_t count);
static constexpr llvm::StringLiteral kParallelForName =
    "convoy_rt_parallel_for";

/// Waking the pool costs about as much as this many operations.
static constexpr int64_t kMinOperationsToShare = 1 << 16;

//===----------------------------------------------------------------------===//
// What is worth a call of the pool
//===----------------------------------------------------------------------===//

/// The iterations of a loop, or none if they are not constant.
static std::optional<int64_t> getConstantTripCount(Value lower, Value upper,
                                                   Value step) {
  std::optional<int64_t> from = getConstantIntValue(lower);
  std::optional<int64_t> to = getConstantIntValue(upper);
  std::optional<int64_t> by = getConstantIntValue(step);
  if (!from || !to || !by || *by <= 0)
    return std::nullopt;
  return *to <= *from ? 0 : llvm::divideCeil(*to - *from, *by);
}

/// The operations that `op` executes; kMinOperationsToShare where unknown.
static int64_t estimateOperations(Operation *op) {
  int64_t inside = 0;
  for (Region &region : op->getRegions())
    for (Operation &nested : region.getOps())
      inside =
          llvm::SaturatingAdd<uint64_t>(inside, estimateOperations(&nested));
  SmallVector<std::optional<int64_t>> tripCounts;
  if (auto loop = dyn_cast<scf::ForOp>(op))
    tripCounts.push_back(getConstantTripCount(
        loop.getLowerBound(), loop.getUpperBound(), loop.getStep()));
  if (auto loop = dyn_cast<scf::ParallelOp>(op))
    for (auto [lower, upper, step] :
         llvm::zip(loop.getLowerBound(), loop.getUpperBound(), loop.getStep()))
      tripCounts.push_back(getConstantTripCount(lower, upper, step));
  int64_t total = std::max<int64_t>(inside, 1);
  for (std::optional<int64_t> tripCount : tripCounts)
    total = std::min(kMinOperationsToShare,
                     total * std::min(tripCount.value_or(kMinOperationsToShare),
                                      kMinOperationsToShare));
  return std::min(total, kMinOperationsToShare);
}

//===----------------------------------------------------------------------===//
// Outlining one loop
//===----------------------------------------------------------------------===//

namespace {
/// Outlines parallel loops of one module.
class Outliner {
public:
  explicit Outliner(ModuleOp module)
      : symbols(module), converter(module.getContext()) {}

  LogicalResult outline(scf::ParallelOp loop);

private:
  /// Values of the caller that the body needs, and constants, which it has
  /// copies of.
  struct Captures {
    SetVector<Value> values;
    SmallVector<Operation *> constants;
    LLVM::LLVMStructType structType;
  };
  FailureOr<Captures> collectCaptures(scf::ParallelOp loop);
  func::FuncOp createBody(scf::ParallelOp loop, const Captures &captures,
                          unsigned numShared);
  void createCall(scf::ParallelOp loop, const Captures &captures,
                  func::FuncOp body, unsigned numShared);
  LLVM::LLVMFuncOp getParallelFor();
  Type pointer() { return LLVM::LLVMPointerType::get(&converter.getContext()); }

  SymbolTable symbols;
  LLVMTypeConverter converter;
};
} // namespace

FailureOr<Outliner::Captures> Outliner::collectCaptures(scf::ParallelOp loop) {
  Captures captures;
  SetVector<Value> above;
  getUsedValuesDefinedAbove(loop.getRegion(), above);
  above.insert_range(loop.getLowerBound());
  above.insert_range(loop.getUpperBound());
  above.insert_range(loop.getStep());
  SmallVector<Type> fields;
  for (Value value : above) {
    Operation *op = value.getDefiningOp();
    if (op && (op->hasTrait<OpTrait::ConstantLike>() ||
               isa<memref::GetGlobalOp>(op))) {
      captures.constants.push_back(op);
      continue;
    }
    Type type = converter.convertType(value.getType());
    if (!type)
      return loop.emitError("expected a parallel loop to capture scalars, "
                            "vectors and ranked memrefs, found ")
             << value.getType();
    captures.values.insert(value);
    fields.push_back(type);
  }
  captures.structType =
      LLVM::LLVMStructType::getLiteral(loop.getContext(), fields);
  return captures;
}

/// A view of `value` in the type that the LLVM dialect will give it, or back;
/// reconciled by the conversions that follow.
static Value castTo(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

/// The loops of `loop` that are linearised and shared; the rest, at most the
/// innermost one, stay loops of the body so that they can be vectorised.
static unsigned getNumSharedLoops(scf::ParallelOp loop) {
  bool hasLoopInside =
      loop.getBody()
          ->walk([](LoopLikeOpInterface) { return WalkResult::interrupt(); })
          .wasInterrupted();
  unsigned rank = loop.getNumLoops();
  return hasLoopInside || rank == 1 ? rank : rank - 1;
}

/// The iterations of loop number `dim` of `loop`, with bounds looked up in
/// `mapping`.
static Value createTripCount(OpBuilder &builder, scf::ParallelOp loop,
                             unsigned dim, const IRMapping &mapping) {
  Location loc = loop.getLoc();
  Value lower = mapping.lookupOrDefault(loop.getLowerBound()[dim]);
  Value upper = mapping.lookupOrDefault(loop.getUpperBound()[dim]);
  Value step = mapping.lookupOrDefault(loop.getStep()[dim]);
  Value distance = arith::SubIOp::create(builder, loc, upper, lower);
  Value count = arith::CeilDivSIOp::create(builder, loc, distance, step);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  return arith::MaxSIOp::create(builder, loc, count, zero);
}

/// Maps the first `numShared` induction variables of `loop` to their values in
/// the linearised iteration `linear`.
static void delinearize(OpBuilder &builder, scf::ParallelOp loop,
                        unsigned numShared, Value linear,
                        ArrayRef<Value> tripCounts, IRMapping &mapping) {
  Location loc = loop.getLoc();
  for (unsigned dim = numShared; dim-- > 0;) {
    Value position = linear;
    if (dim > 0) {
      position = arith::RemUIOp::create(builder, loc, linear, tripCounts[dim]);
      linear = arith::DivUIOp::create(builder, loc, linear, tripCounts[dim]);
    }
    Value step = mapping.lookupOrDefault(loop.getStep()[dim]);
    Value lower = mapping.lookupOrDefault(loop.getLowerBound()[dim]);
    Value scaled = arith::MulIOp::create(builder, loc, position, step);
    mapping.map(loop.getInductionVars()[dim],
                arith::AddIOp::create(builder, loc, scaled, lower).getResult());
  }
}

/// Moves buffers of constant size out of the loops of `body`, so that an
/// iteration does not take more stack than the one before.
static void hoistStackBuffers(func::FuncOp body) {
  Operation *front = &body.getBody().front().front();
  body.walk([&](memref::AllocaOp alloca) {
    if (alloca.getType().hasStaticShape() && alloca.getSymbolOperands().empty())
      alloca->moveBefore(front);
  });
}

func::FuncOp Outliner::createBody(scf::ParallelOp loop,
                                  const Captures &captures,
                                  unsigned numShared) {
  Location loc = loop.getLoc();
  auto parent = loop->getParentOfType<func::FuncOp>();
  OpBuilder builder(parent);
  Type i64 = builder.getI64Type();
  auto body = func::FuncOp::create(
      builder, loc, ("convoy.parallel." + parent.getName()).str(),
      builder.getFunctionType({pointer(), i64, i64}, {}));
  body.setPrivate();
  symbols.insert(body);
  Block *entry = body.addEntryBlock();
  builder.setInsertionPointToStart(entry);

  IRMapping mapping;
  for (Operation *constant : captures.constants)
    builder.clone(*constant, mapping);
  for (auto [index, value] : llvm::enumerate(captures.values)) {
    Value address = LLVM::GEPOp::create(
        builder, loc, pointer(), captures.structType, entry->getArgument(0),
        ArrayRef<LLVM::GEPArg>{0, int32_t(index)});
    Value field = LLVM::LoadOp::create(
        builder, loc, captures.structType.getBody()[index], address);
    mapping.map(value, castTo(builder, loc, field, value.getType()));
  }
  SmallVector<Value> tripCounts;
  for (unsigned dim = 0; dim < numShared; ++dim)
    tripCounts.push_back(createTripCount(builder, loop, dim, mapping));
  Type index = builder.getIndexType();
  Value begin =
      arith::IndexCastOp::create(builder, loc, index, entry->getArgument(1));
  Value end =
      arith::IndexCastOp::create(builder, loc, index, entry->getArgument(2));
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto range = scf::ForOp::create(builder, loc, begin, end, one);
  func::ReturnOp::create(builder, loc);

  builder.setInsertionPointToStart(range.getBody());
  delinearize(builder, loop, numShared, range.getInductionVar(), tripCounts,
              mapping);
  for (unsigned dim = numShared; dim < loop.getNumLoops(); ++dim) {
    auto inner = scf::ForOp::create(
        builder, loc, mapping.lookupOrDefault(loop.getLowerBound()[dim]),
        mapping.lookupOrDefault(loop.getUpperBound()[dim]),
        mapping.lookupOrDefault(loop.getStep()[dim]));
    mapping.map(loop.getInductionVars()[dim], inner.getInductionVar());
    builder.setInsertionPointToStart(inner.getBody());
  }
  for (Operation &op : loop.getBody()->without_terminator())
    builder.clone(op, mapping);
  hoistStackBuffers(body);
  return body;
}

LLVM::LLVMFuncOp Outliner::getParallelFor() {
  if (auto known = symbols.lookup<LLVM::LLVMFuncOp>(kParallelForName))
    return known;
  auto module = cast<ModuleOp>(symbols.getOp());
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type i64 = builder.getI64Type();
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(module.getContext()),
                                  {pointer(), pointer(), i64});
  auto declaration = LLVM::LLVMFuncOp::create(builder, module.getLoc(),
                                              kParallelForName, type);
  symbols.insert(declaration);
  return declaration;
}

void Outliner::createCall(scf::ParallelOp loop, const Captures &captures,
                          func::FuncOp body, unsigned numShared) {
  Location loc = loop.getLoc();
  auto parent = loop->getParentOfType<func::FuncOp>();
  OpBuilder builder = OpBuilder::atBlockBegin(&parent.getBody().front());
  Type i64 = builder.getI64Type();
  Value single = LLVM::ConstantOp::create(builder, loc, i64, 1);
  Value context = LLVM::AllocaOp::create(builder, loc, pointer(),
                                         captures.structType, single);

  builder.setInsertionPoint(loop);
  for (auto [index, value] : llvm::enumerate(captures.values)) {
    Value address =
        LLVM::GEPOp::create(builder, loc, pointer(), captures.structType,
                            context, ArrayRef<LLVM::GEPArg>{0, int32_t(index)});
    LLVM::StoreOp::create(
        builder, loc,
        castTo(builder, loc, value, captures.structType.getBody()[index]),
        address);
  }
  Value count = arith::ConstantIndexOp::create(builder, loc, 1);
  for (unsigned dim = 0; dim < numShared; ++dim)
    count = arith::MulIOp::create(
        builder, loc, count, createTripCount(builder, loop, dim, IRMapping()));
  Value count64 = arith::IndexCastOp::create(builder, loc, i64, count);
  Value function = func::ConstantOp::create(
      builder, loc, body.getFunctionType(), body.getName());
  Value address = castTo(builder, loc, function, pointer());
  LLVM::CallOp::create(builder, loc, getParallelFor(),
                       ValueRange{address, context, count64});
}

LogicalResult Outliner::outline(scf::ParallelOp loop) {
  FailureOr<Captures> captures = collectCaptures(loop);
  if (failed(captures))
    return failure();
  unsigned numShared = getNumSharedLoops(loop);
  func::FuncOp body = createBody(loop, *captures, numShared);
  createCall(loop, *captures, body, numShared);
  loop.erase();
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static LogicalResult makeSequential(scf::ParallelOp loop) {
  IRRewriter rewriter(loop);
  if (failed(scf::parallelForToNestedFors(rewriter, loop)))
    return loop.emitError("expected the parallel loop to have a sequential "
                          "form");
  return success();
}

namespace {
struct OutlineParallelPass
    : convoy::impl::ConvoyOutlineParallelBase<OutlineParallelPass> {
  void runOnOperation() override {
    SmallVector<scf::ParallelOp> shared, sequential;
    getOperation().walk([&](scf::ParallelOp loop) {
      bool isOutermost = !loop->getParentOfType<scf::ParallelOp>();
      bool isShared = isOutermost && loop.getNumReductions() == 0 &&
                      estimateOperations(loop) >= kMinOperationsToShare;
      (isShared ? shared : sequential).push_back(loop);
    });
    for (scf::ParallelOp loop : sequential)
      if (failed(makeSequential(loop)))
        return signalPassFailure();
    Outliner outliner(getOperation());
    for (scf::ParallelOp loop : shared)
      if (failed(outliner.outline(loop)))
        return signalPassFailure();
    // What was to be shared and is sequential has its buffers inside loops.
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        hoistStackBuffers(function);
  }
};
} // namespace
