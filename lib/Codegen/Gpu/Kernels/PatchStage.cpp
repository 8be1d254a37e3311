//===- PatchStage.cpp - Epilogue and staging of a patch kernel ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Accumulators go through the epilogue straight from registers into staging
// rows, packed as the output is: the columns that are no output pixels are left
// out. A row lies where its address agrees with its destination's modulo the
// sector, else every sector would be written in two halves.
//
//===----------------------------------------------------------------------===//

#include "PatchMath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <array>

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Where each sum has a long epilogue, groups of 8 columns of a basic block are
/// as many as have registers for their intermediate values beside the sums and
/// what else is kept.
static constexpr int64_t kMaxBlockGroups = 4;
static constexpr int64_t kGroupRegisters = 12;
/// Elements that are stored one by one have addresses and conditions each.
static constexpr int64_t kSingleGroupRegisters = 32;
static constexpr int64_t kKeptRegisters = 8;
/// Of a group, of a thread and one of its rows.
static constexpr int64_t kGroupSums = 2;
static constexpr int64_t kRows = 2;

namespace {

/// A PatchFragment as arithmetic: element `e` of quad `q` is stored if bit
/// `2 * q + e` of `stored` is set, at pixel `base + 2 * q + e`, or at
/// `baseBeyond + 2 * q + e` if it lies beyond a row's end.
struct FragmentCode {
  int64_t stored = 0;
  int64_t beyond = 0;
  int64_t base = 0;
  int64_t baseBeyond = 0;

  bool operator==(const FragmentCode &other) const {
    return stored == other.stored && beyond == other.beyond &&
           base == other.base && baseBeyond == other.baseBeyond;
  }
};

/// Where a tile's row is staged.
struct StagingRow {
  PatchContext &context;
  const PatchTile &tile;
  const PatchRow &row;
  Value sums;
  /// f32 factor of the sums, or null.
  Value factor;
  /// Of the tile's first pixel in this row, then of the pixel `origin`, which
  /// fragments count from.
  Value address;
  Value origin;
  Value warpgroup;
  Value quad;
  /// kGroupSums of each group, where they are not computed as they are staged:
  /// the elements of the output, or those of the residual (null where they are
  /// not stored).
  SmallVector<Value> outputs;
  SmallVector<Value> residuals;
};

} // namespace

static FragmentCode encodeFragment(const PatchFragment &fragment) {
  FragmentCode code;
  bool hasBase = false, hasBeyond = false;
  for (int64_t lane : llvm::seq<int64_t>(0, 8)) {
    std::optional<int64_t> pixel = fragment.pixels[lane / 2][lane % 2];
    if (!pixel)
      continue;
    code.stored |= int64_t(1) << lane;
    int64_t base = *pixel - lane;
    if (!hasBase) {
      code.base = code.baseBeyond = base;
      hasBase = true;
    } else if (base != code.base) {
      code.baseBeyond = base;
      hasBeyond = true;
    }
    if (hasBeyond)
      code.beyond |= int64_t(1) << lane;
  }
  return code;
}

/// The value for this warp's warpgroup.
static Value pick(StagingRow &staging, int64_t first, int64_t second) {
  DeviceBuilder &b = staging.context.builder;
  if (first == second)
    return b.i32(first);
  Value isFirst = b.compare(CmpIPredicate::eq, staging.warpgroup, 0);
  return b.select(isFirst, b.i32(first), b.i32(second));
}

/// Bit `2 * quad + element` of the warpgroup's mask; null if all are set.
static Value testLane(StagingRow &staging, int64_t first, int64_t second,
                      int64_t element) {
  DeviceBuilder &b = staging.context.builder;
  constexpr int64_t all = 0xff;
  if (first == all && second == all)
    return Value();
  Value mask = pick(staging, first, second);
  Value bit = b.add(b.mul(staging.quad, 2), element);
  Value shifted = arith::ShRUIOp::create(b, mask, bit);
  return b.compare(CmpIPredicate::ne, b.bitAnd(shifted, 1), 0);
}

static Value getSum(StagingRow &staging, int64_t group, int64_t element) {
  int64_t accumulator = 4 * group + 2 * staging.row.half + element;
  return LLVM::ExtractValueOp::create(staging.context.builder, staging.sums,
                                      accumulator);
}

