//===- FoldReport.cpp - The fold's report ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JSON side of the report. docs/Report.md is its documentation; a change of
// the meaning of a key raises kSchemaVersion.
//
//===----------------------------------------------------------------------===//

#include "FoldReport.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static constexpr int64_t kSchemaVersion = 1;

/// Remarks and reports list this many steps; a chain can have thousands.
static constexpr size_t kMaxListedSteps = 8;

StringRef mlir::convoy::detail::getFunctionName(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return function ? function.getName() : StringRef("<module>");
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

/// The scalar ops of a step.
static SmallVector<OperationName, 2> getScalarOps(Operation *step) {
  auto structured = dyn_cast<linalg::LinalgOp>(step);
  if (!structured)
    return {step->getName()};
  SmallVector<OperationName, 2> names;
  for (Operation &op : structured.getBlock()->without_terminator())
    names.push_back(op.getName());
  return names;
}

SmallVector<std::string> StepList::getTexts() const {
  return llvm::map_to_vector(listed, [](ArrayRef<OperationName> names) {
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::interleave(
        names, os, [&](OperationName name) { os << name.stripDialect(); }, " ");
    return text;
  });
}

static std::optional<int64_t> countBytes(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return 0;
  if (!tensor.hasStaticShape())
    return std::nullopt;
  return tensor.getNumElements() * tensor.getElementTypeBitWidth() / 8;
}

namespace {
/// Counts roundings to a narrower type along a chain.
struct RoundingCounter {
  llvm::DenseSet<Value> values;
  int64_t count = 0;
  bool endsInRounding = false;

  void visit(Operation *op);

private:
  void compute(Operation *op) {
    endsInRounding = isa<arith::TruncFOp>(op);
    count += endsInRounding;
  }
};
} // namespace

void RoundingCounter::visit(Operation *op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (OpTrait::hasElementwiseMappableTraits(op))
    compute(op);
  if (structured) {
    llvm::DenseSet<Value> derived;
    for (OpOperand &operand : op->getOpOperands())
      if (values.contains(operand.get()))
        derived.insert(structured.getMatchingBlockArgument(&operand));
    for (Operation &inner : structured.getBlock()->without_terminator()) {
      if (llvm::none_of(inner.getOperands(),
                        [&](Value value) { return derived.contains(value); }))
        continue;
      derived.insert_range(inner.getResults());
      compute(&inner);
    }
  }
  values.insert(op->getResult(0));
}

/// True if `op` rounds elements to a narrower type somewhere.
static bool rounds(Operation *op) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return llvm::any_of(*structured.getBlock(), llvm::IsaPred<arith::TruncFOp>);
  return isa<arith::TruncFOp>(op);
}

static int64_t countRemovedRoundings(const AffineChain &chain) {
  if (llvm::none_of(chain.ops, rounds))
    return 0;
  unsigned width =
      getElementTypeOrSelf(chain.result.getType()).getIntOrFloatBitWidth();
  RoundingCounter counter;
  bool hasWideAccumulator = false;
  for (const ConvolutionFold &fold : chain.folds) {
    counter.values.insert(fold.conv.getResult());
    hasWideAccumulator |=
        fold.conv.getResultType().getElementTypeBitWidth() > width;
  }
  for (Operation *op : chain.ops)
    if (llvm::is_contained(chain.crossed, op))
      counter.values.insert(op->getResult(0));
    else
      counter.visit(op);
  // A wide accumulator is still rounded at the end.
  return counter.count - (hasWideAccumulator && counter.endsInRounding);
}

/// What `op` does to memory and how much it computes, as far as its result's
/// size is known.
static std::optional<std::pair<int64_t, int64_t>> countCost(Operation *op) {
  Type type = op->getResult(0).getType();
  std::optional<int64_t> result = countBytes(type);
  if (!result)
    return std::nullopt;
  int64_t numOps = 1;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    numOps = llvm::range_size(structured.getBlock()->without_terminator());
  // It reads as much as it writes; its parameters are small.
  return std::pair(2 * *result,
                   numOps * cast<RankedTensorType>(type).getNumElements());
}

