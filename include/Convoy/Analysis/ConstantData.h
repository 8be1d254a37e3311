//===- ConstantData.h - Reading constants of any storage -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One view of the three ways in which MLIR stores a float constant: a splat,
// `dense` and `dense_resource`. The data is read where it lies, never copied.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_CONSTANTDATA_H
#define CONVOY_ANALYSIS_CONSTANTDATA_H

#include "Convoy/Analysis/Reason.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace mlir::convoy {

/// The element types whose numbers Convoy reads and writes.
enum class FloatKind { F16, BF16, F32, F64 };
std::optional<FloatKind> getFloatKind(Type type);

/// Reads the number of kind `kind` at `data`, which needs no alignment.
double loadAsDouble(FloatKind kind, const char *data);
/// Rounds `value` to nearest even and stores it at `data`.
void storeRounded(FloatKind kind, double value, char *data);
int64_t getSizeInBytes(FloatKind kind);

/// The numbers of a constant float tensor of static shape, row-major.
class ConstantData {
public:
  /// Reads the attribute of a constant. Fails with `refusal` set to
  /// `unsupported-type` (not floats, dynamic shape, other attributes),
  /// `missing-resource` (no blob, or a blob of the wrong size), or
  /// `malformed-conv` (sizes beyond 64 bits).
  static FailureOr<ConstantData> get(Attribute attribute, Refusal &refusal);

  RankedTensorType getType() const { return type; }
  FloatKind getKind() const { return kind; }
  bool isSplat() const { return splat; }
  /// The number at `index` of the row-major order.
  double operator[](int64_t index) const {
    return loadAsDouble(kind, data + (splat ? 0 : index * bytesPerElement));
  }
  /// The data; one element if it is a splat.
  ArrayRef<char> getRawData() const { return {data, sizeBytes}; }

private:
  RankedTensorType type;
  FloatKind kind = FloatKind::F32;
  bool splat = false;
  const char *data = nullptr;
  size_t sizeBytes = 0;
  int64_t bytesPerElement = 0;
};

/// The attribute of the constant that defines `value`, or null.
Attribute getConstantAttribute(Value value);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_CONSTANTDATA_H
