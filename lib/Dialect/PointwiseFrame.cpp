//===- PointwiseFrame.cpp - What pointwise and window plans share ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PointwiseFrame.h"

#include "SharedPlaces.h"
#include "WgmmaDomain.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <set>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// What wgmma allows of N, and of two of them.
static constexpr int64_t kFilterGranule = 8;
static constexpr int64_t kTileFilterGranule = 2 * kFilterGranule;
static constexpr int64_t kMaxTileFilters = 256;
static constexpr int64_t kMinTileFilters = 32;
/// setmaxnreg's granule and limit.
static constexpr int64_t kRegisterGranule = 8;
static constexpr int64_t kMaxRegisters = 232;

bool convoy::planFilterTiles(PointwisePlan &plan, std::string &why) {
  if (plan.tileFilters % kFilterGranule != 0)
    return refuse(why, "tileFilters that are a multiple of " +
                           Twine(kFilterGranule) + ", found " +
                           Twine(plan.tileFilters));
  plan.filterTiles = plan.image.getBlocks();
  return true;
}

int64_t convoy::padChannelPitch(PatchProducts products, int64_t bytes) {
  // The four channels of a load are neighbours, or every second one where two
  // make a word of a fragment. Eight pixels of each are 32 bytes of 128, or
  // twice as many in two halves of a warp.
  int64_t channelStep = products == PatchProducts::TF32 ? 1 : 2;
  constexpr int64_t kBankBytes = 128, kQuarterBytes = 32;
  for (int64_t pitch = alignTo(bytes, kPointwisePieceBytes);;
       pitch += kPointwisePieceBytes)
    if (channelStep * pitch % (kBankBytes / 2) == kQuarterBytes)
      return pitch;
}

bool convoy::planShared(PointwisePlan &plan, const Chip &chip,
                        std::string &why) {
  PointwiseSharedLayout &shared = plan.shared;
  shared.filter = 0;
  shared.stages = plan.residentFilter ? plan.image.getBlockBytes() : 0;
  shared.sums = shared.stages + plan.stages * plan.stageBytes;
  shared.staging = shared.sums + plan.getSumsBytes();
  shared.barriers = shared.staging + plan.getStagingBytes();
  shared.bytes = shared.barriers + 2 * plan.stages * kBarrierBytes;
  if (shared.bytes <= chip.sharedBytesPerBlock)
    return true;
  why = explainSharedBytes(shared.bytes, chip);
  return false;
}

bool convoy::shareRegisters(PointwisePlan &plan, const Chip &chip,
                            int64_t copyRegisters, int64_t mathRegisters,
                            std::string &why) {
  // What a block is launched with is shared out anew.
  int64_t threads = plan.getThreads();
  int64_t atLaunch =
      std::min(chip.registersPerSM / threads, chip.registersPerThread) /
      kRegisterGranule * kRegisterGranule;
  int64_t copyThreads = kPointwiseCopyWarps * kThreadsPerWarp;
  plan.copyRegisters = alignTo(copyRegisters, kRegisterGranule);
  int64_t left = atLaunch * threads - copyThreads * plan.copyRegisters;
  int64_t each = left / (threads - copyThreads);
  plan.mathRegisters = std::min<int64_t>(
      each / kRegisterGranule * kRegisterGranule, kMaxRegisters);
  if (mathRegisters <= plan.mathRegisters)
    return true;
  return refuse(why, Twine(mathRegisters) +
                         " registers of each thread that multiplies, found " +
                         Twine(plan.mathRegisters));
}

llvm::SmallVector<int64_t> convoy::listTileFilters(int64_t filters) {
  std::set<int64_t> sizes;
  for (int64_t tiles = 1; tiles <= filters; ++tiles) {
    int64_t size = alignTo(divideCeil(filters, tiles), kTileFilterGranule);
    if (size <= kMaxTileFilters)
      sizes.insert(size);
    if (size <= kMinTileFilters)
      break;
  }
  return llvm::to_vector(sizes);
}
