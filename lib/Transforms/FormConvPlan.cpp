//===- FormConvPlan.cpp - The convolution alone ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads layout, strides, dilations and groups of a convolution from its
// indexing maps. What surrounds it is absorbed elsewhere.
//
//===----------------------------------------------------------------------===//

#include "FormConvPlan.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/IR/AffineExpr.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

static std::string toString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// One product type, and an accumulator that loses nothing of the result.
static LogicalResult checkTypes(const ConvolutionInfo &info, ConvPlan &plan,
                                Refusal &refusal) {
  Type input = info.getInputType().getElementType();
  Type filter = info.getFilterType().getElementType();
  Type result = info.getResultType().getElementType();
  if (input != filter)
    return refuse(refusal, Reason::UnsupportedType, info.op,
                  "expected a filter of the input's element type " +
                      toString(input) + ", found " + toString(filter));
  plan.accumulatorType =
      input.isF64() ? input : Float32Type::get(input.getContext());
  if (result.getIntOrFloatBitWidth() >
      plan.accumulatorType.getIntOrFloatBitWidth())
    return refuse(refusal, Reason::UnsupportedType, info.op,
                  "expected a sum in " + toString(plan.accumulatorType) +
                      " for operands of " + toString(input) + ", found " +
                      toString(result));
  return success();
}

/// Assigns a letter to each loop.
static FailureOr<SmallVector<char>>
nameLoops(const ConvolutionInfo &info, ConvPlan &plan, Refusal &refusal) {
  const linalg::ConvolutionDimensions &dims = info.dims;
  SmallVector<char> letters(info.outputMap.getNumDims(), 0);
  struct Kind {
    ArrayRef<unsigned> loops;
    char letter;
    StringRef name;
  };
  Kind kinds[] = {
      {dims.batch, conv_dim::kBatch, "batch"},
      {dims.depth, conv_dim::kGroup, "group"},
      {dims.inputChannel, conv_dim::kInputChannel, "input channel"},
      {dims.outputChannel, conv_dim::kOutputChannel, "output channel"}};
  for (const Kind &kind : kinds) {
    if (kind.loops.size() > 1)
      return refuse(refusal, Reason::NotAConvolution, info.op,
                    "expected at most one " + kind.name + " dimension, found " +
                        Twine(kind.loops.size()));
    for (unsigned loop : kind.loops)
      letters[loop] = kind.letter;
  }

  size_t numImageDims = dims.outputImage.size();
  if (numImageDims < 1 || numImageDims > 3)
    return refuse(refusal, Reason::NotAConvolution, info.op,
                  "expected one to three image dimensions, found " +
                      Twine(numImageDims));
  plan.image = StringRef("dhw").take_back(numImageDims);
  for (unsigned loop = 0; loop < letters.size(); ++loop)
    if (letters[loop] == 0 && !llvm::is_contained(dims.outputImage, loop) &&
        !llvm::is_contained(dims.filterLoop, loop))
      return refuse(refusal, Reason::NotAConvolution, info.op,
                    "expected every loop to be of a convolution, found one "
                    "that is not");
  return letters;
}

/// The factor of loop `loop` in `expr`, whose loops are `numLoops`; none if
/// there is no one number.
static std::optional<int64_t> getFactor(AffineExpr expr, unsigned loop,
                                        unsigned numLoops) {
  MLIRContext *context = expr.getContext();
  SmallVector<AffineExpr> point(numLoops, getAffineConstantExpr(0, context));
  point[loop] = getAffineConstantExpr(1, context);
  auto factor = dyn_cast<AffineConstantExpr>(
      simplifyAffineExpr(expr.replaceDims(point), 0, 0));
  return factor ? std::optional(factor.getValue()) : std::nullopt;
}

/// The loop of `loops` along which `expr` varies; none if there is not one.
static std::optional<unsigned> findLoop(AffineExpr expr,
                                        ArrayRef<unsigned> loops) {
  std::optional<unsigned> found;
  for (unsigned loop : loops) {
    if (!expr.isFunctionOfDim(loop))
      continue;
    if (found)
      return std::nullopt;
    found = loop;
  }
  return found;
}

/// Names the image dimensions in the order in which the input has them. Each is
/// read at stride * pixel + dilation * tap; which tap belongs to which pixel
/// only the input's map says.
static LogicalResult nameImage(const ConvolutionInfo &info,
                               SmallVectorImpl<char> &letters, ConvPlan &plan,
                               Refusal &refusal) {
  unsigned numLoops = letters.size();
  for (AffineExpr expr : info.inputMap.getResults()) {
    std::optional<unsigned> pixel = findLoop(expr, info.dims.outputImage);
    std::optional<unsigned> tap = findLoop(expr, info.dims.filterLoop);
    if (!pixel && !tap)
      continue;
    std::optional<int64_t> stride, dilation;
    if (pixel && tap && letters[*pixel] == 0 && letters[*tap] == 0) {
      stride = getFactor(expr, *pixel, numLoops);
      dilation = getFactor(expr, *tap, numLoops);
    }
    MLIRContext *context = expr.getContext();
    if (!stride || !dilation || *stride <= 0 || *dilation <= 0 ||
        simplifyAffineExpr(expr - getAffineDimExpr(*pixel, context) * *stride -
                               getAffineDimExpr(*tap, context) * *dilation,
                           numLoops, 0) != 0)
      return refuse(refusal, Reason::NotAConvolution, info.op,
                    "expected the input to be read at a pixel times a stride "
                    "plus a tap times a dilation");
    letters[*pixel] = letters[*tap] = plan.image[plan.strides.size()];
    plan.strides.push_back(*stride);
    plan.dilations.push_back(*dilation);
  }
  if (plan.strides.size() != plan.image.size())
    return refuse(refusal, Reason::NotAConvolution, info.op,
                  "expected the input to have every image dimension");
  plan.padLow.assign(plan.image.size(), 0);
  plan.padHigh.assign(plan.image.size(), 0);
  return success();
}

