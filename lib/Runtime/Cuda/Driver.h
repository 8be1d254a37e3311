//===- Driver.h - The CUDA driver without its headers -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of libcuda that Convoy calls, found when they are first needed:
// nothing here is linked against CUDA or compiled with its headers, and a
// machine without a driver gets a message. Used by the runtime inside artefacts
// and by the host side, so: no exceptions and no C++ library.
//
// Names, types and values are those of cuda.h of CUDA 13.0, with the prefixes
// CU and cu dropped; the oldest driver that has them all is that of CUDA 11.4.
//
// Every function returns a Status that must be looked at:
//
//   OpenedDriver opened = openDriver();
//   if (!opened.driver)
//     return fail(opened.error);
//   if (Status failed = opened.driver->memAlloc(&address, bytes))
//     return fail(opened.driver->describe(failed).text);
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_CUDA_DRIVER_H
#define CONVOY_LIB_RUNTIME_CUDA_DRIVER_H

#include <cstddef>
#include <cstdint>

namespace convoy::runtime::cuda {

using Device = int;
/// An address in the memory of a device.
using DevicePointer = unsigned long long;
/// A context, stream and so on is a pointer to something opaque.
using Context = struct ContextHandle *;
using Module = struct ModuleHandle *;
using Function = struct FunctionHandle *;
/// nullptr is the legacy default stream.
using Stream = struct StreamHandle *;
using Event = struct EventHandle *;
using Graph = struct GraphHandle *;
using GraphExec = struct GraphExecHandle *;

/// CUresult, as far as Convoy tells results apart.
enum Result : int {
  kSuccess = 0,
  kErrorOutOfMemory = 2,
  kErrorNoDevice = 100,
  kErrorInvalidDevice = 101,
  kErrorNoBinaryForGpu = 209,
};

/// CUdevice_attribute.
enum class DeviceAttribute : int {
  MultiprocessorCount = 16,
  L2CacheSizeBytes = 38,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
  MaxSharedMemoryPerBlockOptinBytes = 97,
};

/// CUfunction_attribute.
enum class FunctionAttribute : int {
  NumRegs = 4,
  MaxDynamicSharedSizeBytes = 8,
};

/// CUjit_option.
enum class JitOption : int {
  ErrorLogBuffer = 5,
  ErrorLogBufferSizeBytes = 6,
};

/// CUstream_flags: the stream does not wait for the legacy default stream.
inline constexpr unsigned kStreamNonBlocking = 1;

/// CUstreamCaptureMode.
enum class StreamCaptureMode : int { Global = 0, ThreadLocal = 1, Relaxed = 2 };

/// What one call of the driver said. True where it failed.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(const char *function, Result result)
      : functionName(function), value(result) {}

  explicit operator bool() const { return value != kSuccess; }
  /// "cuMemAlloc".
  const char *function() const { return functionName; }
  Result result() const { return value; }

private:
  const char *functionName = "";
  Result value = kSuccess;
};

/// A function of the driver that knows its name.
template <typename... Arguments>
struct DriverFunction {
  Result (*address)(Arguments...) = nullptr;
  const char *name = "";

  Status operator()(Arguments... arguments) const {
    return Status(name, address(arguments...));
  }
};

/// A failed call as text:
/// "cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY (2: out of memory)".
struct StatusText {
  char text[256];
};

