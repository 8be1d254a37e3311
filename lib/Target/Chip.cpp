//===- Chip.cpp - What the GPUs can do ------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Limits: CUDA C++ Programming Guide 13.0, "Compute Capabilities", tables
// "Feature Support" and "Technical Specifications". PTX versions: PTX ISA 9.0,
// "Release Notes"; 7.8 for the chips before Hopper, 8.6 where kernels use bulk
// copies to .shared::cta. Speeds: NVIDIA's data sheets of the reference
// products, without sparsity; the clock is the one at which the tensor cores of
// so many multiprocessors have the stated rate. L2: NVIDIA A100 Tensor Core GPU
// Architecture whitepaper, 64 bytes a cycle; the later chips are not slower.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Target/Chip.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::convoy;

static constexpr Chip kChips[] = {
    {/*name=*/"sm_80",
     /*computeMajor=*/8,
     /*computeMinor=*/0,
     /*isArchitectureSpecific=*/false,
     /*ptxVersion=*/78,
     /*sharedBytesPerBlock=*/163 * 1024,
     /*sharedBytesPerSM=*/164 * 1024,
     /*threadsPerBlock=*/1024,
     /*threadsPerSM=*/2048,
     /*blocksPerSM=*/32,
     /*registersPerThread=*/255,
     /*registersPerSM=*/65536,
     TensorCores::MmaSync,
     /*hasAsyncCopy=*/true,
     /*hasTMA=*/false,
     /*referenceProduct=*/"A100 SXM 80 GB",
     /*referenceSMs=*/108,
     /*referenceDramGBPerSecond=*/2039,
     /*referenceF32TFlopsPerSecond=*/19.5,
     /*referenceF16TensorTFlopsPerSecond=*/312,
     /*referenceClockGHz=*/1.41,
     /*l2BytesPerCyclePerSM=*/64},
    {/*name=*/"sm_86",
     /*computeMajor=*/8,
     /*computeMinor=*/6,
     /*isArchitectureSpecific=*/false,
     /*ptxVersion=*/78,
     /*sharedBytesPerBlock=*/99 * 1024,
     /*sharedBytesPerSM=*/100 * 1024,
     /*threadsPerBlock=*/1024,
     /*threadsPerSM=*/1536,
     /*blocksPerSM=*/16,
     /*registersPerThread=*/255,
     /*registersPerSM=*/65536,
     TensorCores::MmaSync,
     /*hasAsyncCopy=*/true,
     /*hasTMA=*/false,
     /*referenceProduct=*/"A40",
     /*referenceSMs=*/84,
     /*referenceDramGBPerSecond=*/696,
     /*referenceF32TFlopsPerSecond=*/37.4,
     /*referenceF16TensorTFlopsPerSecond=*/149.7,
     /*referenceClockGHz=*/1.74,
     /*l2BytesPerCyclePerSM=*/64},
    {/*name=*/"sm_89",
     /*computeMajor=*/8,
     /*computeMinor=*/9,
     /*isArchitectureSpecific=*/false,
     /*ptxVersion=*/78,
     /*sharedBytesPerBlock=*/99 * 1024,
     /*sharedBytesPerSM=*/100 * 1024,
     /*threadsPerBlock=*/1024,
     /*threadsPerSM=*/1536,
     /*blocksPerSM=*/24,
     /*registersPerThread=*/255,
     /*registersPerSM=*/65536,
     TensorCores::MmaSync,
     /*hasAsyncCopy=*/true,
     /*hasTMA=*/false,
     /*referenceProduct=*/"L40S",
     /*referenceSMs=*/142,
     /*referenceDramGBPerSecond=*/864,
     /*referenceF32TFlopsPerSecond=*/91.6,
     /*referenceF16TensorTFlopsPerSecond=*/362,
     /*referenceClockGHz=*/2.49,
     /*l2BytesPerCyclePerSM=*/64},
    {/*name=*/"sm_90a",
     /*computeMajor=*/9,
     /*computeMinor=*/0,
     /*isArchitectureSpecific=*/true,
     /*ptxVersion=*/86,
     /*sharedBytesPerBlock=*/227 * 1024,
     /*sharedBytesPerSM=*/228 * 1024,
     /*threadsPerBlock=*/1024,
     /*threadsPerSM=*/2048,
     /*blocksPerSM=*/32,
     /*registersPerThread=*/255,
     /*registersPerSM=*/65536,
     TensorCores::Wgmma,
     /*hasAsyncCopy=*/true,
     /*hasTMA=*/true,
     /*referenceProduct=*/"H200 SXM",
     /*referenceSMs=*/132,
     /*referenceDramGBPerSecond=*/4800,
     /*referenceF32TFlopsPerSecond=*/67,
     /*referenceF16TensorTFlopsPerSecond=*/989,
     /*referenceClockGHz=*/1.83,
     /*l2BytesPerCyclePerSM=*/64},
    {/*name=*/"sm_100a",
     /*computeMajor=*/10,
     /*computeMinor=*/0,
     /*isArchitectureSpecific=*/true,
     /*ptxVersion=*/86,
     /*sharedBytesPerBlock=*/227 * 1024,
     /*sharedBytesPerSM=*/228 * 1024,
     /*threadsPerBlock=*/1024,
     /*threadsPerSM=*/2048,
     /*blocksPerSM=*/32,
     /*registersPerThread=*/255,
     /*registersPerSM=*/65536,
     TensorCores::Tcgen05,
     /*hasAsyncCopy=*/true,
     /*hasTMA=*/true,
     /*referenceProduct=*/"B200 SXM",
     /*referenceSMs=*/148,
     /*referenceDramGBPerSecond=*/8000,
     /*referenceF32TFlopsPerSecond=*/75,
     /*referenceF16TensorTFlopsPerSecond=*/2250,
     /*referenceClockGHz=*/1.86,
     /*l2BytesPerCyclePerSM=*/64},
};

std::string Chip::getPtxFeature() const {
  return "+ptx" + std::to_string(ptxVersion);
}

llvm::ArrayRef<Chip> mlir::convoy::listChips() { return kChips; }

const Chip *mlir::convoy::lookupChip(llvm::StringRef name) {
  const Chip *found = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  return found == std::end(kChips) ? nullptr : found;
}

const Chip *mlir::convoy::lookupChipForDevice(int32_t computeMajor,
                                              int32_t computeMinor) {
  auto device = std::make_pair(computeMajor, computeMinor);
  const Chip *last = nullptr;
  for (const Chip &chip : kChips) {
    auto needed = std::make_pair(chip.computeMajor, chip.computeMinor);
    if (chip.isArchitectureSpecific ? needed == device : needed <= device)
      last = &chip;
  }
  return last;
}

std::string mlir::convoy::listChipNames() {
  std::string names;
  for (const Chip &chip : kChips)
    names += (names.empty() ? "" : ", ") + chip.name.str();
  return names;
}
