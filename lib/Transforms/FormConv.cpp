//===- FormConv.cpp - From linalg to convoy.conv --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies a ConvPlan: builds the op and its epilogue, and removes what it
// replaces.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FormConv.h"

#include "EraseUnused.h"
#include "FormConvParameters.h"
#include "FormConvPlan.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// The sizes of a tensor, read where they come from rather than from an op that
/// is about to go.
static SmallVector<OpFoldResult> getSizes(OpBuilder &builder, Location loc,
                                          Value tensor) {
  while (auto op = tensor.getDefiningOp<DestinationStyleOpInterface>())
    tensor = op.getTiedOpOperand(cast<OpResult>(tensor))->get();
  if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes();
  if (auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>()) {
    SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
    // Upstream's verifier lets sizes contradict the type, which holds.
    for (auto [size, known] :
         llvm::zip_equal(sizes, expand.getResultType().getShape()))
      if (!ShapedType::isDynamic(known))
        size = builder.getIndexAttr(known);
    return sizes;
  }
  return tensor::getMixedSizes(builder, loc, tensor);
}

/// The sizes of the result in the order of the plan's output.
static SmallVector<OpFoldResult> getOutputSizes(OpBuilder &builder,
                                                Location loc,
                                                const ConvPlan &plan,
                                                StringRef convOrder) {
  linalg::LinalgOp conv = plan.conv;
  SmallVector<OpFoldResult> convSizes =
      getSizes(builder, loc, conv.getDpsInitOperand(0)->get());
  auto getSize = [&](char dim) -> OpFoldResult {
    std::optional<unsigned> at = findDim(convOrder, dim);
    return at ? convSizes[*at] : OpFoldResult(builder.getIndexAttr(1));
  };
  bool hadGroups = findDim(convOrder, conv_dim::kGroup).has_value();
  bool hasGroups = findDim(plan.outputOrder, conv_dim::kGroup).has_value();
  AffineExpr size = builder.getAffineSymbolExpr(0);
  SmallVector<OpFoldResult> sizes;
  for (char dim : plan.outputOrder) {
    if (dim == conv_dim::kGroup) {
      sizes.push_back(builder.getIndexAttr(plan.groups));
      continue;
    }
    sizes.push_back(getSize(dim));
    if (dim != conv_dim::kOutputChannel || hadGroups == hasGroups)
      continue;
    // The groups were merged into the channels behind the convolution, or
    // split off.
    AffineExpr changed =
        hadGroups ? size * plan.groups : size.floorDiv(plan.groups);
    sizes.back() = affine::makeComposedFoldedAffineApply(builder, loc, changed,
                                                         sizes.back());
  }
  return sizes;
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

namespace {
/// Builds the epilogue's block from the ops that join it.
class EpilogueBuilder {
public:
  EpilogueBuilder(OpBuilder &builder, ConvPlan &plan, ConvOp op)
      : builder(builder), plan(plan), loc(op.getLoc()),
        block(op.addEpilogueBlock(builder)) {}

  void build() {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(block);
    elements[plan.conv->getResult(0)] = buildStart();
    auto *step = plan.steps.begin();
    for (Operation *op : ArrayRef(plan.replaced).drop_front()) {
      Value element;
      if (step == plan.steps.end() || step->op != op)
        element = elements.lookup(getMoved(op));
      else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        element = buildStructured(*step++, linalgOp);
      else
        element = buildElementwise(*step++);
      elements[op->getResult(0)] = element;
    }
    YieldOp::create(builder, loc, elements.lookup(plan.getResult()));
  }

private:
  /// The element of the convolution's own result.
  Value buildStart() {
    Value element = block->getArgument(0);
    if (plan.startsFromResidual) {
      Value residual = convertScalarToDtype(builder, loc, block->getArgument(1),
                                            plan.accumulatorType,
                                            /*isUnsignedCast=*/false);
      element = arith::AddFOp::create(builder, loc, element, residual);
    }
    return convertScalarToDtype(
        builder, loc, element,
        getElementTypeOrSelf(plan.conv->getResult(0).getType()),
        /*isUnsignedCast=*/false);
  }

  /// The argument for the plan's channel value of index `index`.
  Value getChannelValue(unsigned index) {
    return block->getArgument((plan.residual ? 2 : 1) + index);
  }

  /// The operand that `op`, which only moves elements, moves.
  static Value getMoved(Operation *op) {
    OpOperand *copied = getCopiedOperand(op);
    return copied ? copied->get() : op->getOperand(0);
  }

  Value buildOperand(const EpilogueOperand &operand) {
    switch (operand.kind) {
    case EpilogueOperand::Kind::Derived:
      return elements.lookup(operand.value);
    case EpilogueOperand::Kind::Constant:
      return arith::ConstantOp::create(builder, loc, operand.constant);
    case EpilogueOperand::Kind::Residual:
      return block->getArgument(1);
    case EpilogueOperand::Kind::Channel:
      // It may be stored in a narrower type than the op reads.
      return convertScalarToDtype(builder, loc,
                                  getChannelValue(operand.channelValue),
                                  getElementTypeOrSelf(operand.value.getType()),
                                  /*isUnsignedCast=*/false);
    case EpilogueOperand::Kind::Consumed:
      return {};
    }
    llvm_unreachable("unknown kind of operand");
  }

  Value buildElementwise(const EpilogueStep &step) {
    OperationState state(step.op->getLoc(), step.op->getName());
    for (const EpilogueOperand &operand : step.operands)
      state.operands.push_back(buildOperand(operand));
    state.addTypes(getElementTypeOrSelf(step.op->getResult(0).getType()));
    state.addAttributes(step.op->getAttrs());
    return builder.create(state)->getResult(0);
  }

  Value buildStructured(const EpilogueStep &step, linalg::LinalgOp op) {
    IRMapping mapping;
    for (auto [operand, source] :
         llvm::zip_equal(op.getDpsInputOperands(), step.operands)) {
      BlockArgument argument = op.getMatchingBlockArgument(operand);
      if (step.sumInBody && source.kind == EpilogueOperand::Kind::Derived)
        mapping.map(step.sumInBody, buildOperand(source));
      else if (!argument.use_empty())
        mapping.map(argument, buildOperand(source));
    }
    for (auto [scalar, index] : step.captured)
      mapping.map(scalar, getChannelValue(index));
    Block &body = *op.getBlock();
    for (Operation &nested : body.without_terminator()) {
      if (step.takenOver.contains(&nested))
        continue;
      cloneConstants(nested, body, mapping);
      builder.clone(nested, mapping);
    }
    cloneConstants(*body.getTerminator(), body, mapping);
    return mapping.lookup(body.getTerminator()->getOperand(0));
  }

  /// The epilogue is isolated: constants from outside come with it.
  void cloneConstants(Operation &nested, Block &body, IRMapping &mapping) {
    for (Value operand : nested.getOperands())
      if (operand.getParentBlock() != &body && !mapping.contains(operand))
        builder.clone(*operand.getDefiningOp(), mapping);
  }

  OpBuilder &builder;
  ConvPlan &plan;
  Location loc;
  Block *block;
  /// The element of each tensor that the epilogue computes.
  DenseMap<Value, Value> elements;
};
} // namespace

/// Removes the epilogue where it does no more than an absent one: a conversion
/// of the sum.
static void dropTrivialEpilogue(RewriterBase &rewriter, ConvOp op) {
  Block &block = op.getEpilogue().front();
  Value yielded = op.getYieldedValue();
  if (auto truncate = yielded.getDefiningOp<arith::TruncFOp>();
      truncate && !truncate.getRoundingmodeAttr())
    yielded = truncate.getIn();
  if (yielded == block.getArgument(0) && block.getNumArguments() == 1)
    rewriter.eraseBlock(&block);
}

//===----------------------------------------------------------------------===//
// Applying
//===----------------------------------------------------------------------===//

/// Erases the ops of `plan` and what only they used.
static void eraseReplaced(RewriterBase &rewriter, const ConvPlan &plan) {
  SmallVector<Value> operands;
  for (Operation *op : llvm::reverse(plan.replaced)) {
    llvm::append_range(operands, op->getOperands());
    llvm::erase_if(operands,
                   [&](Value value) { return value.getDefiningOp() == op; });
    rewriter.eraseOp(op);
  }
  // A convolution without a use is somebody else's match.
  eraseUnused(rewriter, std::move(operands),
              [](Operation *op) { return isConvolutionLike(op); });
}

static ConvOp applyPlan(RewriterBase &rewriter, ConvPlan &plan,
                        StringRef convOrder) {
  OpBuilder::InsertionGuard guard(rewriter);
  Location loc = plan.conv.getLoc();
  // Every operand is defined before the last op that is replaced.
  rewriter.setInsertionPoint(plan.replaced.back());
  auto resultType = cast<RankedTensorType>(plan.getResult().getType());
  Value init = tensor::EmptyOp::create(
      rewriter, loc, getOutputSizes(rewriter, loc, plan, convOrder),
      resultType.getElementType());
  Value bias = createVector(rewriter, loc, plan.bias, plan.numChannels);
  Value scale = createVector(rewriter, loc, plan.scale, plan.numChannels);
  if (scale)
    scale = widenVector(rewriter, loc, scale, plan.accumulatorType);

  auto layout = LayoutAttr::get(rewriter.getContext(), plan.inputOrder,
                                plan.filterOrder, plan.outputOrder);
  auto op =
      ConvOp::create(rewriter, loc, plan.input, plan.filter, bias, scale,
                     plan.residual, init, layout, plan.strides, plan.dilations,
                     plan.padLow, plan.padHigh, plan.groups);
  addChannelValues(rewriter, plan, op);
  EpilogueBuilder(rewriter, plan, op).build();
  dropTrivialEpilogue(rewriter, op);

  Value result = op.getResult();
  if (result.getType() != resultType)
    result = tensor::CastOp::create(rewriter, loc, resultType, result);
  rewriter.replaceAllUsesWith(plan.getResult(), result);
  eraseReplaced(rewriter, plan);
  return op;
}

/// What became the epilogue, by the names of its scalar operations.
static std::string describeEpilogue(const ConvPlan &plan) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::ListSeparator separator(" ");
  for (const EpilogueStep &step : plan.steps) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(step.op);
    if (!linalgOp) {
      os << separator << step.op->getName().stripDialect();
      continue;
    }
    for (Operation &nested : linalgOp.getBlock()->without_terminator())
      if (!step.takenOver.contains(&nested))
        os << separator << nested.getName().stripDialect();
  }
  return text;
}

