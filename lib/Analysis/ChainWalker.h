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
// A value that is sliced along its channels starts a root for each part, whose
// channels are those of the part. What becomes of the parts is put together
// again in the end (ChainSplits.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_CHAINWALKER_H
#define CONVOY_LIB_ANALYSIS_CHAINWALKER_H

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/ParameterReader.h"
#include "Convoy/Analysis/SymbolicElement.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Allocator.h"

namespace mlir::convoy::detail {

class ElementwiseView;

/// An op on a value of more convolutions than this costs what it looks at:
/// each value lists all its terms.
constexpr size_t kMaxTerms = 64;

/// scale*root + shift, where element `coordinates` of the value (expressions
/// over the dimensions of the root's channels) belongs to the root's element.
struct Term {
  unsigned root = 0;
  ChannelExpr scale, shift;
  SmallVector<AffineExpr, 4> coordinates;
  /// Terms of one piece add up; different pieces are different parts of a
  /// concatenation. What spans several pieces has none of its own
  /// (kSpansPieces).
  unsigned piece = 0;
};

/// A tensor while insert_slice puts it together along one dimension.
struct Assembly {
  int64_t dim = 0;
  /// What the first part was inserted into.
  Value base;
  /// What the parts so far cover, as ranges [begin, end) in order (neighbours
  /// are one), and how many elements that is along the dimension.
  SmallVector<std::pair<int64_t, int64_t>, 2> slices;
  int64_t covered = 0;
  /// Above all pieces so far.
  unsigned nextPiece = 0;
  /// The roots of all parts so far.
  llvm::DenseSet<unsigned> roots;
};

struct Form {
  SmallVector<Term, 1> terms;
  unsigned component = 0;
  /// True if some elements belong to no convolution; arithmetic on those has
  /// nowhere to go.
  bool hasOtherElements = false;
  /// The same, as long as insert_slice has not replaced all of them.
  bool hasUnderlay = false;
  /// True if some elements are zeros that belong to no convolution: what is
  /// linear leaves them as they are.
  bool hasZeros = false;
  /// Behind insert_slice.
  std::optional<Assembly> assembly;
};

/// The forms of values; they stay where they are.
class FormMap {
public:
  /// The form of `value`, or null.
  const Form *find(Value value) const { return ids.lookup(value); }
  /// The form of `value`, of which no more than the first term stays there.
  Form take(Value value);
  bool contains(Value value) const { return ids.contains(value); }
  void set(Value value, Form form) {
    ids[value] = new (storage.Allocate()) Form(std::move(form));
  }

private:
  llvm::DenseMap<Value, Form *> ids;
  llvm::SpecificBumpPtrAllocator<Form> storage;
};

struct Root {
  ConvolutionInfo conv;
  /// What the root stands for: the convolution's result, a part of a split, or
  /// the result of the op that starts a pseudo-root.
  Value value;
  /// Dimensions of `value`, except for a pseudo-root, which has those of the
  /// root that it hides.
  ChannelSpace channels;
  std::unique_ptr<ParameterReader> reader;
  /// For a part, the number of the split.
  std::optional<unsigned> split;
  /// True if the convolution adds to a value that is a form itself.
  bool accumulates = false;
  /// Why it does not, although it could.
  std::optional<Refusal> sumRefusal;
  /// For a pseudo-root, why the algebra ends in front of it, and the
  /// convolutions that it hides.
  bool isPseudo = false;
  Refusal cause;
  SmallVector<unsigned, 2> origins;
  /// The root whose channels and dimensions it has.
  unsigned model = 0;
  /// For a pseudo-root behind an activation that a positive scale may cross:
  /// the activation's argument, if nothing else reads it or what it is made of.
  /// There is one such root for each term of the argument, in the same order.
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
  /// The component of pseudo-roots behind the activation that reads all there
  /// is to read of this one, if a scale may cross that.
  std::optional<unsigned> behindActivation;
  /// A part of a split occurs here; the part itself, if the component starts
  /// with it.
  bool hasPart = false;
  Value part;
  /// All that reads it are the parts of a split.
  bool isSplit = false;
  /// The components that are folded together because of splits form a group,
  /// with this component in its middle.
  std::optional<unsigned> group;
};

/// A value behind an op that the walk does not follow: its element at
/// `coordinates`, over the channels of `root`, is made of the root's element
/// there and maybe of others of the same channel.
struct Shadow {
  unsigned root = 0;
  SmallVector<AffineExpr, 4> coordinates;
  /// The op that the walk does not follow, and why.
  Refusal cause;
};

/// A value that is sliced along one of its channel dimensions.
struct Split {
  struct Part {
    unsigned root = 0;
    int64_t begin = 0, end = 0;
  };
  Value whole;
  int64_t dim = 0;
  SmallVector<Part, 2> parts;
  /// Why the parts cannot take steps of their own, once that is known.
  std::optional<Refusal> refusal;
};

/// What a fold into a root is.
struct Factor {
  unsigned root = 0;
  ChannelExpr scale, shift;
};

/// Where a fold may end, and what it is there.
struct Ending {
  Value value;
  SmallVector<Factor, 1> factors;
  /// The arguments of the activations that the scale has crossed.
  SmallVector<Value, 1> crossed;
};

/// Walks back from the input of `conv` over steps that no other op reads.
/// `isTaken` tells which ops belong to another fold, `isDerived` which values
/// are no parameters. Sets `refusal` if a step that differs between channels
/// has to stay.
std::optional<InputFold> walkInput(ChannelExprPool &pool,
                                   const ConvolutionInfo &conv,
                                   function_ref<bool(Operation *)> isTaken,
                                   const std::function<bool(Value)> &isDerived,
                                   std::optional<Refusal> &refusal);

/// The symbolic value of the result of an elementwise op whose operands have
/// the given elements; parameters are read through `readParameter`.
FailureOr<SymbolicElement> evaluateElementwise(ChannelExprPool &pool,
                                               Operation &op,
                                               ArrayRef<SymbolicElement> args,
                                               ReadParameterFn readParameter,
                                               Refusal &refusal);

/// The symbolic value of the result of `view`, where `operand` goes on (also
/// where it is read again in the same way) and all else is a parameter. `loops`
/// are the positions of the op's loops over the channels of `reader`.
FailureOr<SymbolicElement>
evaluateStep(ChannelExprPool &pool, ElementwiseView &view, OpOperand &operand,
             ArrayRef<AffineExpr> loops, ParameterReader &reader,
             Refusal &refusal);

/// The loops at which an op reads, through `map`, the element of an operand
/// that lies at `coordinates`.
SmallVector<AffineExpr, 4> getLoops(AffineMap map,
                                    ArrayRef<AffineExpr> coordinates);

/// True if `expr` depends on one of `channels`.
bool isFunctionOfChannels(AffineExpr expr, const ChannelSpace &channels);

/// True if `op` is a function f of `argument` and parameters with
/// f(a*x) = a*f(x) for every a > 0. `isZero` tells which operands hold zeros
/// only.
bool isPositivelyHomogeneous(Operation &op, Value argument,
                             function_ref<bool(OpOperand &)> isZero);

/// The uses of `value` that need its elements.
int64_t countUses(Value value);

class ChainWalker {
public:
  ChainWalker(Block &block, BlockChains &result, SymbolTableCollection *symbols)
      : block(block), result(result), pool(result.pool), symbols(symbols) {}

