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

#endif // CONVOY_CODEGEN_PASSES_TD
