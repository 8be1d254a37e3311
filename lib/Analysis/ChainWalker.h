//===- ChainWalker.h - Following convolutions forward ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of the walk behind analyzeBlock; private to the Analysis room.
//
// Every value behind a convolution has a form: a sum of terms, one for each
// convolution ("root") in it. An op that the algebra cannot follow (an
// activation, a residual that is no parameter) starts a pseudo-root, so that
// steps stranded behind it are seen and can be reported with their cause.
//
// Roots that meet in one op form one component. A component has a checkpoint
// at a value if all its open uses are uses of that value: then nothing else
// sees the unfolded convolution, and the fold may end there.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_CHAINWALKER_H
#define CONVOY_LIB_ANALYSIS_CHAINWALKER_H

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/ParameterReader.h"
#include "Convoy/Analysis/SymbolicElement.h"

namespace mlir::convoy::detail {

/// scale*root + shift, where element `coordinates` of the value (expressions
/// over the dimensions of the root's result) belongs to the root's element.
struct Term {
  unsigned root = 0;
  ChannelExpr scale, shift;
  SmallVector<AffineExpr, 4> coordinates;
  /// Terms of one piece add up; different pieces are different parts of a
  /// concatenation.
  unsigned piece = 0;
};

struct Form {
  SmallVector<Term, 1> terms;
  unsigned component = 0;
  /// True if some elements belong to no convolution; arithmetic on those has
  /// nowhere to go.
  bool hasOtherElements = false;
  /// The same, as long as insert_slice has not replaced all of them.
  bool hasUnderlay = false;
  /// While a tensor is being put together by insert_slice: along which
  /// dimension, and the parts [begin, end) that are convolutions so far.
  std::optional<int64_t> sliceDim;
  SmallVector<std::pair<int64_t, int64_t>, 2> slices;
};

struct Root {
  ConvolutionInfo conv;
  std::unique_ptr<ParameterReader> reader;
  /// For a pseudo-root, why the algebra ends in front of it, and the
  /// convolutions that it hides.
  bool isPseudo = false;
  Refusal cause;
  SmallVector<unsigned, 2> origins;
  /// For a pseudo-root behind an activation that a positive scale may cross:
  /// the activation's argument, if nothing else reads it or what it is made of.
  Value crossable;
  /// For a convolution: the last value with a step on it, and why a step
  /// behind it is out of reach.
  Value lastStepped;
  /// The same, for steps that differ between channels. Steps by one number for
  /// all channels are what activations are made of; losing one is worth a
  /// remark only if nothing else is folded.
  Value lastVarying;
  std::optional<Refusal> stranded;
  /// The op that ends the algebra, if it computes with a parameter: what a
  /// user may have expected to fold.
  std::optional<Refusal> obstacle;
  /// Why a step in front of the convolution stays there.
  std::optional<Refusal> inputRefusal;
};

struct Component {
  unsigned parent = 0;
  int64_t openUses = 0;
  bool hasPseudoRoot = false;
  /// The last value at which a fold may end.
  Value checkpoint;
  /// The components that met in this one.
  SmallVector<unsigned, 2> children;
};

/// Walks back from the input of `conv` over steps that no other op reads.
/// `isTaken` tells which ops belong to another fold, `isDerived` which values
/// are no parameters. Sets `refusal` if a step that differs between channels
/// has to stay.
std::optional<InputFold> walkInput(ChannelExprPool &pool,
                                   const ConvolutionInfo &conv,
                                   function_ref<bool(Operation *)> isTaken,
                                   std::function<bool(Value)> isDerived,
                                   std::optional<Refusal> &refusal);

/// The symbolic value of the result of an elementwise op whose operands have
/// the given elements; parameters are read through `readParameter`.
FailureOr<SymbolicElement> evaluateElementwise(ChannelExprPool &pool,
                                               Operation &op,
                                               ArrayRef<SymbolicElement> args,
                                               ReadParameterFn readParameter,
                                               Refusal &refusal);

/// True if `op` is a function f of `argument` and parameters with
/// f(a*x) = a*f(x) for every a > 0.
bool isPositivelyHomogeneous(Operation &op, Value argument);

/// The uses of `value` that need its elements.
int64_t countUses(Value value);

class ChainWalker {
public:
  ChainWalker(Block &block, BlockChains &result)
      : block(block), result(result), pool(result.pool) {}

  void run();

private:
  // The walk.
  void addConvolution(linalg::LinalgOp op);
  bool hasDerivedOperand(Operation &op) const;
  void follow(Operation &op);
  LogicalResult followElementwise(Operation &op, Refusal &refusal);
  LogicalResult followReshape(Operation &op, Refusal &refusal);
  LogicalResult followSlice(Operation &op, Refusal &refusal);
  LogicalResult followInsert(Operation &op, Refusal &refusal);
  LogicalResult followConcat(Operation &op, Refusal &refusal);
  LogicalResult insertPart(Operation &op, Form &form, Value part, int64_t dim,
                           int64_t offset, Refusal &refusal);
  void startPseudoRoots(Operation &op, const Refusal &cause);

  // Forms.
  unsigned addRoot(Root root, Value value,
                   ArrayRef<AffineExpr> coordinates = {});
  void setForm(Value value, Form form);
  void passCheckpoint(Operation &op);
  void recordStep(Value value, const Form &form, bool varies);
  void markStranded(const Form &form);
  bool mayCross(const Form &form) const;
  Value getCrossable(Operation &op);
  void recordObstacle(Operation &op, const Refusal &refusal);

  // Components.
  unsigned findComponent(unsigned component);
  unsigned joinComponents(Operation &op);

  // The end.
  void collectInputs();
  FailureOr<ChannelExpr> readBias(const Root &root, Refusal &refusal);
  void collectChains(unsigned component);
  bool collectChain(Value value);
  bool collectCrossing(Value value);
  void addOps(AffineChain &chain, Value value) const;
  bool isPartlyRefused(const Root &root, Value chainResult) const;
  void collectRefusals();
  Refusal explainOpenUses(unsigned root);
  bool dependsOn(Value value, unsigned root, bool &throughReduction) const;

  Block &block;
  BlockChains &result;
  ChannelExprPool &pool;
  std::vector<std::unique_ptr<Root>> roots;
  std::vector<Component> components;
  llvm::DenseMap<Value, Form> forms;
  llvm::DenseSet<Operation *> followed;
  /// Those of `followed` that change a scale or a shift.
  llvm::DenseSet<Operation *> steps;
  /// For each root that a chain covers, the chain's result.
  llvm::DenseMap<unsigned, Value> covered;
  /// Coordinates hidden by dynamic sizes get symbols of their own.
  unsigned numSymbols = 0;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_CHAINWALKER_H
