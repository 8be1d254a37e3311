//===- EmittedKernels.h - Kernels by the operations they compute -*- C++
//-*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the Gpu room. A kernel depends on nothing but its operation, so
// what was emitted for one is launched for each that is equal, without being
// emitted again.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_EMITTEDKERNELS_H
#define CONVOY_LIB_CODEGEN_GPU_EMITTEDKERNELS_H

#include "KernelStrategy.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy {

class EmittedKernels {
public:
  struct Entry {
    /// Must live as long as entries are looked up.
    Operation *op = nullptr;
    SymbolRefAttr kernel;
    KernelLaunch launch;
    /// The operations of the host that `launch` reads, in order, in front of
    /// `op`.
    SmallVector<Operation *> hostOps;
  };

  /// The kernel of an operation equal to `op` but for its location and its
  /// operands, of which each stands for one of the other, constants for equal
  /// ones; or null.
  const Entry *find(Operation *op) const;
  void add(Entry entry);

private:
  llvm::DenseMap<llvm::hash_code, SmallVector<Entry, 1>> entries;
};

/// The launch of `entry` for `op`; creates what it reads in front of `op`.
KernelLaunch replayLaunch(OpBuilder &builder,
                          const EmittedKernels::Entry &entry, Operation *op);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_EMITTEDKERNELS_H
