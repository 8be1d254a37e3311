//===- FakeCudaMachine.cpp - The state of the fake driver -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See the header.
//
//===----------------------------------------------------------------------===//

#include "FakeCudaMachine.h"

#include <cstdio>
#include <cstdlib>

using namespace convoy::runtime::cuda;

using namespace fake;

fake::Machine::Machine() {
  if (const char *text = getenv("CONVOY_FAKE_CUDA_DEVICES"))
    state.deviceCount = atoi(text);
  if (const char *text = getenv("CONVOY_FAKE_CUDA_CAPABILITY"))
    sscanf(text, "%d.%d", &state.computeMajor, &state.computeMinor);
  for (int i = 0; i < 8; ++i)
    contexts[i].device = i;
}

Machine &fake::machine() {
  // Never destroyed: threads that end while the process exits still use it.
  static Machine &machine = *new Machine;
  return machine;
}

std::vector<Context> &fake::contextStack() {
  thread_local std::vector<Context> stack;
  return stack;
}

Context fake::currentContext() {
  return contextStack().empty() ? nullptr : contextStack().back();
}

Result fake::enter(const char *function, Needs needs) {
  FakeCuda &state = machine().state;
  ++state.calls[function];
  if (state.failingFunction == function)
    return Result(state.failure);
  if (needs != Needs::Nothing && !currentContext())
    return kInvalidContext;
  if (needs == Needs::NoCapture && machine().captures > 0)
    return kCaptureUnsupported;
  return kSuccess;
}

bool fake::isAllocated(DevicePointer address, size_t bytes) {
  auto after = machine().allocations.upper_bound(address);
  if (after == machine().allocations.begin())
    return false;
  auto &[begin, size] = *std::prev(after);
  return address - begin + bytes <= size;
}

extern "C" FakeCuda &fakeCuda() { return machine().state; }
