//===- Passes.td - GPU lowering passes, in pipeline order --*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_GPU_PASSES_TD
#define CONVOY_CODEGEN_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Host code
//===----------------------------------------------------------------------===//

def ConvoyLowerLaunches : Pass<"convoy-lower-launches", "::mlir::ModuleOp"> {
  let summary = "Make launches and constants of entries calls of the runtime";
  let description = [{
    Each `gpu.launch_func` of an entry becomes a call of the artefact's runtime,
    with the kernel's position in the module's list `convoy.kernels` and its
    arguments on the stack, memrefs expanded as upstream expands them. Each
    `memref.get_global` becomes a call that returns where the constant lies on
    the device; its data stays in the global, which gets the name
    `convoy_constant_N` and is listed in `convoy.constants`. An entry with
    launches gets the state of the call as its last argument, which
    convoy-emit-entry-points passes on.

    Preconditions, each an error when broken: nothing of an entry's own code
    reads or writes a memref; launches are synchronous, stand in entries, have a
    constant amount of dynamic shared memory and no cluster size. Runs between
    convoy-plan-workspace and convoy-emit-entry-points; kernels may be
    `gpu.module`s or already `gpu.binary`s.

    ```mlir
    gpu.launch_func @main_conv::@main_conv blocks in (%n, %c1, %c1)
        threads in (%c256, %c1, %c1) args(%x : memref<?xf32>)
    ```

    becomes

    ```mlir
    llvm.call @convoy_rt_launch(%launch, %kernel, %n, %c1, %c1, %c256, %c1,
                                %c1, %sharedBytes, %addresses)
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Operations to kernels
//===----------------------------------------------------------------------===//

def ConvoySelectSchedule : Pass<"convoy-select-schedule", "::mlir::ModuleOp"> {
  let summary = "Decide how each convoy.conv is computed on a GPU";
  let description = [{
    Gives each `convoy.conv` without one a `schedule`, chosen by its shape, its
    types and the chip, and sets its math mode where that is the default. A
    schedule that is there already, written by hand say, stays. Nothing else
    changes. Unknown sizes get a schedule that is right for all.

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw> ins(...) outs(...) ...
    ```

    becomes

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw> ins(...) outs(...) ...
        schedule = <chip = "sm_90a", strategy = #convoy.direct<
            lanes = columns, channelThreads = 8, columnThreads = 32,
            channelTile = 8, columnTile = 2, rowTile = 4, channelChunk = 8,
            unrolledFilterDims = 2, tilesPerBlock = 8, blocksPerSM = 2>>
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", "\"sm_90a\"",
           "The GPU to compile for">,
    Option<"math", "math", "::mlir::convoy::MathMode",
           "::mlir::convoy::MathMode::Strict",
           "Accuracy of products of f32",
           [{::llvm::cl::values(
             clEnumValN(::mlir::convoy::MathMode::Strict, "strict",
                        "that of f32"),
             clEnumValN(::mlir::convoy::MathMode::TF32, "tf32",
                        "that of tf32, where it is faster"))}]>,
    Option<"rank", "rank", "unsigned", "0",
           "Take the schedule predicted to be so many places behind the "
           "fastest, or the last: what variants are measured with">,
    Option<"listSchedules", "list", "bool", "false",
           "Say what is predicted of every schedule that could be taken, the "
           "fastest first: what predictions are compared with measured times "
           "by">
  ];
  let dependentDialects = ["::mlir::convoy::ConvoyDialect"];
}

def ConvoyPackFilters : Pass<"convoy-pack-filters", "::mlir::ModuleOp"> {
  let summary = "Lay out filters as kernels stream them";
  let description = [{
    Gives each `convoy.conv` with the schedule `#convoy.stream_wgmma`,
    `#convoy.pointwise_wgmma` or `#convoy.window_wgmma` a filter image: the filter
    in the order, and in the parts, in which its kernel copies it to shared
    memory. A constant filter is packed here, into a constant of bytes. Any other
    is packed by a `convoy.pack_filter`, which becomes a small kernel of its own.
    The kernel of `#convoy.patch_wgmma` gets an image of a constant filter; any
    other it packs by itself.

    Precondition: on tensors.

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw>
        ins(%x, %w : tensor<8x64x56x56xf16>, tensor<64x64x3x3xf16>) outs(...)
        ... schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<...>>
    ```

    becomes

    ```mlir
    %bytes = tensor.empty() : tensor<73728xi8>
    %image = convoy.pack_filter
        <products = f16, filters = 64, channels = 64, taps = 9>
        ins(%w : tensor<64x64x3x3xf16>) outs(%bytes : tensor<73728xi8>)
        -> tensor<73728xi8>
    %y = convoy.conv <nchw, fchw -> nfhw>
        ins(%x, %w : tensor<8x64x56x56xf16>, tensor<64x64x3x3xf16>)
        filter_image(%image : tensor<73728xi8>) outs(...)
        ... schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<...>>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::convoy::ConvoyDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyPrepareKernels
    : Pass<"convoy-prepare-kernels", "::mlir::func::FuncOp"> {
  let summary = "Leave all reads and writes of memory to kernels";
  let description = [{
    Memrefs lie in device memory, which host code must not touch. A scalar that
    the host would load, and what it computes from it, is computed in the bodies
    of the operations that use it; a scalar that it would store becomes a
    `linalg.generic` without loops, and one that may be overwritten before it is
    used is kept in a buffer of its own. Any other read or write is an error.

    Precondition: on memrefs; named operations are generalised, copies are
    `linalg.generic`. Postcondition: only `linalg.generic` and `convoy.conv`
    read or write memory, and `convoy.pack_filter`.

    ```mlir
    %s = memref.load %scale[] : memref<f32>
    linalg.generic ... ins(%x) outs(%y) {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.mulf %in, %s : f32
      linalg.yield %0 : f32
    }
    ```

    becomes

    ```mlir
    linalg.generic ... ins(%x) outs(%y) {
    ^bb0(%in: f32, %out: f32):
      %s = memref.load %scale[] : memref<f32>
      %0 = arith.mulf %in, %s : f32
      linalg.yield %0 : f32
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect"
  ];
}

def ConvoyEmitKernels : Pass<"convoy-emit-kernels", "::mlir::ModuleOp"> {
  let summary = "Replace operations by kernels and their launches";
  let description = [{
    Each `convoy.conv` becomes a `gpu.launch_func` of a kernel that computes it
    as its schedule says. A `linalg.generic` whose loops are all parallel and run
    in the order of the results' memory becomes a kernel that streams vectors of
    16 bytes; any other a kernel with a thread for each element of the result.
    Each kernel has a `gpu.module` of its own, both named after the function,
    what is computed, and the line of the operation's location (or the
    operation's number, if there is no location). Operations with equal kernels
    share one.

    Precondition: on memrefs in device memory; each `convoy.conv` has a
    schedule. Postcondition: there is no `convoy.conv`.

    ```mlir
    convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : ...) outs(%y : ...) ...
        schedule = <chip = "sm_90a", strategy = #convoy.direct<...>>
    ```

    becomes

    ```mlir
    gpu.launch_func @main_conv_12::@main_conv_12
        blocks in (%grid, %c1, %c1) threads in (%c256, %c1, %c1)
        args(%x : ..., %w : ..., %y : ...)
    ...
    gpu.module @main_conv_12 {
      gpu.func @main_conv_12(...) kernel { ... }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Kernels to machine code
//===----------------------------------------------------------------------===//

def ConvoyExpandMath : Pass<"convoy-expand-math"> {
  let summary = "Write math functions as arithmetic with stated error bounds";
  let description = [{
    Operations of the math dialect on f32 and f64, scalars and vectors, become
    additions, multiplications, fused multiply-adds, divisions, square roots and
    operations on bits, which every target has. docs/Math.md states the error of
    each. What targets have as an instruction (`math.fma`, `math.sqrt`,
    `math.floor`, ...) stays. An operation without an expansion is an error.

    Precondition: math on 16-bit floats is extended to f32.

    ```mlir
    %0 = math.rsqrt %x : f32
    ```

    becomes

    ```mlir
    %root = math.sqrt %x : f32
    %0 = arith.divf %one, %root : f32
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ConvoyConvertKernelsToNvvm
    : Pass<"convoy-convert-kernels-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Convert a gpu.module to the LLVM and NVVM dialects";
  let description = [{
    Upstream's conversions in one, without those that call libdevice. An
    operation that has none is an error that names it.

    Preconditions: structured control flow is lowered, math is expanded.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def ConvoyCompileKernels : Pass<"convoy-compile-kernels", "::mlir::ModuleOp"> {
  let summary = "Compile each gpu.module to a gpu.binary";
  let description = [{
    Each `gpu.module` in the LLVM and NVVM dialects becomes a `gpu.binary` of
    the same name. Its objects are a cubin for the chip, made by ptxas, and PTX.
    PTX is that of a target without `a`, which drivers compile for later GPUs
    too, unless the kernel uses what the chip alone has (wgmma and its like);
    then it is left out beside a cubin.

    ptxas is the option's, else the environment's `CONVOY_PTXAS`, else that of
    the PATH, of `CUDA_HOME` or `/usr/local/cuda`. Without one there is PTX
    alone. Several kernels are compiled at a time.

    Properties of the objects: `key`, the SHA-256 of the printed `gpu.module`;
    `ptxKey`, that of its PTX; and for a cubin what ptxas reports, `registers`,
    `spillBytes`, `sharedBytes`, `ptxasVersion` and, where there are any,
    `warnings`.

    With `gate`, a spill and a warning of ptxas about serialised instructions
    are errors.

    ```mlir
    gpu.module @main_scale { llvm.func @main_scale(...) ... }
    ```

    becomes

    ```mlir
    gpu.binary @main_scale [
      #gpu.object<#nvvm.target<chip = "sm_90a">, properties = {...}, bin = "...">,
      #gpu.object<#nvvm.target<chip = "sm_90">, properties = {...}, "...">]
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", "\"sm_90a\"",
           "The GPU to compile for">,
    Option<"format", "format", "::mlir::convoy::KernelFormat",
           "::mlir::convoy::KernelFormat::Auto", "What to make of kernels",
           [{::llvm::cl::values(
             clEnumValN(::mlir::convoy::KernelFormat::Auto, "auto",
                        "cubins if there is a ptxas, and PTX"),
             clEnumValN(::mlir::convoy::KernelFormat::Ptx, "ptx", "PTX"),
             clEnumValN(::mlir::convoy::KernelFormat::Cubin, "cubin",
                        "cubins and PTX; without a ptxas an error"))}]>,
    Option<"ptxas", "ptxas", "std::string", "", "Path of ptxas">,
    Option<"gate", "gate", "bool", "false",
           "Make spills and serialised instructions errors">
  ];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::NVVM::NVVMDialect"
  ];
}

#endif // CONVOY_CODEGEN_GPU_PASSES_TD
