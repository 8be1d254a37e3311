//===- CudaImage.h - Device code on a device --------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which code of an image runs on a device, and loading it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_CUDAIMAGE_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_CUDAIMAGE_H

#include "Convoy/Runtime/EntryTable.h"
#include "Cuda/Driver.h"
#include "convoy-c/Artefact.h"

namespace convoy::runtime {

/// Loads `image` into the current context, which is of `device`, the one with
/// the number `ordinal`. Machine code where it runs there, else PTX, which the
/// driver compiles; a CONVOY_DEVICE_MISMATCH that names both chips where
/// neither does.
ConvoyStatus loadImage(const cuda::Driver &driver, cuda::Device device,
                       int32_t ordinal, const ConvoyImageRecord &image,
                       cuda::Module &module);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_CUDAIMAGE_H
