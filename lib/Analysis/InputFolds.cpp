//===- InputFolds.cpp - What moves into a convolution from its input ------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks back from a convolution's input, into each part of a concatenation, and
// says why a step stays that the walk does not come to. What an op does to the
// scale and the shift is in InputWalk.cpp and InputParts.cpp.
//
//===----------------------------------------------------------------------===//

#include "InputWalk.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Ops in front of the end of a walk that are looked at for a step.
static constexpr unsigned kMaxOpsAhead = 16;

/// Parts of a concatenation that are looked at for one.
static constexpr size_t kMaxPartsAhead = 64;

/// Concatenations of concatenations are entered this far. It bounds the
/// recursion on hostile input.
static constexpr unsigned kMaxNesting = 32;

/// True if `value` is read once, questions for its sizes apart.
static bool isReadOnce(Value value) {
  unsigned count = 0;
  for (OpOperand &use : value.getUses())
    if (!isForwardableDim(use) && ++count > 1)
      return false;
  return count == 1;
}

namespace {
/// The walks of one convolution.
class InputCollector {
public:
  InputCollector(ChannelExprPool &pool, const ConvolutionInfo &conv,
                 function_ref<bool(Operation *)> isTaken,
                 const std::function<bool(Value)> &isDerived,
                 std::optional<Refusal> &refusal)
      : pool(pool), conv(conv), isTaken(isTaken), isDerived(isDerived),
        refusal(refusal) {}

  std::optional<InputFold> collect();

private:
  /// What a walk has found: the value is scale*source + shift.
  struct Found {
    ChannelExpr scale, shift;
    /// As InputFold has them, but in the order of the walk.
    SmallVector<OpOperand *> operands;
    SmallVector<Operation *> steps;
  };
  Found walkFrom(InputWalk walk, Value value, Operation *reader);
  void enterParts(InputWalk &walk, const JoinedInput &joined, Found &found);

  void refuse(Reason reason, Operation *op, const Twine &message);
  Operation *findStepAhead(Value value, const ChannelSpace &channels) const;
  Operation *findStepAhead(const InputWalk &walk, Operation &op,
                           ArrayRef<Value> sources) const;
  void explainEnd(const InputWalk &walk, Operation &op);
  void explainShared(const InputWalk &walk, Operation &op, OpOperand *next);
  void explainSharedParts(const InputWalk &walk, Operation &op);
  void explainBase(const InputWalk &walk, const JoinedInput &joined);

  bool isEntered(Operation *op) const {
    return !isTaken(op) &&
           op->getBlock() == conv.getResult().getDefiningOp()->getBlock();
  }
  bool hasOtherUses(Value value, Operation *reader) const;

  ChannelExprPool &pool;
  const ConvolutionInfo &conv;
  function_ref<bool(Operation *)> isTaken;
  const std::function<bool(Value)> &isDerived;
  std::optional<Refusal> &refusal;
  unsigned nesting = 0;
  bool hasParts = false;
};
} // namespace

//===----------------------------------------------------------------------===//
// What stays
//===----------------------------------------------------------------------===//

/// Of several steps that stay, the first that a walk comes to is named.
void InputCollector::refuse(Reason reason, Operation *op,
                            const Twine &message) {
  if (!refusal)
    refusal = Refusal{reason, op, message.str()};
}

/// The first step on the way to `value`, whose channels are `channels`, that
/// differs between channels and could go if the walk went on; null if there is
/// none.
Operation *InputCollector::findStepAhead(Value value,
                                         const ChannelSpace &channels) const {
  if (!value.getDefiningOp())
    return nullptr;
  InputWalk walk(pool, channels, isDerived);
  for (unsigned count = 0; count < kMaxOpsAhead; ++count) {
    Operation *op = value.getDefiningOp();
    if (!op || isTaken(op) || !isReadOnce(value))
      return nullptr;
    OpOperand *next = walk.stepOver(*op);
    if (!next)
      return nullptr;
    if (walk.isStep && walk.varies())
      return op;
    value = next->get();
  }
  return nullptr;
}

/// The same for `sources`, operands of `op`, which `walk` has come to.
Operation *InputCollector::findStepAhead(const InputWalk &walk, Operation &op,
                                         ArrayRef<Value> sources) const {
  for (Value source : sources)
    if (std::optional<ChannelSpace> channels = walk.getChannelsOf(op, source))
      if (Operation *step = findStepAhead(source, *channels))
        return step;
  return nullptr;
}

