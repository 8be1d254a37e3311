//===- FoldReport.h - The fold's report ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a run of convoy-fold-affine did, as remarks and as a JSON file. The
// schema of the file is documented in docs/Report.md. Private to the Transforms
// room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_FOLDREPORT_H
#define CONVOY_LIB_TRANSFORMS_FOLDREPORT_H

#include "Convoy/Transforms/FoldAffine.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

namespace mlir::convoy::detail {

/// Steps in order, each by its scalar ops; the first few of many.
struct StepList {
  size_t count = 0;
  SmallVector<SmallVector<OperationName, 2>> listed;

  /// "subf", "mulf addf".
  SmallVector<std::string> getTexts() const;
};

/// A description of a chain, taken before it is rewritten. It is taken whether
/// or not anybody will read it, so it holds names, not text.
struct ChainDescription {
  /// With `countsCost`, what the steps cost as well.
  ChainDescription(const AffineChain &chain, bool countsCost);

  /// All steps of the chain.
  StepList steps;
  /// Those on the way of one of several convolutions, by the number of its
  /// fold.
  std::vector<StepList> ofFold;
  /// Bytes that the steps read and write, and arithmetic ops that they do; none
  /// where sizes are dynamic.
  std::optional<int64_t> bytes, flops;
  /// Roundings to a narrower type between the convolutions and the result that
  /// the folded program does not do.
  int64_t numRemovedRoundings = 0;

  /// Takes those steps out that stand in front of convolution `fold`, which
  /// stay there.
  void keepInput(unsigned fold);

  /// True if there is a step on the way of convolution `fold` of the chain.
  bool hasSteps(unsigned fold) const;
  /// What was folded into convolution `fold` of the chain.
  const StepList &getSteps(unsigned fold) const;

private:
  /// Of the steps, those in front of each convolution: how many, and what they
  /// cost. They come first in each list.
  struct Input {
    size_t count = 0;
    int64_t bytes = 0, flops = 0;
  };
  void addCost(ArrayRef<Operation *> steps);

  SmallVector<Input, 1> inputs;
};

/// Collects what happened, function by function.
class FoldReport {
public:
  /// Counts `count` convolutions of the function around `op`.
  void addConvolutions(Operation *op, int64_t count);
  /// A chain that was folded into `convs`.
  void addFold(const ChainDescription &description,
               ArrayRef<FoldedConvolution> convs);
  /// A convolution that keeps steps; `partly` if others were folded.
  void addRefusal(Operation *conv, const Refusal &refusal, bool partly);

  /// Writes the report; fails with a message.
  LogicalResult write(StringRef path, std::string &message) const;

private:
  struct FunctionReport {
    int64_t numConvolutions = 0;
    int64_t bytesSaved = 0, flopsSaved = 0;
    bool hasDynamicSizes = false;
    llvm::json::Array folds, refusals;
    std::map<std::string, int64_t> refused;
  };
  llvm::json::Object toJson(StringRef name,
                            const FunctionReport &function) const;

  llvm::MapVector<StringRef, FunctionReport> functions;
};

/// The name of the function that holds `op`.
StringRef getFunctionName(Operation *op);

void remarkFold(const ChainDescription &description,
                const FoldedConvolution &folded);
void remarkRefusal(Operation *conv, const Refusal &refusal, bool partly);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_FOLDREPORT_H
