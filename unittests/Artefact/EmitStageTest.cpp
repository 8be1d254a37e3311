//===- EmitStageTest.cpp - Names of the stages ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `--emit=` takes.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "gtest/gtest.h"

using namespace mlir::convoy;

TEST(EmitStageTest, EveryNameLeadsBackToItsStage) {
  for (EmitStage stage :
       {EmitStage::Fold, EmitStage::Form, EmitStage::Linalg,
        EmitStage::Schedule, EmitStage::Gpu, EmitStage::LLVMDialect,
        EmitStage::LLVM, EmitStage::Asm, EmitStage::Obj, EmitStage::Ptx,
        EmitStage::Cubin, EmitStage::Artefact})
    EXPECT_EQ(symbolizeEmitStage(stringifyEmitStage(stage)), stage);
}

TEST(EmitStageTest, EveryNameLeadsBackToItsDevice) {
  for (ArtefactDevice device : {ArtefactDevice::CPU, ArtefactDevice::CUDA})
    EXPECT_EQ(symbolizeArtefactDevice(stringifyArtefactDevice(device)), device);
  EXPECT_EQ(symbolizeArtefactDevice("gpu"), std::nullopt);
}

TEST(EmitStageTest, UnknownNamesAreNone) {
  EXPECT_EQ(symbolizeEmitStage(""), std::nullopt);
  EXPECT_EQ(symbolizeEmitStage("Artefact"), std::nullopt);
  EXPECT_EQ(symbolizeEmitStage("llvm-dialects"), std::nullopt);
}

TEST(EmitStageTest, TheListsAreInTheOrderOfTheStages) {
  EXPECT_EQ(listEmitStages(ArtefactDevice::CPU),
            "fold, form, linalg, llvm-dialect, llvm, asm, obj, artefact");
  EXPECT_EQ(listEmitStages(ArtefactDevice::CUDA),
            "fold, form, schedule, gpu, llvm-dialect, ptx, cubin, artefact");
  EXPECT_FALSE(hasEmitStage(ArtefactDevice::CPU, EmitStage::Ptx));
  EXPECT_FALSE(hasEmitStage(ArtefactDevice::CUDA, EmitStage::Asm));
}
