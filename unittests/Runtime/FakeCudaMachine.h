//===- FakeCudaMachine.h - The state of the fake driver ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What its functions share. All is guarded by one mutex.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_RUNTIME_FAKECUDAMACHINE_H
#define CONVOY_UNITTESTS_RUNTIME_FAKECUDAMACHINE_H

#include "FakeCuda.h"

#include <memory>
#include <mutex>

// What the handles point to.
namespace convoy::runtime::cuda {
struct ContextHandle {
  int device;
};
struct FunctionHandle {
  std::string name;
  std::vector<int> parameterBytes;
};
struct ModuleHandle {
  std::map<std::string, std::unique_ptr<FunctionHandle>> functions;
  /// An ELF file, whose functions are found when they are asked for; empty for
  /// text.
  std::string machineCode;
};
struct GraphHandle {
  std::vector<FakeLaunch> launches;
};
struct GraphExecHandle {
  std::vector<FakeLaunch> launches;
};
struct StreamHandle {
  std::unique_ptr<GraphHandle> capture;
};
struct EventHandle {};
} // namespace convoy::runtime::cuda

namespace fake {

using namespace convoy::runtime::cuda;

constexpr Result kInvalidValue = Result(1);
constexpr Result kInvalidContext = Result(201);
constexpr Result kInvalidPtx = Result(218);
constexpr Result kNotFound = Result(500);
constexpr Result kCaptureUnsupported = Result(900);

struct Machine {
  FakeCuda state;
  std::recursive_mutex mutex;
  ContextHandle contexts[8] = {};
  std::map<DevicePointer, size_t> allocations;
  /// Streams that are being captured.
  int captures = 0;

  Machine();
};

Machine &machine();

/// This thread's stack of contexts.
std::vector<Context> &contextStack();
Context currentContext();

/// What a function needs besides working memory.
enum class Needs { Nothing, Context, NoCapture };

/// Notes a call and says whether it is refused.
Result enter(const char *function, Needs needs = Needs::Nothing);

/// Whether `bytes` from `address` lie in one allocation.
bool isAllocated(DevicePointer address, size_t bytes);

} // namespace fake

/// Begins a function of the driver.
#define ENTER(...)                                                             \
  std::lock_guard<std::recursive_mutex> lock(fake::machine().mutex);           \
  if (Result refused = fake::enter(__VA_ARGS__))                               \
  return refused

#endif // CONVOY_UNITTESTS_RUNTIME_FAKECUDAMACHINE_H