static StepList listSteps(ArrayRef<Operation *> all) {
  StepList list;
  list.count = all.size();
  for (Operation *step : all.take_front(kMaxListedSteps))
    list.listed.push_back(getScalarOps(step));
  return list;
}

/// The steps of `chain` on the way from the convolution of `fold`, and those in
/// front of it.
static StepList listSteps(const AffineChain &chain,
                          const ConvolutionFold &fold) {
  SmallVector<Operation *> own;
  if (fold.input)
    own = fold.input->steps;
  llvm::SmallPtrSet<Operation *, 8> steps(chain.steps.begin(),
                                          chain.steps.end());
  llvm::DenseSet<Value> values = {fold.conv.getResult()};
  for (Operation *op : chain.ops) {
    if (llvm::none_of(op->getOperands(),
                      [&](Value operand) { return values.contains(operand); }))
      continue;
    values.insert_range(op->getResults());
    if (steps.contains(op))
      own.push_back(op);
  }
  return listSteps(own);
}

/// Chains of more convolutions than this are not taken apart to be described.
static constexpr size_t kMaxDescribedFolds = 64;

bool ChainDescription::hasSteps(unsigned fold) const {
  return (fold < ofFold.size() ? ofFold[fold] : steps).count > 0;
}

const StepList &ChainDescription::getSteps(unsigned fold) const {
  // What has no step of its own takes the bias of a summand that has.
  return fold < ofFold.size() && ofFold[fold].count > 0 ? ofFold[fold] : steps;
}

ChainDescription::ChainDescription(const AffineChain &chain, bool countsCost) {
  SmallVector<Operation *> all;
  for (const ConvolutionFold &fold : chain.folds)
    if (fold.input)
      all.append(fold.input->steps);
  all.append(chain.steps);
  steps = listSteps(all);
  if (chain.folds.size() > 1 && chain.folds.size() <= kMaxDescribedFolds)
    for (const ConvolutionFold &fold : chain.folds)
      ofFold.push_back(listSteps(chain, fold));
  numRemovedRoundings = countRemovedRoundings(chain);
  if (countsCost)
    bytes = flops = 0;
  for (const ConvolutionFold &fold : chain.folds) {
    Input &input = inputs.emplace_back();
    if (!fold.input)
      continue;
    input.count = fold.input->steps.size();
    int64_t bytesBefore = bytes.value_or(0), flopsBefore = flops.value_or(0);
    addCost(fold.input->steps);
    input.bytes = bytes.value_or(0) - bytesBefore;
    input.flops = flops.value_or(0) - flopsBefore;
  }
  addCost(chain.steps);
}

void ChainDescription::addCost(ArrayRef<Operation *> steps) {
  for (Operation *step : steps) {
    if (!bytes)
      return;
    auto cost = countCost(step);
    if (!cost) {
      bytes = flops = std::nullopt;
      return;
    }
    *bytes += cost->first;
    *flops += cost->second;
  }
}

/// Takes `count` steps out of `list`, from number `begin` on.
static void dropSteps(StepList &list, size_t begin, size_t count) {
  size_t end = std::min(begin + count, list.listed.size());
  if (begin < end)
    list.listed.erase(list.listed.begin() + begin, list.listed.begin() + end);
  list.count -= count;
}