  void run();

private:
  // The walk.
  void addConvolution(linalg::LinalgOp op);
  std::optional<Form> startSum(Root &root);
  bool hasDerivedOperand(Operation &op) const;
  LogicalResult spendTerms(Operation &op, Refusal &refusal);
  void follow(Operation &op);
  LogicalResult followElementwise(Operation &op, Refusal &refusal);
  LogicalResult followReshape(Operation &op, Refusal &refusal);
  LogicalResult followPad(Operation &op, Refusal &refusal);
  void followPacking(Operation &op);
  LogicalResult followSlice(Operation &op);
  LogicalResult followInsert(Operation &op, Refusal &refusal);
  LogicalResult followConcat(Operation &op, Refusal &refusal);
  LogicalResult insertPart(Operation &op, Form &form, Value part,
                           int64_t offset, Refusal &refusal);
  Root makePseudoRoot(Operation &op, const Refusal &cause,
                      const Term *&first) const;
  void startPseudoRoots(Operation &op, const Refusal &cause);

  // Behind what is not followed.
  void startShadows(Operation &op);
  void followShadow(Operation &op);
  std::optional<Shadow> getShadow(Value value) const;
  std::optional<Shadow> moveThroughWindow(Operation &op, const Shadow &shadow);
  std::optional<Shadow> moveElementwise(Operation &op, OpOperand &operand,
                                        const Shadow &shadow);
  void noteStep(Operation &op, OpOperand &operand, const Shadow &shadow);
  void noteCaptured(Operation &op);
  void startShadowsOfGather(linalg::GenericOp op);
  void noteStepsInOtherBlocks();
  void noteStepsBehindBlock();
  void noteStepsOn(Value value, const Shadow &shadow);
  void enterCallee(CallOpInterface call, OpOperand &operand, Shadow shadow);

  // Splits.
  bool startPart(tensor::ExtractSliceOp slice);
  SmallVector<int64_t> getChannelDims(const Form &form, int64_t rank) const;
  Split *getSplit(Value whole, int64_t dim);
  unsigned findWhole(const Split &split) {
    return findComponent(getForm(split.whole).component);
  }
  void checkSplits();
  void checkSplit(Split &split);
  void collectSplitGroups();
  void collectSplitGroup(ArrayRef<unsigned> group,
                         ArrayRef<unsigned> splitsOfGroup);
  bool addPartEndings(unsigned component, SmallVectorImpl<Ending> &endings);
  using Factors = llvm::MapVector<unsigned, Factor>;
  LogicalResult joinParts(Split &split, Factors &factors);
  LogicalResult crossActivations(Split &split, Factors &factors,
                                 SmallVectorImpl<Value> &crossed);
  ChannelExpr joinPartExprs(const Split &split, const Term &term,
                            const Factors &factors,
                            ChannelExpr Factor::*member);

