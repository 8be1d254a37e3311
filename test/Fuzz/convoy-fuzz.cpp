//===- convoy-fuzz.cpp - Coverage-guided fuzzing of the passes ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target of libFuzzer. An input is a module as text. The passes on tensors,
// to the choice of schedules, must come to an end on every module that
// verifies, leave IR that verifies, and change nothing when they run again.
// What comes behind may refuse a program, but not crash. What the passes
// compute is judged elsewhere, by executing random programs (test/Semantics).
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"

#include "Convoy/Codegen/Gpu/Passes.h"
#include "Convoy/InitAll.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/RegionUtils.h"

#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {
/// A context that is made anew now and then: what it has uniqued it keeps.
class Contexts {
public:
  Contexts() {
    registerAllDialects(registry);
    registerAllExtensions(registry);
    convoy::registerAllDialects(registry);
  }

  MLIRContext *get() {
    if (!context || ++numUses == kMaxUses) {
      numUses = 0;
      context = std::make_unique<MLIRContext>(registry,
                                              MLIRContext::Threading::DISABLED);
      // Nobody reads what is wrong with an input.
      context->getDiagEngine().registerHandler(
          [](Diagnostic &) { return success(); });
    }
    return context.get();
  }

private:
  static constexpr int kMaxUses = 2000;
  DialectRegistry registry;
  std::unique_ptr<MLIRContext> context;
  int numUses = 0;
};
} // namespace

static Contexts contexts;

static OwningOpRef<ModuleOp> parse(const uint8_t *data, size_t size) {
  StringRef text(reinterpret_cast<const char *>(data), size);
  return parseSourceString<ModuleOp>(text, ParserConfig(contexts.get()));
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  return text;
}

/// Upstream's verifier lets pads through that lack operands, and its printer
/// crashes on them.
static bool isPrintable(ModuleOp module) {
  auto lacksOperands = [](ArrayRef<int64_t> amounts, ValueRange operands) {
    return llvm::count_if(amounts, ShapedType::isDynamic) !=
           static_cast<std::ptrdiff_t>(operands.size());
  };
  return !module
              .walk([&](tensor::PadOp pad) {
                return lacksOperands(pad.getStaticLow(), pad.getLow()) ||
                               lacksOperands(pad.getStaticHigh(), pad.getHigh())
                           ? WalkResult::interrupt()
                           : WalkResult::advance();
              })
              .wasInterrupted();
}

[[noreturn]] static void fail(StringRef what, StringRef before,
                              StringRef after) {
  llvm::errs() << "convoy-fuzz: " << what << "\n// before\n"
               << before << "\n// after\n"
               << after << "\n";
  abort();
}

/// Runs a pass twice. The first run must verify, the second change nothing.
static void runTwice(ModuleOp module, StringRef name,
                     llvm::function_ref<std::unique_ptr<Pass>()> create) {
  std::string before = print(module);
  auto run = [&] {
    PassManager passes(module.getContext());
    passes.addPass(create());
    if (failed(passes.run(module)))
      fail((name + " failed").str(), before, print(module));
  };
  run();
  std::string once = print(module);
  run();
  std::string twice = print(module);
  if (once != twice)
    fail((name + " changed its own result").str(), once, twice);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  OwningOpRef<ModuleOp> module = parse(data, size);
  // Not worth a place in the corpus.
  if (!module || !isPrintable(*module))
    return -1;
  // A chain that nothing reads may be folded or not.
  IRRewriter rewriter(module->getContext());
  (void)runRegionDCE(rewriter, (*module)->getRegions());

  convoy::ConvoyFoldAffineOptions options;
  const convoy::FoldPolicy policies[] = {convoy::FoldPolicy::Auto,
                                         convoy::FoldPolicy::Weights,
                                         convoy::FoldPolicy::Epilogue};
  // By the input, so that each input means one thing.
  options.policy = policies[size % 3];
  runTwice(*module, "convoy-fold-affine",
           [&] { return convoy::createConvoyFoldAffine(options); });
  runTwice(*module, "convoy-form-conv", convoy::createConvoyFormConv);
  runTwice(*module, "convoy-absorb-parameters",
           convoy::createConvoyAbsorbParameters);
  runTwice(*module, "convoy-select-schedule",
           [] { return convoy::createConvoySelectSchedule(); });
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::minstd_rand random(seed);
  OwningOpRef<ModuleOp> module = parse(data, size);
  if (!module)
    return LLVMFuzzerMutate(data, size, maxSize);
  // Most changes leave something that verifies; a few tries are cheap.
  for (int tries = 0; tries < 8; ++tries) {
    OwningOpRef<ModuleOp> copy = module->clone();
    bool changed = false;
    for (unsigned count = 1 + random() % 3; count; --count)
      changed |= convoy::mutate(*copy, random);
    if (!changed || failed(verify(*copy)) || !isPrintable(*copy))
      continue;
    std::string text = print(*copy);
    if (text.size() > maxSize)
      continue;
    std::memcpy(data, text.data(), text.size());
    return text.size();
  }
  return size;
}
