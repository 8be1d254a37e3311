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
#include "Convoy/Codegen/Gpu/DeviceTables.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/MapVector.h"

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

/// The globals of constants are called this and their position.
static constexpr llvm::StringLiteral kConstantPrefix = "convoy_constant_";

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

//===----------------------------------------------------------------------===//
// Lists of kernels and constants
//===----------------------------------------------------------------------===//

namespace {
/// What is known of a kernel from its launches.
struct LaunchedKernel {
  SmallVector<StringRef> entries;
  /// None if launches differ or compute it.
  std::optional<SmallVector<int64_t, 3>> block;
  int64_t dynamicSharedBytes = 0;
};
} // namespace

static std::optional<SmallVector<int64_t, 3>>
getConstantBlock(gpu::LaunchFuncOp launch) {
  SmallVector<int64_t, 3> sizes;
  gpu::KernelDim3 block = launch.getBlockSizeOperandValues();
  for (Value value : {block.x, block.y, block.z}) {
    std::optional<int64_t> size = getConstantIntValue(value);
    if (!size)
      return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

static int64_t getElementBytes(Type type) {
  if (type.isIndex())
    return sizeof(int64_t);
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
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
  FailureOr<int64_t> noteLaunch(gpu::LaunchFuncOp launch);
  int64_t noteConstant(memref::GlobalOp global);
  FailureOr<SmallVector<Value>> expandArguments(gpu::LaunchFuncOp launch);
  Value storeArguments(gpu::LaunchFuncOp launch, ArrayRef<Value> arguments);
  Value castToI64(Location loc, Value value);
  LLVM::LLVMFuncOp getFunction(StringRef name, Type result,
                               ArrayRef<Type> arguments);
  void setTables();

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  LLVMTypeConverter converter;
  Type pointer, i32, i64;
  llvm::MapVector<Attribute, LaunchedKernel> kernels;
  llvm::MapVector<memref::GlobalOp, int64_t> constants;
};
} // namespace

/// The position of the kernel in the table.
FailureOr<int64_t> LaunchLowering::noteLaunch(gpu::LaunchFuncOp launch) {
  int64_t sharedBytes = 0;
  if (Value size = launch.getDynamicSharedMemorySize()) {
    std::optional<int64_t> constant = getConstantIntValue(size);
    if (!constant || *constant < 0)
      return launch.emitError("expected the dynamic shared memory of a launch "
                              "to be a constant");
    sharedBytes = *constant;
  }
  auto [known, isNew] =
      kernels.insert({launch.getKernelAttr(), LaunchedKernel()});
  LaunchedKernel &kernel = known->second;
  std::optional<SmallVector<int64_t, 3>> block = getConstantBlock(launch);
  if (isNew)
    kernel.block = block;
  else if (kernel.block != block)
    kernel.block = std::nullopt;
  kernel.dynamicSharedBytes = std::max(kernel.dynamicSharedBytes, sharedBytes);
  StringRef entry = launch->getParentOfType<func::FuncOp>().getName();
  if (!llvm::is_contained(kernel.entries, entry))
    kernel.entries.push_back(entry);
  return std::distance(kernels.begin(), known);
}

/// The position of the constant in the table.
int64_t LaunchLowering::noteConstant(memref::GlobalOp global) {
  return constants.insert({global, constants.size()}).first->second;
}

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
  FailureOr<int64_t> position = noteLaunch(launch);
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
  int64_t position = noteConstant(global);
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

/// Makes the constants visible to the tables and writes down both lists.
void LaunchLowering::setTables() {
  SmallVector<Attribute> kernelAttrs, constantAttrs;
  for (auto &[symbol, kernel] : kernels) {
    NamedAttrList attrs;
    attrs.set("kernel", symbol);
    attrs.set("entries", builder.getStrArrayAttr(kernel.entries));
    if (kernel.block)
      attrs.set("block", builder.getDenseI64ArrayAttr(*kernel.block));
    attrs.set("dynamic_shared_bytes",
              builder.getI64IntegerAttr(kernel.dynamicSharedBytes));
    kernelAttrs.push_back(attrs.getDictionary(module.getContext()));
  }
  for (auto &[global, position] : constants) {
    MemRefType type = global.getType();
    NamedAttrList attrs;
    attrs.set("symbol", FlatSymbolRefAttr::get(global.getSymNameAttr()));
    attrs.set("bytes", builder.getI64IntegerAttr(
                           type.getNumElements() *
                           getElementBytes(type.getElementType())));
    constantAttrs.push_back(attrs.getDictionary(module.getContext()));
  }
  module->setAttr(kKernelsAttrName, builder.getArrayAttr(kernelAttrs));
  module->setAttr(kConstantsAttrName, builder.getArrayAttr(constantAttrs));
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
  for (auto &[global, position] : constants) {
    memref::GlobalOp op = global;
    std::string name = (kConstantPrefix + llvm::Twine(position)).str();
    if (failed(symbols.rename(op, name)))
      return op.emitError("expected the name '") << name << "' to be free";
    op.setSymVisibility("public");
  }
  setTables();
  return success();
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
