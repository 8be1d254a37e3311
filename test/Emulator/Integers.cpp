//===- Integers.cpp - Integer arithmetic ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything on integers but comparisons and what Bits.cpp does.
//
//===----------------------------------------------------------------------===//

#include "Integers.h"

#include <type_traits>

using namespace emulator;

namespace {

// Sums and products wrap around, in any type.

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
struct Negate {
  template <typename T>
  static T apply(T a) {
    return static_cast<T>(0 - static_cast<uint64_t>(a));
  }
};
struct Absolute {
  template <typename T>
  static T apply(T a) {
    return a >> (kBits<T> - 1) ? Negate::apply(a) : a;
  }
};

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

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

/// Of operands of the result's type; nullptr if there are others.
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
  if (opcode == "neg")
    return getUnary<Negate>(bytes);
  if (opcode == "abs")
    return getUnary<Absolute>(bytes);
  return nullptr;
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
  if ((opcode == "mul" || opcode == "mad") && decoder.has("wide")) {
    decodeWide(decoder, bytes);
  } else if (opcode == "mad" && decoder.has("lo")) {
    decoder.addRest(0, bytes);
    decoder.result.handler =
        bytes == 2
            ? applyTernary<MultiplyAdd, uint16_t, uint16_t, uint16_t, uint16_t>
        : bytes == 4
            ? applyTernary<MultiplyAdd, uint32_t, uint32_t, uint32_t, uint32_t>
            : applyTernary<MultiplyAdd, uint64_t, uint64_t, uint64_t, uint64_t>;
  } else if (Handler arithmetic = getArithmetic(decoder, bytes)) {
    decoder.addRest(0, bytes);
    decoder.result.handler = arithmetic;
  } else {
    decodeBits(decoder, bytes);
  }
}