  // Forms.
  const Form &getForm(Value value) const { return *forms.find(value); }
  unsigned addRoot(Root root);
  /// Starts a component with `terms`, one for each new root, between zeros if
  /// `hasZeros`.
  void startForm(Value value, SmallVector<Term, 1> terms,
                 bool hasZeros = false);
  SmallVector<AffineExpr, 4> getIdentity(RankedTensorType type) const;
  ParameterReader &getReader(Root &root);
  void setForm(Value value, Form form);
  void passCheckpoint(Operation &op);
  void recordStep(Value value, const Form &form, bool varies);
  void markStranded(const Form &form);
  void markStranded(unsigned root, const Refusal &cause);
  void markHidden(unsigned root, const Refusal &cause);
  bool isPositive(ChannelExpr scale) const;
  bool mayCross(const Form &form) const;
  Value getCrossed(const Form &form) const;
  Value getCrossable(Operation &op);
  void recordObstacle(Operation &op, const Refusal &refusal);
  void deepenReason(Operation &op, Refusal &refusal) const;

  // Components.
  unsigned findComponent(unsigned component);
  unsigned joinComponents(Operation &op);
  unsigned joinComponents(Operation &op, ArrayRef<Value> consumed);

  // The end.
  void collectInputs();
  LogicalResult addInit(Root &root, ConvolutionFold &fold);
  FailureOr<ChannelExpr> readBias(Root &root, Refusal &refusal);
  void collectChains(unsigned component);
  std::optional<Ending> getEnding(const Component &component);
  Ending getPlainEnding(Value value) const;
  Ending getCrossedEnding(Value value);
  bool collectChain(ArrayRef<Ending> endings, ArrayRef<Factor> factors);
  LogicalResult addFold(AffineChain &chain, const Factor &factor,
                        Refusal &refusal);
  void joinBiases(AffineChain &chain, const Ending &ending);
  void addOps(AffineChain &chain, ArrayRef<Ending> endings) const;

  // Refusals.
  bool isPartlyRefused(const Root &root, Value chainResult) const;
  void collectRefusals();
  bool isPartlyFolded(unsigned root) const;
  Refusal explainOpenUses(unsigned root);
  Operation *findOtherUse(Value from, Value until) const;
  bool joinsValuesOf(unsigned root, Operation &op) const;
  bool isSlope(unsigned root, Value chainResult) const;
  /// Why a step stays, and for how many convolutions that was found out: what
  /// holds for so many of one step holds for the rest.
  struct ExplainedStep {
    size_t count = 0;
    Refusal refusal;
    /// True if it is a part of an activation: by a number, about which nothing
    /// is said, or by one number for each channel.
    bool isNumber = false, isSlope = false;
  };
  using ExplainedSteps = llvm::DenseMap<Value, ExplainedStep>;
  const ExplainedStep *explainSteps(unsigned root, Value chainResult,
                                    ExplainedSteps &explained);
  bool derivesFrom(unsigned root, unsigned from) const;
  bool isBatchDim(unsigned root, int64_t dim) const;
  bool reducesBatch(Operation *op) const;
  bool dependsOn(Value value, unsigned root, bool &throughReduction) const;

  Block &block;
  BlockChains &result;
  ChannelExprPool &pool;
  ConvolutionLoops loops;
  std::vector<std::unique_ptr<Root>> roots;
  std::vector<Component> components;
  std::vector<Split> splits;
  /// The number of the split of a value.
  llvm::DenseMap<Value, unsigned> splitOfValue;
  FormMap forms;
  llvm::DenseMap<Value, Shadow> shadows;
  /// Forms that ops in regions read.
  llvm::SetVector<Value> captured;
  /// Null if calls are not followed.
  SymbolTableCollection *symbols;
  /// The functions that a root was followed into, how many of their ops, and
  /// how many calls deep the walk is.
  llvm::DenseSet<std::pair<Operation *, unsigned>> entered;
  size_t numOpsInCallees = 0;
  unsigned callDepth = 0;
  llvm::DenseSet<Operation *> followed;
  /// Those of `followed` that change a scale or a shift.
  llvm::DenseSet<Operation *> steps;
  /// Convolutions that accumulate onto a form.
  llvm::DenseSet<Operation *> sums;
  /// For each root that a chain covers, the chain's result.
  llvm::DenseMap<unsigned, Value> covered;
  /// Coordinates hidden by dynamic sizes get symbols of their own.
  unsigned numSymbols = 0;
  /// How many terms of values with more than kMaxTerms may still be looked at.
  size_t termBudget = 0;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_CHAINWALKER_H