/// Says why a step stays that stands in front of `op`, where `walk` ends.
void InputCollector::explainEnd(const InputWalk &walk, Operation &op) {
  StringRef message;
  SmallVector<Value> sources;
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    message = "the padding behind the step has channels of its own, or other "
              "elements than zeros";
    sources = {pad.getSource()};
  } else if (auto pack = dyn_cast<linalg::PackOp>(op)) {
    message = "what fills the last tile behind the step has channels of its "
              "own, or other elements than zeros";
    sources = {pack.getSource()};
  } else if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
    message = "the step changes one part of a concatenation only, which is not "
              "along channels whose number is known";
    sources = llvm::to_vector(concat.getInputs().take_front(kMaxPartsAhead));
  } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    message = "the step changes one part of a tensor only, which is not a "
              "known range of channels";
    sources = {insert.getSource(), insert.getDest()};
  } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    message = "the slice behind the step has some of the channels only, or "
              "another encoding";
    sources = {slice.getSource()};
  }
  if (sources.empty())
    return;
  if (Operation *step = findStepAhead(walk, op, sources))
    refuse(Reason::NotPerChannel, step, message);
}

/// Says so if `op`, or a step in front of it if it only moves elements, stays
/// because the result of `op` is used elsewhere too; `walk` has stepped over it
/// to `next`, or ends at it if that is null.
void InputCollector::explainShared(const InputWalk &walk, Operation &op,
                                   OpOperand *next) {
  if (!next)
    return;
  Operation *step = &op;
  if (!walk.isStep)
    step = findStepAhead(next->get(), walk.getChannelsOf(next->get()));
  else if (!walk.varies())
    step = nullptr;
  if (step)
    refuse(Reason::MultipleUses, step,
           "what the step in front makes is used elsewhere too");
}

/// Says so if a step in front of `op`, which puts parts together, stays because
/// the result of `op` is used elsewhere too.
void InputCollector::explainSharedParts(const InputWalk &walk, Operation &op) {
  SmallVector<Value> sources;
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    sources = llvm::to_vector(concat.getInputs().take_front(kMaxPartsAhead));
  else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    sources = {insert.getSource(), insert.getDest()};
  if (Operation *step = findStepAhead(walk, op, sources))
    refuse(Reason::MultipleUses, step,
           "the tensor that the step is a part of is used elsewhere too");
}

/// Says so if there are steps in front of what parts are inserted into.
void InputCollector::explainBase(const InputWalk &walk,
                                 const JoinedInput &joined) {
  auto insert = dyn_cast<tensor::InsertSliceOp>(joined.ops.back());
  if (!insert)
    return;
  auto inner = insert.getDest().getDefiningOp<tensor::InsertSliceOp>();
  if (inner && isReadOnce(inner.getResult()))
    return explainEnd(walk, *inner);
  if (inner)
    return explainSharedParts(walk, *inner);
  if (Operation *step = findStepAhead(walk, *insert, insert.getDest()))
    refuse(Reason::NotPerChannel, step,
           "the step changes what other parts are inserted into");
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// True if something else than `reader`, a step in front of the convolution or
/// that itself, needs the elements of `value`. What a step does with it, more
/// than once or only writing over it, is in what was read from the step.
bool InputCollector::hasOtherUses(Value value, Operation *reader) const {
  if (reader == conv.op || isa<tensor::ConcatOp, tensor::InsertSliceOp>(reader))
    return !isReadOnce(value);
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return use.getOwner() != reader && !isForwardableDim(use);
  });
}

