//===- TensorChecks.h - Tensors against what an entry states ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The checks in front of compiled code, which itself checks nothing.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_TENSORCHECKS_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_TENSORCHECKS_H

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

namespace convoy::runtime {

/// A tensor's place among the arguments or results, for messages.
struct TensorPlace {
  const char *kind; // "input" or "output"
  int32_t index;
  const ConvoyTensorSpec &spec;
};

/// Rank and shape: each dim is not negative and equals the one of `dims` (rank
/// of them), where a dynamic dim of `dims` allows any.
ConvoyStatus checkShape(const TensorPlace &place, const DLTensor *tensor,
                        const int64_t *dims);

/// As the number of a device: any.
inline constexpr int32_t kAnyDevice = -1;

/// A device as text: "the CPU", "CUDA device 1", "a CUDA device".
struct DeviceText {
  char text[48];

  explicit DeviceText(DLDevice device);
};

/// dtype, device, contiguity, alignment and address, for a tensor whose shape
/// has been checked. On the CPU the number of `device` does not matter.
ConvoyStatus checkMemory(const TensorPlace &place, const DLTensor &tensor,
                         DLDevice device);

/// Whether two checked tensors share a byte.
bool overlap(const DLTensor &a, const DLTensor &b);

/// Where the tensor's first element stands.
inline char *dataOf(const DLTensor &tensor) {
  return static_cast<char *>(tensor.data) + tensor.byte_offset;
}

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_TENSORCHECKS_H
