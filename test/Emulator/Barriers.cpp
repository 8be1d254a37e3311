//===- Barriers.cpp - Barriers and fences ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mbarriers, the named barriers of a block, those of a warp and of a cluster.
// What waits stays at its instruction and looks again in its next turn.
//
// A fence of the proxy matters: what a thread writes to shared memory is seen
// by wgmma and bulk copies only behind one. Other fences change nothing here,
// as one thread of the host executes all.
//
//===----------------------------------------------------------------------===//

#include "Barrier.h"
#include "Decode.h"

#include <cstring>

using namespace emulator;

//===----------------------------------------------------------------------===//
// mbarriers
//===----------------------------------------------------------------------===//

// From the top: 2 bits that say what it is, the phase, twice 20 bits of
// arrivals, 21 of transactions.
static constexpr uint64_t kMbarrierTag = 2;
static constexpr int kTagShift = 62, kPhaseShift = 61, kExpectedShift = 41,
                     kPendingShift = 21;
static constexpr uint32_t kMaxArrivals = (1 << 20) - 1;
static constexpr uint64_t kTransactionMask = (1 << 21) - 1;
static constexpr int64_t kMaxTransactions = (1 << 20) - 1;

bool Mbarrier::load(const uint8_t *place) {
  uint64_t bits;
  memcpy(&bits, place, sizeof(bits));
  phase = bits >> kPhaseShift & 1;
  expected = bits >> kExpectedShift & kMaxArrivals;
  pending = bits >> kPendingShift & kMaxArrivals;
  constexpr int unused = 32 - kPendingShift;
  transactions =
      static_cast<int32_t>(static_cast<uint32_t>(bits) << unused) >> unused;
  return bits >> kTagShift == kMbarrierTag;
}

void Mbarrier::store(uint8_t *place) const {
  uint64_t bits = kMbarrierTag << kTagShift | uint64_t(phase) << kPhaseShift |
                  uint64_t(expected) << kExpectedShift |
                  uint64_t(pending) << kPendingShift |
                  (static_cast<uint64_t>(transactions) & kTransactionMask);
  memcpy(place, &bits, sizeof(bits));
}

Mbarrier emulator::getMbarrier(const Warp &warp, const Instruction &instruction,
                               int lane, const uint8_t *place) {
  Mbarrier barrier;
  if (!barrier.load(place))
    fail(warp, instruction, lane,
         "there is no mbarrier: none was made, or it was written over");
  return barrier;
}

void emulator::updateMbarrier(const Warp &warp, const Instruction &instruction,
                              int lane, uint8_t *place, int64_t transactions,
                              uint32_t arrivals) {
  Mbarrier barrier = getMbarrier(warp, instruction, lane, place);
  int64_t sum = barrier.transactions + transactions;
  if (sum > kMaxTransactions || sum < -kMaxTransactions)
    fail(warp, instruction, lane, "too many bytes for an mbarrier");
  if (arrivals > barrier.pending)
    fail(warp, instruction, lane, "more arrivals than an mbarrier expects");
  barrier.transactions = static_cast<int32_t>(sum);
  barrier.pending -= arrivals;
  if (barrier.pending == 0 && barrier.transactions == 0) {
    barrier.phase ^= 1;
    barrier.pending = barrier.expected;
  }
  barrier.store(place);
}

namespace {

enum Flag : uint32_t {
  InCluster = 1,
  Expects = 2,
  Arrives = 4,
  ByParity = 8,
  MayBlock = 16,
  Aligned = 32,
  Waits = 64,
};

constexpr uint32_t kMbarrierBytes = 8;

/// The mbarrier behind an address that is the operand number `i`.
uint8_t *findPlace(Warp &warp, const Instruction &instruction, int lane,
                   size_t i) {
  uint64_t address =
      warp.read(instruction.operands[i], lane) + instruction.displacements[0];
  if (address % kMbarrierBytes)
    fail(warp, instruction, lane, "misaligned mbarrier");
  return getShared(warp, instruction, lane, address, kMbarrierBytes,
                   instruction.flags & InCluster);
}

Lanes initialise(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    auto count =
        static_cast<uint32_t>(warp.read(instruction.operands[1], lane));
    if (count == 0 || count > kMaxArrivals)
      fail(warp, instruction, lane, "count of an mbarrier out of range");
    Mbarrier{0, count, count, 0}.store(findPlace(warp, instruction, lane, 0));
  });
  return 0;
}

