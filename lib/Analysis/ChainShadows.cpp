//===- ChainShadows.cpp - Steps behind what is not followed ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk over a block ends at poolings, calls and the block's own end. Steps
// that stand behind such an end are what a user may have expected to fold, so
// they are looked for and reported; nothing here is ever folded.
//
// A shadow is no form: what is computed from a pooling (a gate, the statistics
// of a batch) is still a run-time value to the rest of the walk.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"
#include "Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// `value` as what stands for its convolutions; none if it has nothing to do
/// with one.
std::optional<Shadow> ChainWalker::getShadow(Value value) const {
  if (auto it = shadows.find(value); it != shadows.end())
    return it->second;
  const Form *form = forms.find(value);
  if (!form)
    return std::nullopt;
  const Term &term = form->terms.front();
  Shadow shadow{term.root, term.coordinates, {}};
  shadow.cause = roots[term.root]->cause;
  return shadow;
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

/// Behind an op that sums up or selects within a window, an element belongs to
/// the channel of the elements in the window.
std::optional<Shadow> ChainWalker::moveThroughWindow(Operation &op,
                                                     const Shadow &shadow) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured || !structured.hasPureTensorSemantics() ||
      op.getNumResults() != 1)
    return std::nullopt;
  OpOperand *source = nullptr;
  for (OpOperand *input : structured.getDpsInputOperands())
    if (!source && getShadow(input->get()))
      source = input;
  if (!source)
    return std::nullopt;
  const ChannelSpace &channels = roots[shadow.root]->channels;
  AffineMap map = structured.getMatchingIndexingMap(source);
  AffineMap resultMap =
      structured.getMatchingIndexingMap(structured.getDpsInitOperand(0));
  SmallVector<AffineExpr> loops(map.getNumDims());
  for (auto [expr, coordinate] :
       llvm::zip_equal(map.getResults(), shadow.coordinates)) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    if (loop && resultMap.isFunctionOfDim(loop.getPosition()))
      loops[loop.getPosition()] = coordinate;
    // Sums over channels mix them.
    else if (isFunctionOfChannels(coordinate, channels))
      return std::nullopt;
  }
  Shadow moved = shadow;
  moved.coordinates.clear();
  for (AffineExpr expr : resultMap.getResults()) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    AffineExpr coordinate = loop ? loops[loop.getPosition()] : AffineExpr();
    moved.coordinates.push_back(
        coordinate ? coordinate
                   : getAffineSymbolExpr(numSymbols++, op.getContext()));
  }
  return moved;
}

/// The shadow of the result of an elementwise op that reads `operand`.
std::optional<Shadow> ChainWalker::moveElementwise(Operation &op,
                                                   OpOperand &operand,
                                                   const Shadow &shadow) {
  ElementwiseView view(op);
  AffineMap map = view.getMap(operand);
  auto type = cast<RankedTensorType>(operand.get().getType());
  if (!getMovement(map, view.getResultMap(), view.getLoopRanges(),
                   type.getShape()))
    return std::nullopt;
  SmallVector<AffineExpr, 4> loops = getLoops(map, shadow.coordinates);
  Shadow moved = shadow;
  moved.coordinates.clear();
  for (AffineExpr expr : view.getResultMap().getResults())
    moved.coordinates.push_back(expr.replaceDims(loops));
  return moved;
}

