//===- StreamFold.cpp - A convolution as a kernel sees it -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Convolutions that are the same as others with longer rows, or with shorter
// ones of more channels.
//
//===----------------------------------------------------------------------===//

#include "StreamFold.h"

#include <cassert>

using namespace mlir;
using namespace mlir::convoy;

/// Of a pixel: 16 bytes of K, or twice as many of tf32.
static constexpr int64_t kPixelChannels = 8;
/// What one load takes of a row.
static constexpr int64_t kLoadBytes = 16;

PatchProblem convoy::flattenRows(const PatchProblem &problem) {
  PatchProblem flat = problem;
  if (problem.getTaps() != 1 || problem.isPadded() ||
      problem.strideHeight != 1 || problem.strideWidth != 1)
    return flat;
  flat.width = problem.height * problem.width;
  flat.height = 1;
  flat.dilationHeight = flat.dilationWidth = 1;
  return flat;
}

ColumnFold convoy::chooseColumnFold(const PatchProblem &problem) {
  if (problem.dilationWidth != 1 || problem.filterWidth == 1)
    return {};
  for (int64_t columns : {8, 4, 2})
    if (problem.strideWidth % columns == 0 && problem.width % columns == 0 &&
        columns * problem.channels <= kPixelChannels &&
        columns * problem.getInputBytes() <= kLoadBytes)
      return {columns, problem.filterWidth,
              (columns - problem.padLeft % columns) % columns};
  return {};
}

// Column `x * strideWidth + s - padLeft` of the input is under tap s of output
// x. With padLeft + shift a multiple of `columns`, as the stride is, that is
// column (s + shift) % columns of pixel
//   x * strideWidth / columns + (s + shift) / columns - (padLeft + shift) /
//   columns.
PatchProblem convoy::foldColumns(const PatchProblem &problem,
                                 const ColumnFold &fold) {
  if (!fold.isFolded())
    return problem;
  PatchProblem folded = problem;
  folded.channels *= fold.columns;
  folded.width /= fold.columns;
  folded.filterWidth = fold.getFoldedWidth();
  folded.strideWidth /= fold.columns;
  folded.padLeft = (problem.padLeft + fold.shift) / fold.columns;
  // As much as the last window needs.
  int64_t end = (problem.getOutputWidth() - 1) * folded.strideWidth +
                folded.filterWidth - folded.padLeft;
  folded.padRight = std::max<int64_t>(end - folded.width, 0);
  assert(folded.getOutputWidth() == problem.getOutputWidth() &&
         "expected as many columns of the output");
  return folded;
}
