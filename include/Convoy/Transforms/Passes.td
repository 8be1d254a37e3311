//===- Passes.td - Transformation passes, in pipeline order -*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TRANSFORMS_PASSES_TD
#define CONVOY_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvoyFoldAffine : Pass<"convoy-fold-affine", "::mlir::ModuleOp"> {
  let summary =
      "Fold per-channel affine steps into the convolutions they follow";
  let description = [{
    A convolution is linear in its filter and its init, so a run of steps
    `y = a[c]*x + b[c]` behind it, with `c` the output channel, is the same
    convolution with other parameters:

    ```mlir
    %1 = linalg.conv_2d_nchw_fchw ins(%x, %W) outs(%bias)
    %2 = linalg.generic ... ins(%1, %mean)   // subf
    %3 = linalg.generic ... ins(%2, %invstd) // mulf
    %4 = linalg.generic ... ins(%3)          // mulf by 2.0
    ```
    becomes
    ```mlir
    %0 = arith.constant dense_resource<convoy_folded> : tensor<64x8x3x3xf32>
    %4 = linalg.conv_2d_nchw_fchw ins(%x, %0) outs(%folded_bias)
    ```

    Steps are read from indexing maps and region bodies, never from op names:
    named ops, generics with any number of inputs, and `arith`/`math` on tensors
    are one case. Parameters are followed through reshapes, broadcasts,
    transposes and elementwise ops. Constants (`dense`, `dense_resource`) are
    evaluated in f64 and rounded once; run-time parameters become one op on
    vectors of channels and one on the filter.

    Input and output are linalg on tensors in upstream dialects only. Every fold
    is a remark of category `convoy` named `fold-affine`; every refusal is a
    remark named after its reason code. Running the pass again changes nothing.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyWidenFloats : Pass<"convoy-widen-floats", "::mlir::ModuleOp"> {
  let summary = "Make every float type f64, the judge of a verification";
  let description = [{
    Values, constants (`dense` and `dense_resource`), function types and region
    bodies become f64; casts between precisions disappear. Parameters keep the
    values that they have in their stored precision, so the program computes
    what the original would without rounding of intermediate results.

    Precondition: upstream operations on tensors (TOSA is lowered before).
    Refused with an error: reinterpreting casts, complex numbers, floats of more
    than 64 bits, float parameters without data, calls of functions without a
    body.

    ```mlir
    %eps = arith.constant 1.0e-05 : f32
    %0 = linalg.generic ... ins(%x : tensor<4xf16>) outs(%e : tensor<4xf32>) {
    ^bb0(%in: f16, %out: f32):
      %1 = arith.extf %in : f16 to f32
      %2 = arith.addf %1, %eps : f32
      linalg.yield %2 : f32
    }
    ```

    becomes

    ```mlir
    %eps = arith.constant 9.9999997473787516E-6 : f64
    %0 = linalg.generic ... ins(%x : tensor<4xf64>) outs(%e : tensor<4xf64>) {
    ^bb0(%in: f64, %out: f64):
      %1 = arith.addf %in, %eps : f64
      linalg.yield %1 : f64
    }
    ```
  }];
}

#endif // CONVOY_TRANSFORMS_PASSES_TD
