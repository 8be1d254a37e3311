//===- SplitBodies.cpp - Steps in one body with more ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is taken out is the last value of a body through which all goes that the
// body computes from some convolutions, and that is affine in them; then again.
//
//===----------------------------------------------------------------------===//

#include "SplitBodies.h"

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::convoy;

/// Producers that are searched for a convolution.
static constexpr size_t kMaxSearchedOps = 64;
/// Mark what was taken out of a body and what is left of that, with one number
/// for both, until the end of the fold.
static constexpr StringLiteral kTakenOut = "convoy.taken_out";
static constexpr StringLiteral kRest = "convoy.rest";
/// Ops of a body that is split; each may be tried as the one to split at.
static constexpr size_t kMaxBodyOps = 64;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

static bool isAffineArithmetic(Operation &op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::NegFOp, math::FmaOp, arith::ExtFOp, arith::TruncFOp>(op);
}

/// True if `value` has as many elements as the result but is a parameter: it is
/// broadcast.
static bool isBroadcast(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  // A product of matrices reads none whole either, but reduces. An image that
  // is enlarged is read at other places, or by its position.
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return generic.getNumReductionLoops() == 0 &&
           generic.getBody()->getOps<tensor::ExtractOp>().empty() &&
           llvm::all_of(generic.getDpsInputOperands(), [&](OpOperand *input) {
             AffineMap map = generic.getMatchingIndexingMap(input);
             return map.isProjectedPermutation(/*allowZeroInDims=*/true) &&
                    !map.isPermutation();
           });
  return isa<linalg::BroadcastOp, linalg::FillOp, tensor::SplatOp>(op) ||
         op->hasTrait<OpTrait::ConstantLike>();
}

/// True if `op` yields what is affine in its operands, as far as the kinds of
/// its ops tell: what is computed from parameters alone may be anything.
static bool yieldsAffine(linalg::LinalgOp op) {
  Block &body = *op.getBlock();
  llvm::SmallDenseSet<Value, 8> derived, others;
  for (OpOperand *input : op.getDpsInputOperands())
    if (op.getMatchingIndexingMap(input).isPermutation() &&
        !isBroadcast(input->get()))
      derived.insert(op.getMatchingBlockArgument(input));
  auto isAmong = [](const llvm::SmallDenseSet<Value, 8> &values) {
    return [&](Value value) { return values.contains(value); };
  };
  for (Operation &inner : body.without_terminator()) {
    bool readsDerived = llvm::any_of(inner.getOperands(), isAmong(derived));
    bool readsOther = llvm::any_of(inner.getOperands(), isAmong(others));
    if (!readsDerived && !readsOther)
      continue;
    bool isAffine = !readsOther && isAffineArithmetic(inner);
    for (Value result : inner.getResults())
      (isAffine ? derived : others).insert(result);
  }
  return derived.contains(body.getTerminator()->getOperand(0));
}

/// True if `op` hands elements of its operands on, moved or changed.
static bool isFollowed(Operation *op) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.getNumParallelLoops() == structured.getNumLoops() &&
           structured->getNumResults() == 1 && yieldsAffine(structured);
  return isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
             tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::ConcatOp,
             linalg::PackOp, linalg::UnPackOp>(op) ||
         isAffineArithmetic(*op);
}

static bool comesFromConvolution(Value value) {
  SmallVector<Value> worklist = {value};
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!worklist.empty() && seen.size() < kMaxSearchedOps) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    if (isConvolutionLike(op))
      return true;
    if (isFollowed(op))
      llvm::append_range(worklist, op->getOperands());
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

namespace {
/// Looks for the value at which the body of one op is split.
class BodySplit {
public:
  explicit BodySplit(linalg::GenericOp op) : op(op), body(*op.getBody()) {}

  /// Null if there is none.
  Operation *find();
  /// Gives the rest.
  linalg::GenericOp apply(RewriterBase &rewriter, Operation *last,
                          Attribute number);

private:
  enum class Kind { Parameter, Affine, Other };

