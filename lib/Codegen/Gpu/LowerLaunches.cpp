//===- LowerLaunches.cpp - Launches become calls of the runtime -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Host code of entries for a GPU: each launch is a call of convoy_rt_launch,
// each constant one of convoy_rt_device_constant. Nothing else of the host code
// may look at tensor data. The data of constants stay where they are, once.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "../EntryAttributes.h"
#include "LaunchTables.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYLOWERLAUNCHES
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// Functions of the artefact's runtime, see Convoy/Runtime/EntryTable.h.
static constexpr llvm::StringLiteral kLaunchName = "convoy_rt_launch";
static constexpr llvm::StringLiteral kConstantName =
    "convoy_rt_device_constant";

//===----------------------------------------------------------------------===//
// What host code may do
//===----------------------------------------------------------------------===//

/// True if `op` reads or writes memory, makes some, or may do so for all that
/// is known of it.
static bool touchesMemory(Operation *op) {
  if (isa<gpu::LaunchFuncOp>(op) || op->hasTrait<OpTrait::IsTerminator>() ||
      op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
    return false;
  if (auto effects = dyn_cast<MemoryEffectOpInterface>(op))
    return !effects.hasNoEffect();
  return llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>);
}

static LogicalResult checkHostCode(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    if (!touchesMemory(op))
      return WalkResult::advance();
    op->emitError("expected host code to leave tensors, which lie in the "
                  "memory of a device, to kernels, found '")
        << op->getName() << "'";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

static LogicalResult checkLaunch(gpu::LaunchFuncOp launch) {
  if (!launch.getAsyncDependencies().empty() || launch.getAsyncToken() ||
      launch.getAsyncObject())
    return launch.emitError("expected launches that follow each other on the "
                            "caller's stream, found an asynchronous one");
  if (launch.hasClusterSize())
    return launch.emitError("expected the size of clusters on the kernel, "
                            "found it on the launch");
  auto function = launch->getParentOfType<func::FuncOp>();
  if (!function || !getNumInputs(function))
    return launch.emitError(
        "expected kernels to be launched by entries, found a launch in "
        "another function");
  return success();
}

static LogicalResult checkConstant(memref::GetGlobalOp use,
                                   memref::GlobalOp global) {
  if (global && global.getConstant() && !global.isUninitialized() &&
      isa<ElementsAttr>(*global.getInitialValue()) &&
      global.getType().getLayout().isIdentity())
    return success();
  return use.emitError("expected kernels to read constants in row-major "
                       "order, found another global '")
         << use.getName() << "'";
}

namespace {
/// Rewrites the host code of one module.
class LaunchLowering {
public:
  explicit LaunchLowering(ModuleOp module)
      : module(module), symbols(module), builder(module),
        converter(module.getContext()),
        pointer(LLVM::LLVMPointerType::get(module.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()) {}

  LogicalResult run();

private:
  LogicalResult lower(func::FuncOp function);
  LogicalResult lower(gpu::LaunchFuncOp launch);
  LogicalResult lower(memref::GetGlobalOp use, Value state);
  FailureOr<SmallVector<Value>> expandArguments(gpu::LaunchFuncOp launch);
  Value storeArguments(gpu::LaunchFuncOp launch, ArrayRef<Value> arguments);
  Value castToI64(Location loc, Value value);
  LLVM::LLVMFuncOp getFunction(StringRef name, Type result,
                               ArrayRef<Type> arguments);

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  LLVMTypeConverter converter;
  Type pointer, i32, i64;
  LaunchTables tables;
};
} // namespace

Value LaunchLowering::castToI64(Location loc, Value value) {
  if (value.getType() == i64)
    return value;
  if (value.getType().isIndex())
    return arith::IndexCastOp::create(builder, loc, i64, value);
  return arith::ExtUIOp::create(builder, loc, i64, value);
}

LLVM::LLVMFuncOp LaunchLowering::getFunction(StringRef name, Type result,
                                             ArrayRef<Type> arguments) {
  if (auto known = symbols.lookup<LLVM::LLVMFuncOp>(name))
    return known;
  OpBuilder atStart = OpBuilder::atBlockBegin(module.getBody());
  auto declaration =
      LLVM::LLVMFuncOp::create(atStart, module.getLoc(), name,
                               LLVM::LLVMFunctionType::get(result, arguments));
  symbols.insert(declaration);
  return declaration;
}

/// The kernel's arguments as its LLVM function takes them: a memref is its two
/// pointers, offset, sizes and strides.
FailureOr<SmallVector<Value>>
LaunchLowering::expandArguments(gpu::LaunchFuncOp launch) {
  Location loc = launch.getLoc();
  SmallVector<Value> arguments;
  for (Value operand : launch.getKernelOperands()) {
    Type type = converter.convertType(operand.getType());
    if (!type || isa<UnrankedMemRefType>(operand.getType()))
      return launch.emitError("expected kernels to take scalars and ranked "
                              "memrefs, found ")
             << operand.getType();
    if (type == operand.getType()) {
      arguments.push_back(operand);
      continue;
    }
    Value converted =
        UnrealizedConversionCastOp::create(builder, loc, type, operand)
            .getResult(0);
    if (auto memref = dyn_cast<MemRefType>(operand.getType()))
      MemRefDescriptor::unpack(builder, loc, converted, memref, arguments);
    else
      arguments.push_back(converted);
  }
  return arguments;
}

/// Puts `arguments` on the stack and returns the array of their addresses.
Value LaunchLowering::storeArguments(gpu::LaunchFuncOp launch,
                                     ArrayRef<Value> arguments) {
  Location loc = launch.getLoc();
  SmallVector<Type> types(ValueRange(arguments).getTypes());
  auto structType =
      LLVM::LLVMStructType::getLiteral(module.getContext(), types);
  auto function = launch->getParentOfType<func::FuncOp>();
  Value values, addresses;
  {
    // Once for each call, also where the launch is in a loop.
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getBody().front());
    Value one = LLVM::ConstantOp::create(builder, loc, i64, 1);
    Value count = LLVM::ConstantOp::create(builder, loc, i64, types.size());
    values = LLVM::AllocaOp::create(builder, loc, pointer, structType, one);
    addresses = LLVM::AllocaOp::create(builder, loc, pointer, pointer, count);
  }
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    auto position = static_cast<int32_t>(index);
    Value field = LLVM::GEPOp::create(builder, loc, pointer, structType, values,
                                      ArrayRef<LLVM::GEPArg>{0, position});
    LLVM::StoreOp::create(builder, loc, argument, field);
    Value slot = LLVM::GEPOp::create(builder, loc, pointer, pointer, addresses,
                                     ArrayRef<LLVM::GEPArg>{position});
    LLVM::StoreOp::create(builder, loc, field, slot);
  }
  return addresses;
}

