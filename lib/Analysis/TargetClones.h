//===- TargetClones.h - Loops for the machine at hand ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Distributions build for the oldest machine. A function that is declared with
// CONVOY_TARGET_CLONES is compiled for newer ones as well, and the loader picks
// the right one; where the compiler or the system cannot do that, the plain
// function is all there is. Results are the same: files that use this are
// compiled without contraction of products and sums.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_TARGETCLONES_H
#define CONVOY_LIB_ANALYSIS_TARGETCLONES_H

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__)
#define CONVOY_TARGET_CLONES                                                   \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CONVOY_TARGET_CLONES
#endif

#endif // CONVOY_LIB_ANALYSIS_TARGETCLONES_H
