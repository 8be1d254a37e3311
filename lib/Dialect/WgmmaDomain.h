//===- WgmmaDomain.h - What no wgmma kernel computes ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the domains of the wgmma strategies have in common, and how their plans
// say why they refuse a problem.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_WGMMADOMAIN_H
#define CONVOY_LIB_DIALECT_WGMMADOMAIN_H

#include "Convoy/Dialect/PatchPlan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"

namespace mlir::convoy {

/// False, with `what` is needed in `why`.
inline bool refuse(std::string &why, const llvm::Twine &what) {
  why = ("needs " + what).str();
  return false;
}

/// Why `chip` has no wgmma kernels; empty if it has.
std::string findChipObstacle(const Chip &chip);

/// Why `sizes` are too large for the arithmetic of plans in 64 bits; empty if
/// they are not.
std::string findSizeObstacle(llvm::ArrayRef<int64_t> sizes);

/// Likewise of all sizes of `problem`, and of the weights of one of its output
/// channels; also why its padding or its output is not one.
std::string findShapeObstacle(const PatchProblem &problem);

/// Why `channels` channels of `pixels` pixels, both at least 1, are more than
/// positions in an image can count; empty if they are not.
std::string findImageObstacle(int64_t channels, int64_t pixels);

/// Likewise of the input's and the output's images, given that no size of
/// `problem` nor `groups` is an obstacle.
std::string findImageObstacle(const PatchProblem &problem, int64_t groups = 1);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_WGMMADOMAIN_H
