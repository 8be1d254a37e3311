//===- FakeCuda.h - A CUDA driver without a GPU -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shared object that has the functions of libcuda that Convoy calls, for
// tests of whatever calls them: CONVOY_LIBCUDA names it. Device memory is
// memory of the host; a module is PTX text, also where machine code is
// expected, or an ELF file, whose kernels' parameters are not known; a launch
// is noted, and done where the fake knows the kernel:
//
//   fixture_scale(const float *x, const float *ab, float *y, int64_t n)
//       y[i] = ab[0] * x[i] + ab[1], for i < n
//
// Misuse is refused as the driver does: work without a current context, memory
// that was not allocated, anything but launches while a stream is captured.
//
// In the environment, CONVOY_FAKE_CUDA_DEVICES is the number of devices (1),
// CONVOY_FAKE_CUDA_CAPABILITY their compute capability (9.0), and
// CONVOY_FAKE_CUDA_LOG a file to which each launch is written, one a line.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_RUNTIME_FAKECUDA_H
#define CONVOY_UNITTESTS_RUNTIME_FAKECUDA_H

#include "Cuda/Driver.h"

#include <map>
#include <string>
#include <vector>

/// One kernel that was started.
struct FakeLaunch {
  std::string kernel;
  int device;
  unsigned grid[3];
  unsigned block[3];
  unsigned dynamicSharedBytes;
  convoy::runtime::cuda::Stream stream;
  /// The values of the kernel's parameters, zero-extended.
  std::vector<uint64_t> arguments;
};

struct FakeCuda {
  //===--- What the machine is like; to be set before it is used --------===//

  int deviceCount = 1;
  int computeMajor = 9;
  int computeMinor = 0;
  int sharedBytesPerBlock = 227 * 1024;
  /// A function, by its plain name, that fails with `failure`.
  std::string failingFunction;
  int failure = 999;

  //===--- What has been done -------------------------------------------===//

  /// Calls of each function by its plain name.
  std::map<std::string, int> calls;
  std::vector<FakeLaunch> launches;
  /// The text of each module that was loaded.
  std::vector<std::string> loadedModules;
  int liveModules = 0;
  int liveAllocations = 0;
  int retainedContexts = 0;
  /// The dynamic shared memory that each kernel was allowed.
  std::map<std::string, int> dynamicSharedBytesMax;
};

/// The state of the library, for tests that have opened it too: look it up as
/// "fakeCuda".
using FakeCudaGetter = FakeCuda &(*)();

#endif // CONVOY_UNITTESTS_RUNTIME_FAKECUDA_H
