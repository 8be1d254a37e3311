//===- Machine.h - The state of an emulated GPU -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a launch consists of: a grid of clusters of blocks of warps of 32 lanes.
// The lanes of a warp execute together as long as they are at the same
// instruction; each group of lanes that are has a program counter of its own.
//
// Clusters run one after the other, the warps of a cluster in turns on one
// thread of the host. Device memory is memory of the host: an address is a
// pointer.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_MACHINE_H
#define CONVOY_TEST_EMULATOR_MACHINE_H

#include "Instruction.h"

#include <deque>
#include <memory>

namespace emulator {

/// When asynchronous operations take effect, where the program leaves it open.
enum class Timing {
  /// Where they are issued.
  Early,
  /// When something waits for them, or nothing else can go on.
  Late,
  /// Anywhere between, warps in a random order.
  Random,
};

struct Options {
  Timing timing = Timing::Early;
  uint64_t seed = 1;
  /// Sums of wgmma are cut off so many bits behind the first one of the largest
  /// summand, as the hardware does; 0: they are rounded once.
  int keptBits = 0;
  /// Says what each launch took.
  bool printsLaunches = false;
};
Options &options();

/// What shared memory begins at: the hardware keeps the first KiB.
inline constexpr uint32_t kSharedBase = 0x400;
/// The part of a shared address that is an offset in its block; above it is the
/// block's rank in the cluster.
inline constexpr uint32_t kRankShift = 24;
inline constexpr uint32_t kSharedOffsetMask = (1u << kRankShift) - 1;

/// Lanes at one instruction.
struct Group {
  Lanes lanes;
  int at;
  bool isBlocked;
};

struct Block;
struct Cluster;

/// A copy of a few bytes to shared memory by one thread (cp.async).
struct ElementCopy {
  uint32_t target;
  uint64_t source;
  uint32_t bytes;
  /// The rest is zeros.
  uint32_t sourceBytes;
};

/// A bulk copy from shared to global memory.
struct BulkStore {
  uint64_t target;
  uint32_t source;
  uint32_t bytes;
};

/// Copies of one kind.
template <typename Copy>
struct CopyGroups {
  /// In no group yet.
  std::vector<Copy> open;
  std::deque<std::vector<Copy>> groups;

  void commit() {
    groups.push_back(std::move(open));
    open.clear();
  }
  /// Calls `function` with the copies of all groups but the last `kept`.
  template <typename Function>
  void finish(int64_t kept, Function function) {
    for (; static_cast<int64_t>(groups.size()) > kept; groups.pop_front())
      for (const Copy &copy : groups.front())
        function(copy);
  }
};

/// What a lane has issued and not waited for.
struct LaneCopies {
  CopyGroups<ElementCopy> elements;
  CopyGroups<BulkStore> stores;
};

/// A wgmma that was issued, as this warp's quarter of it.
struct PendingProduct {
  const Instruction *instruction;
  uint64_t a, b;
  bool accumulates;
  int group;
};

struct Warp {
  Block *block = nullptr;
  const Kernel *kernel = nullptr;
  unsigned number = 0;
  /// Lanes that have not ended.
  Lanes alive = 0;
  std::vector<Group> groups;
  /// Of the next turn, if there are others: a group that used up the last one.
  Lanes postponed = 0;
  /// Something happened although the group did not go on.
  bool hasProgress = false;
  uint64_t executed = 0;
  /// Registers and constants, see Kernel::initialRegisters.
  std::vector<uint8_t> registers;
  std::vector<uint8_t> local;

  /// By lane: the named barrier that it waits at, or -1, and in which round.
  std::vector<int> waitsAt = std::vector<int>(kLanes, -1);
  std::vector<uint32_t> waitsInRound = std::vector<uint32_t>(kLanes);
  /// Lanes that have arrived at the cluster's barrier, and in which round.
  Lanes arrivedInCluster = 0;
  uint32_t clusterRound = 0;
  /// A wait that has given up once, as waits may.
  const Instruction *gaveUp = nullptr;

  std::vector<LaneCopies> copies = std::vector<LaneCopies>(kLanes);
  /// By lane: words of shared memory that it wrote since its last proxy fence.
  std::vector<std::vector<uint32_t>> unfenced =
      std::vector<std::vector<uint32_t>>(kLanes);

  /// wgmma on their way, and by register what they do to it.
  std::vector<PendingProduct> products;
  enum Use : uint8_t { Unused, Read, Written };
  std::vector<Use> productUses;
  int productGroup = 0;
  /// When each register was last written, and when wgmma.fence was executed.
  std::vector<uint64_t> writtenAt;
  uint64_t fencedAt = 0;
  /// Of all wgmma: the warps of a warpgroup have to agree.
  uint64_t productHash = 0;