/// The same behind a reshape.
static std::optional<SmallVector<AffineExpr>>
reshape(Operation &op, ArrayRef<AffineExpr> coordinates) {
  SmallVector<AffineExpr> moved;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    moved = expandIndices(coordinates, expand.getReassociationIndices(),
                          expand.getResultType());
  else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    moved = collapseIndices(coordinates, collapse.getReassociationIndices(),
                            collapse.getSrcType());
  else if (isPacking(op))
    moved = getPackingResultIndices(op, coordinates);
  if (moved.empty() ||
      llvm::any_of(moved, [](AffineExpr expr) { return !expr; }))
    return std::nullopt;
  return moved;
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// Says which op ends the walk, and why.
static Refusal describeEnd(Operation &op) {
  StringRef name = op.getName().getStringRef();
  if (isa<CallOpInterface>(op))
    return {Reason::CrossesCall, &op,
            ("the convolution passes through " + name + " first").str()};
  if (isa<tensor::CastOp>(op))
    return {Reason::UnsupportedType, &op,
            "the convolution is cast to a tensor without a rank first"};
  if (isa<linalg::LinalgOp>(op))
    return {Reason::CrossesPooling, &op,
            ("the convolution passes through " + name +
             ", which combines several of its elements, first")
                .str()};
  return {Reason::NonlinearStep, &op,
          (name + " is not known to be affine in the convolution").str()};
}

/// Goes on behind `op`, which reads something derived and is not followed.
void ChainWalker::startShadows(Operation &op) {
  if (auto call = dyn_cast<CallOpInterface>(op))
    for (OpOperand &operand : op.getOpOperands())
      if (std::optional<Shadow> passed = getShadow(operand.get()))
        enterCallee(call, operand, *passed);
  std::optional<Shadow> shadow;
  for (Value operand : op.getOperands())
    if (!shadow)
      shadow = getShadow(operand);
  if (!shadow || op.getNumResults() == 0)
    return;
  // The first obstacle is the cause, whatever lies behind it.
  if (!shadow->cause.op)
    shadow->cause = describeEnd(op);
  if (isa<linalg::LinalgOp>(op)) {
    if (std::optional<Shadow> moved = moveThroughWindow(op, *shadow))
      shadows[op.getResult(0)] = *moved;
    return;
  }
  // Of what else there is, nobody knows where it takes the channels: as long as
  // there are as many dimensions, to the same.
  if (op.getNumRegions() != 0)
    return;
  for (Value result : op.getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    bool hasRank =
        type && type.getRank() == int64_t(shadow->coordinates.size());
    if (hasRank || isa<UnrankedTensorType>(result.getType()))
      shadows[result] = *shadow;
  }
}

/// True if `op` computes with the elements of tensors without a rank.
static bool isUnrankedArithmetic(Operation &op) {
  return op.getNumResults() == 1 && op.getNumOperands() > 1 &&
         isa<UnrankedTensorType>(op.getResult(0).getType()) &&
         isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             math::FmaOp>(op);
}

/// Follows what is behind a shadow, and marks steps.
void ChainWalker::followShadow(Operation &op) {
  OpOperand *source = nullptr;
  for (OpOperand &operand : op.getOpOperands()) {
    if (!shadows.contains(operand.get()))
      continue;
    // Two of them make no step (x * sigmoid(x)), but what is behind may be one.
    if (source && source->get() != operand.get())
      return;
    source = &operand;
  }
  if (!source)
    return;
  Shadow shadow = shadows.lookup(source->get());
  // What an operand without a rank varies along is not known; that it is one is
  // reason enough.
  if (isUnrankedArithmetic(op))
    markHidden(shadow.root, shadow.cause);
  if (isElementwise(op)) {
    noteStep(op, *source, shadow);
    if (std::optional<Shadow> moved = moveElementwise(op, *source, shadow))
      shadows[op.getResult(0)] = *moved;
    return;
  }
  bool isPacked = isPacking(op) && source->getOperandNumber() == 0;
  if (isPacked || isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
    if (auto moved = reshape(op, shadow.coordinates)) {
      shadow.coordinates.assign(moved->begin(), moved->end());
      shadows[op.getResult(0)] = shadow;
    }
    return;
  }
  startShadows(op);
}

/// Remembers why `op` stays, if it is a step on `operand` that differs between
/// channels.
void ChainWalker::noteStep(Operation &op, OpOperand &operand,
                           const Shadow &shadow) {
  ElementwiseView view(op);
  AffineMap map = view.getMap(operand);
  if (!view.isRead(operand) || map.getNumResults() != shadow.coordinates.size())
    return;
  Refusal ignored;
  FailureOr<SymbolicElement> element =
      evaluateStep(pool, view, operand, getLoops(map, shadow.coordinates),
                   getReader(*roots[shadow.root]), ignored);
  if (failed(element) || element->isParameter)
    return;
  const SymbolicElement::Entry &entry = element->entries.front();
  auto varies = [&](ChannelExpr expr) {
    return expr && pool.get(expr).kind != ChannelExprNode::Kind::Scalar;
  };
  if (!varies(entry.scale) && !varies(entry.shift))
    return;
  markHidden(shadow.root, shadow.cause);
}

/// Remembers `cause` for the convolutions that `rootId` stands for.
void ChainWalker::markHidden(unsigned rootId, const Refusal &cause) {
  const Root &root = *roots[rootId];
  if (!root.isPseudo)
    return markStranded(rootId, cause);
  for (unsigned origin : root.origins)
    markStranded(origin, cause);
}

//===----------------------------------------------------------------------===//
// Called functions
//===----------------------------------------------------------------------===//

/// Calls within calls that are followed.
static constexpr unsigned kMaxCallDepth = 16;
/// Ops of functions that are looked at, beside as many as the block has.
static constexpr size_t kMinOpsInCallees = 1024;

/// Marks steps that the function which `call` calls takes on `operand`, which
/// stands for `shadow`.
void ChainWalker::enterCallee(CallOpInterface call, OpOperand &operand,
                              Shadow shadow) {
  if (!symbols || callDepth == kMaxCallDepth || roots[shadow.root]->stranded ||
      !llvm::is_contained(call.getArgOperands(), operand.get()))
    return;
  auto callee = dyn_cast_or_null<CallableOpInterface>(
      call.resolveCallableInTable(symbols));
  Region *body = callee ? callee.getCallableRegion() : nullptr;
  unsigned index =
      operand.getOperandNumber() - call.getArgOperands().getBeginOperandIndex();
  if (!body || body->empty() || index >= body->getNumArguments() ||
      body->getArgument(index).getType() != operand.get().getType() ||
      !entered.insert({callee, shadow.root}).second)
    return;
  if (!shadow.cause.op)
    shadow.cause = describeEnd(*call);
  llvm::DenseMap<Value, Shadow> outside;
  std::swap(shadows, outside);
  shadows[body->getArgument(index)] = shadow;
  ++callDepth;
  size_t budget = block.getOperations().size() + kMinOpsInCallees;
  for (Operation &op : body->front()) {
    if (++numOpsInCallees > budget)
      break;
    // What is behind another convolution folds into that.
    if (!isConvolutionLike(&op))
      followShadow(op);
  }
  --callDepth;
  std::swap(shadows, outside);
}

//===----------------------------------------------------------------------===//
// Other blocks
//===----------------------------------------------------------------------===//

/// Marks steps on `value`, which stands for `shadow` in another block.
void ChainWalker::noteStepsOn(Value value, const Shadow &shadow) {
  for (OpOperand &use : value.getUses()) {
    Operation &op = *use.getOwner();
    if (op.getBlock() == &block)
      continue;
    if (auto call = dyn_cast<CallOpInterface>(op))
      enterCallee(call, use, shadow);
    if (!isElementwise(op))
      continue;
    Shadow there = shadow;
    if (!there.cause.op)
      there.cause = {Reason::CrossesRegion, &op,
                     "the step is in another block than the convolution"};
    noteStep(op, use, there);
  }
}

/// Goes on behind a structured op whose body reads elements of a convolution
/// wherever it likes.
void ChainWalker::startShadowsOfGather(linalg::GenericOp op) {
  for (Operation &inner : *op.getBlock()) {
    auto extract = dyn_cast<tensor::ExtractOp>(inner);
    std::optional<Shadow> shadow =
        extract ? getShadow(extract.getTensor()) : std::nullopt;
    if (!shadow || op->getNumResults() != 1)
      continue;
    if (!shadow->cause.op)
      shadow->cause = describeEnd(*op);
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (type && type.getRank() == int64_t(shadow->coordinates.size()))
      shadows[op->getResult(0)] = *shadow;
    return;
  }
}

/// Remembers what the regions of `op` read of what is defined in front of it.
void ChainWalker::noteCaptured(Operation &op) {
  if (op.getNumRegions() == 0 || roots.empty() ||
      op.hasTrait<OpTrait::IsIsolatedFromAbove>())
    return;
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return startShadowsOfGather(generic);
  if (isa<linalg::LinalgOp>(op))
    return;
  op.walk([&](Operation *inner) {
    if (inner != &op)
      for (Value operand : inner->getOperands())
        if (operand.getParentBlock() == &block && forms.contains(operand))
          captured.insert(operand);
  });
}

/// Marks steps in the regions of ops and in the blocks that follow.
void ChainWalker::noteStepsInOtherBlocks() {
  if (roots.empty())
    return;
  for (Value value : captured)
    noteStepsOn(value, *getShadow(value));
  noteStepsBehindBlock();
}

/// Marks steps on what leaves the block at its end, or is read in one that
/// follows.
void ChainWalker::noteStepsBehindBlock() {
  if (!block.mightHaveTerminator())
    return;
  Operation *terminator = block.getTerminator();
  Operation *parent = block.getParentOp();
  bool yields = terminator->hasTrait<OpTrait::ReturnLike>() &&
                isa<RegionBranchOpInterface>(parent) &&
                terminator->getNumOperands() == parent->getNumResults();
  auto branch = dyn_cast<BranchOpInterface>(terminator);
  for (OpOperand &operand : terminator->getOpOperands()) {
    std::optional<Shadow> shadow = getShadow(operand.get());
    if (!shadow)
      continue;
    if (yields)
      noteStepsOn(parent->getResult(operand.getOperandNumber()), *shadow);
    if (branch)
      if (auto argument =
              branch.getSuccessorBlockArgument(operand.getOperandNumber()))
        noteStepsOn(*argument, *shadow);
  }
  if (block.getParent()->hasOneBlock())
    return;
  for (Operation &op : block)
    for (Value result : op.getResults())
      if (forms.contains(result))
        noteStepsOn(result, *getShadow(result));
}
