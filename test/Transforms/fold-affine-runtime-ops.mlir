// RUN: convoy-opt %s --convoy-fold-affine | FileCheck %s

// A batch-norm and a scale whose parameters are known at run time: the factors have one product, which
// scale and shift share, the subtraction of the mean needs no negation, and the op is written to
// what the one that it replaces was written to.

#image = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#vector = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func @batch_norm_and_scale(
// CHECK-SAME:    %{{[^ ]+}}: tensor<1x2x4x4xf32>, %{{[^ ]+}}: tensor<2x2x1x1xf32>, %[[MEAN:[^ ]+]]: tensor<2xf32>, %[[VARIANCE:[^ ]+]]: tensor<2xf32>, %[[GAMMA:[^ ]+]]: tensor<2xf32>, %[[BETA:[^ ]+]]: tensor<2xf32>, %[[SCALE:[^ ]+]]: tensor<2xf32>)
// CHECK:         %[[EMPTY:.+]] = tensor.empty() : tensor<2xf32>
// CHECK-NOT:     tensor.empty() : tensor<2xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[MEAN]], %[[VARIANCE]], %[[GAMMA]], %[[BETA]], %[[SCALE]] : {{.*}}) outs(%[[EMPTY]], %[[EMPTY]] :
// CHECK-NEXT:    ^bb0(%[[M:.+]]: f32, %[[V:.+]]: f32, %[[G:.+]]: f32, %[[B:.+]]: f32, %[[S:.+]]: f32, %{{.+}}: f32, %{{.+}}: f32):
// CHECK-DAG:       %[[M64:.+]] = arith.extf %[[M]]
// CHECK-DAG:       %[[V64:.+]] = arith.extf %[[V]]
// CHECK-DAG:       %[[G64:.+]] = arith.extf %[[G]]
// CHECK-DAG:       %[[B64:.+]] = arith.extf %[[B]]
// CHECK-DAG:       %[[S64:.+]] = arith.extf %[[S]]
// CHECK:           %[[FACTOR:.+]] = math.rsqrt
// CHECK-NEXT:      %[[BOTH:.+]] = arith.mulf %[[FACTOR]], %[[G64]]
// CHECK-NEXT:      %[[MOVED:.+]] = arith.mulf %[[M64]], %[[BOTH]]
// CHECK-NEXT:      %[[SHIFT:.+]] = arith.subf %[[B64]], %[[MOVED]]
// CHECK-NEXT:      %[[ALL:.+]] = arith.mulf %[[BOTH]], %[[S64]]
// CHECK-NEXT:      %[[BIAS:.+]] = arith.mulf %[[SHIFT]], %[[S64]]
// CHECK-NEXT:      arith.truncf %[[ALL]]
// CHECK-NEXT:      arith.truncf %[[BIAS]]
func.func @batch_norm_and_scale(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %mean: tensor<2xf32>, %variance: tensor<2xf32>, %gamma: tensor<2xf32>, %beta: tensor<2xf32>, %scale: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %epsilon = arith.constant 1.0e-5 : f32
  %vector = tensor.empty() : tensor<2xf32>
  %image = tensor.empty() : tensor<1x2x4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%image : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %factor = linalg.generic {indexing_maps = [#vector, #vector], iterator_types = ["parallel"]} ins(%variance : tensor<2xf32>) outs(%vector : tensor<2xf32>) {
  ^bb0(%v: f32, %o: f32):
    %a = arith.addf %v, %epsilon : f32
    %r = math.rsqrt %a : f32
    linalg.yield %r : f32
  } -> tensor<2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%init : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %0 = linalg.generic {indexing_maps = [#image, #channel, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %mean : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%image : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %r = arith.subf %a, %p : f32
    linalg.yield %r : f32
  } -> tensor<1x2x4x4xf32>
  %1 = linalg.generic {indexing_maps = [#image, #channel, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%0, %factor : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%image : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %r = arith.mulf %a, %p : f32
    linalg.yield %r : f32
  } -> tensor<1x2x4x4xf32>
  %2 = linalg.generic {indexing_maps = [#image, #channel, #channel, #channel, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %gamma, %beta, %scale : tensor<1x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%image : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %g: f32, %b: f32, %s: f32, %o: f32):
    %m = arith.mulf %a, %g : f32
    %n = arith.addf %m, %b : f32
    %r = arith.mulf %n, %s : f32
    linalg.yield %r : f32
  } -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// What was written to stands behind the first end of the chain, where the vectors are emitted.
// CHECK-LABEL: func.func @empty_behind(
// CHECK:         %[[EMPTY:.+]] = tensor.empty() : tensor<1xf64>
// CHECK-NEXT:    linalg.generic {{.*}} ins(%{{[^ ]+}} : tensor<1xf64>) outs(%[[EMPTY]] :
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      linalg.yield
// CHECK:         %[[OTHER:.+]] = tensor.empty() : tensor<1xf64>
// CHECK-NEXT:    linalg.generic {{.*}} ins(%{{[^ ]+}} : tensor<1xf64>) outs(%[[OTHER]] :
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      math.sqrt
// CHECK:         linalg.conv_1d_ncw_fcw
func.func @empty_behind(%x: tensor<1x1x4xf64>, %w: tensor<2x1x1xf64>, %p: tensor<1xf64>, %q: tensor<1xf64>) -> (tensor<1x1x4xf64>, tensor<1x1x4xf64>) {
  %init = arith.constant dense<0.0> : tensor<1x2x4xf64>
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x1x4xf64>, tensor<2x1x1xf64>) outs(%init : tensor<1x2x4xf64>) -> tensor<1x2x4xf64>
  %a = tensor.extract_slice %y[0, 0, 0] [1, 1, 4] [1, 1, 1] : tensor<1x2x4xf64> to tensor<1x1x4xf64>
  %b = tensor.extract_slice %y[0, 1, 0] [1, 1, 4] [1, 1, 1] : tensor<1x2x4xf64> to tensor<1x1x4xf64>
  %out = tensor.empty() : tensor<1x1x4xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%a, %p : tensor<1x1x4xf64>, tensor<1xf64>) outs(%out : tensor<1x1x4xf64>) {
  ^bb0(%e: f64, %f: f64, %o: f64):
    %m = arith.mulf %e, %f : f64
    linalg.yield %m : f64
  } -> tensor<1x1x4xf64>
  %late = tensor.empty() : tensor<1xf64>
  %root = linalg.generic {indexing_maps = [#vector, #vector], iterator_types = ["parallel"]} ins(%q : tensor<1xf64>) outs(%late : tensor<1xf64>) {
  ^bb0(%v: f64, %o: f64):
    %m = math.sqrt %v : f64
    linalg.yield %m : f64
  } -> tensor<1xf64>
  %s = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%b, %root : tensor<1x1x4xf64>, tensor<1xf64>) outs(%out : tensor<1x1x4xf64>) {
  ^bb0(%e: f64, %f: f64, %o: f64):
    %m = arith.mulf %e, %f : f64
    linalg.yield %m : f64
  } -> tensor<1x1x4xf64>
  return %r, %s : tensor<1x1x4xf64>, tensor<1x1x4xf64>
}
