//===- racecheck-arrival.cu - What racecheck does not follow --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Warp 0 writes to shared memory, warp 1 waits at an mbarrier and reads. By the
// argument: 0, one lane of warp 0 arrives after __syncwarp (correct, reported
// by racecheck as a race); 1, every lane arrives (correct, not reported); 2,
// nobody waits (a race, reported).
//
//   nvcc -arch=sm_90a -o racecheck-arrival racecheck-arrival.cu
//   compute-sanitizer --tool racecheck ./racecheck-arrival 0
//
// NVIDIA H200, driver 580.159.04, CUDA 13.0: 124, 0 and 128 hazards.
//
//===----------------------------------------------------------------------===//

#include <cstdint>
#include <cstdio>
__device__ uint32_t addr(const void *p) {
  return (uint32_t)__cvta_generic_to_shared(p);
}
__device__ void wait0(uint32_t b) {
  asm volatile("{\n.reg .pred P;\nL:\nmbarrier.try_wait.parity.shared::cta.b64 "
               "P, [%0], 0;\n@P bra D;\nbra L;\nD:\n}" ::"r"(b)
               : "memory");
}
__global__ void k(float *out, int mode) {
  __shared__ float data[32];
  __shared__ alignas(8) uint64_t bar;
  if (threadIdx.x == 0)
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(addr(&bar)),
                 "r"(mode == 1 ? 32 : 1));
  __syncthreads();
  int lane = threadIdx.x % 32;
  if (threadIdx.x < 32) {
    data[lane] = lane + 1;
    __syncwarp();
    if (mode == 1 || lane == 0)
      asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(addr(&bar))
                   : "memory");
  } else {
    if (mode != 2)
      wait0(addr(&bar));
    out[lane] = data[31 - lane];
  }
}
int main(int argc, char **argv) {
  int mode = argv[1][0] - '0';
  float *d, h[32];
  cudaMalloc(&d, 128);
  k<<<1, 64>>>(d, mode);
  printf("mode %d: %s %g\n", mode, cudaGetErrorString(cudaDeviceSynchronize()),
         (cudaMemcpy(h, d, 128, cudaMemcpyDeviceToHost), h[0]));
}
