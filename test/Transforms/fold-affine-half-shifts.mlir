// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// What is added to the sums of an accumulator of 16 bits becomes what they begin with. There
// it must not drown the products: each of them would be rounded to a multiple of the last bit
// of the shift.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// 576 products of magnitude 0.25 are as large as the shift.
// CHECK-LABEL: func @small(
// CHECK: %[[B:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} outs(%[[B]] :
// CHECK-NEXT: return %[[Y]]
func.func @small(%x: tensor<1x64x8x8xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x6x6xf16>
  %c = arith.constant dense<[10.0, -20.0]> : tensor<2xf16>
  %b = linalg.broadcast ins(%c : tensor<2xf16>) outs(%i : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %b : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// Each of 576 sums is rounded to a multiple of 0.5 or 1.
// CHECK-LABEL: func @large(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf
func.func @large(%x: tensor<1x64x8x8xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x6x6xf16>
  %c = arith.constant dense<[1000.0, -2000.0]> : tensor<2xf16>
  %b = linalg.broadcast ins(%c : tensor<2xf16>) outs(%i : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %b : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// The sums are the same; those of f32 lose nothing.
// CHECK-LABEL: func @wide_accumulator(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @wide_accumulator(%x: tensor<1x64x8x8xf16>) -> tensor<1x2x6x6xf32> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x6x6xf32>
  %c = arith.constant dense<[1000.0, -2000.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%c : tensor<2xf32>) outs(%i : tensor<1x2x6x6xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  %r = arith.addf %y, %b : tensor<1x2x6x6xf32>
  return %r : tensor<1x2x6x6xf32>
}

// Sixteen products of about 0.2 are less than half of the last bit of 1000: all of them are
// lost, few as they are.
// CHECK-LABEL: func @lost_products(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf
func.func @lost_products(%x: tensor<1x16x8x8xf16>) -> tensor<1x2x8x8xf16> {
  %f = arith.constant dense<0.04> : tensor<2x16x1x1xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x8x8xf16>
  %c = arith.constant dense<1000.0> : tensor<1x2x8x8xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x16x8x8xf16>, tensor<2x16x1x1xf16>) outs(%i : tensor<1x2x8x8xf16>) -> tensor<1x2x8x8xf16>
  %r = arith.addf %y, %c : tensor<1x2x8x8xf16>
  return %r : tensor<1x2x8x8xf16>
}

// The sums are that large without the fold as well: it takes a shift back.
// CHECK-LABEL: func @large_before(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @large_before(%x: tensor<1x64x8x8xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %i = arith.constant dense<1000.0> : tensor<1x2x6x6xf16>
  %c = arith.constant dense<-500.0> : tensor<1x2x6x6xf16>
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %c : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// A shift that comes at run time counts as an ordinary one: a bias that the program itself has.
// CHECK-LABEL: func @unknown_shift(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @unknown_shift(%x: tensor<1x64x8x8xf16>, %c: tensor<2xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x6x6xf16>
  %b = linalg.broadcast ins(%c : tensor<2xf16>) outs(%i : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %b : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// So does any beside weights that do.
// CHECK-LABEL: func @unknown_filter(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @unknown_filter(%x: tensor<1x64x8x8xf16>, %f: tensor<2x64x3x3xf16>) -> tensor<1x2x6x6xf16> {
  %i = arith.constant dense<0.0> : tensor<1x2x6x6xf16>
  %c = arith.constant dense<10.0> : tensor<1x2x6x6xf16>
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %c : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// A bias that is not known may be zero: then the shift has nothing to be compared with but the
// products.
// CHECK-LABEL: func @large_beside_unknown_bias(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf
func.func @large_beside_unknown_bias(%x: tensor<1x64x8x8xf16>, %b: tensor<2xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %e = tensor.empty() : tensor<1x2x6x6xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  %c = arith.constant dense<1000.0> : tensor<1x2x6x6xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %c : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// Where the sums begin is known.
// CHECK-LABEL: func @known_bias(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @known_bias(%x: tensor<1x64x8x8xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %e = tensor.empty() : tensor<1x2x6x6xf16>
  %b = arith.constant dense<0.0> : tensor<2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  %c = arith.constant dense<[4.0, -8.0]> : tensor<2xf16>
  %s = linalg.broadcast ins(%c : tensor<2xf16>) outs(%e : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{PredictedRmseRatio=9.90}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %s : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}

// A bias that is not known counts as what the shift does most harm beside: 0 is not the worst.
// CHECK-LABEL: func @unknown_bias(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @unknown_bias(%x: tensor<1x64x8x8xf16>, %b: tensor<2xf16>) -> tensor<1x2x6x6xf16> {
  %f = arith.constant dense<0.25> : tensor<2x64x3x3xf16>
  %e = tensor.empty() : tensor<1x2x6x6xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  %c = arith.constant dense<[4.0, -8.0]> : tensor<2xf16>
  %s = linalg.broadcast ins(%c : tensor<2xf16>) outs(%e : tensor<1x2x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{PredictedRmseRatio=1.07}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x64x8x8xf16>, tensor<2x64x3x3xf16>) outs(%i : tensor<1x2x6x6xf16>) -> tensor<1x2x6x6xf16>
  %r = arith.addf %y, %s : tensor<1x2x6x6xf16>
  return %r : tensor<1x2x6x6xf16>
}
