//===- Driver.cpp - libcuda's functions, done by the emulator -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that Convoy's runtime calls (lib/Runtime/Cuda/Driver.h);
// CONVOY_LIBCUDA names the library that this becomes. Modules are PTX, also
// where machine code is expected: see ptxas-of-nothing. In the environment
//
//   CONVOY_EMULATOR_TIMING    early (the default), late or random, see
//   Machine.h CONVOY_EMULATOR_SEED      of what is random
//   CONVOY_EMULATOR_KEPT_BITS how far wgmma's summands are kept, see Machine.h
//   CONVOY_EMULATOR_PRINT     anything: a line for each launch
//
// What is wrong is printed on stderr and is a failed launch.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "Cuda/Driver.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

using namespace convoy::runtime::cuda;

// What the handles point to.
namespace convoy::runtime::cuda {
struct ContextHandle {};
struct EventHandle {};
struct FunctionHandle {
  const emulator::Kernel *kernel;
};
struct ModuleHandle {
  emulator::Module module;
  std::map<std::string, FunctionHandle> functions;
};
struct RecordedLaunch {
  const emulator::Kernel *kernel;
  uint32_t grid[3], block[3], dynamicShared;
  std::vector<std::vector<uint8_t>> arguments;
};
struct GraphHandle {
  std::vector<RecordedLaunch> launches;
};
struct GraphExecHandle {
  std::vector<RecordedLaunch> launches;
};
struct StreamHandle {
  std::unique_ptr<GraphHandle> capture;
};
} // namespace convoy::runtime::cuda

namespace {

constexpr Result kInvalidValue = Result(1), kInvalidContext = Result(201),
                 kInvalidPtx = Result(218), kNotFound = Result(500),
                 kLaunchFailed = Result(719);
constexpr int kMultiprocessors = 132, kSharedBytes = 227 * 1024,
              kCacheBytes = 50 << 20;
constexpr size_t kAlignment = 256;

/// One launch runs at a time, whatever thread starts it.
std::recursive_mutex mutex;
ContextHandle context;
thread_local std::vector<Context> contexts;

class Lock {
public:
  Lock() { mutex.lock(); }
  ~Lock() { mutex.unlock(); }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;
};

std::string &lastFailure() {
  static std::string text = "no failure";
  return text;
}

Result refuse(const emulator::Failure &failure, Result result) {
  lastFailure() = failure.what();
  fprintf(stderr, "emulator: %s\n", failure.what());
  return result;
}

Result readOptions() {
  emulator::Options &options = emulator::options();
  auto read = [](const char *name) {
    const char *value = getenv(name);
    return std::string(value ? value : "");
  };
  std::string timing = read("CONVOY_EMULATOR_TIMING");
  std::string seed = read("CONVOY_EMULATOR_SEED");
  if (timing == "late")
    options.timing = emulator::Timing::Late;
  else if (timing == "random")
    options.timing = emulator::Timing::Random;
  else if (!timing.empty() && timing != "early")
    return kInvalidValue;
  if (!seed.empty())
    options.seed = strtoull(seed.c_str(), nullptr, 0);
  options.keptBits = atoi(read("CONVOY_EMULATOR_KEPT_BITS").c_str());
  options.printsLaunches = !read("CONVOY_EMULATOR_PRINT").empty();
  return kSuccess;
}

Result run(const RecordedLaunch &launch) {
  Lock lock;
  std::vector<void *> arguments;
  arguments.reserve(launch.arguments.size());
  for (const std::vector<uint8_t> &argument : launch.arguments)
    arguments.push_back(const_cast<uint8_t *>(argument.data()));
  try {
    emulator::launch(*launch.kernel, launch.grid, launch.block,
                     launch.dynamicShared, arguments.data());
  } catch (const emulator::Failure &failure) {
    return refuse(failure, kLaunchFailed);
  }
  return kSuccess;
}

} // namespace

// The names are the driver's.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

Result cuInit(unsigned) { return readOptions(); }

Result cuDriverGetVersion(int *version) {
  *version = 13000;
  return kSuccess;
}

