// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --split-input-file --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --input-file %t.mlir

// Parts that replace all of a tensor that was filled, with a batch of any size:
// nothing of it is left if they are as large.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// REMARK-COUNT-2: [Passed] fold-affine | Category:convoy | Function=all_of_it
// CHECK-LABEL: func @all_of_it(
// CHECK-COUNT-2: tensor.insert_slice
// CHECK-NEXT: return
func.func @all_of_it(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %p = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x1x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %w = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %v = linalg.fill ins(%zero : f32) outs(%w : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %j = tensor.insert_slice %y into %v[0, 0, 0, 0] [%n, 1, 2, 2] [1, 1, 1, 1] : tensor<?x1x2x2xf32> into tensor<?x2x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 1, 0, 0] [%n, 1, 2, 2] [1, 1, 1, 1] : tensor<?x1x2x2xf32> into tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %p : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%w : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// -----

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// The whole has a batch of another size: more of it may stay.
// REMARK-COUNT-2: [Missed] not-per-channel | Category:convoy | Function=another_size
// CHECK-LABEL: func @another_size(
// CHECK: arith.mulf
func.func @another_size(%x: tensor<?x1x2x2xf32>, %q: index) -> tensor<?x2x2x2xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %p = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x1x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %w = tensor.empty(%q) : tensor<?x2x2x2xf32>
  %v = linalg.fill ins(%zero : f32) outs(%w : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %j = tensor.insert_slice %y into %v[0, 0, 0, 0] [%n, 1, 2, 2] [1, 1, 1, 1] : tensor<?x1x2x2xf32> into tensor<?x2x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 1, 0, 0] [%n, 1, 2, 2] [1, 1, 1, 1] : tensor<?x1x2x2xf32> into tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %p : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%w : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}
