//===- FixtureArtefact.c - An artefact written by hand ----------*- C -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the compiler would emit for a few small functions, so that the runtime
// and its tools are tested without it. Each entry is there for one property.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/EntryTable.h"

#include <dlpack/dlpack.h>
#include <math.h>
#include <string.h>
#include <time.h>

const int32_t convoy_entry_table_version = CONVOY_ENTRY_TABLE_VERSION;

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

//===----------------------------------------------------------------------===//
// double: tensor<?x4> -> tensor<?x4>, y = 2 x + 1 by way of a workspace and the
// thread pool, and its references. The fused one of `inexact` is off by 1e-3,
// that of `infinite` overflows where the unfused one does not.
//===----------------------------------------------------------------------===//

static const int64_t kDynamicBy4[] = {CONVOY_DYNAMIC_DIM, 4};
static const ConvoyTensorSpec kX[] = {{kDLFloat, 32, 2, 0, kDynamicBy4, "x"}};
static const ConvoyTensorSpec kY[] = {{kDLFloat, 32, 2, 0, kDynamicBy4, "y"}};
static const ConvoyTensorSpec kX64[] = {{kDLFloat, 64, 2, 0, kDynamicBy4, "x"}};
static const ConvoyTensorSpec kY64[] = {{kDLFloat, 64, 2, 0, kDynamicBy4, "y"}};

struct DoubleContext {
  const float *x;
  float *half;
  float *y;
};

static void doubleRows(void *opaque, int64_t begin, int64_t end) {
  struct DoubleContext *context = opaque;
  for (int64_t i = begin * 4; i < end * 4; ++i) {
    context->half[i] = 2 * context->x[i];
    context->y[i] = context->half[i] + 1;
  }
}

static void runDouble(const void *const *inputs, void *const *outputs,
                      const int64_t *dims, void *workspace, void *launch) {
  struct DoubleContext context = {inputs[0], workspace, outputs[0]};
  convoy_rt_parallel_for(doubleRows, &context, dims[0]);
}

static int64_t floatBy4(const int64_t *dims) {
  return dims[0] * 4 * (int64_t)sizeof(float);
}

static void sameDims2(const int64_t *dims, int64_t *resultDims) {
  memcpy(resultDims, dims, 2 * sizeof(int64_t));
}

static int64_t noWorkspace(const int64_t *dims) { return 0; }

static void runDouble64(const void *const *inputs, void *const *outputs,
                        const int64_t *dims, void *workspace, void *launch) {
  const double *x = inputs[0];
  double *y = outputs[0];
  for (int64_t i = 0; i < dims[0] * 4; ++i)
    y[i] = 2 * x[i] + 1;
}

static void runInexact(const void *const *inputs, void *const *outputs,
                       const int64_t *dims, void *workspace, void *launch) {
  runDouble(inputs, outputs, dims, workspace, launch);
  for (int64_t i = 0; i < dims[0] * 4; ++i)
    ((float *)outputs[0])[i] += 1e-3f;
}

static void runInfinite(const void *const *inputs, void *const *outputs,
                        const int64_t *dims, void *workspace, void *launch) {
  runDouble(inputs, outputs, dims, workspace, launch);
  if (dims[0] > 0)
    ((float *)outputs[0])[0] = INFINITY;
}

//===----------------------------------------------------------------------===//
// types: one argument and result of each type, of shape 3, copied.
//===----------------------------------------------------------------------===//

static const int64_t k3[] = {3};
static const ConvoyTensorSpec kTypes[] = {
    {kDLFloat, 64, 1, 0, k3, "f64"}, {kDLFloat, 32, 1, 0, k3, "f32"},
    {kDLFloat, 16, 1, 0, k3, "f16"}, {kDLBfloat, 16, 1, 0, k3, "bf16"},
    {kDLInt, 64, 1, 0, k3, "i64"},   {kDLInt, 32, 1, 0, k3, "i32"},
    {kDLInt, 16, 1, 0, k3, "i16"},   {kDLInt, 8, 1, 0, k3, "i8"},
    {kDLUInt, 8, 1, 0, k3, "u8"},    {CONVOY_DLPACK_BOOL, 8, 1, 0, k3, "i1"},
};

static void runTypes(const void *const *inputs, void *const *outputs,
                     const int64_t *dims, void *workspace, void *launch) {
  for (int32_t i = 0; i < COUNT(kTypes); ++i)
    memcpy(outputs[i], inputs[i], 3 * kTypes[i].dtypeBits / 8);
}

static void sameDims10(const int64_t *dims, int64_t *resultDims) {
  memcpy(resultDims, dims, COUNT(kTypes) * sizeof(int64_t));
}

//===----------------------------------------------------------------------===//
// pair: two tensor<?xf32> that have to be of one length; their sum.
//===----------------------------------------------------------------------===//