/// Address, state that is returned, and the number of arrivals or of bytes.
Lanes arrive(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  forEachLane(lanes, [&](int lane) {
    uint8_t *place = findPlace(warp, instruction, lane, 0);
    uint64_t state;
    memcpy(&state, place, sizeof(state));
    uint64_t count = operands.size() > 2 ? warp.read(operands[2], lane) : 1;
    bool expects = instruction.flags & Expects;
    uint32_t arrivals = instruction.flags & Arrives ? expects ? 1 : count : 0;
    updateMbarrier(warp, instruction, lane, place, expects ? count : 0,
                   arrivals);
    warp.write(operands[1], lane, state);
  });
  return 0;
}

/// Predicate, address, and the phase to wait for: its parity, or the state of
/// an arrival.
Lanes wait(Warp &warp, const Instruction &instruction, Lanes lanes) {
  Lanes ready = 0;
  forEachLane(lanes, [&](int lane) {
    const uint8_t *place = findPlace(warp, instruction, lane, 1);
    Mbarrier barrier = getMbarrier(warp, instruction, lane, place);
    uint64_t phase = warp.read(instruction.operands[2], lane);
    uint32_t parity =
        instruction.flags & ByParity ? phase & 1 : phase >> kPhaseShift & 1;
    ready |= static_cast<Lanes>(barrier.phase != parity) << lane;
  });
  // A wait may give up; it does so once, if time is to be unkind. That it then
  // waits for good is what makes deadlocks visible.
  bool givesUp =
      options().timing != Timing::Early && warp.gaveUp != &instruction;
  if (!ready && (instruction.flags & MayBlock) && !givesUp)
    return lanes;
  warp.gaveUp = ready ? nullptr : &instruction;
  Lanes &result = warp.predicate(instruction.operands[0].offset);
  result = (result & ~lanes) | ready;
  return 0;
}

//===----------------------------------------------------------------------===//
// Barriers of warps, blocks and clusters
//===----------------------------------------------------------------------===//

Lanes syncWarp(Warp &warp, const Instruction &instruction, Lanes lanes) {
  auto members = static_cast<Lanes>(
      warp.read(instruction.operands[0], __builtin_ctz(lanes)));
  return members & warp.alive & ~lanes ? lanes : 0;
}

void completeRounds(const Warp &warp, const Instruction &instruction) {
  for (NamedBarrier &barrier : warp.block->barriers) {
    if (barrier.arrived == 0 || barrier.arrived < barrier.expected)
      continue;
    if (barrier.arrived > barrier.expected)
      fail(warp, instruction, 0, "more threads at a barrier than it expects");
    barrier.arrived = 0;
    ++barrier.round;
  }
}

void arriveAt(Warp &warp, const Instruction &instruction, int lane,
              unsigned threads) {
  const std::vector<Operand> &operands = instruction.operands;
  uint64_t number = warp.read(operands[0], lane);
  if (number >= kNamedBarriers)
    fail(warp, instruction, lane, "no such barrier");
  unsigned all = (warp.block->threads + kLanes - 1) / kLanes * kLanes;
  unsigned expected = operands.size() > 1
                          ? static_cast<unsigned>(warp.read(operands[1], lane))
                          : all;
  NamedBarrier &barrier = warp.block->barriers[number];
  if (expected % kLanes || (barrier.arrived && barrier.expected != expected))
    fail(warp, instruction, lane,
         "a barrier of " + std::to_string(expected) + " threads, of which " +
             std::to_string(barrier.arrived) + " have arrived at one of " +
             std::to_string(barrier.expected));
  barrier.expected = expected;
  barrier.arrived += threads;
  if (instruction.flags & Waits) {
    warp.waitsAt[lane] = static_cast<int>(number);
    warp.waitsInRound[lane] = barrier.round;
  }
  warp.hasProgress = true;
}

/// Number, and threads if not all of the block.
Lanes syncBlock(Warp &warp, const Instruction &instruction, Lanes lanes) {
  bool isAligned = instruction.flags & Aligned;
  if (isAligned && lanes != warp.alive)
    return lanes;
  // A warp arrives as a whole, or each thread for itself.
  unsigned threads = isAligned ? kLanes : 1;
  forEachLane(lanes, [&](int lane) {
    if (warp.waitsAt[lane] >= 0)
      return;
    arriveAt(warp, instruction, lane, threads);
    threads = isAligned ? 0 : 1;
  });
  completeRounds(warp, instruction);
  Lanes blocked = 0;
  forEachLane(lanes, [&](int lane) {
    int number = warp.waitsAt[lane];
    if (number < 0)
      return;
    if (warp.block->barriers[number].round == warp.waitsInRound[lane])
      blocked |= Lanes(1) << lane;
    else
      warp.waitsAt[lane] = -1;
  });
  return blocked;
}

