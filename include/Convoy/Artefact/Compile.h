//===- Compile.h - From IR to an artefact ----------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler's side of artefacts: what the tools and an embedding compiler
// call to turn a module into a shared object that needs no LLVM where it runs.
// What such an object offers to its users stands in convoy-c/Artefact.h, what
// its manifest says in docs/Artefact.md.
//
// Every mistake of the caller or of the input is one diagnostic on the
// module's context (or on stderr, for the functions that make their own
// context) and a failure result.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ARTEFACT_COMPILE_H
#define CONVOY_ARTEFACT_COMPILE_H

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

#include "llvm/ADT/StringRef.h"

#include <functional>
#include <optional>
#include <string>

namespace mlir::convoy {

/// What an artefact is compiled for.
enum class ArtefactDevice { CPU, CUDA };

/// `cpu` or `cuda`.
llvm::StringRef stringifyArtefactDevice(ArtefactDevice device);

/// The device called `name`, or none.
std::optional<ArtefactDevice> symbolizeArtefactDevice(llvm::StringRef name);

/// Where a compilation stops, in the order of the stages.
enum class EmitStage {
  Fold,        ///< linalg with folded convolutions, upstream dialects only
  Form,        ///< convoy.conv on tensors
  Linalg,      ///< CPU: convoy.conv lowered to linalg again
  Schedule,    ///< CUDA: convoy.conv with a schedule
  Gpu,         ///< CUDA: the gpu dialect, kernels and launches
  LLVMDialect, ///< MLIR's LLVM dialect, for CUDA beside gpu.binary
  LLVM,        ///< CPU: optimised LLVM IR as text
  Asm,         ///< CPU: assembler of the target
  Obj,         ///< CPU: object file
  Ptx,         ///< CUDA: the PTX of all kernels, one after the other
  Cubin,       ///< CUDA: the machine code of the only kernel
  Artefact,    ///< linked shared object
};

/// The stage's name in `--emit=`, for instance `llvm-dialect`.
llvm::StringRef stringifyEmitStage(EmitStage stage);

/// The stage called `name`, or none.
std::optional<EmitStage> symbolizeEmitStage(llvm::StringRef name);

/// The names of the stages on the way to `device`, separated by `, `.
std::string listEmitStages(ArtefactDevice device);

/// Whether `stage` is on the way to `device`.
bool hasEmitStage(ArtefactDevice device, EmitStage stage);

/// How to compile. The default is a portable CPU artefact of every public
/// function.
struct ArtefactOptions {
  ArtefactDevice device = ArtefactDevice::CPU;

  /// The GPU to compile for, one of Convoy/Target/Chip.h; empty for the
  /// default. To be empty where the device is the CPU.
  std::string chip;

  /// The accuracy of products of f32 on a GPU.
  MathMode math = MathMode::Strict;

  /// The CPU, also of the host code of an artefact for a GPU: a name of LLVM,
  /// `native` for the machine that compiles, or empty for the portable default,
  /// x86-64-v3 on x86-64, else the generic CPU.
  std::string cpu;

  /// The public function to compile. Empty: every public function.
  std::string entry;

  /// Adds, for each entry f, the entries `f__unfused` (the program before the
  /// fold), `f__f64` (that program with every float type widened to f64;
  /// parameters keep their stored values) and `f__magnitude` (the folded
  /// program in f64, where each convolution sums |W||x| + |b|: the scale of the
  /// rounding errors that a verification allows). They run on the CPU. Applies
  /// to artefacts only.
  bool withReference = false;

  /// The last stage, one of the device's. Stages before Obj, and Ptx, are
  /// written as text.
  EmitStage emit = EmitStage::Artefact;

  /// Called with the name of each long step before it begins, for instance
  /// `fold`, `lower main`, `link`. May be null.
  std::function<void(llvm::StringRef step)> progress;
};

/// How a file is read and what is said about it.
struct CompileFileOptions {
  /// Prints remarks, most of them the fold's, on stderr as
  /// `file:line:column: remark: text`.
  bool printRemarks = true;
};

/// The default of `ArtefactOptions::cpu` on the machine that compiles.
std::string getPortableCpuName();

/// Compiles `module` and writes the stage `options.emit` to the file
/// `outputPath`, `-` for stdout (not for binary stages on a terminal). On
/// failure the file is not left behind. `module` is changed: it ends up in
/// the form of the last stage that MLIR has. The context must have been made
/// from a registry with `registerArtefactDialects`. Deeply nested input needs
/// a deep stack (see `runOnDeepStack`).
LogicalResult compileToArtefact(ModuleOp module, const ArtefactOptions &options,
                                llvm::StringRef outputPath);

/// Parses `inputPath` (text or bytecode, `-` for stdin) and compiles it as
/// above, in a context and on a deep stack of its own. Diagnostics go to
/// stderr.
LogicalResult compileFileToArtefact(llvm::StringRef inputPath,
                                    const ArtefactOptions &options,
                                    llvm::StringRef outputPath,
                                    const CompileFileOptions &fileOptions = {});

/// Registers everything that inputs may contain and that the pipelines need:
/// upstream's dialects and extensions, Convoy, the translations to LLVM IR.
void registerArtefactDialects(DialectRegistry &registry);

/// Prints the remarks of category `convoy` on stderr while `context` lives.
LogicalResult enableRemarksOnStderr(MLIRContext &context);

/// Runs `callable` on a thread with a stack of 512 MiB and waits for it: MLIR's
/// parser, printer and verifier recurse as deep as the IR is nested. Fails
/// with a message on stderr when the system grants no such thread.
LogicalResult runOnDeepStack(llvm::function_ref<LogicalResult()> callable);

} // namespace mlir::convoy

#endif // CONVOY_ARTEFACT_COMPILE_H
