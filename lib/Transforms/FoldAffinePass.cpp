#include "Convoy/Transforms/Passes.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFOLDAFFINE
#include "Convoy/Transforms/Passes.h.inc"

namespace {
struct FoldAffinePass : impl::ConvoyFoldAffineBase<FoldAffinePass> {
  void runOnOperation() override {}
};
} // namespace
} // namespace mlir::convoy
