//===- ConvolutionInfo.cpp - What a convolution is ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's inferConvolutionDims classifies the loops; what it does not look
// at (the body, the types, the signs of strides, the sizes) is checked here.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Accessors
//===----------------------------------------------------------------------===//

// A convolution has two inputs and one init, in this order. Asking the op for
// them by kind makes attributes of segment sizes.
Value ConvolutionInfo::getInput() const {
  return linalg::LinalgOp(op)->getOperand(0);
}
Value ConvolutionInfo::getFilter() const {
  return linalg::LinalgOp(op)->getOperand(1);
}
Value ConvolutionInfo::getInit() const {
  return linalg::LinalgOp(op)->getOperand(2);
}
Value ConvolutionInfo::getResult() const {
  return linalg::LinalgOp(op)->getResult(0);
}
RankedTensorType ConvolutionInfo::getInputType() const {
  return cast<RankedTensorType>(getInput().getType());
}
RankedTensorType ConvolutionInfo::getFilterType() const {
  return cast<RankedTensorType>(getFilter().getType());
}
RankedTensorType ConvolutionInfo::getResultType() const {
  return cast<RankedTensorType>(getResult().getType());
}

ChannelSpace ConvolutionInfo::getOutputChannels() const {
  return {getResultType(), channelDims, getInit()};
}
ChannelSpace ConvolutionInfo::getInputChannels() const {
  return {getInputType(), inputChannelDims, getInput()};
}

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

SmallVector<int64_t> ChannelSpace::getSizes() const {
  return llvm::map_to_vector(dims,
                             [&](int64_t dim) { return type.getDimSize(dim); });
}

bool ChannelSpace::isEnumerable() const {
  constexpr int64_t kMaxChannels = int64_t(1) << 22;
  std::optional<int64_t> count = 1;
  for (int64_t size : getSizes()) {
    if (ShapedType::isDynamic(size))
      return false;
    if (count)
      count = llvm::checkedMul(*count, size);
  }
  return count && *count <= kMaxChannels;
}

void ChannelSpace::forEachChannel(
    function_ref<void(ArrayRef<int64_t> coordinates)> visit) const {
  SmallVector<int64_t> sizes = getSizes();
  int64_t count = ShapedType::getNumElements(sizes);
  SmallVector<int64_t> coordinates(type.getRank(), 0);
  for (int64_t channel = 0; channel < count; ++channel) {
    int64_t rest = channel;
    for (auto [dim, size] : llvm::reverse(llvm::zip_equal(dims, sizes))) {
      coordinates[dim] = rest % size;
      rest /= size;
    }
    visit(coordinates);
  }
}

//===----------------------------------------------------------------------===//
// The body
//===----------------------------------------------------------------------===//

/// Input, filter and init; a quantized convolution has two zero points more.
static constexpr unsigned kNumOperands = 3;
static constexpr unsigned kNumQuantizedOperands = 5;

