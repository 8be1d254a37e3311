//===- EmitStage.cpp - Names of the stages --------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one list of what `--emit=` takes, for each device.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr EmitStage kCpuStages[] = {
    EmitStage::Fold, EmitStage::Form, EmitStage::Linalg, EmitStage::LLVMDialect,
    EmitStage::LLVM, EmitStage::Asm,  EmitStage::Obj,    EmitStage::Artefact};
static constexpr EmitStage kCudaStages[] = {
    EmitStage::Fold,  EmitStage::Form,        EmitStage::Schedule,
    EmitStage::Gpu,   EmitStage::LLVMDialect, EmitStage::Ptx,
    EmitStage::Cubin, EmitStage::Artefact};

static ArrayRef<EmitStage> getStages(ArtefactDevice device) {
  if (device == ArtefactDevice::CUDA)
    return kCudaStages;
  return kCpuStages;
}

StringRef convoy::stringifyArtefactDevice(ArtefactDevice device) {
  return device == ArtefactDevice::CUDA ? "cuda" : "cpu";
}

std::optional<ArtefactDevice> convoy::symbolizeArtefactDevice(StringRef name) {
  for (ArtefactDevice device : {ArtefactDevice::CPU, ArtefactDevice::CUDA})
    if (stringifyArtefactDevice(device) == name)
      return device;
  return std::nullopt;
}

StringRef convoy::stringifyEmitStage(EmitStage stage) {
  switch (stage) {
  case EmitStage::Fold:
    return "fold";
  case EmitStage::Form:
    return "form";
  case EmitStage::Linalg:
    return "linalg";
  case EmitStage::Schedule:
    return "schedule";
  case EmitStage::Gpu:
    return "gpu";
  case EmitStage::LLVMDialect:
    return "llvm-dialect";
  case EmitStage::LLVM:
    return "llvm";
  case EmitStage::Asm:
    return "asm";
  case EmitStage::Obj:
    return "obj";
  case EmitStage::Ptx:
    return "ptx";
  case EmitStage::Cubin:
    return "cubin";
  case EmitStage::Artefact:
    return "artefact";
  }
  llvm_unreachable("unknown stage");
}

std::optional<EmitStage> convoy::symbolizeEmitStage(StringRef name) {
  for (ArtefactDevice device : {ArtefactDevice::CPU, ArtefactDevice::CUDA})
    for (EmitStage stage : getStages(device))
      if (stringifyEmitStage(stage) == name)
        return stage;
  return std::nullopt;
}

std::string convoy::listEmitStages(ArtefactDevice device) {
  return llvm::join(llvm::map_range(getStages(device), stringifyEmitStage),
                    ", ");
}

bool convoy::hasEmitStage(ArtefactDevice device, EmitStage stage) {
  return llvm::is_contained(getStages(device), stage);
}
