//===- LoadedArtefact.h - An artefact to the host side ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// convoy-c/Artefact.h with C++ types: loading, the entries, calls. A failure of
// the artefact is an Error with its message.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_LOADEDARTEFACT_H
#define CONVOY_RUNTIME_LOADEDARTEFACT_H

#include "Convoy/Runtime/Tensor.h"
#include "convoy-c/Artefact.h"

#include <memory>
#include <string>
#include <vector>

namespace convoy::runtime {

/// An argument or result of an entry; a dynamic dim is -1.
struct TensorSpec {
  std::string name;
  ElementType elementType;
  std::vector<int64_t> dims;
};

/// An entry of a loaded artefact, which has to live longer.
class Entry {
public:
  Entry(const ConvoyArtefactApi *api, const ConvoyEntry *entry,
        std::string name);

  const std::string &name() const { return entryName; }
  /// One JSON object.
  std::string manifest() const;
  /// What the manifest says: "cpu" or "cuda".
  const std::string &device() const { return deviceName; }
  /// True if the manifest says that products of f32 may be those of tf32.
  bool multipliesTF32() const { return isTF32; }
  const std::vector<TensorSpec> &inputs() const { return inputSpecs; }
  const std::vector<TensorSpec> &outputs() const { return outputSpecs; }

  /// The shapes of the results on these inputs.
  std::vector<std::vector<int64_t>>
  resultShapes(const std::vector<Tensor> &inputs) const;
  /// The bytes of workspace that a call on these inputs needs.
  uint64_t workspaceBytes(const std::vector<Tensor> &inputs) const;
  /// Zeroed tensors for the results on these inputs.
  std::vector<Tensor> makeOutputs(const std::vector<Tensor> &inputs) const;

  /// Computes the outputs, on the CPU.
  void call(const std::vector<Tensor> &inputs,
            const std::vector<Tensor> &outputs, const Buffer &workspace) const;
  /// The same on the tensors' device, which was prepared, and its stream.
  /// Throws DeviceError where the device failed.
  void call(const std::vector<DLTensor> &inputs,
            const std::vector<DLTensor> &outputs, void *workspace,
            uint64_t workspaceBytes, void *stream) const;

  /// On the CPU, with outputs and a workspace of its own.
  std::vector<Tensor> run(const std::vector<Tensor> &inputs) const;

private:
  const ConvoyArtefactApi *api;
  const ConvoyEntry *entry;
  std::string entryName;
  std::string deviceName;
  bool isTF32 = false;
  std::vector<TensorSpec> inputSpecs;
  std::vector<TensorSpec> outputSpecs;
};

class LoadedArtefact {
public:
  /// Throws Error where the file is missing, empty, truncated, not a shared
  /// object, not an artefact or one of another version.
  explicit LoadedArtefact(const std::string &path);

  std::vector<std::string> entryNames() const;
  bool hasEntry(const std::string &name) const;
  /// Throws Error, which lists the entries, where there is none of that name.
  Entry entry(const std::string &name) const;

  /// Makes it ready for calls on the device. Throws DeviceError where the
  /// device fails, Error where the artefact is not for it.
  void prepare(DLDevice device) const;

  /// The kernels that it has launched so far, on all devices.
  uint64_t launchCount() const;

private:
  struct Unload {
    void operator()(void *library) const;
  };
  std::unique_ptr<void, Unload> library;
  const ConvoyArtefactApi *api = nullptr;
};

/// Whether `path` is to be loaded rather than compiled: its name ends in .so or
/// it is an ELF file.
bool isArtefactPath(const std::string &path);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_LOADEDARTEFACT_H
