//===- StreamVectorStore.h - Vector stores of a stream kernel ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How outputs of 16 bits leave a streaming kernel; StreamStore.cpp has the
// others.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMVECTORSTORE_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMVECTORSTORE_H

#include "StreamMath.h"

namespace mlir::convoy {

/// Applies the epilogue to this warp's sums, stages the outputs and stores them
/// as vectors, for plans that do so and operations without a residual.
void emitStreamVectorStore(StreamContext &context, const StreamTilePlace &tile,
                           const StreamRows &rows, const StreamSums &sums);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMVECTORSTORE_H
