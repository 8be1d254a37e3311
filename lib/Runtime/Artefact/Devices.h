//===- Devices.h - The devices of an artefact -------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ConvoyArtefactApi::prepare: which devices this artefact has entries for and
// which of them are ready.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_DEVICES_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_DEVICES_H

#include "convoy-c/Artefact.h"

namespace convoy::runtime {

ConvoyStatus prepare(DLDevice device);

bool isCpuPrepared();

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_DEVICES_H
