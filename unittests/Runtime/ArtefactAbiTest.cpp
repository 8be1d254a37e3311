//===- ArtefactAbiTest.cpp - The C ABI of artefacts -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every promise of convoy-c/Artefact.h, and every check, on the fixture. A case
// of a refusal breaks one precondition of a call that works.
//
//===----------------------------------------------------------------------===//

#include "convoy-c/Artefact.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using testing::HasSubstr;

namespace {

/// A tensor of floats that a case can spoil.
struct FloatTensor {
  std::vector<float> values;
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;
  DLTensor tensor = {};

  explicit FloatTensor(std::vector<int64_t> dims) : shape(std::move(dims)) {
    int64_t count = 1;
    for (int64_t dim : shape)
      count *= dim;
    values.resize(count + 1);
    tensor.data = values.data();
    tensor.device = {kDLCPU, 0};
    tensor.ndim = static_cast<int>(shape.size());
    tensor.dtype = {kDLFloat, 32, 1};
    tensor.shape = shape.data();
  }
  FloatTensor(const FloatTensor &) = delete;
};

struct FreeDeleter {
  void operator()(void *memory) const { free(memory); }
};

class ArtefactAbi : public testing::Test {
protected:
  void SetUp() override {
    library = dlopen(CONVOY_FIXTURE_ARTEFACT, RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    getter = reinterpret_cast<ConvoyArtefactApiGetter>(
        dlsym(library, CONVOY_ARTEFACT_API_SYMBOL));
    ASSERT_TRUE(getter);
    api = getter(CONVOY_ARTEFACT_API_VERSION);
    ASSERT_TRUE(api);
    ASSERT_EQ(api->prepare({kDLCPU, 0}), CONVOY_OK);
    ASSERT_EQ(api->findEntry("main", &entry), CONVOY_OK);
    for (int i = 0; i < 12; ++i)
      x.values[i] = static_cast<float>(i);
    workspace.reset(aligned_alloc(CONVOY_WORKSPACE_ALIGNMENT_BYTES, 256));
    memset(workspace.get(), 0, 256);
  }

  void TearDown() override { dlclose(library); }

  /// `main` on x and y.
  ConvoyStatus call() {
    const DLTensor *inputs[] = {&x.tensor};
    const DLTensor *outputs[] = {&y.tensor};
    return api->call(entry, inputs, 1, outputs, 1, workspace.get(), 256,
                     nullptr);
  }

  void expectRefusal(ConvoyStatus expected, const char *message) {
    EXPECT_EQ(call(), expected);
    EXPECT_THAT(api->lastError(), HasSubstr(message));
  }

  void *library = nullptr;
  ConvoyArtefactApiGetter getter = nullptr;
  const ConvoyArtefactApi *api = nullptr;
  const ConvoyEntry *entry = nullptr;
  FloatTensor x{{3, 4}};
  FloatTensor y{{3, 4}};
  std::unique_ptr<void, FreeDeleter> workspace;
};

TEST_F(ArtefactAbi, RefusesOtherVersions) {
  EXPECT_EQ(getter(0), nullptr);
  EXPECT_EQ(getter(CONVOY_ARTEFACT_API_VERSION + 1), nullptr);
  EXPECT_EQ(api->version, uint32_t(CONVOY_ARTEFACT_API_VERSION));
  EXPECT_EQ(api->structBytes, sizeof(ConvoyArtefactApi));
}

TEST_F(ArtefactAbi, ListsEntries) {
  ASSERT_GT(api->entryCount(), 1);
  EXPECT_STREQ(api->entryName(0), "main");
  EXPECT_EQ(api->entryName(-1), nullptr);
  EXPECT_EQ(api->entryName(api->entryCount()), nullptr);
  EXPECT_EQ(api->findEntry("missing", &entry), CONVOY_NO_SUCH_ENTRY);
  EXPECT_THAT(api->lastError(), HasSubstr("no entry 'missing'"));
}

TEST_F(ArtefactAbi, DescribesAnEntry) {
  const char *manifest = nullptr;
  ASSERT_EQ(api->query(entry, &manifest), CONVOY_OK);
  EXPECT_THAT(manifest, HasSubstr("\"entry\":\"main\""));
  EXPECT_EQ(api->inputCount(entry), 1);
  EXPECT_EQ(api->outputCount(entry), 1);
  ConvoyTensorInfo info;
  ASSERT_EQ(api->inputInfo(entry, 0, &info), CONVOY_OK);
  EXPECT_STREQ(info.name, "x");
  EXPECT_EQ(info.dtype.code, kDLFloat);
  EXPECT_EQ(info.dtype.bits, 32);
  EXPECT_EQ(info.dtype.lanes, 1);
  ASSERT_EQ(info.rank, 2);
  EXPECT_EQ(info.shape[0], -1);
  EXPECT_EQ(info.shape[1], 4);
  ASSERT_EQ(api->outputInfo(entry, 0, &info), CONVOY_OK);
  EXPECT_STREQ(info.name, "y");
  EXPECT_EQ(api->inputInfo(entry, 1, &info), CONVOY_INVALID_ARGUMENT);
}

TEST_F(ArtefactAbi, AnswersForGivenShapes) {
  const DLTensor *inputs[] = {&x.tensor};
  x.tensor.data = nullptr; // not looked at
  uint64_t bytes = 1;
  ASSERT_EQ(api->workspaceBytes(entry, inputs, 1, &bytes), CONVOY_OK);
  EXPECT_EQ(bytes, 3 * 4 * sizeof(float));
  int64_t shape[2] = {};
  ASSERT_EQ(api->resultShape(entry, inputs, 1, 0, shape), CONVOY_OK);
  EXPECT_EQ(shape[0], 3);
  EXPECT_EQ(shape[1], 4);
  EXPECT_EQ(api->resultShape(entry, inputs, 1, 1, shape),
            CONVOY_INVALID_ARGUMENT);
}

TEST_F(ArtefactAbi, Calls) {
  ASSERT_EQ(call(), CONVOY_OK);
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(y.values[i], 2 * i + 1);
}

TEST_F(ArtefactAbi, AcceptsCompactStridesAndOffsets) {
  x.strides = {4, 1};
  x.tensor.strides = x.strides.data();
  x.tensor.byte_offset = sizeof(float);
  ASSERT_EQ(call(), CONVOY_OK);
  EXPECT_EQ(y.values[0], 2 * 1 + 1);
}

TEST_F(ArtefactAbi, IgnoresTheStrideOfASingleIndex) {
  FloatTensor row({1, 4}), result({1, 4});
  row.strides = {77, 1};
  row.tensor.strides = row.strides.data();
  const DLTensor *inputs[] = {&row.tensor};
  const DLTensor *outputs[] = {&result.tensor};
  EXPECT_EQ(
      api->call(entry, inputs, 1, outputs, 1, workspace.get(), 256, nullptr),
      CONVOY_OK);
}

TEST_F(ArtefactAbi, CallsOnEmptyTensors) {
  FloatTensor none({0, 4}), result({0, 4});
  none.tensor.data = result.tensor.data = nullptr;
  const DLTensor *inputs[] = {&none.tensor};
  const DLTensor *outputs[] = {&result.tensor};
  EXPECT_EQ(api->call(entry, inputs, 1, outputs, 1, nullptr, 0, nullptr),
            CONVOY_OK);
}

TEST_F(ArtefactAbi, CallsWithoutInputs) {
  ASSERT_EQ(api->findEntry("constant", &entry), CONVOY_OK);
  FloatTensor result({});
  const DLTensor *outputs[] = {&result.tensor};
  ASSERT_EQ(api->call(entry, nullptr, 0, outputs, 1, nullptr, 0, nullptr),
            CONVOY_OK);
  EXPECT_EQ(result.values[0], 42);
}

TEST_F(ArtefactAbi, RefusesAnotherRank) {
  x.tensor.ndim = 1;
  expectRefusal(CONVOY_SHAPE_MISMATCH,
                "input 0 (x): expected rank 2 (shape ?x4), found rank 1");
}

TEST_F(ArtefactAbi, RefusesAnotherShape) {
  x.shape[1] = 5;
  expectRefusal(CONVOY_SHAPE_MISMATCH,
                "input 0 (x): expected shape ?x4, found 3x5");
}

TEST_F(ArtefactAbi, RefusesANegativeDim) {
  x.shape[0] = -3;
  expectRefusal(CONVOY_SHAPE_MISMATCH, "expected shape ?x4, found -3x4");
}

TEST_F(ArtefactAbi, RefusesATensorThatNoMemoryHolds) {
  x.shape[0] = INT64_MAX / 4;
  expectRefusal(CONVOY_SHAPE_MISMATCH, "is too large");
}

TEST_F(ArtefactAbi, RefusesAnOutputOfAnotherShape) {
  y.shape[0] = 2;
  expectRefusal(CONVOY_SHAPE_MISMATCH,
                "output 0 (y): expected shape 3x4, found 2x4");
}

TEST_F(ArtefactAbi, RefusesAnotherDtype) {
  x.tensor.dtype.bits = 64;
  expectRefusal(CONVOY_DTYPE_MISMATCH,
                "input 0 (x): expected float32, found float64");
}

TEST_F(ArtefactAbi, RefusesLanes) {
  x.tensor.dtype.lanes = 4;
  expectRefusal(CONVOY_DTYPE_MISMATCH, "expected float32, found float32x4");
}

TEST_F(ArtefactAbi, RefusesAnotherDevice) {
  x.tensor.device.device_type = kDLCUDA;
  expectRefusal(CONVOY_DEVICE_MISMATCH, "expected a tensor on the CPU");
  EXPECT_EQ(api->prepare({kDLCUDA, 0}), CONVOY_DEVICE_MISMATCH);
}

TEST_F(ArtefactAbi, RefusesOtherStrides) {
  x.strides = {1, 3};
  x.tensor.strides = x.strides.data();
  expectRefusal(CONVOY_LAYOUT_MISMATCH, "expected a contiguous row-major");
}

TEST_F(ArtefactAbi, RefusesMisalignedData) {
  x.tensor.byte_offset = 1;
  expectRefusal(CONVOY_LAYOUT_MISMATCH, "expected an address aligned to 4");
}

TEST_F(ArtefactAbi, RefusesNullData) {
  x.tensor.data = nullptr;
  expectRefusal(CONVOY_INVALID_ARGUMENT, "input 0 (x): data is NULL");
}

TEST_F(ArtefactAbi, RefusesOverlap) {
  y.tensor.data = x.tensor.data;
  expectRefusal(CONVOY_INVALID_ARGUMENT, "output 0 (y) overlaps input 0 (x)");
}

TEST_F(ArtefactAbi, RefusesAnotherCount) {
  const DLTensor *inputs[] = {&x.tensor, &x.tensor};
  const DLTensor *outputs[] = {&y.tensor};
  EXPECT_EQ(
      api->call(entry, inputs, 2, outputs, 1, workspace.get(), 256, nullptr),
      CONVOY_INVALID_ARGUMENT);
  EXPECT_THAT(api->lastError(),
              HasSubstr("entry main: expected 1 inputs, found 2"));
  EXPECT_EQ(
      api->call(entry, inputs, 1, outputs, 0, workspace.get(), 256, nullptr),
      CONVOY_INVALID_ARGUMENT);
  EXPECT_THAT(api->lastError(), HasSubstr("expected 1 outputs, found 0"));
}

TEST_F(ArtefactAbi, RefusesAStreamOnTheCpu) {
  const DLTensor *inputs[] = {&x.tensor};
  const DLTensor *outputs[] = {&y.tensor};
  EXPECT_EQ(api->call(entry, inputs, 1, outputs, 1, workspace.get(), 256, this),
            CONVOY_INVALID_ARGUMENT);
}

TEST_F(ArtefactAbi, RefusesABadWorkspace) {
  const DLTensor *inputs[] = {&x.tensor};
  const DLTensor *outputs[] = {&y.tensor};
  char *memory = static_cast<char *>(workspace.get());
  EXPECT_EQ(api->call(entry, inputs, 1, outputs, 1, memory, 47, nullptr),
            CONVOY_WORKSPACE_TOO_SMALL);
  EXPECT_THAT(api->lastError(),
              HasSubstr("expected a workspace of 48 bytes, found 47"));
  EXPECT_EQ(api->call(entry, inputs, 1, outputs, 1, memory + 64, 48, nullptr),
            CONVOY_LAYOUT_MISMATCH);
  EXPECT_EQ(api->call(entry, inputs, 1, outputs, 1, nullptr, 48, nullptr),
            CONVOY_INVALID_ARGUMENT);
}

TEST_F(ArtefactAbi, RefusesContradictingShapes) {
  ASSERT_EQ(api->findEntry("pair", &entry), CONVOY_OK);
  FloatTensor a({3}), b({4});
  const DLTensor *inputs[] = {&a.tensor, &b.tensor};
  uint64_t bytes = 0;
  EXPECT_EQ(api->workspaceBytes(entry, inputs, 2, &bytes),
            CONVOY_SHAPE_MISMATCH);
  EXPECT_THAT(api->lastError(), HasSubstr("contradict each other"));
}

TEST_F(ArtefactAbi, RefusesInputsThatAreTooSmall) {
  ASSERT_EQ(api->findEntry("window", &entry), CONVOY_OK);
  FloatTensor a({3});
  const DLTensor *inputs[] = {&a.tensor};
  int64_t shape = 0;
  EXPECT_EQ(api->resultShape(entry, inputs, 1, 0, &shape),
            CONVOY_SHAPE_MISMATCH);
  EXPECT_THAT(api->lastError(), HasSubstr("the inputs are too small"));
}

TEST_F(ArtefactAbi, RefusesNullPointers) {
  EXPECT_EQ(api->findEntry(nullptr, &entry), CONVOY_INVALID_ARGUMENT);
  EXPECT_EQ(api->query(nullptr, nullptr), CONVOY_INVALID_ARGUMENT);
  const DLTensor *inputs[] = {nullptr};
  uint64_t bytes = 0;
  EXPECT_EQ(api->workspaceBytes(entry, inputs, 1, &bytes),
            CONVOY_INVALID_ARGUMENT);
  EXPECT_EQ(api->workspaceBytes(entry, nullptr, 1, &bytes),
            CONVOY_INVALID_ARGUMENT);
}

TEST_F(ArtefactAbi, KeepsErrorsApartByThread) {
  EXPECT_EQ(api->findEntry("missing", &entry), CONVOY_NO_SUCH_ENTRY);
  std::thread([&] { EXPECT_STREQ(api->lastError(), ""); }).join();
  EXPECT_THAT(api->lastError(), HasSubstr("missing"));
}

/// Runs first in its process where each test has its own; elsewhere the library
/// has been unloaded in between, which forgets the preparation too.
TEST(ArtefactAbiUnprepared, RefusesACall) {
  void *library = dlopen(CONVOY_FIXTURE_ARTEFACT, RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  auto getter = reinterpret_cast<ConvoyArtefactApiGetter>(
      dlsym(library, CONVOY_ARTEFACT_API_SYMBOL));
  const ConvoyArtefactApi *api = getter(CONVOY_ARTEFACT_API_VERSION);
  const ConvoyEntry *entry = nullptr;
  ASSERT_EQ(api->findEntry("constant", &entry), CONVOY_OK);
  FloatTensor result({});
  const DLTensor *outputs[] = {&result.tensor};
  EXPECT_EQ(api->call(entry, nullptr, 0, outputs, 1, nullptr, 0, nullptr),
            CONVOY_NOT_PREPARED);
  dlclose(library);
}

TEST(ArtefactAbiUnload, StopsItsThreads) {
  for (int i = 0; i < 50; ++i) {
    void *library = dlopen(CONVOY_FIXTURE_ARTEFACT, RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    auto getter = reinterpret_cast<ConvoyArtefactApiGetter>(
        dlsym(library, CONVOY_ARTEFACT_API_SYMBOL));
    ASSERT_EQ(getter(CONVOY_ARTEFACT_API_VERSION)->prepare({kDLCPU, 0}),
              CONVOY_OK);
    ASSERT_EQ(dlclose(library), 0);
    ASSERT_EQ(dlopen(CONVOY_FIXTURE_ARTEFACT, RTLD_NOW | RTLD_NOLOAD), nullptr);
  }
}

TEST_F(ArtefactAbi, WorksAfterAFork) {
  ASSERT_EQ(call(), CONVOY_OK);
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    y.values.assign(13, 0.0f);
    bool works = call() == CONVOY_OK && y.values[11] == 23;
    // The threads that the call started are stopped on the way out.
    exit(works ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

} // namespace
