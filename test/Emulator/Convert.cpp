//===- Convert.cpp - Conversions between types ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cvt in all of its forms goes through one function for a value; the forms that
// kernels are full of have handlers of their own.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Numbers.h"
#include "Operators.h"

#include <algorithm>

using namespace emulator;

namespace {

enum class Rounding { None, Nearest, Zero, Down, Up, Away };

enum Flag : uint32_t {
  FlushSubnormals = 1,
  /// Integers to the type's range, floats to [0, 1].
  Saturate = 2,
  /// Infinities to the largest number.
  SaturateFinite = 4,
  /// Negative numbers to zero.
  Relu = 8,
  /// To a whole number.
  Whole = 16,
};

struct Conversion {
  Type from, to;
  Rounding rounding;
  uint32_t flags;

  explicit Conversion(const Instruction &instruction)
      : from(instruction.from), to(instruction.to),
        rounding(static_cast<Rounding>(instruction.number)),
        flags(instruction.flags) {}
  bool has(Flag flag) const { return flags & flag; }
  uint64_t convert(uint64_t bits) const;

private:
  uint64_t fromInteger(uint64_t bits) const;
  uint64_t toInteger(double value) const;
  uint64_t toFloat(double value) const;
};

/// What a type of so many bits says, in 64.
uint64_t extend(uint64_t bits, Type type) {
  int unused = 64 - 8 * getBytes(type);
  uint64_t high = bits << unused;
  return isSigned(type) ? static_cast<int64_t>(high) >> unused : high >> unused;
}

double widen(uint64_t bits, Type type) {
  switch (type) {
  case Type::F16:
    return fromHalf(static_cast<uint16_t>(bits));
  case Type::BF16:
    return fromBfloat(static_cast<uint16_t>(bits));
  case Type::F32:
    return bitCast<float>(static_cast<uint32_t>(bits));
  default:
    return bitCast<double>(bits);
  }
}

double roundToWhole(double value, Rounding rounding) {
  switch (rounding) {
  case Rounding::Nearest:
    return std::nearbyint(value);
  case Rounding::Zero:
    return std::trunc(value);
  case Rounding::Down:
    return std::floor(value);
  default:
    return std::ceil(value);
  }
}

uint32_t toTf32(float value, Rounding rounding, bool isFinite) {
  auto bits = bitCast<uint32_t>(value);
  if (std::isnan(value))
    return kNan32;
  if (!std::isinf(value) && rounding != Rounding::Zero)
    bits += rounding == Rounding::Away ? 0x1000 : 0xfff + (bits >> 13 & 1);
  if (isFinite && (bits & 0x7f800000) == 0x7f800000)
    bits = (bits & 0x80000000) | 0x7f7fe000;
  return bits & kTf32Mask;
}

uint64_t Conversion::fromInteger(uint64_t bits) const {
  uint64_t value = extend(bits, from);
  auto number = static_cast<int64_t>(value);
  bool isNegative = isSigned(from) && number < 0;
  if (!isFloat(to)) {
    if (!has(Saturate))
      return extend(value, to);
    int toBits = 8 * getBytes(to) - (isSigned(to) ? 1 : 0);
    uint64_t most = ~uint64_t(0) >> (64 - toBits);
    if (!isNegative)
      return std::min(value, most);
    return isSigned(to) ? std::max(number, -static_cast<int64_t>(most) - 1) : 0;
  }
  if (to == Type::F32)
    return bitCast<uint32_t>(isSigned(from) ? static_cast<float>(number)
                                            : static_cast<float>(value));
  auto rounded =
      isSigned(from) ? static_cast<double>(number) : static_cast<double>(value);
  return to == Type::F64 ? bitCast<uint64_t>(rounded) : toFloat(rounded);
}

uint64_t Conversion::toInteger(double value) const {
  int bits = 8 * getBytes(to) - (isSigned(to) ? 1 : 0);
  double bound = std::ldexp(1.0, bits);
  uint64_t most = ~uint64_t(0) >> (64 - bits);
  if (std::isnan(value))
    return getBytes(to) == 8 ? uint64_t(1) << 63 : 0;
  value = roundToWhole(value, rounding);
  if (value >= bound)
    return most;
  if (value < (isSigned(to) ? -bound : 0))
    return isSigned(to) ? ~most : 0;
  return isSigned(to) ? static_cast<uint64_t>(static_cast<int64_t>(value))
                      : static_cast<uint64_t>(value);
}

uint64_t Conversion::toFloat(double value) const {
  bool truncates = rounding == Rounding::Zero && !has(Whole);
  switch (to) {
  case Type::F64:
    return bitCast<uint64_t>(withOneNan(value));
  case Type::F32: {
    float rounded =
        truncates ? truncateToFloat(value) : static_cast<float>(value);
    if (has(FlushSubnormals) && std::fpclassify(rounded) == FP_SUBNORMAL)
      rounded = std::copysign(0.0f, rounded);
    return bitCast<uint32_t>(withOneNan(rounded));
  }
  case Type::TF32:
    return toTf32(static_cast<float>(value), rounding, has(SaturateFinite));
  case Type::F16: {
    uint16_t bits = truncates ? truncateToHalf(value) : toHalf(value);
    bool overflows = has(SaturateFinite) && (bits & 0x7fff) == 0x7c00;
    return overflows ? bits - 1 : bits;
  }
  default: {
    uint16_t bits = truncates ? truncateToBfloat(value) : toBfloat(value);
    bool overflows = has(SaturateFinite) && (bits & 0x7fff) == 0x7f80;
    return overflows ? bits - 1 : bits;
  }
  }
}

uint64_t Conversion::convert(uint64_t bits) const {
  if (!isFloat(from))
    return fromInteger(bits);
  double value = widen(bits, from);
  if (has(FlushSubnormals) && from == Type::F32 &&
      std::fpclassify(static_cast<float>(value)) == FP_SUBNORMAL)
    value = std::copysign(0.0, value);
  if (!isFloat(to))
    return toInteger(value);
  if (has(Whole))
    value = roundToWhole(value, rounding);
  if (has(Relu) && (value < 0 || (value == 0 && std::signbit(value))))
    value = 0;
  if (has(Saturate))
    value = value > 0 ? std::min(value, 1.0) : 0;
  return toFloat(value);
}

Lanes convertAny(Warp &warp, const Instruction &instruction, Lanes lanes) {
  Conversion conversion(instruction);
  forEachLane(lanes, [&](int lane) {
    uint64_t value = warp.read(instruction.operands[1], lane);
    warp.write(instruction.operands[0], lane, conversion.convert(value));
  });
  return 0;
}

/// cvt.rn.f16x2.f32 result, high, low
Lanes convertPair(Warp &warp, const Instruction &instruction, Lanes lanes) {
  Conversion conversion(instruction);
  forEachLane(lanes, [&](int lane) {
    uint64_t high =
        conversion.convert(warp.read(instruction.operands[1], lane));
    uint64_t low = conversion.convert(warp.read(instruction.operands[2], lane));
    warp.write(instruction.operands[0], lane, high << 16 | low);
  });
  return 0;
}

//===----------------------------------------------------------------------===//
// Frequent ones
//===----------------------------------------------------------------------===//

template <typename To>
struct Resize {
  template <typename From>
  static To apply(From value) {
    return static_cast<To>(value);
  }
};
struct HalfToFloat {
  static float apply(uint16_t bits) { return withOneNan(fromHalf(bits)); }
};
struct FloatToHalf {
  static uint16_t apply(float value) { return toHalf(value); }
};
struct FloatToBfloat {
  static uint16_t apply(float value) { return toBfloat(value); }
};
template <typename Narrow>
struct FloatsToPair {
  static uint32_t apply(float high, float low) {
    return uint32_t(Narrow::apply(high)) << 16 | Narrow::apply(low);
  }
};
struct FloatToTf32 {
  static uint32_t apply(float value) {
    return toTf32(value, Rounding::Away, /*isFinite=*/false);
  }
};

/// nullptr if this conversion has no handler of its own.
Handler getFrequent(const Instruction &instruction) {
  Type from = instruction.from, to = instruction.to;
  uint8_t toBytes = instruction.operands[0].bytes;
  uint8_t fromBytes = instruction.operands[1].bytes;
  if (instruction.flags != 0)
    return nullptr;
  if (from == Type::U32 && fromBytes == 4 && toBytes == 8)
    return applyUnary<Resize<uint64_t>, uint64_t, uint32_t>;
  if (from == Type::S32 && to == Type::S64 && fromBytes == 4 && toBytes == 8)
    return applyUnary<Resize<int64_t>, int64_t, int32_t>;
  if (!isFloat(from) && !isFloat(to) && fromBytes == 8 && toBytes == 4 &&
      getBytes(to) == 4)
    return applyUnary<Resize<uint32_t>, uint32_t, uint64_t>;
  if (from == Type::F16 && to == Type::F32)
    return applyUnary<HalfToFloat, float, uint16_t>;
  if (from == Type::F32 && to == Type::TF32 &&
      static_cast<Rounding>(instruction.number) == Rounding::Away)
    return applyUnary<FloatToTf32, uint32_t, float>;
  if (from != Type::F32 ||
      static_cast<Rounding>(instruction.number) != Rounding::Nearest)
    return nullptr;
  if (to == Type::F16 && toBytes == 2)
    return applyUnary<FloatToHalf, uint16_t, float>;
  if (to == Type::BF16 && toBytes == 2)
    return applyUnary<FloatToBfloat, uint16_t, float>;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

struct RoundingName {
  const char *name;
  Rounding rounding;
  bool isWhole;
};
constexpr RoundingName kRoundings[] = {
    {"rn", Rounding::Nearest, false}, {"rz", Rounding::Zero, false},
    {"rna", Rounding::Away, false},   {"rni", Rounding::Nearest, true},
    {"rzi", Rounding::Zero, true},    {"rmi", Rounding::Down, true},
    {"rpi", Rounding::Up, true}};

void readModifiers(Decoder &decoder) {
  Instruction &result = decoder.result;
  for (const RoundingName &each : kRoundings)
    if (decoder.has(each.name)) {
      result.number = static_cast<int64_t>(each.rounding);
      result.flags |= flagIf(each.isWhole, Whole);
    }
  struct {
    const char *name;
    Flag flag;
  } flags[] = {{"ftz", FlushSubnormals},
               {"sat", Saturate},
               {"satfinite", SaturateFinite},
               {"relu", Relu}};
  for (const auto &each : flags)
    if (decoder.has(each.name))
      result.flags |= each.flag;
}

/// Refuses roundings that `convert` does not do.
void checkRounding(const Instruction &result) {
  auto rounding = static_cast<Rounding>(result.number);
  bool isWhole = result.flags & Whole;
  bool fromFloat = isFloat(result.from), toFloat = isFloat(result.to);
  bool narrows = fromFloat && toFloat && result.to < result.from &&
                 result.to != Type::TF32;
  bool isFine = true;
  if (!fromFloat)
    isFine = toFloat ? rounding == Rounding::Nearest ||
                           (result.to == Type::F64 && getBytes(result.from) < 8)
                     : rounding == Rounding::None;
  else if (!toFloat)
    isFine = isWhole;
  else if (result.to == Type::TF32)
    isFine = rounding != Rounding::None;
  else if (narrows)
    isFine = rounding == Rounding::Nearest || rounding == Rounding::Zero;
  if (!isFine)
    Decoder::refuse("rounding");
}

} // namespace

void emulator::decodeConvert(Decoder &decoder) {
  if (decoder.opcode() != "cvt")
    return;
  Instruction &result = decoder.result;
  std::string to;
  for (size_t i = 1; !decoder.part(i + 1).empty(); ++i)
    to = decoder.part(i);
  const std::string &from = decoder.type();
  decoder.allow({"rn", "rz", "rna", "rni", "rzi", "rmi", "rpi", "ftz", "sat",
                 "satfinite", "relu", to.c_str(), from.c_str()});
  bool isPair = to == "f16x2" || to == "bf16x2";
  result.from = getType(from);
  result.to = getType(isPair ? to.substr(0, to.size() - 2) : to);
  if (result.from == Type::None || result.to == Type::None)
    Decoder::refuse("type");
  readModifiers(decoder);
  checkRounding(result);
  if (isPair) {
    decoder.expectOperands(3);
    decoder.addRest(0, 4);
    bool isPlain = result.flags == 0 &&
                   static_cast<Rounding>(result.number) == Rounding::Nearest;
    result.handler =
        !isPlain ? convertPair
        : result.to == Type::F16
            ? applyBinary<FloatsToPair<FloatToHalf>, uint32_t, float, float>
            : applyBinary<FloatsToPair<FloatToBfloat>, uint32_t, float, float>;
    return;
  }
  decoder.expectOperands(2);
  // Registers may be wider than what is converted.
  decoder.append(decoder.placeAnyWidth(decoder.operand(0),
                                       std::max(getBytes(result.to), 2)));
  decoder.append(decoder.placeAnyWidth(decoder.operand(1),
                                       std::max(getBytes(result.from), 2)));
  Handler frequent = getFrequent(result);
  result.handler = frequent ? frequent : convertAny;
}
