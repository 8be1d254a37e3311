//===- Session.h - What several executions share ----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Artefacts that stay loaded and a device that stays open from one execution to
// the next.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_SESSION_H
#define CONVOY_LIB_RUNTIME_HOST_SESSION_H

#include "Convoy/Runtime/LoadedArtefact.h"
#include "CudaDevice.h"

#include <map>
#include <memory>
#include <string>

namespace convoy::runtime {

class Session {
public:
  /// Loaded the first time that it is asked for.
  const LoadedArtefact &artefact(const std::string &path) {
    auto [found, isNew] = artefacts.try_emplace(path);
    if (isNew) {
      try {
        found->second = std::make_unique<LoadedArtefact>(path);
      } catch (...) {
        artefacts.erase(found);
        throw;
      }
    }
    return *found->second;
  }

  /// The first device, opened the first time that it is asked for. Throws
  /// DeviceError where there is none.
  const CudaDevice &cudaDevice() {
    if (!device)
      device = std::make_unique<CudaDevice>();
    return *device;
  }

  /// False once a device takes no more calls.
  bool isUsable() const { return !device || device->isUsable(); }

private:
  // Artefacts go before the device that they have memory on.
  std::unique_ptr<CudaDevice> device;
  std::map<std::string, std::unique_ptr<LoadedArtefact>> artefacts;
};

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_SESSION_H