  Kind getKind(Value value) const {
    auto it = kinds.find(value);
    return it == kinds.end() ? Kind::Parameter : it->second;
  }
  void classifyArguments();
  Kind classify(Operation &inner) const;
  bool computesWithParameter(Operation &inner) const;
  bool takesAll(Operation *last) const;
  using OpSet = llvm::SetVector<Operation *>;
  using Iterators = SmallVector<utils::IteratorType>;
  /// Tensors, their elements in the body, and how they are indexed.
  struct Inputs {
    SmallVector<Value> tensors, elements;
    SmallVector<AffineMap> maps;

    void add(Value tensor, Value element, AffineMap map) {
      tensors.push_back(tensor);
      elements.push_back(element);
      maps.push_back(map);
    }
  };
  OpSet collectOps(Value from, Value until) const;
  Inputs collectInputs(const OpSet &ops);
  linalg::GenericOp build(RewriterBase &rewriter, const OpSet &ops,
                          Value result, Inputs inputs, Value init,
                          AffineMap resultMap, const Iterators &iterators);

  linalg::GenericOp op;
  Block &body;
  /// What is not listed is a parameter.
  llvm::SmallDenseMap<Value, Kind, 16> kinds;
};
} // namespace

void BodySplit::classifyArguments() {
  for (OpOperand *input : op.getDpsInputOperands()) {
    Value value = input->get();
    if (!op.getMatchingIndexingMap(input).isPermutation())
      continue;
    // Sizes are asked for as well.
    bool isOnlyUser = llvm::all_of(value.getUsers(), [&](Operation *user) {
      return user == op || isa<tensor::DimOp>(user);
    });
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (isOnlyUser && comesFromConvolution(value))
      kinds[argument] = Kind::Affine;
    else if (!isBroadcast(value))
      kinds[argument] = Kind::Other;
  }
  // What a reduction has summed up so far.
  kinds[op.getMatchingBlockArgument(op.getDpsInitOperand(0))] = Kind::Other;
}

BodySplit::Kind BodySplit::classify(Operation &inner) const {
  unsigned numAffine = 0;
  for (Value operand : inner.getOperands()) {
    if (getKind(operand) == Kind::Other)
      return Kind::Other;
    numAffine += getKind(operand) == Kind::Affine;
  }
  if (numAffine == 0)
    return isPure(&inner) && !isa<tensor::ExtractOp>(inner) ? Kind::Parameter
                                                            : Kind::Other;
  auto isAffine = [&](unsigned operand) {
    return getKind(inner.getOperand(operand)) == Kind::Affine;
  };
  bool isQuadratic =
      (isa<arith::MulFOp, math::FmaOp>(inner) && isAffine(0) && isAffine(1)) ||
      (isa<arith::DivFOp>(inner) && isAffine(1));
  return isAffineArithmetic(inner) && !isQuadratic ? Kind::Affine : Kind::Other;
}

/// True if the affine value of `inner` is a step, and not only a conversion, a
/// change of signs or a sum of convolutions.
bool BodySplit::computesWithParameter(Operation &inner) const {
  return llvm::any_of(inner.getOperands(), [&](Value operand) {
    return getKind(operand) == Kind::Parameter;
  });
}

/// True if `last` is a step on affine values that nothing else in the body
/// reads. A change of signs at the end belongs to what follows (exp(-x)).
bool BodySplit::takesAll(Operation *last) const {
  SmallVector<Operation *> worklist = {last};
  llvm::SmallPtrSet<Operation *, 16> taken = {last};
  SmallVector<Value> inFront;
  bool isStep = false;
  if (isa<arith::NegFOp>(last))
    return false;
  while (!worklist.empty()) {
    Operation *inner = worklist.pop_back_val();
    isStep |= computesWithParameter(*inner);
    for (Value operand : inner->getOperands()) {
      if (getKind(operand) != Kind::Affine)
        continue;
      inFront.push_back(operand);
      Operation *producer = operand.getDefiningOp();
      if (producer && taken.insert(producer).second)
        worklist.push_back(producer);
    }
  }
  return isStep && llvm::all_of(inFront, [&](Value value) {
           return llvm::all_of(value.getUsers(), [&](Operation *user) {
             return taken.contains(user);
           });
         });
}

