//===- CudaArtefactTest.cpp - Artefacts on a CUDA device ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The launch layer on the driver of FakeCuda.h: what it asks of the driver, how
// often, and what it says when the driver refuses. The artefact is loaded anew
// for each case; the driver stays and is checked to be left as it was found.
//
//===----------------------------------------------------------------------===//

#include "FakeCuda.h"
#include "convoy-c/Artefact.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <vector>

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace cuda = convoy::runtime::cuda;

namespace {

constexpr int64_t kRows = 3;

class CudaArtefact : public testing::Test {
protected:
  static void SetUpTestSuite() {
    setenv("CONVOY_LIBCUDA", CONVOY_FAKE_CUDA, /*overwrite=*/1);
    void *driver = dlopen(CONVOY_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(driver) << dlerror();
    getFake = reinterpret_cast<FakeCudaGetter>(dlsym(driver, "fakeCuda"));
    ASSERT_TRUE(getFake);
  }

  void SetUp() override {
    fake() = FakeCuda();
    library = dlopen(CONVOY_FIXTURE_CUDA_ARTEFACT, RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    auto getter = reinterpret_cast<ConvoyArtefactApiGetter>(
        dlsym(library, CONVOY_ARTEFACT_API_SYMBOL));
    api = getter(CONVOY_ARTEFACT_API_VERSION);
    ASSERT_TRUE(api);
    use("main");
    for (int i = 0; i < kRows * 4; ++i)
      x[i] = static_cast<float>(i);
  }

  void TearDown() override {
    dlclose(library);
    EXPECT_EQ(fake().liveModules, 0);
    EXPECT_EQ(fake().liveAllocations, 0);
    EXPECT_EQ(fake().retainedContexts, 0);
  }

  static FakeCuda &fake() { return getFake(); }

  void use(const char *name) {
    ASSERT_EQ(api->findEntry(name, &entry), CONVOY_OK);
  }

  ConvoyStatus prepare(int ordinal = 0) {
    return api->prepare({kDLCUDA, ordinal});
  }

  ConvoyStatus call(void *stream = nullptr) {
    const DLTensor *inputs[] = {&in};
    const DLTensor *outputs[] = {&out};
    return api->call(entry, inputs, 1, outputs, 1, workspace, sizeof(workspace),
                     stream);
  }

  void expectFailure(ConvoyStatus found, ConvoyStatus expected,
                     const std::string &message) {
    EXPECT_EQ(found, expected);
    EXPECT_THAT(api->lastError(), HasSubstr(message));
  }

  static inline FakeCudaGetter getFake = nullptr;
  void *library = nullptr;
  const ConvoyArtefactApi *api = nullptr;
  const ConvoyEntry *entry = nullptr;
  alignas(256) float x[kRows * 4 + 4] = {};
  alignas(256) float y[kRows * 4] = {};
  alignas(256) float workspace[kRows * 4] = {};
  int64_t shape[2] = {kRows, 4};
  DLTensor in = {x, {kDLCUDA, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
  DLTensor out = {y, {kDLCUDA, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
};

} // namespace

TEST_F(CudaArtefact, Computes) {
  ASSERT_EQ(prepare(), CONVOY_OK) << api->lastError();
  ASSERT_EQ(call(), CONVOY_OK) << api->lastError();
  for (int i = 0; i < kRows * 4; ++i)
    EXPECT_EQ(y[i], (2 * i + 1) / 2.0f + 1);
}

TEST_F(CudaArtefact, PassesWhatCompiledCodeSays) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  use("shared");
  ASSERT_EQ(call(), CONVOY_OK) << api->lastError();
  ASSERT_EQ(fake().launches.size(), 1u);
  const FakeLaunch &launch = fake().launches[0];
  EXPECT_EQ(launch.kernel, "fixture_shared");
  EXPECT_THAT(launch.grid, ElementsAre(2u, 3u, 4u));
  EXPECT_THAT(launch.block, ElementsAre(8u, 16u, 2u));
  EXPECT_EQ(launch.dynamicSharedBytes, 100000u);
  EXPECT_EQ(launch.stream, nullptr);
  EXPECT_THAT(launch.arguments, ElementsAre(uint32_t(-5), 0x3fc00000u, 200u));
  EXPECT_EQ(fake().dynamicSharedBytesMax["fixture_shared"], 100000);
  EXPECT_EQ(fake().dynamicSharedBytesMax["fixture_scale"], 0);
}

TEST_F(CudaArtefact, RunsOnTheStreamOfTheCallerAndInGraphs) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  cuda::OpenedDriver opened = cuda::openDriver();
  ASSERT_TRUE(opened.driver) << opened.error;
  const cuda::Driver &driver = *opened.driver;
  cuda::Context context = nullptr;
  cuda::Stream stream = nullptr;
  cuda::Graph graph = nullptr;
  ASSERT_FALSE(driver.devicePrimaryCtxRetain(&context, 0));
  {
    cuda::CurrentContext current(driver, context);
    ASSERT_FALSE(current.status());
    ASSERT_FALSE(driver.streamCreate(&stream, cuda::kStreamNonBlocking));
    ASSERT_EQ(call(stream), CONVOY_OK) << api->lastError();
    ASSERT_EQ(fake().launches.size(), 2u);
    EXPECT_EQ(fake().launches[1].stream, stream);

    // While a stream is captured the fake refuses all but launches.
    ASSERT_FALSE(
        driver.streamBeginCapture(stream, cuda::StreamCaptureMode::Global));
    EXPECT_EQ(call(stream), CONVOY_OK) << api->lastError();
    EXPECT_EQ(fake().launches.size(), 2u);
    ASSERT_FALSE(driver.streamEndCapture(stream, &graph));
    EXPECT_EQ(api->launchCount(), 4u);
    EXPECT_FALSE(driver.graphDestroy(graph));
    EXPECT_FALSE(driver.streamDestroy(stream));
  }
  EXPECT_FALSE(driver.devicePrimaryCtxRelease(0));
}

TEST_F(CudaArtefact, LoadsOnceForEachDevice) {
  fake().deviceCount = 2;
  ASSERT_EQ(prepare(0), CONVOY_OK);
  ASSERT_EQ(prepare(0), CONVOY_OK);
  EXPECT_EQ(fake().calls["cuModuleLoadDataEx"], 2);
  EXPECT_EQ(fake().calls["cuModuleGetFunction"], 2);
  EXPECT_EQ(fake().calls["cuMemAlloc"], 1);
  EXPECT_EQ(fake().calls["cuMemcpyHtoD"], 2);
  ASSERT_EQ(prepare(1), CONVOY_OK);
  EXPECT_EQ(fake().calls["cuModuleLoadDataEx"], 4);
  in.device.device_id = out.device.device_id = 1;
  ASSERT_EQ(call(), CONVOY_OK) << api->lastError();
  EXPECT_EQ(fake().launches[0].device, 1);
}

TEST_F(CudaArtefact, PreparesOnceFromManyThreads) {
  std::vector<std::thread> threads;
  std::vector<ConvoyStatus> found(8, CONVOY_DEVICE_ERROR);
  for (ConvoyStatus &status : found)
    threads.emplace_back([&] {
      status = prepare();
      if (status == CONVOY_OK)
        status = call();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_THAT(found, Each(CONVOY_OK));
  EXPECT_EQ(fake().calls["cuModuleLoadDataEx"], 2);
  EXPECT_EQ(api->launchCount(), 16u);
}

TEST_F(CudaArtefact, LeaksNothingInManyCalls) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  int allocations = fake().liveAllocations, modules = fake().liveModules;
  for (int i = 0; i < 10000; ++i) {
    ASSERT_EQ(call(), CONVOY_OK) << api->lastError();
    fake().launches.clear();
  }
  EXPECT_EQ(api->launchCount(), 20000u);
  EXPECT_EQ(fake().liveAllocations, allocations);
  EXPECT_EQ(fake().liveModules, modules);
  EXPECT_EQ(fake().calls["cuMemAlloc"], 1);
  EXPECT_EQ(fake().calls["cuCtxSynchronize"], 1);
  EXPECT_EQ(fake().calls["cuCtxPushCurrent"], fake().calls["cuCtxPopCurrent"]);
}

TEST_F(CudaArtefact, TakesMachineCodeOrPtxByTheDevice) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  EXPECT_THAT(fake().loadedModules,
              ElementsAre(StartsWith("// machine code"), StartsWith("// PTX")));
}

TEST_F(CudaArtefact, LetsTheDriverCompilePtxForALaterDevice) {
  fake().computeMajor = 10;
  ASSERT_EQ(prepare(), CONVOY_OK) << api->lastError();
  EXPECT_THAT(fake().loadedModules, Each(StartsWith("// PTX")));
}

TEST_F(CudaArtefact, RefusesAnOlderDevice) {
  fake().computeMajor = 8;
  fake().computeMinor = 6;
  expectFailure(prepare(), CONVOY_DEVICE_MISMATCH,
                "this artefact is compiled for sm_90a, CUDA device 0 (Fake "
                "GPU) is an sm_86");
}

TEST_F(CudaArtefact, RefusesADeviceWithLessSharedMemory) {
  fake().sharedBytesPerBlock = 99 * 1024 - 2000;
  expectFailure(prepare(), CONVOY_DEVICE_MISMATCH,
                "kernel fixture_shared: expected a device with 100000 bytes of "
                "shared memory for a block, found one with 99376");
}

TEST_F(CudaArtefact, RefusesAnUnknownDevice) {
  expectFailure(prepare(1), CONVOY_DEVICE_MISMATCH,
                "expected the number of a CUDA device, of which there is 1, "
                "found 1");
  EXPECT_EQ(prepare(-1), CONVOY_DEVICE_MISMATCH);
  expectFailure(api->prepare({kDLROCM, 0}), CONVOY_DEVICE_MISMATCH,
                "this artefact runs on CUDA devices and the CPU, not on a "
                "device of type 10");
}

TEST_F(CudaArtefact, SaysThatThereIsNoDriver) {
  setenv("CONVOY_LIBCUDA", "/nowhere/libcuda.so.1", /*overwrite=*/1);
  expectFailure(prepare(), CONVOY_DEVICE_ERROR,
                "expected a CUDA driver on this machine, found none: "
                "/nowhere/libcuda.so.1: cannot open shared object file");
  setenv("CONVOY_LIBCUDA", CONVOY_FAKE_CUDA, /*overwrite=*/1);
}

TEST_F(CudaArtefact, SaysThatThereIsNoDevice) {
  fake().deviceCount = 0;
  expectFailure(prepare(), CONVOY_DEVICE_ERROR,
                "expected a CUDA device that works: cuInit failed with "
                "CUDA_ERROR_NO_DEVICE (100: no CUDA-capable device is "
                "detected)");
}

TEST_F(CudaArtefact, RefusesACallBeforePrepare) {
  expectFailure(call(), CONVOY_NOT_PREPARED,
                "call of entry main before prepare of CUDA device 0");
}

TEST_F(CudaArtefact, RefusesATensorOnTheCpu) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  in.device.device_type = kDLCPU;
  expectFailure(call(), CONVOY_DEVICE_MISMATCH,
                "input 0 (x): expected a tensor on a CUDA device, found one on "
                "the CPU");
  in.device.device_type = kDLCUDA;
  out.device.device_type = kDLCPU;
  expectFailure(call(), CONVOY_DEVICE_MISMATCH,
                "output 0 (y): expected a tensor on CUDA device 0, found one "
                "on the CPU");
}

TEST_F(CudaArtefact, RefusesTensorsOnTwoDevices) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  out.device.device_id = 1;
  expectFailure(call(), CONVOY_DEVICE_MISMATCH,
                "output 0 (y): expected a tensor on CUDA device 0, found one "
                "on CUDA device 1");
}

TEST_F(CudaArtefact, RefusesMisalignedAndOverlappingData) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  in.byte_offset = 4;
  expectFailure(call(), CONVOY_LAYOUT_MISMATCH,
                "input 0 (x): expected an address aligned to 16 bytes");
  in.byte_offset = 16;
  EXPECT_EQ(call(), CONVOY_OK) << api->lastError();
  out.data = x;
  expectFailure(call(), CONVOY_INVALID_ARGUMENT,
                "output 0 (y) overlaps input 0 (x)");
}

TEST_F(CudaArtefact, LaunchesNothingOnEmptyTensors) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  shape[0] = 0;
  in.data = out.data = nullptr;
  EXPECT_EQ(call(), CONVOY_OK) << api->lastError();
  EXPECT_EQ(api->launchCount(), 0u);
}

