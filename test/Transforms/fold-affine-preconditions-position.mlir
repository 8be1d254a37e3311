// RUN: convoy-opt %s --convoy-fold-affine -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Numbers of positions that no double holds, or that there are none of, are not
// computed ahead: the program computes them as it did, from a vector of channels.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// The first channel divides by zero.
// CHECK-LABEL: func @divided_by_zero(
// CHECK: arith.divsi
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @divided_by_zero(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %k = arith.divsi %two, %j : i64
    %s = arith.sitofp %k : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// -2 without a sign is 2^64 - 2.
// CHECK-LABEL: func @negative_dividend(
// CHECK: arith.divui
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @negative_dividend(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %k = arith.divui %n, %two : i64
    %s = arith.sitofp %k : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// As the divisor.
// CHECK-LABEL: func @negative_divisor(
// CHECK: arith.remui
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @negative_divisor(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %k = arith.remui %two, %n : i64
    %s = arith.sitofp %k : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// As what is compared.
// CHECK-LABEL: func @negative_left(
// CHECK: arith.cmpi ult
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @negative_left(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %q = arith.cmpi ult, %n, %two : i64
    %k = arith.select %q, %one, %two : i64
    %s = arith.sitofp %k : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// As what it is compared with.
// CHECK-LABEL: func @negative_right(
// CHECK: arith.cmpi ult
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @negative_right(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %q = arith.cmpi ult, %two, %n : i64
    %k = arith.select %q, %one, %two : i64
    %s = arith.sitofp %k : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// An integer of no bits is 0 at run time; there is no range for it.
// CHECK-LABEL: func @no_bits(
// CHECK: arith.trunci
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
func.func @no_bits(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %n = arith.subi %j, %two : i64
    %q = arith.trunci %j : i64 to i0
    %k = arith.extui %q : i0 to i64
    %l = arith.addi %k, %one : i64
    %s = arith.sitofp %l : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}