/// The element of the output in column `element` of group `group`, which is
/// `pixel`, from the origin.
static Value emitElement(StagingRow &staging, int64_t group, int64_t element,
                         Value pixel) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  int64_t index = kGroupSums * group + element;
  if (!staging.outputs.empty())
    return staging.outputs[index];
  Value sum = getSum(staging, group, element);
  if (!staging.residuals.empty())
    return context.epilogue.apply(b, sum, staging.factor, staging.row.values,
                                  staging.residuals[index]);
  PatchElement place = context.getElement(staging.tile, staging.row.channel,
                                          b.add(pixel, staging.origin));
  return context.epilogue.applyAt(b, sum, staging.factor, staging.row.values,
                                  place);
}

/// True if both elements of each quad are stored alike.
static bool pairsAgree(int64_t mask) {
  return ((mask >> 1) & 0x55) == (mask & 0x55);
}

/// True if two neighbouring pixels may be stored as one, in all fragments that
/// keep them together: their address is even.
static bool hasEvenAddresses(const PatchPlan &plan) {
  int64_t bytes = plan.problem.outputBytes;
  int64_t planeBytes = plan.outputHeight * plan.outputWidth * bytes;
  int64_t tileBytes = plan.tileRows * plan.outputWidth * bytes;
  return planeBytes % (2 * bytes) == 0 && tileBytes % (2 * bytes) == 0;
}

/// The fragments of column group `group`, of both warpgroups, with pixels
/// counted from their origins.
static std::array<FragmentCode, 2>
getFragments(const PatchPlan &plan, int64_t group, ArrayRef<int64_t> origins) {
  std::array<FragmentCode, 2> codes;
  for (int64_t warpgroup : {0, 1}) {
    FragmentCode &code = codes[warpgroup];
    code = encodeFragment(getPatchFragment(plan, warpgroup, group));
    code.base -= origins[warpgroup];
    code.baseBeyond -= origins[warpgroup];
  }
  // What one warpgroup does not store may be anywhere.
  for (int64_t warpgroup : {0, 1}) {
    if (codes[warpgroup].stored != 0)
      continue;
    codes[warpgroup] = codes[1 - warpgroup];
    codes[warpgroup].stored = 0;
  }
  return codes;
}

/// True if both columns of each quad can be staged at once.
static bool isPaired(const PatchPlan &plan, ArrayRef<FragmentCode> codes,
                     ArrayRef<int64_t> origins) {
  if (!hasEvenAddresses(plan))
    return false;
  return llvm::all_of(llvm::zip_equal(codes, origins), [](auto pair) {
    auto [code, origin] = pair;
    return pairsAgree(code.stored) && pairsAgree(code.beyond) &&
           (code.base + origin) % 2 == 0 && (code.baseBeyond + origin) % 2 == 0;
  });
}

/// The pixel of column `element` of the quad whose first one is `lane`, from
/// the origin.
static Value getPixel(StagingRow &staging, ArrayRef<FragmentCode> codes,
                      Value lane, int64_t element) {
  DeviceBuilder &b = staging.context.builder;
  Value base = pick(staging, codes[0].base, codes[1].base);
  if (codes[0].beyond || codes[1].beyond) {
    Value isBeyond =
        testLane(staging, codes[0].beyond, codes[1].beyond, element);
    Value beyond = pick(staging, codes[0].baseBeyond, codes[1].baseBeyond);
    base = isBeyond ? b.select(isBeyond, beyond, base) : beyond;
  }
  return b.add(base, b.add(lane, element));
}

