/*===- run-artefact.c - A C program that calls an artefact ----------------===*\
|*                                                                            *|
|* Part of the Convoy project, under the Apache License v2.0 with LLVM        *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* run-artefact MODEL.so: calls the entry `main` of one f32 argument and one  *|
|* f32 result of static shapes with an input of ones, and prints a sum.       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "convoy-c/Artefact.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ConvoyArtefactApi *api;

/* Ends the program with the artefact's own message where a call failed. */
static void check(ConvoyStatus status) {
  if (status == CONVOY_OK)
    return;
  fprintf(stderr, "run-artefact: error: %s\n", api->lastError());
  exit(1);
}

static const ConvoyArtefactApi *load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "run-artefact: error: %s\n", dlerror());
    exit(1);
  }
  ConvoyArtefactApiGetter get =
      (ConvoyArtefactApiGetter)dlsym(library, CONVOY_ARTEFACT_API_SYMBOL);
  const ConvoyArtefactApi *found = get ? get(CONVOY_ARTEFACT_API_VERSION) : 0;
  if (!found) {
    fprintf(stderr,
            "run-artefact: error: %s: expected an artefact that speaks "
            "version %d\n",
            path, CONVOY_ARTEFACT_API_VERSION);
    exit(1);
  }
  return found;
}

static int64_t elementCount(const ConvoyTensorInfo *info) {
  int64_t count = 1;
  for (int32_t i = 0; i < info->rank; ++i)
    count *= info->shape[i];
  return count;
}

/* A row-major f32 tensor as `info` describes it, every element `value`. */
static DLTensor makeTensor(const ConvoyTensorInfo *info, float value) {
  int64_t count = elementCount(info);
  float *data = malloc(count * sizeof(float));
  for (int64_t i = 0; i < count; ++i)
    data[i] = value;
  DLTensor tensor = {0};
  tensor.data = data;
  tensor.device.device_type = kDLCPU;
  tensor.ndim = info->rank;
  tensor.dtype = info->dtype;
  tensor.shape = (int64_t *)info->shape;
  return tensor;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: run-artefact MODEL.so\n");
    return 1;
  }
  api = load(argv[1]);

  const ConvoyEntry *entry;
  ConvoyTensorInfo inputInfo, outputInfo;
  check(api->findEntry("main", &entry));
  check(api->inputInfo(entry, 0, &inputInfo));
  check(api->outputInfo(entry, 0, &outputInfo));
  DLTensor input = makeTensor(&inputInfo, 1.0f);
  DLTensor output = makeTensor(&outputInfo, 0.0f);
  const DLTensor *inputs[] = {&input}, *outputs[] = {&output};

  /* Once: threads, constants, memory to work in. */
  uint64_t workspaceBytes;
  check(api->prepare(input.device));
  check(api->workspaceBytes(entry, inputs, 1, &workspaceBytes));
  /* aligned_alloc takes multiples of the alignment. */
  uint64_t allocated = (workspaceBytes / CONVOY_WORKSPACE_ALIGNMENT_BYTES + 1) *
                       CONVOY_WORKSPACE_ALIGNMENT_BYTES;
  void *workspace = aligned_alloc(CONVOY_WORKSPACE_ALIGNMENT_BYTES, allocated);
  memset(workspace, 0, allocated);

  /* As often as needed, with any inputs. */
  check(api->call(entry, inputs, 1, outputs, 1, workspace, workspaceBytes, 0));

  double sum = 0;
  for (int64_t i = 0; i < elementCount(&outputInfo); ++i)
    sum += ((float *)output.data)[i];
  printf("%d-dimensional result of %lld elements, sum %.3f\n",
         (int)outputInfo.rank, (long long)elementCount(&outputInfo), sum);
  free(input.data);
  free(output.data);
  free(workspace);
  return 0;
}
