//===- EntryTable.h - What compiled code and its runtime share --*- C -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The contract inside an artefact: the compiler emits the functions and the
// table declared here, the artefact runtime (lib/Runtime/Artefact) is linked
// beside them and puts the public C ABI of convoy-c/Artefact.h in front.
// Nothing here is visible outside the shared object; a change of this file
// changes CONVOY_ENTRY_TABLE_VERSION.
//
// For every entry `f` the compiler emits three functions:
//
//   void    convoy_entry_f(const void *const *inputs, void *const *outputs,
//                          const int64_t *dims, void *workspace,
//                          void *launch);
//   int64_t convoy_workspace_f(const int64_t *dims);
//   void    convoy_result_dims_f(const int64_t *dims, int64_t *resultDims);
//
// A tensor is contiguous and row-major; a scalar argument or result of the
// source function is a tensor of rank 0. `dims` holds the dims of all inputs
// one after the other, static ones included; `resultDims` likewise for the
// results. Both pointers are valid also where no dim exists.
//
// The functions run on the host. Those of an entry for a CUDA device touch no
// tensor data: convoy_entry_f computes sizes and calls convoy_rt_launch for
// each kernel, with `launch`, which is the runtime's state of this call. On the
// CPU `launch` is NULL.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_ENTRYTABLE_H
#define CONVOY_RUNTIME_ENTRYTABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The layout and the conventions of this file. The compiler emits the number
/// as `convoy_entry_table_version`; the runtime refuses any other.
#define CONVOY_ENTRY_TABLE_VERSION 2

/// DLPack's code of booleans, one byte of 0 or 1 for each (kDLBool, which older
/// headers of DLPack lack). An `i1` tensor has this code and 8 bits. As in
/// convoy-c/Artefact.h.
#define CONVOY_DLPACK_BOOL 6

/// A dim that is only known when the entry is called.
#define CONVOY_DYNAMIC_DIM (-1)

/// One argument or result of an entry. An index has the code of a 64-bit signed
/// integer, a signless integer that of a signed one.
typedef struct ConvoyTensorSpec {
  int32_t dtypeCode; /* DLPack's: DLDataTypeCode or CONVOY_DLPACK_BOOL */
  int32_t dtypeBits; /* of one element in memory: 8, 16, 32 or 64 */
  int32_t rank;
  int32_t alignmentBytes; /* of data; 0 for that of the element */
  const int64_t *dims;    /* rank of them, CONVOY_DYNAMIC_DIM where dynamic */
  const char *name;       /* as in the manifest, never NULL */
} ConvoyTensorSpec;

/// Computes all results, or starts their computation on a device. `inputs` and
/// `outputs` are data pointers, aligned as the tensors' specs say; outputs
/// overlap nothing. `workspace` has at least the bytes that the entry's
/// workspace function names for `dims`, is aligned to 256 bytes and was zero
/// before its first use. Thread-safe as long as calls share neither workspace
/// nor outputs.
typedef void (*ConvoyEntryFunction)(const void *const *inputs,
                                    void *const *outputs, const int64_t *dims,
                                    void *workspace, void *launch);

/// The bytes of workspace for inputs of the given dims; negative when the entry
/// cannot run on them because they contradict each other.
typedef int64_t (*ConvoyWorkspaceFunction)(const int64_t *dims);

/// The dims of the results for inputs of the given dims. A negative one says
/// that the inputs are too small for the program.
typedef void (*ConvoyResultDimsFunction)(const int64_t *dims,
                                         int64_t *resultDims);

/// One entry.
///
/// The manifest is one JSON object; docs/Artefact.md is its schema.
typedef struct ConvoyEntryRecord {
  const char *name;
  const char *manifest; /* JSON, NUL-terminated */
  int32_t inputCount;
  int32_t outputCount;
  const ConvoyTensorSpec *inputs;
  const ConvoyTensorSpec *outputs;
  ConvoyEntryFunction run;
  ConvoyWorkspaceFunction workspaceBytes;
  ConvoyResultDimsFunction resultDims;
  int32_t deviceType; /* DLPack's: kDLCPU or kDLCUDA */
  int32_t reserved;   /* 0 */
} ConvoyEntryRecord;

