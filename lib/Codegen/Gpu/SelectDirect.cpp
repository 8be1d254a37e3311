//===- SelectDirect.cpp - Numbers of the direct kernel --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the numbers of #convoy.direct. The choice is tried by the rules that
// also verify a schedule written by hand; the last candidate passes them for
// every convolution.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"
#include "Kernels/EpilogueLoop.h"

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/DirectTile.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// Small blocks: while one copies, others compute.
static constexpr int64_t kThreadsPerBlock = 128;
/// Enough to hide the latency of multiply-adds: with 128 registers for each
/// thread, and with 168, where addresses take more of them.
static constexpr int64_t kThreadsPerSM = 512;
static constexpr int64_t kThreadsPerSMWithManyAddresses = 384;
static constexpr int64_t kMaxChannelChunk = 32;
/// Registers for sums: 64 leave room for the rest in 128.
static constexpr int64_t kSumRegisters = 64;
/// Multiply-adds of unrolled code that fit the instruction cache, and whose
/// elements fit registers.
static constexpr uint64_t kUnrolledProducts = 640;
/// Rounds of blocks that even out the end of a kernel.
static constexpr int64_t kMinWaves = 4;
static constexpr int64_t kMaxTilesPerBlock = 8;
/// Below this, a group has too few channels for the threads of a block.
static constexpr int64_t kMinStagedChannelLanes = 4;

namespace {
/// The parameters of #convoy.direct while they are being chosen.
struct DirectChoice {
  LaneOrder lanes = LaneOrder::Columns;
  int64_t channelThreads = 1, rowThreads = 1, columnThreads = 1;
  int64_t channelTile = 1, rowTile = 1, columnTile = 1;
  int64_t channelChunk = 0, unrolledFilterDims = 0;
  int64_t tilesPerBlock = 1, blocksPerSM = 1;

  DirectAttr get(MLIRContext *context) const {
    return DirectAttr::get(context, lanes, channelThreads, rowThreads,
                           columnThreads, channelTile, rowTile, columnTile,
                           channelChunk, unrolledFilterDims, tilesPerBlock,
                           blocksPerSM);
  }
};

/// Sizes with a guess for those that are unknown.
struct GuessedSizes {
  int64_t outputChannels, rows, columns;

  explicit GuessedSizes(const ConvSizes &sizes) {
    auto guess = [](int64_t size) {
      return ShapedType::isDynamic(size) ? int64_t(64)
                                         : std::max<int64_t>(size, 1);
    };
    outputChannels = guess(sizes.outputChannels);
    columns = guess(sizes.outputImage.back());
    rows = sizes.outputImage.size() < 2
               ? 1
               : guess(sizes.outputImage[sizes.outputImage.size() - 2]);
  }
};
} // namespace

/// The least power of two that is at least `value`, at most `limit`.
static int64_t powerOfTwo(int64_t value, int64_t limit) {
  // The next power of two of the largest sizes would not fit.
  int64_t power = llvm::PowerOf2Ceil(std::min(value, limit));
  return std::min(power, limit);
}

static bool isValid(ConvOp op, DirectAttr direct, const Chip &chip) {
  return succeeded(direct.verifyFor(op, chip, [&] {
    InFlightDiagnostic error = emitError(op.getLoc());
    error.abandon(); // Nobody hears why.
    return error;
  }));
}

/// Threads side by side along columns, then rows, then channels.
static void chooseThreads(DirectChoice &choice, const GuessedSizes &sizes) {
  bool alongColumns = choice.lanes == LaneOrder::Columns;
  choice.channelThreads =
      powerOfTwo(llvm::divideCeil(sizes.outputChannels, choice.channelTile),
                 alongColumns ? 4 : 32);
  int64_t rest = kThreadsPerBlock / choice.channelThreads;
  choice.columnThreads =
      powerOfTwo(llvm::divideCeil(sizes.columns, choice.columnTile),
                 std::min<int64_t>(rest, kThreadsPerWarp));
  rest /= choice.columnThreads;
  choice.rowThreads =
      powerOfTwo(llvm::divideCeil(sizes.rows, choice.rowTile), rest);
  // Small images: more channels.
  while (choice.channelThreads * choice.columnThreads * choice.rowThreads <
             kThreadsPerBlock &&
         choice.channelThreads * choice.channelTile < sizes.outputChannels)
    choice.channelThreads *= 2;
  // Small outputs: at least a warp, though some of it idles.
  while (choice.channelThreads * choice.columnThreads * choice.rowThreads <
         kThreadsPerWarp)
    choice.rowThreads *= 2;
}

