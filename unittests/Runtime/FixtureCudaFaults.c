//===- FixtureCudaFaults.c - Kernels with faults, by hand ---------*- C -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An artefact for a CUDA device, with kernels of FakeCuda.h in place of
// compiled ones, whose entries go wrong in the ways that the host side has to
// find out. `main` is right and has its references.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

#include <dlpack/dlpack.h>
#include <string.h>

const int32_t convoy_entry_table_version = CONVOY_ENTRY_TABLE_VERSION;

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

// What the fake driver does for a kernel of this name, for real devices.
static const char kPtx[] = ".version 7.8\n"
                           ".target sm_80\n"
                           ".address_size 64\n"
                           ".visible .entry fixture_scale(.param .u64 x, "
                           ".param .u64 ab, .param .u64 y, .param .u64 n) {\n"
                           "  .reg .pred %p<3>;\n"
                           "  .reg .f32 %f<5>;\n"
                           "  .reg .b32 %r<3>;\n"
                           "  .reg .b64 %rd<10>;\n"
                           "  ld.param.u64 %rd1, [x];\n"
                           "  ld.param.u64 %rd2, [ab];\n"
                           "  ld.param.u64 %rd3, [y];\n"
                           "  ld.param.u64 %rd4, [n];\n"
                           "  mov.u32 %r1, %tid.x;\n"
                           "  cvt.u64.u32 %rd5, %r1;\n"
                           "  mov.u32 %r2, %ntid.x;\n"
                           "  cvt.u64.u32 %rd6, %r2;\n"
                           "  ld.global.f32 %f1, [%rd2];\n"
                           "  ld.global.f32 %f2, [%rd2+4];\n"
                           "loop:\n"
                           "  setp.ge.s64 %p1, %rd5, %rd4;\n"
                           "  @%p1 bra done;\n"
                           "  shl.b64 %rd7, %rd5, 2;\n"
                           "  add.s64 %rd8, %rd1, %rd7;\n"
                           "  ld.global.f32 %f3, [%rd8];\n"
                           "  fma.rn.f32 %f4, %f1, %f3, %f2;\n"
                           "  add.s64 %rd9, %rd3, %rd7;\n"
                           "  st.global.f32 [%rd9], %f4;\n"
                           "  add.s64 %rd5, %rd5, %rd6;\n"
                           "  bra loop;\n"
                           "done:\n"
                           "  ret;\n"
                           "}\n";

const ConvoyImageRecord convoy_image_table[] = {
    {0, 0, kPtx, "sm_80", 8, 0, 0, 0},
};
const int32_t convoy_image_count = COUNT(convoy_image_table);

const ConvoyKernelRecord convoy_kernel_table[] = {{"fixture_scale", 0, 0}};
const int32_t convoy_kernel_count = COUNT(convoy_kernel_table);

enum { kTwoAndOne, kTwoAndTwo };
static const float kConstants[][2] = {{2, 1}, {2, 2}};
const ConvoyConstantRecord convoy_constant_table[] = {
    {kConstants[kTwoAndOne], sizeof(kConstants[0])},
    {kConstants[kTwoAndTwo], sizeof(kConstants[0])},
};
const int32_t convoy_constant_count = COUNT(convoy_constant_table);

static const int64_t kDynamicBy4[] = {CONVOY_DYNAMIC_DIM, 4};
static const ConvoyTensorSpec kX[] = {{kDLFloat, 32, 2, 0, kDynamicBy4, "x"}};
static const ConvoyTensorSpec kY[] = {{kDLFloat, 32, 2, 0, kDynamicBy4, "y"}};
static const ConvoyTensorSpec kX64[] = {{kDLFloat, 64, 2, 0, kDynamicBy4, "x"}};
static const ConvoyTensorSpec kY64[] = {{kDLFloat, 64, 2, 0, kDynamicBy4, "y"}};

/// y = 2 x + 1, or 2 x + 2.
static void scale(void *launch, const void *x, int32_t constant, void *y,
                  int64_t n) {
  const void *ab = convoy_rt_device_constant(launch, constant);
  void *arguments[] = {&x, &ab, &y, &n};
  convoy_rt_launch(launch, 0, 1, 1, 1, 128, 1, 1, 0, arguments);
}

#define ENTRY_FUNCTION(name)                                                   \
  static void name(const void *const *inputs, void *const *outputs,            \
                   const int64_t *dims, void *workspace, void *launch)

ENTRY_FUNCTION(runMain) {
  scale(launch, inputs[0], kTwoAndOne, outputs[0], dims[0] * 4);
}

