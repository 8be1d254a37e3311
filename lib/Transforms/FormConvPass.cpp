//===- FormConvPass.cpp - The pass convoy-form-conv -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs formConv on every convolution of a module and says what it did. It is a
// module pass because remarks streamed from several threads are not safe.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FormConv.h"
#include "Convoy/Transforms/Passes.h"

#include "BlockOrder.h"
#include "InputFirst.h"

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFORMCONV
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

static remark::RemarkOpts getRemarkOpts(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name("form-conv")
      .category("convoy")
      .function(function ? function.getName() : StringRef("<module>"));
}

static void remarkFormed(FormedConv &formed) {
  Operation *conv = formed.conv;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "formed convoy.conv of layout ";
  Attribute(formed.conv.getLayout()).print(os);
  if (!formed.absorbed.empty()) {
    os << ", absorbing ";
    llvm::interleaveComma(formed.absorbed, os);
  }
  remark::passed(conv->getLoc(), getRemarkOpts(conv)) << text;
  if (formed.leftBehind)
    remark::missed(formed.leftBehind->getLoc(), getRemarkOpts(conv))
        << ("not absorbed into convoy.conv: " + formed.leftBehindReason);
}

static void remarkRefusal(Operation *conv, const Refusal &refusal) {
  remark::missed(conv->getLoc(), getRemarkOpts(conv))
      << (Twine(conv->getName().getStringRef()) + " stays linalg (" +
          getReasonCode(refusal.reason) + "): " + refusal.message)
             .str();
}

/// Joins the groups of convolutions that are written in slices; returns the
/// convolutions that were made.
static DenseSet<Operation *>
joinAllSlicedGroups(RewriterBase &rewriter, ModuleOp module,
                    const DominanceInfo &dominance) {
  SmallVector<Operation *> concatenations;
  module.walk([&](Operation *op) {
    if (isa<tensor::ConcatOp, tensor::InsertSliceOp>(op) &&
        convoy::detail::isOrdered(dominance, *op->getBlock()))
      concatenations.push_back(op);
  });
  DenseSet<Operation *> joined;
  // What goes with a concatenation stands in front of it.
  for (Operation *op : concatenations) {
    FailureOr<SmallVector<linalg::LinalgOp>> convs =
        joinSlicedGroups(rewriter, op);
    if (succeeded(convs))
      joined.insert(convs->begin(), convs->end());
  }
  return joined;
}

namespace {
struct FormConvPass : mlir::convoy::impl::ConvoyFormConvBase<FormConvPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](Block *block) {
      convoy::detail::putInputsFirst(rewriter, *block);
    });
    DominanceInfo dominance(getOperation());
    DenseSet<Operation *> joined =
        joinAllSlicedGroups(rewriter, getOperation(), dominance);
    SmallVector<linalg::LinalgOp> convs;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (isConvolutionLike(op) &&
          convoy::detail::isOrdered(dominance, *op->getBlock()))
        convs.push_back(op);
    });

    for (linalg::LinalgOp conv : convs) {
      Refusal refusal;
      bool wasJoined = joined.contains(conv);
      FailureOr<FormedConv> formed = formConv(rewriter, conv, refusal);
      if (succeeded(formed)) {
        if (wasJoined)
          formed->absorbed.insert(formed->absorbed.begin(), "slices of groups");
        remarkFormed(*formed);
      } else
        remarkRefusal(conv, refusal);
    }
  }
};
} // namespace
