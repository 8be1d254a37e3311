//===- PackFilterData.h - Constant filters as kernels read them -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What convoy.pack_filter does to a filter that is known at compile time.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_PACKFILTERDATA_H
#define CONVOY_LIB_CODEGEN_GPU_PACKFILTERDATA_H

#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Dialect/FilterImage.h"

namespace mlir::convoy {

/// The constant that `filter` is, through views that keep the order of its
/// elements; null if it is none.
Attribute findFilterConstant(Value filter);

/// Writes all of `bytes`, image.getBytes() of them. `filter` holds the numbers
/// of [group][filter][channel][tap], row-major, in the type that the image's
/// products multiply.
void packFilter(const ConstantData &filter, const FilterImage &image,
                MutableArrayRef<char> bytes);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_PACKFILTERDATA_H
