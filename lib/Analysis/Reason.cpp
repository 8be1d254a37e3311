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

#include <cassert>
#include <iterator>

using namespace mlir::convoy;

namespace {
struct ReasonText {
  Reason reason;
  llvm::StringLiteral code;
  llvm::StringLiteral hint;
};
} // namespace

/// In the order of the enumeration, all of it.
static constexpr ReasonText kTexts[] = {
    {Reason::BatchStatistics, "batch-statistics",
     "export the model in inference mode, where mean and variance are "
     "stored parameters"},
    {Reason::MultipleUses, "multiple-uses",
     "the unscaled value is needed elsewhere; compute it from a second "
     "convolution if the fold is worth it"},
    {Reason::NotPerChannel, "not-per-channel",
     "only operands that vary along the output channels can move into "
     "a filter"},
    {Reason::AmbiguousChannel, "ambiguous-channel",
     "keep the channel dimension apart from others between the "
     "convolution and this step"},
    {Reason::DependsOnConv, "depends-on-conv",
     "the operand is computed from the convolution itself and is known "
     "only after it has run"},
    {Reason::CrossesActivation, "crosses-activation",
     "move the step in front of the activation if the model allows it"},
    {Reason::NonlinearStep, "nonlinear-step",
     "only steps of the form a[c]*x + b[c] can move into a filter"},
    {Reason::ShiftCrossesPadding, "shift-crosses-padding",
     "a shift in front of a zero-padded convolution changes the border; "
     "pad before the shift or drop the padding"},
    {Reason::UnsupportedType, "unsupported-type",
     "convolutions of f16, bf16, f32 and f64 without an encoding are "
     "folded"},
    {Reason::NonFinite, "non-finite",
     "check the parameters: a folded weight or bias would be infinite "
     "or NaN"},
    {Reason::AccuracyLimit, "accuracy-limit",
     "keep the scale in the epilogue or raise the limit"},
    {Reason::MalformedConv, "malformed-conv",
     "strides, dilations and sizes must be positive and fit into 64 "
     "bits"},
    {Reason::MissingResource, "missing-resource",
     "the file refers to a dense_resource whose data it does not "
     "carry"},
    {Reason::NotAConvolution, "not-a-convolution",
     "expected sum(input * filter) over filter and input channels"},
    {Reason::CrossesPooling, "crosses-pooling",
     "move the step in front of the pooling if the model allows it"},
    {Reason::CrossesCall, "crosses-call", "inline the call before folding"},
    {Reason::CrossesRegion, "crosses-region",
     "move the step into the block of the convolution, or simplify the "
     "control flow before folding"},
    {Reason::TooManyConvolutions, "too-many-convolutions",
     "apply the step to each convolution, in front of where they are "
     "added up or put together"},
};

static constexpr bool areInOrder() {
  for (size_t i = 0; i < std::size(kTexts); ++i)
    if (kTexts[i].reason != static_cast<Reason>(i))
      return false;
  return true;
}
static_assert(areInOrder(), "texts are found by the number of their reason");

static const ReasonText &getText(Reason reason) {
  size_t index = static_cast<size_t>(reason);
  assert(index < std::size(kTexts) && "expected a text for each reason");
  return kTexts[index];
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