/// Everything that `plan` absorbs, in words.
static SmallVector<std::string> describe(const ConvPlan &plan,
                                         StringRef convOrder) {
  SmallVector<std::string> absorbed = plan.absorbed;
  if (plan.outputOrder != convOrder)
    absorbed.push_back("movement of the result");
  if (plan.residual && !plan.startsFromResidual)
    absorbed.push_back("residual");
  if (!plan.channelValues.empty())
    absorbed.push_back("parameters of the epilogue");
  if (std::string epilogue = describeEpilogue(plan); !epilogue.empty())
    absorbed.push_back("epilogue (" + epilogue + ")");
  return absorbed;
}

FailureOr<FormedConv> convoy::formConv(RewriterBase &rewriter,
                                       linalg::LinalgOp conv,
                                       Refusal &refusal) {
  FailureOr<ConvolutionInfo> info = analyzeConvolution(conv, refusal);
  if (failed(info))
    return failure();
  FailureOr<ConvPlan> plan = planConvolution(*info, refusal);
  if (failed(plan))
    return failure();
  std::string convOrder = plan->outputOrder;
  absorbOperands(*plan);
  absorbEpilogue(*plan);

  FormedConv formed;
  formed.absorbed = describe(*plan, convOrder);
  formed.conv = applyPlan(rewriter, *plan, convOrder);
  formed.leftBehind = plan->leftBehind;
  formed.leftBehindReason = std::move(plan->leftBehindReason);
  return formed;
}

namespace {
struct FormConvPattern : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (!isConvolutionLike(op))
      return rewriter.notifyMatchFailure(op, "expected a convolution");
    Refusal refusal;
    if (failed(formConv(rewriter, op, refusal)))
      return rewriter.notifyMatchFailure(op, refusal.message);
    return success();
  }
};
} // namespace

void convoy::populateFormConvPatterns(RewritePatternSet &patterns) {
  patterns.add<FormConvPattern>(patterns.getContext());
}
