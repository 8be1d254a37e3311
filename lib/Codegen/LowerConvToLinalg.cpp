//===- LowerConvToLinalg.cpp - convoy.conv as linalg ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Splits a convoy.conv into padding, a linalg convolution and one elementwise
// op. Each operand is carried with the letters of its dimensions, from which
// the indexing maps follow.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/LowerConvToLinalg.h"

#include "LaidOutTensor.h"
#include "LowerConvRegions.h"

#include "Convoy/Codegen/Passes.h"
#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYLOWERCONVTOLINALG
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

static Value createZero(OpBuilder &builder, Location loc, Type type) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

/// Positive padding: zeros around the image.
static Value padInput(OpBuilder &builder, ConvOp op, Value input,
                      StringRef order) {
  Location loc = op.getLoc();
  SmallVector<int64_t> low(order.size(), 0), high(order.size(), 0);
  for (auto [index, dim] : llvm::enumerate(op.getLayout().getImageDims())) {
    unsigned at = *findDim(order, dim);
    low[at] = std::max<int64_t>(op.getPadLow()[index], 0);
    high[at] = std::max<int64_t>(op.getPadHigh()[index], 0);
  }
  auto isZero = [](int64_t padding) { return padding == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  Value zero = createZero(builder, loc, type.getElementType());
  return tensor::PadOp::create(
      builder, loc, tensor::PadOp::inferResultType(type, low, high), input,
      getAsIndexOpFoldResult(builder.getContext(), low),
      getAsIndexOpFoldResult(builder.getContext(), high), zero);
}

/// Negative low padding: the input without its first pixels. Pixels that
/// negative high padding cuts off need no cutting, nobody reads them.
static Value cropInput(OpBuilder &builder, ConvOp op, Value input,
                       StringRef order) {
  if (llvm::all_of(op.getPadLow(), [](int64_t low) { return low >= 0; }))
    return input;
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, input);
  SmallVector<OpFoldResult> offsets(order.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(order.size(), builder.getIndexAttr(1));
  for (auto [index, dim] : llvm::enumerate(op.getLayout().getImageDims())) {
    int64_t cropped = std::max<int64_t>(-op.getPadLow()[index], 0);
    unsigned at = *findDim(order, dim);
    offsets[at] = builder.getIndexAttr(cropped);
    sizes[at] = affine::makeComposedFoldedAffineApply(
        builder, loc, builder.getAffineSymbolExpr(0) - cropped, sizes[at]);
  }
  return tensor::ExtractSliceOp::create(builder, loc, input, offsets, sizes,
                                        strides);
}

//===----------------------------------------------------------------------===//
// The convolution
//===----------------------------------------------------------------------===//

/// The value that the sum starts from, in the order `order`: the bias where
/// nothing is multiplied after it, else zero.
static Value createSumInit(OpBuilder &builder, ConvOp op,
                           const ChannelVectors &vectors,
                           ArrayRef<OpFoldResult> sizes, StringRef order) {
  Location loc = op.getLoc();
  Type accumulator = op.getAccumulatorType();
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, accumulator);
  if (!vectors.bias || vectors.scale)
    return linalg::FillOp::create(builder, loc,
                                  createZero(builder, loc, accumulator), empty)
        .getResult(0);

  ChannelOperand bias =
      createChannelOperand(builder, loc, vectors.bias, order, op.getGroups());
  SmallVector<utils::IteratorType> iterators(order.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), bias.value, empty,
             {bias.map, builder.getMultiDimIdentityMap(order.size())},
             iterators,
             [&](OpBuilder &b, Location nested, ValueRange args) {
               Value element =
                   convertScalarToDtype(b, nested, args[0], accumulator,
                                        /*isUnsignedCast=*/false);
               linalg::YieldOp::create(b, nested, element);
             })
      .getResult(0);
}