/// Unrolls the innermost dimensions of the filter while the code stays small.
static void chooseUnrolling(DirectChoice &choice, ConvOp op) {
  StringRef dims = op.getLayout().getImageDims();
  uint64_t products = choice.channelTile * choice.rowTile * choice.columnTile;
  for (char dim : llvm::reverse(dims)) {
    int64_t size = ConvWindow::get(op, dim).filterSize;
    if (ShapedType::isDynamic(size))
      return;
    products = llvm::SaturatingMultiply<uint64_t>(products, size);
    if (products > kUnrolledProducts)
      return;
    ++choice.unrolledFilterDims;
  }
}

/// Several tiles for a block that keeps the filter, as long as there are enough
/// blocks.
static void chooseTilesPerBlock(DirectChoice &choice, ConvOp op,
                                const Chip &chip) {
  ConvSizes sizes = ConvSizes::get(op);
  auto init = cast<ShapedType>(op.getInit().getType());
  if (!init.hasStaticShape() || sizes.inputChannels != choice.channelChunk)
    return;
  int64_t blockOutputs = choice.channelThreads * choice.channelTile *
                         choice.rowThreads * choice.rowTile *
                         choice.columnThreads * choice.columnTile;
  int64_t blocks = init.getNumElements() / blockOutputs;
  int64_t wanted = chip.referenceSMs * choice.blocksPerSM * kMinWaves;
  choice.tilesPerBlock =
      std::clamp<int64_t>(blocks / wanted, 1, kMaxTilesPerBlock);
}

/// True if a thread keeps more than its sums and a few addresses: those of
/// copies beside the sums, of loops over the filter, of windows with gaps, or
/// of the prologue.
static bool hasManyAddresses(ConvOp op, const DirectChoice &choice) {
  auto isOne = [](int64_t number) { return number == 1; };
  return ConvSizes::get(op).inputChannels != choice.channelChunk ||
         choice.unrolledFilterDims <
             static_cast<int64_t>(op.getStrides().size()) ||
         !llvm::all_of(op.getStrides(), isOne) ||
         !llvm::all_of(op.getDilations(), isOne) || !op.getPrologue().empty();
}

/// Largest number of channels in shared memory with which enough blocks fit on
/// an SM, or else fewer; 0 if none does.
static void chooseChunk(DirectChoice &choice, ConvOp op, const Chip &chip) {
  int64_t channels = ConvSizes::get(op).inputChannels;
  int64_t most = ShapedType::isDynamic(channels) ? 8 : channels;
  int64_t threads =
      choice.channelThreads * choice.rowThreads * choice.columnThreads;
  for (int64_t blocks = kThreadsPerSM / threads; blocks > 0; --blocks) {
    choice.blocksPerSM = blocks;
    for (int64_t chunk = std::min(most, kMaxChannelChunk); chunk > 0; --chunk) {
      // Chunks of different sizes waste the last one's room.
      if (chunk != most && !llvm::isPowerOf2_64(chunk))
        continue;
      choice.channelChunk = chunk;
      if (blocks * threads > kThreadsPerSMWithManyAddresses &&
          hasManyAddresses(op, choice))
        continue;
      if (isValid(op, choice.get(op.getContext()), chip))
        return;
    }
  }
  choice.channelChunk = 0;
}

/// Sums of a thread whose epilogues are not too much code, at most `most`: the
/// time that compilers take grows with it, and faster.
static int64_t limitSums(ConvOp op, int64_t most) {
  int64_t instructions =
      std::max<int64_t>(countInstructions(op.getEpilogue()), 1);
  return std::clamp<int64_t>(
      llvm::bit_floor<uint64_t>(kMaxCopiedInstructions / instructions), 1,
      most);
}

