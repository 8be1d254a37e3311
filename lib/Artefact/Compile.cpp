//===- Compile.cpp - From a module to an artefact -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the steps; each step lives in a file of its own, and the order
// of passes in Convoy/Pipelines.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "Entries.h"
#include "EntryTable.h"
#include "Link.h"
#include "MachineCode.h"
#include "Output.h"
#include "Resources.h"
#include "Stages.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// What is said about the machine or the options has no place in the input.
Location nowhere(ModuleOp module) {
  return UnknownLoc::get(module.getContext());
}

class Compilation {
public:
  Compilation(ModuleOp module, const ArtefactOptions &options,
              llvm::TargetMachine &machine)
      : module(module), options(options), machine(machine) {}

  /// The contents of the output file.
  FailureOr<std::string> run() {
    if (options.emit <= EmitStage::LLVMDialect)
      return emitMLIR();
    if (options.emit < EmitStage::Artefact)
      return emitSingleObject();
    return emitArtefact();
  }

private:
  void beginStep(const llvm::Twine &step) {
    if (options.progress)
      options.progress(step.str());
  }

  FailureOr<std::string> emitMLIR() {
    if (failed(runStages(module, std::nullopt, options.emit,
                         ProgramVariant::Folded)))
      return failure();
    std::string text;
    llvm::raw_string_ostream os(text);
    module.print(os);
    os << "\n";
    return text;
  }

  /// Lowers `program`, at stage Fold, to optimised LLVM IR and notes its
  /// entries, in the order of the functions.
  FailureOr<std::unique_ptr<llvm::Module>>
  lower(ModuleOp program, ProgramVariant variant, llvm::LLVMContext &context) {
    StringRef suffix = getEntrySuffix(variant);
    beginStep("lower program" + suffix);
    FailureOr<std::vector<EntrySpec>> found = collectEntries(program, suffix);
    if (failed(found))
      return failure();
    countConvolutionFlops(program, *found);
    if (failed(runStages(program, EmitStage::Fold, EmitStage::LLVMDialect,
                         variant)))
      return failure();
    FailureOr<std::unique_ptr<llvm::Module>> code =
        translateToLLVM(program, *found, machine, context);
    if (failed(code))
      return failure();
    beginStep("optimise program" + suffix);
    optimise(**code, machine);
    llvm::append_range(entries, *found);
    return code;
  }

  LogicalResult fold() {
    beginStep("fold");
    return runStages(module, std::nullopt, EmitStage::Fold,
                     ProgramVariant::Folded);
  }

  FailureOr<llvm::SmallString<0>> emitFile(llvm::Module &code,
                                           llvm::CodeGenFileType type) {
    llvm::SmallString<0> contents;
    llvm::raw_svector_ostream os(contents);
    if (failed(emitMachineCode(nowhere(module), code, machine, type, os)))
      return failure();
    return contents;
  }

  FailureOr<std::string> emitSingleObject() {
    llvm::LLVMContext context;
    if (failed(fold()))
      return failure();
    FailureOr<std::unique_ptr<llvm::Module>> code =
        lower(module, ProgramVariant::Folded, context);
    if (failed(code))
      return failure();
    if (options.emit == EmitStage::LLVM) {
      std::string text;
      llvm::raw_string_ostream os(text);
      (*code)->print(os, /*AAW=*/nullptr);
      return text;
    }
    FailureOr<llvm::SmallString<0>> file =
        emitFile(**code, options.emit == EmitStage::Asm
                             ? llvm::CodeGenFileType::AssemblyFile
                             : llvm::CodeGenFileType::ObjectFile);
    if (failed(file))
      return failure();
    return file->str().str();
  }

  /// Each variant is a module and an object file of its own, so a name in one
  /// never meets a name in another. Takes `program`, at stage Fold.
  LogicalResult compileVariant(ModuleOp program, ProgramVariant variant) {
    llvm::LLVMContext context;
    FailureOr<std::unique_ptr<llvm::Module>> code =
        lower(program, variant, context);
    if (failed(code))
      return failure();
    FailureOr<llvm::SmallString<0>> object =
        emitFile(**code, llvm::CodeGenFileType::ObjectFile);
    if (failed(object))
      return failure();
    objects.push_back(std::move(*object));
    return success();
  }

  /// As above, from the program that the variant starts from.
  LogicalResult compileReference(OwningOpRef<ModuleOp> program,
                                 ProgramVariant variant) {
    if (failed(runStages(*program, std::nullopt, EmitStage::Fold, variant)))
      return failure();
    return compileVariant(*program, variant);
  }

  LogicalResult compilePrograms() {
    // Constants belong to the context: a copy of a module is small.
    OwningOpRef<ModuleOp> original, folded;
    if (options.withReference)
      original = module.clone();
    if (failed(fold()))
      return failure();
    if (options.withReference)
      folded = module.clone();
    if (failed(compileVariant(module, ProgramVariant::Folded)))
      return failure();
    if (!options.withReference)
      return success();
    if (failed(compileReference(original->clone(), ProgramVariant::Unfused)) ||
        failed(compileReference(std::move(original), ProgramVariant::F64)))
      return failure();
    return compileReference(std::move(folded), ProgramVariant::Magnitude);
  }

  LogicalResult compileTable() {
    llvm::StringSet<> names;
    SmallVector<std::string> manifests;
    for (const EntrySpec &entry : entries) {
      if (!names.insert(entry.name).second)
        return module.emitError()
               << "expected no function '" << entry.name
               << "', which is the name of a reference entry";
      manifests.push_back(
          makeManifest(entry, options.device, machine.getTargetCPU()));
    }
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> table =
        makeEntryTable(entries, manifests, DeviceCode(), context);
    FailureOr<llvm::SmallString<0>> object =
        emitFile(*table, llvm::CodeGenFileType::ObjectFile);
    if (failed(object))
      return failure();
    objects.push_back(std::move(*object));
    return success();
  }

  FailureOr<std::string> emitArtefact() {
    if (failed(compilePrograms()))
      return failure();
    if (failed(compileTable()))
      return failure();
    beginStep("link");
    return linkSharedObject(nowhere(module), objects);
  }

  ModuleOp module;
  const ArtefactOptions &options;
  llvm::TargetMachine &machine;
  std::vector<EntrySpec> entries;
  SmallVector<llvm::SmallString<0>> objects;
};
} // namespace

static LogicalResult checkOptions(ModuleOp module,
                                  const ArtefactOptions &options) {
  if (options.device != "cpu")
    return emitError(nowhere(module))
           << "expected device 'cpu', the only one that this version compiles "
              "for, found '"
           << options.device << "'";
  if (options.withReference && options.emit != EmitStage::Artefact)
    return emitError(nowhere(module))
           << "expected the reference entries to be asked for with an artefact "
              "only, found stage '"
           << stringifyEmitStage(options.emit) << "'";
  return success();
}

LogicalResult convoy::compileToArtefact(ModuleOp module,
                                        const ArtefactOptions &options,
                                        StringRef outputPath) {
  if (failed(checkOptions(module, options)) ||
      failed(checkOutput(nowhere(module), outputPath)))
    return failure();
  FailureOr<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(nowhere(module), options.cpu);
  // Signatures and data are checked before anything is lowered, so that what is
  // said about them is about the input.
  if (failed(machine) || failed(selectEntries(module, options.entry)) ||
      failed(collectEntries(module, "")) || failed(checkResources(module)))
    return failure();
  FailureOr<std::string> contents =
      Compilation(module, options, **machine).run();
  if (failed(contents))
    return failure();
  return writeOutput(nowhere(module), outputPath, *contents);
}
