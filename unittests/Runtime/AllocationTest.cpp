//===- AllocationTest.cpp - A call allocates nothing ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts what the whole process takes from the heap, artefact included, by
// standing in front of the C library's functions.
//
//===----------------------------------------------------------------------===//

#include "convoy-c/Artefact.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>

static std::atomic<int64_t> allocationCount{0};

// The names are the C library's.
// NOLINTBEGIN(readability-*)
extern "C" {
void *__libc_malloc(size_t byteCount);
void *__libc_calloc(size_t count, size_t byteCount);
void *__libc_realloc(void *memory, size_t byteCount);
void *__libc_memalign(size_t alignment, size_t byteCount);

void *malloc(size_t byteCount) noexcept {
  ++allocationCount;
  return __libc_malloc(byteCount);
}
void *calloc(size_t count, size_t byteCount) noexcept {
  ++allocationCount;
  return __libc_calloc(count, byteCount);
}
void *realloc(void *memory, size_t byteCount) noexcept {
  ++allocationCount;
  return __libc_realloc(memory, byteCount);
}
void *aligned_alloc(size_t alignment, size_t byteCount) noexcept {
  ++allocationCount;
  return __libc_memalign(alignment, byteCount);
}
}
// NOLINTEND(readability-*)

TEST(AllocationTest, CallsAllocateNothing) {
  void *library = dlopen(CONVOY_FIXTURE_ARTEFACT, RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  auto getter = reinterpret_cast<ConvoyArtefactApiGetter>(
      dlsym(library, CONVOY_ARTEFACT_API_SYMBOL));
  const ConvoyArtefactApi *api = getter(CONVOY_ARTEFACT_API_VERSION);
  const ConvoyEntry *entry = nullptr;
  ASSERT_EQ(api->prepare({kDLCPU, 0}), CONVOY_OK);
  ASSERT_EQ(api->findEntry("main", &entry), CONVOY_OK);

  constexpr int64_t kRows = 1000;
  static float x[4 * kRows], y[4 * kRows];
  alignas(CONVOY_WORKSPACE_ALIGNMENT_BYTES) static float workspace[4 * kRows];
  int64_t shape[] = {kRows, 4};
  DLTensor input = {x, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
  DLTensor output = {y, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
  const DLTensor *inputs[] = {&input};
  const DLTensor *outputs[] = {&output};

  int64_t before = allocationCount;
  void *volatile one = malloc(1);
  free(one);
  ASSERT_GT(allocationCount, before) << "the counter counts nothing";
  before = allocationCount;
  for (int i = 0; i < 1000; ++i) {
    uint64_t bytes = 0;
    int64_t resultShape[2];
    ASSERT_EQ(api->resultShape(entry, inputs, 1, 0, resultShape), CONVOY_OK);
    ASSERT_EQ(api->workspaceBytes(entry, inputs, 1, &bytes), CONVOY_OK);
    ASSERT_EQ(
        api->call(entry, inputs, 1, outputs, 1, workspace, bytes, nullptr),
        CONVOY_OK);
  }
  EXPECT_EQ(allocationCount, before);
  dlclose(library);
}
