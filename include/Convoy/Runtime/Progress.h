//===- Progress.h - A line about the step that runs -------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a user sees on a terminal while something takes long: the name of the
// step and the seconds that it has run. On anything but a terminal, nothing.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_PROGRESS_H
#define CONVOY_RUNTIME_PROGRESS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace convoy::runtime {

/// A step that runs while this object lives. Shows itself on stderr once it has
/// run for half a second, and wipes the line at its end.
class ProgressStep {
public:
  explicit ProgressStep(std::string name);
  ~ProgressStep();
  ProgressStep(const ProgressStep &) = delete;
  ProgressStep &operator=(const ProgressStep &) = delete;

private:
  void show();

  std::string name;
  std::mutex mutex;
  std::condition_variable ended;
  bool over = false;
  std::thread thread;
};

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_PROGRESS_H
