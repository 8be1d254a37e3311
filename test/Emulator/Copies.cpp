//===- Copies.cpp - Asynchronous copies -----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cp.async, a few bytes by each thread, and bulk copies. Where copies are late,
// what they overwrite is NaNs from their issue on, and they happen when
// something waits for them or nothing else can go on: bytes that are read too
// early are NaNs, and a source that is changed too early is seen.
//
//===----------------------------------------------------------------------===//

#include "Barrier.h"
#include "Decode.h"

#include <cstring>

using namespace emulator;

namespace {

constexpr uint64_t kBulkBytes = 16;
constexpr int kGarbage = 0xff;

enum Flag : uint32_t { CountsItself = 1, WaitsForAll = 2 };

uint64_t getAddress(Warp &warp, const Instruction &instruction, int lane,
                    size_t operand, size_t displacement) {
  return warp.read(instruction.operands[operand], lane) +
         instruction.displacements[displacement];
}

//===----------------------------------------------------------------------===//
// Copies of elements
//===----------------------------------------------------------------------===//

void perform(Block &block, const ElementCopy &copy) {
  uint8_t *target =
      findShared(block, copy.target, copy.bytes, /*isCluster=*/false);
  memcpy(target, reinterpret_cast<const void *>(copy.source), copy.sourceBytes);
  memset(target + copy.sourceBytes, 0, copy.bytes - copy.sourceBytes);
}

/// Target, source, and how much of it there is.
Lanes copyElement(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  uint32_t bytes = instruction.elementBytes;
  forEachLane(lanes, [&](int lane) {
    uint64_t target = getAddress(warp, instruction, lane, 0, 0);
    uint64_t source = getAddress(warp, instruction, lane, 1, 1);
    auto given = static_cast<uint32_t>(
        operands.size() > 2 ? warp.read(operands[2], lane) : bytes);
    if (given > bytes || target % bytes || (given && source % bytes))
      fail(warp, instruction, lane, "misaligned copy, or one of too much");
    uint8_t *place =
        getShared(warp, instruction, lane, target, bytes, /*isCluster=*/false);
    if (given)
      getGlobal(warp, instruction, lane, source, given);
    markWritten(warp, lane, *warp.block, target, bytes);
    ElementCopy copy = {static_cast<uint32_t>(target), source, bytes, given};
    if (!isDelayed())
      return perform(*warp.block, copy);
    memset(place, kGarbage, bytes);
    warp.copies[lane].elements.open.push_back(copy);
  });
  return 0;
}

Lanes commitCopies(Warp &warp, const Instruction &, Lanes lanes) {
  forEachLane(lanes, [&](int lane) { warp.copies[lane].elements.commit(); });
  return 0;
}

Lanes waitForCopies(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    CopyGroups<ElementCopy> &copies = warp.copies[lane].elements;
    if (instruction.flags & WaitsForAll)
      copies.commit();
    copies.finish(instruction.number,
                  [&](const ElementCopy &copy) { perform(*warp.block, copy); });
  });
  return 0;
}

/// Arrives at an mbarrier when what the thread has issued so far is there.
Lanes arriveWhenCopied(Warp &warp, const Instruction &instruction,
                       Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    uint64_t address = getAddress(warp, instruction, lane, 0, 0);
    uint8_t *place =
        getShared(warp, instruction, lane, address, 8, /*isCluster=*/false);
    Mbarrier barrier = getMbarrier(warp, instruction, lane, place);
    if (instruction.flags & CountsItself) {
      ++barrier.pending;
      barrier.store(place);
    }
    Transfer transfer = {};
    transfer.instruction = &instruction;
    transfer.block = warp.block;
    transfer.barrier = static_cast<uint32_t>(address);
    CopyGroups<ElementCopy> &copies = warp.copies[lane].elements;
    // A later wait finds nothing left to do.
    for (std::vector<ElementCopy> &group : copies.groups) {
      transfer.copies.insert(transfer.copies.end(), group.begin(), group.end());
      group.clear();
    }
    transfer.copies.insert(transfer.copies.end(), copies.open.begin(),
                           copies.open.end());
    copies.open.clear();
    if (options().timing == Timing::Early)
      complete(transfer);
    else
      warp.block->cluster->transfers.push_back(std::move(transfer));
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Bulk copies
//===----------------------------------------------------------------------===//

uint32_t inBlock(uint32_t address, size_t rank) {
  return (address & kSharedOffsetMask) | static_cast<uint32_t>(rank)
                                             << kRankShift;
}

/// Target, source, bytes, mbarrier, and the blocks that get it.
Lanes loadBulk(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  Cluster &cluster = *warp.block->cluster;
  forEachLane(lanes, [&](int lane) {
    Transfer transfer = {};
    transfer.instruction = &instruction;
    transfer.block = warp.block;
    uint64_t target = getAddress(warp, instruction, lane, 0, 0);
    transfer.target = static_cast<uint32_t>(target);
    transfer.source = getAddress(warp, instruction, lane, 1, 1);
    transfer.bytes = static_cast<uint32_t>(warp.read(operands[2], lane));
    transfer.barrier =
        static_cast<uint32_t>(getAddress(warp, instruction, lane, 3, 2));
    if ((target | transfer.source | transfer.bytes) % kBulkBytes)
      fail(warp, instruction, lane, "misaligned bulk copy");
    Block *owner = nullptr;
    getShared(warp, instruction, lane, target, transfer.bytes,
              /*isCluster=*/true, &owner);
    getGlobal(warp, instruction, lane, transfer.source, transfer.bytes);
    transfer.ranks = operands.size() > 4
                         ? static_cast<uint32_t>(warp.read(operands[4], lane))
                         : 1u << owner->rank;
    if (transfer.ranks >> cluster.blocks.size())
      fail(warp, instruction, lane, "a copy to blocks that do not exist");
    for (size_t rank = 0; rank < cluster.blocks.size(); ++rank) {
      if (!(transfer.ranks >> rank & 1))
        continue;
      uint8_t *place =
          getShared(warp, instruction, lane, inBlock(transfer.target, rank),
                    transfer.bytes, /*isCluster=*/true);
      if (options().timing != Timing::Early)
        memset(place, kGarbage, transfer.bytes);
    }
    if (isDelayed())
      cluster.transfers.push_back(std::move(transfer));
    else
      complete(transfer);
  });
  return 0;
}

/// Target, source, bytes.
Lanes storeBulk(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    uint64_t source = getAddress(warp, instruction, lane, 1, 1);
    BulkStore store = {
        getAddress(warp, instruction, lane, 0, 0),
        static_cast<uint32_t>(source),
        static_cast<uint32_t>(warp.read(instruction.operands[2], lane))};
    if ((store.target | source | store.bytes) % kBulkBytes)
      fail(warp, instruction, lane, "misaligned bulk copy");
    getShared(warp, instruction, lane, source, store.bytes,
              /*isCluster=*/false);
    getGlobal(warp, instruction, lane, store.target, store.bytes);
    if (hasUnfenced(*warp.block, source, store.bytes))
      warn(warp, instruction, lane,
           "copies what was written without a fence.proxy.async behind it");
    if (options().timing == Timing::Early)
      performStore(warp, store);
    warp.copies[lane].stores.open.push_back(store);
  });
  return 0;
}

