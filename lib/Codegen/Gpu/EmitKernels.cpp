//===- EmitKernels.cpp - Operations to kernels and launches ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names kernels, makes one of equal ones, and launches them. What is in a
// kernel is the matter of its strategy.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "EmittedKernels.h"

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYEMITKERNELS
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

SmallVector<std::unique_ptr<KernelStrategy>> convoy::getKernelStrategies() {
  SmallVector<std::unique_ptr<KernelStrategy>> strategies;
  strategies.push_back(createDirectStrategy());
  strategies.push_back(createPatchStrategy());
  strategies.push_back(createStreamStrategy());
  strategies.push_back(createPointwiseStrategy());
  strategies.push_back(createPackFilterStrategy());
  strategies.push_back(createElementwiseStrategy());
  strategies.push_back(createLoopsStrategy());
  return strategies;
}

/// The name of a module and its kernel until it is known whether there is an
/// equal one.
static constexpr StringLiteral kNewKernelName = "convoy_new_kernel";

/// The line of the source that `loc` points to, or 0.
static unsigned getLine(Location loc) {
  unsigned line = 0;
  loc->walk([&](Location part) {
    auto file = dyn_cast<FileLineColLoc>(part);
    if (!file)
      return WalkResult::advance();
    line = file.getLine();
    return WalkResult::interrupt();
  });
  return line;
}

/// `name` with all but letters and digits replaced, as PTX wants it.
static std::string makeIdentifier(StringRef name) {
  std::string identifier = name.str();
  for (char &letter : identifier)
    if (!llvm::isAlnum(letter))
      letter = '_';
  if (!identifier.empty() && llvm::isDigit(identifier.front()))
    identifier.insert(0, "_");
  return identifier;
}

/// The text of a new module: equal for equal kernels.
static std::string printWithoutLocations(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  op->print(stream, OpPrintingFlags().enableDebugInfo(false).useLocalScope());
  return text;
}

namespace {
/// The kernels of one module.
class KernelEmitter {
public:
  explicit KernelEmitter(ModuleOp module)
      : module(module), symbols(module), strategies(getKernelStrategies()) {}

  const KernelStrategy *findStrategy(Operation *op) const {
    for (const auto &strategy : strategies)
      if (strategy->handles(op))
        return strategy.get();
    return nullptr;
  }

  /// Emits a launch of the kernel of `op`, which the launch replaces.
  LogicalResult emit(Operation *op, const KernelStrategy &strategy);
  /// Erases the operations that launches have replaced.
  void eraseReplaced();

private:
  std::string makeName(Operation *op, const KernelStrategy &strategy);
  /// Renames `created`, or erases it if there is an equal one; returns the
  /// kernel to launch.
  SymbolRefAttr keepOne(gpu::GPUModuleOp created, StringRef name);

  /// Emits the kernel of `op` and what its launch reads.
  FailureOr<EmittedKernels::Entry> emitKernel(Operation *op,
                                              const KernelStrategy &strategy);

  ModuleOp module;
  SymbolTable symbols;
  SmallVector<std::unique_ptr<KernelStrategy>> strategies;
  /// Text of each kernel's module, under the name while it was new.
  llvm::StringMap<SymbolRefAttr> kernels;
  EmittedKernels emitted;
  /// Operations that have a launch; they are what `emitted` compares with.
  SmallVector<Operation *> replaced;
  unsigned numOperations = 0;
};
} // namespace

std::string KernelEmitter::makeName(Operation *op,
                                    const KernelStrategy &strategy) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  unsigned line = getLine(op->getLoc());
  std::string name =
      makeIdentifier(function ? function.getName() : StringRef("kernel"));
  name += "_" + strategy.getKind().str() + "_";
  name += line ? std::to_string(line) : "op" + std::to_string(numOperations);
  ++numOperations;
  if (!symbols.lookup(name))
    return name;
  unsigned counter = 2;
  while (symbols.lookup(name + "_" + std::to_string(counter)))
    ++counter;
  return name + "_" + std::to_string(counter);
}