Result cuGetErrorName(Result result, const char **name) {
  *name = result == kLaunchFailed ? "CUDA_ERROR_LAUNCH_FAILED"
          : result == kInvalidPtx ? "CUDA_ERROR_INVALID_PTX"
                                  : "an error";
  return kSuccess;
}

Result cuGetErrorString(Result result, const char **text) {
  bool isOurs = result == kLaunchFailed || result == kInvalidPtx;
  *text = isOurs ? lastFailure().c_str() : "misuse";
  return kSuccess;
}

Result cuDeviceGetCount(int *count) {
  *count = 1;
  return kSuccess;
}

Result cuDeviceGet(Device *device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? kSuccess : kErrorInvalidDevice;
}

Result cuDeviceGetName(char *name, int bytes, Device) {
  snprintf(name, bytes, "PTX on the CPU");
  return kSuccess;
}

Result cuDeviceGetAttribute(int *value, DeviceAttribute attribute, Device) {
  switch (attribute) {
  case DeviceAttribute::MultiprocessorCount:
    *value = kMultiprocessors;
    return kSuccess;
  case DeviceAttribute::L2CacheSizeBytes:
    *value = kCacheBytes;
    return kSuccess;
  case DeviceAttribute::ComputeCapabilityMajor:
    *value = 9;
    return kSuccess;
  case DeviceAttribute::ComputeCapabilityMinor:
    *value = 0;
    return kSuccess;
  case DeviceAttribute::MaxSharedMemoryPerBlockOptinBytes:
    *value = kSharedBytes;
    return kSuccess;
  }
  return kInvalidValue;
}

Result cuDevicePrimaryCtxRetain(Context *result, Device) {
  *result = &context;
  return kSuccess;
}

Result cuDevicePrimaryCtxRelease_v2(Device) { return kSuccess; }

Result cuCtxGetCurrent(Context *result) {
  *result = contexts.empty() ? nullptr : contexts.back();
  return kSuccess;
}

Result cuCtxPushCurrent_v2(Context pushed) {
  contexts.push_back(pushed);
  return kSuccess;
}

Result cuCtxPopCurrent_v2(Context *popped) {
  if (contexts.empty())
    return kInvalidContext;
  *popped = contexts.back();
  contexts.pop_back();
  return kSuccess;
}

Result cuCtxSynchronize() { return kSuccess; }

//===----------------------------------------------------------------------===//
// Modules and launches
//===----------------------------------------------------------------------===//

Result cuModuleLoadDataEx(Module *module, const void *image, unsigned count,
                          JitOption *options, void **values) {
  Lock lock;
  try {
    const auto *text = static_cast<const char *>(image);
    if (strncmp(text, "\177ELF", 4) == 0)
      throw emulator::Failure("machine code: expected PTX");
    std::unique_ptr<ModuleHandle> parsed(
        new ModuleHandle{emulator::parseModule(text), {}});
    for (const auto &[name, kernel] : parsed->module.kernels)
      parsed->functions[name] = {&kernel};
    *module = parsed.release();
    return kSuccess;
  } catch (const emulator::Failure &failure) {
    for (unsigned i = 0; i < count; ++i)
      if (options[i] == JitOption::ErrorLogBuffer)
        static_cast<char *>(values[i])[0] = '\0';
    return refuse(failure, kInvalidPtx);
  }
}

Result cuModuleUnload(Module module) {
  Lock lock;
  delete module;
  return kSuccess;
}

Result cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  auto found = module->functions.find(name);
  if (found == module->functions.end())
    return kNotFound;
  *function = &found->second;
  return kSuccess;
}

Result cuFuncGetAttribute(int *value, FunctionAttribute, Function) {
  *value = 0;
  return kSuccess;
}

Result cuFuncSetAttribute(Function, FunctionAttribute, int) { return kSuccess; }

Result cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, Stream stream,
                      void **arguments, void **) {
  RecordedLaunch launch = {function->kernel,
                           {gridX, gridY, gridZ},
                           {blockX, blockY, blockZ},
                           sharedBytes,
                           {}};
  for (size_t i = 0; i < function->kernel->parameters.size(); ++i) {
    const auto *bytes = static_cast<const uint8_t *>(arguments[i]);
    launch.arguments.emplace_back(
        bytes, bytes + function->kernel->parameters[i].bytes);
  }
  if (!stream || !stream->capture)
    return run(launch);
  stream->capture->launches.push_back(std::move(launch));
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Result cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = *total = size_t(4) << 30;
  return kSuccess;
}

