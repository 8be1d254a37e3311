//===- CudaCall.h - An entry with its tensors on a device -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls of one entry on one set of inputs that lie on a CUDA device: checked
// ones, whose results come back, and timed ones.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_CUDACALL_H
#define CONVOY_LIB_RUNTIME_HOST_CUDACALL_H

#include "Convoy/Runtime/LoadedArtefact.h"
#include "Convoy/Runtime/Timing.h"
#include "CudaDevice.h"

namespace convoy::runtime {

/// The measurements of one entry. The L2 cache is flushed before each run, and
/// events on the stream are what is read.
struct CudaTiming {
  Timing call;
  /// A graph captured from one call, replayed.
  Timing graphReplay;
  /// A copy within the device that moves as many bytes as the call has to: half
  /// of them read, half written.
  Timing copy;
  /// The bytes of the inputs and the outputs.
  uint64_t tensorBytes = 0;
};

class CudaCall {
public:
  /// Puts the inputs on the device. They have to outlive this object.
  CudaCall(const CudaDevice &device, const Entry &entry,
           const std::vector<Tensor> &inputs);

  /// Fills the outputs with NaN, calls and waits. The workspace is zeroed
  /// before the first call alone, as the ABI says. Throws DeviceError where the
  /// device fails, Error where the call wrote outside of its outputs and
  /// workspace, naming what it overwrote.
  void run();

  /// The outputs of the last call.
  std::vector<Tensor> results() const;

  /// Throws Error where the last call has changed an input, or where another
  /// one gives results that are not equal to `results` bit for bit.
  void checkRepeatable(const std::vector<Tensor> &results);

  /// At least 50 runs of each kind.
  CudaTiming time() const;

private:
  /// A tensor on the device.
  struct Placed {
    std::string place;
    ElementType elementType;
    std::vector<int64_t> shape;
    CudaMemory memory;
  };

  std::vector<DLTensor> viewsOf(const std::vector<Placed> &tensors) const;
  /// Asynchronous.
  void call() const;
  void checkGuards() const;
  void checkInputs() const;

  const CudaDevice &device;
  const Entry &entry;
  const std::vector<Tensor> &hostInputs;
  std::vector<Placed> inputs;
  std::vector<Placed> outputs;
  CudaMemory workspace;
};

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_CUDACALL_H
