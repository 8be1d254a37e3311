//===- Decode.cpp - From an instruction's text to its handler -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all families of instructions decode with.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "Numbers.h"

#include <set>

using namespace emulator;

bool Decoder::has(const char *part) const {
  for (const std::string &each : parts)
    if (each == part)
      return true;
  return false;
}

void Decoder::allow(std::initializer_list<const char *> known) const {
  const std::set<std::string> names(known.begin(), known.end());
  for (size_t i = 1; i < parts.size(); ++i)
    if (!names.count(parts[i]))
      refuse("." + parts[i] + " of " + opcode());
}

const std::string &Decoder::part(size_t i) const {
  static const std::string none;
  return i < parts.size() ? parts[i] : none;
}

const WrittenOperand &Decoder::operand(size_t i) const {
  if (i >= written.size())
    refuse("so few operands");
  return written[i];
}

void Decoder::expectOperands(size_t count) const {
  if (written.size() != count)
    refuse("this number of operands");
}

Operand Decoder::place(const WrittenOperand &operand, int bytes) {
  Operand placed;
  placed.bytes = static_cast<uint8_t>(bytes);
  placed.isNegated = operand.isNegated;
  switch (operand.kind) {
  case WrittenOperand::Register:
    if (operand.bytes != bytes)
      refuse("register " + operand.name + " with a type of other width");
    placed.offset = operand.offset;
    return placed;
  case WrittenOperand::Number:
    // A float may be written in f64 where f32 is meant.
    placed.offset =
        places.addConstant(bytes, operand.bytes == 8 && bytes == 4
                                      ? bitCast<uint32_t>(static_cast<float>(
                                            bitCast<double>(operand.value)))
                                      : operand.value);
    return placed;
  case WrittenOperand::Symbol:
    placed.offset = operand.space == Space::Shared
                        ? places.addShared(bytes, operand.value)
                        : places.addConstant(bytes, operand.value);
    return placed;
  case WrittenOperand::Unused:
    placed.offset = places.addScratch(bytes);
    return placed;
  default:
    refuse("operand " + operand.name);
  }
}

Operand Decoder::placeAnyWidth(const WrittenOperand &operand, int bytes) {
  return place(operand, operand.kind == WrittenOperand::Register ? operand.bytes
                                                                 : bytes);
}

void Decoder::addRest(size_t first, int bytes) {
  for (size_t i = first; i < written.size(); ++i)
    add(i, bytes);
}

void Decoder::addAddress(size_t i) {
  if (operand(i).kind != WrittenOperand::Address)
    refuse("operand that is no address");
  const WrittenOperand &base = operand(i).elements.front();
  bool isShared =
      base.kind == WrittenOperand::Symbol && base.space == Space::Shared;
  append(placeAnyWidth(base, isShared ? 4 : 8));
  result.displacements[addresses++] = operand(i).displacement;
}

void Decoder::addFlag(bool value) {
  append({places.addConstant(1, value ? kAllLanes : 0), 1});
}

void Decoder::decode() {
  for (auto *family : {decodeMove, decodeInteger, decodeFloat, decodeCompare,
                       decodeConvert, decodeMemory, decodeCopy, decodeBarrier,
                       decodeCollective, decodeProduct}) {
    family(*this);
    if (result.handler)
      return;
  }
  refuse("instruction");
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

int emulator::getRegisterBytes(const std::string &type) {
  static const std::map<std::string, int> bytes = {
      {"pred", 1}, {"b8", 2},  {"u8", 2},  {"s8", 2},    {"b16", 2},
      {"u16", 2},  {"s16", 2}, {"f16", 2}, {"bf16", 2},  {"b32", 4},
      {"u32", 4},  {"s32", 4}, {"f32", 4}, {"f16x2", 4}, {"bf16x2", 4},
      {"tf32", 4}, {"b64", 8}, {"u64", 8}, {"s64", 8},   {"f64", 8},
      {"b128", 16}};
  auto found = bytes.find(type);
  return found == bytes.end() ? 0 : found->second;
}

Type emulator::getType(const std::string &type) {
  static const std::map<std::string, Type> types = {
      {"u8", Type::U8},     {"s8", Type::S8},   {"u16", Type::U16},
      {"s16", Type::S16},   {"u32", Type::U32}, {"s32", Type::S32},
      {"u64", Type::U64},   {"s64", Type::S64}, {"f16", Type::F16},
      {"bf16", Type::BF16}, {"f32", Type::F32}, {"tf32", Type::TF32},
      {"f64", Type::F64}};
  auto found = types.find(type);
  return found == types.end() ? Type::None : found->second;
}

bool emulator::isFloat(Type type) { return type >= Type::F16; }

bool emulator::isSigned(Type type) {
  return type == Type::S8 || type == Type::S16 || type == Type::S32 ||
         type == Type::S64;
}

int emulator::getBytes(Type type) {
  switch (type) {
  case Type::U8:
  case Type::S8:
    return 1;
  case Type::U16:
  case Type::S16:
  case Type::F16:
  case Type::BF16:
    return 2;
  case Type::U64:
  case Type::S64:
  case Type::F64:
    return 8;
  default:
    return 4;
  }
}
