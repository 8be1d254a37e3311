//===- Passes.td - Lowering passes, in pipeline order -----*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_PASSES_TD
#define CONVOY_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// convoy.conv to upstream operations
//===----------------------------------------------------------------------===//

def ConvoyLowerConvToLinalg : Pass<"convoy-lower-conv-to-linalg"> {
  let summary = "Lower convoy.conv on tensors to linalg";
  let description = [{
    Splits each `convoy.conv` into a `tensor.pad` for its padding, a linalg
    convolution (a named op where linalg has one for the layout, else a
    `linalg.generic`) that sums in the accumulator type, and one elementwise
    `linalg.generic` for scale, residual and epilogue. The bias is what the sum
    starts from, unless there is a scale between. Groups that are merged into
    channels become a dimension of their own; a grouped convolution with one
    channel in each group becomes a depthwise one.

    Precondition: each `convoy.conv` computes on tensors. Postcondition: there
    is no `convoy.conv`.

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw>
        ins(%x, %w : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>)
        bias(%b : tensor<4xf32>) outs(%init : tensor<1x4x8x8xf32>)
        strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
        epilogue {
        ^bb0(%acc: f32):
          %zero = arith.constant 0.0 : f32
          %relu = arith.maximumf %acc, %zero : f32
          convoy.yield %relu : f32
        } -> tensor<1x4x8x8xf32>
    ```

    becomes, without the maps,

    ```mlir
    %padded = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] { ... }
    %start = linalg.generic ins(%b) outs(%empty) { linalg.yield %in }
    %sum = linalg.conv_2d_nchw_fchw ins(%padded, %w) outs(%start)
    %y = linalg.generic ins(%sum) outs(%init) {
    ^bb0(%in: f32, %out: f32):
      %relu = arith.maximumf %in, %zero : f32
      linalg.yield %relu : f32
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Tensors: entries, fewer passes over memory
//===----------------------------------------------------------------------===//

def ConvoyDecomposeOperations : Pass<"convoy-decompose-operations"> {
  let summary = "Write compound linalg operations as simple ones";
  let description = [{
    `linalg.pack` and `linalg.unpack` become pads, transposes and reshapes, and
    operations like `linalg.softmax` the loops that they stand for. What
    upstream cannot decompose (a pack into tiles of unknown size) is an error.

    ```mlir
    %0 = linalg.softmax dimension(1) ins(%x) outs(%e)
    ```

    becomes

    ```mlir
    %max = linalg.generic ... { arith.maxnumf ... }
    %exp = linalg.generic ... ins(%x, %max) { arith.subf ... math.exp ... }
    %sum = linalg.generic ... ins(%exp) { arith.addf ... }
    %0 = linalg.generic ... ins(%exp, %sum) { arith.divf ... }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyFormEntries : Pass<"convoy-form-entries", "::mlir::ModuleOp"> {
  let summary = "Give public functions destinations for their results";
  let description = [{
    Every public function becomes an entry: its results become memref arguments
    that they are written to, its inputs read-only tensors (scalars of rank 0),
    and a function beside it computes the sizes of the results from those of
    the inputs.

    Preconditions, each an error when broken: calls are inlined; the body of an
    entry is one block; arguments and results are tensors or scalars whose
    element type C and numpy share; the shapes of results follow from those of
    the arguments.

    ```mlir
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %0 = linalg.generic ... ins(%x) ...
      return %0 : tensor<?x4xf32>
    }
    ```

    becomes

    ```mlir
    func.func private @convoy.result_dims.main(%d0: index, %d1: index)
        -> (index, index) {
      %c4 = arith.constant 4 : index
      return %d0, %c4 : index, index
    }
    func.func @main(%x: tensor<?x4xf32> {bufferization.writable = false},
                    %y: memref<?x4xf32>) attributes {convoy.entry = 1 : i64} {
      %0 = linalg.generic ... ins(%x) ...
      bufferization.materialize_in_destination %0 in restrict writable %y
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyFuseElementwise : Pass<"convoy-fuse-elementwise"> {
  let summary = "Fuse elementwise linalg operations that traverse the same data";
  let description = [{
    Upstream's elementwise fusion, restricted: a producer with arithmetic is
    fused into its only user if both have the same loops, one that only moves
    data into every elementwise user, none into a reduction. Then each
    elementwise operation writes its result over an input that nothing else
    needs, where there is one. The arithmetic is unchanged.

    With `recompute-small`, a producer of at most 65536 elements, and much fewer
    than its user's, is fused into every user: where each operation costs a
    launch, repeating the arithmetic on vectors of channels costs less.

    Precondition: named operations that should take part are generalised.
  }];
  let options = [
    Option<"recomputeSmall", "recompute-small", "bool", "false",
           "Fuse producers of few elements into all their users">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Memrefs: loops, vectors, the workspace, threads
//===----------------------------------------------------------------------===//

def ConvoyExpandCopies : Pass<"convoy-expand-copies"> {
  let summary = "Make every memref.copy a linalg.generic";
  let description = [{
    A strided `memref.copy` would become a call of a runtime function that
    artefacts do not have. Copies between unranked memrefs are an error.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def ConvoyVectorizeReductions : Pass<"convoy-vectorize-reductions"> {
  let summary = "Tile and vectorise linalg reductions on memrefs";
  let description = [{
    A `linalg.generic` with reduction loops (convolutions in any layout, matrix
    products, pooling) becomes parallel loops over tiles. In a tile, the loop
    along the result's last dimension is a vector; another parallel loop is
    unrolled, so that each vector that is read is used several times; the
    reduction loops carry the sums in registers. Products that are summed become
    multiply-adds, in the order of the original loops.

    Where the size of the vector loop is unknown, or the body is more than
    elementwise arithmetic, the loop along the result's last dimension becomes
    the innermost one and the operation stays.

    ```mlir
    linalg.generic ... ins(%x, %w : memref<8x16xf32>, memref<16x16xf32>)
        outs(%y : memref<8x16xf32>) { ... mulf ... addf ... }
    ```

    becomes

    ```mlir
    scf.parallel (%m, %n) = ... step (%c4, %c16) {
      ...
      %sums:4 = scf.for %k = ... iter_args(%s0 = %y0, ...) {
        %row = vector.load %w_tile[%k, %c0] : ..., vector<16xf32>
        %0 = memref.load %x_tile[%c0, %k]
        %1 = vector.broadcast %0 : f32 to vector<16xf32>
        %2 = llvm.intr.fmuladd(%1, %row, %s0) : ...
        ...
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ConvoyPlanWorkspace : Pass<"convoy-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Place all buffers of an entry in a workspace of the caller";
  let description = [{
    Every `memref.alloc` of an entry becomes a view of a new last argument.
    Buffers that do not live at the same time share memory. A function beside
    the entry computes the bytes that are needed from the sizes of the inputs.
    Buffers inside parallel loops, of at most 64 KiB, go to the stack.

    Preconditions, each an error when broken: buffers hold scalars in row-major
    order; their sizes follow from the shapes of the arguments; a buffer that is
    allocated in a loop or branch does not leave it. Runs after
    convoy-form-entries and bufferization.

    ```mlir
    func.func @main(%x: memref<?xf32>, %y: memref<?xf32>)
        attributes {convoy.entry = 1 : i64} {
      %d = memref.dim %x, %c0 : memref<?xf32>
      %a = memref.alloc(%d) : memref<?xf32>
      ...
    ```

    becomes

    ```mlir
    func.func private @convoy.workspace.main(%d0: index) -> index { ... }
    func.func @main(%x: memref<?xf32>, %y: memref<?xf32>, %w: memref<?xi8>)
        attributes {convoy.entry = 1 : i64} {
      %d = memref.dim %x, %c0 : memref<?xf32>
      %a = memref.view %w[%c0][%d] : memref<?xi8> to memref<?xf32>
      ...
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"
  ];
}

def ConvoyOutlineParallel : Pass<"convoy-outline-parallel", "::mlir::ModuleOp"> {
  let summary = "Make outermost parallel loops calls of the thread pool";
  let description = [{
    The body of an outermost `scf.parallel` becomes a function that computes a
    range of its linearised iterations, called through the artefact's runtime.
    The innermost of several loops stays a loop of that function. Nested loops,
    loops with reductions and loops of little constant work become sequential.
    Buffers of constant size on the stack move to the start of their function.

    Precondition, an error when broken: loops capture scalars, vectors and
    ranked memrefs.

    ```mlir
    scf.parallel (%i, %j) = (%c0, %c0) to (%n, %m) step (%c1, %c1) {
      %v = memref.load %x[%i, %j] : memref<?x?xf32>
      ...
    }
    ```

    becomes, with the arguments of the body in a struct,

    ```mlir
    llvm.call @convoy_rt_parallel_for(%body, %context, %n)
    ...
    func.func private @convoy.parallel.main(%context: !llvm.ptr, %begin: i64,
                                            %end: i64) {
      scf.for %i = %begin to %end step %c1 {
        scf.for %j = %c0 to %m step %c1 {
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect"
  ];
}

//===----------------------------------------------------------------------===//
// To the LLVM dialect
//===----------------------------------------------------------------------===//

def ConvoyEmitEntryPoints : Pass<"convoy-emit-entry-points", "::mlir::ModuleOp"> {
  let summary = "Wrap entries in the artefact's calling convention";
  let description = [{
    For each entry `f` three functions on pointers to row-major data:

    ```c
    void convoy_entry_f(const void *const *inputs, void *const *outputs,
                        const int64_t *dims, void *workspace, void *launch);
    int64_t convoy_workspace_f(const int64_t *dims);
    void convoy_result_dims_f(const int64_t *dims, int64_t *resultDims);
    ```

    `dims` holds the sizes of all inputs, static ones too, `resultDims` those of
    all results; `launch` is passed to entries that convoy-lower-launches gave
    an argument for it. All other functions become internal.

    Precondition, an error when broken: the workspace of every entry is planned.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

def ConvoyExpandTruncations : Pass<"convoy-expand-truncations"> {
  let summary = "Round to 16-bit floats once, without a library function";
  let description = [{
    `arith.truncf` from f64 to f16 or bf16 goes through f32, rounded to odd, so
    that the result is rounded once.

    ```mlir
    %0 = arith.truncf %x : f64 to bf16
    ```

    becomes

    ```mlir
    %nearest = arith.truncf %x : f64 to f32
    ...
    %odd = arith.bitcast %bits : i32 to f32
    %0 = arith.truncf %odd : f32 to bf16
    ```

    A `math.fma` of f16 or bf16 is computed in f64 and rounded like that.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def ConvoyCallLibm : Pass<"convoy-call-libm", "::mlir::ModuleOp"> {
  let summary = "Call libm for math without an accurate LLVM intrinsic";
  let description = [{
    `math.tanh`, `math.erf`, `math.log1p` and their like become calls of libm,
    vectors element by element; what LLVM has as an instruction or an intrinsic
    (`math.sqrt`, `math.exp`, `math.fma`, ...) stays.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvoyCarryBfloats : Pass<"convoy-carry-bfloats", "::mlir::ModuleOp"> {
  let summary = "Move bf16 values as integers";
  let description = [{
    Where a bf16 value goes from one block to another, LLVM keeps it as an f32
    and calls a function to have its bits back. Loads, stores, constants,
    branches and what else moves bf16 values move i16 instead, and widening one
    is a shift. Calls and structs keep bf16, with a bitcast beside them.

    Precondition: there is no arithmetic in bf16.

    ```mlir
    %0 = llvm.load %p : !llvm.ptr -> bf16
    llvm.br ^bb1(%0 : bf16)
    ```

    becomes

    ```mlir
    %0 = llvm.load %p : !llvm.ptr -> i16
    llvm.br ^bb1(%0 : i16)
    ```
  }];
}

def ConvoyVerifyLowered : Pass<"convoy-verify-lowered", "::mlir::ModuleOp"> {
  let summary = "Refuse what the CPU path left unlowered";
  let description = [{
    An error names the first operation outside the LLVM dialect, and the first
    declared function that allocates memory, or constants of more than two
    gigabytes, which code cannot address. Attributes of other dialects, which
    upstream's conversions leave on some operations, are dropped.
  }];
}

#endif // CONVOY_CODEGEN_PASSES_TD