TEST_F(CudaArtefact, CallsAnEntryWithoutTensors) {
  use("nothing");
  EXPECT_EQ(api->call(entry, nullptr, 0, nullptr, 0, nullptr, 0, nullptr),
            CONVOY_OK);
}

TEST_F(CudaArtefact, RefusesAGridThatIsTooLarge) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  use("huge");
  expectFailure(call(), CONVOY_SHAPE_MISMATCH,
                "entry huge, kernel fixture_scale: the inputs are too large: "
                "they need a grid of 4294967296x1x1 blocks");
  EXPECT_EQ(api->launchCount(), 0u);
}

TEST_F(CudaArtefact, ReportsAFailedLaunchAndStops) {
  ASSERT_EQ(prepare(), CONVOY_OK);
  fake().failingFunction = "cuLaunchKernel";
  fake().failure = 700;
  expectFailure(call(), CONVOY_DEVICE_ERROR,
                "entry main, kernel fixture_scale: cuLaunchKernel failed with "
                "CUDA_ERROR_ILLEGAL_ADDRESS (700: an illegal memory access was "
                "encountered)");
  EXPECT_EQ(fake().calls["cuLaunchKernel"], 1);
  EXPECT_EQ(api->launchCount(), 0u);
  fake().failingFunction = "";
  EXPECT_EQ(call(), CONVOY_OK);
}

