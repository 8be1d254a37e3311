//===- Progress.cpp - A line about the step that runs ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread for each shown step, which sleeps but for one line in a second.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Progress.h"

#include <chrono>
#include <cstdio>
#include <unistd.h>

using namespace convoy::runtime;

static constexpr std::chrono::milliseconds kQuietTime(500);
static constexpr std::chrono::milliseconds kInterval(1000);

ProgressStep::ProgressStep(std::string stepName) : name(std::move(stepName)) {
  if (isatty(STDERR_FILENO))
    thread = std::thread(&ProgressStep::show, this);
}

ProgressStep::~ProgressStep() {
  if (!thread.joinable())
    return;
  {
    std::lock_guard<std::mutex> lock(mutex);
    over = true;
  }
  ended.notify_one();
  thread.join();
}

void ProgressStep::show() {
  auto start = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex);
  if (ended.wait_for(lock, kQuietTime, [this] { return over; }))
    return;
  do {
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    // The carriage return at the end lets whatever else is printed begin at the
    // start of the line.
    std::fprintf(stderr, "\r\033[K%s ... %.0f s\r", name.c_str(),
                 elapsed.count());
    std::fflush(stderr);
  } while (!ended.wait_for(lock, kInterval, [this] { return over; }));
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
}
