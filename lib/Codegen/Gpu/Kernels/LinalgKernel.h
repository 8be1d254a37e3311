//===- LinalgKernel.h - Kernels of linalg operations ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the strategies for linalg.generic share: arguments, sizes of loops and
// positions in them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_LINALGKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_LINALGKERNEL_H

#include "IndexMath.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::convoy {

/// What the kernel of `op` needs from the host: its operands and what its body
/// uses from outside, but for constants.
SmallVector<Value> collectKernelArguments(linalg::GenericOp op);

/// A kernel with `arguments`, empty but for its entry block and the constants
/// that the body of `op` uses. `mapping` gets what stands for values of the
/// host in it. `builder` goes to the end of the entry block.
gpu::GPUFuncOp createLinalgKernel(OpBuilder &builder, linalg::GenericOp op,
                                  StringRef name, ValueRange arguments,
                                  int64_t threadsPerBlock, IRMapping &mapping);

/// The iterations of the loops `dims` of `op`.
class LoopSizes {
public:
  /// Where the sizes can be told from: an operand's dimension for each loop.
  /// Failure with a diagnostic if there is a loop without one.
  static FailureOr<LoopSizes> get(linalg::GenericOp op);

  bool isStatic(unsigned loop) const {
    return !ShapedType::isDynamic(staticSizes[loop]);
  }
  int64_t getStatic(unsigned loop) const { return staticSizes[loop]; }
  /// The product of the loops from `first` on, or none if one is unknown.
  std::optional<int64_t> getStaticProduct(ArrayRef<unsigned> loops) const;

  /// `lookup` gives the value for an operand: of the host or of the kernel.
  using Lookup = llvm::function_ref<Value(Value)>;
  Value getSize(const IndexMath &math, unsigned loop, Lookup lookup) const;
  Value getProduct(const IndexMath &math, ArrayRef<unsigned> loops,
                   Lookup lookup) const;

private:
  struct Source {
    Value operand;
    unsigned dim;
  };
  SmallVector<int64_t> staticSizes;
  SmallVector<Source> sources;
};

/// i32 where all of `count` iterations, with a block's worth beyond them, can
/// be counted in it, else index.
Type chooseCounterType(OpBuilder &builder, std::optional<int64_t> count);

/// The index of this thread among all threads of the grid.
Value createGlobalThreadIndex(const IndexMath &math, int64_t threadsPerBlock);

/// The position in the loops of `sizes`, the last one fastest, at `linear`. In
/// the type of `math`.
SmallVector<Value> delinearize(const IndexMath &math, Value linear,
                               ArrayRef<Value> sizes);

/// The results of the body of `op` for `operands`, the elements of all
/// operands, at the iteration `ivs` (of type index).
SmallVector<Value> cloneBody(OpBuilder &builder, linalg::GenericOp op,
                             ValueRange operands, ValueRange ivs,
                             IRMapping mapping);

/// The element of `memref` at `map` applied to `ivs`.
Value loadElement(OpBuilder &builder, Location loc, Value memref, AffineMap map,
                  ValueRange ivs);
void storeElement(OpBuilder &builder, Location loc, Value value, Value memref,
                  AffineMap map, ValueRange ivs);

/// The loops of `op` in the order in which threads run through them: those of
/// the first result's dimensions, outermost first, then the others.
SmallVector<unsigned> getThreadOrder(linalg::GenericOp op);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_LINALGKERNEL_H
