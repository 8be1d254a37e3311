//===- Floats.cpp - Floating-point arithmetic -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f32 and f64 as the host computes them, which is IEEE's arithmetic rounded to
// the nearest; f16 and bf16 in f64, rounded once. What the hardware
// approximates comes from the host's math library, and is closer than it.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Numbers.h"
#include "Operators.h"

using namespace emulator;

namespace {

struct Multiply {
  template <typename T>
  static T apply(T a, T b) {
    return a * b;
  }
};
struct Divide {
  template <typename T>
  static T apply(T a, T b) {
    return a / b;
  }
};
struct MultiplyAdd {
  template <typename T>
  static T apply(T a, T b, T c) {
    return std::fma(a, b, c);
  }
};
/// Of numbers and NaNs the number, and of zeros the negative one.
struct Minimum {
  template <typename T>
  static T apply(T a, T b) {
    if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) ? b : a;
    if (a == b)
      return std::signbit(a) ? a : b;
    return a < b ? a : b;
  }
};
struct Maximum {
  template <typename T>
  static T apply(T a, T b) {
    if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) ? b : a;
    if (a == b)
      return std::signbit(a) ? b : a;
    return a > b ? a : b;
  }
};
/// Any of the two that lets NaNs through.
template <typename Operator>
struct WithNans {
  template <typename T>
  static T apply(T a, T b) {
    return std::isnan(a) || std::isnan(b) ? a + b : Operator::apply(a, b);
  }
};
/// The magnitude of b with the sign of a.
struct CopySign {
  template <typename T>
  static T apply(T a, T b) {
    return std::copysign(b, a);
  }
};
struct SquareRoot {
  template <typename T>
  static T apply(T a) {
    return std::sqrt(a);
  }
};
struct Reciprocal {
  template <typename T>
  static T apply(T a) {
    return 1 / a;
  }
};
struct ReciprocalRoot {
  template <typename T>
  static T apply(T a) {
    return static_cast<T>(1 / std::sqrt(static_cast<double>(a)));
  }
};
template <double (*Function)(double)>
struct ByHost {
  static float apply(float a) {
    return static_cast<float>(Function(static_cast<double>(a)));
  }
};

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

template <bool Flushes>
float flush(float a) {
  auto bits = bitCast<uint32_t>(a);
  return Flushes && (bits & 0x7f800000) == 0 ? bitCast<float>(bits & 0x80000000)
                                             : a;
}

/// An operator on f32, with .ftz and .sat.
template <typename Operator, bool Flushes, bool Saturates>
struct InFloat {
  template <typename... Floats>
  static float apply(Floats... values) {
    float result = flush<Flushes>(Operator::apply(flush<Flushes>(values)...));
    // NaNs become zero too.
    if (Saturates)
      result = result > 0 ? std::fmin(result, 1) : 0;
    return withOneNan(result);
  }
};

template <typename Operator>
struct InDouble {
  template <typename... Doubles>
  static double apply(Doubles... values) {
    return withOneNan(Operator::apply(values...));
  }
};

struct Half {
  static double widen(uint16_t bits) { return fromHalf(bits); }
  static uint16_t narrow(double value) { return toHalf(value); }
};
struct Bfloat {
  static double widen(uint16_t bits) { return fromBfloat(bits); }
  static uint16_t narrow(double value) { return toBfloat(value); }
};

template <typename Operator, typename Format>
struct Narrow {
  template <typename... Bits>
  static uint16_t apply(Bits... bits) {
    return Format::narrow(Operator::apply(Format::widen(bits)...));
  }
};
/// Both halves of a word.
template <typename Operator>
struct Pairs {
  template <typename... Words>
  static uint32_t apply(Words... words) {
    uint16_t low = Operator::apply(static_cast<uint16_t>(words)...);
    uint16_t high = Operator::apply(static_cast<uint16_t>(words >> 16)...);
    return uint32_t(high) << 16 | low;
  }
};

/// Signs alone: NaNs stay what they are.
template <typename Bits>
struct FlipSign {
  static Bits apply(Bits a) { return a ^ (Bits(1) << (8 * sizeof(Bits) - 1)); }
};
template <typename Bits>
struct ClearSign {
  static Bits apply(Bits a) { return a & ~(Bits(1) << (8 * sizeof(Bits) - 1)); }
};

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

template <typename Operator, bool Flushes, bool Saturates>
Handler getFloat(size_t operands) {
  using Wrapped = InFloat<Operator, Flushes, Saturates>;
  if constexpr (std::is_same_v<Operator, MultiplyAdd>)
    return operands == 4 ? applyTernary<Wrapped, float, float, float, float>
                         : nullptr;
  else
    return operands == 3 ? applyBinary<Wrapped, float, float, float> : nullptr;
}

template <typename Operator, typename Wrapped, typename T>
Handler getOfArity(size_t operands) {
  if constexpr (std::is_same_v<Operator, MultiplyAdd>)
    return operands == 4 ? applyTernary<Wrapped, T, T, T, T> : nullptr;
  else
    return operands == 3 ? applyBinary<Wrapped, T, T, T> : nullptr;
}

