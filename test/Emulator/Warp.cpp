//===- Warp.cpp - Execution of a warp -------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a warp's groups of lanes the one with the lowest address runs, so that
// lanes that have parted meet again; a group that has used up its turn lets the
// others go first once. When a warp has its turn is decided in Run.cpp.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

using namespace emulator;

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

uint64_t Warp::read(const Operand &operand, int lane) {
  switch (operand.bytes) {
  case 1:
    return (predicate(operand.offset) >> lane & 1) ^ operand.isNegated;
  case 2:
    return get<uint16_t>(operand)[lane];
  case 4:
    return get<uint32_t>(operand)[lane];
  default:
    return get<uint64_t>(operand)[lane];
  }
}

void Warp::write(const Operand &operand, int lane, uint64_t value) {
  switch (operand.bytes) {
  case 2:
    get<uint16_t>(operand)[lane] = static_cast<uint16_t>(value);
    return;
  case 4:
    get<uint32_t>(operand)[lane] = static_cast<uint32_t>(value);
    return;
  default:
    get<uint64_t>(operand)[lane] = value;
  }
}

//===----------------------------------------------------------------------===//
// Turns
//===----------------------------------------------------------------------===//

namespace {

/// A turn of a warp.
class Turn {
public:
  Turn(Warp &warp, int64_t instructions) : warp(warp), left(instructions) {}

  /// Whether anything has gone on.
  bool run();

private:
  void mergeGroups();
  Group *chooseGroup();
  void runGroup(Group group);
  /// The lanes that go on behind the instruction; others are put back.
  bool execute(const Instruction &instruction, Group &group, Lanes lanes);
  bool branch(const Instruction &instruction, Group &group, Lanes lanes);
  bool branchIndexed(const Instruction &instruction, Group &group, Lanes lanes);
  void putBack(Lanes lanes, int at, bool isBlocked) {
    warp.groups.push_back({lanes, at, isBlocked});
  }

  Warp &warp;
  int64_t left;
  bool hasProgress = false;
};

} // namespace

static Group *findGroup(std::vector<Group> &groups, int at) {
  for (Group &group : groups)
    if (group.at == at)
      return &group;
  return nullptr;
}

void Turn::mergeGroups() {
  std::vector<Group> merged;
  merged.reserve(warp.groups.size());
  for (const Group &group : warp.groups) {
    Group *same = findGroup(merged, group.at);
    if (!same) {
      merged.push_back(group);
      continue;
    }
    // Together they may be as many as are waited for.
    same->lanes |= group.lanes;
    same->isBlocked = false;
  }
  warp.groups = std::move(merged);
}

Group *Turn::chooseGroup() {
  Group *chosen = nullptr;
  for (Lanes avoided : {warp.postponed, Lanes(0)}) {
    for (Group &group : warp.groups)
      if (!group.isBlocked && !(group.lanes & avoided) &&
          (!chosen || group.at < chosen->at))
        chosen = &group;
    if (chosen)
      break;
  }
  warp.postponed = 0;
  return chosen;
}

bool Turn::execute(const Instruction &instruction, Group &group, Lanes lanes) {
  if (!warp.products.empty())
    checkProducts(warp, instruction);
  Lanes blocked = instruction.handler(warp, instruction, lanes);
  // LLVM puts copies between a fence and the wgmma that it is for; ptxas takes
  // them out.
  if (!instruction.isMove)
    for (int offset : instruction.results)
      warp.writtenAt[offset / 64] = warp.executed;
  hasProgress |= warp.hasProgress || blocked != group.lanes;
  warp.hasProgress = false;
  if (!blocked) {
    ++group.at;
    return true;
  }
  putBack(blocked, group.at, /*isBlocked=*/true);
  if (group.lanes & ~blocked)
    putBack(group.lanes & ~blocked, group.at + 1, /*isBlocked=*/false);
  return false;
}

bool Turn::branch(const Instruction &instruction, Group &group, Lanes lanes) {
  int target = instruction.targets.front();
  if (lanes == group.lanes || !lanes) {
    group.at = lanes ? target : group.at + 1;
    return true;
  }
  putBack(lanes, target, /*isBlocked=*/false);
  putBack(group.lanes & ~lanes, group.at + 1, /*isBlocked=*/false);
  return false;
}

bool Turn::branchIndexed(const Instruction &instruction, Group &group,
                         Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    uint64_t index = warp.read(instruction.operands[0], lane);
    if (index >= instruction.targets.size())
      fail(warp, instruction, lane, "no such branch");
    putBack(Lanes(1) << lane, instruction.targets[index], false);
  });
  if (group.lanes & ~lanes)
    putBack(group.lanes & ~lanes, group.at + 1, /*isBlocked=*/false);
  return false;
}

void Turn::runGroup(Group group) {
  bool isAlone = warp.groups.empty();
  for (;;) {
    if (--left < 0) {
      warp.postponed = isAlone ? 0 : group.lanes;
      return putBack(group.lanes, group.at, /*isBlocked=*/false);
    }
    const Instruction &instruction = warp.kernel->code[group.at];
    Lanes lanes = group.lanes;
    if (instruction.predicate.exists()) {
      Lanes holds = warp.predicate(instruction.predicate.offset);
      lanes &= instruction.predicate.isNegated ? ~holds : holds;
    }
    ++warp.executed;
    bool goesOn = true;
    switch (instruction.flow) {
    case Flow::Next:
      if (lanes) {
        goesOn = execute(instruction, group, lanes);
        break;
      }
      hasProgress = true;
      ++group.at;
      break;
    case Flow::Branch:
      hasProgress = true;
      goesOn = branch(instruction, group, lanes);
      break;
    case Flow::BranchIndexed:
      hasProgress = true;
      goesOn = branchIndexed(instruction, group, lanes);
      break;
    case Flow::Exit:
      hasProgress = true;
      warp.alive &= ~lanes;
      warp.block->cluster->liveThreads -= __builtin_popcount(lanes);
      group.lanes &= ~lanes;
      ++group.at;
      goesOn = group.lanes != 0;
      break;
    }
    if (!goesOn)
      return;
    if (!isAlone && findGroup(warp.groups, group.at))
      return putBack(group.lanes, group.at, /*isBlocked=*/false);
  }
}

bool Turn::run() {
  for (Group &group : warp.groups)
    group.isBlocked = false;
  while (left > 0) {
    if (warp.groups.size() > 1)
      mergeGroups();
    Group *chosen = chooseGroup();
    if (!chosen)
      break;
    Group group = *chosen;
    warp.groups.erase(warp.groups.begin() + (chosen - warp.groups.data()));
    runGroup(group);
  }
  return hasProgress;
}

bool emulator::runTurn(Warp &warp, int64_t instructions) {
  return Turn(warp, instructions).run();
}
