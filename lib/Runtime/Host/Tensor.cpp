//===- Tensor.cpp - Tensors in memory -------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers are anonymous mappings: the system zeroes them, and takes them back
// when they go. Tensors are a buffer and a shape.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Tensor.h"
#include "Convoy/Runtime/Error.h"

#include <sys/mman.h>
#include <type_traits>
#include <utility>

using namespace convoy::runtime;

/// From here on large pages save more page faults than they waste memory.
static constexpr uint64_t kLargePageThresholdBytes = uint64_t(8) << 20;

Buffer::Buffer(uint64_t byteCount) : bytes(byteCount) {
  if (bytes == 0)
    return;
  address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED)
    throw Error("cannot allocate " + std::to_string(bytes) + " bytes");
  // Advice: nothing depends on its being taken.
  if (bytes >= kLargePageThresholdBytes)
    madvise(address, bytes, MADV_HUGEPAGE);
}

Buffer::Buffer(Buffer &&other) noexcept
    : address(std::exchange(other.address, nullptr)),
      bytes(std::exchange(other.bytes, 0)) {}

Buffer &Buffer::operator=(Buffer &&other) noexcept {
  std::swap(address, other.address);
  std::swap(bytes, other.bytes);
  return *this;
}

Buffer::~Buffer() {
  if (address)
    munmap(address, bytes);
}

std::optional<int64_t>
convoy::runtime::tensorByteCount(ElementType type,
                                 const std::vector<int64_t> &shape) {
  int64_t bytes = byteCountOf(type);
  // An empty tensor is empty however large its other dims are.
  for (int64_t dim : shape)
    if (dim == 0)
      return 0;
  for (int64_t dim : shape)
    if (__builtin_mul_overflow(bytes, dim, &bytes))
      return std::nullopt;
  return bytes;
}

static int64_t checkedByteCount(ElementType type,
                                const std::vector<int64_t> &shape) {
  if (std::optional<int64_t> bytes = tensorByteCount(type, shape))
    return *bytes;
  throw Error("a " + std::string(nameOf(type)) + " tensor of shape " +
              formatShape(shape) + " is too large");
}

Tensor::Tensor(ElementType elementType, std::vector<int64_t> shape)
    : type(elementType), dims(std::move(shape)),
      elements(checkedByteCount(type, dims) / byteCountOf(type)),
      buffer(byteCount()) {}

DLTensor Tensor::view() const {
  DLTensor view = {};
  view.data = buffer.data();
  view.device = {kDLCPU, 0};
  view.ndim = static_cast<int>(dims.size());
  view.dtype = dlpackTypeOf(type);
  // DLPack has no const; nobody writes through it.
  view.shape = const_cast<int64_t *>(dims.data());
  return view;
}

/// One value through the type that holds any value of both: BFloat16 converts
/// through float only, so that it is rounded once.
template <typename To, typename From>
static To convertValue(From value) {
  if constexpr (std::is_same_v<From, BFloat16>)
    return convertValue<To>(static_cast<float>(value));
  else if constexpr (std::is_same_v<From, Half>)
    return convertValue<To>(static_cast<double>(value));
  else if constexpr (std::is_same_v<To, BFloat16>)
    return BFloat16(static_cast<float>(value));
  else if constexpr (std::is_same_v<To, Half>)
    return Half(static_cast<double>(value));
  else
    return static_cast<To>(value);
}

Tensor Tensor::converted(ElementType to) const {
  Tensor result(to, dims);
  visitElementType(type, [&](auto *from) {
    visitElementType(to, [&](auto *into) {
      using From = std::remove_pointer_t<decltype(from)>;
      using Into = std::remove_pointer_t<decltype(into)>;
      const From *source = elementsAs<From>();
      Into *target = result.elementsAs<Into>();
      for (int64_t i = 0; i < elements; ++i)
        target[i] = convertValue<Into>(source[i]);
    });
  });
  return result;
}

std::string convoy::runtime::formatShape(const std::vector<int64_t> &shape) {
  if (shape.empty())
    return "(scalar)";
  std::string text;
  for (int64_t dim : shape) {
    if (!text.empty())
      text += 'x';
    text += dim < 0 ? std::string("?") : std::to_string(dim);
  }
  return text;
}