template <typename Operator>
Handler getArithmetic(const Decoder &decoder) {
  const std::string &type = decoder.type();
  size_t operands = decoder.count();
  bool flushes = decoder.has("ftz"), saturates = decoder.has("sat");
  if (type == "f32") {
    if (flushes)
      return saturates ? getFloat<Operator, true, true>(operands)
                       : getFloat<Operator, true, false>(operands);
    return saturates ? getFloat<Operator, false, true>(operands)
                     : getFloat<Operator, false, false>(operands);
  }
  if (saturates)
    return nullptr;
  if (type == "f64")
    return getOfArity<Operator, InDouble<Operator>, double>(operands);
  using InHalf = Narrow<Operator, Half>;
  using InBfloat = Narrow<Operator, Bfloat>;
  if (type == "f16")
    return getOfArity<Operator, InHalf, uint16_t>(operands);
  if (type == "bf16")
    return getOfArity<Operator, InBfloat, uint16_t>(operands);
  if (type == "f16x2")
    return getOfArity<Operator, Pairs<InHalf>, uint32_t>(operands);
  if (type == "bf16x2")
    return getOfArity<Operator, Pairs<InBfloat>, uint32_t>(operands);
  return nullptr;
}

template <typename Operator>
Handler getUnaryFloat(const Decoder &decoder) {
  if (decoder.type() != "f32")
    return nullptr;
  return decoder.has("ftz")
             ? applyUnary<InFloat<Operator, true, false>, float, float>
             : applyUnary<InFloat<Operator, false, false>, float, float>;
}

template <typename Operator>
Handler getUnary(const Decoder &decoder) {
  if (decoder.type() == "f64")
    return applyUnary<InDouble<Operator>, double, double>;
  return getUnaryFloat<Operator>(decoder);
}

template <template <typename> class Operator>
Handler getSign(const Decoder &decoder) {
  const std::string &type = decoder.type();
  if (decoder.has("ftz"))
    return nullptr;
  if (type == "f16x2" || type == "bf16x2")
    return applyUnary<Pairs<Operator<uint16_t>>, uint32_t, uint32_t>;
  if (type == "f64")
    return applyUnary<Operator<uint64_t>, uint64_t, uint64_t>;
  if (type == "f32")
    return applyUnary<Operator<uint32_t>, uint32_t, uint32_t>;
  return applyUnary<Operator<uint16_t>, uint16_t, uint16_t>;
}

Handler getBinaryHandler(const Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  bool keepsNans = decoder.has("NaN");
  if (opcode == "add")
    return getArithmetic<Add>(decoder);
  if (opcode == "sub")
    return getArithmetic<Subtract>(decoder);
  if (opcode == "mul")
    return getArithmetic<Multiply>(decoder);
  if (opcode == "div")
    return getArithmetic<Divide>(decoder);
  if (opcode == "fma" || opcode == "mad")
    return getArithmetic<MultiplyAdd>(decoder);
  if (opcode == "min")
    return keepsNans ? getArithmetic<WithNans<Minimum>>(decoder)
                     : getArithmetic<Minimum>(decoder);
  if (opcode == "max")
    return keepsNans ? getArithmetic<WithNans<Maximum>>(decoder)
                     : getArithmetic<Maximum>(decoder);
  if (opcode == "copysign")
    return getArithmetic<CopySign>(decoder);
  return nullptr;
}

Handler getUnaryHandler(const Decoder &decoder) {
  const std::string &opcode = decoder.opcode();
  if (opcode == "neg")
    return getSign<FlipSign>(decoder);
  if (opcode == "abs")
    return getSign<ClearSign>(decoder);
  if (opcode == "sqrt")
    return getUnary<SquareRoot>(decoder);
  if (opcode == "rcp")
    return getUnary<Reciprocal>(decoder);
  if (opcode == "rsqrt")
    return getUnary<ReciprocalRoot>(decoder);
  if (opcode == "ex2")
    return getUnaryFloat<ByHost<std::exp2>>(decoder);
  if (opcode == "lg2")
    return getUnaryFloat<ByHost<std::log2>>(decoder);
  if (opcode == "sin")
    return getUnaryFloat<ByHost<std::sin>>(decoder);
  if (opcode == "cos")
    return getUnaryFloat<ByHost<std::cos>>(decoder);
  if (opcode == "tanh")
    return getUnaryFloat<ByHost<std::tanh>>(decoder);
  return nullptr;
}

} // namespace

void emulator::decodeFloat(Decoder &decoder) {
  const std::string &type = decoder.type();
  bool isPair = type == "f16x2" || type == "bf16x2";
  if (decoder.opcode() == "cvt" || decoder.opcode() == "setp" ||
      (!isFloat(getType(type)) && !isPair))
    return;
  Handler unary = getUnaryHandler(decoder);
  Handler handler = unary ? unary : getBinaryHandler(decoder);
  if (!handler)
    return;
  decoder.allow({"rn", "ftz", "sat", "NaN", "approx", "full", type.c_str()});
  if (unary)
    decoder.expectOperands(2);
  decoder.addRest(0, getRegisterBytes(type));
  decoder.result.handler = handler;
}
