//===- ThreadPool.cpp - The threads of an artefact ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// convoy_rt_parallel_for on POSIX threads. A call puts a job, which lives on
// its own stack, into a list; whoever is idle helps with the oldest job that
// still has work. The caller never waits for a helper to begin: it can finish
// the job alone, so nested calls, concurrent calls and calls after a fork
// (where the helpers are gone) are correct without a case of their own.
//
// Not std::thread: starting one can throw, and the templates of the C++ library
// would be exported from every artefact.
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"
#include "Convoy/Runtime/EntryTable.h"

#include <atomic>
#include <cstdlib>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

namespace {

/// Ranges that one thread gets on average: enough to even out threads of
/// unequal speed, few enough that taking one costs nothing.
constexpr int64_t kRangesPerThread = 4;
constexpr int kMaxThreads = 256;

/// One call of convoy_rt_parallel_for.
struct Job {
  void (*body)(void *context, int64_t begin, int64_t end);
  void *context;
  int64_t count;
  int64_t rangeSize;
  std::atomic<int64_t> next{0};
  // Under the pool's mutex:
  int helpers = 0;
  Job *following = nullptr;

  bool hasWork() const { return next.load(std::memory_order_relaxed) < count; }

  void work() {
    // The check in front keeps `next` from growing without end.
    while (hasWork()) {
      int64_t begin = next.fetch_add(rangeSize, std::memory_order_relaxed);
      if (begin >= count)
        return;
      int64_t left = count - begin;
      body(context, begin, begin + (left < rangeSize ? left : rangeSize));
    }
  }
};

struct Pool {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t workAvailable = PTHREAD_COND_INITIALIZER;
  pthread_cond_t helperLeft = PTHREAD_COND_INITIALIZER;
  Job *jobs = nullptr;
  bool stopping = false;
  /// Helpers that were started; the caller of a job is one thread more.
  int helperCount = 0;
  pthread_t helpers[kMaxThreads];
};

Pool pool;
pthread_once_t poolStarted = PTHREAD_ONCE_INIT;

class Lock {
public:
  Lock() { pthread_mutex_lock(&pool.mutex); }
  ~Lock() { pthread_mutex_unlock(&pool.mutex); }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;
};

Job *findWork() {
  for (Job *job = pool.jobs; job; job = job->following)
    if (job->hasWork())
      return job;
  return nullptr;
}

void unlink(Job *job) {
  Job **link = &pool.jobs;
  while (*link != job)
    link = &(*link)->following;
  *link = job->following;
}

void *help(void *) {
  Lock lock;
  while (true) {
    Job *job = findWork();
    if (!job) {
      if (pool.stopping)
        return nullptr;
      pthread_cond_wait(&pool.workAvailable, &pool.mutex);
      continue;
    }
    ++job->helpers;
    pthread_mutex_unlock(&pool.mutex);
    job->work();
    pthread_mutex_lock(&pool.mutex);
    // The job's caller waits for this; afterwards the job may be gone.
    if (--job->helpers == 0)
      pthread_cond_broadcast(&pool.helperLeft);
  }
}

/// CONVOY_NUM_THREADS where it is a positive number, else the processors that
/// this process may use.
int wantedThreads() {
  if (const char *text = getenv("CONVOY_NUM_THREADS")) {
    char *end = nullptr;
    long number = strtol(text, &end, 10);
    if (end != text && *end == '\0' && number > 0)
      return number < kMaxThreads ? static_cast<int>(number) : kMaxThreads;
  }
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof(processors), &processors) != 0)
    return 1;
  int number = CPU_COUNT(&processors);
  return number < kMaxThreads ? number : kMaxThreads;
}

/// The child of a fork has the memory of the pool but none of its threads.
void forgetThreadsAfterFork() {
  pool.mutex = PTHREAD_MUTEX_INITIALIZER;
  pool.workAvailable = PTHREAD_COND_INITIALIZER;
  pool.helperLeft = PTHREAD_COND_INITIALIZER;
  pool.jobs = nullptr;
  pool.helperCount = 0;
  poolStarted = PTHREAD_ONCE_INIT;
}

/// Starts as many helpers as it can get; with none, callers work alone.
void startThreads() {
  static bool forkHandled = false;
  if (!forkHandled)
    forkHandled = pthread_atfork(nullptr, nullptr, forgetThreadsAfterFork) == 0;
  // The host's signal handlers run on the host's threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int wanted = wantedThreads() - 1;
  while (pool.helperCount < wanted &&
         pthread_create(&pool.helpers[pool.helperCount], nullptr, help,
                        nullptr) == 0)
    ++pool.helperCount;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// Runs when the artefact is unloaded: its code must not run any longer.
__attribute__((destructor)) void stopThreads() {
  {
    Lock lock;
    pool.stopping = true;
    pthread_cond_broadcast(&pool.workAvailable);
  }
  for (int i = 0; i < pool.helperCount; ++i)
    pthread_join(pool.helpers[i], nullptr);
  pool.helperCount = 0;
}

} // namespace

void convoy::runtime::startThreadPool() {
  pthread_once(&poolStarted, startThreads);
}

extern "C" void convoy_rt_parallel_for(void (*body)(void *, int64_t, int64_t),
                                       void *context, int64_t count) {
  if (count <= 0)
    return;
  convoy::runtime::startThreadPool();
  if (count == 1 || pool.helperCount == 0)
    return body(context, 0, count);

  int64_t ranges = (pool.helperCount + 1) * kRangesPerThread;
  Job job{body, context, count, count / ranges + (count % ranges != 0)};
  {
    Lock lock;
    Job **last = &pool.jobs;
    while (*last)
      last = &(*last)->following;
    *last = &job;
    pthread_cond_broadcast(&pool.workAvailable);
  }
  job.work();
  Lock lock;
  unlink(&job);
  while (job.helpers > 0)
    pthread_cond_wait(&pool.helperLeft, &pool.mutex);
}