void ChainDescription::keepInput(unsigned fold) {
  size_t begin = 0;
  for (const Input &input : ArrayRef(inputs).take_front(fold))
    begin += input.count;
  Input &input = inputs[fold];
  dropSteps(steps, begin, input.count);
  if (fold < ofFold.size())
    dropSteps(ofFold[fold], 0, input.count);
  if (bytes) {
    *bytes -= input.bytes;
    *flops -= input.flops;
  }
  input = Input();
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

static std::string printLocation(Location loc) {
  std::string text;
  llvm::raw_string_ostream os(text);
  loc.print(os);
  return text;
}

/// JSON has no infinities.
static llvm::json::Value toFinite(double value) {
  return std::isfinite(value) ? llvm::json::Value(value)
                              : llvm::json::Value(nullptr);
}

void FoldReport::addConvolutions(Operation *op, int64_t count) {
  functions[getFunctionName(op)].numConvolutions += count;
}

void FoldReport::addFold(const ChainDescription &description,
                         ArrayRef<FoldedConvolution> convs) {
  FunctionReport &function = functions[getFunctionName(convs.front().conv)];
  llvm::json::Array into;
  for (const FoldedConvolution &folded : convs) {
    llvm::json::Object conv{
        {"op", folded.conv->getName().getStringRef()},
        {"location", printLocation(folded.conv->getLoc())},
        {"channels", ShapedType::isDynamic(folded.numChannels)
                         ? llvm::json::Value(nullptr)
                         : llvm::json::Value(folded.numChannels)},
        {"scale", folded.keepsScale ? "epilogue" : "weights"}};
    if (folded.gainRange) {
      conv["minGain"] = toFinite(folded.gainRange->first);
      conv["maxGain"] = toFinite(folded.gainRange->second);
    }
    if (folded.audit) {
      conv["predictedRmseRatio"] = toFinite(folded.audit->rmseRatio);
      conv["errorBound"] = toFinite(folded.audit->errorBound);
      conv["overflows"] = folded.audit->numOverflows;
      conv["subnormals"] = folded.audit->numSubnormals;
    }
    into.push_back(std::move(conv));
  }
  function.folds.push_back(llvm::json::Object{
      {"steps", llvm::json::Array(description.steps.getTexts())},
      {"numSteps", static_cast<int64_t>(description.steps.count)},
      {"removedRoundings", description.numRemovedRoundings},
      {"into", std::move(into)}});
  function.hasDynamicSizes |= !description.bytes;
  if (!description.bytes)
    return;
  function.bytesSaved += *description.bytes;
  function.flopsSaved += *description.flops;
  for (const FoldedConvolution &folded : convs) {
    if (!folded.keepsScale)
      continue;
    // The op behind the convolution is the only one that reads it.
    auto cost = countCost(*folded.conv->user_begin());
    function.bytesSaved -= cost->first;
    function.flopsSaved -= cost->second;
  }
}

void FoldReport::addRefusal(Operation *conv, const Refusal &refusal,
                            bool partly) {
  FunctionReport &function = functions[getFunctionName(conv)];
  Operation *at = refusal.op ? refusal.op : conv;
  std::string code = getReasonCode(refusal.reason).str();
  if (!partly)
    ++function.refused[code];
  function.refusals.push_back(
      llvm::json::Object{{"code", code},
                         {"partly", partly},
                         {"conv", conv->getName().getStringRef()},
                         {"op", at->getName().getStringRef()},
                         {"location", printLocation(at->getLoc())},
                         {"message", refusal.message},
                         {"hint", getReasonHint(refusal.reason)}});
}

llvm::json::Object FoldReport::toJson(StringRef name,
                                      const FunctionReport &function) const {
  llvm::json::Object refused;
  for (const auto &[code, count] : function.refused)
    refused[code] = count;
  return llvm::json::Object{
      {"name", name},
      {"convolutions", function.numConvolutions},
      {"folded", static_cast<int64_t>(function.folds.size())},
      {"refused", std::move(refused)},
      {"bytesSaved", function.bytesSaved},
      {"flopsSaved", function.flopsSaved},
      {"hasDynamicSizes", function.hasDynamicSizes},
      {"folds", llvm::json::Array(function.folds)},
      {"refusals", llvm::json::Array(function.refusals)}};
}

LogicalResult FoldReport::write(StringRef path, std::string &message) const {
  llvm::json::Array list;
  for (const auto &[name, function] : functions)
    list.push_back(toJson(name, function));
  llvm::json::Value report = llvm::json::Object{
      {"schemaVersion", kSchemaVersion}, {"functions", std::move(list)}};

  std::error_code error;
  llvm::raw_fd_ostream os(path, error, llvm::sys::fs::OF_Text);
  if (!error) {
    os << llvm::formatv("{0:2}", report) << "\n";
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (!error)
    return success();
  message =
      ("cannot write the report to '" + path + "': " + error.message()).str();
  return failure();
}
