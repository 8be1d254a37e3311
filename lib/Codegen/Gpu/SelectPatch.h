//===- SelectPatch.h - When patches stay in shared memory ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_SELECTPATCH_H
#define CONVOY_LIB_CODEGEN_GPU_SELECTPATCH_H

#include "Convoy/Dialect/ConvoyOps.h"
#include "Convoy/Target/Chip.h"

#include <optional>

namespace mlir::convoy {

/// #convoy.patch_wgmma for `op`, if it is in that strategy's domain and has
/// enough work for it.
std::optional<PatchWgmmaAttr> selectPatch(ConvOp op, const Chip &chip);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_SELECTPATCH_H
