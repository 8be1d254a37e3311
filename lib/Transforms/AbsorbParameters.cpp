//===- AbsorbParameters.cpp - Vectors of channels in convoy.conv ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/AbsorbParameters.h"
#include "Convoy/Transforms/Passes.h"

#include "ChannelComputation.h"
#include "EraseUnused.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYABSORBPARAMETERS
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

static int64_t getNumChannels(ConvOp conv) {
  ConvSizes sizes = ConvSizes::get(conv);
  return ShapedType::isDynamic(sizes.outputChannels)
             ? ShapedType::kDynamic
             : sizes.outputChannels * sizes.groups;
}

/// `value`, a vector of channels, a tensor of one element or a scalar, as a
/// parameter: tensors of rank one or zero.
static Value createParameter(OpBuilder &builder, Location loc, Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  bool isElement = type && type.hasStaticShape() && type.getNumElements() == 1;
  if (!type || type.getRank() == (isElement ? 0 : 1))
    return value;
  SmallVector<ReassociationIndices> all;
  if (!isElement)
    all.emplace_back(llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank())));
  return tensor::CollapseShapeOp::create(builder, loc, value, all);
}

namespace {
/// Rewrites one op. All that it does not move stays where it is.
class ParameterAbsorber {
public:
  ParameterAbsorber(RewriterBase &rewriter, ConvOp conv)
      : rewriter(rewriter), conv(conv),
        computation(conv->getBlock(), getNumChannels(conv)) {}

  bool hasWork() {
    return isComputed(conv.getScale()) || isComputed(conv.getBias()) ||
           llvm::any_of(conv.getParameters(),
                        [&](Value value) { return isComputed(value); });
  }

  void absorb() {
    rewriter.startOpModification(conv);
    SmallVector<Value> replaced;
    openPrologue();
    absorbVectors(replaced);
    absorbParameters(replaced);
    rewriter.finalizeOpModification(conv);
    // A convolution without a use is somebody else's match.
    eraseUnused(rewriter, std::move(replaced),
                [](Operation *op) { return isa<ConvOp>(op); });
  }

private:
  bool isComputed(Value value) {
    return value && computation.isComputed(value);
  }

  /// Makes the block, or goes where new operations dominate all that are there.
  void openPrologue() {
    if (!conv.getPrologue().empty()) {
      block = &conv.getPrologue().front();
      for (auto [parameter, argument] :
           llvm::zip_equal(conv.getParameters(), block->getArguments()))
        arguments.try_emplace(parameter, argument);
    } else {
      block = conv.addPrologueBlock(rewriter);
      rewriter.setInsertionPointToEnd(block);
      YieldChannelOp::create(rewriter, conv.getLoc(), Value(), Value(),
                             ValueRange());
    }
    rewriter.setInsertionPointToStart(block);
  }

  /// The argument for `value`, a leaf of the computation.
  Value getArgument(Value value) {
    Value &argument = arguments[value];
    if (argument)
      return argument;
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(conv);
    Value parameter = createParameter(rewriter, conv.getLoc(), value);
    conv.getParametersMutable().append(parameter);
    argument = block->addArgument(getElementTypeOrSelf(parameter.getType()),
                                  conv.getLoc());
    return argument;
  }

  Value emit(Value value) {
    return computation.emit(rewriter, value,
                            [&](Value leaf) { return getArgument(leaf); });
  }

  /// Scale and bias that are computed become values that are yielded.
  void absorbVectors(SmallVector<Value> &replaced) {
    YieldChannelOp yield = conv.getYieldChannel();
    if (Value scale = conv.getScale(); isComputed(scale)) {
      yield.getScaleMutable().assign(emit(scale));
      replaced.push_back(scale);
      conv.getScaleMutable().clear();
    }
    if (Value bias = conv.getBias(); isComputed(bias)) {
      yield.getBiasMutable().assign(emit(bias));
      replaced.push_back(bias);
      conv.getBiasMutable().clear();
    }
  }

  /// Parameters that are computed are arguments no longer.
  void absorbParameters(SmallVector<Value> &replaced) {
    for (unsigned index = 0; index < conv.getParameters().size();) {
      Value parameter = conv.getParameters()[index];
      if (!isComputed(parameter)) {
        ++index;
        continue;
      }
      Value element = emit(parameter);
      rewriter.replaceAllUsesWith(block->getArgument(index), element);
      block->eraseArgument(index);
      conv.getParametersMutable().erase(index);
      replaced.push_back(parameter);
    }
  }

  RewriterBase &rewriter;
  ConvOp conv;
  ChannelComputation computation;
  Block *block = nullptr;
  /// The prologue's argument for each value that is a parameter.
  llvm::DenseMap<Value, Value> arguments;
};
} // namespace

LogicalResult convoy::absorbParameters(RewriterBase &rewriter, ConvOp conv) {
  if (!conv.hasTensorSemantics())
    return rewriter.notifyMatchFailure(conv, "expected convoy.conv on tensors");
  ParameterAbsorber absorber(rewriter, conv);
  if (!absorber.hasWork())
    return rewriter.notifyMatchFailure(
        conv, "expected scale, bias or parameters that elementwise ops on "
              "vectors of channels compute");
  OpBuilder::InsertionGuard guard(rewriter);
  absorber.absorb();
  return success();
}

namespace {
struct AbsorbParametersPattern : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    return absorbParameters(rewriter, op);
  }
};

struct AbsorbParametersPass
    : convoy::impl::ConvoyAbsorbParametersBase<AbsorbParametersPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<ConvOp> convs;
    getOperation()->walk([&](ConvOp conv) { convs.push_back(conv); });
    // What cannot be absorbed stays as it is.
    for (ConvOp conv : convs)
      (void)absorbParameters(rewriter, conv);
  }
};
} // namespace

void convoy::populateAbsorbParametersPatterns(RewritePatternSet &patterns) {
  patterns.add<AbsorbParametersPattern>(patterns.getContext());
}
