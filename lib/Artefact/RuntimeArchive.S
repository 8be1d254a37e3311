/*===- RuntimeArchive.S - The artefact runtime as bytes -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The static archive that is linked into every artefact, between two symbols.
// The build defines CONVOY_RUNTIME_ARCHIVE as its path.
//
//===----------------------------------------------------------------------===*/

    .section .rodata
    .global convoy_runtime_archive_begin
    .global convoy_runtime_archive_end
    .hidden convoy_runtime_archive_begin
    .hidden convoy_runtime_archive_end
    .balign 16
convoy_runtime_archive_begin:
    .incbin CONVOY_RUNTIME_ARCHIVE
convoy_runtime_archive_end:
    .byte 0

    .section .note.GNU-stack,"",%progbits
