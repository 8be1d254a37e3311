//===- Accesses.cpp - Loads, stores and atomics ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every access is checked: that it is aligned, and inside of an allocation or
// the block's shared memory.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Machine.h"
#include "Numbers.h"

using namespace emulator;

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

namespace {

/// The first operand is the address.
uint64_t getAddress(Warp &warp, const Instruction &instruction, int lane) {
  return warp.read(instruction.operands[0], lane) +
         instruction.displacements[0];
}

template <Space InSpace>
uint8_t *resolve(Warp &warp, const Instruction &instruction, int lane,
                 uint64_t address, uint32_t bytes, Block **owner) {
  if (address % bytes)
    fail(warp, instruction, lane,
         describeBytes(address, bytes) + " are misaligned");
  if constexpr (InSpace == Space::Parameter) {
    std::vector<uint8_t> &parameters = currentLaunch().parameters;
    if (address + bytes > parameters.size())
      fail(warp, instruction, lane, "behind the parameters");
    return parameters.data() + address;
  } else if constexpr (InSpace == Space::Local) {
    auto each = static_cast<uint64_t>(warp.kernel->localBytes);
    if (address + bytes > each)
      fail(warp, instruction, lane, "outside of local memory");
    return warp.local.data() + lane * each + address;
  } else if constexpr (InSpace == Space::Global) {
    return getGlobal(warp, instruction, lane, address, bytes);
  } else {
    return getShared(warp, instruction, lane, address, bytes,
                     InSpace == Space::Cluster, owner);
  }
}

template <Space InSpace>
Lanes load(Warp &warp, const Instruction &instruction, Lanes lanes) {
  uint32_t each = instruction.elementBytes;
  uint32_t bytes = each * instruction.list.size();
  forEachLane(lanes, [&](int lane) {
    Block *owner = nullptr;
    const uint8_t *from =
        resolve<InSpace>(warp, instruction, lane,
                         getAddress(warp, instruction, lane), bytes, &owner);
    for (const Operand &element : instruction.list) {
      uint64_t value = 0;
      memcpy(&value, from, each);
      from += each;
      int unused = 64 - 8 * static_cast<int>(each);
      if (isSigned(instruction.from))
        value = static_cast<int64_t>(value << unused) >> unused;
      warp.write(element, lane, value);
    }
  });
  return 0;
}

template <Space InSpace>
Lanes store(Warp &warp, const Instruction &instruction, Lanes lanes) {
  uint32_t each = instruction.elementBytes;
  uint32_t bytes = each * instruction.list.size();
  forEachLane(lanes, [&](int lane) {
    uint64_t address = getAddress(warp, instruction, lane);
    Block *owner = nullptr;
    uint8_t *to =
        resolve<InSpace>(warp, instruction, lane, address, bytes, &owner);
    for (const Operand &element : instruction.list) {
      uint64_t value = warp.read(element, lane);
      memcpy(to, &value, each);
      to += each;
    }
    if (owner)
      markWritten(warp, lane, *owner, address, bytes);
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

enum AtomicKind {
  AtomicAdd,
  AtomicMin,
  AtomicMax,
  AtomicAnd,
  AtomicOr,
  AtomicXor,
  AtomicExchange,
  AtomicCompareAndSwap,
  AtomicIncrement,
};

uint64_t add(Type type, uint64_t a, uint64_t b) {
  if (type == Type::F32)
    return bitCast<uint32_t>(bitCast<float>(static_cast<uint32_t>(a)) +
                             bitCast<float>(static_cast<uint32_t>(b)));
  if (type == Type::F64)
    return bitCast<uint64_t>(bitCast<double>(a) + bitCast<double>(b));
  return a + b;
}

bool isLess(Type type, uint64_t a, uint64_t b) {
  if (type == Type::S32)
    return static_cast<int32_t>(a) < static_cast<int32_t>(b);
  if (type == Type::S64)
    return static_cast<int64_t>(a) < static_cast<int64_t>(b);
  return a < b;
}

uint64_t combine(const Instruction &instruction, uint64_t old, uint64_t value,
                 uint64_t swapped) {
  switch (instruction.number) {
  case AtomicAdd:
    return add(instruction.from, old, value);
  case AtomicMin:
    return isLess(instruction.from, old, value) ? old : value;
  case AtomicMax:
    return isLess(instruction.from, old, value) ? value : old;
  case AtomicAnd:
    return old & value;
  case AtomicOr:
    return old | value;
  case AtomicXor:
    return old ^ value;
  case AtomicExchange:
    return value;
  case AtomicIncrement:
    // Up to the value, and from there to zero.
    return old >= value ? 0 : old + 1;
  default:
    return old == value ? swapped : old;
  }
}

/// Address, what was there (of atom), value, and of cas what it is swapped for.
template <Space InSpace>
Lanes access(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  forEachLane(lanes, [&](int lane) {
    uint64_t address = getAddress(warp, instruction, lane);
    Block *owner = nullptr;
    uint8_t *place = resolve<InSpace>(warp, instruction, lane, address,
                                      instruction.elementBytes, &owner);
    uint64_t old = 0;
    memcpy(&old, place, instruction.elementBytes);
    uint64_t swapped = operands.size() > 3 ? warp.read(operands[3], lane) : 0;
    uint64_t value =
        combine(instruction, old, warp.read(operands[2], lane), swapped);
    memcpy(place, &value, instruction.elementBytes);
    warp.write(operands[1], lane, old);
    if (owner)
      markWritten(warp, lane, *owner, address, instruction.elementBytes);
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

Space getSpace(const Decoder &decoder) {
  static const std::map<std::string, Space> spaces = {
      {"global", Space::Global},           {"const", Space::Global},
      {"shared", Space::Shared},           {"shared::cta", Space::Shared},
      {"shared::cluster", Space::Cluster}, {"local", Space::Local},
      {"param", Space::Parameter}};
  for (const auto &[name, space] : spaces)
    if (decoder.has(name.c_str()))
      return space;
  return Space::Generic;
}

Handler getAccess(bool isLoad, Space space) {
  switch (space) {
  case Space::Global:
    return isLoad ? load<Space::Global> : store<Space::Global>;
  case Space::Shared:
    return isLoad ? load<Space::Shared> : store<Space::Shared>;
  case Space::Cluster:
    return isLoad ? load<Space::Cluster> : store<Space::Cluster>;
  case Space::Local:
    return isLoad ? load<Space::Local> : store<Space::Local>;
  case Space::Parameter:
    return isLoad ? load<Space::Parameter> : nullptr;
  case Space::Generic:
    return nullptr;
  }
  return nullptr;
}

void decodeAccess(Decoder &decoder, bool isLoad) {
  Instruction &result = decoder.result;
  decoder.expectOperands(2);
  decoder.allow({"global",
                 "const",
                 "shared",
                 "shared::cta",
                 "shared::cluster",
                 "local",
                 "param",
                 "v2",
                 "v4",
                 "v8",
                 "nc",
                 "volatile",
                 "relaxed",
                 "acquire",
                 "release",
                 "weak",
                 "cta",
                 "cluster",
                 "gpu",
                 "sys",
                 "ca",
                 "cg",
                 "cs",
                 "L1::no_allocate",
                 "L1::evict_last",
                 "L1::evict_first",
                 "L2::128B",
                 "L2::256B",
                 decoder.type().c_str()});
  const std::string &type = decoder.type();
  int bytes = getRegisterBytes(type);
  result.from = getType(type);
  result.elementBytes =
      type == "b8" || type == "u8" || type == "s8" ? 1 : bytes;
  decoder.addAddress(isLoad ? 1 : 0);
  const WrittenOperand &value = decoder.operand(isLoad ? 0 : 1);
  std::vector<WrittenOperand> elements = {value};
  if (value.kind == WrittenOperand::Vector)
    elements = value.elements;
  // Registers may be wider than what is loaded or stored.
  for (const WrittenOperand &element : elements)
    result.list.push_back(decoder.placeAnyWidth(element, bytes));
  result.handler = getAccess(isLoad, getSpace(decoder));
}

void decodeAtomic(Decoder &decoder, bool returns) {
  static const std::map<std::string, AtomicKind> kinds = {
      {"add", AtomicAdd},       {"min", AtomicMin},
      {"max", AtomicMax},       {"and", AtomicAnd},
      {"or", AtomicOr},         {"xor", AtomicXor},
      {"exch", AtomicExchange}, {"cas", AtomicCompareAndSwap},
      {"inc", AtomicIncrement}};
  Instruction &result = decoder.result;
  std::string kind;
  for (const auto &[name, number] : kinds)
    if (decoder.has(name.c_str())) {
      kind = name;
      result.number = number;
    }
  decoder.allow({"global", "shared", "shared::cta", "shared::cluster",
                 "relaxed", "acquire", "release", "acq_rel", "cta", "cluster",
                 "gpu", "sys", kind.c_str(), decoder.type().c_str()});
  int bytes = getRegisterBytes(decoder.type());
  if (kind.empty() || bytes < 4)
    Decoder::refuse("atomic operation");
  result.from = getType(decoder.type());
  result.elementBytes = bytes;
  decoder.addAddress(returns ? 1 : 0);
  if (returns)
    decoder.add(0, bytes);
  else
    decoder.addScratch(bytes);
  decoder.addRest(returns ? 2 : 1, bytes);
  Space space = getSpace(decoder);
  result.handler = space == Space::Global    ? access<Space::Global>
                   : space == Space::Shared  ? access<Space::Shared>
                   : space == Space::Cluster ? access<Space::Cluster>
                                             : nullptr;
}

/// What changes no result: hints, and orders that memory keeps anyway here.
Lanes ignore(Warp &, const Instruction &, Lanes) { return 0; }

} // namespace

void emulator::decodeMemory(Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "ld" || opcode == "st")
    decodeAccess(decoder, opcode == "ld");
  else if (opcode == "atom" || opcode == "red")
    decodeAtomic(decoder, opcode == "atom");
  else if (opcode == "membar" || opcode == "prefetch" ||
           opcode == "nanosleep" || opcode == "griddepcontrol" ||
           opcode == "discard")
    decoder.result.handler = ignore;
}
