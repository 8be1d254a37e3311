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

/// What is appended to a function's name to make that of the entry.
llvm::StringRef getEntrySuffix(ProgramVariant variant);

/// The device that `variant` runs on where the artefact is for `device`:
/// references are computed on the CPU.
ArtefactDevice getVariantDevice(ArtefactDevice device, ProgramVariant variant);

/// Brings `module` from stage `from`, none for a front end's program, to `to`,
/// at most LLVMDialect, on the way to the variant's device. At stage Fold,
/// Unfused and F64 are what they were before the fold, and Magnitude, which
/// starts from the folded program, is its magnitudes. Only Folded has
/// convoy.conv at stage Form.
LogicalResult runStages(ModuleOp module, std::optional<EmitStage> from,
                        EmitStage to, ProgramVariant variant,
                        const ArtefactOptions &options);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_STAGES_H
