//===- DeepStack.cpp - Running on a deep stack ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The thread on which IR of any nesting is parsed, compiled and freed. Nothing
// of Convoy's own recursion lives here.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <pthread.h>

using namespace mlir;

namespace {
/// 100,000 nested parentheses and 20,000 nested modules, which overflow the
/// usual 8 MiB in MLIR 22.1, fit. Only pages that are touched cost memory.
constexpr size_t kStackBytes = size_t(512) << 20;

struct Job {
  llvm::function_ref<LogicalResult()> callable;
  LogicalResult result = failure();
};

void *runJob(void *opaque) {
  auto *job = static_cast<Job *>(opaque);
  job->result = job->callable();
  return nullptr;
}
} // namespace

// llvm::thread would end the process when the system refuses the stack.
LogicalResult
convoy::runOnDeepStack(llvm::function_ref<LogicalResult()> callable) {
  Job job{callable};
  pthread_attr_t attributes;
  pthread_t thread;
  int error = pthread_attr_init(&attributes);
  if (!error) {
    error = pthread_attr_setstacksize(&attributes, kStackBytes);
    if (!error)
      error = pthread_create(&thread, &attributes, runJob, &job);
    pthread_attr_destroy(&attributes);
  }
  if (error) {
    llvm::WithColor::error()
        << "expected a thread with a stack of " << (kStackBytes >> 20)
        << " MiB, found: " << std::strerror(error) << "\n";
    return failure();
  }
  pthread_join(thread, nullptr);
  return job.result;
}
