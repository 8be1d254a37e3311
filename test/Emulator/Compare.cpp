//===- Compare.cpp - Comparisons, predicates and selections ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// setp and selp, and the logic of predicates, which are one bit for each lane.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Numbers.h"
#include "Operators.h"

using namespace emulator;

namespace {

struct Equal {
  template <typename T>
  static bool apply(T a, T b) {
    return a == b;
  }
};
struct Unequal {
  template <typename T>
  static bool apply(T a, T b) {
    return a < b || b < a;
  }
};
struct Less {
  template <typename T>
  static bool apply(T a, T b) {
    return a < b;
  }
};
struct LessOrEqual {
  template <typename T>
  static bool apply(T a, T b) {
    return a <= b;
  }
};
struct Greater {
  template <typename T>
  static bool apply(T a, T b) {
    return a > b;
  }
};
struct GreaterOrEqual {
  template <typename T>
  static bool apply(T a, T b) {
    return a >= b;
  }
};
struct Numbers {
  template <typename T>
  static bool apply(T a, T b) {
    return !std::isnan(a) && !std::isnan(b);
  }
};
template <typename Operator>
struct Not {
  template <typename T>
  static bool apply(T a, T b) {
    return !Operator::apply(a, b);
  }
};

float flush(float value) {
  auto bits = bitCast<uint32_t>(value);
  return bits & 0x7f800000 ? value : bitCast<float>(bits & 0x80000000);
}
template <typename Operator>
struct Flushed {
  static bool apply(float a, float b) {
    return Operator::apply(flush(a), flush(b));
  }
};
template <typename Operator, float (*Widen)(uint16_t)>
struct Widened {
  static bool apply(uint16_t a, uint16_t b) {
    return Operator::apply(Widen(a), Widen(b));
  }
};

/// How a comparison is combined with the last operand, a predicate.
enum Combination { Alone, WithAnd, WithOr, WithXor };

Lanes readPredicate(Warp &warp, const Operand &operand) {
  Lanes value = warp.predicate(operand.offset);
  return operand.isNegated ? ~value : value;
}

void writePredicate(Warp &warp, const Operand &operand, Lanes lanes,
                    Lanes value) {
  Lanes &result = warp.predicate(operand.offset);
  result = (result & ~lanes) | (value & lanes);
}

template <typename T, typename Operator>
Lanes compare(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const T *a = warp.get<T>(instruction.operands[1]);
  const T *b = warp.get<T>(instruction.operands[2]);
  Lanes result = 0;
  for (int i = 0; i < kLanes; ++i)
    result |= static_cast<Lanes>(Operator::apply(a[i], b[i])) << i;
  if (instruction.number != Alone) {
    Lanes other = readPredicate(warp, instruction.operands[3]);
    result = instruction.number == WithAnd  ? result & other
             : instruction.number == WithOr ? result | other
                                            : result ^ other;
  }
  writePredicate(warp, instruction.operands[0], lanes, result);
  return 0;
}

template <typename T>
Lanes select(Warp &warp, const Instruction &instruction, Lanes lanes) {
  T *result = warp.get<T>(instruction.operands[0]);
  const T *a = warp.get<T>(instruction.operands[1]);
  const T *b = warp.get<T>(instruction.operands[2]);
  Lanes condition = readPredicate(warp, instruction.operands[3]);
  forEachLane(lanes,
              [&](int i) { result[i] = condition >> i & 1 ? a[i] : b[i]; });
  return 0;
}

enum Logic { LogicAnd, LogicOr, LogicXor, LogicNot, LogicMove };

Lanes combine(Warp &warp, const Instruction &instruction, Lanes lanes) {
  Lanes a = readPredicate(warp, instruction.operands[1]);
  Lanes b = instruction.operands.size() > 2
                ? readPredicate(warp, instruction.operands[2])
                : 0;
  Lanes result = a;
  switch (instruction.number) {
  case LogicAnd:
    result = a & b;
    break;
  case LogicOr:
    result = a | b;
    break;
  case LogicXor:
    result = a ^ b;
    break;
  case LogicNot:
    result = ~a;
    break;
  }
  writePredicate(warp, instruction.operands[0], lanes, result);
  return 0;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

template <typename Operator>
Handler getFloatComparison(const Decoder &decoder) {
  const std::string &type = decoder.type();
  if (type == "f32")
    return decoder.has("ftz") ? compare<float, Flushed<Operator>>
                              : compare<float, Operator>;
  if (type == "f64")
    return compare<double, Operator>;
  if (type == "f16")
    return compare<uint16_t, Widened<Operator, fromHalf>>;
  if (type == "bf16")
    return compare<uint16_t, Widened<Operator, fromBfloat>>;
  return nullptr;
}

Handler getFloatComparison(const Decoder &decoder) {
  using Getter = Handler (*)(const Decoder &);
  // Those that end in u hold for NaNs.
  static const std::map<std::string, Getter> getters = {
      {"eq", getFloatComparison<Equal>},
      {"ne", getFloatComparison<Unequal>},
      {"lt", getFloatComparison<Less>},
      {"le", getFloatComparison<LessOrEqual>},
      {"gt", getFloatComparison<Greater>},
      {"ge", getFloatComparison<GreaterOrEqual>},
      {"equ", getFloatComparison<Not<Unequal>>},
      {"neu", getFloatComparison<Not<Equal>>},
      {"ltu", getFloatComparison<Not<GreaterOrEqual>>},
      {"leu", getFloatComparison<Not<Greater>>},
      {"gtu", getFloatComparison<Not<LessOrEqual>>},
      {"geu", getFloatComparison<Not<Less>>},
      {"num", getFloatComparison<Numbers>},
      {"nan", getFloatComparison<Not<Numbers>>}};
  auto found = getters.find(decoder.part(1));
  return found == getters.end() ? nullptr : found->second(decoder);
}

template <typename Operator>
Handler getComparison(const std::string &type) {
  switch (getType(type)) {
  case Type::S16:
    return compare<int16_t, Operator>;
  case Type::S32:
    return compare<int32_t, Operator>;
  case Type::S64:
    return compare<int64_t, Operator>;
  default:
    break;
  }
  switch (getRegisterBytes(type)) {
  case 2:
    return compare<uint16_t, Operator>;
  case 4:
    return compare<uint32_t, Operator>;
  case 8:
    return compare<uint64_t, Operator>;
  default:
    return nullptr;
  }
}

Handler getIntegerComparison(const Decoder &decoder) {
  using Getter = Handler (*)(const std::string &);
  static const std::map<std::string, Getter> getters = {
      {"eq", getComparison<Equal>},   {"ne", getComparison<Unequal>},
      {"lt", getComparison<Less>},    {"le", getComparison<LessOrEqual>},
      {"gt", getComparison<Greater>}, {"ge", getComparison<GreaterOrEqual>}};
  auto found = getters.find(decoder.part(1));
  return found == getters.end() ? nullptr : found->second(decoder.type());
}

void decodeSetp(Decoder &decoder) {
  int bytes = getRegisterBytes(decoder.type());
  decoder.addPredicate(0);
  decoder.add(1, bytes);
  decoder.add(2, bytes);
  if (decoder.count() == 4) {
    decoder.addPredicate(3);
    decoder.result.number = decoder.has("and")  ? WithAnd
                            : decoder.has("or") ? WithOr
                                                : WithXor;
    if (decoder.result.number == WithXor && !decoder.has("xor"))
      Decoder::refuse("combination");
  }
  decoder.result.handler = isFloat(getType(decoder.type()))
                               ? getFloatComparison(decoder)
                               : getIntegerComparison(decoder);
}

void decodeLogic(Decoder &decoder) {
  static const std::map<std::string, Logic> logics = {{"and", LogicAnd},
                                                      {"or", LogicOr},
                                                      {"xor", LogicXor},
                                                      {"not", LogicNot},
                                                      {"mov", LogicMove}};
  auto found = logics.find(decoder.opcode());
  if (found == logics.end())
    return;
  decoder.addRest(0, 1);
  decoder.result.number = found->second;
  decoder.result.handler = combine;
}

} // namespace

void emulator::decodeCompare(Decoder &decoder) {
  if (decoder.opcode() == "setp")
    return decodeSetp(decoder);
  if (decoder.type() == "pred")
    return decodeLogic(decoder);
  if (decoder.opcode() != "selp")
    return;
  int bytes = getRegisterBytes(decoder.type());
  for (size_t i = 0; i < 3; ++i)
    decoder.add(i, bytes);
  decoder.addPredicate(3);
  decoder.result.handler = bytes == 2   ? select<uint16_t>
                           : bytes == 4 ? select<uint32_t>
                                        : select<uint64_t>;
}
