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

def ConvoyLowerFrontEnds : Pass<"convoy-lower-front-ends", "::mlir::ModuleOp"> {
  let summary = "Lower TOSA to linalg, refuse dialects of other front ends";
  let description = [{
    A module with TOSA operations goes through upstream's TOSA pipelines (named
    operations, `arith`, `tensor`, `scf`); one without is left as it is.
    Operations of other front ends (torch, stablehlo, onnx, ...), unregistered
    ones, and TOSA that upstream does not lower are one error that names the
    operation and, where there is one, the tool to use.

    ```mlir
    %0 = tosa.add %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```

    becomes

    ```mlir
    %0 = linalg.generic ... ins(%x, %y) ... {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %1 = arith.addf %a, %b : f32
      linalg.yield %1 : f32
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::index::IndexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::tosa::TosaDialect"
  ];
}

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

    Scales of the convolution's input fold likewise, shifts where padding
    allows, also those of the parts of a concatenation. A generic whose body
    computes steps and something else, an activation or a residual, is split for
    that, and put together again where nothing folds; assertions about constant
    parameters that hold are erased.

    Input and output are linalg on tensors in upstream dialects only. Every fold
    is a remark of category `convoy` named `fold-affine`; every refusal is a
    remark named after its reason code. Running the pass again changes nothing.

    Functions are analyzed on all threads of the context. They are folded one
    after the other, in the order of the module, so that output, remarks and
    report are the same for any number of threads.
  }];
  let options = [
    Option<"policy", "policy", "::mlir::convoy::FoldPolicy",
           /*default=*/"::mlir::convoy::FoldPolicy::Auto",
           "Where scales go",
           [{::llvm::cl::values(
             clEnumValN(::mlir::convoy::FoldPolicy::Weights, "weights",
                        "into the filter"),
             clEnumValN(::mlir::convoy::FoldPolicy::Epilogue, "epilogue",
                        "behind the convolution, as one op"),
             clEnumValN(::mlir::convoy::FoldPolicy::Auto, "auto",
                        "into the filter, unless it is stored in 16 bits and "
                        "that loses too much"))}]>,
    Option<"accuracyLimit", "accuracy-limit", "double", /*default=*/"0",
           "Largest predicted RMSE of a fold into the filter, in units of the "
           "unfused program's; 0 means no limit for policy=weights, and 2 "
           "otherwise">,
    Option<"strict", "strict", "bool", /*default=*/"false",
           "Make every refusal an error">,
    Option<"reportPath", "report", "std::string", /*default=*/"\"\"",
           "Write what was folded and refused to this JSON file "
           "(docs/Report.md)">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyFormConv : Pass<"convoy-form-conv", "::mlir::ModuleOp"> {
  let summary = "Form convoy.conv from convolutions and what surrounds them";
  let description = [{
    Replaces each linalg convolution on tensors, together with what one kernel
    can do on the way in and on the way out, by one `convoy.conv`:

    * in front of it: constant zero padding (`tensor.pad`), permutations
      (`linalg.transpose` or a copying generic), reshapes that split groups off
      channels, a filter scaled per output channel (becomes the scale), the init
      (becomes the bias, or the residual if it is no vector of channels);
    * behind it: permutations, reshapes that merge groups, multiplication and
      addition of per-channel vectors (scale and bias), one residual, and
      elementwise ops of any kind (the epilogue), also if they use the
      convolution's result more than once, as `x * sigmoid(x)` does. What these
      ops read for each channel or for all becomes a parameter.

    Groups that a front end writes as slices of the input's channels, a
    convolution of each, and a concatenation are joined first, together with
    what computes all parts alike: they become one grouped `convoy.conv`.

    The epilogue ends where an intermediate value is used elsewhere. Sums are in
    f32, or f64 for f64 operands, whatever type the linalg op summed in.

    ```mlir
    %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] { tensor.yield %zero }
    %0 = linalg.broadcast ins(%b) outs(%e) dimensions = [0, 2, 3]
    %1 = linalg.conv_2d_nchw_fchw ins(%p, %w) outs(%0)
    %2 = linalg.generic ins(%1) outs(%e) { arith.maximumf %in, %zero }
    ```

    becomes

    ```mlir
    %2 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w) bias(%b) outs(%e)
        strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
        epilogue {
        ^bb0(%acc: f32):
          %relu = arith.maximumf %acc, %zero : f32
          convoy.yield %relu : f32
        }
    ```

    What has no form as `convoy.conv` stays as it is. Remarks of category
    `convoy`, name `form-conv`, say what was formed, what was left behind and
    why.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::convoy::ConvoyDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvoyAbsorbParameters : Pass<"convoy-absorb-parameters"> {
  let summary = "Compute scale and bias from parameters inside convoy.conv";
  let description = [{
    Elementwise ops on vectors of channels that compute the scale, the bias or
    the parameters of a `convoy.conv` on tensors become its prologue, which
    computes one channel: a fold of run-time parameters then needs no kernel of
    its own. The arithmetic stays the same.

    ```mlir
    %s = linalg.generic ins(%gamma, %var : ...) { math.rsqrt, arith.mulf }
    %y = convoy.conv ... scale(%s : tensor<64xf32>)
    ```

    becomes

    ```mlir
    %y = convoy.conv ... parameters(%gamma, %var : ...) prologue {
      ^bb0(%g: f32, %v: f32):
        %0 = math.rsqrt %v : f32
        %1 = arith.mulf %g, %0 : f32
        convoy.yield_channel scale(%1 : f32)
      }
    ```

    Ops are followed within the block of the `convoy.conv`, so that what was
    hoisted out of a loop stays there, through reshapes and single elements;
    those with other users are copied. Vectors that take other ops or more than
    256 scalar operations stay operands.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::convoy::ConvoyDialect",
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

def ConvoyConvMagnitude : Pass<"convoy-conv-magnitude", "::mlir::ModuleOp"> {
  let summary = "Make the last convolutions sum absolute values";
  let description = [{
    Takes the absolute value of the input, filter and init of each convolution
    that no other convolution depends on, so that it computes `sum |W||x| + |b|`: the scale of the rounding errors that
    any order of summation can make. Everything else stays.

    ```mlir
    %y = linalg.conv_2d_nchw_fchw ins(%x, %w : ...) outs(%b : ...)
    ```

    becomes

    ```mlir
    %0 = linalg.generic ... ins(%x) { math.absf ... }
    %1 = linalg.generic ... ins(%w) { math.absf ... }
    %2 = linalg.generic ... ins(%b) { math.absf ... }
    %y = linalg.conv_2d_nchw_fchw ins(%0, %1 : ...) outs(%2 : ...)
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // CONVOY_TRANSFORMS_PASSES_TD
