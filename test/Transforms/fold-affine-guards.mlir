// RUN: convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK

// Each function is what one precondition of the analysis, and no other test,
// keeps from being folded.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#image = affine_map<(n, f, w, c, k) -> (n, c, w + k)>
#filter = affine_map<(n, f, w, c, k) -> (f, c, k)>
#output = affine_map<(n, f, w, c, k) -> (n, f, w)>

// The maps are a convolution's, the bodies are not.
// REMARK-NOT: Function=yields_an_input
// CHECK-LABEL: func @yields_an_input(
// CHECK: linalg.generic
// CHECK: arith.addf %{{.*}} : tensor<1x2x7xf32>
func.func @yields_an_input(%x: tensor<1x2x9xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [#image, #filter, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// REMARK-NOT: Function=squares
// CHECK-LABEL: func @squares(
// CHECK: linalg.generic
// CHECK: arith.addf %{{.*}} : tensor<1x2x7xf32>
func.func @squares(%x: tensor<1x2x9xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [#image, #filter, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %a : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// REMARK-NOT: Function=sum_of_inputs
// CHECK-LABEL: func @sum_of_inputs(
// CHECK: linalg.generic
// CHECK: arith.addf %{{.*}} : tensor<1x2x7xf32>
func.func @sum_of_inputs(%x: tensor<1x2x9xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [#image, #filter, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// REMARK-NOT: Function=fma_without_accumulator
// CHECK-LABEL: func @fma_without_accumulator(
// CHECK: linalg.generic
// CHECK: arith.addf %{{.*}} : tensor<1x2x7xf32>
func.func @fma_without_accumulator(%x: tensor<1x2x9xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [#image, #filter, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = math.fma %a, %b, %a : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// REMARK: not-per-channel {{.*}}Function=position_by_division{{.*}}expected positions affine in the loops
// CHECK-LABEL: func @position_by_division(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @position_by_division(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<2xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x5xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %two = arith.constant 2 : index
    %k = arith.divui %c, %two : index
    %q = tensor.extract %v[%k] : tensor<2xf32>
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// REMARK: not-per-channel {{.*}}Function=position_with_a_division_behind{{.*}}expected positions affine in the loops
// CHECK-LABEL: func @position_with_a_division_behind(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @position_with_a_division_behind(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<4xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x5xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %two = arith.constant 2 : index
    %k = arith.divui %c, %two : index
    %j = arith.addi %c, %k : index
    %q = tensor.extract %v[%j] : tensor<4xf32>
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// REMARK: not-per-channel {{.*}}Function=position_from_outside{{.*}}expected positions affine in the loops
// CHECK-LABEL: func @position_from_outside(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @position_from_outside(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<2xf32>, %k: index) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x5xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = tensor.extract %v[%k] : tensor<2xf32>
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}