/// From shared memory, if that is possible and pays.
static std::optional<DirectAttr> chooseStaged(ConvOp op, const Chip &chip,
                                              LaneOrder lanes) {
  ConvSizes known = ConvSizes::get(op);
  GuessedSizes sizes(known);
  if (llvm::any_of(known.filterImage, ShapedType::isDynamic) ||
      known.inputChannels == 0)
    return std::nullopt;
  if (lanes == LaneOrder::Channels && known.groups > 1 &&
      sizes.outputChannels < 4 * kMinStagedChannelLanes)
    return std::nullopt;
  int64_t sums = limitSums(
      op, kSumRegisters * 32 / op.getAccumulatorType().getIntOrFloatBitWidth());
  DirectChoice choice;
  choice.lanes = lanes;
  auto limit = [&](int64_t taken, int64_t most) {
    return std::clamp<int64_t>(sums / taken, 1, most);
  };
  if (lanes == LaneOrder::Columns) {
    // Vectors in which neighbouring threads store neighbouring columns.
    choice.columnTile = std::min<int64_t>(
        sizes.columns % 4 == 0 ? 4 : (sizes.columns % 2 == 0 ? 2 : 1),
        limit(1, 4));
    choice.channelTile =
        powerOfTwo(sizes.outputChannels, limit(choice.columnTile, 8));
    int64_t pixels = limit(choice.channelTile, 8);
    choice.rowTile = powerOfTwo(
        sizes.rows, std::max<int64_t>(pixels / choice.columnTile, 1));
  } else {
    choice.channelTile = powerOfTwo(sizes.outputChannels, limit(1, 4));
    choice.columnTile = powerOfTwo(sizes.columns, limit(choice.channelTile, 4));
    choice.rowTile = powerOfTwo(sizes.rows, limit(16, sums));
  }
  // Smaller tiles rather than a filter's row as a loop.
  while (choice.rowTile > 1 &&
         llvm::SaturatingMultiply<uint64_t>(
             choice.channelTile * choice.rowTile * choice.columnTile,
             known.filterImage.back()) > kUnrolledProducts)
    choice.rowTile /= 2;
  chooseThreads(choice, sizes);
  chooseUnrolling(choice, op);
  chooseChunk(choice, op, chip);
  if (choice.channelChunk == 0)
    return std::nullopt;
  chooseTilesPerBlock(choice, op, chip);
  return choice.get(op.getContext());
}

/// From global memory, for whatever else there is.
static DirectAttr chooseUniversal(ConvOp op, LaneOrder lanes) {
  GuessedSizes sizes(ConvSizes::get(op));
  DirectChoice choice;
  choice.lanes = lanes;
  int64_t sums = limitSums(op, 16);
  choice.channelTile =
      powerOfTwo(sizes.outputChannels, std::min<int64_t>(sums, 4));
  int64_t pixels = std::max<int64_t>(sums / 4, 1);
  choice.columnTile =
      lanes == LaneOrder::Columns ? 1 : powerOfTwo(sizes.columns, pixels);
  choice.rowTile =
      lanes == LaneOrder::Columns ? powerOfTwo(sizes.rows, pixels) : 1;
  if (lanes == LaneOrder::Channels)
    sizes.outputChannels *= op.getGroups();
  chooseThreads(choice, sizes);
  return choice.get(op.getContext());
}

/// What lies next to each other in the output.
static LaneOrder chooseLanes(ConvOp op) {
  char last = op.getLayout().getOutput().back();
  bool isChannel = last == conv_dim::kOutputChannel || last == conv_dim::kGroup;
  return isChannel ? LaneOrder::Channels : LaneOrder::Columns;
}

DirectAttr convoy::selectDirect(ConvOp op, const Chip &chip) {
  LaneOrder lanes = chooseLanes(op);
  std::optional<DirectAttr> staged = chooseStaged(op, chip, lanes);
  return staged ? *staged : chooseUniversal(op, lanes);
}
