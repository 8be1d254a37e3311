//===- EmitStage.cpp - Names of the stages --------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one list of what `--emit=` takes.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr EmitStage kStages[] = {
    EmitStage::Fold, EmitStage::Form, EmitStage::Linalg, EmitStage::LLVMDialect,
    EmitStage::LLVM, EmitStage::Asm,  EmitStage::Obj,    EmitStage::Artefact};

StringRef convoy::stringifyEmitStage(EmitStage stage) {
  switch (stage) {
  case EmitStage::Fold:
    return "fold";
  case EmitStage::Form:
    return "form";
  case EmitStage::Linalg:
    return "linalg";
  case EmitStage::LLVMDialect:
    return "llvm-dialect";
  case EmitStage::LLVM:
    return "llvm";
  case EmitStage::Asm:
    return "asm";
  case EmitStage::Obj:
    return "obj";
  case EmitStage::Artefact:
    return "artefact";
  }
  llvm_unreachable("unknown stage");
}

std::optional<EmitStage> convoy::symbolizeEmitStage(StringRef name) {
  for (EmitStage stage : kStages)
    if (stringifyEmitStage(stage) == name)
      return stage;
  return std::nullopt;
}

std::string convoy::listEmitStages() {
  return llvm::join(llvm::map_range(kStages, stringifyEmitStage), ", ");
}
