// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// A slice of a concatenation that is one of its parts, with a batch of any size: the part
// and the slice are as large where their sizes come from one source.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @one_number(
// CHECK-NOT: insert_slice
// CHECK-NOT: extract_slice
// CHECK: return
func.func @one_number(%x: tensor<?x1x2x2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %w = tensor.empty(%n) : tensor<?x4x2x2xf32>
  %j = tensor.insert_slice %y into %w[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %k[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %q = tensor.extract_slice %k[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.addf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r, %u : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}

// Each asks another tensor, all of which have their batch from the input.
// CHECK-LABEL: func @asked_anew(
// CHECK-NOT: insert_slice
// CHECK-NOT: extract_slice
// CHECK: return
func.func @asked_anew(%x: tensor<?x1x2x2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %ny = tensor.dim %y, %c0 : tensor<?x2x2x2xf32>
  %nz = tensor.dim %z, %c0 : tensor<?x2x2x2xf32>
  %w = tensor.empty(%nz) : tensor<?x4x2x2xf32>
  %j = tensor.insert_slice %y into %w[0, 0, 0, 0] [%ny, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 2, 0, 0] [%ny, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %nk = tensor.dim %k, %c0 : tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %k[0, 0, 0, 0] [%nk, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %q = tensor.extract_slice %k[0, 2, 0, 0] [%nk, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.addf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r, %u : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}

// The whole may be larger than its parts.
// CHECK-LABEL: func @other_batch(
// CHECK: tensor.extract_slice
// CHECK: return
func.func @other_batch(%x: tensor<?x1x2x2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>, %h: index) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %w = tensor.empty(%h) : tensor<?x4x2x2xf32>
  %j = tensor.insert_slice %y into %w[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %k[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %q = tensor.extract_slice %k[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.addf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r, %u : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}

// The slice may be smaller than the part.
// CHECK-LABEL: func @smaller_slice(
// CHECK: tensor.extract_slice
// CHECK: return
func.func @smaller_slice(%x: tensor<?x1x2x2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>, %h: index) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %w = tensor.empty(%n) : tensor<?x4x2x2xf32>
  %j = tensor.insert_slice %y into %w[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %k = tensor.insert_slice %z into %j[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %k[0, 0, 0, 0] [%h, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %q = tensor.extract_slice %k[0, 2, 0, 0] [%h, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.addf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r, %u : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}