Result cuMemAlloc_v2(DevicePointer *address, size_t bytes) {
  Lock lock;
  if (bytes == 0)
    return kInvalidValue;
  void *memory = aligned_alloc(kAlignment, (bytes + kAlignment - 1) /
                                               kAlignment * kAlignment);
  if (!memory)
    return kErrorOutOfMemory;
  // NaNs, for who reads what nobody wrote.
  memset(memory, 0xff, bytes);
  *address = reinterpret_cast<DevicePointer>(memory);
  emulator::addAllocation(*address, bytes);
  return kSuccess;
}

Result cuMemFree_v2(DevicePointer address) {
  Lock lock;
  if (!emulator::removeAllocation(address))
    return kInvalidValue;
  free(reinterpret_cast<void *>(address));
  return kSuccess;
}

Result cuMemcpyHtoD_v2(DevicePointer to, const void *from, size_t bytes) {
  if (!emulator::isAllocated(to, bytes))
    return kInvalidValue;
  memcpy(reinterpret_cast<void *>(to), from, bytes);
  return kSuccess;
}

Result cuMemcpyDtoH_v2(void *to, DevicePointer from, size_t bytes) {
  if (!emulator::isAllocated(from, bytes))
    return kInvalidValue;
  memcpy(to, reinterpret_cast<const void *>(from), bytes);
  return kSuccess;
}

Result cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, size_t bytes,
                            Stream) {
  if (!emulator::isAllocated(to, bytes) || !emulator::isAllocated(from, bytes))
    return kInvalidValue;
  memmove(reinterpret_cast<void *>(to), reinterpret_cast<const void *>(from),
          bytes);
  return kSuccess;
}

Result cuMemsetD8_v2(DevicePointer to, unsigned char value, size_t bytes) {
  if (!emulator::isAllocated(to, bytes))
    return kInvalidValue;
  memset(reinterpret_cast<void *>(to), value, bytes);
  return kSuccess;
}

Result cuMemsetD8Async(DevicePointer to, unsigned char value, size_t bytes,
                       Stream) {
  return cuMemsetD8_v2(to, value, bytes);
}

//===----------------------------------------------------------------------===//
// Streams, graphs, events
//===----------------------------------------------------------------------===//

Result cuStreamCreate(Stream *stream, unsigned) {
  *stream = new StreamHandle;
  return kSuccess;
}

Result cuStreamSynchronize(Stream) { return kSuccess; }

Result cuStreamDestroy_v2(Stream stream) {
  delete stream;
  return kSuccess;
}

Result cuStreamBeginCapture_v2(Stream stream, StreamCaptureMode) {
  stream->capture = std::make_unique<GraphHandle>();
  return kSuccess;
}

Result cuStreamEndCapture(Stream stream, Graph *graph) {
  *graph = stream->capture.release();
  return kSuccess;
}

Result cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  *exec = new GraphExecHandle{graph->launches};
  return kSuccess;
}

Result cuGraphLaunch(GraphExec exec, Stream) {
  for (const RecordedLaunch &launch : exec->launches)
    if (Result failed = run(launch))
      return failed;
  return kSuccess;
}

Result cuGraphExecDestroy(GraphExec exec) {
  delete exec;
  return kSuccess;
}

Result cuGraphDestroy(Graph graph) {
  delete graph;
  return kSuccess;
}

Result cuEventCreate(Event *event, unsigned) {
  *event = new EventHandle;
  return kSuccess;
}

Result cuEventRecord(Event, Stream) { return kSuccess; }
Result cuEventSynchronize(Event) { return kSuccess; }

Result cuEventElapsedTime(float *milliseconds, Event, Event) {
  *milliseconds = 1;
  return kSuccess;
}

Result cuEventDestroy_v2(Event event) {
  delete event;
  return kSuccess;
}

} // extern "C"
// NOLINTEND(readability-identifier-naming)