TEST_F(CudaArtefact, ReportsEachFailureOfPrepareAndReleasesWhatItHad) {
  for (const char *function :
       {"cuDeviceGetCount", "cuDeviceGet", "cuDevicePrimaryCtxRetain",
        "cuCtxGetCurrent", "cuCtxPushCurrent", "cuDeviceGetAttribute",
        "cuModuleLoadDataEx", "cuModuleGetFunction", "cuFuncSetAttribute",
        "cuMemAlloc", "cuMemcpyHtoD", "cuCtxSynchronize"}) {
    fake().failingFunction = function;
    fake().failure = 999;
    expectFailure(prepare(), CONVOY_DEVICE_ERROR,
                  std::string(function) +
                      " failed with CUDA_ERROR_UNKNOWN (999: unknown error)");
    EXPECT_EQ(fake().liveModules, 0) << function;
    EXPECT_EQ(fake().liveAllocations, 0) << function;
    fake().failingFunction = "";
    EXPECT_EQ(fake().retainedContexts, 0) << function;
  }
  // A device that failed can be prepared later.
  EXPECT_EQ(prepare(), CONVOY_OK);
}

TEST_F(CudaArtefact, NamesAResultThatTheDriverDoesNotKnow) {
  fake().failingFunction = "cuMemAlloc";
  fake().failure = 12345;
  expectFailure(prepare(), CONVOY_DEVICE_ERROR,
                "512 bytes for constants: cuMemAlloc failed with an unknown "
                "error (12345: no description)");
}

TEST_F(CudaArtefact, HasEntriesForTheCpuToo) {
  use("main__unfused");
  in.device = out.device = {kDLCPU, 0};
  EXPECT_EQ(call(), CONVOY_NOT_PREPARED);
  ASSERT_EQ(api->prepare({kDLCPU, 0}), CONVOY_OK);
  ASSERT_EQ(call(), CONVOY_OK) << api->lastError();
  EXPECT_EQ(y[1], 2.5f);
  in.device.device_type = kDLCUDA;
  expectFailure(call(), CONVOY_DEVICE_MISMATCH,
                "input 0 (x): expected a tensor on the CPU, found one on CUDA "
                "device 0");
  EXPECT_EQ(fake().calls["cuLaunchKernel"], 0);
}
