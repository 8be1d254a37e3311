//===- PlanWorkspace.cpp - Allocations become parts of the workspace ------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the buffers of each entry and how long they live, and rewrites them to
// views of the workspace as WorkspaceLayout decides. Every size is computed
// twice: by the entry and by the function that tells callers how much workspace
// to bring.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "Convoy/Codegen/WorkspaceLayout.h"
#include "EntryAttributes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYPLANWORKSPACE
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// Buffers inside a parallel loop exist once for each thread, on its stack; a
/// thread has some megabytes.
static constexpr int64_t kMaxStackBufferBytes = 64 * 1024;

static int64_t getElementBytes(MemRefType type) {
  if (type.getElementType().isIndex())
    return sizeof(int64_t);
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

namespace {
struct Buffer {
  memref::AllocOp alloc;
  BufferLifetime lifetime;
};

/// Copies the computation of sizes to where sizes of arguments are known.
class SizeCloner {
public:
  using GetDim = llvm::function_ref<Value(BlockArgument, int64_t)>;

  SizeCloner(OpBuilder &builder, GetDim getDim)
      : builder(builder), getDim(getDim) {}

  /// The copy of `size`, or failure with a diagnostic.
  FailureOr<Value> clone(Value size) {
    if (Value known = mapping.lookupOrNull(size))
      return known;
    Operation *op = size.getDefiningOp();
    if (auto dim = dyn_cast_or_null<memref::DimOp>(op)) {
      auto argument = dyn_cast<BlockArgument>(dim.getSource());
      std::optional<int64_t> index = dim.getConstantIndex();
      if (argument && index &&
          isa<func::FuncOp>(argument.getOwner()->getParentOp())) {
        mapping.map(size, getDim(argument, *index));
        return mapping.lookup(size);
      }
    }
    if (!op || !isPure(op) || op->getNumRegions() != 0 ||
        llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>))
      return emitError(size.getLoc(),
                       "expected the size of every intermediate result to "
                       "follow from the shapes of the arguments, found one "
                       "that depends on ")
             << (op ? op->getName().getStringRef() : "a loop");
    for (Value operand : op->getOperands())
      if (failed(clone(operand)))
        return failure();
    builder.clone(*op, mapping);
    return mapping.lookup(size);
  }

private:
  OpBuilder &builder;
  GetDim getDim;
  IRMapping mapping;
};
} // namespace

//===----------------------------------------------------------------------===//
// Buffers and their lifetimes
//===----------------------------------------------------------------------===//

static LogicalResult checkAlloc(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (type.getLayout().isIdentity() && alloc.getSymbolOperands().empty() &&
      type.getElementType().isIntOrIndexOrFloat())
    return success();
  return alloc.emitError("expected buffers of scalars in row-major order, "
                         "found ")
         << type;
}

/// Moves `alloc` from a parallel loop's body to the stack of its thread.
static LogicalResult moveToStack(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (!type.hasStaticShape() ||
      type.getNumElements() * getElementBytes(type) > kMaxStackBufferBytes)
    return alloc.emitError("expected buffers inside a parallel loop to have "
                           "at most ")
           << kMaxStackBufferBytes << " bytes, found " << type;
  OpBuilder builder(alloc);
  auto stack = memref::AllocaOp::create(
      builder, alloc.getLoc(), type,
      builder.getI64IntegerAttr(kBufferAlignmentBytes));
  alloc.replaceAllUsesWith(stack.getResult());
  alloc.erase();
  return success();
}

/// One buffer serves all iterations of a sequential loop unless an iteration
/// hands it on to the next.
static LogicalResult checkNotYielded(memref::AllocOp alloc,
                                     const BufferViewFlowAnalysis &views) {
  for (Value alias : views.resolve(alloc.getMemref()))
    for (Operation *user : alias.getUsers())
      if (user->hasTrait<OpTrait::IsTerminator>())
        return alloc.emitError("expected buffers to stay inside the loop or "
                               "branch that allocates them");
  return success();
}

