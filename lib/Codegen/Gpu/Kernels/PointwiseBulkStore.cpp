//===- PointwiseBulkStore.cpp - Stores of whole images --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Outputs of images of an odd number of pixels are single elements in
// registers, and many times slower to store than pairs. Whole images are one
// piece of global memory for all output channels of a tile: threads write their
// elements to shared memory as they lie there, and one copies each image.
//
//===----------------------------------------------------------------------===//

#include "KernelBarriers.h"
#include "PointwiseMath.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static void syncFirstGroup(PointwiseContext &context, int64_t barrier) {
  context.builder.syncRoles(barrier,
                            context.plan.mathWarpgroups * kThreadsPerWarpgroup);
}

/// Copies the staged images that exist.
static void copyImages(PointwiseContext &context, const PointwiseTile &tile) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  const PointwiseOperands &operands = context.operands;
  int64_t channelBytes = plan.problem.pixels * plan.problem.outputBytes;
  Value firstChannel = b.mul(tile.filterBlock, plan.tileFilters);
  Value channels = b.i32(plan.tileFilters);
  if (plan.problem.filters % plan.tileFilters != 0)
    channels =
        b.min(channels, b.sub(b.i32(plan.problem.filters), firstChannel));
  Value images = b.i32(plan.tileImages);
  if (plan.mayLackImages())
    images =
        b.min(images, b.sub(b.max(operands.batch, tile.image), tile.image));
  Value inImage = b.widen(b.mul(firstChannel, channelBytes));
  b.forRange(images, [&](Value image) {
    Value staged = b.add(b.add(operands.shared, plan.shared.staging),
                         b.mul(image, plan.getStagedImageBytes()));
    Value target = b.add(
        b.mul(b.widen(b.add(tile.image, image)), operands.outputImageBytes),
        inImage);
    b.bulkStore(b.globalPointer(operands.output, target), staged,
                b.mul(channels, channelBytes));
  });
  b.commitBulkStores();
}

void convoy::emitPointwiseBulkStore(PointwiseContext &context,
                                    const PointwiseTile &tile,
                                    llvm::function_ref<void()> write) {
  DeviceBuilder &b = context.builder;
  Value isFirst = b.compare(CmpIPredicate::eq, b.threadHere(), 0);
  // Groups of bulk copies are a thread's own.
  b.ifThen(isFirst, [&] { b.waitBulkReads(0); });
  syncFirstGroup(context, kImagesFreeBarrier);
  write();
  b.fenceAsyncShared();
  syncFirstGroup(context, kImagesWrittenBarrier);
  b.ifThen(isFirst, [&] { copyImages(context, tile); });
}

void convoy::finishPointwiseBulkStores(PointwiseContext &context) {
  if (context.plan.bulkStores)
    context.builder.waitBulkReads(0);
}