/// Skips conversions between element types. What may not be skipped is refused
/// later, by what checkConversions says of the whole body.
static Value skipConversions(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::TruncFOp, arith::ExtSIOp, arith::ExtUIOp,
             arith::TruncIOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The factor itself where a quantized convolution subtracts a zero point,
/// which is an argument of the body as well.
static Value skipZeroPoint(Value value) {
  Operation *op = value.getDefiningOp();
  bool subtracts = op && isa<arith::SubIOp, arith::SubFOp>(op) &&
                   isa<BlockArgument>(skipConversions(op->getOperand(1)));
  return subtracts ? skipConversions(op->getOperand(0)) : value;
}

/// True if {lhs, rhs} are the (converted) first two arguments of `body`.
static bool areFactors(Block &body, Value lhs, Value rhs) {
  Value a = skipConversions(lhs), b = skipConversions(rhs);
  if (body.getNumArguments() == kNumQuantizedOperands) {
    a = skipZeroPoint(a);
    b = skipZeroPoint(b);
  }
  BlockArgument input = body.getArgument(0), filter = body.getArgument(1);
  return (a == input && b == filter) || (a == filter && b == input);
}

/// True if `op` is an `Op` on i1, which stands for an op on numbers there.
template <typename Op>
static bool isBoolean(Operation *op) {
  return isa<Op>(op) && op->getResult(0).getType().isInteger(1);
}

/// True if `value` is the (converted) product of the first two arguments of
/// `body`.
static bool isProduct(Block &body, Value value) {
  Operation *op = skipConversions(value).getDefiningOp();
  return op &&
         (isa<arith::MulFOp, arith::MulIOp, complex::MulOp>(op) ||
          isBoolean<arith::AndIOp>(op)) &&
         areFactors(body, op->getOperand(0), op->getOperand(1));
}

/// True if `body` yields accumulator + input * filter. The accumulator must
/// arrive untouched: the fold relies on result = init + conv.
static bool accumulatesProduct(Block &body) {
  unsigned numArguments = body.getNumArguments();
  if (numArguments != kNumOperands && numArguments != kNumQuantizedOperands)
    return false;
  Operation *yield = body.getTerminator();
  if (yield->getNumOperands() != 1)
    return false;
  Operation *sum = skipConversions(yield->getOperand(0)).getDefiningOp();
  auto isAccumulator = [&](Value value) {
    return skipConversions(value) == body.getArguments().back();
  };
  if (auto fma = dyn_cast_or_null<math::FmaOp>(sum))
    return isAccumulator(fma.getC()) &&
           areFactors(body, fma.getA(), fma.getB());
  if (!sum || !(isa<arith::AddFOp, arith::AddIOp, complex::AddOp>(sum) ||
                isBoolean<arith::OrIOp>(sum)))
    return false;
  Value lhs = sum->getOperand(0), rhs = sum->getOperand(1);
  return (isAccumulator(lhs) && isProduct(body, rhs)) ||
         (isAccumulator(rhs) && isProduct(body, lhs));
}

bool mlir::convoy::isConvolutionLike(Operation *op) {
  // Bodies tell most ops apart, and are cheaper to look at than operands by
  // kind.
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !accumulatesProduct(*linalgOp.getBlock()) ||
      linalgOp.getNumDpsInits() != 1 || !linalgOp.hasPureTensorSemantics())
    return false;
  // A named convolution whose strides or dilations confuse the classification
  // of loops is still a convolution, and worth a refusal instead of silence.
  return isa<linalg::ConvolutionOpInterface>(op) ||
         succeeded(linalg::inferConvolutionDims(linalgOp));
}

//===----------------------------------------------------------------------===//
// Types, sizes, loops
//===----------------------------------------------------------------------===//

static std::string toString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static bool isSupportedFloat(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

static LogicalResult checkTypes(linalg::LinalgOp op, Refusal &refusal) {
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || type.getEncoding() || !isSupportedFloat(type.getElementType()))
      return refuse(refusal, Reason::UnsupportedType, op,
                    "expected ranked tensors of f16, bf16, f32 or f64 without "
                    "encoding, found " +
                        toString(operand.getType()));
    // Sizes are multiplied in what follows; upstream's verifier accepts
    // products beyond 64 bits.
    std::optional<int64_t> elements = 1;
    for (int64_t size : type.getShape())
      if (elements && !ShapedType::isDynamic(size))
        elements = llvm::checkedMul(*elements, size);
    if (!elements || !llvm::checkedMul(*elements, int64_t(8)))
      return refuse(refusal, Reason::MalformedConv, op,
                    "expected a size that fits into 64 bits, found " +
                        toString(type));
  }
  return success();
}

/// Widening a factor is exact; narrowing one rounds, which commutes with no
/// scale. Nor does the rounding of each product, which may overflow once its
/// weight is scaled, whatever the input.
static LogicalResult checkConversions(linalg::LinalgOp op, Refusal &refusal) {
  for (Operation &inner : op.getBlock()->without_terminator())
    if (isa<arith::TruncFOp>(inner))
      return refuse(refusal, Reason::UnsupportedType, op,
                    "expected an accumulator no narrower than input and "
                    "filter, found a conversion from " +
                        toString(inner.getOperand(0).getType()) + " to " +
                        toString(inner.getResult(0).getType()));
  for (Operation &inner : op.getBlock()->without_terminator())
    if (isa<arith::ExtFOp>(inner) &&
        inner.getOperand(0).getDefiningOp<arith::MulFOp>())
      return refuse(refusal, Reason::UnsupportedType, op,
                    "expected products in the type of the accumulator, found "
                    "ones that are rounded to " +
                        toString(inner.getOperand(0).getType()) +
                        " and then extended to " +
                        toString(inner.getResult(0).getType()));
  return success();
}