/// The positions of the first and the last statement in `body` that read or
/// write `alloc`; making it, or a view of it, touches no memory.
static BufferLifetime
computeLifetime(memref::AllocOp alloc, Block &body,
                const BufferViewFlowAnalysis &views,
                const DenseMap<Operation *, int64_t> &positions) {
  std::optional<int64_t> first, last;
  for (Value alias : views.resolve(alloc.getMemref()))
    for (Operation *user : alias.getUsers()) {
      if (isa<ViewLikeOpInterface, memref::DimOp>(user))
        continue;
      int64_t use = positions.lookup(body.findAncestorOpInBlock(*user));
      first = std::min(first.value_or(use), use);
      last = std::max(last.value_or(use), use);
    }
  int64_t birth = positions.lookup(body.findAncestorOpInBlock(*alloc));
  BufferLifetime lifetime{first.value_or(birth), last.value_or(birth),
                          std::nullopt};
  MemRefType type = alloc.getType();
  if (type.hasStaticShape())
    lifetime.bytes = type.getNumElements() * getElementBytes(type);
  return lifetime;
}

static FailureOr<SmallVector<Buffer>> collectBuffers(func::FuncOp function) {
  SmallVector<memref::AllocOp> allocs;
  function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  function.walk([](memref::DeallocOp dealloc) { dealloc.erase(); });

  Block &body = function.getBody().front();
  DenseMap<Operation *, int64_t> positions;
  for (auto [position, op] : llvm::enumerate(body))
    positions[&op] = position;

  BufferViewFlowAnalysis views(function);
  SmallVector<Buffer> buffers;
  for (memref::AllocOp alloc : allocs) {
    if (failed(checkAlloc(alloc)))
      return failure();
    bool isNested = alloc->getBlock() != &body;
    if (isNested && failed(checkNotYielded(alloc, views)))
      return failure();
    if (alloc->getParentOfType<scf::ParallelOp>() ||
        alloc->getParentOfType<scf::ForallOp>()) {
      if (failed(moveToStack(alloc)))
        return failure();
      continue;
    }
    buffers.push_back({alloc, computeLifetime(alloc, body, views, positions)});
  }
  return buffers;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

static Value createIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// The bytes of `alloc`, rounded up to the alignment of buffers.
static FailureOr<Value> createBytes(OpBuilder &builder, memref::AllocOp alloc,
                                    SizeCloner &sizes) {
  Location loc = alloc.getLoc();
  MemRefType type = alloc.getType();
  int64_t staticBytes = getElementBytes(type);
  for (int64_t size : type.getShape())
    staticBytes *= ShapedType::isDynamic(size) ? 1 : size;
  Value bytes = createIndex(builder, loc, staticBytes);
  for (Value dynamicSize : alloc.getDynamicSizes()) {
    FailureOr<Value> size = sizes.clone(dynamicSize);
    if (failed(size))
      return failure();
    bytes = arith::MulIOp::create(builder, loc, bytes, *size);
  }
  Value alignment = createIndex(builder, loc, kBufferAlignmentBytes);
  Value chunks = arith::CeilDivUIOp::create(builder, loc, bytes, alignment);
  return arith::MulIOp::create(builder, loc, chunks, alignment).getResult();
}

/// Where each slot of `layout` begins and, at the end, the bytes of the whole
/// workspace.
static FailureOr<SmallVector<Value>>
createSlotOffsets(OpBuilder &builder, Location loc, ArrayRef<Buffer> buffers,
                  const WorkspaceLayout &layout, SizeCloner &sizes) {
  SmallVector<Value> offsets = {createIndex(builder, loc, layout.staticBytes)};
  for (ArrayRef<int64_t> slot : layout.slots) {
    Value slotBytes;
    for (int64_t member : slot) {
      FailureOr<Value> bytes =
          createBytes(builder, buffers[member].alloc, sizes);
      if (failed(bytes))
        return failure();
      slotBytes = slotBytes
                      ? arith::MaxUIOp::create(builder, loc, slotBytes, *bytes)
                            .getResult()
                      : *bytes;
    }
    offsets.push_back(
        arith::AddIOp::create(builder, loc, offsets.back(), slotBytes));
  }
  return offsets;
}

/// Creates the function that says how many bytes of workspace `function` needs.
static LogicalResult createWorkspaceFunction(func::FuncOp function,
                                             ArrayRef<Buffer> buffers,
                                             const WorkspaceLayout &layout) {
  OpBuilder builder(function);
  Location loc = function.getLoc();
  int64_t numInputs = *getNumInputs(function);
  auto resultDims = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      function,
      builder.getStringAttr(getResultDimsFunctionName(function.getName())));
  auto type = builder.getFunctionType(resultDims.getArgumentTypes(),
                                      builder.getIndexType());
  auto workspace = func::FuncOp::create(
      builder, loc, getWorkspaceFunctionName(function.getName()), type);
  workspace.setPrivate();
  Block *block = workspace.addEntryBlock();
  builder.setInsertionPointToStart(block);

  // The sizes of inputs are arguments, those of destinations follow from them.
  func::CallOp destinationDims;
  auto getDim = [&](BlockArgument argument, int64_t dim) -> Value {
    int64_t number = argument.getArgNumber();
    bool isInput = number < numInputs;
    int64_t position = dim;
    for (int64_t before = isInput ? 0 : numInputs; before < number; ++before)
      position +=
          cast<MemRefType>(function.getArgument(before).getType()).getRank();
    if (isInput)
      return block->getArgument(position);
    if (!destinationDims) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(block);
      destinationDims =
          func::CallOp::create(builder, loc, resultDims, block->getArguments());
    }
    return destinationDims.getResult(position);
  };
  SizeCloner sizes(builder, getDim);
  FailureOr<SmallVector<Value>> offsets =
      createSlotOffsets(builder, loc, buffers, layout, sizes);
  if (failed(offsets))
    return failure();
  func::ReturnOp::create(builder, loc, offsets->back());
  return success();
}

