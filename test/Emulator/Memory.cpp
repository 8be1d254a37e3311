//===- Memory.cpp - Global and shared memory ------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is allocated, what a block's shared memory is, and which of its words
// await a fence. Instructions that access it are elsewhere.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include <sstream>

using namespace emulator;

//===----------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------===//

namespace {
struct Allocation {
  uint64_t begin, end;
};
} // namespace

/// By address; and the one that was found last.
static std::map<uint64_t, Allocation> allocations;
static Allocation last = {1, 0};

void emulator::addAllocation(uint64_t address, uint64_t bytes) {
  allocations[address] = {address, address + bytes};
}

bool emulator::removeAllocation(uint64_t address) {
  last = {1, 0};
  return allocations.erase(address) != 0;
}

bool emulator::isAllocated(uint64_t address, uint64_t bytes) {
  if (address >= last.begin && address + bytes <= last.end)
    return true;
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return false;
  const Allocation &found = std::prev(after)->second;
  if (address + bytes > found.end)
    return false;
  last = found;
  return true;
}

std::string emulator::describeBytes(uint64_t address, uint64_t bytes) {
  std::ostringstream text;
  text << bytes << " bytes at 0x" << std::hex << address;
  return text.str();
}

uint8_t *emulator::getGlobal(const Warp &warp, const Instruction &instruction,
                             int lane, uint64_t address, uint64_t bytes) {
  if (isAllocated(address, bytes))
    return reinterpret_cast<uint8_t *>(address);
  std::string message = describeBytes(address, bytes) + " are not allocated";
  auto after = allocations.upper_bound(address);
  if (after != allocations.begin()) {
    const Allocation &below = std::prev(after)->second;
    message += "; the allocation below has " +
               std::to_string(below.end - below.begin) +
               " bytes, and they begin at " +
               std::to_string(address - below.begin);
  }
  fail(warp, instruction, lane, message);
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

uint8_t *emulator::findShared(Block &block, uint64_t address, uint32_t bytes,
                              bool isCluster, Block **owner) {
  uint64_t rank = address >> kRankShift;
  uint64_t offset = address & kSharedOffsetMask;
  if (rank >= block.cluster->blocks.size())
    return nullptr;
  Block *found = block.cluster->blocks[rank].get();
  if ((!isCluster && found != &block) || offset < kSharedBase ||
      offset + bytes > kSharedBase + found->shared.size())
    return nullptr;
  if (owner)
    *owner = found;
  return found->shared.data() + (offset - kSharedBase);
}

uint8_t *emulator::getShared(const Warp &warp, const Instruction &instruction,
                             int lane, uint64_t address, uint32_t bytes,
                             bool isCluster, Block **owner) {
  uint8_t *found = findShared(*warp.block, address, bytes, isCluster, owner);
  if (!found)
    fail(warp, instruction, lane,
         describeBytes(address, bytes) +
             " are outside of shared memory, of which " + "there are " +
             std::to_string(warp.block->shared.size()));
  return found;
}

void emulator::markWritten(Warp &warp, int lane, Block &owner, uint64_t address,
                           uint32_t bytes) {
  bool isOwn = &owner == warp.block;
  uint32_t end = getWord(address + bytes + 3);
  for (uint32_t word = getWord(address); word < end; ++word) {
    // Fences of other blocks' threads are not followed.
    owner.unfencedBy[word] = isOwn ? warp.number * kLanes + lane + 1 : 0;
    if (isOwn)
      warp.unfenced[lane].push_back(word);
  }
}

void emulator::markCopied(Block &owner, uint64_t address, uint32_t bytes) {
  uint32_t end = getWord(address + bytes + 3);
  for (uint32_t word = getWord(address); word < end; ++word)
    owner.unfencedBy[word] = 0;
}

bool emulator::hasUnfenced(const Block &block, uint64_t address,
                           uint32_t bytes) {
  uint32_t any = 0;
  uint32_t end = getWord(address + bytes + 3);
  for (uint32_t word = getWord(address); word < end; ++word)
    any |= block.unfencedBy[word];
  return any != 0;
}
