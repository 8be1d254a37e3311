// RUN: convoy-opt %s --convoy-fuse-elementwise=recompute-small | FileCheck %s
// RUN: convoy-opt %s --convoy-fuse-elementwise | FileCheck %s --check-prefix=KEPT

#identity = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#vector = affine_map<(c) -> (c)>

// A scale of few elements, used twice, is computed again where it is used.
// CHECK-LABEL: func @scale
// CHECK-COUNT-1: linalg.generic
// CHECK: math.sqrt
// CHECK: arith.mulf
// CHECK-NOT: linalg.generic
// KEPT-LABEL: func @scale
// KEPT-COUNT-2: linalg.generic
func.func @scale(%x: tensor<8x16x8x8xf32>, %v: tensor<16xf32>)
    -> tensor<8x16x8x8xf32> {
  %small = tensor.empty() : tensor<16xf32>
  %large = tensor.empty() : tensor<8x16x8x8xf32>
  %0 = linalg.generic {indexing_maps = [#vector, #vector],
                       iterator_types = ["parallel"]}
      ins(%v : tensor<16xf32>) outs(%small : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.sqrt %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %2 = linalg.generic {
      indexing_maps = [#identity, #channel, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %0 : tensor<8x16x8x8xf32>, tensor<16xf32>)
      outs(%large : tensor<8x16x8x8xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %3 = arith.mulf %in, %s : f32
    linalg.yield %3 : f32
  } -> tensor<8x16x8x8xf32>
  return %2 : tensor<8x16x8x8xf32>
}

// Not where there are as many as of the result.
// CHECK-LABEL: func @as_many
// CHECK-COUNT-2: linalg.generic
func.func @as_many(%x: tensor<1x16x1x1xf32>, %v: tensor<16xf32>)
    -> tensor<1x16x1x1xf32> {
  %small = tensor.empty() : tensor<16xf32>
  %large = tensor.empty() : tensor<1x16x1x1xf32>
  %0 = linalg.generic {indexing_maps = [#vector, #vector],
                       iterator_types = ["parallel"]}
      ins(%v : tensor<16xf32>) outs(%small : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.sqrt %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %2 = linalg.generic {
      indexing_maps = [#identity, #channel, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %0 : tensor<1x16x1x1xf32>, tensor<16xf32>)
      outs(%large : tensor<1x16x1x1xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %3 = arith.mulf %in, %s : f32
    linalg.yield %3 : f32
  } -> tensor<1x16x1x1xf32>
  return %2 : tensor<1x16x1x1xf32>
}