/// One element too many.
ENTRY_FUNCTION(runBehind) {
  scale(launch, inputs[0], kTwoAndOne, outputs[0], dims[0] * 4 + 1);
}

/// Three elements that lie before the first.
ENTRY_FUNCTION(runInFront) {
  runMain(inputs, outputs, dims, workspace, launch);
  scale(launch, inputs[0], kTwoAndOne, (float *)outputs[0] - 3, 3);
}

ENTRY_FUNCTION(runBehindWorkspace) {
  runMain(inputs, outputs, dims, workspace, launch);
  scale(launch, inputs[0], kTwoAndOne, (float *)workspace + dims[0] * 4, 1);
}

/// The last element is not written.
ENTRY_FUNCTION(runUnwritten) {
  scale(launch, inputs[0], kTwoAndOne, outputs[0], dims[0] * 4 - 1);
}

/// Right the first time, something else the second.
ENTRY_FUNCTION(runMoving) {
  static int calls = 0;
  scale(launch, inputs[0], calls++ % 2 ? kTwoAndTwo : kTwoAndOne, outputs[0],
        dims[0] * 4);
}

ENTRY_FUNCTION(runChangesInput) {
  runMain(inputs, outputs, dims, workspace, launch);
  scale(launch, outputs[0], kTwoAndOne, (void *)inputs[0], 1);
}

ENTRY_FUNCTION(runOnHost) {
  for (int64_t i = 0; i < dims[0] * 4; ++i)
    ((float *)outputs[0])[i] = 2 * ((const float *)inputs[0])[i] + 1;
}

ENTRY_FUNCTION(runOnHost64) {
  for (int64_t i = 0; i < dims[0] * 4; ++i)
    ((double *)outputs[0])[i] = 2 * ((const double *)inputs[0])[i] + 1;
}

static int64_t floatBy4(const int64_t *dims) {
  return dims[0] * 4 * (int64_t)sizeof(float);
}

static int64_t noWorkspace(const int64_t *dims) { return 0; }

static void sameDims2(const int64_t *dims, int64_t *resultDims) {
  memcpy(resultDims, dims, 2 * sizeof(int64_t));
}

#define CUDA_MANIFEST(name)                                                    \
  "{\"entry\":\"" name "\",\"device\":\"cuda\",\"chip\":\"sm_80\","            \
  "\"flops\":1e6,\"inputs\":[{\"name\":\"x\",\"dtype\":\"float32\",\"shape\":" \
  "[null,4]}],\"outputs\":[{\"name\":\"y\",\"dtype\":\"float32\",\"shape\":"   \
  "[null,4]}],\"llvm\":\"0\",\"ptxas\":null,\"kernels\":[{\"name\":"           \
  "\"fixture_scale\",\"key\":\"0123\"}]}"
#define CPU_MANIFEST(name) "{\"entry\":\"" name "\",\"device\":\"cpu\"}"

#define ON_CUDA(name, run)                                                     \
  {name,     CUDA_MANIFEST(name), 1,       1, kX, kY, run,                     \
   floatBy4, sameDims2,           kDLCUDA, 0}
#define REFERENCES(name)                                                       \
  {name "__unfused",                                                           \
   CPU_MANIFEST(name "__unfused"),                                             \
   1,                                                                          \
   1,                                                                          \
   kX,                                                                         \
   kY,                                                                         \
   runOnHost,                                                                  \
   noWorkspace,                                                                \
   sameDims2,                                                                  \
   kDLCPU,                                                                     \
   0},                                                                         \
      {name "__f64",                                                           \
       CPU_MANIFEST(name "__f64"),                                             \
       1,                                                                      \
       1,                                                                      \
       kX64,                                                                   \
       kY64,                                                                   \
       runOnHost64,                                                            \
       noWorkspace,                                                            \
       sameDims2,                                                              \
       kDLCPU,                                                                 \
       0}

const ConvoyEntryRecord convoy_entry_table[] = {
    ON_CUDA("main", runMain),
    REFERENCES("main"),
    ON_CUDA("behind", runBehind),
    ON_CUDA("in-front", runInFront),
    ON_CUDA("behind-workspace", runBehindWorkspace),
    ON_CUDA("unwritten", runUnwritten),
    REFERENCES("unwritten"),
    ON_CUDA("moving", runMoving),
    REFERENCES("moving"),
    ON_CUDA("changes-input", runChangesInput),
    REFERENCES("changes-input"),
};
const int32_t convoy_entry_count = COUNT(convoy_entry_table);