Operation *BodySplit::find() {
  classifyArguments();
  for (Operation &inner : body.without_terminator()) {
    // What asserts, or has several results, stays in one piece.
    if (inner.getNumResults() != 1 || inner.getNumRegions() != 0)
      return nullptr;
    kinds[inner.getResult(0)] = classify(inner);
  }
  Value yielded = body.getTerminator()->getOperand(0);
  if (getKind(yielded) != Kind::Other)
    return nullptr;
  // What is computed for nothing is not worth a fold.
  OpSet live = collectOps(yielded, {});
  for (Operation *last : llvm::reverse(live))
    if (getKind(last->getResult(0)) == Kind::Affine && takesAll(last))
      return last;
  return nullptr;
}

/// The ops of the body that compute `from`, in order, without those that
/// compute `until`.
BodySplit::OpSet BodySplit::collectOps(Value from, Value until) const {
  llvm::SmallDenseSet<Value, 16> needed = {from};
  SmallVector<Operation *> ops;
  for (Operation &inner : llvm::reverse(body.without_terminator())) {
    Value result = inner.getResult(0);
    if (result == until || !needed.contains(result))
      continue;
    needed.insert_range(inner.getOperands());
    ops.push_back(&inner);
  }
  return OpSet(ops.rbegin(), ops.rend());
}

/// The inputs of the op that computes a value of the body by `ops`.
BodySplit::Inputs BodySplit::collectInputs(const OpSet &ops) {
  Inputs inputs;
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    bool isRead = llvm::any_of(argument.getUsers(), [&](Operation *user) {
      return ops.contains(user);
    });
    if (isRead)
      inputs.add(input->get(), argument, op.getMatchingIndexingMap(input));
  }
  return inputs;
}

/// The op that computes `result` of the body by `ops`, into `init`.
linalg::GenericOp BodySplit::build(RewriterBase &rewriter, const OpSet &ops,
                                   Value result, Inputs inputs, Value init,
                                   AffineMap resultMap,
                                   const Iterators &iterators) {
  inputs.maps.push_back(resultMap);
  inputs.elements.push_back(body.getArguments().back());
  return linalg::GenericOp::create(
      rewriter, op.getLoc(), init.getType(), inputs.tensors, init, inputs.maps,
      iterators, [&](OpBuilder &builder, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(inputs.elements, arguments);
        for (Operation *inner : ops)
          builder.clone(*inner, mapping);
        linalg::YieldOp::create(builder, loc, mapping.lookupOrDefault(result));
      });
}

linalg::GenericOp BodySplit::apply(RewriterBase &rewriter, Operation *last,
                                   Attribute number) {
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value split = last->getResult(0);
  OpSet inFront = collectOps(split, {});
  Inputs ofStep = collectInputs(inFront);
  // Each element of a convolution is read once: the step has its shape.
  size_t whole = 0;
  while (getKind(ofStep.elements[whole]) != Kind::Affine)
    ++whole;
  Value like = ofStep.tensors[whole];
  AffineMap map = ofStep.maps[whole];
  auto type = cast<RankedTensorType>(like.getType()).clone(split.getType());
  Value empty = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, like),
      type.getElementType());
  if (empty.getType() != type)
    empty = tensor::CastOp::create(rewriter, loc, type, empty);
  linalg::GenericOp step =
      build(rewriter, inFront, split, ofStep, empty, map,
            Iterators(op.getNumLoops(), utils::IteratorType::parallel));
  step->setAttr(kTakenOut, number);

  Value yielded = body.getTerminator()->getOperand(0);
  OpSet behind = collectOps(yielded, split);
  Inputs ofRest = collectInputs(behind);
  ofRest.add(step.getResult(0), split, map);
  linalg::GenericOp rest =
      build(rewriter, behind, yielded, ofRest, op.getOutputs()[0],
            op.getMatchingIndexingMap(op.getDpsInitOperand(0)),
            op.getIteratorTypesArray());
  rest->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  rest->setAttr(kRest, number);
  rewriter.replaceOp(op, rest);
  return rest;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

