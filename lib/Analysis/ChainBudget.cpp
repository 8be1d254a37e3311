//===- ChainBudget.cpp - What following long sums may cost ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The budget that keeps the walk linear in the size of the block where values
// are made of many convolutions.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// True if a step behind `form` is refused anyway, because it holds what is
/// behind an activation that a scale does not cross, or behind several.
static bool isBehindActivations(const Form &form,
                                ArrayRef<std::unique_ptr<Root>> roots) {
  const Root &first = *roots[form.terms.front().root];
  return llvm::any_of(form.terms, [&](const Term &term) {
    const Root &root = *roots[term.root];
    return root.isPseudo &&
           (!root.crossable || root.crossable != first.crossable);
  });
}

/// True if `op` does no more than to add up values that are forms: no step, so
/// that nothing is lost unsaid where it is not followed.
static bool isPlainSum(Operation &op, const FormMap &forms) {
  Operation *sum = &op;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    sum = &structured.getBlock()->front();
    if (sum->getNextNode() != structured.getBlock()->getTerminator())
      return false;
  }
  return isa<arith::AddFOp>(sum) &&
         llvm::all_of(sum->getOperands(), [&](Value operand) {
           auto argument = dyn_cast<BlockArgument>(operand);
           bool isInside = argument && argument.getOwner() == sum->getBlock();
           return forms.contains(sum != &op && isInside
                                     ? op.getOperand(argument.getArgNumber())
                                     : operand);
         });
}

/// Behind several activations a step is refused, whatever the terms; a sum of
/// more than these does not list them only to say so for each.
static constexpr size_t kMaxTermsBehindActivations = 16;

/// Why a step behind `form` is refused anyway, if it is a long sum.
static const Refusal *findCause(const Form &form,
                                ArrayRef<std::unique_ptr<Root>> roots) {
  if (form.terms.size() <= kMaxTermsBehindActivations ||
      !isBehindActivations(form, roots))
    return nullptr;
  for (const Term &term : form.terms)
    if (roots[term.root]->isPseudo)
      return &roots[term.root]->cause;
  return nullptr;
}

/// Takes what `op` costs from the budget for long values. Each partial sum of
/// many convolutions costs its terms; a concatenation is put together at the
/// cost of its parts.
LogicalResult ChainWalker::spendTerms(Operation &op, Refusal &refusal) {
  auto insert = dyn_cast<tensor::InsertSliceOp>(op);
  size_t cost = 0, longest = 0;
  bool isRefused = false;
  for (OpOperand &operand : op.getOpOperands()) {
    const Form *form = forms.find(operand.get());
    bool isTaken = insert && operand.get() == insert.getDest() &&
                   operand.get().hasOneUse();
    if (!form || isTaken)
      continue;
    size_t numTerms = form->terms.size();
    // Those of several long values are looked for among each other.
    cost += numTerms + longest * numTerms / kMaxTerms;
    longest = std::max(longest, numTerms);
    isRefused |= numTerms > kMaxTerms && isBehindActivations(*form, roots);
    if (const Refusal *cause = findCause(*form, roots);
        cause && isPlainSum(op, forms)) {
      refusal = *cause;
      return failure();
    }
  }
  if (cost <= kMaxTerms)
    return success();
  if (isRefused || cost > termBudget)
    return refuse(refusal, Reason::TooManyConvolutions, &op,
                  "expected a step on fewer convolutions than " +
                      Twine(longest) +
                      ", or fewer such steps: the time to follow them would "
                      "not be linear in the size of the program");
  termBudget -= cost;
  return success();
}
