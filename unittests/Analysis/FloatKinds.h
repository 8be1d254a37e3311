//===- FloatKinds.h - Tests of each kind of float ---------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parameters of tests that run once for each kind of float.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_ANALYSIS_FLOATKINDS_H
#define CONVOY_UNITTESTS_ANALYSIS_FLOATKINDS_H

#include "Convoy/Analysis/ConstantData.h"

#include "gtest/gtest.h"

namespace mlir::convoy {

inline auto allFloatKinds() {
  return testing::Values(FloatKind::F16, FloatKind::BF16, FloatKind::F32,
                         FloatKind::F64);
}

inline std::string
getFloatKindName(const testing::TestParamInfo<FloatKind> &info) {
  switch (info.param) {
  case FloatKind::F16:
    return "F16";
  case FloatKind::BF16:
    return "BF16";
  case FloatKind::F32:
    return "F32";
  case FloatKind::F64:
    return "F64";
  }
  llvm_unreachable("unknown kind");
}

} // namespace mlir::convoy

#endif // CONVOY_UNITTESTS_ANALYSIS_FLOATKINDS_H