SymbolRefAttr KernelEmitter::keepOne(gpu::GPUModuleOp created, StringRef name) {
  MLIRContext *context = module.getContext();
  auto inserted = kernels.try_emplace(printWithoutLocations(created));
  SymbolRefAttr &kernel = inserted.first->second;
  if (!inserted.second) {
    created.erase();
    return kernel;
  }
  SymbolTable inner(created);
  inner.lookup(kNewKernelName)
      ->setAttr(SymbolTable::getSymbolAttrName(),
                StringAttr::get(context, name));
  created.setName(name);
  symbols.insert(created);
  kernel = SymbolRefAttr::get(StringAttr::get(context, name),
                              {FlatSymbolRefAttr::get(context, name)});
  return kernel;
}

FailureOr<EmittedKernels::Entry>
KernelEmitter::emitKernel(Operation *op, const KernelStrategy &strategy) {
  OpBuilder builder(op);
  OpBuilder atEnd = OpBuilder::atBlockEnd(module.getBody());
  auto created = gpu::GPUModuleOp::create(atEnd, op->getLoc(), kNewKernelName);
  Operation *before = op->getPrevNode();
  FailureOr<KernelLaunch> launch =
      strategy.emit(builder, op, created, kNewKernelName);
  if (failed(launch)) {
    created.erase();
    return failure();
  }
  EmittedKernels::Entry entry;
  entry.op = op;
  entry.kernel = keepOne(created, makeName(op, strategy));
  entry.launch = std::move(*launch);
  for (Operation *hostOp = before ? before->getNextNode()
                                  : &op->getBlock()->front();
       hostOp != op; hostOp = hostOp->getNextNode())
    entry.hostOps.push_back(hostOp);
  return entry;
}

/// Creates the launch of `kernel` in front of `op`.
static void createLaunch(OpBuilder &builder, Operation *op,
                         SymbolRefAttr kernel, const KernelLaunch &launch) {
  Location loc = op->getLoc();
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value threads =
      arith::ConstantIndexOp::create(builder, loc, launch.threadsPerBlock);
  Value dynamicSharedBytes;
  if (launch.dynamicSharedBytes)
    dynamicSharedBytes = arith::ConstantIntOp::create(
        builder, loc, launch.dynamicSharedBytes, 32);
  gpu::LaunchFuncOp::create(
      builder, loc, kernel,
      gpu::KernelDim3{launch.grid[0], launch.grid[1], launch.grid[2]},
      gpu::KernelDim3{threads, one, one}, dynamicSharedBytes, launch.arguments);
}

LogicalResult KernelEmitter::emit(Operation *op,
                                  const KernelStrategy &strategy) {
  OpBuilder builder(op);
  replaced.push_back(op);
  if (const EmittedKernels::Entry *equal = emitted.find(op)) {
    ++numOperations;
    createLaunch(builder, op, equal->kernel, replayLaunch(builder, *equal, op));
    return success();
  }
  FailureOr<EmittedKernels::Entry> entry = emitKernel(op, strategy);
  if (failed(entry))
    return failure();
  createLaunch(builder, op, entry->kernel, entry->launch);
  emitted.add(std::move(*entry));
  return success();
}

void KernelEmitter::eraseReplaced() {
  for (Operation *op : replaced)
    op->erase();
}

namespace {
struct EmitKernelsPass : convoy::impl::ConvoyEmitKernelsBase<EmitKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    KernelEmitter emitter(module);
    SmallVector<std::pair<Operation *, const KernelStrategy *>> work;
    WalkResult result = module.walk([&](Operation *op) {
      if (const KernelStrategy *strategy = emitter.findStrategy(op)) {
        work.emplace_back(op, strategy);
        return WalkResult::skip();
      }
      return failed(checkConv(op)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (auto [op, strategy] : work)
      if (failed(emitter.emit(op, *strategy)))
        return signalPassFailure();
    emitter.eraseReplaced();
    if (!work.empty())
      module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                      UnitAttr::get(&getContext()));
  }

  /// Says why no strategy takes a convolution.
  static LogicalResult checkConv(Operation *op) {
    auto conv = dyn_cast<ConvOp>(op);
    if (!conv)
      return success();
    if (conv.hasTensorSemantics())
      return conv.emitOpError("expected memrefs, found tensors: bufferize "
                              "before kernels are emitted");
    if (!conv.getScheduleAttr())
      return conv.emitOpError("expected a schedule: run "
                              "convoy-select-schedule, or write one");
    return conv.emitOpError("expected a strategy that has a kernel, found ")
           << conv.getScheduleAttr().getStrategy();
  }
};
} // namespace