bool mlir::convoy::detail::mayBeSplit(linalg::GenericOp op) {
  Block &body = *op.getBody();
  // One op alone has nothing in front of it.
  if (llvm::hasNItemsOrLess(body, 2) || op.getOutputs().size() != 1)
    return false;
  // What is affine in one of the tensors that are read whole is followed as it
  // is. The last argument is what is there already, or was summed up so far.
  llvm::SmallDenseSet<Value, 16> derived = {body.getArguments().back()};
  for (auto [map, argument] :
       llvm::zip_equal(op.getIndexingMaps().getAsValueRange<AffineMapAttr>(),
                       body.getArguments()))
    if (map.isPermutation())
      derived.insert(argument);
  auto isDerived = [&](Value value) { return derived.contains(value); };
  return llvm::any_of(body.without_terminator(), [&](Operation &inner) {
    int64_t numDerived = llvm::count_if(inner.getOperands(), isDerived);
    if (!isAffineArithmetic(inner) || numDerived > 1 ||
        (isa<arith::DivFOp>(inner) && isDerived(inner.getOperand(1))))
      return true;
    if (numDerived == 1)
      derived.insert(inner.getResult(0));
    return false;
  });
}

static bool canBeSplit(linalg::GenericOp op) {
  auto isPlainTensor = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.getEncoding();
  };
  return llvm::all_of(op.getInputs().getTypes(), isPlainTensor) &&
         llvm::hasNItemsOrLess(*op.getBody(), kMaxBodyOps);
}

bool mlir::convoy::detail::splitBodies(RewriterBase &rewriter, Block &block) {
  OpBuilder::InsertionGuard guard(rewriter);
  bool changed = false;
  SmallVector<linalg::GenericOp> worklist;
  for (auto op : block.getOps<linalg::GenericOp>())
    if (mayBeSplit(op) && canBeSplit(op))
      worklist.push_back(op);
  for (auto [number, op] : llvm::enumerate(worklist)) {
    // Each convolution in a body may have a step of its own.
    linalg::GenericOp rest = op;
    for (;;) {
      BodySplit split(rest);
      Operation *last = split.find();
      if (!last)
        break;
      rest = split.apply(rewriter, last, rewriter.getIndexAttr(number));
      changed = true;
    }
  }
  return changed;
}

/// Puts `step` back in front of the body that it was taken out of, if that is
/// what reads it. Where the rest was folded, something else does.
static void joinWithRest(RewriterBase &rewriter, linalg::GenericOp step) {
  if (!step->hasOneUse())
    return;
  OpOperand &use = *step->use_begin();
  if (use.getOwner()->getDiscardableAttr(kRest) !=
          step->getDiscardableAttr(kTakenOut) ||
      !linalg::areElementwiseOpsFusable(&use))
    return;
  auto rest = cast<linalg::GenericOp>(use.getOwner());
  rewriter.setInsertionPoint(rest);
  FailureOr<linalg::ElementwiseOpFusionResult> joined =
      linalg::fuseElementwiseOps(rewriter, &use);
  if (failed(joined))
    return;
  joined->fusedOp->setDiscardableAttrs(rest->getDiscardableAttrDictionary());
  rewriter.replaceOp(rest, joined->replacements.lookup(rest.getResult(0)));
  rewriter.eraseOp(step);
}

void mlir::convoy::detail::joinBodies(RewriterBase &rewriter, Block &block) {
  OpBuilder::InsertionGuard guard(rewriter);
  SmallVector<linalg::GenericOp> steps;
  for (auto op : block.getOps<linalg::GenericOp>())
    if (op->hasAttr(kTakenOut))
      steps.push_back(op);
  for (linalg::GenericOp step : steps)
    joinWithRest(rewriter, step);
  for (auto op : block.getOps<linalg::GenericOp>()) {
    op->removeAttr(kTakenOut);
    op->removeAttr(kRest);
  }
}
