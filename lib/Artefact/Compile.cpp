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

#include "DeviceCode.h"
#include "Entries.h"
#include "EntryTable.h"
#include "Link.h"
#include "MachineCode.h"
#include "Output.h"
#include "Resources.h"
#include "Sizes.h"
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

/// The GPU that `options`, which have been checked, ask for.
const Chip &getChip(const ArtefactOptions &options) {
  StringRef name = options.chip;
  return *lookupChip(name.empty() ? StringRef(kDefaultChipName) : name);
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
    if (options.emit == EmitStage::Ptx || options.emit == EmitStage::Cubin)
      return emitDeviceCode();
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
                         ProgramVariant::Folded, options)))
      return failure();
    std::string text;
    llvm::raw_string_ostream os(text);
    module.print(os);
    os << "\n";
    return text;
  }

  FailureOr<std::string> emitDeviceCode() {
    if (failed(runStages(module, std::nullopt, EmitStage::LLVMDialect,
                         ProgramVariant::Folded, options)))
      return failure();
    FailureOr<DeviceCode> code = takeDeviceCode(module, getChip(options));
    if (failed(code))
      return failure();
    if (options.emit == EmitStage::Ptx)
      return concatenatePtx(*code);
    if (code->images.size() != 1)
      return emitError(nowhere(module))
             << "expected one kernel, which a cubin can hold, found "
             << code->images.size()
             << ": write PTX or an artefact, or choose an entry";
    return code->images.front().cubin;
  }

  /// Lowers `program`, at stage Fold, to optimised LLVM IR and notes its
  /// entries, in the order of the functions, and its device code.
  FailureOr<std::unique_ptr<llvm::Module>>
  lower(ModuleOp program, ProgramVariant variant, llvm::LLVMContext &context) {
    StringRef suffix = getEntrySuffix(variant);
    beginStep("lower program" + suffix);
    FailureOr<std::vector<EntrySpec>> found = collectEntries(program, suffix);
    if (failed(found))
      return failure();
    countConvolutionFlops(program, *found);
    if (failed(runStages(program, EmitStage::Fold, EmitStage::LLVMDialect,
                         variant, options)))
      return failure();
    bool onGpu =
        getVariantDevice(options.device, variant) == ArtefactDevice::CUDA;
    if (onGpu && failed(takeKernels(program, *found)))
      return failure();
    FailureOr<std::unique_ptr<llvm::Module>> code = translateToLLVM(
        program, *found,
        onGpu ? ArrayRef(deviceCode.constants) : ArrayRef<DeviceConstant>(),
        machine, context);
    if (failed(code))
      return failure();
    beginStep("optimise program" + suffix);
    optimise(**code, machine);
    llvm::append_range(entries, *found);
    return code;
  }

  LogicalResult takeKernels(ModuleOp program,
                            MutableArrayRef<EntrySpec> programEntries) {
    FailureOr<DeviceCode> code = takeDeviceCode(program, getChip(options));
    if (failed(code))
      return failure();
    deviceCode = std::move(*code);
    for (EntrySpec &entry : programEntries)
      entry.deviceType = kDLCUDA;
    bool hasMachineCode =
        llvm::all_of(deviceCode.images, [](const DeviceImage &image) {
          return !image.cubin.empty();
        });
    if (!hasMachineCode)
      emitRemark(nowhere(module))
          << "found no ptxas in CONVOY_PTXAS, PATH, CUDA_HOME and "
             "/usr/local/cuda: the artefact holds PTX, which the driver "
             "compiles when it is loaded";
    return success();
  }

  LogicalResult fold() {
    beginStep("fold");
    return runStages(module, std::nullopt, EmitStage::Fold,
                     ProgramVariant::Folded, options);
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
    if (failed(runStages(*program, std::nullopt, EmitStage::Fold, variant,
                         options)))
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
    ManifestContext manifestContext{
        machine.getTargetCPU().str(),
        options.device == ArtefactDevice::CUDA ? getChip(options).name.str()
                                               : std::string(),
        stringifyMathMode(options.math).str(), &deviceCode};
    for (const EntrySpec &entry : entries) {
      if (!names.insert(entry.name).second)
        return module.emitError()
               << "expected no function '" << entry.name
               << "', which is the name of a reference entry";
      manifests.push_back(makeManifest(entry, manifestContext));
    }
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> table =
        makeEntryTable(entries, manifests, deviceCode, context);
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
  DeviceCode deviceCode;
  SmallVector<llvm::SmallString<0>> objects;
};
} // namespace

static LogicalResult checkOptions(ModuleOp module,
                                  const ArtefactOptions &options) {
  if (options.device == ArtefactDevice::CPU && !options.chip.empty())
    return emitError(nowhere(module))
           << "expected a chip for device 'cuda' only, found '" << options.chip
           << "'";
  if (!options.chip.empty() && !lookupChip(options.chip))
    return emitError(nowhere(module))
           << "expected a chip of " << listChipNames() << ", found '"
           << options.chip << "'";
  if (!hasEmitStage(options.device, options.emit))
    return emitError(nowhere(module))
           << "expected a stage of device '"
           << stringifyArtefactDevice(options.device) << "', one of "
           << listEmitStages(options.device) << ", found '"
           << stringifyEmitStage(options.emit) << "'";
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
      failed(collectEntries(module, "")) || failed(checkResources(module)) ||
      failed(checkSizes(module)))
    return failure();
  FailureOr<std::string> contents =
      Compilation(module, options, **machine).run();
  if (failed(contents))
    return failure();
  return writeOutput(nowhere(module), outputPath, *contents);
}
