// Steps in front of a slice of an image, of zeros around it and of a cast, executed
// fused and unfused.

// RUN: convoy-run %s --device=cpu --verify | FileCheck %s
// CHECK: verify output 0: {{.*}}: ok
// CHECK: verify output 1: {{.*}}: ok

// RUN: convoy-opt %s --convoy-fold-affine --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=FOLDED
// FOLDED: folded 1 step (mulf addf) into linalg.conv_2d_nchw_fchw
// FOLDED: folded 1 step (mulf) into linalg.conv_2d_nchw_fchw

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#id5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#channel5 = affine_map<(d0, d1, d2, d3, d4) -> (d2)>

func.func @main(%x: tensor<2x3x5x9x11xf32>, %y: tensor<2x5x7x8xf32>, %s: tensor<5xf32>, %t: tensor<5xf32>, %f: tensor<4x5x3x3xf32>) -> (tensor<2x4x2x3xf32>, tensor<2x4x5x7xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x3x5x9x11xf32>
  %m = linalg.generic {indexing_maps = [#id5, #channel5, #channel5, #id5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %s, %t : tensor<2x3x5x9x11xf32>, tensor<5xf32>, tensor<5xf32>) outs(%e : tensor<2x3x5x9x11xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f32):
    %u = arith.mulf %a, %p : f32
    %v = arith.addf %u, %q : f32
    linalg.yield %v : f32
  } -> tensor<2x3x5x9x11xf32>
  %c = tensor.extract_slice %m[0, 1, 0, 1, 2] [2, 1, 5, 4, 5] [1, 1, 1, 2, 2] : tensor<2x3x5x9x11xf32> to tensor<2x5x4x5xf32>
  %d = tensor.cast %c : tensor<2x5x4x5xf32> to tensor<2x5x?x?xf32>
  %d2 = tensor.cast %d : tensor<2x5x?x?xf32> to tensor<2x5x4x5xf32>
  %ie = tensor.empty() : tensor<2x4x2x3xf32>
  %i = linalg.fill ins(%zero : f32) outs(%ie : tensor<2x4x2x3xf32>) -> tensor<2x4x2x3xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%d2, %f : tensor<2x5x4x5xf32>, tensor<4x5x3x3xf32>) outs(%i : tensor<2x4x2x3xf32>) -> tensor<2x4x2x3xf32>

  %ye = tensor.empty() : tensor<2x5x7x8xf32>
  %n = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<2x5x7x8xf32>, tensor<5xf32>) outs(%ye : tensor<2x5x7x8xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %u = arith.mulf %a, %p : f32
    linalg.yield %u : f32
  } -> tensor<2x5x7x8xf32>
  %pad = tensor.pad %n low[0, 0, 1, 2] high[0, 0, 1, 0] {
  ^bb0(%h: index, %j: index, %l: index, %w: index):
    tensor.yield %zero : f32
  } : tensor<2x5x7x8xf32> to tensor<2x5x9x10xf32>
  %k = tensor.extract_slice %pad[0, 0, 0, 1] [2, 5, 7, 9] [1, 1, 1, 1] : tensor<2x5x9x10xf32> to tensor<2x5x7x9xf32>
  %ze = tensor.empty() : tensor<2x4x5x7xf32>
  %z = linalg.fill ins(%zero : f32) outs(%ze : tensor<2x4x5x7xf32>) -> tensor<2x4x5x7xf32>
  %g = linalg.conv_2d_nchw_fchw ins(%k, %f : tensor<2x5x7x9xf32>, tensor<4x5x3x3xf32>) outs(%z : tensor<2x4x5x7xf32>) -> tensor<2x4x5x7xf32>
  return %r, %g : tensor<2x4x2x3xf32>, tensor<2x4x5x7xf32>
}
