//===- Reason.cpp - Why a fold did not happen -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spellings and hints of the reason codes; nothing else.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/Reason.h"

#include "llvm/Support/ErrorHandling.h"

using namespace mlir::convoy;

namespace {
struct ReasonText {
  llvm::StringLiteral code;
  llvm::StringLiteral hint;
};
} // namespace

static ReasonText getText(Reason reason) {
  switch (reason) {
  case Reason::BatchStatistics:
    return {"batch-statistics",
            "export the model in inference mode, where mean and variance are "
            "stored parameters"};
  case Reason::MultipleUses:
    return {"multiple-uses",
            "the unscaled value is needed elsewhere; compute it from a second "
            "convolution if the fold is worth it"};
  case Reason::NotPerChannel:
    return {"not-per-channel",
            "only operands that vary along the output channels can move into "
            "a filter"};
  case Reason::AmbiguousChannel:
    return {"ambiguous-channel",
            "keep the channel dimension apart from others between the "
            "convolution and this step"};
  case Reason::DependsOnConv:
    return {"depends-on-conv",
            "the operand is computed from the convolution itself and is known "
            "only after it has run"};
  case Reason::CrossesActivation:
    return {"crosses-activation",
            "move the step in front of the activation if the model allows it"};
  case Reason::NonlinearStep:
    return {"nonlinear-step",
            "only steps of the form a[c]*x + b[c] can move into a filter"};
  case Reason::ShiftCrossesPadding:
    return {"shift-crosses-padding",
            "a shift in front of a zero-padded convolution changes the border; "
            "pad before the shift or drop the padding"};
  case Reason::UnsupportedType:
    return {"unsupported-type",
            "convolutions of f16, bf16, f32 and f64 without an encoding are "
            "folded"};
  case Reason::NonFinite:
    return {"non-finite",
            "check the parameters: a folded weight or bias would be infinite "
            "or NaN"};
  case Reason::AccuracyLimit:
    return {"accuracy-limit",
            "keep the scale in the epilogue or raise the limit"};
  case Reason::MalformedConv:
    return {"malformed-conv",
            "strides, dilations and sizes must be positive and fit into 64 "
            "bits"};
  case Reason::MissingResource:
    return {"missing-resource",
            "the file refers to a dense_resource whose data it does not "
            "carry"};
  case Reason::NotAConvolution:
    return {"not-a-convolution",
            "expected sum(input * filter) over filter and input channels"};
  case Reason::CrossesPooling:
    return {"crosses-pooling",
            "move the step in front of the pooling if the model allows it"};
  case Reason::CrossesCall:
    return {"crosses-call", "inline the call before folding"};
  case Reason::CrossesRegion:
    return {"crosses-region",
            "move the step into the block of the convolution, or simplify the "
            "control flow before folding"};
  case Reason::TooManyConvolutions:
    return {"too-many-convolutions",
            "apply the step to each convolution, in front of where they are "
            "added up or put together"};
  }
  llvm_unreachable("unknown reason");
}

llvm::StringRef mlir::convoy::getReasonCode(Reason reason) {
  return getText(reason).code;
}

llvm::StringRef mlir::convoy::getReasonHint(Reason reason) {
  return getText(reason).hint;
}

llvm::LogicalResult mlir::convoy::refuse(Refusal &refusal, Reason reason,
                                         Operation *op,
                                         const llvm::Twine &message) {
  refusal = {reason, op, message.str()};
  return llvm::failure();
}
