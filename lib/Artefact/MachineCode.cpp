//===- MachineCode.cpp - From the LLVM dialect to machine code ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Translation, optimisation and code generation in process.
//
//===----------------------------------------------------------------------===//

#include "MachineCode.h"

#include "Convoy/Artefact/Compile.h"
#include "Diagnostics.h"
#include "EntryTable.h"

#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace mlir;
using namespace mlir::convoy;

static llvm::Triple getHostTriple() {
  return llvm::Triple(llvm::sys::getDefaultTargetTriple());
}

std::string convoy::getPortableCpuName() {
  return getHostTriple().getArch() == llvm::Triple::x86_64 ? "x86-64-v3"
                                                           : "generic";
}

static std::string getHostFeatures() {
  llvm::SubtargetFeatures features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.AddFeature(feature.getKey(), feature.getValue());
  return features.getString();
}

FailureOr<std::unique_ptr<llvm::TargetMachine>>
convoy::createTargetMachine(Location loc, StringRef cpu) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();

  llvm::Triple triple = getHostTriple();
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return emitError(loc) << "expected LLVM to know the target " << triple.str()
                          << ": " << message;

  std::string name = cpu.str(), features;
  if (cpu.empty()) {
    name = getPortableCpuName();
  } else if (cpu == "native") {
    name = llvm::sys::getHostCPUName().str();
    features = getHostFeatures();
  }
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!subtarget || !subtarget->isCPUStringValid(name))
    return emitError(loc) << "expected the name of a CPU of "
                          << triple.getArchName() << " or 'native', found '"
                          << name << "'";

  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, name, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
      /*CM=*/std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return emitError(loc) << "expected LLVM to generate code for "
                          << triple.str() << ", found no back end";
  return machine;
}

/// Renames the functions of `entry`, which are called after its function in the
/// source, after the entry itself. Hidden, so that references need no table.
static LogicalResult exportEntry(Location loc, llvm::Module &module,
                                 const EntrySpec &entry) {
  for (StringRef prefix : kEntryFunctionPrefixes) {
    std::string symbol = (prefix + entry.function).str();
    llvm::Function *function = module.getFunction(symbol);
    if (!function || function->isDeclaration())
      return emitError(loc)
             << "expected the lowering to define '" << symbol << "', found "
             << (function ? "a declaration" : "nothing");
    function->setName(prefix + entry.name);
    function->setVisibility(llvm::GlobalValue::HiddenVisibility);
    function->setDSOLocal(true);
  }
  return success();
}

/// Lets the tables refer to the data of `constant`.
static LogicalResult exportConstant(Location loc, llvm::Module &module,
                                    const DeviceConstant &constant) {
  llvm::GlobalVariable *data = module.getNamedGlobal(constant.symbol);
  if (!data || !data->hasInitializer())
    return emitError(loc) << "expected the lowering to define the data of '"
                          << constant.symbol << "', found none";
  data->setLinkage(llvm::GlobalValue::ExternalLinkage);
  data->setVisibility(llvm::GlobalValue::HiddenVisibility);
  data->setDSOLocal(true);
  return success();
}

FailureOr<std::unique_ptr<llvm::Module>>
convoy::translateToLLVM(ModuleOp module, ArrayRef<EntrySpec> entries,
                        ArrayRef<DeviceConstant> constants,
                        llvm::TargetMachine &machine,
                        llvm::LLVMContext &context) {
  ErrorWatcher watcher(module.getContext());
  // The name ends up in the object file, so it is the same everywhere.
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "convoy");
  if (!llvmModule) {
    if (!watcher.sawError())
      module.emitError(
          "expected only what translates to LLVM IR after the lowering");
    return failure();
  }
  llvmModule->setTargetTriple(machine.getTargetTriple());
  llvmModule->setDataLayout(machine.createDataLayout());
  for (const EntrySpec &entry : entries)
    if (failed(exportEntry(module.getLoc(), *llvmModule, entry)))
      return failure();
  for (const DeviceConstant &constant : constants)
    if (failed(exportConstant(module.getLoc(), *llvmModule, constant)))
      return failure();
  llvm::internalizeModule(*llvmModule, [](const llvm::GlobalValue &global) {
    return global.hasHiddenVisibility();
  });
  return llvmModule;
}

void convoy::optimise(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

LogicalResult convoy::emitMachineCode(Location loc, llvm::Module &module,
                                      llvm::TargetMachine &machine,
                                      llvm::CodeGenFileType type,
                                      llvm::raw_pwrite_stream &os) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, /*DwoOut=*/nullptr, type))
    return emitError(loc) << "expected the back end of "
                          << machine.getTargetTriple().str()
                          << " to write this kind of file, found that it "
                             "cannot";
  passes.run(module);
  return success();
}
