//===- TensorChecks.cpp - Tensors against what an entry states ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The checks in front of compiled code. Every message names the tensor, what
// the entry expects and what was found.
//
//===----------------------------------------------------------------------===//

#include "TensorChecks.h"
#include "LastError.h"

#include <cstdint>
#include <cstdio>

using namespace convoy::runtime;

namespace {

/// A shape as text, "2x?x4", cut where it is long.
struct ShapeText {
  char text[128];

  ShapeText(const int64_t *dims, int32_t rank) {
    int at = 0;
    text[0] = '\0';
    for (int32_t i = 0; i < rank && at < int(sizeof(text)) - 24; ++i) {
      const char *separator = i ? "x" : "";
      at += dims[i] == CONVOY_DYNAMIC_DIM
                ? snprintf(text + at, sizeof(text) - at, "%s?", separator)
                : snprintf(text + at, sizeof(text) - at, "%s%lld", separator,
                           static_cast<long long>(dims[i]));
    }
    if (rank == 0)
      snprintf(text, sizeof(text), "(scalar)");
  }
};

/// A dtype as text, "float32".
struct DtypeText {
  char text[32];

  DtypeText(int code, int bits, int lanes) {
    static const char *const names[] = {"int",    "uint",    "float", "opaque",
                                        "bfloat", "complex", "bool"};
    if (code < 0 || code >= int(sizeof(names) / sizeof(names[0])))
      snprintf(text, sizeof(text), "code %d with %d bits", code, bits);
    else if (lanes != 1)
      snprintf(text, sizeof(text), "%s%dx%d", names[code], bits, lanes);
    else
      snprintf(text, sizeof(text), "%s%d", names[code], bits);
  }
};

int64_t elementCount(const DLTensor &tensor) {
  int64_t count = 1;
  for (int i = 0; i < tensor.ndim; ++i)
    count *= tensor.shape[i];
  return count;
}

int64_t byteCount(const DLTensor &tensor) {
  return elementCount(tensor) * (tensor.dtype.bits / 8);
}

/// Whether the elements stand one after the other in row-major order.
bool isContiguous(const DLTensor &tensor) {
  if (!tensor.strides)
    return true;
  int64_t expected = 1;
  for (int i = tensor.ndim - 1; i >= 0; --i) {
    // The only index of a dim of size 1 is 0, whatever its stride.
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected)
      return false;
    expected *= tensor.shape[i];
  }
  return true;
}

bool isOn(DLDevice device, const DLTensor &tensor) {
  if (tensor.device.device_type != device.device_type)
    return false;
  return device.device_type == kDLCPU ||
         tensor.device.device_id == device.device_id;
}

} // namespace

convoy::runtime::DeviceText::DeviceText(DLDevice device) {
  if (device.device_type == kDLCPU)
    snprintf(text, sizeof(text), "the CPU");
  else if (device.device_type != kDLCUDA)
    snprintf(text, sizeof(text), "a device of type %d",
             static_cast<int>(device.device_type));
  else if (device.device_id == kAnyDevice)
    snprintf(text, sizeof(text), "a CUDA device");
  else
    snprintf(text, sizeof(text), "CUDA device %d", device.device_id);
}

ConvoyStatus convoy::runtime::checkShape(const TensorPlace &place,
                                         const DLTensor *tensor,
                                         const int64_t *dims) {
  if (!tensor)
    return fail(CONVOY_INVALID_ARGUMENT, "%s %d (%s): tensor is NULL",
                place.kind, place.index, place.spec.name);
  ShapeText expected(dims, place.spec.rank);
  if (tensor->ndim != place.spec.rank)
    return fail(CONVOY_SHAPE_MISMATCH,
                "%s %d (%s): expected rank %d (shape %s), found rank %d",
                place.kind, place.index, place.spec.name, place.spec.rank,
                expected.text, tensor->ndim);
  if (tensor->ndim > 0 && !tensor->shape)
    return fail(CONVOY_INVALID_ARGUMENT, "%s %d (%s): shape is NULL",
                place.kind, place.index, place.spec.name);
  int64_t bytes = place.spec.dtypeBits / 8;
  for (int32_t i = 0; i < place.spec.rank; ++i) {
    int64_t dim = tensor->shape[i];
    bool allowed = dims[i] == CONVOY_DYNAMIC_DIM ? dim >= 0 : dim == dims[i];
    if (!allowed)
      return fail(CONVOY_SHAPE_MISMATCH,
                  "%s %d (%s): expected shape %s, found %s", place.kind,
                  place.index, place.spec.name, expected.text,
                  ShapeText(tensor->shape, tensor->ndim).text);
    if (__builtin_mul_overflow(bytes, dim, &bytes))
      return fail(CONVOY_SHAPE_MISMATCH, "%s %d (%s): shape %s is too large",
                  place.kind, place.index, place.spec.name,
                  ShapeText(tensor->shape, tensor->ndim).text);
  }
  return CONVOY_OK;
}

ConvoyStatus convoy::runtime::checkMemory(const TensorPlace &place,
                                          const DLTensor &tensor,
                                          DLDevice device) {
  const ConvoyTensorSpec &spec = place.spec;
  const DLDataType &dtype = tensor.dtype;
  if (dtype.code != spec.dtypeCode || dtype.bits != spec.dtypeBits ||
      dtype.lanes != 1)
    return fail(CONVOY_DTYPE_MISMATCH, "%s %d (%s): expected %s, found %s",
                place.kind, place.index, spec.name,
                DtypeText(spec.dtypeCode, spec.dtypeBits, 1).text,
                DtypeText(dtype.code, dtype.bits, dtype.lanes).text);
  if (!isOn(device, tensor))
    return fail(CONVOY_DEVICE_MISMATCH,
                "%s %d (%s): expected a tensor on %s, found one on %s",
                place.kind, place.index, spec.name, DeviceText(device).text,
                DeviceText(tensor.device).text);
  if (elementCount(tensor) == 0)
    return CONVOY_OK;
  if (!isContiguous(tensor))
    return fail(CONVOY_LAYOUT_MISMATCH,
                "%s %d (%s): expected a contiguous row-major tensor, found "
                "other strides",
                place.kind, place.index, spec.name);
  if (!tensor.data)
    return fail(CONVOY_INVALID_ARGUMENT, "%s %d (%s): data is NULL", place.kind,
                place.index, spec.name);
  int64_t alignment =
      spec.alignmentBytes ? spec.alignmentBytes : spec.dtypeBits / 8;
  if (reinterpret_cast<uintptr_t>(dataOf(tensor)) % alignment != 0)
    return fail(CONVOY_LAYOUT_MISMATCH,
                "%s %d (%s): expected an address aligned to %lld bytes, found "
                "%p",
                place.kind, place.index, spec.name,
                static_cast<long long>(alignment),
                static_cast<void *>(dataOf(tensor)));
  return CONVOY_OK;
}

bool convoy::runtime::overlap(const DLTensor &a, const DLTensor &b) {
  if (byteCount(a) == 0 || byteCount(b) == 0)
    return false;
  uintptr_t beginA = reinterpret_cast<uintptr_t>(dataOf(a));
  uintptr_t beginB = reinterpret_cast<uintptr_t>(dataOf(b));
  return beginA < beginB + byteCount(b) && beginB < beginA + byteCount(a);
}
