//===- Call.h - Calling an entry --------------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ConvoyArtefactApi::call: every check that compiled code leaves out, then the
// compiled code.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_CALL_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_CALL_H

#include "convoy-c/Artefact.h"

namespace convoy::runtime {

ConvoyStatus call(const ConvoyEntry *entry, const DLTensor *const *inputs,
                  int32_t inputCount, const DLTensor *const *outputs,
                  int32_t outputCount, void *workspace, uint64_t workspaceBytes,
                  void *stream);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_CALL_H
