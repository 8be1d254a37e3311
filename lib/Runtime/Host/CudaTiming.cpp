//===- CudaTiming.cpp - The time of calls on a device ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Events around each run, with the L2 cache full of something else before it.
// The fill keeps the device busy while the host enqueues, so that the time
// between the events is the device's alone.
//
//===----------------------------------------------------------------------===//

#include "CudaCall.h"

#include <algorithm>
#include <chrono>
#include <functional>

using namespace convoy::runtime;

static constexpr int kWarmUpRuns = 3;
static constexpr size_t kMinRuns = 50;
static constexpr size_t kMaxRuns = 1000;
static constexpr double kEnoughSeconds = 0.25;
static constexpr uint64_t kMinFlushBytes = uint64_t(256) << 20;

namespace {

/// An event of the driver.
class CudaEvent {
public:
  explicit CudaEvent(const CudaDevice &device) : device(device) {
    device.check(device.driver().eventCreate(&event, 0));
  }
  CudaEvent(const CudaEvent &) = delete;
  CudaEvent &operator=(const CudaEvent &) = delete;
  ~CudaEvent() { (void)device.driver().eventDestroy(event); }

  void record() const {
    device.check(device.driver().eventRecord(event, device.stream()));
  }
  double secondsSince(const CudaEvent &start) const {
    device.check(device.driver().eventSynchronize(event));
    float milliseconds = 0;
    device.check(
        device.driver().eventElapsedTime(&milliseconds, start.event, event));
    return milliseconds * 1e-3;
  }

private:
  const CudaDevice &device;
  cuda::Event event = nullptr;
};

/// What a function enqueues on the device's stream, to be replayed.
class CudaGraph {
public:
  CudaGraph(const CudaDevice &device, const std::function<void()> &enqueue)
      : device(device) {
    const cuda::Driver &driver = device.driver();
    device.check(driver.streamBeginCapture(
        device.stream(), cuda::StreamCaptureMode::ThreadLocal));
    try {
      enqueue();
    } catch (...) {
      // A stream that captures takes nothing else; the failure is on its way.
      (void)driver.streamEndCapture(device.stream(), &graph);
      destroy();
      throw;
    }
    cuda::Status status = driver.streamEndCapture(device.stream(), &graph);
    if (!status)
      status = driver.graphInstantiate(&executable, graph, 0);
    if (status) {
      destroy();
      device.check(status);
    }
  }
  CudaGraph(const CudaGraph &) = delete;
  CudaGraph &operator=(const CudaGraph &) = delete;
  ~CudaGraph() { destroy(); }

  void replay() const {
    device.check(device.driver().graphLaunch(executable, device.stream()));
  }

private:
  void destroy() {
    if (executable)
      (void)device.driver().graphExecDestroy(executable);
    if (graph)
      (void)device.driver().graphDestroy(graph);
  }

  const CudaDevice &device;
  cuda::Graph graph = nullptr;
  cuda::GraphExec executable = nullptr;
};

/// Runs with a cold L2 cache.
class Stopwatch {
public:
  explicit Stopwatch(const CudaDevice &device)
      : device(device),
        flushed(device,
                std::max(kMinFlushBytes, 2 * device.info().l2CacheBytes),
                GuardBand::Finite),
        start(device), stop(device) {}

  Timing time(const std::function<void()> &enqueue) const {
    for (int i = 0; i < kWarmUpRuns; ++i)
      measure(enqueue);
    using Clock = std::chrono::steady_clock;
    Clock::time_point begin = Clock::now();
    auto elapsed = [&] {
      return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    std::vector<double> seconds;
    while (seconds.size() < kMinRuns ||
           (elapsed() < kEnoughSeconds && seconds.size() < kMaxRuns))
      seconds.push_back(measure(enqueue));
    return summarise(std::move(seconds));
  }

private:
  double measure(const std::function<void()> &enqueue) const {
    device.check(device.driver().memsetD8Async(
        flushed.address(), 0, flushed.byteCount(), device.stream()));
    start.record();
    enqueue();
    stop.record();
    return stop.secondsSince(start);
  }

  const CudaDevice &device;
  CudaMemory flushed;
  CudaEvent start, stop;
};

} // namespace

CudaTiming CudaCall::time() const {
  CudaTiming timing;
  for (const auto *tensors : {&inputs, &outputs})
    for (const Placed &tensor : *tensors)
      timing.tensorBytes += tensor.memory.byteCount();
  Stopwatch stopwatch(device);
  timing.call = stopwatch.time([&] { call(); });
  CudaGraph graph(device, [&] { call(); });
  timing.graphReplay = stopwatch.time([&] { graph.replay(); });
  if (uint64_t half = timing.tensorBytes / 2) {
    CudaMemory from(device, half, GuardBand::Finite),
        to(device, half, GuardBand::Finite);
    timing.copy = stopwatch.time([&] {
      device.check(device.driver().memcpyDtoDAsync(to.address(), from.address(),
                                                   half, device.stream()));
    });
  }
  return timing;
}
