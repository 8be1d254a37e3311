//===- DeviceBuilder.cpp - Words for building kernels ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic, control flow and what threads do together. What goes through
// memory is in DeviceMemory.cpp.
//
//===----------------------------------------------------------------------===//

#include "DeviceBuilder.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr int64_t kWarpThreads = 32;

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Value DeviceBuilder::i32(int64_t value) {
  return arith::ConstantOp::create(
      *this, getI32IntegerAttr(static_cast<int32_t>(value)));
}

Value DeviceBuilder::i64(int64_t value) {
  return arith::ConstantOp::create(*this, getI64IntegerAttr(value));
}

Value DeviceBuilder::f32(float value) {
  return arith::ConstantOp::create(*this, getF32FloatAttr(value));
}

Value DeviceBuilder::constantLike(Value a, int64_t value) {
  return arith::ConstantOp::create(*this, getIntegerAttr(a.getType(), value));
}

Value DeviceBuilder::add(Value a, Value b) {
  return createOrFold<arith::AddIOp>(a, b);
}

Value DeviceBuilder::sub(Value a, Value b) {
  return createOrFold<arith::SubIOp>(a, b);
}

Value DeviceBuilder::mul(Value a, Value b) {
  return createOrFold<arith::MulIOp>(a, b);
}

Value DeviceBuilder::div(Value a, Value b) {
  return createOrFold<arith::DivUIOp>(a, b);
}

Value DeviceBuilder::rem(Value a, int64_t b) {
  return createOrFold<arith::RemUIOp>(a, constantLike(a, b));
}

Value DeviceBuilder::bitAnd(Value a, int64_t b) {
  return createOrFold<arith::AndIOp>(a, constantLike(a, b));
}

Value DeviceBuilder::bitOr(Value a, Value b) {
  return createOrFold<arith::OrIOp>(a, b);
}

Value DeviceBuilder::bitXor(Value a, int64_t b) {
  return createOrFold<arith::XOrIOp>(a, constantLike(a, b));
}

Value DeviceBuilder::shl(Value a, int64_t bits) {
  return createOrFold<arith::ShLIOp>(a, constantLike(a, bits));
}

Value DeviceBuilder::shr(Value a, int64_t bits) {
  return createOrFold<arith::ShRUIOp>(a, constantLike(a, bits));
}

Value DeviceBuilder::min(Value a, Value b) {
  return createOrFold<arith::MinUIOp>(a, b);
}

Value DeviceBuilder::max(Value a, Value b) {
  return createOrFold<arith::MaxUIOp>(a, b);
}

Value DeviceBuilder::maxSigned(Value a, int64_t b) {
  return createOrFold<arith::MaxSIOp>(a, constantLike(a, b));
}

Value DeviceBuilder::compare(arith::CmpIPredicate predicate, Value a, Value b) {
  return createOrFold<arith::CmpIOp>(predicate, a, b);
}

Value DeviceBuilder::select(Value condition, Value a, Value b) {
  return createOrFold<arith::SelectOp>(condition, a, b);
}

Value DeviceBuilder::allOf(Value a, Value b) {
  return createOrFold<arith::AndIOp>(a, b);
}

Value DeviceBuilder::anyOf(Value a, Value b) {
  return createOrFold<arith::OrIOp>(a, b);
}

Value DeviceBuilder::widen(Value a) {
  if (a.getType().isInteger(64))
    return a;
  return createOrFold<arith::ExtUIOp>(getI64Type(), a);
}

Value DeviceBuilder::bitcast(Type type, Value a) {
  return LLVM::BitcastOp::create(*this, type, a);
}

Value DeviceBuilder::makeVector(ValueRange elements) {
  auto type = VectorType::get({static_cast<int64_t>(elements.size())},
                              elements.front().getType());
  Value vector = LLVM::UndefOp::create(*this, type);
  for (auto [i, element] : llvm::enumerate(elements))
    vector = LLVM::InsertElementOp::create(*this, vector, element, i32(i));
  return vector;
}