Lanes commitStores(Warp &warp, const Instruction &, Lanes lanes) {
  forEachLane(lanes, [&](int lane) { warp.copies[lane].stores.commit(); });
  return 0;
}

Lanes waitForStores(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    CopyGroups<BulkStore> &stores = warp.copies[lane].stores;
    stores.finish(instruction.number, [&](const BulkStore &store) {
      if (options().timing != Timing::Early)
        performStore(warp, store);
    });
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

void decodeBulk(Decoder &decoder) {
  Instruction &result = decoder.result;
  if (decoder.part(3) == "commit_group") {
    result.handler = commitStores;
  } else if (decoder.part(3) == "wait_group") {
    result.number = decoder.operand(0).value;
    result.handler = waitForStores;
  } else if (decoder.part(4) == "global") {
    decoder.allow({"async", "bulk", "shared::cluster", "shared::cta", "global",
                   "mbarrier::complete_tx::bytes", "multicast::cluster"});
    decoder.addAddress(0);
    decoder.addAddress(1);
    decoder.add(2, 4);
    decoder.addAddress(3);
    decoder.addRest(4, 2);
    result.handler = loadBulk;
  } else if (decoder.part(3) == "global") {
    decoder.allow({"async", "bulk", "shared::cta", "global", "bulk_group"});
    decoder.addAddress(0);
    decoder.addAddress(1);
    decoder.add(2, 4);
    result.handler = storeBulk;
  }
}

void decodeElements(Decoder &decoder) {
  Instruction &result = decoder.result;
  const std::string &kind = decoder.part(2);
  if (kind == "commit_group") {
    result.handler = commitCopies;
  } else if (kind == "wait_group") {
    result.number = decoder.operand(0).value;
    result.handler = waitForCopies;
  } else if (kind == "wait_all") {
    result.flags = WaitsForAll;
    result.handler = waitForCopies;
  } else if (kind == "mbarrier") {
    result.flags = flagIf(!decoder.has("noinc"), CountsItself);
    decoder.addAddress(0);
    result.handler = arriveWhenCopied;
  } else {
    decoder.allow({"async", "ca", "cg", "shared", "shared::cta", "global",
                   "L2::128B", "L2::256B"});
    decoder.addAddress(0);
    decoder.addAddress(1);
    result.elementBytes = decoder.operand(2).value;
    decoder.addRest(3, 4);
    result.handler = copyElement;
  }
}

} // namespace

void emulator::complete(Transfer &transfer) {
  const Warp &warp = *transfer.block->warps.front();
  const Instruction &instruction = *transfer.instruction;
  if (transfer.bytes == 0) {
    for (const ElementCopy &copy : transfer.copies)
      perform(*transfer.block, copy);
    uint8_t *place = findShared(*transfer.block, transfer.barrier, 8, false);
    updateMbarrier(warp, instruction, 0, place, 0, 1);
    return;
  }
  for (auto &block : transfer.block->cluster->blocks) {
    if (!(transfer.ranks >> block->rank & 1))
      continue;
    uint32_t target = inBlock(transfer.target, block->rank);
    memcpy(findShared(*block, target, transfer.bytes, false),
           reinterpret_cast<const void *>(transfer.source), transfer.bytes);
    markCopied(*block, target, transfer.bytes);
    uint8_t *place =
        findShared(*block, inBlock(transfer.barrier, block->rank), 8, false);
    updateMbarrier(warp, instruction, 0, place,
                   -static_cast<int64_t>(transfer.bytes), 0);
  }
}

void emulator::performStore(Warp &warp, const BulkStore &store) {
  memcpy(reinterpret_cast<void *>(store.target),
         findShared(*warp.block, store.source, store.bytes, false),
         store.bytes);
}

void emulator::decodeCopy(Decoder &decoder) {
  if (decoder.opcode() != "cp" || decoder.part(1) != "async")
    return;
  if (decoder.part(2) == "bulk")
    decodeBulk(decoder);
  else
    decodeElements(decoder);
}
