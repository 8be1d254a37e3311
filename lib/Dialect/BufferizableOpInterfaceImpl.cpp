//===- BufferizableOpInterfaceImpl.cpp - Bufferization --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/BufferizableOpInterfaceImpl.h"

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::bufferization;

/// Replaces `op` on tensors, whose last operand is its init, by the same on
/// memrefs.
static LogicalResult bufferizeInPlace(Operation *op, RewriterBase &rewriter,
                                      const BufferizationOptions &options,
                                      BufferizationState &state) {
  if (op->getNumResults() == 0)
    return success();
  SmallVector<Value> buffers;
  for (Value operand : op->getOperands()) {
    if (!isa<TensorType>(operand.getType())) {
      buffers.push_back(operand);
      continue;
    }
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return op->emitOpError("expected an operand with a buffer, found ")
             << operand.getType();
    buffers.push_back(*buffer);
  }

  OperationState newState(op->getLoc(), op->getName(), buffers, TypeRange(),
                          op->getDiscardableAttrDictionary().getValue());
  newState.propertiesAttr = op->getPropertiesAsAttribute();
  for (Region &region : op->getRegions())
    newState.addRegion()->takeBody(region);
  rewriter.create(newState);
  replaceOpWithBufferizedValues(rewriter, op, buffers.back());
  return success();
}

namespace {
struct ConvOpBufferization
    : public DstBufferizableOpInterfaceExternalModel<ConvOpBufferization,
                                                     ConvOp> {
  // The old contents of init are overwritten unread.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &opOperand,
                              const AnalysisState &state) const {
    return !cast<ConvOp>(op).isDpsInit(&opOperand);
  }

  // Each element of the residual is read once, before the element of init at
  // the same place is written, so that the two may be one buffer.
  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &state,
                                     ArrayRef<OpOperand *> opOperands) const {
    auto conv = cast<ConvOp>(op);
    MutableOperandRange residual = conv.getResidualMutable();
    return llvm::all_of(opOperands, [&](OpOperand *operand) {
      return conv.isDpsInit(operand) ||
             (!residual.empty() && operand == &residual[0]);
    });
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    return bufferizeInPlace(op, rewriter, options, state);
  }
};

struct PackFilterOpBufferization
    : public DstBufferizableOpInterfaceExternalModel<PackFilterOpBufferization,
                                                     PackFilterOp> {
  // The old contents of init are overwritten unread.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &opOperand,
                              const AnalysisState &state) const {
    return !cast<PackFilterOp>(op).isDpsInit(&opOperand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    return bufferizeInPlace(op, rewriter, options, state);
  }
};
} // namespace

void convoy::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ConvoyDialect *dialect) {
    ConvOp::attachInterface<ConvOpBufferization>(*context);
    PackFilterOp::attachInterface<PackFilterOpBufferization>(*context);
  });
}
