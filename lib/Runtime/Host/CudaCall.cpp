//===- CudaCall.cpp - An entry with its tensors on a device ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a run checks beside its numbers: that every element was written, nothing
// else was, and that the same call does the same again.
//
//===----------------------------------------------------------------------===//

#include "CudaCall.h"
#include "Convoy/Runtime/Error.h"

#include <cstring>

using namespace convoy::runtime;

// NaN in every floating-point type.
static constexpr unsigned char kPoison = 0xFF;

CudaCall::CudaCall(const CudaDevice &device, const Entry &entry,
                   const std::vector<Tensor> &hostInputs)
    : device(device), entry(entry), hostInputs(hostInputs),
      workspace(device, entry.workspaceBytes(hostInputs), GuardBand::Finite) {
  for (size_t i = 0; i < hostInputs.size(); ++i) {
    const Tensor &input = hostInputs[i];
    inputs.push_back(
        {"input " + std::to_string(i) + " (" + entry.inputs()[i].name + ")",
         input.elementType(), input.shape(),
         CudaMemory(device, input.byteCount(), GuardBand::NotANumber)});
    inputs.back().memory.copyFrom(input.data());
  }
  std::vector<std::vector<int64_t>> shapes = entry.resultShapes(hostInputs);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const TensorSpec &spec = entry.outputs()[i];
    outputs.push_back(
        {"output " + std::to_string(i) + " (" + spec.name + ")",
         spec.elementType, shapes[i],
         CudaMemory(device, *tensorByteCount(spec.elementType, shapes[i]),
                    GuardBand::Finite)});
  }
  workspace.fill(0);
}

std::vector<DLTensor>
CudaCall::viewsOf(const std::vector<Placed> &tensors) const {
  std::vector<DLTensor> views;
  for (const Placed &tensor : tensors) {
    DLTensor view = {};
    view.data = tensor.memory.pointer();
    view.device = {kDLCUDA, device.ordinal()};
    view.ndim = static_cast<int>(tensor.shape.size());
    view.dtype = dlpackTypeOf(tensor.elementType);
    // DLPack has no const; nobody writes through it.
    view.shape = const_cast<int64_t *>(tensor.shape.data());
    views.push_back(view);
  }
  return views;
}

void CudaCall::call() const {
  entry.call(viewsOf(inputs), viewsOf(outputs), workspace.pointer(),
             workspace.byteCount(), device.stream());
}

void CudaCall::run() {
  for (const Placed &output : outputs)
    output.memory.fill(kPoison);
  // Copies and fills were those of another stream.
  device.synchronize();
  call();
  device.synchronize();
  checkGuards();
}

void CudaCall::checkGuards() const {
  auto checkGuard = [&](const std::string &place, const CudaMemory &memory) {
    if (std::optional<std::string> what = memory.describeOverwrittenGuards())
      throw Error("entry " + entry.name() + ": " + place + ": " + *what);
  };
  for (const Placed &output : outputs)
    checkGuard(output.place, output.memory);
  checkGuard("the workspace", workspace);
  for (const Placed &input : inputs)
    checkGuard(input.place, input.memory);
}

std::vector<Tensor> CudaCall::results() const {
  std::vector<Tensor> results;
  for (const Placed &output : outputs) {
    results.emplace_back(output.elementType, output.shape);
    output.memory.copyTo(results.back().data());
  }
  return results;
}

static bool sameBytes(const Tensor &left, const Tensor &right) {
  return left.byteCount() == 0 ||
         std::memcmp(left.data(), right.data(), left.byteCount()) == 0;
}

void CudaCall::checkInputs() const {
  for (size_t i = 0; i < inputs.size(); ++i) {
    Tensor after(inputs[i].elementType, inputs[i].shape);
    inputs[i].memory.copyTo(after.data());
    if (!sameBytes(hostInputs[i], after))
      throw Error("entry " + entry.name() + ": the call changed " +
                  inputs[i].place);
  }
}

void CudaCall::checkRepeatable(const std::vector<Tensor> &first) {
  checkInputs();
  run();
  std::vector<Tensor> second = results();
  for (size_t i = 0; i < first.size(); ++i)
    if (!sameBytes(first[i], second[i]))
      throw Error("entry " + entry.name() +
                  ": two calls on the same inputs differ in " +
                  outputs[i].place);
}
