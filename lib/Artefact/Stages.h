//===- Stages.h - The MLIR stages of a compilation --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pipelines bring a module to a stage, for each variant of the program
// that an artefact can hold.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_STAGES_H
#define CONVOY_LIB_ARTEFACT_STAGES_H

#include "Convoy/Artefact/Compile.h"

namespace mlir::convoy {

/// The program itself and what `ArtefactOptions::withReference` adds.
enum class ProgramVariant { Folded, Unfused, F64, Magnitude };

/// The variants other than Folded.
llvm::ArrayRef<ProgramVariant> getReferenceVariants();

/// What is appended to a function's name to make that of the entry.
llvm::StringRef getEntrySuffix(ProgramVariant variant);

/// Brings `module` to `stage` (at most LLVMDialect) from any earlier one. For
/// variants that are not folded, the stage Fold is the program before the fold.
LogicalResult runToStage(ModuleOp module, EmitStage stage,
                         ProgramVariant variant);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_STAGES_H