static const int64_t kDynamic[] = {CONVOY_DYNAMIC_DIM};
static const ConvoyTensorSpec kPair[] = {{kDLFloat, 32, 1, 0, kDynamic, "a"},
                                         {kDLFloat, 32, 1, 0, kDynamic, "b"}};

static void runPair(const void *const *inputs, void *const *outputs,
                    const int64_t *dims, void *workspace, void *launch) {
  for (int64_t i = 0; i < dims[0]; ++i)
    ((float *)outputs[0])[i] =
        ((const float *)inputs[0])[i] + ((const float *)inputs[1])[i];
}

static int64_t equalLengths(const int64_t *dims) {
  return dims[0] == dims[1] ? 0 : -1;
}

static void firstDim(const int64_t *dims, int64_t *resultDims) {
  resultDims[0] = dims[0];
}

//===----------------------------------------------------------------------===//
// window: tensor<?xf32> -> tensor<?xf32>, sums of 5 neighbours.
//===----------------------------------------------------------------------===//

static void runWindow(const void *const *inputs, void *const *outputs,
                      const int64_t *dims, void *workspace, void *launch) {
  const float *x = inputs[0];
  for (int64_t i = 0; i < dims[0] - 4; ++i)
    ((float *)outputs[0])[i] = x[i] + x[i + 1] + x[i + 2] + x[i + 3] + x[i + 4];
}

static void windowDims(const int64_t *dims, int64_t *resultDims) {
  resultDims[0] = dims[0] - 4;
}

//===----------------------------------------------------------------------===//
// constant: no argument, a scalar result.
//===----------------------------------------------------------------------===//

static const ConvoyTensorSpec kScalar[] = {{kDLFloat, 32, 0, 0, 0, "c"}};

static void runConstant(const void *const *inputs, void *const *outputs,
                        const int64_t *dims, void *workspace, void *launch) {
  *(float *)outputs[0] = 42;
}

static void noDims(const int64_t *dims, int64_t *resultDims) {}

//===----------------------------------------------------------------------===//
// slow: the same, a second and a half later.
//===----------------------------------------------------------------------===//

static void runSlow(const void *const *inputs, void *const *outputs,
                    const int64_t *dims, void *workspace, void *launch) {
  struct timespec duration = {1, 500000000};
  nanosleep(&duration, NULL);
  runConstant(inputs, outputs, dims, workspace, launch);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

#define MANIFEST(name, more)                                                   \
  "{\"entry\":\"" name "\",\"device\":\"cpu\"" more "}"
#define FLOAT32(name, run)                                                     \
  {name,      MANIFEST(name, ",\"flops\":1e6"),                                \
   1,         1,                                                               \
   kX,        kY,                                                              \
   run,       floatBy4,                                                        \
   sameDims2, kDLCPU,                                                          \
   0}
#define FLOAT64(name)                                                          \
  {name,        MANIFEST(name, ""), 1,         1,      kX64, kY64,             \
   runDouble64, noWorkspace,        sameDims2, kDLCPU, 0}

const ConvoyEntryRecord convoy_entry_table[] = {
    FLOAT32("main", runDouble),
    FLOAT32("main__unfused", runDouble),
    FLOAT64("main__f64"),
    FLOAT64("main__magnitude"),
    FLOAT32("inexact", runInexact),
    FLOAT32("inexact__unfused", runDouble),
    FLOAT64("inexact__f64"),
    FLOAT32("infinite", runInfinite),
    FLOAT32("infinite__unfused", runDouble),
    FLOAT64("infinite__f64"),
    {"types", MANIFEST("types", ""), COUNT(kTypes), COUNT(kTypes), kTypes,
     kTypes, runTypes, noWorkspace, sameDims10, kDLCPU, 0},
    {"pair", MANIFEST("pair", ""), 2, 1, kPair, kPair, runPair, equalLengths,
     firstDim, kDLCPU, 0},
    {"window", MANIFEST("window", ""), 1, 1, kPair, kPair, runWindow,
     noWorkspace, windowDims, kDLCPU, 0},
    {"constant", MANIFEST("constant", ""), 0, 1, 0, kScalar, runConstant,
     noWorkspace, noDims, kDLCPU, 0},
    {"slow", MANIFEST("slow", ""), 0, 1, 0, kScalar, runSlow, noWorkspace,
     noDims, kDLCPU, 0},
};
const int32_t convoy_entry_count = COUNT(convoy_entry_table);

// Nothing for a device.
const int32_t convoy_image_count = 0;
const ConvoyImageRecord convoy_image_table[1];
const int32_t convoy_kernel_count = 0;
const ConvoyKernelRecord convoy_kernel_table[1];
const int32_t convoy_constant_count = 0;
const ConvoyConstantRecord convoy_constant_table[1];
