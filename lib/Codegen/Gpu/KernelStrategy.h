//===- KernelStrategy.h - Ways of emitting a kernel -------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What convoy-emit-kernels asks of a strategy. One class for each strategy, in
// its own file under Kernels/; a new one adds itself to getKernelStrategies.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELSTRATEGY_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELSTRATEGY_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Builders.h"
#include <memory>

namespace mlir::convoy {

/// How the host launches a kernel.
struct KernelLaunch {
  /// Values of the host's code, in the order of the kernel's arguments.
  SmallVector<Value> arguments;
  /// Blocks of the grid along x, y and z, of type index.
  std::array<Value, 3> grid;
  int64_t threadsPerBlock;
  int64_t dynamicSharedBytes = 0;
};

class KernelStrategy {
public:
  virtual ~KernelStrategy() = default;

  /// What it computes, as part of kernel names: "conv".
  virtual StringRef getKind() const = 0;

  /// True if `op` is to be computed by this strategy.
  virtual bool handles(Operation *op) const = 0;

  /// Emits one kernel called `name`, and nothing else with that name, at the
  /// start of the empty `module`: a gpu.func, or an llvm.func marked with
  /// gpu.kernel and nvvm.kernel. `host` creates operations before `op`, which
  /// stays. The kernel must depend on nothing but what is in `op`, so that
  /// equal operations get equal kernels. A failure has emitted an error.
  virtual FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *op,
                                       gpu::GPUModuleOp module,
                                       StringRef name) const = 0;
};

/// #convoy.direct.
std::unique_ptr<KernelStrategy> createDirectStrategy();

/// #convoy.patch_wgmma.
std::unique_ptr<KernelStrategy> createPatchStrategy();

/// convoy.pack_filter.
std::unique_ptr<KernelStrategy> createPackFilterStrategy();

/// #convoy.stream_wgmma.
std::unique_ptr<KernelStrategy> createStreamStrategy();

/// #convoy.pointwise_wgmma and #convoy.window_wgmma.
std::unique_ptr<KernelStrategy> createPointwiseStrategy();

/// linalg.generic with parallel loops alone, as a stream of vectors.
std::unique_ptr<KernelStrategy> createElementwiseStrategy();

/// Any other linalg.generic, a thread for each element of its result.
std::unique_ptr<KernelStrategy> createLoopsStrategy();

/// All strategies; the first that handles an operation computes it.
SmallVector<std::unique_ptr<KernelStrategy>> getKernelStrategies();

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELSTRATEGY_H