/// Named convolutions keep strides and dilations as attributes, which
/// upstream's verifier accepts with any sign.
static LogicalResult checkWindowAttributes(linalg::LinalgOp op,
                                           Refusal &refusal) {
  for (StringRef name : {"strides", "dilations"}) {
    auto values = op->getAttrOfType<DenseIntElementsAttr>(name);
    if (!values)
      continue;
    for (const APInt &value : values.getValues<APInt>())
      if (value.getSExtValue() <= 0)
        return refuse(refusal, Reason::MalformedConv, op,
                      "expected positive " + name + ", found " +
                          Twine(value.getSExtValue()));
  }
  return success();
}

static bool contains(ArrayRef<unsigned> loops, unsigned loop) {
  return llvm::is_contained(loops, loop);
}

/// The position of loop `loop` among the results of `map`, if it stands there
/// alone.
static std::optional<int64_t> findLoop(AffineMap map, unsigned loop) {
  for (auto [position, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (dim.getPosition() == loop)
        return position;
  return std::nullopt;
}

/// Collects the dimensions that `map` and the filter share along plain loops.
static void pairWithFilter(AffineMap map, AffineMap filterMap,
                           function_ref<bool(unsigned)> isWanted,
                           SmallVectorImpl<int64_t> &mapDims,
                           SmallVectorImpl<int64_t> &filterDims) {
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || !isWanted(dim.getPosition()))
      continue;
    std::optional<int64_t> inFilter = findLoop(filterMap, dim.getPosition());
    if (!inFilter)
      continue;
    mapDims.push_back(position);
    filterDims.push_back(*inFilter);
  }
}

ConvolutionLoops::Loops ConvolutionLoops::get(linalg::LinalgOp op) {
  auto compute = [&] {
    return Loops{linalg::inferConvolutionDims(op), op.getIndexingMapsArray()};
  };
  if (!isa<linalg::ConvolutionOpInterface>(op.getOperation()))
    return compute();
  // The last is where upstream keeps the maps once they have been asked for.
  Key key = {op->getName().getAsOpaquePointer(), op->getAttr("strides"),
             op->getAttr("dilations"),
             op->getDiscardableAttr("linalg.memoized_indexing_maps")};
  auto [entry, isNew] = known.try_emplace(key);
  if (isNew)
    entry->second = compute();
  return entry->second;
}

FailureOr<ConvolutionInfo> mlir::convoy::analyzeConvolution(linalg::LinalgOp op,
                                                            Refusal &refusal) {
  ConvolutionLoops loops;
  return analyzeConvolution(op, refusal, loops);
}

FailureOr<ConvolutionInfo>
mlir::convoy::analyzeConvolution(linalg::LinalgOp op, Refusal &refusal,
                                 ConvolutionLoops &loops) {
  if (failed(checkTypes(op, refusal)) ||
      failed(checkConversions(op, refusal)) ||
      failed(checkWindowAttributes(op, refusal)))
    return failure();

  if (!haveSizesInAgreement(op))
    return refuse(refusal, Reason::MalformedConv, op,
                  "expected sizes of input, filter and result that agree");

  ConvolutionLoops::Loops found = loops.get(op);
  const FailureOr<linalg::ConvolutionDimensions> &dims = found.dims;
  if (failed(dims))
    return refuse(refusal, Reason::MalformedConv, op,
                  "expected one image loop and one filter loop for each "
                  "spatial dimension");

  ConvolutionInfo info;
  info.op = op;
  info.dims = *dims;
  info.inputMap = found.maps[0];
  info.filterMap = found.maps[1];
  info.outputMap = found.maps[2];
  // Everything downstream addresses elements by the result's coordinates, so
  // each loop of the result must stand for itself.
  if (!info.outputMap.isProjectedPermutation() ||
      !info.filterMap.isProjectedPermutation())
    return refuse(refusal, Reason::NotAConvolution, op,
                  "expected filter and result to be indexed by plain loops");
  for (auto [values, name] : {std::pair(dims->strides, "strides"),
                              std::pair(dims->dilations, "dilations")})
    for (int64_t value : values)
      if (value <= 0)
        return refuse(refusal, Reason::MalformedConv, op,
                      "expected positive " + Twine(name) + ", found " +
                          Twine(value));

  pairWithFilter(
      info.outputMap, info.filterMap,
      [&](unsigned loop) {
        return contains(dims->outputChannel, loop) ||
               contains(dims->depth, loop);
      },
      info.channelDims, info.filterChannelDims);
  pairWithFilter(
      info.inputMap, info.filterMap,
      [&](unsigned loop) {
        return contains(dims->inputChannel, loop) ||
               contains(dims->depth, loop);
      },
      info.inputChannelDims, info.filterInputChannelDims);
  return info;
}