Lanes arriveInCluster(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lanes != warp.alive)
    return lanes;
  Cluster &cluster = *warp.block->cluster;
  if (warp.arrivedInCluster & lanes)
    fail(warp, instruction, 0, "a second arrival without a wait");
  warp.arrivedInCluster = lanes;
  warp.clusterRound = cluster.round;
  cluster.arrived += __builtin_popcount(lanes);
  if (cluster.arrived == cluster.liveThreads) {
    cluster.arrived = 0;
    ++cluster.round;
  }
  return 0;
}

Lanes waitForCluster(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lanes != warp.alive)
    return lanes;
  if (!warp.arrivedInCluster)
    fail(warp, instruction, 0, "a wait without an arrival");
  if (warp.block->cluster->round == warp.clusterRound)
    return lanes;
  warp.arrivedInCluster = 0;
  return 0;
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

Lanes fenceProxy(Warp &warp, const Instruction &, Lanes lanes) {
  std::vector<uint32_t> &writers = warp.block->unfencedBy;
  forEachLane(lanes, [&](int lane) {
    uint32_t self = warp.number * kLanes + lane + 1;
    for (uint32_t word : warp.unfenced[lane])
      if (writers[word] == self)
        writers[word] = 0;
    warp.unfenced[lane].clear();
  });
  return 0;
}

Lanes ignore(Warp &, const Instruction &, Lanes) { return 0; }

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

void decodeArrive(Decoder &decoder) {
  decoder.allow({"arrive", "expect_tx", "shared", "shared::cta",
                 "shared::cluster", "b64", "release", "relaxed", "cta",
                 "cluster"});
  Instruction &result = decoder.result;
  result.flags = flagIf(decoder.has("arrive"), Arrives) |
                 flagIf(decoder.has("expect_tx"), Expects) |
                 flagIf(decoder.has("shared::cluster"), InCluster);
  size_t address = decoder.operand(0).kind == WrittenOperand::Address ? 0 : 1;
  decoder.addAddress(address);
  if (address == 0)
    decoder.addScratch(8);
  else
    decoder.add(0, 8);
  decoder.addRest(address + 1, 4);
  result.handler = arrive;
}

void decodeWait(Decoder &decoder) {
  decoder.allow({"try_wait", "test_wait", "parity", "shared", "shared::cta",
                 "b64", "acquire", "relaxed", "cta", "cluster"});
  Instruction &result = decoder.result;
  result.flags = flagIf(decoder.has("parity"), ByParity) |
                 flagIf(decoder.has("try_wait"), MayBlock);
  decoder.addPredicate(0);
  decoder.addAddress(1);
  decoder.add(2, decoder.has("parity") ? 4 : 8);
  result.handler = wait;
}

void decodeMbarrier(Decoder &decoder) {
  const std::string &kind = decoder.part(1);
  if (kind == "arrive" || kind == "expect_tx")
    return decodeArrive(decoder);
  if (kind == "try_wait" || kind == "test_wait")
    return decodeWait(decoder);
  if (kind != "init")
    return;
  decoder.allow({"init", "shared", "shared::cta", "b64"});
  decoder.addAddress(0);
  decoder.add(1, 4);
  decoder.result.handler = initialise;
}

void decodeSync(Decoder &decoder) {
  Instruction &result = decoder.result;
  if (decoder.has("warp")) {
    decoder.add(0, 4);
    result.handler = syncWarp;
    return;
  }
  decoder.allow({"sync", "arrive", "wait", "aligned", "cta", "cluster",
                 "release", "acquire", "relaxed"});
  if (decoder.has("cluster")) {
    result.handler = decoder.has("arrive") ? arriveInCluster : waitForCluster;
    return;
  }
  bool isAligned = decoder.opcode() == "bar" || decoder.has("aligned");
  result.flags =
      flagIf(isAligned, Aligned) | flagIf(decoder.has("sync"), Waits);
  decoder.addRest(0, 4);
  result.handler = syncBlock;
}

} // namespace

void emulator::decodeBarrier(Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "mbarrier")
    return decodeMbarrier(decoder);
  if (opcode == "bar" || opcode == "barrier")
    return decodeSync(decoder);
  if (opcode != "fence")
    return;
  bool isProxy = decoder.has("proxy");
  if (isProxy && decoder.part(2) != "async")
    return;
  decoder.result.handler = isProxy ? fenceProxy : ignore;
}