/// Stores the fragment of column group `group`.
static void storeFragment(StagingRow &staging, int64_t group,
                          ArrayRef<int64_t> origins) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t bytes = plan.problem.outputBytes;
  std::array<FragmentCode, 2> codes = getFragments(plan, group, origins);
  if (codes[0].stored == 0 && codes[1].stored == 0)
    return;
  Value lane = b.mul(staging.quad, 2);
  auto guarded = [&](int64_t element, llvm::function_ref<void()> store) {
    Value condition =
        testLane(staging, codes[0].stored, codes[1].stored, element);
    if (condition)
      b.ifThen(condition, store);
    else
      store();
  };
  if (isPaired(plan, codes, origins))
    return guarded(0, [&] {
      Value pixel = getPixel(staging, codes, lane, 0);
      Type type = VectorType::get({2}, context.epilogue.outputType);
      Value pair = LLVM::UndefOp::create(b, type);
      for (int64_t e : llvm::seq<int64_t>(0, 2)) {
        Value element = emitElement(staging, group, e, b.add(pixel, e));
        pair = LLVM::InsertElementOp::create(b, pair, element, b.i32(e));
      }
      b.storeShared(pair, b.add(staging.address, b.mul(pixel, bytes)));
    });
  for (int64_t e : llvm::seq<int64_t>(0, 2))
    guarded(e, [&] {
      Value pixel = getPixel(staging, codes, lane, e);
      Value element = emitElement(staging, group, e, pixel);
      b.storeShared(element, b.add(staging.address, b.mul(pixel, bytes)));
    });
}

//===----------------------------------------------------------------------===//
// Long epilogues
//===----------------------------------------------------------------------===//

/// Groups of columns whose epilogues are in one basic block.
static int64_t getBlockGroups(const StagingRow &staging) {
  const PatchContext &context = staging.context;
  // The first row's stage keeps the second row's sums.
  int64_t sums = context.plan.columnsPerWarpgroup / 2;
  int64_t kept = kKeptRegisters + sums / (1 + staging.row.half);
  int64_t group =
      hasEvenAddresses(context.plan) ? kGroupRegisters : kSingleGroupRegisters;
  // The block's residuals, and the next one's.
  if (context.epilogue.residualType)
    group += 2 * kGroupSums;
  return std::clamp<int64_t>((context.operands.registers - kept) / group, 1,
                             kMaxBlockGroups);
}

/// The pixel of column `column` of the warpgroup, from the tile's first.
static Value getColumnPixel(StagingRow &staging, Value column) {
  DeviceBuilder &b = staging.context.builder;
  const PatchPlan &plan = staging.context.plan;
  // Rows are counted from the one before the tile's first.
  Value inPatch =
      b.add(b.add(column, b.mul(staging.warpgroup, plan.columnsPerWarpgroup)),
            plan.pitch - plan.leadPixels);
  Value row = b.add(b.div(inPatch, plan.pitch), -1);
  return b.add(b.mul(row, plan.outputWidth), b.rem(inPatch, plan.pitch));
}

/// Computes all of the row's outputs, those of `step` groups at a time.
static void finishInLoop(StagingRow &staging, int64_t step) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  const PatchEpilogue &epilogue = context.epilogue;
  SmallVector<Value> sums;
  for (int64_t group : llvm::seq(context.plan.columnsPerWarpgroup / 8))
    for (int64_t e : llvm::seq(kGroupSums))
      sums.push_back(getSum(staging, group, e));
  auto apply = [&](Value number, ValueRange group) {
    SmallVector<Value> words;
    for (auto [i, sum] : llvm::enumerate(group)) {
      Value residual;
      if (epilogue.residualType) {
        int64_t inGroup = i / kGroupSums * 8 + i % kGroupSums;
        Value column = b.add(b.add(b.mul(number, 8 * step), inGroup),
                             b.mul(staging.quad, kGroupSums));
        residual = epilogue.loadResidual(
            b, context.getElement(staging.tile, staging.row.channel,
                                  getColumnPixel(staging, column)));
      }
      words.push_back(
          makeWord(b, epilogue.apply(b, sum, staging.factor, staging.row.values,
                                     residual)));
    }
    return words;
  };
  for (Value word : forGroups(b, sums, kGroupSums * step, apply))
    staging.outputs.push_back(takeFromWord(b, word, epilogue.outputType));
}

/// Loads the residual's elements of groups `first` to `end`.
static void loadResiduals(StagingRow &staging, int64_t first, int64_t end,
                          ArrayRef<int64_t> origins) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  for (int64_t group : llvm::seq(first, end)) {
    std::array<FragmentCode, 2> codes =
        getFragments(context.plan, group, origins);
    // Places are computed again where outputs are stored.
    Value lane = b.mul(b.here(staging.quad), kGroupSums);
    for (int64_t e : llvm::seq(kGroupSums)) {
      Value residual;
      if (codes[0].stored != 0 || codes[1].stored != 0) {
        Value pixel = b.add(getPixel(staging, codes, lane, e), staging.origin);
        residual = context.epilogue.loadResidual(
            b, context.getElement(staging.tile, staging.row.channel, pixel));
      }
      staging.residuals.push_back(residual);
    }
  }
}

