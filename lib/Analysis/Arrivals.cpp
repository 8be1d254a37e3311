//===- Arrivals.cpp - Which convolutions meet in an op --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parameter is added once to each piece of a result, so convolutions from
// different operands must fill the same piece, have no element in common, or
// one of them must span the pieces that others fill.
//
//===----------------------------------------------------------------------===//

#include "Arrivals.h"

#include "mlir/IR/AffineMap.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

SmallVector<AffineExpr, 4>
mlir::convoy::detail::getLoops(AffineMap map,
                               ArrayRef<AffineExpr> coordinates) {
  // A loop that the operand does not see has one iteration.
  SmallVector<AffineExpr, 4> loops(map.getNumDims(),
                                   getAffineConstantExpr(0, map.getContext()));
  for (auto [expr, coordinate] : llvm::zip_equal(map.getResults(), coordinates))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loops[dim.getPosition()] = coordinate;
  return loops;
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

namespace {
/// The values that an expression takes: [begin, end), or all of a loop whose
/// size is not known.
struct Extent {
  int64_t begin = 0, end = 0;
  bool isWholeLoop = false;

  bool operator==(const Extent &other) const {
    return begin == other.begin && end == other.end &&
           isWholeLoop == other.isWholeLoop;
  }
};
} // namespace

/// The range of a coordinate of a concatenation: a dimension, moved by an
/// offset.
static std::optional<Extent> getExtent(AffineExpr loop,
                                       ArrayRef<int64_t> shape) {
  int64_t offset = 0;
  if (auto constant = dyn_cast<AffineConstantExpr>(loop))
    return Extent{constant.getValue(), constant.getValue() + 1, false};
  auto sum = dyn_cast<AffineBinaryOpExpr>(loop);
  if (sum && sum.getKind() == AffineExprKind::Add) {
    auto constant = dyn_cast<AffineConstantExpr>(sum.getRHS());
    if (!constant)
      return std::nullopt;
    offset = constant.getValue();
    loop = sum.getLHS();
  }
  auto dim = dyn_cast<AffineDimExpr>(loop);
  if (!dim)
    return std::nullopt;
  int64_t size = shape[dim.getPosition()];
  if (ShapedType::isDynamic(size))
    return offset == 0 ? std::optional(Extent{0, 0, true}) : std::nullopt;
  return Extent{offset, offset + size, false};
}

namespace {
enum class Overlap {
  None,
  Same,
  /// All of the first lies in the second, or of the second in the first.
  Inside,
  Around,
  Other
};
} // namespace

/// How the elements of two arrivals lie to each other.
static Overlap compareRegions(const Arrival &lhs, ArrayRef<int64_t> lhsShape,
                              const Arrival &rhs, ArrayRef<int64_t> rhsShape) {
  bool isInside = true, isAround = true;
  for (auto [lhsLoop, rhsLoop] : llvm::zip_equal(lhs.loops, rhs.loops)) {
    std::optional<Extent> a = getExtent(lhsLoop, lhsShape);
    std::optional<Extent> b = getExtent(rhsLoop, rhsShape);
    bool isSame = a && b && *a == *b;
    bool areKnown = a && b && !a->isWholeLoop && !b->isWholeLoop;
    if (areKnown && (a->end <= b->begin || b->end <= a->begin))
      return Overlap::None;
    isInside &=
        isSame || (areKnown && b->begin <= a->begin && a->end <= b->end);
    isAround &=
        isSame || (areKnown && a->begin <= b->begin && b->end <= a->end);
  }
  if (isInside && isAround)
    return Overlap::Same;
  return isInside   ? Overlap::Inside
         : isAround ? Overlap::Around
                    : Overlap::Other;
}

//===----------------------------------------------------------------------===//
// Arrivals
//===----------------------------------------------------------------------===//

namespace {
/// Collects the arrivals of one op, operand by operand.
class Collector {
public:
  Collector(ArrayRef<std::unique_ptr<Root>> roots,
            SmallVectorImpl<Arrival> &arrivals)
      : roots(roots), arrivals(arrivals) {}

  /// False if two elements of the same root meet.
  bool addOperand(ArrayRef<Term> terms, AffineMap map);
  /// Gives arrivals that fill the same part of the result the same piece; false
  /// if some do so only partly.
  bool joinPieces();
  /// True if different operands have parts, too many to be compared.
  bool isOverLimit() const { return isTooLong; }

private:
  unsigned find(unsigned root);
  bool choosePiece(unsigned id, unsigned &numPieces);

  ArrayRef<std::unique_ptr<Root>> roots;
  SmallVectorImpl<Arrival> &arrivals;
  /// The positions of the roots of the first `numListed` arrivals, which is all
  /// where there are many.
  llvm::DenseMap<unsigned, unsigned> positions;
  unsigned numListed = 0;
  /// The arrivals of each operand.
  SmallVector<SmallVector<unsigned, 2>, 2> operands;
  /// True if an operand is a concatenation.
  bool inPieces = false;
  /// True if an operand is a convolution that adds to others.
  bool hasSum = false;
  /// True if a root arrives through two operands.
  bool sharesRoots = false;
  bool isTooLong = false;
};
} // namespace

/// The arrival of `root`; the number of arrivals if it has not arrived yet.
unsigned Collector::find(unsigned root) {
  // To look through a few takes less time than to list them.
  constexpr size_t kMaxUnlisted = 8;
  if (arrivals.size() <= kMaxUnlisted)
    return llvm::find_if(
               arrivals,
               [&](const Arrival &arrival) { return arrival.root == root; }) -
           arrivals.begin();
  for (; numListed < arrivals.size(); ++numListed)
    positions[arrivals[numListed].root] = numListed;
  auto known = positions.find(root);
  return known == positions.end() ? arrivals.size() : known->second;
}

bool Collector::addOperand(ArrayRef<Term> terms, AffineMap map) {
  SmallVector<unsigned, 2> &ofOperand = operands.emplace_back();
  bool isIdentity = map.isIdentity();
  ofOperand.reserve(terms.size());
  for (const Term &term : terms) {
    SmallVector<AffineExpr, 4> loops =
        isIdentity ? term.coordinates : getLoops(map, term.coordinates);
    unsigned known = find(term.root);
    ofOperand.push_back(known);
    inPieces |= term.piece != 0;
    hasSum |= roots[term.root]->accumulates;
    if (known == arrivals.size())
      arrivals.push_back({term.root, term.piece, std::move(loops)});
    else if (arrivals[known].loops != loops)
      return false;
    else
      sharesRoots = true;
  }
  return true;
}

bool Collector::joinPieces() {
  for (SmallVector<unsigned, 2> &operand : operands)
    if (!llvm::is_sorted(operand))
      llvm::sort(operand);
  if (llvm::all_equal(operands))
    return true;
  // A convolution carries what it adds to along, so that must not arrive on
  // another way as well.
  if (hasSum && sharesRoots)
    return false;
  if (!inPieces)
    return true;
  isTooLong = arrivals.size() > kMaxTerms;
  if (isTooLong)
    return false;
  for (auto [position, operand] : llvm::enumerate(operands)) {
    ArrayRef<SmallVector<unsigned, 2>> earlier(operands.begin(), position);
    // The fold moves a concatenation as one tensor, so another operand has the
    // same convolutions or none of them.
    if (llvm::is_contained(earlier, operand))
      continue;
    auto sharesArrival =
        [own = ArrayRef<unsigned>(operand)](ArrayRef<unsigned> other) {
          return llvm::any_of(
              other, [&](unsigned id) { return llvm::is_contained(own, id); });
        };
    if (llvm::any_of(earlier, sharesArrival))
      return false;
  }
  unsigned numPieces = 0;
  for (unsigned id = 0; id < arrivals.size(); ++id)
    if (!choosePiece(id, numPieces))
      return false;
  return true;
}

/// Gives arrival `id` its piece, if those in front of it have theirs.
bool Collector::choosePiece(unsigned id, unsigned &numPieces) {
  Arrival &arrival = arrivals[id];
  std::optional<unsigned> piece;
  for (const Arrival &other : ArrayRef<Arrival>(arrivals).take_front(id)) {
    switch (compareRegions(arrival,
                           roots[arrival.root]->channels.type.getShape(), other,
                           roots[other.root]->channels.type.getShape())) {
    case Overlap::None:
      break;
    case Overlap::Same:
      piece = other.piece;
      break;
    case Overlap::Inside:
      // What spans pieces leaves it to them to take what is added.
      if (other.piece != kSpansPieces)
        piece = kSpansPieces;
      break;
    case Overlap::Around:
      piece = kSpansPieces;
      break;
    case Overlap::Other:
      return false;
    }
  }
  arrival.piece = piece ? *piece : numPieces++;
  return true;
}

LogicalResult mlir::convoy::detail::collectArrivals(
    ElementwiseView &view, const FormMap &forms,
    ArrayRef<std::unique_ptr<Root>> roots, SmallVectorImpl<Arrival> &arrivals,
    Refusal &refusal) {
  Collector collector(roots, arrivals);
  for (OpOperand &operand : view.op.getOpOperands()) {
    const Form *form = forms.find(operand.get());
    if (!form || !view.isRead(operand))
      continue;
    // An element that is broadcast over several results stands for several
    // elements of an equivalent convolution; there is none.
    AffineMap map = view.getMap(operand), resultMap = view.getResultMap();
    auto type = cast<RankedTensorType>(operand.get().getType());
    bool staysInPlace = map == resultMap && map.isIdentity();
    if (!staysInPlace &&
        !getMovement(map, resultMap, view.getLoopRanges(), type.getShape()))
      return refuse(refusal, Reason::NotPerChannel, &view.op,
                    "the step enlarges or rearranges the convolution's "
                    "result");
    if (!collector.addOperand(form->terms, map))
      return refuse(refusal, Reason::NotPerChannel, &view.op,
                    "the step combines different elements of the same "
                    "convolution");
  }
  if (arrivals.empty())
    return refuse(refusal, Reason::NonlinearStep, &view.op,
                  "only the shape of the convolution is used");
  bool isJoined = collector.joinPieces();
  if (collector.isOverLimit())
    return refuse(refusal, Reason::TooManyConvolutions, &view.op,
                  "expected different concatenations that are added up to "
                  "have at most " +
                      Twine(kMaxTerms) + " convolutions");
  if (!isJoined)
    return refuse(refusal, Reason::NotPerChannel, &view.op,
                  "the step combines different concatenations or sums");
  return success();
}
