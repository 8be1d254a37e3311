//===- CudaLaunch.h - Starting kernels --------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call of an entry on a CUDA device: the runtime's side of convoy_rt_launch.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_CUDALAUNCH_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_CUDALAUNCH_H

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

namespace convoy::runtime {

/// What compiled code gets, but for `launch`.
struct EntryArguments {
  const void *const *inputs;
  void *const *outputs;
  const int64_t *dims;
  void *workspace;
};

/// Starts the kernels of `entry` on checked arguments. `device` is the one that
/// they are on; it has no number where there are no tensors.
ConvoyStatus runOnCuda(const ConvoyEntryRecord &entry, DLDevice device,
                       const EntryArguments &arguments, void *stream);

/// Kernels started so far.
uint64_t launchCount();

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_CUDALAUNCH_H
