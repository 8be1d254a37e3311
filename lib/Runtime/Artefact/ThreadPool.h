//===- ThreadPool.h - The threads of an artefact ----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the ABI needs of the thread pool beside convoy_rt_parallel_for, which
// Convoy/Runtime/EntryTable.h declares.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_THREADPOOL_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_THREADPOOL_H

namespace convoy::runtime {

/// Starts the pool's threads unless they run already. Thread-safe.
void startThreadPool();

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_THREADPOOL_H