/// The indexing map of an operand: `loops` names the loops by letter, with the
/// letters of the image dimensions in upper case for the loops over the filter.
static AffineMap getOperandMap(MLIRContext *context, ConvOp op, StringRef loops,
                               StringRef order, bool isFilter) {
  SmallVector<AffineExpr> exprs;
  for (char dim : order) {
    size_t image = op.getLayout().getImageDims().find(dim);
    if (image == StringRef::npos) {
      exprs.push_back(getAffineDimExpr(loops.find(dim), context));
      continue;
    }
    AffineExpr tap = getAffineDimExpr(loops.find(llvm::toUpper(dim)), context);
    AffineExpr pixel = getAffineDimExpr(loops.find(dim), context);
    exprs.push_back(isFilter ? tap
                             : pixel * op.getStrides()[image] +
                                   tap * op.getDilations()[image]);
  }
  return AffineMap::get(loops.size(), 0, exprs, context);
}

/// The letters of the parallel loops, in the order that linalg's named ops
/// have: the output's, but channels last in a depthwise convolution.
static std::string getParallelLoops(StringRef filter, StringRef output) {
  std::string loops = output.str();
  if (findDim(filter, conv_dim::kGroup) &&
      !findDim(filter, conv_dim::kInputChannel))
    std::stable_partition(loops.begin(), loops.end(), [](char dim) {
      return dim != conv_dim::kGroup && dim != conv_dim::kOutputChannel;
    });
  return loops;
}

/// Sums the products. The reduction loops follow the parallel ones in the order
/// of the filter's dimensions.
static Value createConvolution(RewriterBase &rewriter, ConvOp op,
                               const LaidOutTensor &input,
                               const LaidOutTensor &filter,
                               const LaidOutTensor &sum) {
  Location loc = op.getLoc();
  std::string loops = getParallelLoops(filter.order, sum.order);
  SmallVector<utils::IteratorType> iterators(loops.size(),
                                             utils::IteratorType::parallel);
  for (char dim : filter.order) {
    bool isImage = op.getLayout().getImageDims().contains(dim);
    if (!isImage && StringRef(sum.order).contains(dim))
      continue;
    loops.push_back(isImage ? llvm::toUpper(dim) : dim);
    iterators.push_back(utils::IteratorType::reduction);
  }

  MLIRContext *context = rewriter.getContext();
  SmallVector<AffineExpr> outputExprs =
      llvm::map_to_vector(sum.order, [&](char dim) {
        return getAffineDimExpr(loops.find(dim), context);
      });
  SmallVector<AffineMap> maps = {
      getOperandMap(context, op, loops, input.order, /*isFilter=*/false),
      getOperandMap(context, op, loops, filter.order, /*isFilter=*/true),
      AffineMap::get(loops.size(), 0, outputExprs, context)};

  Type accumulator = op.getAccumulatorType();
  auto generic = linalg::GenericOp::create(
      rewriter, loc, sum.value.getType(), ValueRange{input.value, filter.value},
      sum.value, maps, iterators,
      [&](OpBuilder &b, Location nested, ValueRange args) {
        Value lhs = convertScalarToDtype(b, nested, args[0], accumulator,
                                         /*isUnsignedCast=*/false);
        Value rhs = convertScalarToDtype(b, nested, args[1], accumulator,
                                         /*isUnsignedCast=*/false);
        Value product = arith::MulFOp::create(b, nested, lhs, rhs);
        Value next = arith::AddFOp::create(b, nested, args[2], product);
        linalg::YieldOp::create(b, nested, next);
      });
  FailureOr<linalg::LinalgOp> named =
      linalg::specializeGenericOp(rewriter, generic);
  return succeeded(named) ? (*named)->getResult(0) : generic.getResult(0);
}

