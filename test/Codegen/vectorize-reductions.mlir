// RUN: convoy-opt %s --convoy-vectorize-reductions --canonicalize --cse --split-input-file | FileCheck %s

// Vectors along the columns, six rows under way, the remainder of 18 columns
// as a shorter vector.
// CHECK-LABEL: func.func @matmul(
// CHECK:       scf.parallel
// CHECK:         %[[SUMS:.*]]:6 = scf.for {{.*}} iter_args
// CHECK:           %[[ROW:.*]] = vector.load {{.*}} vector<16xf32>
// CHECK:           %[[X:.*]] = memref.load
// CHECK:           %[[B:.*]] = vector.broadcast %[[X]] : f32 to vector<16xf32>
// CHECK:           llvm.intr.fmuladd(%[[B]], %[[ROW]]
// CHECK-COUNT-5:   llvm.intr.fmuladd
// CHECK:         vector.store %[[SUMS]]#0
// CHECK:         scf.for {{.*}} iter_args
// CHECK:           vector.load {{.*}} vector<2xf32>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
func.func @matmul(%x: memref<12x5xf32>, %w: memref<5x18xf32>, %y: memref<12x18xf32>) {
  linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<12x5xf32>, memref<5x18xf32>) outs(%y : memref<12x18xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// A stride along the vectors' loop: elements are gathered, stores are vectors.
// CHECK-LABEL: func.func @strided_convolution(
// CHECK:         scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>)
// CHECK-COUNT-4:   memref.load
// CHECK:           vector.from_elements
// CHECK:         vector.store {{.*}} vector<4xf32>
#in = affine_map<(o, k) -> (o * 2 + k)>
#filter = affine_map<(o, k) -> (k)>
#out = affine_map<(o, k) -> (o)>
func.func @strided_convolution(%x: memref<9xf32>, %w: memref<3xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<9xf32>, memref<3xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// 16-bit sums are rounded at each step: no multiply-add.
// CHECK-LABEL: func.func @half_precision(
// CHECK:         arith.mulf {{.*}} : vector<8xf16>
// CHECK:         arith.addf {{.*}} : vector<8xf16>
#in = affine_map<(o, k) -> (o + k)>
#filter = affine_map<(o, k) -> (k)>
#out = affine_map<(o, k) -> (o)>
func.func @half_precision(%x: memref<10xf16>, %w: memref<3xf16>, %y: memref<8xf16>) {
  linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<10xf16>, memref<3xf16>) outs(%y : memref<8xf16>) {
  ^bb0(%p: f16, %q: f16, %s: f16):
    %0 = arith.mulf %p, %q : f16
    %1 = arith.addf %s, %0 : f16
    linalg.yield %1 : f16
  }
  return
}

// -----

// Nothing is known of the size: the loop only moves inside.
// CHECK:       #[[$OUT:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @unknown_size(
// CHECK:         linalg.generic {{.*}}#[[$OUT]]], iterator_types = ["reduction", "parallel"]
#in = affine_map<(o, k) -> (o + k)>
#filter = affine_map<(o, k) -> (k)>
#out = affine_map<(o, k) -> (o)>
func.func @unknown_size(%x: memref<?xf32>, %w: memref<3xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<?xf32>, memref<3xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// A body that asks where it is cannot be a vector's.
// CHECK-LABEL: func.func @index_in_body(
// CHECK:         linalg.index
#in = affine_map<(o, k) -> (o + k)>
#filter = affine_map<(o, k) -> (k)>
#out = affine_map<(o, k) -> (o)>
func.func @index_in_body(%x: memref<10xi64>, %w: memref<3xi64>, %y: memref<8xi64>) {
  linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<10xi64>, memref<3xi64>) outs(%y : memref<8xi64>) {
  ^bb0(%p: i64, %q: i64, %s: i64):
    %k = linalg.index 1 : index
    %i = arith.index_cast %k : index to i64
    %0 = arith.muli %p, %i : i64
    %1 = arith.addi %s, %0 : i64
    linalg.yield %1 : i64
  }
  return
}
