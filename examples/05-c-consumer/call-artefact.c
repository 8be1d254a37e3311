//===- call-artefact.c - An artefact called from C --------------*- C -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// call-artefact MODEL.so: calls the entry `main` of an artefact, one float32
// tensor in and one out, on a tensor of ones (a dynamic dim becomes 1), twice,
// and prints what came out. Needs the two headers and dlopen, nothing of
// Convoy's build and nothing of LLVM.
//
//===----------------------------------------------------------------------===//

#include "convoy-c/Artefact.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxRank = 8 };

static const ConvoyArtefactApi *api;

static void quit(const char *what, const char *why) {
  fprintf(stderr, "call-artefact: %s: %s\n", what, why);
  exit(1);
}

static void check(const char *what, ConvoyStatus status) {
  if (status != CONVOY_OK)
    quit(what, api->lastError());
}

/// A float32 tensor on the CPU of the given shape, with memory of its own.
static DLTensor makeTensor(int64_t *shape, int32_t rank, float value) {
  size_t count = 1;
  for (int32_t i = 0; i < rank; ++i)
    count *= (size_t)shape[i];
  float *values = malloc(count ? count * sizeof(float) : 1);
  if (!values)
    quit("malloc", "out of memory");
  for (size_t i = 0; i < count; ++i)
    values[i] = value;
  DLTensor tensor = {0};
  tensor.data = values;
  tensor.device.device_type = kDLCPU;
  tensor.dtype = (DLDataType){kDLFloat, 32, 1};
  tensor.ndim = rank;
  tensor.shape = shape;
  return tensor;
}

/// Memory as an entry wants it: aligned, and zero before its first use.
static void *makeWorkspace(uint64_t bytes) {
  uint64_t alignment = CONVOY_WORKSPACE_ALIGNMENT_BYTES;
  uint64_t rounded = (bytes + alignment) / alignment * alignment;
  void *workspace = aligned_alloc(alignment, rounded);
  if (!workspace)
    quit("aligned_alloc", "out of memory");
  return memset(workspace, 0, rounded);
}

static void load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    quit(path, dlerror());
  ConvoyArtefactApiGetter getApi =
      (ConvoyArtefactApiGetter)dlsym(library, CONVOY_ARTEFACT_API_SYMBOL);
  if (!getApi)
    quit(path, "not an artefact");
  api = getApi(CONVOY_ARTEFACT_API_VERSION);
  if (!api)
    quit(path, "an artefact of another version");
}

static void printTensor(const char *name, const DLTensor *tensor) {
  printf("%s: shape", name);
  size_t count = 1;
  for (int32_t i = 0; i < tensor->ndim; ++i) {
    printf(" %lld", (long long)tensor->shape[i]);
    count *= (size_t)tensor->shape[i];
  }
  const float *values = tensor->data;
  if (count > 0)
    printf(", first %.5g, last %.5g", values[0], values[count - 1]);
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc != 2)
    quit("usage", "call-artefact MODEL.so");
  load(argv[1]);

  const ConvoyEntry *entry;
  check("findEntry", api->findEntry("main", &entry));
  check("prepare", api->prepare((DLDevice){kDLCPU, 0}));
  ConvoyTensorInfo in, out;
  check("inputInfo", api->inputInfo(entry, 0, &in));
  check("outputInfo", api->outputInfo(entry, 0, &out));
  if (in.rank > kMaxRank || out.rank > kMaxRank)
    quit("main", "expected tensors of rank 8 at most");

  int64_t inShape[kMaxRank], outShape[kMaxRank];
  for (int32_t i = 0; i < in.rank; ++i)
    inShape[i] = in.shape[i] < 0 ? 1 : in.shape[i];
  DLTensor x = makeTensor(inShape, in.rank, 1.0f);
  const DLTensor *inputs[] = {&x};
  check("resultShape", api->resultShape(entry, inputs, 1, 0, outShape));
  DLTensor y = makeTensor(outShape, out.rank, 0.0f);
  const DLTensor *outputs[] = {&y};

  // The caller owns all memory; one workspace serves any number of calls, as
  // long as they do not run at the same time.
  uint64_t bytes;
  check("workspaceBytes", api->workspaceBytes(entry, inputs, 1, &bytes));
  void *workspace = makeWorkspace(bytes);
  for (int i = 0; i < 2; ++i)
    check("call", api->call(entry, inputs, 1, outputs, 1, workspace, bytes,
                            /*stream=*/NULL));

  printTensor(in.name, &x);
  printTensor(out.name, &y);
  free(workspace);
  free(x.data);
  free(y.data);
  return 0;
}
