// RUN: convoy-opt %s --convoy-fold-affine --split-input-file | FileCheck %s --implicit-check-not=convoy.

// What was taken out of a body and did not fold is put back into that body, and into nothing else.

// Nothing in this body ends the algebra: it folds as a whole (find).

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @affine(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @affine(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// One that does not fold is left as it is, with what it does not read (find).

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @refused(
// CHECK: linalg.generic {{.*}} ins(%{{[^:]*}} : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>, tensor<4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
func.func @refused(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %v: tensor<4x3x3x3xf32>, %rows: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %y2, %s : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// A step whose value is not yielded stays (find).

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @dead(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @dead(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %z: tensor<1x4x4x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %c, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// The factor of each channel crosses that of each row and folds: nothing is left to put that back into.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @folded_rest(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: return %[[STEP]]
func.func @folded_rest(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// Two ops read it now.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @two_readers(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: linalg.generic {{.*}} ins(%[[STEP]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: math.tanh
// CHECK: linalg.generic {{.*}} ins(%[[STEP]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: math.exp
func.func @two_readers(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = math.tanh %a : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = math.exp %a : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  return %t, %u : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// Nothing reads it.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @unread(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: return
func.func @unread(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>)
    {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return
}

// -----

// Another op reads it, of two results.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @two_results(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: linalg.generic {{.*}} ins(%[[STEP]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: math.tanh
// CHECK-NEXT: math.exp
// CHECK-NEXT: linalg.yield
func.func @two_results(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  %t:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r : tensor<1x4x4x4xf32>) outs(%zeros, %zeros : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32, %other: f32):
    %m = math.tanh %a : f32
    %n = math.exp %a : f32
    linalg.yield %m, %n : f32, f32
  } -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
  return %t#0, %t#1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// A convolution reads it, and stays one.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>
#image = affine_map<(n, f, h, w, c, r, q) -> (n, c, h + r, w + q)>
#filter = affine_map<(n, f, h, w, c, r, q) -> (f, c, r, q)>
#result = affine_map<(n, f, h, w, c, r, q) -> (n, f, h, w)>

// CHECK-LABEL: func.func @convolution(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: linalg.generic {{.*}} ins(%[[STEP]],
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @convolution(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>,
    %v: tensor<2x4x3x3xf32>)
    -> tensor<1x2x2x2xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  %t = linalg.generic {indexing_maps = [#image, #filter, #result],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%r, %v : tensor<1x4x4x4xf32>, tensor<2x4x3x3xf32>) outs(%none : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %out, %m : f32
    linalg.yield %n : f32
  } -> tensor<1x2x2x2xf32>
  return %t : tensor<1x2x2x2xf32>
}

// -----

// The rest of another body reads it.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @other_rest(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: linalg.generic {{.*}} ins(%[[STEP]],
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @other_rest(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>,
    %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %nfhw = tensor.empty() : tensor<4x1x4x4xf32>
  %factors = linalg.broadcast ins(%k : tensor<4xf32>) outs(%nfhw : tensor<4x1x4x4xf32>) dimensions = [1, 2, 3]
  %z = linalg.transpose ins(%factors : tensor<4x1x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) permutation = [1, 0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2, %s, %r : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %c : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %t : tensor<1x4x4x4xf32>
}

// -----

// What carries the marks before is no body that was split.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @marked(
// CHECK: %[[STEP:.*]] = linalg.generic
// CHECK: linalg.generic {{.*}} outs(%[[STEP]] :
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
func.func @marked(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %rows: tensor<4xf32>,
    %z: tensor<1x4x4x4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%z : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) attrs = {convoy.taken_out = 7 : index} {
  ^bb0(%a: f32, %out: f32):
    %m = math.exp %a : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %q = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%z : tensor<1x4x4x4xf32>) outs(%p : tensor<1x4x4x4xf32>) attrs = {convoy.rest = 7 : index} {
  ^bb0(%a: f32, %out: f32):
    %m = arith.addf %a, %out : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %rows : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %q, %r : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}