/// The letters of an operand's dimensions.
static FailureOr<std::string> getOrder(const ConvolutionInfo &info,
                                       AffineMap map, ArrayRef<char> letters,
                                       Refusal &refusal) {
  std::string order;
  for (AffineExpr expr : map.getResults()) {
    char letter = 0;
    for (unsigned loop = 0; loop < letters.size() && letter == 0; ++loop)
      if (expr.isFunctionOfDim(loop))
        letter = letters[loop];
    if (letter == 0 || StringRef(order).contains(letter))
      return refuse(refusal, Reason::NotAConvolution, info.op,
                    "expected each dimension of an operand to be indexed by a "
                    "loop of its own");
    order.push_back(letter);
  }
  return order;
}

static LogicalResult checkSizes(const ConvolutionInfo &info, ConvPlan &plan,
                                Refusal &refusal) {
  for (RankedTensorType type :
       {info.getInputType(), info.getFilterType(), info.getResultType()})
    if (llvm::is_contained(type.getShape(), 0))
      return refuse(refusal, Reason::MalformedConv, info.op,
                    "expected sizes of at least 1, found " + toString(type));

  if (StringRef(plan.outputOrder).contains(conv_dim::kGroup)) {
    plan.groups = getDimSize(plan.filterOrder, info.getFilterType().getShape(),
                             conv_dim::kGroup);
    if (ShapedType::isDynamic(plan.groups))
      return refuse(refusal, Reason::MalformedConv, info.op,
                    "expected a static number of groups, found " +
                        toString(info.getFilterType()));
  }
  int64_t filters =
      getDimSize(plan.filterOrder, info.getFilterType().getShape(),
                 conv_dim::kOutputChannel);
  plan.numChannels =
      ShapedType::isDynamic(filters) ? filters : filters * plan.groups;
  return success();
}

/// A linalg convolution may leave pixels at the end of the image unread;
/// convoy.conv says so by negative padding.
static LogicalResult cropUnreadPixels(const ConvolutionInfo &info,
                                      ConvPlan &plan, Refusal &refusal) {
  for (auto [index, dim] : llvm::enumerate(plan.image)) {
    int64_t input =
        getDimSize(plan.inputOrder, info.getInputType().getShape(), dim);
    int64_t filter =
        getDimSize(plan.filterOrder, info.getFilterType().getShape(), dim);
    int64_t output =
        getDimSize(plan.outputOrder, info.getResultType().getShape(), dim);
    if (ShapedType::isDynamic(input) || ShapedType::isDynamic(filter) ||
        ShapedType::isDynamic(output))
      continue;
    std::optional<int64_t> most =
        computeOutputSize(input, filter, plan.strides[index],
                          plan.dilations[index], /*padLow=*/0, /*padHigh=*/0);
    if (!most || *most < output)
      return refuse(refusal, Reason::MalformedConv, info.op,
                    "expected an input large enough for the output along "
                    "dimension '" +
                        Twine(dim) + "'");
    // No overflow: the pixels that are read are among the input's.
    if (*most > output)
      plan.padHigh[index] = (output - 1) * plan.strides[index] +
                            (filter - 1) * plan.dilations[index] + 1 - input;
  }
  return success();
}

FailureOr<ConvPlan> convoy::planConvolution(const ConvolutionInfo &info,
                                            Refusal &refusal) {
  ConvPlan plan;
  plan.conv = info.op;
  plan.input = info.getInput();
  plan.filter = info.getFilter();
  plan.replaced.push_back(info.op);
  if (failed(checkTypes(info, plan, refusal)))
    return failure();

  FailureOr<SmallVector<char>> letters = nameLoops(info, plan, refusal);
  if (failed(letters) || failed(nameImage(info, *letters, plan, refusal)))
    return failure();
  FailureOr<std::string> input =
      getOrder(info, info.inputMap, *letters, refusal);
  FailureOr<std::string> filter =
      getOrder(info, info.filterMap, *letters, refusal);
  FailureOr<std::string> output =
      getOrder(info, info.outputMap, *letters, refusal);
  if (failed(input) || failed(filter) || failed(output))
    return failure();
  plan.inputOrder = *input;
  plan.filterOrder = *filter;
  plan.outputOrder = *output;
  if (failed(checkSizes(info, plan, refusal)) ||
      failed(cropUnreadPixels(info, plan, refusal)))
    return failure();
  return plan;
}
