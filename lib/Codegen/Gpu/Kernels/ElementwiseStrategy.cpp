//===- ElementwiseStrategy.cpp - Elementwise operations as streams --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linalg.generic whose loops are all parallel and whose results lie in memory
// in the order of the loops. The loops become one, in vectors of 16 bytes; a
// thread has several of them, whose loads are all under way before the first is
// used. What bounds such a kernel is memory.
//
//===----------------------------------------------------------------------===//

#include "../KernelStrategy.h"
#include "ElementwiseKernel.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class ElementwiseStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "elementwise"; }

  bool handles(Operation *op) const override {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    return generic && ElementwisePlan::get(generic).has_value();
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<linalg::GenericOp>(operation);
    Location loc = op.getLoc();
    ElementwisePlan plan = *ElementwisePlan::get(op);
    FailureOr<LoopSizes> sizes = LoopSizes::get(op);
    if (failed(sizes))
      return failure();

    KernelLaunch launch;
    launch.arguments = collectKernelArguments(op);
    launch.threadsPerBlock = ElementwisePlan::kThreadsPerBlock;
    IndexMath onHost(host, loc, host.getIndexType());
    SmallVector<unsigned> loops =
        llvm::to_vector(llvm::seq<unsigned>(0, op.getNumLoops()));
    Value count =
        sizes->getProduct(onHost, loops, [](Value value) { return value; });
    launch.grid = {onHost.ceilDiv(count, plan.getElementsPerBlock()),
                   onHost.constant(1), onHost.constant(1)};

    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    IRMapping mapping;
    createLinalgKernel(builder, op, name, launch.arguments,
                       launch.threadsPerBlock, mapping);
    ElementwiseKernel(builder, op, plan, *sizes, mapping).emit();
    gpu::ReturnOp::create(builder, loc);
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createElementwiseStrategy() {
  return std::make_unique<ElementwiseStrategy>();
}
