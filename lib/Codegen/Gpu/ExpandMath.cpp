//===- ExpandMath.cpp - Math without a library ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream lowers math for GPUs to calls of libdevice, which comes with a
// toolkit that compilers of kernels need not have. Upstream's own expansions
// are formulas that cancel, and approximations without error bounds. Which
// formula stands for which operation is here, the formulas are in Expand*.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Gpu/Passes.h"

#include "DivisorRange.h"
#include "MathExpansions.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYEXPANDMATH
#include "Convoy/Codegen/Gpu/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// True for what every target has as an instruction or a few.
static bool isElementary(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp, math::FloorOp, math::FmaOp, math::IsFiniteOp,
             math::IsInfOp, math::IsNaNOp, math::IsNormalOp, math::RoundEvenOp,
             math::RoundOp, math::SqrtOp, math::TruncOp>(op);
}

static Value expandClamp(MathBuilder &b, Value x, Value low, Value high) {
  x = b.select(b.isLess(x, low), low, x);
  return b.select(b.isLess(high, x), high, x);
}

static Value expandPowOfInteger(MathBuilder &b, Value x, Value power) {
  return expandPow(b, x, b.toFloat(power));
}

/// The values that `op` computes, by arithmetic; none if there is no expansion.
static SmallVector<Value> expand(MathBuilder &b, Operation *op) {
  using Unary = Value (*)(MathBuilder &, Value);
  Value x = op->getOperand(0);
  Unary unary = TypeSwitch<Operation *, Unary>(op)
                    .Case([](math::AcosOp) { return expandAcos; })
                    .Case([](math::AcoshOp) { return expandAcosh; })
                    .Case([](math::AsinOp) { return expandAsin; })
                    .Case([](math::AsinhOp) { return expandAsinh; })
                    .Case([](math::AtanOp) { return expandAtan; })
                    .Case([](math::AtanhOp) { return expandAtanh; })
                    .Case([](math::CbrtOp) { return expandCbrt; })
                    .Case([](math::CoshOp) { return expandCosh; })
                    .Case([](math::ErfOp) { return expandErf; })
                    .Case([](math::ErfcOp) { return expandErfc; })
                    .Case([](math::ExpOp) { return expandExp; })
                    .Case([](math::Exp2Op) { return expandExp2; })
                    .Case([](math::ExpM1Op) { return expandExpM1; })
                    .Case([](math::LogOp) { return expandLog; })
                    .Case([](math::Log2Op) { return expandLog2; })
                    .Case([](math::Log10Op) { return expandLog10; })
                    .Case([](math::Log1pOp) { return expandLog1p; })
                    .Case([](math::RsqrtOp) { return expandRsqrt; })
                    .Case([](math::SinhOp) { return expandSinh; })
                    .Case([](math::TanOp) { return expandTan; })
                    .Case([](math::TanhOp) { return expandTanh; })
                    .Default(Unary(nullptr));
  if (unary)
    return {unary(b, x)};
  return TypeSwitch<Operation *, SmallVector<Value>>(op)
      .Case([&](math::Atan2Op atan2) -> SmallVector<Value> {
        return {expandAtan2(b, x, atan2.getRhs())};
      })
      .Case([&](math::ClampFOp clamp) -> SmallVector<Value> {
        return {expandClamp(b, x, clamp.getMin(), clamp.getMax())};
      })
      .Case([&](math::CosOp) -> SmallVector<Value> {
        return {expandSinCos(b, x).cos};
      })
      .Case([&](math::FPowIOp pow) -> SmallVector<Value> {
        return {expandPowOfInteger(b, x, pow.getRhs())};
      })
      .Case([&](math::PowFOp pow) -> SmallVector<Value> {
        return {expandPow(b, x, pow.getRhs())};
      })
      .Case([&](math::SinOp) -> SmallVector<Value> {
        return {expandSinCos(b, x).sin};
      })
      .Case([&](math::SincosOp) -> SmallVector<Value> {
        SinCos both = expandSinCos(b, x);
        return {both.sin, both.cos};
      })
      .Default([](Operation *) { return SmallVector<Value>(); });
}

static LogicalResult expandOperation(RewriterBase &rewriter, Operation *op) {
  Type type = op->getOperand(0).getType();
  Type element = getElementTypeOrSelf(type);
  bool isKnownType = element.isF32() || element.isF64();
  SmallVector<Value> results;
  if (isKnownType) {
    rewriter.setInsertionPoint(op);
    MathBuilder builder(rewriter, op->getLoc(), type);
    results = expand(builder, op);
  }
  if (results.empty())
    return op->emitError("expected a math operation on f32 or f64 that can be "
                         "computed without a library, found '")
           << op->getName() << "' on " << type;
  rewriter.replaceOp(op, results);
  return success();
}

/// Divides by what is known well enough without the target's division.
static void expandQuotient(RewriterBase &rewriter, arith::DivFOp op) {
  Type type = op.getType();
  std::optional<double> constant = getModerateConstant(op.getRhs());
  if (!(getElementTypeOrSelf(type).isF32() ||
        getElementTypeOrSelf(type).isF16()) ||
      !(constant || isAtLeastOne(op.getRhs())))
    return;
  rewriter.setInsertionPoint(op);
  Type wide = rewriter.getF32Type();
  if (auto shaped = dyn_cast<ShapedType>(type))
    wide = shaped.clone(wide);
  MathBuilder b(rewriter, op.getLoc(), wide);
  auto widen = [&](Value value) -> Value {
    return type == wide ? value : b.create<arith::ExtFOp>(wide, value);
  };
  Value x = widen(op.getLhs());
  Value quotient = constant ? expandQuotientByConstant(b, x, *constant)
                            : expandQuotientByLarge(b, x, widen(op.getRhs()));
  if (type != wide)
    quotient = b.create<arith::TruncFOp>(type, quotient);
  rewriter.replaceOp(op, quotient);
}

namespace {
struct ExpandMathPass : convoy::impl::ConvoyExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    // Powers by small constants need no logarithm.
    RewritePatternSet simplifications(&getContext());
    populateMathAlgebraicSimplificationPatterns(simplifications);
    if (failed(applyPatternsGreedily(getOperation(),
                                     std::move(simplifications)))) {
      getOperation()->emitError("expected simplification of math to converge");
      return signalPassFailure();
    }
    SmallVector<Operation *> operations;
    getOperation()->walk([&](Operation *op) {
      bool isRemainder = isa<arith::RemFOp>(op);
      if (isRemainder ||
          (isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
           !isElementary(op)))
        operations.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    // Before what bounds their divisors is expanded.
    getOperation()->walk(
        [&](arith::DivFOp op) { expandQuotient(rewriter, op); });
    for (Operation *op : operations)
      if (failed(expandOperation(rewriter, op)))
        return signalPassFailure();
  }
};
} // namespace
