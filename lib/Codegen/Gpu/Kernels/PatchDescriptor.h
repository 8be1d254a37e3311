//===- PatchDescriptor.h - Descriptors of a step's patch -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHDESCRIPTOR_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHDESCRIPTOR_H

#include "Wgmma.h"

#include "Convoy/Dialect/PatchPlan.h"

namespace mlir::convoy {

/// What a step without a second half reads in its place.
struct PatchZeros {
  /// First byte of the kernel's shared memory, i32, and how far behind it its
  /// zeros begin.
  Value shared;
  int64_t bytes;
  /// True if elements are finite, as those of split products are: the first
  /// half serves, as the filter's zeros meet it.
  bool isFinite;
};

/// The wgmma descriptor of a step's patch. `column` is the address of its
/// column 0, and `columnUnits` the same in the unit of descriptors
/// (getDescriptorAddress).
Value getPatchDescriptor(DeviceBuilder &b, const PatchStep &step, Value column,
                         Value columnUnits, const PatchZeros &zeros);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHDESCRIPTOR_H
