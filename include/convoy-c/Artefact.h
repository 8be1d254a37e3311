/*===- convoy-c/Artefact.h - The C ABI of an artefact -------------*- C -*-===*\
|*                                                                            *|
|* Part of the Convoy project, under the Apache License v2.0 with LLVM        *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The only definition of how a program calls what convoy-compile made. An    *|
|* artefact is a shared object that exports one symbol,                       *|
|*                                                                            *|
|*   const ConvoyArtefactApi *convoy_artefact_api(uint32_t version);          *|
|*                                                                            *|
|* which returns a table of functions, or NULL where the artefact does not    *|
|* speak that version. Several artefacts can be loaded at once. In short:     *|
|*                                                                            *|
|*   void *library = dlopen("model.so", RTLD_NOW | RTLD_LOCAL);               *|
|*   ConvoyArtefactApiGetter get =                                            *|
|*       (ConvoyArtefactApiGetter)dlsym(library, CONVOY_ARTEFACT_API_SYMBOL); *|
|*   const ConvoyArtefactApi *api = get(CONVOY_ARTEFACT_API_VERSION);         *|
|*   const ConvoyEntry *entry;                                                *|
|*   api->findEntry("main", &entry);                                          *|
|*   api->prepare((DLDevice){kDLCPU, 0});                                     *|
|*   api->workspaceBytes(entry, inputs, 1, &bytes);                           *|
|*   api->call(entry, inputs, 1, outputs, 1, workspace, bytes, NULL);         *|
|*                                                                            *|
|* Tensors are DLPack tensors that the caller owns, outputs too:              *|
|*   - row-major and contiguous: `strides` is NULL or says so (the stride of  *|
|*     a dim of size 1, and every stride of an empty tensor, is not looked    *|
|*     at);                                                                   *|
|*   - of exactly the dtype (1 lane), rank and shape that the entry states;   *|
|*     booleans have code CONVOY_DLPACK_BOOL (kDLBool) and 8 bits;            *|
|*   - all on one device, of the type that the entry's manifest names, that   *|
|*     was prepared; on a CUDA device, `data` is a device address;            *|
|*   - `data + byte_offset` is aligned to the element's size, and on a CUDA   *|
|*     device to CONVOY_CUDA_ALIGNMENT_BYTES, as every allocation there is.   *|
|*     It may be NULL only where the tensor is empty;                         *|
|*   - an output overlaps neither an input nor another output.                *|
|*                                                                            *|
|* The workspace is memory on the device, aligned to                          *|
|* CONVOY_WORKSPACE_ALIGNMENT_BYTES, zeroed by the caller before its first    *|
|* use. A call leaves it such that any later call of the same entry, on       *|
|* shapes that need no more bytes, may use it as it is. Calls that run at the *|
|* same time never share one.                                                 *|
|*                                                                            *|
|* Every function may be called from any thread. None throws, aborts or       *|
|* prints; `call` allocates nothing and waits for nothing but its own work.   *|
|* A function that fails returns a status and leaves a message for lastError. *|
|*                                                                            *|
|* On a CUDA device, `call` starts kernels on the caller's stream and returns *|
|* while they run: inputs, outputs, workspace and the loaded artefact have to *|
|* stay until the stream has passed them. It uses the device's primary        *|
|* context, whatever is current, and can be captured in a CUDA graph. An      *|
|* artefact may have entries for several devices: those that the reference of *|
|* a verification is made of run on the CPU.                                  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef CONVOY_C_ARTEFACT_H
#define CONVOY_C_ARTEFACT_H

#include <dlpack/dlpack.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version that this header describes. */
#define CONVOY_ARTEFACT_API_VERSION 1

/** The one symbol that an artefact exports. */
#define CONVOY_ARTEFACT_API_SYMBOL "convoy_artefact_api"

/** What the address of a workspace is a multiple of. */
#define CONVOY_WORKSPACE_ALIGNMENT_BYTES 256

/** What the address of a tensor on a CUDA device is a multiple of: kernels read
 *  vectors. */
#define CONVOY_CUDA_ALIGNMENT_BYTES 16

/** DLPack's code of booleans, which its older headers do not name. */
#define CONVOY_DLPACK_BOOL 6