LogicalResult LaunchLowering::lower(gpu::LaunchFuncOp launch) {
  Location loc = launch.getLoc();
  builder.setInsertionPoint(launch);
  FailureOr<int64_t> position = tables.noteLaunch(launch);
  if (failed(position))
    return failure();
  FailureOr<SmallVector<Value>> arguments = expandArguments(launch);
  if (failed(arguments))
    return failure();
  auto function = launch->getParentOfType<func::FuncOp>();
  SmallVector<Value> operands = {
      function.getArguments().back(),
      LLVM::ConstantOp::create(builder, loc, i32, *position)};
  gpu::KernelDim3 grid = launch.getGridSizeOperandValues();
  gpu::KernelDim3 block = launch.getBlockSizeOperandValues();
  for (Value size : {grid.x, grid.y, grid.z, block.x, block.y, block.z})
    operands.push_back(castToI64(loc, size));
  Value sharedBytes = launch.getDynamicSharedMemorySize();
  operands.push_back(
      sharedBytes ? castToI64(loc, sharedBytes)
                  : LLVM::ConstantOp::create(builder, loc, i64, 0).getResult());
  operands.push_back(storeArguments(launch, *arguments));
  LLVM::LLVMFuncOp callee =
      getFunction(kLaunchName, LLVM::LLVMVoidType::get(module.getContext()),
                  {pointer, i32, i64, i64, i64, i64, i64, i64, i64, pointer});
  LLVM::CallOp::create(builder, loc, callee, operands);
  launch.erase();
  return success();
}

LogicalResult LaunchLowering::lower(memref::GetGlobalOp use, Value state) {
  Location loc = use.getLoc();
  auto global = symbols.lookup<memref::GlobalOp>(use.getName());
  if (failed(checkConstant(use, global)))
    return failure();
  builder.setInsertionPoint(use);
  int64_t position = tables.noteConstant(global);
  LLVM::LLVMFuncOp callee = getFunction(kConstantName, pointer, {pointer, i32});
  Value index = LLVM::ConstantOp::create(builder, loc, i32, position);
  Value address =
      LLVM::CallOp::create(builder, loc, callee, ValueRange{state, index})
          .getResult();
  auto type = cast<MemRefType>(use.getType());
  Value descriptor =
      MemRefDescriptor::fromStaticShape(builder, loc, converter, type, address);
  auto cast =
      UnrealizedConversionCastOp::create(builder, loc, type, descriptor);
  use.replaceAllUsesWith(cast.getResult(0));
  use.erase();
  return success();
}

/// Gives `function` the state of its call as a last argument and lowers it.
LogicalResult LaunchLowering::lower(func::FuncOp function) {
  SmallVector<gpu::LaunchFuncOp> launches;
  SmallVector<memref::GetGlobalOp> uses;
  function.walk([&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
  function.walk([&](memref::GetGlobalOp use) { uses.push_back(use); });
  if (launches.empty())
    return success();
  Value state =
      function.getBody().front().addArgument(pointer, function.getLoc());
  function.setFunctionType(builder.getFunctionType(
      function.getBody().front().getArgumentTypes(), {}));
  for (memref::GetGlobalOp use : uses)
    if (failed(lower(use, state)))
      return failure();
  for (gpu::LaunchFuncOp launch : launches)
    if (failed(lower(launch)))
      return failure();
  return success();
}

LogicalResult LaunchLowering::run() {
  WalkResult result = module.walk(
      [](gpu::LaunchFuncOp launch) { return WalkResult(checkLaunch(launch)); });
  if (result.wasInterrupted())
    return failure();
  SmallVector<func::FuncOp> entries;
  for (auto function : module.getOps<func::FuncOp>())
    if (getNumInputs(function))
      entries.push_back(function);
  for (func::FuncOp function : entries)
    if (failed(checkHostCode(function)) || failed(lower(function)))
      return failure();
  return tables.publish(module, symbols);
}

namespace {
struct LowerLaunchesPass
    : convoy::impl::ConvoyLowerLaunchesBase<LowerLaunchesPass> {
  void runOnOperation() override {
    if (failed(LaunchLowering(getOperation()).run()))
      signalPassFailure();
  }
};
} // namespace