SmallVector<Value> DeviceBuilder::takeApart(Value vector) {
  auto type = dyn_cast<VectorType>(vector.getType());
  if (!type)
    return {vector};
  SmallVector<Value> elements;
  for (int64_t i : llvm::seq<int64_t>(0, type.getNumElements()))
    elements.push_back(LLVM::ExtractElementOp::create(*this, vector, i32(i)));
  return elements;
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void DeviceBuilder::ifThen(Value condition, llvm::function_ref<void()> then) {
  auto op = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPoint(op.thenYield());
  then();
}

void DeviceBuilder::ifThenElse(Value condition, llvm::function_ref<void()> then,
                               llvm::function_ref<void()> otherwise) {
  auto op = scf::IfOp::create(*this, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPoint(op.thenYield());
  then();
  setInsertionPoint(op.elseYield());
  otherwise();
}

void DeviceBuilder::forRange(Value end, llvm::function_ref<void(Value)> body) {
  forRange(i32(0), end, 1, body);
}

void DeviceBuilder::forRange(Value begin, Value end, int64_t step,
                             llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(*this, begin, end, i32(step));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVar());
}

SmallVector<Value> DeviceBuilder::forCarrying(
    Value begin, Value end, int64_t step, ValueRange initial,
    llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(*this, begin, end, i32(step), initial);
  {
    OpBuilder::InsertionGuard guard(*this);
    setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next =
        body(loop.getInductionVar(), loop.getRegionIterArgs());
    scf::YieldOp::create(*this, next);
  }
  return SmallVector<Value>(loop.getResults());
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

Value DeviceBuilder::lane() {
  Value thread = NVVM::ThreadIdXOp::create(*this, getI32Type());
  return bitAnd(thread, kWarpThreads - 1);
}

/// One instruction that nothing is known of, with a result of 32 bits.
static Value createOpaque(DeviceBuilder &b, ValueRange operands,
                          StringRef instruction, StringRef constraints) {
  return LLVM::InlineAsmOp::create(
             b, TypeRange{b.getI32Type()}, operands, instruction, constraints,
             /*has_side_effects=*/true, /*is_align_stack=*/false,
             LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
             ArrayAttr())
      .getResult(0);
}

Value DeviceBuilder::threadHere() {
  return createOpaque(*this, {}, "mov.u32 $0, %tid.x;", "=r");
}

Value DeviceBuilder::here(Value value) {
  return createOpaque(*this, value, "mov.b32 $0, $1;", "=r,r");
}

SmallVector<Value> DeviceBuilder::pin(ValueRange values) {
  std::string results, tied;
  for (auto [i, value] : llvm::enumerate(values)) {
    results += "=r,";
    tied += (i ? "," : "") + std::to_string(i);
  }
  SmallVector<Type> types(values.size(), getI32Type());
  bool isOne = values.size() == 1;
  Type type = isOne ? types.front()
                    : LLVM::LLVMStructType::getLiteral(getContext(), types);
  Value pinned = LLVM::InlineAsmOp::create(
                     *this, TypeRange{type}, values, "", results + tied,
                     /*has_side_effects=*/true, /*is_align_stack=*/false,
                     LLVM::tailcallkind::TailCallKind::None,
                     LLVM::AsmDialectAttr(), ArrayAttr())
                     .getResult(0);
  if (isOne)
    return {pinned};
  SmallVector<Value> elements;
  for (size_t i = 0; i < values.size(); ++i)
    elements.push_back(LLVM::ExtractValueOp::create(*this, pinned, i));
  return elements;
}

Value DeviceBuilder::warp() {
  Value thread = NVVM::ThreadIdXOp::create(*this, getI32Type());
  return NVVM::ShflOp::create(*this, getI32Type(), i32(-1), shr(thread, 5),
                              i32(0), i32(kWarpThreads - 1),
                              NVVM::ShflKind::idx, UnitAttr());
}

Value DeviceBuilder::elect() {
  return NVVM::ElectSyncOp::create(*this, getI1Type(), Value());
}

void DeviceBuilder::syncWarp() { NVVM::SyncWarpOp::create(*this, i32(-1)); }

void DeviceBuilder::syncBlock() { NVVM::Barrier0Op::create(*this); }

void DeviceBuilder::syncNamed(int64_t barrier, int64_t threads) {
  NVVM::BarrierOp::create(*this, Type(), i32(barrier), i32(threads),
                          NVVM::BarrierReductionAttr(), Value());
}

void DeviceBuilder::syncRoles(int64_t barrier, int64_t threads) {
  // The dialect's op is the aligned form, for a single instruction.
  LLVM::CallIntrinsicOp::create(
      *this, getStringAttr("llvm.nvvm.barrier.cta.sync.count"),
      ValueRange{i32(barrier), i32(threads)});
}

void DeviceBuilder::arriveRoles(int64_t barrier, int64_t threads) {
  // The dialect's op is the aligned form here too.
  LLVM::CallIntrinsicOp::create(
      *this, getStringAttr("llvm.nvvm.barrier.cta.arrive.count"),
      ValueRange{i32(barrier), i32(threads)});
}

Value DeviceBuilder::reduceWarp(NVVM::ReduxKind kind, Value value) {
  return NVVM::ReduxOp::create(*this, value.getType(), value, kind, i32(-1));
}

Value DeviceBuilder::anyLane(Value condition) {
  return NVVM::VoteSyncOp::create(*this, getI1Type(), i32(-1), condition,
                                  NVVM::VoteSyncKind::any);
}

void DeviceBuilder::syncCluster() {
  NVVM::ClusterArriveOp::create(*this, UnitAttr());
  NVVM::ClusterWaitOp::create(*this, UnitAttr());
}

void DeviceBuilder::growRegisters(int64_t registers) {
  NVVM::SetMaxRegisterOp::create(*this, registers,
                                 NVVM::SetMaxRegisterAction::increase);
}

void DeviceBuilder::shrinkRegisters(int64_t registers) {
  NVVM::SetMaxRegisterOp::create(*this, registers,
                                 NVVM::SetMaxRegisterAction::decrease);
}

Value DeviceBuilder::shuffleXor(Value value, int64_t mask) {
  return NVVM::ShflOp::create(*this, value.getType(), i32(-1), value, i32(mask),
                              i32(kWarpThreads - 1), NVVM::ShflKind::bfly,
                              UnitAttr());
}
