//===- PointwiseFrame.h - What pointwise and window plans share -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of a PointwisePlan that do not depend on how many taps a filter
// has: it is also the frame of a WindowPlan.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_POINTWISEFRAME_H
#define CONVOY_LIB_DIALECT_POINTWISEFRAME_H

#include "Convoy/Dialect/PointwisePlan.h"

namespace mlir::convoy {

/// The input in a stage begins at a multiple of it, and ends at one.
inline constexpr int64_t kStageAlignmentBytes = 128;

/// Sets the tiles of output channels, given their size and the filter's image;
/// false with the reason in `why` if wgmma does not have that size.
bool planFilterTiles(PointwisePlan &plan, std::string &why);

/// The least pitch of channels, from `bytes` on, at which a warp's loads of a
/// fragment touch each bank once where pixels are neighbours.
int64_t padChannelPitch(PatchProducts products, int64_t bytes);

/// Lays out shared memory, given the sizes of all that is in it; false with the
/// reason in `why` if `chip` has not so much.
bool planShared(PointwisePlan &plan, const Chip &chip, std::string &why);

/// Gives `copyRegisters`, rounded up, to each thread that copies, and what is
/// left to those that multiply; false with the reason in `why` if that is less
/// than `mathRegisters`.
bool shareRegisters(PointwisePlan &plan, const Chip &chip,
                    int64_t copyRegisters, int64_t mathRegisters,
                    std::string &why);

/// Sizes of tiles of output channels that are worth trying for `filters` in
/// all, in ascending order.
llvm::SmallVector<int64_t> listTileFilters(int64_t filters);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_POINTWISEFRAME_H
