//===- WgmmaDescriptor.h - Matrix descriptors of wgmma ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The 64-bit descriptors by which wgmma finds a matrix in shared memory, for
// K-major matrices without swizzling: core matrices of 8 rows by 16 bytes,
// 128 contiguous bytes each.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_GPU_WGMMADESCRIPTOR_H
#define CONVOY_CODEGEN_GPU_WGMMADESCRIPTOR_H

#include <cstdint>

namespace mlir::convoy {

/// Field positions, in bits.
inline constexpr unsigned kDescriptorLeadingShift = 16;
inline constexpr unsigned kDescriptorStrideShift = 32;
/// Addresses and distances are stored without their low four bits, in 14 bits.
inline constexpr unsigned kDescriptorUnitShift = 4;
inline constexpr int64_t kDescriptorMaxBytes = ((1 << 14) - 1) * 16;

/// The part of a descriptor that does not depend on where the matrix begins:
/// `leadingBytes` from a core matrix to its neighbour along K, `strideBytes` to
/// its neighbour along M or N. Both are multiples of 16, not negative, at most
/// kDescriptorMaxBytes. Adding an address divided by 16 gives the descriptor.
constexpr int64_t getDescriptorLayout(int64_t leadingBytes,
                                      int64_t strideBytes) {
  return ((strideBytes >> kDescriptorUnitShift) << kDescriptorStrideShift) |
         ((leadingBytes >> kDescriptorUnitShift) << kDescriptorLeadingShift);
}

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_GPU_WGMMADESCRIPTOR_H
