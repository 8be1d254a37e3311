//===- Timing.h - The time of warm calls ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How --time measures.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_TIMING_H
#define CONVOY_RUNTIME_TIMING_H

#include <functional>
#include <vector>

namespace convoy::runtime {

struct Timing {
  double medianSeconds = 0;
  double minSeconds = 0;
  int runCount = 0;
};

/// Of at least one measurement.
Timing summarise(std::vector<double> seconds);

/// Calls `run` once without measuring, then at least 5 times, on until a second
/// is over, at most 1000 times.
Timing timeWarmRuns(const std::function<void()> &run);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_TIMING_H
