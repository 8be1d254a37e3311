//===- InputSource.cpp - What an --input says -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parsing of --input, the checks against an argument, and random numbers that
// are the same on every machine: the generator is the standard's, which fixes
// its values; the standard's distributions leave theirs open and are not used.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/InputSource.h"
#include "Convoy/Runtime/Error.h"

#include <charconv>
#include <cmath>
#include <random>
#include <type_traits>

using namespace convoy::runtime;

namespace {

constexpr char kRandom[] = "random";
constexpr char kNormal[] = ",normal";
constexpr uint64_t kSeed = 20261121;
constexpr double kPi = 3.14159265358979323846;

bool startsWith(const std::string &text, const std::string &start) {
  return text.compare(0, start.size(), start) == 0;
}

bool takeEnd(std::string &text, const std::string &end) {
  if (text.size() < end.size() ||
      text.compare(text.size() - end.size(), end.size(), end) != 0)
    return false;
  text.erase(text.size() - end.size());
  return true;
}

/// 2x4x9x11; none where the text is anything else.
std::optional<std::vector<int64_t>> parseShape(const std::string &text) {
  std::vector<int64_t> shape;
  const char *at = text.data();
  const char *end = at + text.size();
  while (true) {
    int64_t dim = 0;
    auto [next, error] = std::from_chars(at, end, dim);
    if (error != std::errc() || next == at || dim < 0)
      return std::nullopt;
    shape.push_back(dim);
    if (next == end)
      return shape;
    if (*next != 'x')
      return std::nullopt;
    at = next + 1;
  }
}

class RandomNumbers {
public:
  explicit RandomNumbers(int position) : generator(kSeed + position) {}

  /// In [0, 1).
  double unit() { return static_cast<double>(generator() >> 11) * 0x1p-53; }

  double draw(Distribution distribution) {
    if (distribution == Distribution::Uniform)
      return 0.5 + unit();
    // Box and Muller; 1 - unit() is never 0.
    double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * kPi * unit());
  }

  int64_t below(int64_t bound) { return generator() % bound; }

private:
  std::mt19937_64 generator;
};

template <typename T>
T drawElement(RandomNumbers &numbers, Distribution distribution) {
  if constexpr (std::is_same_v<T, bool>)
    return numbers.below(2) != 0;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(numbers.below(8));
  else if constexpr (std::is_same_v<T, BFloat16>)
    return BFloat16(static_cast<float>(numbers.draw(distribution)));
  else
    return T(numbers.draw(distribution));
}

std::string placeOf(const TensorSpec &argument, int position) {
  return "input " + std::to_string(position) + " (" + argument.name + ")";
}

bool shapeFits(const std::vector<int64_t> &expected,
               const std::vector<int64_t> &found) {
  if (expected.size() != found.size())
    return false;
  for (size_t i = 0; i < expected.size(); ++i)
    if (expected[i] >= 0 && expected[i] != found[i])
      return false;
  return true;
}

bool isDynamic(const std::vector<int64_t> &dims) {
  for (int64_t dim : dims)
    if (dim < 0)
      return true;
  return false;
}

} // namespace

InputSource::InputSource(const std::string &text) {
  bool isRandom = text == kRandom || startsWith(text, "random:") ||
                  startsWith(text, "random,");
  if (!isRandom) {
    file.emplace(text);
    return;
  }
  std::string rest = text.substr(sizeof(kRandom) - 1);
  if (takeEnd(rest, kNormal))
    distribution = Distribution::Normal;
  else
    takeEnd(rest, ",uniform");
  if (rest.empty())
    return;
  if (rest[0] == ':')
    shape = parseShape(rest.substr(1));
  if (!shape)
    throw Error("--input=" + text +
                ": expected random[:SHAPE][,normal] with a SHAPE like "
                "2x4x9x11");
}

void InputSource::check(const TensorSpec &argument, int position) const {
  std::string place = placeOf(argument, position);
  std::string expected = formatShape(argument.dims);
  if (file) {
    ElementType type = npyTypeOf(argument.elementType);
    if (file->elementType() != type)
      throw Error(place + ": expected dtype " + nameOf(type) +
                  (type == argument.elementType ? "" : " (for bfloat16)") +
                  ", found " + nameOf(file->elementType()) + " in '" +
                  file->path() + "'");
    if (!shapeFits(argument.dims, file->shape()))
      throw Error(place + ": expected shape " + expected + ", found " +
                  formatShape(file->shape()) + " in '" + file->path() + "'");
    return;
  }
  if (distribution == Distribution::Normal && !isFloat(argument.elementType))
    throw Error(place +
                ": expected a floating-point argument for normal "
                "random numbers, found " +
                nameOf(argument.elementType));
  if (shape && !shapeFits(argument.dims, *shape))
    throw Error(place + ": expected shape " + expected + ", found " +
                formatShape(*shape) + " in --input=random");
  if (!shape && isDynamic(argument.dims))
    throw Error(place + ": the shape " + expected +
                " is dynamic: give it, for instance --input=random:SHAPE");
}

Tensor InputSource::make(const TensorSpec &argument, int position) const {
  if (file) {
    Tensor tensor = file->read();
    return tensor.elementType() == argument.elementType
               ? std::move(tensor)
               : tensor.converted(argument.elementType);
  }
  Tensor tensor(argument.elementType, shape ? *shape : argument.dims);
  RandomNumbers numbers(position);
  visitElementType(argument.elementType, [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    T *elements = tensor.elementsAs<T>();
    for (int64_t i = 0; i < tensor.elementCount(); ++i)
      elements[i] = drawElement<T>(numbers, distribution);
  });
  return tensor;
}

std::string InputSource::describe() const {
  if (file)
    return file->path();
  return distribution == Distribution::Normal ? "random, normal"
                                              : "random, uniform";
}
