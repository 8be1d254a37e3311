//===- FormConvParameters.h - Vectors of a formed conv ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes the values that a convoy.conv has one of for each output channel.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_FORMCONVPARAMETERS_H
#define CONVOY_LIB_TRANSFORMS_FORMCONVPARAMETERS_H

#include "FormConvPlan.h"

#include "Convoy/Dialect/ConvoyOps.h"

namespace mlir::convoy {

/// The float vector `vector` with elements of `type`, which is no narrower.
Value widenVector(OpBuilder &builder, Location loc, Value vector, Type type);

/// `vector` as a tensor of rank one; null if there is none.
Value createVector(OpBuilder &builder, Location loc,
                   const ChannelVector &vector, int64_t numChannels);

/// Adds a prologue to `op` that hands the plan's channel values to the
/// epilogue, if there are any.
void addChannelValues(OpBuilder &builder, const ConvPlan &plan, ConvOp op);

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_FORMCONVPARAMETERS_H
