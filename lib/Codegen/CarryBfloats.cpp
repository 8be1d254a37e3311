//===- CarryBfloats.cpp - bf16 values as the integers that they are -------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x86-64 has no registers for bf16. LLVM hands such a value from one block to
// another as an f32, and calls a function that is not in every libgcc to have
// its bits back. Arithmetic is expanded before this, so all that is left moves
// values, which integers do as well. What passes values on to somewhere else,
// to calls and structs, keeps their type and gets a bitcast beside it.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYCARRYBFLOATS
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// `type`, a scalar or a vector, with elements of type `element`.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static bool isBfloat(Type type) { return getElementTypeOrSelf(type).isBF16(); }

/// `type`, of bf16, as integers.
static Type getCarrier(Type type) {
  return withElement(type, IntegerType::get(type.getContext(), 16));
}

/// The bits of a constant of bf16; null for what is stored elsewhere.
static TypedAttr getBits(Attribute value) {
  Type i16 = IntegerType::get(value.getContext(), 16);
  if (auto number = dyn_cast<FloatAttr>(value))
    return IntegerAttr::get(i16, number.getValue().bitcastToAPInt());
  if (auto elements = dyn_cast<DenseElementsAttr>(value))
    return elements.bitcast(i16);
  return {};
}

/// Whether `op` moves values, or reads their bits, whatever their type is.
static bool isMove(Operation *op) {
  if (auto constant = dyn_cast<LLVM::ConstantOp>(op))
    return bool(getBits(constant.getValue()));
  return isa<LLVM::BitcastOp, LLVM::BrOp, LLVM::CondBrOp,
             LLVM::ExtractElementOp, LLVM::FPExtOp, LLVM::FreezeOp,
             LLVM::InsertElementOp, LLVM::LoadOp, LLVM::PoisonOp,
             LLVM::SelectOp, LLVM::ShuffleVectorOp, LLVM::StoreOp,
             LLVM::SwitchOp, LLVM::UndefOp, LLVM::ZeroOp>(op);
}

/// `carried`, which is as wide as the result of `op`, as that float.
static Value widen(LLVM::FPExtOp op, Value carried) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Type i32 = withElement(carried.getType(), builder.getI32Type());
  Type f32 = withElement(carried.getType(), builder.getF32Type());
  TypedAttr shift = builder.getI32IntegerAttr(16);
  if (auto vector = dyn_cast<VectorType>(i32))
    shift = DenseElementsAttr::get(vector, Attribute(shift));
  Value bits = LLVM::ZExtOp::create(builder, loc, i32, carried);
  Value amount = LLVM::ConstantOp::create(builder, loc, i32, shift);
  Value high = LLVM::ShlOp::create(builder, loc, bits, amount);
  Value narrow = LLVM::BitcastOp::create(builder, loc, f32, high);
  if (op.getType() == f32)
    return narrow;
  return LLVM::FPExtOp::create(builder, loc, op.getType(), narrow);
}

namespace {
/// The bf16 values of one function.
class Carrier {
public:
  explicit Carrier(LLVM::LLVMFuncOp function) {
    function.walk([&](Operation *op) { collect(op); });
    for (Block &block : llvm::drop_begin(function.getBody()))
      for (BlockArgument argument : block.getArguments())
        collectValue(argument);
  }

  void run() {
    castIntoMoves();
    castOutOfMoves();
    for (Value value : carried)
      value.setType(getCarrier(value.getType()));
    for (Operation *op : moves)
      adjust(op);
  }

private:
  void collect(Operation *op) {
    if (!isMove(op))
      return others.push_back(op);
    moves.push_back(op);
    for (Value result : op->getResults())
      collectValue(result);
  }

  void collectValue(Value value) {
    if (isBfloat(value.getType()))
      carried.insert(value);
  }

  /// What is not carried, arguments and results of calls, as integers where it
  /// is defined: the types of both sides of a bitcast are one block's there.
  void castIntoMoves() {
    llvm::MapVector<Value, Value> casts;
    for (Operation *op : moves) {
      for (OpOperand &operand : op->getOpOperands()) {
        Value value = operand.get();
        if (!isBfloat(value.getType()) || carried.contains(value))
          continue;
        Value &cast = casts[value];
        if (!cast) {
          OpBuilder builder(value.getContext());
          builder.setInsertionPointAfterValue(value);
          cast = LLVM::BitcastOp::create(builder, op->getLoc(),
                                         getCarrier(value.getType()), value);
        }
        operand.set(cast);
      }
    }
  }

  /// What is carried as bf16 again, right before an operation that needs it.
  void castOutOfMoves() {
    for (Operation *op : others) {
      for (OpOperand &operand : op->getOpOperands()) {
        Value value = operand.get();
        if (!carried.contains(value))
          continue;
        OpBuilder builder(op);
        operand.set(LLVM::BitcastOp::create(builder, op->getLoc(),
                                            value.getType(), value));
      }
    }
  }

  /// Makes the rest of `op` agree with the types of its operands and results.
  void adjust(Operation *op) {
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](LLVM::ConstantOp constant) {
          if (carried.contains(constant.getResult()))
            constant.setValueAttr(getBits(constant.getValue()));
        })
        .Case([&](LLVM::BitcastOp cast) {
          if (cast.getArg().getType() != cast.getType())
            return;
          cast.replaceAllUsesWith(cast.getArg());
          cast.erase();
        })
        .Case([&](LLVM::FPExtOp extension) {
          if (!getElementTypeOrSelf(extension.getArg()).isInteger(16))
            return;
          extension.replaceAllUsesWith(widen(extension, extension.getArg()));
          extension.erase();
        });
  }

  SmallVector<Operation *> moves;
  SmallVector<Operation *> others;
  llvm::SetVector<Value> carried;
};

struct CarryBfloatsPass
    : convoy::impl::ConvoyCarryBfloatsBase<CarryBfloatsPass> {
  void runOnOperation() override {
    getOperation().walk([](LLVM::LLVMFuncOp function) {
      if (!function.isExternal())
        Carrier(function).run();
    });
  }
};
} // namespace
