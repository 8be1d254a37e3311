//===- FixtureCudaArtefact.c - An artefact for a GPU, by hand ---*- C -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the compiler would emit for a CUDA device, with kernels of FakeCuda.h in
// place of compiled ones. Each entry is there for one property.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

#include <dlpack/dlpack.h>
#include <string.h>

const int32_t convoy_entry_table_version = CONVOY_ENTRY_TABLE_VERSION;

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

//===----------------------------------------------------------------------===//
// Images, kernels and constants
//===----------------------------------------------------------------------===//

#define SCALE                                                                  \
  ".visible .entry fixture_scale(.param .u64 x, .param .u64 ab, "              \
  ".param .u64 y, .param .u64 n) { ret; }\n"

static const char kCubin[] = "// machine code\n" SCALE;
static const char kPtx[] = "// PTX\n" SCALE;
static const char kOnlyPtx[] =
    "// PTX\n.visible .entry fixture_shared(.param .u32 a, .param .f32 b, "
    ".param .u8 c) { ret; }\n";

const ConvoyImageRecord convoy_image_table[] = {
    {kCubin, sizeof(kCubin), kPtx, "sm_90a", 9, 0, 1, 0},
    {0, 0, kOnlyPtx, "sm_90a", 9, 0, 0, 0},
};
const int32_t convoy_image_count = COUNT(convoy_image_table);

enum { kScaleKernel, kSharedKernel };
const ConvoyKernelRecord convoy_kernel_table[] = {
    {"fixture_scale", 0, 0},
    {"fixture_shared", 1, 100000},
};
const int32_t convoy_kernel_count = COUNT(convoy_kernel_table);

static const float kTwoAndOne[] = {2, 1};
static const float kHalfAndOne[] = {0.5f, 1};
const ConvoyConstantRecord convoy_constant_table[] = {
    {kTwoAndOne, sizeof(kTwoAndOne)},
    {0, 0},
    {kHalfAndOne, sizeof(kHalfAndOne)},
};
const int32_t convoy_constant_count = COUNT(convoy_constant_table);

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

static const int64_t kDynamicBy4[] = {CONVOY_DYNAMIC_DIM, 4};
static const ConvoyTensorSpec kX[] = {
    {kDLFloat, 32, 2, CONVOY_CUDA_ALIGNMENT_BYTES, kDynamicBy4, "x"}};
static const ConvoyTensorSpec kY[] = {
    {kDLFloat, 32, 2, CONVOY_CUDA_ALIGNMENT_BYTES, kDynamicBy4, "y"}};

static void launchScale(void *launch, int64_t blocks, const void *x,
                        int32_t constant, void *y, int64_t n) {
  const void *ab = convoy_rt_device_constant(launch, constant);
  void *arguments[] = {&x, &ab, &y, &n};
  convoy_rt_launch(launch, kScaleKernel, blocks, 1, 1, 128, 1, 1, 0, arguments);
}

/// y = (2 x + 1) / 2 + 1 by way of the workspace: two launches.
static void runMain(const void *const *inputs, void *const *outputs,
                    const int64_t *dims, void *workspace, void *launch) {
  int64_t n = dims[0] * 4;
  launchScale(launch, dims[0], inputs[0], 0, workspace, n);
  launchScale(launch, dims[0], workspace, 2, outputs[0], n);
}

/// One launch with parameters of other sizes and dynamic shared memory.
static void runShared(const void *const *inputs, void *const *outputs,
                      const int64_t *dims, void *workspace, void *launch) {
  int32_t a = -5;
  float b = 1.5f;
  uint8_t c = 200;
  void *arguments[] = {&a, &b, &c};
  convoy_rt_launch(launch, kSharedKernel, 2, 3, 4, 8, 16, 2, 100000, arguments);
}

/// A grid that no driver takes, then one that it would.
static void runHuge(const void *const *inputs, void *const *outputs,
                    const int64_t *dims, void *workspace, void *launch) {
  launchScale(launch, INT64_C(1) << 32, inputs[0], 0, outputs[0], 0);
  launchScale(launch, 1, inputs[0], 0, outputs[0], 4);
}

/// The same as main on the CPU.
static void runOnHost(const void *const *inputs, void *const *outputs,
                      const int64_t *dims, void *workspace, void *launch) {
  for (int64_t i = 0; i < dims[0] * 4; ++i)
    ((float *)outputs[0])[i] = (2 * ((const float *)inputs[0])[i] + 1) / 2 + 1;
}

static int64_t floatBy4(const int64_t *dims) {
  return dims[0] * 4 * (int64_t)sizeof(float);
}

static int64_t noWorkspace(const int64_t *dims) { return 0; }

static void sameDims2(const int64_t *dims, int64_t *resultDims) {
  memcpy(resultDims, dims, 2 * sizeof(int64_t));
}

static void runNothing(const void *const *inputs, void *const *outputs,
                       const int64_t *dims, void *workspace, void *launch) {}

static void noDims(const int64_t *dims, int64_t *resultDims) {}

#define TENSORS                                                                \
  "\"inputs\":[{\"name\":\"x\",\"dtype\":\"float32\",\"shape\":[null,4]}],"    \
  "\"outputs\":[{\"name\":\"y\",\"dtype\":\"float32\",\"shape\":[null,4]}]"
#define CUDA_MANIFEST(name)                                                    \
  "{\"entry\":\"" name "\",\"device\":\"cuda\",\"chip\":\"sm_90a\"," TENSORS   \
  ",\"kernels\":[{\"name\":\"fixture_scale\",\"key\":\"0\"}]}"
#define CPU_MANIFEST(name)                                                     \
  "{\"entry\":\"" name "\",\"device\":\"cpu\"," TENSORS ",\"kernels\":[]}"

const ConvoyEntryRecord convoy_entry_table[] = {
    {"main", CUDA_MANIFEST("main"), 1, 1, kX, kY, runMain, floatBy4, sameDims2,
     kDLCUDA, 0},
    {"shared", CUDA_MANIFEST("shared"), 1, 1, kX, kY, runShared, noWorkspace,
     sameDims2, kDLCUDA, 0},
    {"huge", CUDA_MANIFEST("huge"), 1, 1, kX, kY, runHuge, noWorkspace,
     sameDims2, kDLCUDA, 0},
    {"nothing", CUDA_MANIFEST("nothing"), 0, 0, 0, 0, runNothing, noWorkspace,
     noDims, kDLCUDA, 0},
    {"main__unfused", CPU_MANIFEST("main__unfused"), 1, 1, kX, kY, runOnHost,
     noWorkspace, sameDims2, kDLCPU, 0},
};
const int32_t convoy_entry_count = COUNT(convoy_entry_table);
