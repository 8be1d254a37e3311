//===- ThreadPoolTest.cpp - The threads of an artefact --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// convoy_rt_parallel_for: every index once, also nested and from many threads.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/EntryTable.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

/// More threads than a small machine has, so that ranges really interleave. Set
/// before the first call starts the pool.
class ThreadPool : public testing::Test {
protected:
  static void SetUpTestSuite() { setenv("CONVOY_NUM_THREADS", "7", 1); }
};

using Counters = std::vector<std::atomic<int>>;

void countEach(void *context, int64_t begin, int64_t end) {
  auto &counters = *static_cast<Counters *>(context);
  for (int64_t i = begin; i < end; ++i)
    ++counters[i];
}

void expectEachOnce(int64_t count) {
  Counters counters(count);
  convoy_rt_parallel_for(countEach, &counters, count);
  for (int64_t i = 0; i < count; ++i)
    ASSERT_EQ(counters[i], 1) << "index " << i << " of " << count;
}

TEST_F(ThreadPool, CoversEachIndexOnce) {
  for (int64_t count : {0, 1, 2, 3, 7, 8, 27, 28, 29, 1000, 100003})
    expectEachOnce(count);
}

TEST_F(ThreadPool, CallsNothingForANegativeCount) {
  convoy_rt_parallel_for([](void *, int64_t, int64_t) { FAIL(); }, nullptr, -5);
}

TEST_F(ThreadPool, NestsCalls) {
  std::atomic<int64_t> total{0};
  convoy_rt_parallel_for(
      [](void *outer, int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          convoy_rt_parallel_for(
              [](void *inner, int64_t from, int64_t to) {
                for (int64_t k = from; k < to; ++k)
                  convoy_rt_parallel_for(
                      [](void *innermost, int64_t first, int64_t last) {
                        *static_cast<std::atomic<int64_t> *>(innermost) +=
                            last - first;
                      },
                      inner, 5);
              },
              outer, 13);
      },
      &total, 50);
  EXPECT_EQ(total, 50 * 13 * 5);
}

TEST_F(ThreadPool, ServesConcurrentCallers) {
  std::vector<std::thread> callers;
  callers.reserve(8);
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([] {
      for (int64_t count = 1; count < 300; ++count)
        expectEachOnce(count);
    });
  for (std::thread &caller : callers)
    caller.join();
}

TEST_F(ThreadPool, UsesSeveralThreads) {
  // Each of two ranges waits for the other: one thread alone would never end.
  struct Meeting {
    std::atomic<int> arrived{0};
  } meeting;
  convoy_rt_parallel_for(
      [](void *context, int64_t, int64_t) {
        auto &place = *static_cast<Meeting *>(context);
        ++place.arrived;
        while (place.arrived < 2)
          std::this_thread::yield();
      },
      &meeting, 2);
  EXPECT_EQ(meeting.arrived, 2);
}

} // namespace

// This program is the artefact: the runtime's tables are empty.
const int32_t convoy_entry_table_version = CONVOY_ENTRY_TABLE_VERSION;
const int32_t convoy_entry_count = 0;
const ConvoyEntryRecord convoy_entry_table[] = {{}};
const int32_t convoy_image_count = 0;
const ConvoyImageRecord convoy_image_table[] = {{}};
const int32_t convoy_kernel_count = 0;
const ConvoyKernelRecord convoy_kernel_table[] = {{}};
const int32_t convoy_constant_count = 0;
const ConvoyConstantRecord convoy_constant_table[] = {{}};