/// Stores the fragments of all groups, a basic block of some after the other,
/// with the residual's elements of a block loaded before the block before it.
static void storeInBlocks(StagingRow &staging, ArrayRef<int64_t> origins) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  int64_t groups = context.plan.columnsPerWarpgroup / 8;
  int64_t step = getBlockGroups(staging);
  auto load = [&](int64_t first) {
    if (context.epilogue.residualType)
      loadResiduals(staging, std::min(first, groups),
                    std::min(first + step, groups), origins);
  };
  load(0);
  for (int64_t first = 0; first < groups; first += step) {
    load(first + step);
    // The grid is never empty.
    b.ifThen(b.compare(CmpIPredicate::ne, b.here(context.grid), 0), [&] {
      for (int64_t i : llvm::seq(first, std::min(first + step, groups)))
        storeFragment(staging, i, origins);
    });
  }
}

/// How many groups a loop over them has code for; none where all have.
static std::optional<int64_t> getLoopStep(const StagingRow &staging) {
  int64_t groups = staging.context.plan.columnsPerWarpgroup / 8;
  int64_t instructions = staging.context.epilogue.instructions;
  if (fitsCode(kRows * kGroupSums * groups, instructions))
    return std::nullopt;
  return chooseTurn(groups, getBlockGroups(staging), kRows * kGroupSums,
                    instructions);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Stores all fragments of the row.
static void storeFragments(StagingRow &staging) {
  PatchContext &context = staging.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  // The warpgroups' places differ by a constant in most groups: it goes into
  // the address.
  int64_t groups = plan.columnsPerWarpgroup / 8;
  auto getOrigin = [&](int64_t warpgroup) {
    int64_t group = groups / 2;
    FragmentCode code =
        encodeFragment(getPatchFragment(plan, warpgroup, group));
    return code.stored ? code.base - 8 * group : 0;
  };
  std::array<int64_t, 2> origins = {getOrigin(0), getOrigin(1)};
  staging.origin = pick(staging, origins[0], origins[1]);
  staging.address =
      b.add(staging.address, b.mul(staging.origin, plan.problem.outputBytes));
  if (std::optional<int64_t> step = getLoopStep(staging))
    finishInLoop(staging, *step);
  else if (context.epilogue.isLong())
    return storeInBlocks(staging, origins);
  for (int64_t group : llvm::seq(groups))
    storeFragment(staging, group, origins);
}

void convoy::emitStageRow(PatchContext &context, const PatchTile &tile,
                          Value index, const PatchRow &row, Value sums,
                          const PatchTileScale &scale) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value pair = b.bitAnd(context.warp, 3);
  // Fragments have many small differences: computed in each tile.
  Value thread = b.threadHere();
  Value use = b.add(b.mul(index, 2), row.half);
  Value block = context.getStagingBlock(pair, use);
  Value blockChannel = context.getChannel(row.block, b.i32(0));
  StagingRow staging{context,
                     tile,
                     row,
                     sums,
                     Value(),
                     Value(),
                     Value(),
                     b.shr(thread, 7),
                     b.bitAnd(thread, 3),
                     {},
                     {}};
  staging.address = b.add(b.add(context.getStagingAddress(block),
                                b.mul(row.row, plan.stagingPitchBytes)),
                          b.add(context.getStagingShift(tile, blockChannel),
                                context.getRowShift(row.row)));
  b.waitBarrier(context.released(block),
                b.bitXor(context.getStagingParity(use), 1));
  if (plan.isSplit()) {
    staging.factor = scale.factors[row.half];
    b.ifThenElse(
        scale.isBeyond[row.half],
        [&] {
          emitDirectTile(context, tile, row.channel, staging.address,
                         row.values);
        },
        [&] { storeFragments(staging); });
  } else {
    storeFragments(staging);
  }
  b.fenceAsyncShared();
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(context.staged(block)); });
}
