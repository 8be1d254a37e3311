//===- Bits.cpp - Bits of integers ----------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Logic, shifts, fields, bytes and counts. Arithmetic is in Integers.cpp.
//
//===----------------------------------------------------------------------===//

#include "Integers.h"

#include <algorithm>
#include <type_traits>

using namespace emulator;

namespace {

struct And {
  template <typename T>
  static T apply(T a, T b) {
    return a & b;
  }
};
struct Or {
  template <typename T>
  static T apply(T a, T b) {
    return a | b;
  }
};
struct ExclusiveOr {
  template <typename T>
  static T apply(T a, T b) {
    return a ^ b;
  }
};
struct Complement {
  template <typename T>
  static T apply(T a) {
    return ~a;
  }
};
// Shifts by more than there are bits shift all of them out.
struct ShiftLeft {
  template <typename T>
  static T apply(T a, uint32_t by) {
    return by >= kBits<T> ? 0 : static_cast<T>(a << by);
  }
};
struct ShiftRight {
  template <typename T>
  static T apply(T a, uint32_t by) {
    if (by < kBits<T>)
      return static_cast<T>(a >> by);
    return std::is_signed_v<T> && a < 0 ? static_cast<T>(-1) : 0;
  }
};
template <bool IsLeft, bool Wraps>
struct ShiftFunnel {
  static uint32_t apply(uint32_t low, uint32_t high, uint32_t by) {
    by = Wraps ? by & 31 : by > 32 ? 32 : by;
    uint64_t both = uint64_t(high) << 32 | low;
    return static_cast<uint32_t>(IsLeft ? (both << by) >> 32 : both >> by);
  }
};
struct CountOnes {
  template <typename T>
  static uint32_t apply(T a) {
    return __builtin_popcountll(a);
  }
};
struct CountLeadingZeros {
  template <typename T>
  static uint32_t apply(T a) {
    return a ? __builtin_clzll(a) - (64 - kBits<T>) : kBits<T>;
  }
};
struct FindHighest {
  template <typename T>
  static uint32_t apply(T a) {
    return a ? 63 - __builtin_clzll(a) : ~0u;
  }
};
struct Reverse {
  template <typename T>
  static T apply(T a) {
    T result = 0;
    for (unsigned i = 0; i < kBits<T>; ++i)
      result |= (a >> i & 1) << (kBits<T> - 1 - i);
    return result;
  }
};
/// Four bytes of eight, each by four bits that say which and whether its sign
/// instead of it.
struct Permute {
  static uint32_t apply(uint32_t a, uint32_t b, uint32_t selectors) {
    uint64_t both = uint64_t(b) << 32 | a;
    uint32_t result = 0;
    for (int i = 0; i < 4; ++i) {
      uint32_t selector = selectors >> (4 * i);
      uint32_t byte = both >> (8 * (selector & 7)) & 0xff;
      if (selector & 8)
        byte = byte & 0x80 ? 0xff : 0;
      result |= byte << (8 * i);
    }
    return result;
  }
};
struct ExtractField {
  template <typename T>
  static T apply(T a, uint32_t first, uint32_t count) {
    using Unsigned = std::make_unsigned_t<T>;
    first &= 0xff;
    count &= 0xff;
    if (count == 0)
      return 0;
    uint32_t last = std::min(first + count, kBits<T>) - 1;
    bool fills = std::is_signed_v<T> && (static_cast<Unsigned>(a) >> last & 1);
    T value = ShiftRight::apply(a, first);
    if (first + count >= kBits<T>)
      return value;
    Unsigned mask = (Unsigned(1) << count) - 1;
    auto bits = static_cast<Unsigned>(value);
    return static_cast<T>(fills ? bits | ~mask : bits & mask);
  }
};

template <typename T>
Lanes insertField(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  forEachLane(lanes, [&](int lane) {
    T a = warp.get<T>(operands[1])[lane], b = warp.get<T>(operands[2])[lane];
    uint32_t first = warp.get<uint32_t>(operands[3])[lane] & 0xff;
    uint32_t count = warp.get<uint32_t>(operands[4])[lane] & 0xff;
    T mask = count >= kBits<T> ? T(-1) : (T(1) << count) - 1;
    mask = ShiftLeft::apply(mask, first);
    warp.get<T>(operands[0])[lane] =
        (b & ~mask) | (ShiftLeft::apply(a, first) & mask);
  });
  return 0;
}

/// Any function of three bits; `number` is its table.
Lanes lookUp(Warp &warp, const Instruction &instruction, Lanes lanes) {
  const std::vector<Operand> &operands = instruction.operands;
  forEachLane(lanes, [&](int lane) {
    uint32_t result = 0;
    for (int row = 0; row < 8; ++row) {
      if (!(instruction.number >> row & 1))
        continue;
      uint32_t bits = ~0u;
      for (int i = 0; i < 3; ++i) {
        uint32_t value = warp.get<uint32_t>(operands[1 + i])[lane];
        bits &= row >> (2 - i) & 1 ? value : ~value;
      }
      result |= bits;
    }
    warp.get<uint32_t>(operands[0])[lane] = result;
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// Of operands of the result's type; nullptr if there are others.
Handler getLogic(const std::string &opcode, int bytes) {
  if (opcode == "and")
    return getBinary<And>(bytes);
  if (opcode == "or")
    return getBinary<Or>(bytes);
  if (opcode == "xor")
    return getBinary<ExclusiveOr>(bytes);
  if (opcode == "not")
    return getUnary<Complement>(bytes);
  if (opcode == "brev")
    return getUnary<Reverse>(bytes);
  return nullptr;
}

template <typename Operator, typename T16, typename T32, typename T64>
Handler getShift(int bytes) {
  return bytes == 2   ? applyBinary<Operator, T16, T16, uint32_t>
         : bytes == 4 ? applyBinary<Operator, T32, T32, uint32_t>
                      : applyBinary<Operator, T64, T64, uint32_t>;
}

Handler getShift(const Decoder &decoder, int bytes) {
  if (decoder.opcode() == "shl")
    return getShift<ShiftLeft, uint16_t, uint32_t, uint64_t>(bytes);
  if (isSigned(getType(decoder.type())))
    return getShift<ShiftRight, int16_t, int32_t, int64_t>(bytes);
  return getShift<ShiftRight, uint16_t, uint32_t, uint64_t>(bytes);
}

template <bool IsLeft>
Handler getFunnel(bool wraps) {
  return wraps ? applyTernary<ShiftFunnel<IsLeft, true>, uint32_t, uint32_t,
                              uint32_t, uint32_t>
               : applyTernary<ShiftFunnel<IsLeft, false>, uint32_t, uint32_t,
                              uint32_t, uint32_t>;
}

/// Of operands of 32 bits.
Handler getWordOperation(Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "prmt") {
    decoder.allow({"b32"});
    return applyTernary<Permute, uint32_t, uint32_t, uint32_t, uint32_t>;
  }
  if (opcode != "shf")
    return nullptr;
  bool wraps = decoder.has("wrap");
  return decoder.has("l") ? getFunnel<true>(wraps) : getFunnel<false>(wraps);
}

template <typename T>
constexpr Handler kExtractField =
    applyTernary<ExtractField, T, T, uint32_t, uint32_t>;

void decodeFields(Decoder &decoder, int bytes) {
  bool inserts = decoder.opcode() == "bfi";
  decoder.expectOperands(inserts ? 5 : 4);
  for (size_t i = 0; i < decoder.count(); ++i)
    decoder.add(i, i + 2 < decoder.count() ? bytes : 4);
  Handler &handler = decoder.result.handler;
  if (inserts) {
    handler = bytes == 4 ? insertField<uint32_t> : insertField<uint64_t>;
    return;
  }
  switch (getType(decoder.type())) {
  case Type::U32:
    handler = kExtractField<uint32_t>;
    return;
  case Type::S32:
    handler = kExtractField<int32_t>;
    return;
  case Type::U64:
    handler = kExtractField<uint64_t>;
    return;
  case Type::S64:
    handler = kExtractField<int64_t>;
    return;
  default:
    return;
  }
}

template <typename Operator>
Handler getCount(int bytes) {
  return bytes == 4 ? applyUnary<Operator, uint32_t, uint32_t>
                    : applyUnary<Operator, uint32_t, uint64_t>;
}

void decodeCount(Decoder &decoder, int bytes) {
  const std::string &opcode = decoder.opcode();
  decoder.allow({"b32", "b64", "u32", "u64"});
  decoder.add(0, 4);
  decoder.add(1, bytes);
  decoder.result.handler = opcode == "popc" ? getCount<CountOnes>(bytes)
                           : opcode == "clz"
                               ? getCount<CountLeadingZeros>(bytes)
                               : getCount<FindHighest>(bytes);
}

} // namespace

void emulator::decodeBits(Decoder &decoder, int bytes) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "lop3") {
    for (size_t i = 0; i < 4; ++i)
      decoder.add(i, 4);
    decoder.result.number = decoder.operand(4).value;
    decoder.result.handler = lookUp;
  } else if (opcode == "shl" || opcode == "shr") {
    decoder.add(0, bytes);
    decoder.add(1, bytes);
    decoder.add(2, 4);
    decoder.result.handler = getShift(decoder, bytes);
  } else if (opcode == "bfe" || opcode == "bfi") {
    decodeFields(decoder, bytes);
  } else if (opcode == "popc" || opcode == "clz" || opcode == "bfind") {
    decodeCount(decoder, bytes);
  } else if (Handler logic = getLogic(opcode, bytes)) {
    decoder.addRest(0, bytes);
    decoder.result.handler = logic;
  } else if (Handler words = getWordOperation(decoder)) {
    decoder.addRest(0, 4);
    decoder.result.handler = words;
  }
}