/// Device code of one GPU module: machine code, PTX, or both.
typedef struct ConvoyImageRecord {
  const void *cubin; /* NULL where there is none */
  uint64_t cubinBytes;
  const char *ptx;  /* NUL-terminated; NULL where there is none */
  const char *chip; /* "sm_90a" */
  /// The chip's compute capability.
  int32_t major;
  int32_t minor;
  /// 1 where the machine code runs on devices of that compute capability alone;
  /// else it runs on those of the same major and a minor at least that.
  int32_t cubinIsArchitectureSpecific;
  /// The same for PTX; else it runs on every device that is not older.
  int32_t ptxIsArchitectureSpecific;
} ConvoyImageRecord;

/// One kernel.
typedef struct ConvoyKernelRecord {
  const char *name; /* in its image */
  int32_t image;    /* an index of convoy_image_table */
  /// The most dynamic shared memory that any launch asks for.
  int32_t dynamicSharedBytesMax;
} ConvoyKernelRecord;

/// Data that kernels read, row-major.
typedef struct ConvoyConstantRecord {
  const void *data; /* on the host */
  uint64_t bytes;
} ConvoyConstantRecord;

// NOLINTBEGIN(readability-identifier-naming): symbols are named as C does.

/// Emitted by the compiler.
extern __attribute__((visibility("hidden")))
const int32_t convoy_entry_table_version;
extern __attribute__((visibility("hidden"))) const int32_t convoy_entry_count;
extern __attribute__((visibility("hidden")))
const ConvoyEntryRecord convoy_entry_table[];
extern __attribute__((visibility("hidden"))) const int32_t convoy_image_count;
extern __attribute__((visibility("hidden")))
const ConvoyImageRecord convoy_image_table[];
extern __attribute__((visibility("hidden"))) const int32_t convoy_kernel_count;
extern __attribute__((visibility("hidden")))
const ConvoyKernelRecord convoy_kernel_table[];
extern __attribute__((visibility("hidden")))
const int32_t convoy_constant_count;
extern __attribute__((visibility("hidden")))
const ConvoyConstantRecord convoy_constant_table[];

/// Provided by the runtime to compiled code: calls `body(context, begin, end)`
/// for disjoint ranges that together make [0, count), on several threads at
/// once, the caller's among them; returns when all are done. May be nested and
/// called from several threads; allocates nothing. A count of 0 or less calls
/// nothing.
__attribute__((visibility("hidden"))) void
convoy_rt_parallel_for(void (*body)(void *context, int64_t begin, int64_t end),
                       void *context, int64_t count);

/// Provided by the runtime to compiled code: starts a kernel, an index of
/// convoy_kernel_table, on the call's device and stream. `arguments` are the
/// addresses of the kernel's parameters and are copied. A grid without blocks
/// starts nothing. The first failure is kept in `launch` for the caller of the
/// entry; after one, nothing is started any more.
__attribute__((visibility("hidden"))) void
convoy_rt_launch(void *launch, int32_t kernel, int64_t gridX, int64_t gridY,
                 int64_t gridZ, int64_t blockX, int64_t blockY, int64_t blockZ,
                 int64_t dynamicSharedBytes, void **arguments);

/// Provided by the runtime to compiled code: where a constant, an index of
/// convoy_constant_table, lies on the call's device. Aligned to 256 bytes.
__attribute__((visibility("hidden"))) const void *
convoy_rt_device_constant(void *launch, int32_t constant);

// NOLINTEND(readability-identifier-naming)

#ifdef __cplusplus
} // extern "C"
#endif

#endif // CONVOY_RUNTIME_ENTRYTABLE_H
