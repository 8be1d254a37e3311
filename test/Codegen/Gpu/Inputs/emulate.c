/*===- emulate.c - A block of threads on the CPU -------------------------===*\
|*                                                                            *|
|* Part of the Convoy project, under the Apache License v2.0 with LLVM        *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Runs a kernel that was lowered for the CPU, each thread of a block as a    *|
|* coroutine that runs to the next barrier. emulate.py compiles this together *|
|* with the kernel.                                                           *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { kMaxThreads = 1024, kMaxArguments = 16, kStackBytes = 256 * 1024 };

static ucontext_t scheduler, threads[kMaxThreads];
static char finished[kMaxThreads];
static int64_t currentThread, currentBlock, gridBlocks, blockThreads;
static void **arguments;
static int64_t numArguments;

/* Called by the kernel. */
int64_t emulateThreadId(void) { return currentThread; }
int64_t emulateBlockId(void) { return currentBlock; }
void emulateBarrier(void) { swapcontext(&threads[currentThread], &scheduler); }

/* Called by the host's code in place of a launch. */
void emulateLaunch(int64_t blocks, int64_t threadsPerBlock) {
  gridBlocks = blocks;
  blockThreads = threadsPerBlock;
}

int64_t getGridBlocks(void) { return gridBlocks; }

/* The kernel: its arguments are pointers to memref descriptors. */
void _mlir_ciface_kernel();

static void runThread(void) {
  void *a[kMaxArguments] = {0};
  memcpy(a, arguments, numArguments * sizeof(void *));
  /* More arguments than the kernel has are not looked at. */
  _mlir_ciface_kernel(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8],
                      a[9], a[10], a[11], a[12], a[13], a[14], a[15]);
  finished[currentThread] = 1;
}

/* Returns the number of barriers that some threads of a block passed and others
   did not. */
int64_t runGrid(void **kernelArguments, int64_t count) {
  int64_t numDiverged = 0;
  char *stacks = malloc((size_t)kStackBytes * blockThreads);
  arguments = kernelArguments;
  numArguments = count;
  for (currentBlock = 0; currentBlock < gridBlocks; ++currentBlock) {
    for (int64_t thread = 0; thread < blockThreads; ++thread) {
      finished[thread] = 0;
      getcontext(&threads[thread]);
      threads[thread].uc_stack.ss_sp = stacks + thread * kStackBytes;
      threads[thread].uc_stack.ss_size = kStackBytes;
      threads[thread].uc_link = &scheduler;
      makecontext(&threads[thread], runThread, 0);
    }
    int64_t numFinished = 0;
    while (numFinished < blockThreads) {
      int64_t numWaiting = 0;
      for (currentThread = 0; currentThread < blockThreads; ++currentThread) {
        if (finished[currentThread])
          continue;
        swapcontext(&scheduler, &threads[currentThread]);
        if (finished[currentThread])
          ++numFinished;
        else
          ++numWaiting;
      }
      if (numWaiting != 0 && numFinished != 0)
        ++numDiverged;
    }
  }
  free(stacks);
  return numDiverged;
}