  template <typename T>
  T *get(int offset) {
    return reinterpret_cast<T *>(registers.data() + offset);
  }
  template <typename T>
  T *get(const Operand &operand) {
    return get<T>(operand.offset);
  }
  /// A predicate is one bit for each lane.
  Lanes &predicate(int offset) { return *get<Lanes>(offset); }
  /// The operand's value in one lane, zero-extended.
  uint64_t read(const Operand &operand, int lane);
  void write(const Operand &operand, int lane, uint64_t value);
};

struct NamedBarrier {
  unsigned expected = 0;
  unsigned arrived = 0;
  uint32_t round = 0;
};
inline constexpr int kNamedBarriers = 16;

struct Block {
  Cluster *cluster = nullptr;
  uint32_t index[3];
  uint32_t rank = 0;
  unsigned threads = 0;
  std::vector<uint8_t> shared;
  /// By word: 1 + the thread that wrote it and has not fenced it for the
  /// asynchronous proxy, or 0.
  std::vector<uint32_t> unfencedBy;
  NamedBarrier barriers[kNamedBarriers];
  std::vector<std::unique_ptr<Warp>> warps;
};

/// What is on its way for a cluster and arrives at an mbarrier.
struct Transfer {
  const Instruction *instruction;
  Block *block;
  uint32_t barrier;
  /// A bulk load, to the blocks of `ranks`...
  uint64_t source;
  uint32_t target;
  uint32_t bytes;
  uint32_t ranks;
  /// ...or, without bytes, the copies of one thread.
  std::vector<ElementCopy> copies;
};

struct Cluster {
  uint32_t index[3];
  std::vector<std::unique_ptr<Block>> blocks;
  std::deque<Transfer> transfers;
  unsigned liveThreads = 0;
  unsigned arrived = 0;
  uint32_t round = 0;
};

/// The launch that runs; there is one at a time.
struct Launch {
  const Kernel *kernel;
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t dynamicShared;
  std::vector<uint8_t> parameters;
  uint64_t timer;
  unsigned warnings;
  uint64_t executed;
};
Launch &currentLaunch();

/// Ends the launch: what a lane did there is wrong.
[[noreturn]] void fail(const Warp &warp, const Instruction &instruction,
                       int lane, const std::string &message);
/// Says it and ends the launch at its end.
void warn(const Warp &warp, const Instruction &instruction, int lane,
          const std::string &message);

/// `arguments` as cuLaunchKernel has them. Throws a Failure.
void launch(const Kernel &kernel, const uint32_t (&grid)[3],
            const uint32_t (&block)[3], uint32_t dynamicShared,
            void **arguments);
/// Executes so many instructions of a warp, or fewer where it cannot go on;
/// returns whether anything has gone on.
bool runTurn(Warp &warp, int64_t instructions);

uint64_t nextRandom();
/// Whether what is issued now takes effect later.
bool isDelayed();

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void addAllocation(uint64_t address, uint64_t bytes);
/// False if there is none at `address`.
bool removeAllocation(uint64_t address);
bool isAllocated(uint64_t address, uint64_t bytes);
/// For messages.
std::string describeBytes(uint64_t address, uint64_t bytes);
/// The memory behind a global address, or a failure.
uint8_t *getGlobal(const Warp &warp, const Instruction &instruction, int lane,
                   uint64_t address, uint64_t bytes);

/// The memory behind an address of `block`, and of its cluster if `isCluster`;
/// nullptr if there is none. `owner` is the block whose memory it is.
uint8_t *findShared(Block &block, uint64_t address, uint32_t bytes,
                    bool isCluster, Block **owner = nullptr);
/// The same or a failure.
uint8_t *getShared(const Warp &warp, const Instruction &instruction, int lane,
                   uint64_t address, uint32_t bytes, bool isCluster,
                   Block **owner = nullptr);
/// The first of the words of `block` behind a shared address.
inline uint32_t getWord(uint64_t address) {
  return ((address & kSharedOffsetMask) - kSharedBase) / 4;
}
/// A thread has written words of its own block or another.
void markWritten(Warp &warp, int lane, Block &owner, uint64_t address,
                 uint32_t bytes);
/// They were written by a copy, which needs no fence.
void markCopied(Block &owner, uint64_t address, uint32_t bytes);
bool hasUnfenced(const Block &block, uint64_t address, uint32_t bytes);

//===----------------------------------------------------------------------===//
// What instructions leave for later
//===----------------------------------------------------------------------===//

void complete(Transfer &transfer);
void performStore(Warp &warp, const BulkStore &store);
/// All wgmma but those of the last `kept` groups.
void finishProducts(Warp &warp, int kept);
/// Before an instruction while wgmma are on their way: finishes them, with a
/// warning, if it touches their registers.
void checkProducts(Warp &warp, const Instruction &instruction);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_MACHINE_H
