//===- ElementwiseKernel.h - The kernel of an elementwise op ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_ELEMENTWISEKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_ELEMENTWISEKERNEL_H

#include "LinalgKernel.h"

namespace mlir::convoy {

/// How an operand is read for a vector of consecutive iterations.
enum class OperandAccess {
  /// The elements lie at the number of the iteration: one vector.
  Full,
  /// The same element for the whole vector.
  Uniform,
  /// Consecutive elements from that of the first iteration on: one vector.
  Consecutive
};

/// What is decided about an elementwise operation before its kernel is emitted.
struct ElementwisePlan {
  static constexpr int64_t kThreadsPerBlock = 256;
  static constexpr int64_t kVectorBytes = 16;

  /// Of all operands, inputs first.
  SmallVector<OperandAccess> accesses;
  /// Iterations in a vector: the widest element fills kVectorBytes, or as many
  /// of them as let no operand change in the middle of a vector.
  int64_t vectorSize;
  /// Vectors of a thread.
  int64_t vectorsPerThread;

  int64_t getElementsPerBlock() const {
    return kThreadsPerBlock * vectorSize * vectorsPerThread;
  }

  /// The plan for `op`, or none if it is not a stream: it has reductions, its
  /// results lie otherwise than its loops run, or its body is not elementwise.
  static std::optional<ElementwisePlan> get(linalg::GenericOp op);
};

/// Emits the body of the kernel at the end of the builder's block.
class ElementwiseKernel {
public:
  ElementwiseKernel(OpBuilder &builder, linalg::GenericOp op,
                    const ElementwisePlan &plan, const LoopSizes &sizes,
                    const IRMapping &mapping);
  void emit();

private:
  /// A vector of each input, from iteration `first` on.
  SmallVector<Value> loadVectors(Value first);
  Value loadVector(OpOperand &operand, OperandAccess access, Value first);
  /// The body on vectors, or scalars where an operand is uniform.
  SmallVector<Value> compute(ArrayRef<Value> inputs);
  void storeVectors(ArrayRef<Value> results, Value first);
  /// One iteration.
  void emitScalar(Value iteration);
  /// A vector, or what is left of one at the end.
  void emitGuarded(Value first);

  /// Positions in all loops, of type index.
  SmallVector<Value> getPosition(Value iteration);
  Value flatten(Value memref);
  VectorType getVectorType(Type element) const;
  Value toVector(Value value);

  OpBuilder &builder;
  Location loc;
  linalg::GenericOp op;
  const ElementwisePlan &plan;
  const IRMapping &mapping;
  IndexMath math;
  /// In the type of `math`.
  SmallVector<Value> loopSizes;
  Value count;
  /// Memrefs of all operands in one dimension, where they are read so.
  SmallVector<Value> flat;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_ELEMENTWISEKERNEL_H
