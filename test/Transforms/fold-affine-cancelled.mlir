// RUN: convoy-opt %s --convoy-fold-affine=report=%t.json --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR --input-file %t.mlir
// RUN: FileCheck %s --check-prefix=REPORT --input-file %t.json

// What is gone says nothing the next time.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | FileCheck %s --check-prefix=AGAIN --allow-empty
// RUN: diff %t.mlir %t.again.mlir
// AGAIN-NOT: remark

// Steps that cancel each other out are removed with a remark and a line in the
// report, although the convolution stays as it is.

// CHECK: Function=two_steps | Channels=2, MaxGain=1.000000e+00, MinGain=1.000000e+00, Remark="folded 2 steps (mulf, divf) into linalg.conv_2d_nchw_fchw
// IR-LABEL: func @two_steps(
// IR: linalg.conv_2d_nchw_fchw
// IR-NEXT: return
// REPORT: "folds": [
// REPORT: "numSteps": 2
// REPORT: "name": "two_steps"
func.func @two_steps(%x: tensor<1x1x2x2xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %four = arith.constant dense<4.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.mulf %y, %four : tensor<1x2x2x2xf32>
  %r = arith.divf %a, %four : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK: Function=across_relu | {{.*}}folded 2 steps (mulf, divf) into linalg.conv_2d_nchw_fchw
// IR-LABEL: func @across_relu(
// IR-NOT: mulf
// IR-COUNT-2: arith.maximumf
// IR-NOT: divf
// IR: return
// REPORT: "name": "across_relu"
func.func @across_relu(%x: tensor<1x1x2x2xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %four = arith.constant dense<4.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %a = arith.mulf %p, %four : tensor<1x2x2x2xf32>
  %q = arith.maximumf %a, %zero : tensor<1x2x2x2xf32>
  %r = arith.divf %q, %four : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// One summand's steps cancel out, another's do not, a third has none: that one
// is not named.
// CHECK: Function=one_summand | {{.*}}folded 2 steps (negf, negf) into linalg.conv_2d_nchw_fchw
// CHECK: Function=one_summand | {{.*}}folded 1 step (mulf) into linalg.conv_2d_nchw_fchw
// CHECK-NOT: Function=one_summand
// IR-LABEL: func @one_summand(
func.func @one_summand(%x: tensor<1x1x2x2xf32>, %u: tensor<2x1x1x1xf32>, %v: tensor<2x1x1x1xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %four = arith.constant dense<4.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %u : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.negf %y : tensor<1x2x2x2xf32>
  %b = arith.negf %a : tensor<1x2x2x2xf32>
  %c = arith.mulf %z, %four : tensor<1x2x2x2xf32>
  %d = arith.addf %b, %c : tensor<1x2x2x2xf32>
  %r = arith.addf %d, %q : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A convolution that adds to another's result is written anew although its own
// steps cancel out.
// CHECK: Function=accumulated | {{.*}}folded 2 steps (negf, negf) into linalg.conv_2d_nchw_fchw
// IR-LABEL: func @accumulated(
// IR-COUNT-2: linalg.conv_2d_nchw_fchw
// IR-NOT: linalg.conv_2d_nchw_fchw
func.func @accumulated(%x: tensor<1x1x2x2xf32>, %u: tensor<2x1x1x1xf32>, %v: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %u : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.negf %z : tensor<1x2x2x2xf32>
  %r = arith.negf %a : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Nobody reads the steps: the convolution goes with them, and nothing is said.
// CHECK-NOT: Function=unread
// IR-LABEL: func @unread(
// IR-NEXT: return
func.func @unread(%x: tensor<1x1x2x2xf32>, %w: tensor<2x1x1x1xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zero : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.negf %y : tensor<1x2x2x2xf32>
  %r = arith.negf %a : tensor<1x2x2x2xf32>
  return
}
