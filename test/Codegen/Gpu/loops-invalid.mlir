// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file --verify-diagnostics

func.func @race(%x: memref<4x8xf32>, %y: memref<4xf32>) {
  // expected-error @below {{expected results that all parallel loops and no reduction loop index, found affine_map<(d0, d1) -> (d0)>}}
  linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<4x8xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  return
}
