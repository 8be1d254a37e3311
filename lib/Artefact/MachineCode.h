//===- MachineCode.h - From the LLVM dialect to machine code ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps between the last MLIR stage and an object file, each on its own.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_MACHINECODE_H
#define CONVOY_LIB_ARTEFACT_MACHINECODE_H

#include "Entries.h"

#include "mlir/IR/BuiltinOps.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace mlir::convoy {

/// A machine for the CPU called `cpu` of the architecture that compiles, with
/// position-independent code. A diagnostic at `loc` for an unknown name.
FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(Location loc, llvm::StringRef cpu);

/// `module`, in the LLVM dialect, as LLVM IR of `machine`, where the functions
/// of `entries` carry the entries' names and nothing but these and the data of
/// `constants` is visible outside.
FailureOr<std::unique_ptr<llvm::Module>>
translateToLLVM(ModuleOp module, llvm::ArrayRef<EntrySpec> entries,
                llvm::ArrayRef<DeviceConstant> constants,
                llvm::TargetMachine &machine, llvm::LLVMContext &context);

/// LLVM's default optimisations at their highest level.
void optimise(llvm::Module &module, llvm::TargetMachine &machine);

/// Writes `module` as assembler or as an object file. `module` is not to be
/// used afterwards.
LogicalResult emitMachineCode(Location loc, llvm::Module &module,
                              llvm::TargetMachine &machine,
                              llvm::CodeGenFileType type,
                              llvm::raw_pwrite_stream &os);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_MACHINECODE_H