typedef enum ConvoyStatus {
  CONVOY_OK = 0,
  /** A NULL pointer, a wrong count, an overlap, an index out of range. */
  CONVOY_INVALID_ARGUMENT = 1,
  /** The artefact has no entry of that name. */
  CONVOY_NO_SUCH_ENTRY = 2,
  /** A tensor has another dtype than the entry states. */
  CONVOY_DTYPE_MISMATCH = 3,
  /** A tensor has another rank or shape, or shapes contradict each other. */
  CONVOY_SHAPE_MISMATCH = 4,
  /** A tensor is not contiguous, or memory is not aligned. */
  CONVOY_LAYOUT_MISMATCH = 5,
  /** A tensor is not on the device, or the device is not one of this artefact.
   */
  CONVOY_DEVICE_MISMATCH = 6,
  /** The workspace is too small. */
  CONVOY_WORKSPACE_TOO_SMALL = 7,
  /** `call` before `prepare`. */
  CONVOY_NOT_PREPARED = 8,
  /** The device or its driver reported an error. */
  CONVOY_DEVICE_ERROR = 9
} ConvoyStatus;

/** One function of the source program. Lives as long as the artefact is loaded.
 */
typedef struct ConvoyEntry ConvoyEntry;

/** What an entry expects of one argument or promises of one result. The
 *  pointers live as long as the artefact is loaded. */
typedef struct ConvoyTensorInfo {
  const char *name;
  DLDataType dtype;
  int32_t rank;
  /** `rank` dims, -1 where the caller chooses. */
  const int64_t *shape;
} ConvoyTensorInfo;

typedef struct ConvoyArtefactApi {
  /** The version asked for. */
  uint32_t version;
  /** sizeof this struct where the artefact was made: a later one of the same
   *  version can only have grown at its end. */
  uint32_t structBytes;

  /** The message of this thread's last failure, "" before the first one. Valid
   *  until the next failure on this thread. */
  const char *(*lastError)(void);

  int32_t (*entryCount)(void);
  /** NULL for an index outside [0, entryCount()). */
  const char *(*entryName)(int32_t index);
  ConvoyStatus (*findEntry)(const char *name, const ConvoyEntry **entry);

  /** The entry's manifest: one JSON object with "entry", "device", "inputs",
   *  "outputs" (arrays of {"name", "dtype", "shape"}, null for a dynamic dim)
   *  and "kernels". */
  ConvoyStatus (*query)(const ConvoyEntry *entry, const char **manifest);
  int32_t (*inputCount)(const ConvoyEntry *entry);
  int32_t (*outputCount)(const ConvoyEntry *entry);
  ConvoyStatus (*inputInfo)(const ConvoyEntry *entry, int32_t index,
                            ConvoyTensorInfo *info);
  ConvoyStatus (*outputInfo)(const ConvoyEntry *entry, int32_t index,
                             ConvoyTensorInfo *info);

  /** Makes the artefact ready to run on `device`: loads modules, uploads
   *  constants, starts threads. To be called once for each device that tensors
   *  are on, before the first `call` there; calling it again costs nothing. A
   *  device of a type or chip that the artefact is not made for is a
   *  CONVOY_DEVICE_MISMATCH; a CUDA driver that is missing or fails, a
   *  CONVOY_DEVICE_ERROR. */
  ConvoyStatus (*prepare)(DLDevice device);

  /** The shape of result `index` for inputs of these shapes. Of the inputs only
   *  `ndim` and `shape` are looked at. `shape` takes the result's rank. */
  ConvoyStatus (*resultShape)(const ConvoyEntry *entry,
                              const DLTensor *const *inputs, int32_t inputCount,
                              int32_t index, int64_t *shape);
  /** The bytes of workspace, possibly 0, for inputs of these shapes. */
  ConvoyStatus (*workspaceBytes)(const ConvoyEntry *entry,
                                 const DLTensor *const *inputs,
                                 int32_t inputCount, uint64_t *bytes);

  /** Computes the outputs. `workspace` may be NULL where 0 bytes are needed.
   *  `stream` is the CUstream (or cudaStream_t) on which to run, where NULL is
   *  the legacy default stream; NULL on the CPU, where the call returns when
   *  the outputs are written. */
  ConvoyStatus (*call)(const ConvoyEntry *entry, const DLTensor *const *inputs,
                       int32_t inputCount, const DLTensor *const *outputs,
                       int32_t outputCount, void *workspace,
                       uint64_t workspaceBytes, void *stream);

  /** The kernels that calls of this artefact have started on devices so far,
   *  those captured in a graph included, once each. Not in tables whose
   *  structBytes end before it. */
  uint64_t (*launchCount)(void);
} ConvoyArtefactApi;

typedef const ConvoyArtefactApi *(*ConvoyArtefactApiGetter)(uint32_t version);

#ifdef __cplusplus
} // extern "C"
#endif

#endif /* CONVOY_C_ARTEFACT_H */
