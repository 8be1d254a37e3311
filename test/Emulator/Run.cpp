//===- Run.cpp - Running a launch -----------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where no warp of a cluster can go on, what is on its way arrives; where
// nothing is, the launch has come to a standstill, and each warp's place is
// printed. What a warp does in its turn is Warp.cpp's.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include <algorithm>
#include <cstring>
#include <sstream>

using namespace emulator;

Options &emulator::options() {
  static Options options;
  return options;
}

Launch &emulator::currentLaunch() {
  static Launch launch;
  return launch;
}

static uint64_t randomState = 1;

uint64_t emulator::nextRandom() {
  // xorshift64
  randomState ^= randomState << 13;
  randomState ^= randomState >> 7;
  randomState ^= randomState << 17;
  return randomState >> 11;
}

bool emulator::isDelayed() {
  return options().timing == Timing::Late ||
         (options().timing == Timing::Random && nextRandom() % 2);
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

static std::string describePlace(const Warp &warp,
                                 const Instruction &instruction, int lane) {
  constexpr size_t longest = 160;
  std::ostringstream text;
  text << warp.kernel->name << ", block " << warp.block->index[0] << ","
       << warp.block->index[1] << "," << warp.block->index[2] << ", warp "
       << warp.number << ", lane " << lane << ", line " << instruction.line
       << " of the PTX: " << instruction.text.substr(0, longest);
  return text.str();
}

void emulator::fail(const Warp &warp, const Instruction &instruction, int lane,
                    const std::string &message) {
  throw Failure(message + "\n  at " + describePlace(warp, instruction, lane));
}

void emulator::warn(const Warp &warp, const Instruction &instruction, int lane,
                    const std::string &message) {
  constexpr unsigned mostPrinted = 5;
  if (++currentLaunch().warnings <= mostPrinted)
    fprintf(stderr, "emulator: %s\n  at %s\n", message.c_str(),
            describePlace(warp, instruction, lane).c_str());
}

/// Where each warp stands.
static void printStandstill(const Cluster &cluster) {
  for (const auto &block : cluster.blocks)
    for (const auto &warp : block->warps)
      for (const Group &group : warp->groups)
        fprintf(stderr, "  lanes %08x: %s\n", group.lanes,
                describePlace(*warp, warp->kernel->code[group.at],
                              __builtin_ctz(group.lanes))
                    .c_str());
}

//===----------------------------------------------------------------------===//
// A cluster
//===----------------------------------------------------------------------===//

static std::unique_ptr<Warp> makeWarp(Block &block, unsigned number,
                                      unsigned threads) {
  const Kernel &kernel = *currentLaunch().kernel;
  auto warp = std::make_unique<Warp>();
  warp->block = &block;
  warp->kernel = &kernel;
  warp->number = number;
  warp->alive = threads < kLanes ? (Lanes(1) << threads) - 1 : kAllLanes;
  warp->groups = {{warp->alive, 0, false}};
  warp->registers = kernel.initialRegisters;
  for (const Kernel::SharedAddress &address : kernel.sharedAddresses)
    for (int lane = 0; lane < kLanes; ++lane)
      warp->write(address.operand, lane,
                  address.offset | block.rank << kRankShift);
  warp->writtenAt.resize(warp->registers.size() / 64 + 1);
  warp->local.assign(static_cast<size_t>(kernel.localBytes) * kLanes, 0xff);
  return warp;
}

static std::unique_ptr<Block> makeBlock(Cluster &cluster, uint32_t rank,
                                        uint32_t sharedBytes) {
  const Launch &launch = currentLaunch();
  const int *size = launch.kernel->cluster;
  auto block = std::make_unique<Block>();
  block->cluster = &cluster;
  block->rank = rank;
  uint32_t inCluster[] = {rank % size[0], rank / size[0] % size[1],
                          rank / size[0] / size[1]};
  for (int i = 0; i < 3; ++i)
    block->index[i] = cluster.index[i] * size[i] + inCluster[i];
  block->threads = launch.block[0] * launch.block[1] * launch.block[2];
  // A NaN in each format.
  block->shared.resize(sharedBytes);
  for (size_t i = 0; i < block->shared.size(); ++i)
    block->shared[i] = i % 2 ? 0x7f : 0xff;
  block->unfencedBy.resize(sharedBytes / 4 + 2);
  for (unsigned first = 0; first < block->threads; first += kLanes)
    block->warps.push_back(
        makeWarp(*block, first / kLanes, block->threads - first));
  cluster.liveThreads += block->threads;
  return block;
}

static void completeOne(Cluster &cluster) {
  size_t index = options().timing == Timing::Random
                     ? nextRandom() % cluster.transfers.size()
                     : 0;
  Transfer transfer = std::move(cluster.transfers[index]);
  cluster.transfers.erase(cluster.transfers.begin() + index);
  complete(transfer);
}

/// Orders the warps for the next round, and says how long their turns are.
static void orderWarps(std::vector<Warp *> &warps) {
  if (options().timing == Timing::Late)
    std::reverse(warps.begin(), warps.end());
  if (options().timing == Timing::Random)
    for (size_t i = warps.size(); i > 1; --i)
      std::swap(warps[i - 1], warps[nextRandom() % i]);
}

static int64_t chooseTurn() {
  switch (options().timing) {
  case Timing::Early:
    return 5000;
  case Timing::Late:
    return 300;
  case Timing::Random:
    return 1 + static_cast<int64_t>(nextRandom() % 400);
  }
  return 0;
}

/// Long enough to come from any group of lanes to one that can go on.
static constexpr int64_t kLongTurn = 5000;

static void runCluster(Cluster &cluster) {
  std::vector<Warp *> warps;
  for (auto &block : cluster.blocks)
    for (auto &warp : block->warps)
      warps.push_back(warp.get());
  bool isLast = false;
  for (;;) {
    orderWarps(warps);
    bool hasProgress = false, isAlive = false;
    for (Warp *warp : warps) {
      if (warp->groups.empty())
        continue;
      isAlive = true;
      if (isLast)
        warp->postponed = 0;
      hasProgress |= runTurn(*warp, isLast ? kLongTurn : chooseTurn());
    }
    if (!isAlive)
      return;
    bool hasTransfers = !cluster.transfers.empty();
    if (options().timing == Timing::Random && hasTransfers &&
        nextRandom() % 3 == 0) {
      completeOne(cluster);
      hasProgress = true;
    }
    if (hasProgress) {
      isLast = false;
    } else if (!isLast) {
      // Short turns may have met only what cannot go on.
      isLast = true;
    } else if (hasTransfers) {
      completeOne(cluster);
      isLast = false;
    } else {
      fprintf(stderr, "emulator: standstill\n");
      printStandstill(cluster);
      throw Failure("standstill: no thread of a cluster can go on");
    }
  }
}

/// What a lane leaves behind, and what it must not.
static void finishLane(Warp &warp, int lane) {
  const Instruction &last = warp.kernel->code.back();
  LaneCopies &copies = warp.copies[lane];
  copies.stores.commit();
  copies.elements.commit();
  bool leavesStores = false;
  copies.stores.finish(0, [&](const BulkStore &store) {
    leavesStores = true;
    if (options().timing != Timing::Early)
      performStore(warp, store);
  });
  if (leavesStores)
    warn(warp, last, lane,
         "the block ends while bulk stores may still read its memory");
  for (const std::vector<ElementCopy> &group : copies.elements.groups)
    if (!group.empty() && options().timing != Timing::Early)
      warn(warp, last, lane, "the block ends before its copies do");
}

static void finishBlock(Block &block) {
  constexpr size_t warpgroup = 4;
  for (size_t i = 0; i < block.warps.size(); ++i) {
    Warp &warp = *block.warps[i];
    const Instruction &last = warp.kernel->code.back();
    const Warp &first = *block.warps[i / warpgroup * warpgroup];
    currentLaunch().executed += warp.executed;
    for (int lane = 0; lane < kLanes; ++lane)
      finishLane(warp, lane);
    if (!warp.products.empty())
      warn(warp, last, 0, "the block ends before its wgmma do");
    if (warp.productHash != first.productHash)
      warn(warp, last, 0, "warps of a warpgroup have issued different wgmma");
  }
}

//===----------------------------------------------------------------------===//
// A launch
//===----------------------------------------------------------------------===//

static void checkLaunch(const Launch &launch, uint32_t sharedBytes) {
  constexpr uint32_t mostShared = 227 * 1024;
  const Kernel &kernel = *launch.kernel;
  uint32_t threads = launch.block[0] * launch.block[1] * launch.block[2];
  bool fits = sharedBytes <= mostShared &&
              (!kernel.maxThreads ||
               threads <= static_cast<uint32_t>(kernel.maxThreads));
  for (int i = 0; i < 3; ++i) {
    fits &= launch.grid[i] % kernel.cluster[i] == 0;
    fits &= !kernel.requiredBlock[0] ||
            launch.block[i] == static_cast<uint32_t>(kernel.requiredBlock[i]);
  }
  if (!fits)
    throw Failure("a launch that " + kernel.name + " is not compiled for");
}

static void runCluster(const Launch &launch, uint64_t number,
                       uint32_t sharedBytes) {
  const int *size = launch.kernel->cluster;
  Cluster cluster;
  for (int i = 0; i < 3; ++i) {
    uint32_t count = launch.grid[i] / size[i];
    cluster.index[i] = number % count;
    number /= count;
  }
  uint32_t blocks = size[0] * size[1] * size[2];
  for (uint32_t rank = 0; rank < blocks; ++rank)
    cluster.blocks.push_back(makeBlock(cluster, rank, sharedBytes));
  runCluster(cluster);
  for (auto &block : cluster.blocks)
    finishBlock(*block);
  const Warp &warp = *cluster.blocks.front()->warps.front();
  if (!cluster.transfers.empty())
    warn(warp, warp.kernel->code.back(), 0,
         "the cluster ends before copies to it do");
}

void emulator::launch(const Kernel &kernel, const uint32_t (&grid)[3],
                      const uint32_t (&block)[3], uint32_t dynamicShared,
                      void **arguments) {
  Launch &launch = currentLaunch();
  launch = {};
  launch.kernel = &kernel;
  std::copy_n(grid, 3, launch.grid);
  std::copy_n(block, 3, launch.block);
  launch.dynamicShared = dynamicShared;
  launch.parameters.resize(kernel.parameterBytes);
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    memcpy(launch.parameters.data() + kernel.parameters[i].offset, arguments[i],
           kernel.parameters[i].bytes);
  randomState = options().seed * 2 + 1;
  uint32_t sharedBytes = kernel.staticShared + dynamicShared;
  checkLaunch(launch, sharedBytes);
  uint64_t clusters = 1;
  for (int i = 0; i < 3; ++i)
    clusters *= grid[i] / kernel.cluster[i];
  for (uint64_t i = 0; i < clusters; ++i) {
    bool isReversed = options().timing == Timing::Late;
    runCluster(launch, isReversed ? clusters - 1 - i : i, sharedBytes);
  }
  if (options().printsLaunches)
    fprintf(stderr, "launch %s: %llu blocks of %u threads, %llu instructions\n",
            kernel.name.c_str(),
            static_cast<unsigned long long>(clusters) * kernel.cluster[0],
            block[0], static_cast<unsigned long long>(launch.executed));
  if (launch.warnings)
    throw Failure(std::to_string(launch.warnings) + " warnings");
}
