//===- ConvOpVerifier.cpp - What a convoy.conv must hold ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each kind of rule, called in an order in which each may
// rely on the ones before. Every message says what was expected and found. The
// rules of the op's regions are in ConvOpRegionVerifier.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// An operand with the name by which messages call it.
struct NamedOperand {
  std::string name;
  Value value;
};
} // namespace

static SmallVector<NamedOperand> getPresentOperands(ConvOp op) {
  SmallVector<NamedOperand> operands = {
      {"input", op.getInput()},       {"filter", op.getFilter()},
      {"bias", op.getBias()},         {"scale", op.getScale()},
      {"residual", op.getResidual()}, {"init", op.getInit()}};
  llvm::erase_if(operands,
                 [](const NamedOperand &operand) { return !operand.value; });
  for (auto [index, parameter] : llvm::enumerate(op.getParameters()))
    operands.push_back({"parameter #" + std::to_string(index), parameter});
  return operands;
}

static ShapedType getShapedType(Value value) {
  return cast<ShapedType>(value.getType());
}

static bool isSupportedElement(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

/// Either everything is a dense tensor and there is a result of init's type,
/// or everything is a memref and there is none.
static LogicalResult verifySemantics(ConvOp op) {
  bool isTensor = op.hasTensorSemantics();
  SmallVector<NamedOperand> operands = getPresentOperands(op);
  if (Value image = op.getFilterImage())
    operands.push_back({"filter image", image});
  for (const auto &[name, value] : operands) {
    // Scalars are parameters of both.
    if (!isa<ShapedType>(value.getType()))
      continue;
    auto tensorType = dyn_cast<RankedTensorType>(value.getType());
    if (static_cast<bool>(tensorType) != isTensor)
      return op.emitOpError("expected all operands to be ")
             << (isTensor ? "tensors" : "memrefs") << " like init, found "
             << name << " of type " << value.getType();
    if (tensorType && tensorType.getEncoding())
      return op.emitOpError("expected ")
             << name << " without encoding, found " << tensorType;
  }
  if (isTensor != static_cast<bool>(op.getResult()))
    return op.emitOpError("expected ")
           << (isTensor ? "a result on tensors, found none"
                        : "no result on memrefs, found one");
  return success();
}

static LogicalResult verifyElementTypes(ConvOp op) {
  for (const auto &[name, value] : getPresentOperands(op)) {
    Type element = getElementTypeOrSelf(value.getType());
    if (!isSupportedElement(element))
      return op.emitOpError("expected ")
             << name << " of element type f16, bf16, f32 or f64, found "
             << element;
  }
  Type input = getElementTypeOrSelf(op.getInput().getType());
  Type filter = getElementTypeOrSelf(op.getFilter().getType());
  if (input != filter)
    return op.emitOpError("expected filter of the input's element type ")
           << input << ", found " << filter;

  Type accumulator = op.getAccumulatorType();
  if (Value scale = op.getScale())
    if (Type found = getElementTypeOrSelf(scale.getType());
        found != accumulator)
      return op.emitOpError("expected scale of the accumulator type ")
             << accumulator << ", found " << found;
  if (Value bias = op.getBias())
    if (Type found = getElementTypeOrSelf(bias.getType());
        found.getIntOrFloatBitWidth() > accumulator.getIntOrFloatBitWidth())
      return op.emitOpError("expected bias no wider than the accumulator type ")
             << accumulator << ", found " << found;
  return success();
}

static LogicalResult verifyRank(ConvOp op, StringRef name, Value value,
                                StringRef order) {
  int64_t rank = getShapedType(value).getRank();
  if (rank == static_cast<int64_t>(order.size()))
    return success();
  return op.emitOpError("expected ")
         << name << " of rank " << order.size() << " for layout '" << order
         << "', found rank " << rank;
}

static LogicalResult verifyRanks(ConvOp op) {
  LayoutAttr layout = op.getLayout();
  if (failed(verifyRank(op, "input", op.getInput(), layout.getInput())) ||
      failed(verifyRank(op, "filter", op.getFilter(), layout.getFilter())) ||
      failed(verifyRank(op, "init", op.getInit(), layout.getOutput())))
    return failure();
  if (Value residual = op.getResidual())
    return verifyRank(op, "residual", residual, layout.getOutput());
  return success();
}

/// One entry for each image dimension, each at least `minimum`.
static LogicalResult verifyWindow(ConvOp op, StringRef name,
                                  ArrayRef<int64_t> values, int64_t minimum) {
  unsigned numImageDims = op.getLayout().getNumImageDims();
  if (values.size() != numImageDims)
    return op.emitOpError("expected ")
           << numImageDims << " " << name
           << ", one for each of the dimensions '"
           << op.getLayout().getImageDims() << "', found " << values.size();
  for (int64_t value : values)
    if (value < minimum)
      return op.emitOpError("expected ")
             << name << " of at least " << minimum << ", found " << value;
  return success();
}

static LogicalResult verifyWindows(ConvOp op) {
  constexpr int64_t kAny = std::numeric_limits<int64_t>::min();
  if (failed(verifyWindow(op, "strides", op.getStrides(), 1)) ||
      failed(verifyWindow(op, "dilations", op.getDilations(), 1)) ||
      failed(verifyWindow(op, "low paddings", op.getPadLow(), kAny)) ||
      failed(verifyWindow(op, "high paddings", op.getPadHigh(), kAny)))
    return failure();
  if (int64_t groups = op.getGroups(); groups < 1)
    return op.emitOpError("expected at least 1 group, found ") << groups;
  return success();
}

/// Checks how `groups` shows in one operand: as the size of 'g', or as a
/// divisor of the channel dimension that groups are merged into.
static LogicalResult verifyGroups(ConvOp op, StringRef name, Value value,
                                  StringRef order, char merged) {
  int64_t groups = op.getGroups();
  ArrayRef<int64_t> shape = getShapedType(value).getShape();
  bool hasGroupDim = findDim(order, conv_dim::kGroup).has_value();
  int64_t size =
      getDimSize(order, shape, hasGroupDim ? conv_dim::kGroup : merged);
  if (ShapedType::isDynamic(size))
    return success();
  if (hasGroupDim && size != groups)
    return op.emitOpError("expected dimension 'g' of ")
           << name << " to have the size of groups, " << groups << ", found "
           << size;
  if (!hasGroupDim && size % groups != 0)
    return op.emitOpError("expected the channels of ")
           << name << " to be a multiple of groups, " << groups << ", found "
           << size;
  return success();
}

static LogicalResult verifyAllGroups(ConvOp op) {
  LayoutAttr layout = op.getLayout();
  return success(
      succeeded(verifyGroups(op, "input", op.getInput(), layout.getInput(),
                             conv_dim::kInputChannel)) &&
      succeeded(verifyGroups(op, "filter", op.getFilter(), layout.getFilter(),
                             conv_dim::kOutputChannel)) &&
      succeeded(verifyGroups(op, "init", op.getInit(), layout.getOutput(),
                             conv_dim::kOutputChannel)));
}

/// Size of `merged` in one group, after verifyGroups.
static int64_t getSizePerGroup(ConvOp op, Value value, StringRef order,
                               char merged) {
  int64_t size = getDimSize(order, getShapedType(value).getShape(), merged);
  if (ShapedType::isDynamic(size) || findDim(order, conv_dim::kGroup))
    return size;
  return size / op.getGroups();
}

static LogicalResult verifySameSize(ConvOp op, StringRef what, StringRef first,
                                    int64_t firstSize, StringRef second,
                                    int64_t secondSize) {
  if (ShapedType::isDynamic(firstSize) || ShapedType::isDynamic(secondSize) ||
      firstSize == secondSize)
    return success();
  return op.emitOpError("expected ")
         << second << " with " << firstSize << " " << what << " like the "
         << first << ", found " << secondSize;
}

static LogicalResult verifyChannels(ConvOp op) {
  LayoutAttr layout = op.getLayout();
  int64_t inputBatch =
      getDimSize(layout.getInput(), getShapedType(op.getInput()).getShape(),
                 conv_dim::kBatch);
  int64_t outputBatch =
      getDimSize(layout.getOutput(), getShapedType(op.getInit()).getShape(),
                 conv_dim::kBatch);
  int64_t inputChannels = getSizePerGroup(op, op.getInput(), layout.getInput(),
                                          conv_dim::kInputChannel);
  int64_t filterInputChannels =
      getDimSize(layout.getFilter(), getShapedType(op.getFilter()).getShape(),
                 conv_dim::kInputChannel);
  int64_t filterOutputChannels = getSizePerGroup(
      op, op.getFilter(), layout.getFilter(), conv_dim::kOutputChannel);
  int64_t outputChannels = getSizePerGroup(op, op.getInit(), layout.getOutput(),
                                           conv_dim::kOutputChannel);
  return success(
      succeeded(verifySameSize(op, "images in the batch", "input", inputBatch,
                               "init", outputBatch)) &&
      succeeded(verifySameSize(op, "input channels in each group", "input",
                               inputChannels, "filter", filterInputChannels)) &&
      succeeded(verifySameSize(op, "output channels in each group", "filter",
                               filterOutputChannels, "init", outputChannels)));
}

/// Checks the size of the output along one image dimension.
static LogicalResult verifyOutputSize(ConvOp op, unsigned index, char dim,
                                      int64_t input, int64_t filter,
                                      int64_t output) {
  StringRef name(&dim, 1);
  if (filter == 0)
    return op.emitOpError("expected a filter size of at least 1 along '")
           << name << "', found 0";
  if (ShapedType::isDynamic(input) || ShapedType::isDynamic(filter))
    return success();
  std::optional<int64_t> expected = computeOutputSize(
      input, filter, op.getStrides()[index], op.getDilations()[index],
      op.getPadLow()[index], op.getPadHigh()[index]);
  if (!expected)
    return op.emitOpError("expected an output size along '")
           << name << "' that fits 64 bits, found an overflow";
  if (ShapedType::isDynamic(output) || output == *expected)
    return success();
  return op.emitOpError("expected init of size ")
         << *expected << " along '" << name << "', found " << output;
}

static LogicalResult verifyImage(ConvOp op) {
  LayoutAttr layout = op.getLayout();
  for (auto [index, dim] : llvm::enumerate(layout.getImageDims())) {
    int64_t input = getDimSize(layout.getInput(),
                               getShapedType(op.getInput()).getShape(), dim);
    int64_t filter = getDimSize(layout.getFilter(),
                                getShapedType(op.getFilter()).getShape(), dim);
    int64_t output = getDimSize(layout.getOutput(),
                                getShapedType(op.getInit()).getShape(), dim);
    if (failed(verifyOutputSize(op, index, dim, input, filter, output)))
      return failure();
  }
  return success();
}

/// Bias, scale and the parameters that are vectors have one element for each
/// output channel of all groups.
static LogicalResult verifyChannelVector(ConvOp op, const Twine &name,
                                         Value vector) {
  if (!vector)
    return success();
  ShapedType type = getShapedType(vector);
  if (type.getRank() != 1)
    return op.emitOpError("expected ")
           << name << " of rank 1, found rank " << type.getRank();
  int64_t channels = ConvSizes::get(op).outputChannels;
  if (ShapedType::isDynamic(channels) || type.isDynamicDim(0))
    return success();
  int64_t groups = op.getGroups();
  std::optional<int64_t> length = llvm::checkedMul(channels, groups);
  if (length && *length == type.getDimSize(0))
    return success();
  return op.emitOpError("expected ")
         << name << " with one element for each of " << groups << " times "
         << channels << " output channels, found " << type.getDimSize(0);
}

static LogicalResult verifyParameters(ConvOp op) {
  for (auto [index, parameter] : llvm::enumerate(op.getParameters())) {
    auto type = dyn_cast<ShapedType>(parameter.getType());
    if (!type || type.getRank() == 0)
      continue;
    if (type.getRank() != 1)
      return op.emitOpError("expected parameter #")
             << index << " to be a scalar or of rank 0 or 1, found rank "
             << type.getRank();
    if (failed(
            verifyChannelVector(op, "parameter #" + Twine(index), parameter)))
      return failure();
  }
  return success();
}

static LogicalResult verifyFilterImage(ConvOp op) {
  Value image = op.getFilterImage();
  if (!image)
    return success();
  ShapedType type = getShapedType(image);
  if (type.getRank() != 1 || !type.getElementType().isInteger(8))
    return op.emitOpError("expected a filter image of rank 1 and element type "
                          "i8, found ")
           << type;
  auto memref = dyn_cast<MemRefType>(type);
  SmallVector<int64_t, 1> strides;
  int64_t offset;
  if (!memref)
    return success();
  // A stride that is not known at compile time is taken for 1.
  if (failed(memref.getStridesAndOffset(strides, offset)) ||
      (!ShapedType::isDynamic(strides.front()) && strides.front() != 1))
    return op.emitOpError("expected a filter image without gaps, found ")
           << type;
  return success();
}

static LogicalResult verifyOutputs(ConvOp op) {
  if (Value residual = op.getResidual()) {
    ArrayRef<int64_t> expected = getShapedType(op.getInit()).getShape();
    ArrayRef<int64_t> found = getShapedType(residual).getShape();
    if (failed(verifyCompatibleShape(expected, found)))
      return op.emitOpError("expected residual of the shape of init, ")
             << op.getInit().getType() << ", found " << residual.getType();
  }
  if (Value result = op.getResult())
    if (result.getType() != op.getInit().getType())
      return op.emitOpError("expected a result of the type of init, ")
             << op.getInit().getType() << ", found " << result.getType();
  return success();
}

LogicalResult ConvOp::verify() {
  if (failed(verifySemantics(*this)) || failed(verifyElementTypes(*this)) ||
      failed(verifyRanks(*this)) || failed(verifyWindows(*this)) ||
      failed(verifyAllGroups(*this)) || failed(verifyChannels(*this)) ||
      failed(verifyImage(*this)) ||
      failed(verifyChannelVector(*this, "bias", getBias())) ||
      failed(verifyChannelVector(*this, "scale", getScale())) ||
      failed(verifyParameters(*this)) || failed(verifyFilterImage(*this)))
    return failure();
  return verifyOutputs(*this);
}
