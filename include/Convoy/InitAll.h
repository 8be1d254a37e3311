//===- InitAll.h - One call registers everything ---------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a tool or an embedding compiler calls to make Convoy known. Defined in
// the ConvoyPipelines library.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_INITALL_H
#define CONVOY_INITALL_H

namespace mlir {
class DialectRegistry;

namespace convoy {

/// Registers the convoy dialect and the external interface models that its
/// passes need.
void registerAllDialects(DialectRegistry &registry);

/// Registers every Convoy pass and named pipeline with the pass registry.
/// Calling it again does nothing.
void registerAllPasses();

} // namespace convoy
} // namespace mlir

#endif // CONVOY_INITALL_H