/// The sizes of the output whose dimensions are `order`, with a dimension for
/// the groups that are merged into `f`; updates `order`.
static SmallVector<OpFoldResult> getSumSizes(OpBuilder &builder, ConvOp op,
                                             const ConvSizes &sizes,
                                             std::string &order) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> result =
      tensor::getMixedSizes(builder, loc, op.getInit());
  if (sizes.groups == 1 || findDim(order, conv_dim::kGroup))
    return result;
  unsigned at = *findDim(order, conv_dim::kOutputChannel);
  if (sizes.outputChannels == 1) {
    order[at] = conv_dim::kGroup;
    return result;
  }
  result[at] = affine::makeComposedFoldedAffineApply(
      builder, loc, builder.getAffineSymbolExpr(0).floorDiv(sizes.groups),
      result[at]);
  result.insert(result.begin() + at, builder.getIndexAttr(sizes.groups));
  order.insert(at, 1, conv_dim::kGroup);
  return result;
}

/// The sum in the accumulator type and in the op's own output layout.
static Value lowerSum(RewriterBase &rewriter, ConvOp op,
                      const ChannelVectors &vectors) {
  Location loc = op.getLoc();
  LayoutAttr layout = op.getLayout();
  ConvSizes sizes = ConvSizes::get(op);
  LaidOutTensor input{op.getInput(), layout.getInput().str()};
  LaidOutTensor filter{op.getFilter(), layout.getFilter().str()};
  // In this order, because a cropped input may be empty before it is padded.
  input.value = padInput(rewriter, op, input.value, input.order);
  input.value = cropInput(rewriter, op, input.value, input.order);

  input.exposeGroups(rewriter, loc, conv_dim::kInputChannel, sizes.groups,
                     sizes.inputChannels);
  filter.exposeGroups(rewriter, loc, conv_dim::kOutputChannel, sizes.groups,
                      sizes.outputChannels);
  if (sizes.groups > 1 && sizes.inputChannels == 1) {
    input.dropUnitDim(rewriter, loc, conv_dim::kInputChannel);
    filter.dropUnitDim(rewriter, loc, conv_dim::kInputChannel);
  }

  // Dimensions of size one that no other operand has.
  for (char dim : {conv_dim::kGroup, conv_dim::kInputChannel})
    if (!findDim(filter.order, dim) && !findDim(layout.getOutput(), dim))
      input.dropUnitDim(rewriter, loc, dim);

  std::string order = layout.getOutput().str();
  SmallVector<OpFoldResult> sumSizes = getSumSizes(rewriter, op, sizes, order);
  LaidOutTensor sum{createSumInit(rewriter, op, vectors, sumSizes, order),
                    order};
  Value result = createConvolution(rewriter, op, input, filter, sum);
  if (order.size() == layout.getOutput().size())
    return result;
  return tensor::CollapseShapeOp::create(
      rewriter, loc, result,
      getSplitReassociation(layout.getOutput().size(),
                            *findDim(order, conv_dim::kGroup)));
}

//===----------------------------------------------------------------------===//
// Function, patterns, pass
//===----------------------------------------------------------------------===//

FailureOr<Value> convoy::lowerConvToLinalg(RewriterBase &rewriter, ConvOp op) {
  if (!op.hasTensorSemantics())
    return rewriter.notifyMatchFailure(op, "expected convoy.conv on tensors");
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  ChannelVectors vectors = lowerPrologue(rewriter, op);
  Value result = lowerSum(rewriter, op, vectors);
  if (!isSumTheResult(op))
    result = lowerEpilogue(rewriter, op, vectors, result);
  rewriter.replaceOp(op, result);
  return result;
}

namespace {
struct LowerConvPattern : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    return LogicalResult(lowerConvToLinalg(rewriter, op));
  }
};

struct LowerConvToLinalgPass
    : convoy::impl::ConvoyLowerConvToLinalgBase<LowerConvToLinalgPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateLowerConvToLinalgPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult result = getOperation()->walk([](ConvOp op) {
      op.emitOpError("expected tensors, found memrefs: lower convoy.conv to "
                     "linalg before bufferization");
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace

void convoy::populateLowerConvToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerConvPattern>(patterns.getContext());
}
