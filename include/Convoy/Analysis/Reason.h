//===- Reason.h - Why a fold did not happen --------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reason codes of refusals, spelled in one place. They are part of the
// interface: tools match on them, so codes may be added and none is renamed.
// The algebra behind each code stands beside the check that yields it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_REASON_H
#define CONVOY_ANALYSIS_REASON_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include <string>

namespace mlir {
class Operation;

namespace convoy {

enum class Reason {
  BatchStatistics,
  MultipleUses,
  NotPerChannel,
  AmbiguousChannel,
  DependsOnConv,
  CrossesActivation,
  NonlinearStep,
  ShiftCrossesPadding,
  UnsupportedType,
  NonFinite,
  AccuracyLimit,
  MalformedConv,
  MissingResource,
  NotAConvolution,
  CrossesPooling,
  CrossesCall,
  CrossesRegion,
  TooManyConvolutions,
};

/// The stable spelling, such as "not-per-channel".
llvm::StringRef getReasonCode(Reason reason);

/// What the user can do about a refusal of this kind; one sentence.
llvm::StringRef getReasonHint(Reason reason);

/// A refusal: the op at which the algebra ends, and what was expected there.
struct Refusal {
  Reason reason = Reason::NonlinearStep;
  /// Null where no single op is to blame.
  Operation *op = nullptr;
  std::string message;
};

/// Fills in `refusal` and fails.
llvm::LogicalResult refuse(Refusal &refusal, Reason reason, Operation *op,
                           const llvm::Twine &message);

} // namespace convoy
} // namespace mlir

#endif // CONVOY_ANALYSIS_REASON_H
