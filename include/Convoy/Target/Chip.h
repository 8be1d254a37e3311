//===- Chip.h - What the GPUs can do ---------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of chips that kernels are made for: the only home of hardware
// constants. Limits are those of the architecture; the figures of speed are
// those of one reference product, named beside them, and only ever order
// schedules, never decide whether a kernel is right.
//
// Depends on LLVM's Support alone.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TARGET_CHIP_H
#define CONVOY_TARGET_CHIP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir::convoy {

/// Ways of multiplying matrices that an architecture has.
enum class TensorCores {
  /// mma.sync on f16, bf16 and tf32, f32 accumulation.
  MmaSync,
  /// and wgmma.mma_async from shared memory.
  Wgmma,
  /// and tcgen05.mma with accumulators in tensor memory.
  Tcgen05
};

struct Chip {
  /// As NVPTX and ptxas call it, "sm_90a".
  llvm::StringLiteral name;
  int32_t computeMajor;
  int32_t computeMinor;
  /// True for names that end in "a": their code runs on this compute capability
  /// alone, neither cubin nor PTX fits a later chip.
  bool isArchitectureSpecific;
  /// Version of the PTX that is emitted, major * 10 + minor: the oldest with
  /// all that the kernels for this chip use.
  int32_t ptxVersion;

  /// Largest shared memory of a block, static and dynamic together. More than
  /// kStaticSharedBytesPerBlock must be dynamic and asked for at launch.
  int64_t sharedBytesPerBlock;
  int64_t sharedBytesPerSM;
  int64_t threadsPerBlock;
  int64_t threadsPerSM;
  int64_t blocksPerSM;
  /// Registers of 32 bits.
  int64_t registersPerThread;
  int64_t registersPerSM;

  TensorCores tensorCores;
  /// cp.async from global to shared memory.
  bool hasAsyncCopy;
  /// Tensor maps and bulk copies.
  bool hasTMA;

  llvm::StringLiteral referenceProduct;
  int64_t referenceSMs;
  double referenceDramGBPerSecond;
  /// Without tensor cores.
  double referenceF32TFlopsPerSecond;
  /// Of matrices of f16 or bf16 on tensor cores, with f32 accumulation; tf32
  /// has half of it.
  double referenceF16TensorTFlopsPerSecond;
  /// At which the tensor cores have this rate.
  double referenceClockGHz;
  /// What a multiprocessor can read of the L2 cache.
  double l2BytesPerCyclePerSM;

  /// The PTX version as NVPTX's feature string, "+ptx86".
  std::string getPtxFeature() const;
};

/// The same on all chips.
inline constexpr int64_t kStaticSharedBytesPerBlock = 48 * 1024;
/// Shared memory that the system takes from each resident block.
inline constexpr int64_t kReservedSharedBytesPerBlock = 1024;
inline constexpr int64_t kThreadsPerWarp = 32;
inline constexpr int64_t kThreadsPerWarpgroup = 4 * kThreadsPerWarp;
/// Largest sizes of a grid.
inline constexpr int64_t kMaxGridX = 2147483647;
inline constexpr int64_t kMaxGridYZ = 65535;

/// What is compiled for unless asked otherwise.
inline constexpr llvm::StringLiteral kDefaultChipName = "sm_90a";

/// All chips, oldest first.
llvm::ArrayRef<Chip> listChips();

/// The chip called `name`, or null if there is none.
const Chip *lookupChip(llvm::StringRef name);

/// What to compile for to run on a device of this compute capability: the last
/// chip whose code it runs, as machine code or through the driver's compiler.
/// Null for a device that is older than all chips.
const Chip *lookupChipForDevice(int32_t computeMajor, int32_t computeMinor);

/// The names of all chips for a message: "sm_80, sm_86, ...".
std::string listChipNames();

} // namespace mlir::convoy

#endif // CONVOY_TARGET_CHIP_H
