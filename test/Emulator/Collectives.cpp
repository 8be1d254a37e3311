//===- Collectives.cpp - What the lanes of a warp do together -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shuffles, votes, reductions and elections. All members have to be at the
// instruction; those that are there wait for the others.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Machine.h"

#include <algorithm>

using namespace emulator;

namespace {

/// Whether members that live are elsewhere; the mask is operand number `i`.
bool lacksMembers(Warp &warp, const Instruction &instruction, size_t i,
                  Lanes lanes) {
  auto members = static_cast<Lanes>(
      warp.read(instruction.operands[i], __builtin_ctz(lanes)));
  return members & warp.alive & ~lanes;
}

enum Shuffle { ShuffleUp, ShuffleDown, ShuffleXor, ShuffleIndex };

struct Source {
  int lane;
  bool isInRange;
};

/// The lane that `lane` reads, by shfl's definition.
Source findSource(int64_t kind, int lane, uint32_t by, uint32_t bounds) {
  int by5 = static_cast<int>(by & 31);
  int clamp = static_cast<int>(bounds & 31);
  int segment = static_cast<int>(bounds >> 8 & 31);
  int most = (lane & segment) | (clamp & ~segment);
  switch (kind) {
  case ShuffleUp:
    return {lane - by5, lane - by5 >= most};
  case ShuffleDown:
    return {lane + by5, lane + by5 <= most};
  case ShuffleXor:
    return {lane ^ by5, (lane ^ by5) <= most};
  default:
    int source = (lane & segment) | (by5 & ~segment);
    return {source, source <= most};
  }
}

/// Result, value, lane or distance, bounds, members; the predicate that tells
/// whether there was a source.
Lanes shuffle(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lacksMembers(warp, instruction, 4, lanes))
    return lanes;
  const std::vector<Operand> &operands = instruction.operands;
  const auto *values = warp.get<uint32_t>(operands[1]);
  uint32_t results[kLanes];
  Lanes inRange = 0;
  forEachLane(lanes, [&](int lane) {
    Source source = findSource(instruction.number, lane,
                               warp.get<uint32_t>(operands[2])[lane],
                               warp.get<uint32_t>(operands[3])[lane]);
    int from = source.isInRange ? source.lane : lane;
    if (!(lanes >> from & 1))
      fail(warp, instruction, lane,
           "reads lane " + std::to_string(from) + ", which does not take part");
    results[lane] = values[from];
    inRange |= static_cast<Lanes>(source.isInRange) << lane;
  });
  forEachLane(lanes, [&](int lane) {
    warp.get<uint32_t>(operands[0])[lane] = results[lane];
  });
  if (operands.size() > 5) {
    Lanes &result = warp.predicate(operands[5].offset);
    result = (result & ~lanes) | inRange;
  }
  return 0;
}

enum Vote { VoteAll, VoteAny, VoteUniform, VoteBallot };

/// Result, predicate, members.
Lanes vote(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lacksMembers(warp, instruction, 2, lanes))
    return lanes;
  const Operand &result = instruction.operands[0];
  const Operand &condition = instruction.operands[1];
  Lanes value = warp.predicate(condition.offset);
  Lanes ayes = (condition.isNegated ? ~value : value) & lanes;
  if (instruction.number == VoteBallot) {
    forEachLane(lanes, [&](int lane) { warp.get<Lanes>(result)[lane] = ayes; });
    return 0;
  }
  bool holds = instruction.number == VoteAny ? ayes != 0 : ayes == lanes;
  if (instruction.number == VoteUniform)
    holds |= ayes == 0;
  Lanes &bits = warp.predicate(result.offset);
  bits = (bits & ~lanes) | (holds ? lanes : 0);
  return 0;
}

using Reduction = uint32_t (*)(uint32_t, uint32_t);

/// Result, value, members.
template <Reduction Reduce>
Lanes reduce(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lacksMembers(warp, instruction, 2, lanes))
    return lanes;
  const auto *values = warp.get<uint32_t>(instruction.operands[1]);
  int first = __builtin_ctz(lanes);
  uint32_t result = values[first];
  forEachLane(lanes & (lanes - 1),
              [&](int lane) { result = Reduce(result, values[lane]); });
  forEachLane(lanes, [&](int lane) {
    warp.get<uint32_t>(instruction.operands[0])[lane] = result;
  });
  return 0;
}

