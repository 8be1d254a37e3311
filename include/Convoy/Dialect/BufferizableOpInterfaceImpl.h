//===- BufferizableOpInterfaceImpl.h - Bufferization -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_BUFFERIZABLEOPINTERFACEIMPL_H
#define CONVOY_DIALECT_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace convoy {

/// Lets one-shot bufferization handle the operations of the convoy dialect.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace convoy
} // namespace mlir

#endif // CONVOY_DIALECT_BUFFERIZABLEOPINTERFACEIMPL_H
