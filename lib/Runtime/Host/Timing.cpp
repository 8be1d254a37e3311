//===- Timing.cpp - The time of warm calls --------------------------------===//
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

#include "Convoy/Runtime/Timing.h"

#include <algorithm>
#include <chrono>
#include <vector>

using namespace convoy::runtime;

static constexpr size_t kMinRuns = 5;
static constexpr size_t kMaxRuns = 1000;
static constexpr double kEnoughSeconds = 1.0;

Timing convoy::runtime::summarise(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  size_t middle = seconds.size() / 2;
  double median = seconds.size() % 2
                      ? seconds[middle]
                      : (seconds[middle - 1] + seconds[middle]) / 2;
  return {median, seconds.front(), static_cast<int>(seconds.size())};
}

Timing convoy::runtime::timeWarmRuns(const std::function<void()> &run) {
  using Clock = std::chrono::steady_clock;
  run();
  std::vector<double> seconds;
  double total = 0;
  while (seconds.size() < kMinRuns ||
         (total < kEnoughSeconds && seconds.size() < kMaxRuns)) {
    Clock::time_point start = Clock::now();
    run();
    std::chrono::duration<double> elapsed = Clock::now() - start;
    seconds.push_back(elapsed.count());
    total += elapsed.count();
  }
  return summarise(std::move(seconds));
}