/// The elected lane, whether it is oneself, members.
Lanes elect(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lacksMembers(warp, instruction, 2, lanes))
    return lanes;
  int leader = __builtin_ctz(lanes);
  forEachLane(lanes, [&](int lane) {
    warp.get<uint32_t>(instruction.operands[0])[lane] = leader;
  });
  Lanes &result = warp.predicate(instruction.operands[1].offset);
  result = (result & ~lanes) | Lanes(1) << leader;
  return 0;
}

/// Registers are not counted; but a warp has to be together.
Lanes setRegisters(Warp &warp, const Instruction &, Lanes lanes) {
  return lanes == warp.alive ? 0 : lanes;
}

Lanes trap(Warp &warp, const Instruction &instruction, Lanes lanes) {
  fail(warp, instruction, __builtin_ctz(lanes), "trap");
}

template <typename T>
uint32_t getMinimum(uint32_t a, uint32_t b) {
  return std::min(static_cast<T>(a), static_cast<T>(b));
}
template <typename T>
uint32_t getMaximum(uint32_t a, uint32_t b) {
  return std::max(static_cast<T>(a), static_cast<T>(b));
}
uint32_t getSum(uint32_t a, uint32_t b) { return a + b; }
uint32_t getAnd(uint32_t a, uint32_t b) { return a & b; }
uint32_t getOr(uint32_t a, uint32_t b) { return a | b; }
uint32_t getXor(uint32_t a, uint32_t b) { return a ^ b; }

Handler getReduction(const std::string &kind, bool isSigned) {
  if (kind == "min")
    return isSigned ? reduce<getMinimum<int32_t>>
                    : reduce<getMinimum<uint32_t>>;
  if (kind == "max")
    return isSigned ? reduce<getMaximum<int32_t>>
                    : reduce<getMaximum<uint32_t>>;
  if (kind == "add")
    return reduce<getSum>;
  if (kind == "and")
    return reduce<getAnd>;
  if (kind == "or")
    return reduce<getOr>;
  return kind == "xor" ? reduce<getXor> : nullptr;
}

void decodeShuffle(Decoder &decoder) {
  static const std::map<std::string, Shuffle> kinds = {{"up", ShuffleUp},
                                                       {"down", ShuffleDown},
                                                       {"bfly", ShuffleXor},
                                                       {"idx", ShuffleIndex}};
  const WrittenOperand &result = decoder.operand(0);
  bool isPair = result.kind == WrittenOperand::Pair;
  decoder.append(decoder.place(isPair ? result.elements[0] : result, 4));
  for (size_t i = 1; i < 5; ++i)
    decoder.add(i, 4);
  if (isPair)
    decoder.append(decoder.place(result.elements[1], 1));
  decoder.result.number = kinds.at(decoder.part(2));
  decoder.result.handler = shuffle;
}

void decodeVote(Decoder &decoder) {
  static const std::map<std::string, Vote> kinds = {{"all", VoteAll},
                                                    {"any", VoteAny},
                                                    {"uni", VoteUniform},
                                                    {"ballot", VoteBallot}};
  Vote kind = kinds.at(decoder.part(2));
  decoder.add(0, kind == VoteBallot ? 4 : 1);
  decoder.addPredicate(1);
  decoder.add(2, 4);
  decoder.result.number = kind;
  decoder.result.handler = vote;
}

} // namespace

void emulator::decodeCollective(Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "shfl") {
    decoder.allow({"sync", "up", "down", "bfly", "idx", "b32"});
    decodeShuffle(decoder);
  } else if (opcode == "vote") {
    decoder.allow({"sync", "all", "any", "uni", "ballot", "pred", "b32"});
    decodeVote(decoder);
  } else if (opcode == "redux") {
    decoder.addRest(0, 4);
    decoder.result.handler =
        getReduction(decoder.part(2), decoder.type() == "s32");
  } else if (opcode == "elect") {
    for (const WrittenOperand &each : decoder.operand(0).elements)
      decoder.append(
          decoder.placeAnyWidth(each, decoder.result.operands.empty() ? 4 : 1));
    decoder.add(1, 4);
    decoder.result.handler = elect;
  } else if (opcode == "setmaxnreg") {
    decoder.result.handler = setRegisters;
  } else if (opcode == "trap") {
    decoder.result.handler = trap;
  }
}
