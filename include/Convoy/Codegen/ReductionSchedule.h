//===- ReductionSchedule.h - How a reduction is tiled ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The decision, as plain data: which loop of a linalg reduction (convolution,
// matrix product, pooling) becomes vectors, which is unrolled over registers,
// and what a thread takes at a time. Mutates nothing.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_REDUCTIONSCHEDULE_H
#define CONVOY_CODEGEN_REDUCTIONSCHEDULE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace mlir::convoy {

/// How one operand of a tile is read along one loop.
enum class AccessKind {
  Uniform,    ///< the same element in every iteration
  Contiguous, ///< neighbours in memory
  Strided,    ///< elements at some distance
};

/// A schedule for a linalg.generic on memrefs with one result.
struct ReductionSchedule {
  /// The loop along the result's last dimension; it becomes vectors.
  unsigned vectorLoop;
  /// Elements of one vector.
  int64_t vectorSize;
  /// A parallel loop that is unrolled, so that loaded vectors are used more
  /// than once and several sums are under way; none if there is no such loop.
  std::optional<unsigned> unrolledLoop;
  /// Iterations of it in one tile.
  int64_t unrollFactor = 1;
  /// Iterations of the vector loop that one thread takes at a time.
  int64_t chunkSize;
};

/// The index of the loop that `map`, a map of `op` onto an operand, reads along
/// in `loop`.
AccessKind getAccessKind(AffineMap map, MemRefType type, unsigned loop);

/// The schedule of `op`, or none where its result is not contiguous along a
/// loop of known size, or its body is more than elementwise arithmetic.
std::optional<ReductionSchedule> scheduleReduction(linalg::GenericOp op);

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_REDUCTIONSCHEDULE_H
