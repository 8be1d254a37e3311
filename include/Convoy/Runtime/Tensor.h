//===- Tensor.h - Tensors in memory -----------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Zeroed memory of its own, and the contiguous row-major tensors that inputs,
// results and references are.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_TENSOR_H
#define CONVOY_RUNTIME_TENSOR_H

#include "Convoy/Runtime/ElementType.h"

#include <dlpack/dlpack.h>
#include <vector>

namespace convoy::runtime {

/// Zeroed pages from the system, aligned to at least 4096 bytes and given back
/// at once on destruction, so that memory in use is memory that exists.
class Buffer {
public:
  Buffer() = default;
  /// Throws Error where the system has no `byteCount` bytes.
  explicit Buffer(uint64_t byteCount);
  Buffer(Buffer &&other) noexcept;
  Buffer &operator=(Buffer &&other) noexcept;
  ~Buffer();

  /// Null where there are no bytes.
  void *data() const { return address; }
  uint64_t byteCount() const { return bytes; }

private:
  void *address = nullptr;
  uint64_t bytes = 0;
};

class Tensor {
public:
  /// A tensor of zeros; `shape` has no negative dim. Throws Error where it is
  /// too large.
  Tensor(ElementType type, std::vector<int64_t> shape);

  ElementType elementType() const { return type; }
  const std::vector<int64_t> &shape() const { return dims; }
  int64_t elementCount() const { return elements; }
  int64_t byteCount() const { return elements * byteCountOf(type); }

  void *data() const { return buffer.data(); }
  template <typename T>
  T *elementsAs() const {
    return static_cast<T *>(buffer.data());
  }

  /// The tensor to DLPack's eyes, on the CPU. Valid while this tensor lives.
  DLTensor view() const;

  /// A copy with the elements converted to `to`. From a floating-point type to
  /// another only.
  Tensor converted(ElementType to) const;

private:
  ElementType type;
  std::vector<int64_t> dims;
  int64_t elements;
  Buffer buffer;
};

/// "2x?x4" for the shape 2, -1, 4; "(scalar)" for rank 0.
std::string formatShape(const std::vector<int64_t> &shape);

/// The bytes of a tensor, or none where 63 bits cannot count them. No dim is
/// negative.
std::optional<int64_t> tensorByteCount(ElementType type,
                                       const std::vector<int64_t> &shape);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_TENSOR_H
