//===- PatchDescriptor.cpp - Descriptors of a step's patch ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patch and stream kernels read the patch with one tap's shift: a step begins
// at any 16 bytes, and its second half lies at any distance from the first.
//
//===----------------------------------------------------------------------===//

#include "PatchDescriptor.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"

using namespace mlir;
using namespace mlir::convoy;

Value convoy::getPatchDescriptor(DeviceBuilder &b, const PatchStep &step,
                                 Value column, Value columnUnits,
                                 const PatchZeros &zeros) {
  int64_t first = step.firstHalfBytes;
  Value start = b.add(columnUnits, first >> kDescriptorUnitShift);
  if (step.secondHalfBytes)
    return b.add(start, getDescriptorLayout(*step.secondHalfBytes - first,
                                            kWgmmaCoreBytes));
  if (zeros.isFinite)
    return b.add(start, getDescriptorLayout(0, kWgmmaCoreBytes));
  Value begin = b.add(zeros.shared, zeros.bytes);
  Value distance = b.sub(begin, b.add(column, first));
  Value field =
      b.shl(getDescriptorAddress(b, distance), kDescriptorLeadingShift);
  return b.add(b.add(start, field), getDescriptorLayout(0, kWgmmaCoreBytes));
}
