//===- Move.cpp - Moves between registers ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mov with everything that it reads: registers, vectors of them, addresses and
// what a thread knows of itself; and the conversions of addresses.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Operators.h"

#include <algorithm>

using namespace emulator;

namespace {

struct Copy {
  template <typename T>
  static T apply(T a) {
    return a;
  }
};

/// mov.b32 r, {a, b}
Lanes pack(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    uint64_t value = 0;
    int shift = 0;
    for (const Operand &element : instruction.list) {
      value |= warp.read(element, lane) << shift;
      shift += 8 * element.bytes;
    }
    warp.write(instruction.operands[0], lane, value);
  });
  return 0;
}

/// mov.b32 {a, b}, r
Lanes unpack(Warp &warp, const Instruction &instruction, Lanes lanes) {
  forEachLane(lanes, [&](int lane) {
    uint64_t value = warp.read(instruction.operands[0], lane);
    int shift = 0;
    for (const Operand &element : instruction.list) {
      warp.write(element, lane, value >> shift);
      shift += 8 * element.bytes;
    }
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// What a thread knows of itself
//===----------------------------------------------------------------------===//

struct Self {
  const Warp &warp;
  unsigned lane;

  unsigned thread() const { return warp.number * kLanes + lane; }
  const Block &block() const { return *warp.block; }
};
using Quantity = uint64_t (*)(const Self &);

constexpr unsigned kMultiprocessors = 132;

uint64_t readTimer(const Self &) { return currentLaunch().timer += kLanes; }

const std::map<std::string, Quantity> &getQuantities() {
  static const std::map<std::string, Quantity> quantities = {
      {"%tid.x",
       [](const Self &s) -> uint64_t {
         return s.thread() % currentLaunch().block[0];
       }},
      {"%tid.y",
       [](const Self &s) -> uint64_t {
         const uint32_t *block = currentLaunch().block;
         return s.thread() / block[0] % block[1];
       }},
      {"%tid.z",
       [](const Self &s) -> uint64_t {
         const uint32_t *block = currentLaunch().block;
         return s.thread() / block[0] / block[1];
       }},
      {"%ntid.x",
       [](const Self &) -> uint64_t { return currentLaunch().block[0]; }},
      {"%ntid.y",
       [](const Self &) -> uint64_t { return currentLaunch().block[1]; }},
      {"%ntid.z",
       [](const Self &) -> uint64_t { return currentLaunch().block[2]; }},
      {"%ctaid.x",
       [](const Self &s) -> uint64_t { return s.block().index[0]; }},
      {"%ctaid.y",
       [](const Self &s) -> uint64_t { return s.block().index[1]; }},
      {"%ctaid.z",
       [](const Self &s) -> uint64_t { return s.block().index[2]; }},
      {"%nctaid.x",
       [](const Self &) -> uint64_t { return currentLaunch().grid[0]; }},
      {"%nctaid.y",
       [](const Self &) -> uint64_t { return currentLaunch().grid[1]; }},
      {"%nctaid.z",
       [](const Self &) -> uint64_t { return currentLaunch().grid[2]; }},
      {"%laneid", [](const Self &s) -> uint64_t { return s.lane; }},
      {"%warpid", [](const Self &s) -> uint64_t { return s.warp.number; }},
      {"%cluster_ctarank",
       [](const Self &s) -> uint64_t { return s.block().rank; }},
      {"%cluster_nctarank",
       [](const Self &s) -> uint64_t {
         return s.block().cluster->blocks.size();
       }},
      {"%clusterid.x",
       [](const Self &s) -> uint64_t { return s.block().cluster->index[0]; }},
      {"%nclusterid.x",
       [](const Self &s) -> uint64_t {
         return currentLaunch().grid[0] / s.warp.kernel->cluster[0];
       }},
      {"%cluster_ctaid.x",
       [](const Self &s) -> uint64_t {
         return s.block().index[0] % s.warp.kernel->cluster[0];
       }},
      {"%cluster_nctaid.x",
       [](const Self &s) -> uint64_t { return s.warp.kernel->cluster[0]; }},
      {"%globaltimer", readTimer},
      {"%clock64", readTimer},
      {"%clock", readTimer},
      {"%smid",
       [](const Self &s) -> uint64_t {
         return s.block().index[0] % kMultiprocessors;
       }},
      {"%nsmid", [](const Self &) -> uint64_t { return kMultiprocessors; }},
      {"%lanemask_eq", [](const Self &s) -> uint64_t { return 1u << s.lane; }},
      {"%lanemask_lt",
       [](const Self &s) -> uint64_t { return (1u << s.lane) - 1; }},
      {"%dynamic_smem_size",
       [](const Self &) -> uint64_t { return currentLaunch().dynamicShared; }},
  };
  return quantities;
}

Lanes moveSpecial(Warp &warp, const Instruction &instruction, Lanes lanes) {
  auto quantity = reinterpret_cast<Quantity>(instruction.number);
  forEachLane(lanes, [&](int lane) {
    warp.write(instruction.operands[0], lane,
               quantity({warp, static_cast<unsigned>(lane)}));
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Addresses of clusters
//===----------------------------------------------------------------------===//

/// The address in block b that is a in this one. It may be moved in front of
/// the condition under which b exists: who uses it then is told.
Lanes mapShared(Warp &warp, const Instruction &instruction, Lanes lanes) {
  constexpr uint64_t kMaxRank = 255;
  forEachLane(lanes, [&](int lane) {
    uint64_t address = warp.read(instruction.operands[1], lane);
    uint64_t rank =
        std::min(warp.read(instruction.operands[2], lane), kMaxRank);
    warp.write(instruction.operands[0], lane,
               (address & kSharedOffsetMask) | rank << kRankShift);
  });
  return 0;
}

Handler getCopy(int bytes) {
  switch (bytes) {
  case 2:
    return applyUnary<Copy, uint16_t, uint16_t>;
  case 4:
    return applyUnary<Copy, uint32_t, uint32_t>;
  case 8:
    return applyUnary<Copy, uint64_t, uint64_t>;
  default:
    return nullptr;
  }
}

/// Whether the vector was one: lays out its elements.
bool addVector(Decoder &decoder, size_t i, int bytes) {
  const WrittenOperand &vector = decoder.operand(i);
  if (vector.kind != WrittenOperand::Vector)
    return false;
  int each = bytes / static_cast<int>(vector.elements.size());
  for (const WrittenOperand &element : vector.elements)
    decoder.result.list.push_back(decoder.place(element, each));
  return true;
}

void decodeMov(Decoder &decoder) {
  int bytes = getRegisterBytes(decoder.type());
  decoder.expectOperands(2);
  if (addVector(decoder, 1, bytes)) {
    decoder.add(0, bytes);
    decoder.result.handler = pack;
  } else if (addVector(decoder, 0, bytes)) {
    decoder.add(1, bytes);
    decoder.result.handler = unpack;
  } else if (decoder.operand(1).kind == WrittenOperand::Special) {
    auto found = getQuantities().find(decoder.operand(1).name);
    if (found == getQuantities().end())
      Decoder::refuse(decoder.operand(1).name);
    decoder.add(0, bytes);
    decoder.result.number = reinterpret_cast<int64_t>(found->second);
    decoder.result.handler = moveSpecial;
  } else if (Handler copy = getCopy(bytes)) {
    decoder.addRest(0, bytes);
    decoder.result.handler = copy;
  }
}

} // namespace

void emulator::decodeMove(Decoder &decoder) {
  if (decoder.opcode() == "mov" && decoder.type() != "pred")
    return decodeMov(decoder);
  if (decoder.opcode() == "cvta") {
    // Generic addresses are those of global memory here.
    decoder.allow({"to", "global", "const", "u64"});
    decoder.addRest(0, 8);
    decoder.result.handler = getCopy(8);
  }
  if (decoder.opcode() == "mapa") {
    decoder.allow({"shared::cluster", "u32", "u64"});
    int bytes = getRegisterBytes(decoder.type());
    decoder.append(decoder.placeAnyWidth(decoder.operand(0), bytes));
    decoder.append(decoder.placeAnyWidth(decoder.operand(1), bytes));
    decoder.add(2, 4);
    decoder.result.handler = mapShared;
  }
}