/// Goes on in each of the parts of `joined`, where `walk` ends.
void InputCollector::enterParts(InputWalk &walk, const JoinedInput &joined,
                                Found &found) {
  SmallVector<std::pair<ChannelExpr, ChannelExpr>> exprs;
  llvm::DenseMap<Operation *, SmallVector<unsigned, 1>> partsOfOp;
  SmallVector<Found> inFront;
  for (auto [id, part] : llvm::enumerate(joined.parts)) {
    Operation *reader = part.operand->getOwner();
    Operation *op = part.operand->get().getDefiningOp();
    inFront.push_back(
        op && isEntered(op)
            ? walkFrom(walk.enterPart(joined, id), part.operand->get(), reader)
            : Found{pool.getScalar(1), pool.getScalar(0), {}, {}});
    exprs.push_back({inFront.back().scale, inFront.back().shift});
    if (!inFront.back().steps.empty())
      partsOfOp[reader].push_back(id);
  }
  explainBase(walk, joined);
  // Of a chain, what stands in front of all that changes stays.
  size_t numChanging = partsOfOp.size();
  for (Operation *op : joined.ops) {
    if (numChanging == 0)
      break;
    SmallVector<unsigned, 1> &changing = partsOfOp[op];
    numChanging -= !changing.empty();
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op);
        insert && numChanging > 0)
      found.operands.push_back(&insert.getDestMutable());
    for (unsigned id : changing)
      found.operands.push_back(joined.parts[id].operand);
    for (unsigned id : changing) {
      llvm::append_range(found.operands, inFront[id].operands);
      llvm::append_range(found.steps, inFront[id].steps);
    }
  }
  walk.endAtParts(joined, exprs);
  hasParts = true;
}

/// Walks back from `value`, which `reader` reads.
InputCollector::Found InputCollector::walkFrom(InputWalk walk, Value value,
                                               Operation *reader) {
  Found found{walk.scale, walk.shift, {}, {}};
  // What belongs to the fold ends at the last op that computes something.
  size_t numOperands = 0;
  auto isOwn = [&](Operation *op) {
    return isEntered(op) && isReadOnce(op->getResult(0));
  };
  while (Operation *op = value.getDefiningOp()) {
    if (!isEntered(op))
      break;
    bool isShared = hasOtherUses(value, reader);
    if (isShared && isa<tensor::ConcatOp, tensor::InsertSliceOp>(op)) {
      explainSharedParts(walk, *op);
      break;
    }
    std::optional<JoinedInput> joined;
    if (!isShared && nesting < kMaxNesting)
      joined = walk.getParts(*op, isOwn);
    if (joined) {
      ++nesting;
      size_t numSteps = found.steps.size();
      enterParts(walk, *joined, found);
      --nesting;
      if (found.steps.size() == numSteps)
        break;
      found.scale = walk.scale;
      found.shift = walk.shift;
      return found;
    }
    OpOperand *next = walk.stepOver(*op);
    // A step that others read stays anyway; moving it would win nothing.
    if (isShared) {
      explainShared(walk, *op, next);
      break;
    }
    if (walk.shiftCrossesPadding)
      refuse(Reason::ShiftCrossesPadding, op,
             "a shift in front of zero padding would change the border");
    if (!next) {
      explainEnd(walk, *op);
      break;
    }
    found.operands.push_back(next);
    if (walk.isStep) {
      numOperands = found.operands.size();
      found.steps.push_back(op);
      found.scale = walk.scale;
      found.shift = walk.shift;
    }
    value = next->get();
    reader = op;
  }
  found.operands.truncate(numOperands);
  return found;
}

std::optional<InputFold> InputCollector::collect() {
  Found found = walkFrom(InputWalk(pool, conv.getInputChannels(), isDerived),
                         conv.getInput(), conv.op);
  if (found.steps.empty())
    return std::nullopt;
  InputFold fold;
  fold.scale = found.scale;
  fold.shift = found.shift;
  fold.operands.assign(found.operands.rbegin(), found.operands.rend());
  for (OpOperand *operand : fold.operands)
    if (fold.ops.empty() || fold.ops.back() != operand->getOwner())
      fold.ops.push_back(operand->getOwner());
  fold.steps.assign(found.steps.rbegin(), found.steps.rend());
  if (hasParts)
    llvm::sort(fold.steps, [](Operation *lhs, Operation *rhs) {
      return lhs->isBeforeInBlock(rhs);
    });
  return fold;
}

std::optional<InputFold>
mlir::convoy::detail::walkInput(ChannelExprPool &pool,
                                const ConvolutionInfo &conv,
                                function_ref<bool(Operation *)> isTaken,
                                const std::function<bool(Value)> &isDerived,
                                std::optional<Refusal> &refusal) {
  return InputCollector(pool, conv, isTaken, isDerived, refusal).collect();
}
