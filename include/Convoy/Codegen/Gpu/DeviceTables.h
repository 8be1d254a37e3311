//===- DeviceTables.h - Kernels and constants of a module ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What convoy-lower-launches leaves on the module for whoever makes the tables
// of Convoy/Runtime/EntryTable.h: compiled host code names kernels and
// constants by their positions in these lists.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_GPU_DEVICETABLES_H
#define CONVOY_CODEGEN_GPU_DEVICETABLES_H

#include "llvm/ADT/StringRef.h"

namespace mlir::convoy {

/// An array of dictionaries, one for each kernel that is launched:
///   kernel                the symbol, `@module::@kernel`
///   entries               the names of the functions that launch it
///   block                 the threads of a block in x, y and z, where all
///                         launches have the same and it is constant
///   dynamic_shared_bytes  the most that any launch asks for
inline constexpr llvm::StringLiteral kKernelsAttrName = "convoy.kernels";

/// An array of dictionaries, one for each constant that kernels get:
///   symbol  a global of the module
///   bytes   of its data
inline constexpr llvm::StringLiteral kConstantsAttrName = "convoy.constants";

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_GPU_DEVICETABLES_H
