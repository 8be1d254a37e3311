//===- ElementwiseKernel.cpp - The kernel of an elementwise op ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Iterations are numbered in the order of memory. A block has consecutive ones;
// neighbouring threads have neighbouring vectors. Where all of a block's
// iterations exist, nothing is checked; the last block goes vector by vector.
//
//===----------------------------------------------------------------------===//

#include "ElementwiseKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

static SmallVector<unsigned> getAllLoops(linalg::GenericOp op) {
  return llvm::to_vector(llvm::seq<unsigned>(0, op.getNumLoops()));
}

ElementwiseKernel::ElementwiseKernel(OpBuilder &builder, linalg::GenericOp op,
                                     const ElementwisePlan &plan,
                                     const LoopSizes &sizes,
                                     const IRMapping &mapping)
    : builder(builder), loc(op.getLoc()), op(op), plan(plan), mapping(mapping),
      math(
          builder, loc,
          chooseCounterType(builder, sizes.getStaticProduct(getAllLoops(op)))) {
  auto lookup = [&](Value value) { return mapping.lookup(value); };
  for (unsigned loop : getAllLoops(op))
    loopSizes.push_back(sizes.getSize(math, loop, lookup));
  count = sizes.getProduct(math, getAllLoops(op), lookup);
  for (auto [operand, access] : llvm::zip(op->getOperands(), plan.accesses)) {
    bool isFlat =
        access == OperandAccess::Full || access == OperandAccess::Consecutive;
    flat.push_back(isFlat ? flatten(mapping.lookup(operand)) : Value());
  }
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

Value ElementwiseKernel::flatten(Value memref) {
  int64_t rank = cast<MemRefType>(memref.getType()).getRank();
  if (rank == 1)
    return memref;
  ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return memref::CollapseShapeOp::create(builder, loc, memref,
                                         ArrayRef<ReassociationIndices>(all));
}

SmallVector<Value> ElementwiseKernel::getPosition(Value iteration) {
  SmallVector<Value> position;
  for (Value iv : delinearize(math, iteration, loopSizes))
    position.push_back(math.toIndex(iv));
  return position;
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

VectorType ElementwiseKernel::getVectorType(Type element) const {
  return VectorType::get({plan.vectorSize}, element);
}

Value ElementwiseKernel::toVector(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(builder, loc,
                                     getVectorType(value.getType()), value);
}

/// The alignment that vectors of `type` have in a buffer that is aligned to 16
/// bytes, where they begin at multiples of their size.
static llvm::MaybeAlign getVectorAlignment(VectorType type) {
  uint64_t bytes = llvm::divideCeil(
      type.getNumElements() * type.getElementTypeBitWidth(), 8);
  return llvm::MaybeAlign(
      std::min<uint64_t>(bytes, ElementwisePlan::kVectorBytes));
}

Value ElementwiseKernel::loadVector(OpOperand &operand, OperandAccess access,
                                    Value first) {
  Value value = mapping.lookupOrDefault(operand.get());
  auto memrefType = dyn_cast<MemRefType>(value.getType());
  if (!memrefType)
    return value;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (access == OperandAccess::Uniform)
    return loadElement(builder, loc, value, map, getPosition(first));
  Value start = first;
  if (access == OperandAccess::Consecutive) {
    // The position in the operand, in the order of its memory.
    SmallVector<Value> position = delinearize(math, first, loopSizes);
    start = math.constant(0);
    for (AffineExpr expr : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      // Broadcast dimensions have one element.
      if (!dim)
        continue;
      start = math.add(math.mul(start, loopSizes[dim.getPosition()]),
                       position[dim.getPosition()]);
    }
  }
  VectorType type = getVectorType(memrefType.getElementType());
  return vector::LoadOp::create(
      builder, loc, type, flat[operand.getOperandNumber()],
      ValueRange(math.toIndex(start)), /*nontemporal=*/false,
      getVectorAlignment(type));
}

SmallVector<Value> ElementwiseKernel::loadVectors(Value first) {
  SmallVector<Value> inputs;
  for (OpOperand &operand : op->getOpOperands()) {
    bool isRead =
        op.isDpsInput(&operand) || op.payloadUsesValueFromOperand(&operand);
    inputs.push_back(
        isRead ? loadVector(operand, plan.accesses[operand.getOperandNumber()],
                            first)
               : Value());
  }
  return inputs;
}

SmallVector<Value> ElementwiseKernel::compute(ArrayRef<Value> inputs) {
  Block *body = op.getBody();
  IRMapping local = mapping;
  for (auto [argument, input] : llvm::zip(body->getArguments(), inputs))
    if (input)
      local.map(argument, input);
  for (Operation &inner : body->without_terminator()) {
    auto isVector = [&](Value value) {
      return isa<VectorType>(local.lookupOrDefault(value).getType());
    };
    // What is uniform stays scalar: computed once for the vector.
    if (llvm::none_of(inner.getOperands(), isVector)) {
      builder.clone(inner, local);
      continue;
    }
    SmallVector<Value> operands;
    for (Value operand : inner.getOperands())
      operands.push_back(toVector(local.lookupOrDefault(operand)));
    SmallVector<Type> types;
    for (Type type : inner.getResultTypes())
      types.push_back(getVectorType(type));
    Operation *created =
        builder.create(inner.getLoc(), inner.getName().getIdentifier(),
                       operands, types, inner.getAttrs());
    local.map(inner.getResults(), created->getResults());
  }
  SmallVector<Value> results;
  for (Value value : body->getTerminator()->getOperands())
    results.push_back(toVector(local.lookupOrDefault(value)));
  return results;
}

void ElementwiseKernel::storeVectors(ArrayRef<Value> results, Value first) {
  for (auto [init, value] : llvm::zip(op.getDpsInitsMutable(), results))
    vector::StoreOp::create(
        builder, loc, value, flat[init.getOperandNumber()],
        ValueRange(math.toIndex(first)), /*nontemporal=*/false,
        getVectorAlignment(cast<VectorType>(value.getType())));
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

void ElementwiseKernel::emitScalar(Value iteration) {
  SmallVector<Value> ivs = getPosition(iteration);
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = mapping.lookupOrDefault(operand.get());
    operands.push_back(isa<MemRefType>(value.getType())
                           ? loadElement(builder, loc, value,
                                         op.getMatchingIndexingMap(&operand),
                                         ivs)
                           : value);
  }
  SmallVector<Value> results = cloneBody(builder, op, operands, ivs, mapping);
  for (auto [init, value] : llvm::zip(op.getDpsInitsMutable(), results))
    storeElement(builder, loc, value, mapping.lookup(init.get()),
                 op.getMatchingIndexingMap(&init), ivs);
}

void ElementwiseKernel::emitGuarded(Value first) {
  Value end = math.add(first, plan.vectorSize);
  Value isWhole = math.getBuilder().createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::ule, end, count);
  auto branch = scf::IfOp::create(builder, loc, isWhole, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  storeVectors(compute(loadVectors(first)), first);
  builder.setInsertionPointToStart(branch.elseBlock());
  auto rest = scf::ForOp::create(builder, loc, first, math.min(end, count),
                                 math.constant(1));
  builder.setInsertionPointToStart(rest.getBody());
  emitScalar(rest.getInductionVar());
}

void ElementwiseKernel::emit() {
  Value block =
      math.fromIndex(gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x));
  Value thread =
      math.fromIndex(gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x));
  Value blockStart = math.mul(block, plan.getElementsPerBlock());
  Value blockEnd = math.add(blockStart, plan.getElementsPerBlock());
  Value threadStart = math.add(blockStart, math.mul(thread, plan.vectorSize));
  int64_t stride = ElementwisePlan::kThreadsPerBlock * plan.vectorSize;
  SmallVector<Value> starts;
  for (int64_t i = 0; i < plan.vectorsPerThread; ++i)
    starts.push_back(math.add(threadStart, i * stride));

  Value isWhole = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::ule, blockEnd, count);
  auto branch = scf::IfOp::create(builder, loc, isWhole, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  SmallVector<SmallVector<Value>> inputs;
  for (Value start : starts)
    inputs.push_back(loadVectors(start));
  for (auto [start, loaded] : llvm::zip(starts, inputs))
    storeVectors(compute(loaded), start);
  builder.setInsertionPointToStart(branch.elseBlock());
  for (Value start : starts)
    emitGuarded(start);
}
