//===- EpilogueGrower.h - How an epilogue grows -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of an epilogue that grows op by op. Which ops join is decided in
// FormConvEpilogue.cpp, where their operands come from in EpilogueOperands.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_EPILOGUEGROWER_H
#define CONVOY_LIB_TRANSFORMS_EPILOGUEGROWER_H

#include "FormConvPlan.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>
#include <set>
#include <string>

namespace mlir::convoy {

/// Why an op does not join; null if it does.
using Obstacle = const char *;

/// True if an epilogue computes with elements of `type`.
inline bool isEpilogueElement(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

class EpilogueGrower {
public:
  explicit EpilogueGrower(ConvPlan &plan)
      : plan(plan), isPlainSum(!plan.startsFromResidual &&
                               getElementTypeOrSelf(plan.getResult()) ==
                                   plan.accumulatorType) {}

  void grow();

private:
  /// What is undone where growing went too far.
  struct Checkpoint {
    size_t numReplaced, numSteps, numAbsorbed;
    size_t numChannelValues;
    std::string outputOrder;
    Value residual;
    ChannelVector bias, scale;
  };
  Checkpoint save() const;
  void restore(const Checkpoint &checkpoint);

  void addDerived(Value value);
  bool isDerived(Value value) const { return derived.contains(value); }

  Obstacle absorb(Operation *op);
  Obstacle absorbMovement(Operation *op, std::string order);
  bool moveResidual(StringRef order);
  Obstacle absorbStructured(linalg::LinalgOp op);
  Obstacle absorbElementwise(Operation *op);
  Obstacle readOperands(linalg::LinalgOp op, const std::string &order,
                        EpilogueStep &step);
  Obstacle readResidual(OpOperand *operand);
  Obstacle takeResidual(Value value);
  std::optional<unsigned> takeChannelValue(const ChannelVector &vector);
  Obstacle takeCaptured(linalg::LinalgOp op, EpilogueStep &step);
  std::optional<std::string> getOrderOfResult(linalg::LinalgOp op) const;
  void takeVectors(linalg::LinalgOp op, const std::string &order,
                   EpilogueStep &step);
  void addStep(EpilogueStep step);

  ConvPlan &plan;
  /// The newest value is the sum, scaled and shifted at most.
  bool isPlainSum;
  DenseSet<Value> derived;
  struct IsBefore {
    bool operator()(Operation *a, Operation *b) const {
      return a != b && a->isBeforeInBlock(b);
    }
  };
  /// Users of derived values that have not joined, in program order.
  std::set<Operation *, IsBefore> pending;
  bool isUsedElsewhere = false;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_EPILOGUEGROWER_H