/// X(member, name, suffix, arguments): the function is called `name` in the
/// documentation and `name suffix` in the library, which keeps older forms of
/// some functions under the plain name.
#define CONVOY_CUDA_DRIVER_FUNCTIONS(X)                                        \
  X(init, "cuInit", "", unsigned)                                              \
  X(driverGetVersion, "cuDriverGetVersion", "", int *)                         \
  X(getErrorName, "cuGetErrorName", "", Result, const char **)                 \
  X(getErrorString, "cuGetErrorString", "", Result, const char **)             \
  X(deviceGetCount, "cuDeviceGetCount", "", int *)                             \
  X(deviceGet, "cuDeviceGet", "", Device *, int)                               \
  X(deviceGetName, "cuDeviceGetName", "", char *, int, Device)                 \
  X(deviceGetAttribute, "cuDeviceGetAttribute", "", int *, DeviceAttribute,    \
    Device)                                                                    \
  X(devicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain", "", Context *, Device) \
  X(devicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease", "_v2", Device)       \
  X(ctxGetCurrent, "cuCtxGetCurrent", "", Context *)                           \
  X(ctxPushCurrent, "cuCtxPushCurrent", "_v2", Context)                        \
  X(ctxPopCurrent, "cuCtxPopCurrent", "_v2", Context *)                        \
  X(ctxSynchronize, "cuCtxSynchronize", "")                                    \
  X(moduleLoadDataEx, "cuModuleLoadDataEx", "", Module *, const void *,        \
    unsigned, JitOption *, void **)                                            \
  X(moduleUnload, "cuModuleUnload", "", Module)                                \
  X(moduleGetFunction, "cuModuleGetFunction", "", Function *, Module,          \
    const char *)                                                              \
  X(funcGetAttribute, "cuFuncGetAttribute", "", int *, FunctionAttribute,      \
    Function)                                                                  \
  X(funcSetAttribute, "cuFuncSetAttribute", "", Function, FunctionAttribute,   \
    int)                                                                       \
  X(launchKernel, "cuLaunchKernel", "", Function, unsigned, unsigned,          \
    unsigned, unsigned, unsigned, unsigned, unsigned, Stream, void **,         \
    void **)                                                                   \
  X(memGetInfo, "cuMemGetInfo", "_v2", size_t *, size_t *)                     \
  X(memAlloc, "cuMemAlloc", "_v2", DevicePointer *, size_t)                    \
  X(memFree, "cuMemFree", "_v2", DevicePointer)                                \
  X(memcpyHtoD, "cuMemcpyHtoD", "_v2", DevicePointer, const void *, size_t)    \
  X(memcpyDtoH, "cuMemcpyDtoH", "_v2", void *, DevicePointer, size_t)          \
  X(memcpyDtoDAsync, "cuMemcpyDtoDAsync", "_v2", DevicePointer, DevicePointer, \
    size_t, Stream)                                                            \
  X(memsetD8, "cuMemsetD8", "_v2", DevicePointer, unsigned char, size_t)       \
  X(memsetD8Async, "cuMemsetD8Async", "", DevicePointer, unsigned char,        \
    size_t, Stream)                                                            \
  X(streamCreate, "cuStreamCreate", "", Stream *, unsigned)                    \
  X(streamSynchronize, "cuStreamSynchronize", "", Stream)                      \
  X(streamDestroy, "cuStreamDestroy", "_v2", Stream)                           \
  X(streamBeginCapture, "cuStreamBeginCapture", "_v2", Stream,                 \
    StreamCaptureMode)                                                         \
  X(streamEndCapture, "cuStreamEndCapture", "", Stream, Graph *)               \
  X(graphInstantiate, "cuGraphInstantiateWithFlags", "", GraphExec *, Graph,   \
    unsigned long long)                                                        \
  X(graphLaunch, "cuGraphLaunch", "", GraphExec, Stream)                       \
  X(graphExecDestroy, "cuGraphExecDestroy", "", GraphExec)                     \
  X(graphDestroy, "cuGraphDestroy", "", Graph)                                 \
  X(eventCreate, "cuEventCreate", "", Event *, unsigned)                       \
  X(eventRecord, "cuEventRecord", "", Event, Stream)                           \
  X(eventSynchronize, "cuEventSynchronize", "", Event)                         \
  X(eventElapsedTime, "cuEventElapsedTime", "", float *, Event, Event)         \
  X(eventDestroy, "cuEventDestroy", "_v2", Event)

/// The driver of this process. All members are set.
struct Driver {
#define CONVOY_DECLARE(member, name, suffix, ...)                              \
  DriverFunction<__VA_ARGS__> member;
  CONVOY_CUDA_DRIVER_FUNCTIONS(CONVOY_DECLARE)
#undef CONVOY_DECLARE

  /// `failed` with the driver's own name and text for its result.
  StatusText describe(Status failed) const;
};

struct OpenedDriver {
  /// nullptr where there is none that works.
  const Driver *driver;
  /// Why, in one line, else "".
  const char *error;
};

/// Opens and initialises libcuda.so.1 the first time; later calls return the
/// same at no cost. Thread-safe. The environment variable CONVOY_LIBCUDA names
/// another file to open, for tests and for drivers in unusual places.
OpenedDriver openDriver();

/// Makes `context` current while it lives, unless it is already. Where that
/// fails, `status` says so and nothing else is to be done.
class CurrentContext {
public:
  CurrentContext(const Driver &driver, Context context);
  ~CurrentContext();
  CurrentContext(const CurrentContext &) = delete;
  CurrentContext &operator=(const CurrentContext &) = delete;

  Status status() const { return entered; }

private:
  const Driver &driver;
  bool pushed = false;
  Status entered;
};

} // namespace convoy::runtime::cuda

#endif // CONVOY_LIB_RUNTIME_CUDA_DRIVER_H
