// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --split-input-file | FileCheck %s
// RUN: convoy-opt %s --convoy-fold-affine --split-input-file -o /dev/null \
// RUN:   --remark-policy=all --remarks-filter-missed=convoy 2>&1 | FileCheck %s \
// RUN:   --check-prefix=MISSED --implicit-check-not=[Missed]

// Compilers put batch-norm and what follows it into one body. The affine
// arithmetic on the convolution folds, the rest stays.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @relu
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} ins(%[[Y]] : tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @relu(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>,
                %s: tensor<4xf32>, %t: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %t : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// Two batch-norms, their sum with a residual, and an activation that reads the
// sum twice; the result is transposed. The residual may not go into a filter.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#last = affine_map<(n, f, h, w) -> (n, h, w, f)>

// CHECK-LABEL: func.func @residual
// CHECK-SAME: %[[Z:[^ ]+]]: tensor<1x4x4x4xf32>)
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor
// CHECK-NOT: arith.subf
// CHECK: math.tanh
// CHECK-NOT: linalg.generic
// CHECK: return %[[R]]
func.func @residual(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %v: tensor<4x3x3x3xf32>,
                    %s: tensor<4xf32>, %t: tensor<4xf32>,
                    %z: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #channel, #id, #last],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y1, %s, %y2, %t, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>,
                                 tensor<4xf32>, tensor<1x4x4x4xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %e: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.subf %d, %c : f32
    %o = arith.addf %m, %n : f32
    %p = arith.addf %o, %e : f32
    %q = math.tanh %p : f32
    %u = arith.mulf %p, %q : f32
    linalg.yield %u : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// The sum with the residual is the end: what is in front of it folds.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @sum
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @sum(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
               %z: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// An activation alone stays in one piece: hard-swish reads its argument twice,
// and the change of signs in a sigmoid is part of that.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>

// CHECK-LABEL: func.func @activations
// CHECK-COUNT-2: linalg.generic
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @activations(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %three = arith.constant 3.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.addf %a, %three : f32
    %n = arith.maximumf %m, %zero : f32
    %o = arith.mulf %a, %n : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  %q = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.negf %a : f32
    %n = math.exp %m : f32
    %o = arith.addf %n, %one : f32
    %p = arith.divf %one, %o : f32
    linalg.yield %p : f32
  } -> tensor<1x4x4x4xf32>
  return %q : tensor<1x4x4x4xf32>
}

// -----

// Batch-norm, its activation and the sum over the image in one body.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#sum = affine_map<(n, f, h, w) -> (n, f)>

// CHECK-LABEL: func.func @reduction
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
// CHECK-SAME: ins(%[[Y]] : tensor<?x4x?x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @reduction(%x: tensor<?x3x?x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
                     %init: tensor<?x4x?x4xf32>, %from: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%init : tensor<?x4x?x4xf32>) -> tensor<?x4x?x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x3x?x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<?x4x?x4xf32>) -> tensor<?x4x?x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #sum],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%y, %s : tensor<?x4x?x4xf32>, tensor<4xf32>) outs(%from : tensor<?x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.maximumf %m, %zero : f32
    %o = arith.addf %n, %out : f32
    linalg.yield %o : f32
  } -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}

// -----

// Nothing folds (the factor is one for each row): the body stays in one piece.

// MISSED: [Missed] not-per-channel | Category:convoy | Function=refused

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#row = affine_map<(n, f, h, w) -> (h)>

// CHECK-LABEL: func.func @refused
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @refused(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.maximumf %m, %zero : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// Sizes are no use of the value.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @sizes
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @sizes(%x: tensor<?x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
                 %init: tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %zeros = linalg.fill ins(%zero : f32) outs(%init : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %n = tensor.dim %y, %c0 : tensor<?x4x4x4xf32>
  %empty = tensor.empty(%n) : tensor<?x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<?x4x4x4xf32>, tensor<4xf32>) outs(%empty : tensor<?x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %q = arith.maximumf %m, %zero : f32
    linalg.yield %q : f32
  } -> tensor<?x4x4x4xf32>
  return %r : tensor<?x4x4x4xf32>
}

// -----

// A reduction sums up what the step makes, and nothing else is in its body.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#sum = affine_map<(n, f, h, w) -> (n, f)>

// CHECK-LABEL: func.func @summed
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @summed(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>) -> tensor<1x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<1x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #sum],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%none : tensor<1x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %out : f32
    linalg.yield %n : f32
  } -> tensor<1x4xf32>
  return %r : tensor<1x4xf32>
}