/// Replaces the allocations by views of a new last argument.
static LogicalResult useWorkspace(func::FuncOp function,
                                  ArrayRef<Buffer> buffers,
                                  const WorkspaceLayout &layout) {
  Location loc = function.getLoc();
  Block &body = function.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&body);
  auto type = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
  Value workspace = body.addArgument(type, loc);
  function.setFunctionType(
      builder.getFunctionType(body.getArgumentTypes(), {}));

  auto getDim = [&](BlockArgument argument, int64_t dim) -> Value {
    return memref::DimOp::create(builder, loc, argument, dim);
  };
  SizeCloner sizes(builder, getDim);
  FailureOr<SmallVector<Value>> slotOffsets =
      createSlotOffsets(builder, loc, buffers, layout, sizes);
  if (failed(slotOffsets))
    return failure();
  SmallVector<Value> offsets(buffers.size());
  for (auto [slot, offset] : llvm::zip(layout.slots, *slotOffsets))
    for (int64_t member : slot)
      offsets[member] = offset;
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    if (!offsets[index])
      offsets[index] = createIndex(builder, loc, layout.offsetBytes[index]);
    memref::AllocOp alloc = buffer.alloc;
    SmallVector<Value> dynamicSizes;
    for (Value size : alloc.getDynamicSizes())
      dynamicSizes.push_back(*sizes.clone(size));
    Value view =
        memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(),
                               workspace, offsets[index], dynamicSizes);
    alloc.replaceAllUsesWith(view);
  }
  // The builder may stand at one of them until here.
  for (const Buffer &buffer : buffers)
    memref::AllocOp(buffer.alloc).erase();
  return success();
}

static LogicalResult planFunction(func::FuncOp function) {
  FailureOr<SmallVector<Buffer>> buffers = collectBuffers(function);
  if (failed(buffers))
    return failure();
  SmallVector<BufferLifetime> lifetimes;
  for (const Buffer &buffer : *buffers)
    lifetimes.push_back(buffer.lifetime);
  WorkspaceLayout layout = computeWorkspaceLayout(lifetimes);
  if (failed(createWorkspaceFunction(function, *buffers, layout)))
    return failure();
  return useWorkspace(function, *buffers, layout);
}

namespace {
struct PlanWorkspacePass
    : convoy::impl::ConvoyPlanWorkspaceBase<PlanWorkspacePass> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> entries;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (getNumInputs(function))
        entries.push_back(function);
    for (func::FuncOp function : entries)
      if (failed(planFunction(function)))
        return signalPassFailure();
  }
};
} // namespace
