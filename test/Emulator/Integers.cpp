//===- Integers.cpp - Integer arithmetic and bits -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything on integers but comparisons.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Operators.h"

#include <algorithm>
#include <type_traits>

using namespace emulator;

namespace {

template <typename T>
constexpr unsigned kBits = sizeof(T) * 8;

// Operators. Sums and products wrap around, in any type.

struct Add {
  template <typename T>
  static T apply(T a, T b) {
    return a + b;
  }
};
struct Subtract {
  template <typename T>
  static T apply(T a, T b) {
    return a - b;
  }
};
struct Multiply {
  template <typename T>
  static T apply(T a, T b) {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  }
};
struct MultiplyAdd {
  template <typename T>
  static T apply(T a, T b, T c) {
    return static_cast<T>(Multiply::apply(a, b) + c);
  }
};
struct MultiplyHigh {
  template <typename T>
  static T apply(T a, T b) {
    using Wide =
        std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>;
    return static_cast<T>((static_cast<Wide>(a) * b) >> kBits<T>);
  }
};
template <typename Wide>
struct MultiplyWide {
  template <typename T>
  static Wide apply(T a, T b) {
    return static_cast<Wide>(a) * static_cast<Wide>(b);
  }
  template <typename T>
  static Wide apply(T a, T b, Wide c) {
    return static_cast<Wide>(static_cast<uint64_t>(apply(a, b)) +
                             static_cast<uint64_t>(c));
  }
};
// Nothing says what a division by zero gives; the hardware gives these.
struct Divide {
  template <typename T>
  static T apply(T a, T b) {
    if (b == 0)
      return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return static_cast<T>(0 - static_cast<uint64_t>(a));
    return a / b;
  }
};
struct Remainder {
  template <typename T>
  static T apply(T a, T b) {
    if (b == 0)
      return a;
    return std::is_signed_v<T> && b == static_cast<T>(-1) ? 0 : a % b;
  }
};
struct Minimum {
  template <typename T>
  static T apply(T a, T b) {
    return a < b ? a : b;
  }
};
struct Maximum {
  template <typename T>
  static T apply(T a, T b) {
    return a > b ? a : b;
  }
};
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
struct Negate {
  template <typename T>
  static T apply(T a) {
    return static_cast<T>(0 - static_cast<uint64_t>(a));
  }
};
struct Absolute {
  template <typename T>
  static T apply(T a) {
    return a < 0 ? Negate::apply(a) : a;
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
template <typename T>
struct ExtractField {
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

template <typename Operator>
Handler getUnary(int bytes) {
  return bytes == 2   ? applyUnary<Operator, uint16_t, uint16_t>
         : bytes == 4 ? applyUnary<Operator, uint32_t, uint32_t>
         : bytes == 8 ? applyUnary<Operator, uint64_t, uint64_t>
                      : nullptr;
}

template <typename Operator>
Handler getSignedUnary(int bytes) {
  return bytes == 2   ? applyUnary<Operator, int16_t, int16_t>
         : bytes == 4 ? applyUnary<Operator, int32_t, int32_t>
         : bytes == 8 ? applyUnary<Operator, int64_t, int64_t>
                      : nullptr;
}

template <typename Operator>
Handler getCount(int bytes) {
  return bytes == 4 ? applyUnary<Operator, uint32_t, uint32_t>
                    : applyUnary<Operator, uint32_t, uint64_t>;
}

/// Of what does not depend on the sign.
template <typename Operator>
Handler getBinary(int bytes) {
  return bytes == 2   ? applyBinary<Operator, uint16_t, uint16_t, uint16_t>
         : bytes == 4 ? applyBinary<Operator, uint32_t, uint32_t, uint32_t>
         : bytes == 8 ? applyBinary<Operator, uint64_t, uint64_t, uint64_t>
                      : nullptr;
}

template <typename Operator>
Handler getSignedBinary(Type type) {
  switch (type) {
  case Type::U16:
    return applyBinary<Operator, uint16_t, uint16_t, uint16_t>;
  case Type::S16:
    return applyBinary<Operator, int16_t, int16_t, int16_t>;
  case Type::U32:
    return applyBinary<Operator, uint32_t, uint32_t, uint32_t>;
  case Type::S32:
    return applyBinary<Operator, int32_t, int32_t, int32_t>;
  case Type::U64:
    return applyBinary<Operator, uint64_t, uint64_t, uint64_t>;
  case Type::S64:
    return applyBinary<Operator, int64_t, int64_t, int64_t>;
  default:
    return nullptr;
  }
}

Handler getShift(const Decoder &decoder, int bytes) {
  if (decoder.opcode() == "shl")
    return bytes == 2   ? applyBinary<ShiftLeft, uint16_t, uint16_t, uint32_t>
           : bytes == 4 ? applyBinary<ShiftLeft, uint32_t, uint32_t, uint32_t>
                        : applyBinary<ShiftLeft, uint64_t, uint64_t, uint32_t>;
  if (isSigned(getType(decoder.type())))
    return bytes == 2   ? applyBinary<ShiftRight, int16_t, int16_t, uint32_t>
           : bytes == 4 ? applyBinary<ShiftRight, int32_t, int32_t, uint32_t>
                        : applyBinary<ShiftRight, int64_t, int64_t, uint32_t>;
  return bytes == 2   ? applyBinary<ShiftRight, uint16_t, uint16_t, uint32_t>
         : bytes == 4 ? applyBinary<ShiftRight, uint32_t, uint32_t, uint32_t>
                      : applyBinary<ShiftRight, uint64_t, uint64_t, uint32_t>;
}

template <typename Narrow, typename Wide>
Handler getWide(bool adds) {
  return adds ? applyTernary<MultiplyWide<Wide>, Wide, Narrow, Narrow, Wide>
              : applyBinary<MultiplyWide<Wide>, Wide, Narrow, Narrow>;
}

void decodeWide(Decoder &decoder, int bytes) {
  bool adds = decoder.opcode() == "mad";
  decoder.expectOperands(adds ? 4 : 3);
  decoder.add(0, 2 * bytes);
  decoder.add(1, bytes);
  decoder.add(2, bytes);
  if (adds)
    decoder.add(3, 2 * bytes);
  switch (getType(decoder.type())) {
  case Type::U16:
    decoder.result.handler = getWide<uint16_t, uint32_t>(adds);
    return;
  case Type::S16:
    decoder.result.handler = getWide<int16_t, int32_t>(adds);
    return;
  case Type::U32:
    decoder.result.handler = getWide<uint32_t, uint64_t>(adds);
    return;
  case Type::S32:
    decoder.result.handler = getWide<int32_t, int64_t>(adds);
    return;
  default:
    return;
  }
}

/// Of two operands of the result's type; nullptr if there are others.
Handler getArithmetic(const Decoder &decoder, int bytes) {
  const std::string &opcode = decoder.opcode();
  Type type = getType(decoder.type());
  if (opcode == "add")
    return getBinary<Add>(bytes);
  if (opcode == "sub")
    return getBinary<Subtract>(bytes);
  if (opcode == "mul" && decoder.has("lo"))
    return getBinary<Multiply>(bytes);
  if (opcode == "mul" && decoder.has("hi"))
    return getSignedBinary<MultiplyHigh>(type);
  if (opcode == "div")
    return getSignedBinary<Divide>(type);
  if (opcode == "rem")
    return getSignedBinary<Remainder>(type);
  if (opcode == "min")
    return getSignedBinary<Minimum>(type);
  if (opcode == "max")
    return getSignedBinary<Maximum>(type);
  if (opcode == "and")
    return getBinary<And>(bytes);
  if (opcode == "or")
    return getBinary<Or>(bytes);
  if (opcode == "xor")
    return getBinary<ExclusiveOr>(bytes);
  if (opcode == "not")
    return getUnary<Complement>(bytes);
  if (opcode == "neg")
    return getUnary<Negate>(bytes);
  if (opcode == "abs")
    return getSignedUnary<Absolute>(bytes);
  if (opcode == "brev")
    return getUnary<Reverse>(bytes);
  return nullptr;
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

void decodeFields(Decoder &decoder, int bytes) {
  bool inserts = decoder.opcode() == "bfi";
  decoder.expectOperands(inserts ? 5 : 4);
  for (size_t i = 0; i < decoder.count(); ++i)
    decoder.add(i, i + 2 < decoder.count() ? bytes : 4);
  if (inserts) {
    decoder.result.handler =
        bytes == 4 ? insertField<uint32_t> : insertField<uint64_t>;
    return;
  }
  switch (getType(decoder.type())) {
  case Type::U32:
    decoder.result.handler = applyTernary<ExtractField<uint32_t>, uint32_t,
                                          uint32_t, uint32_t, uint32_t>;
    return;
  case Type::S32:
    decoder.result.handler = applyTernary<ExtractField<int32_t>, int32_t,
                                          int32_t, uint32_t, uint32_t>;
    return;
  case Type::U64:
    decoder.result.handler = applyTernary<ExtractField<uint64_t>, uint64_t,
                                          uint64_t, uint32_t, uint32_t>;
    return;
  case Type::S64:
    decoder.result.handler = applyTernary<ExtractField<int64_t>, int64_t,
                                          int64_t, uint32_t, uint32_t>;
    return;
  default:
    return;
  }
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

void emulator::decodeInteger(Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  int bytes = getRegisterBytes(decoder.type());
  if (isFloat(getType(decoder.type())) || decoder.has("f16x2") ||
      decoder.has("bf16x2") || decoder.type() == "pred")
    return;
  for (const char *modifier : {"cc", "sat", "relu"})
    if (opcode != "cvt" && decoder.has(modifier))
      Decoder::refuse(modifier);
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
  } else if ((opcode == "mul" || opcode == "mad") && decoder.has("wide")) {
    decodeWide(decoder, bytes);
  } else if (opcode == "mad" && decoder.has("lo")) {
    decoder.addRest(0, bytes);
    decoder.result.handler =
        bytes == 2
            ? applyTernary<MultiplyAdd, uint16_t, uint16_t, uint16_t, uint16_t>
        : bytes == 4
            ? applyTernary<MultiplyAdd, uint32_t, uint32_t, uint32_t, uint32_t>
            : applyTernary<MultiplyAdd, uint64_t, uint64_t, uint64_t, uint64_t>;
  } else if (opcode == "bfe" || opcode == "bfi") {
    decodeFields(decoder, bytes);
  } else if (opcode == "popc" || opcode == "clz" || opcode == "bfind") {
    decodeCount(decoder, bytes);
  } else if (Handler arithmetic = getArithmetic(decoder, bytes)) {
    decoder.addRest(0, bytes);
    decoder.result.handler = arithmetic;
  } else if (Handler words = getWordOperation(decoder)) {
    decoder.addRest(0, 4);
    decoder.result.handler = words;
  }
}
