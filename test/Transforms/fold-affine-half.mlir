// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.auto.mlir
// RUN: FileCheck %s --check-prefixes=CHECK,AUTO,KEPT --input-file %t.auto.mlir
// RUN: convoy-opt %s --convoy-fold-affine=policy=weights --canonicalize --cse -o %t.weights.mlir
// RUN: FileCheck %s --check-prefixes=CHECK,WEIGHTS --input-file %t.weights.mlir
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --canonicalize --cse -o %t.epilogue.mlir
// RUN: FileCheck %s --check-prefixes=CHECK,EPILOGUE,KEPT --input-file %t.epilogue.mlir

// Folding again says nothing and changes nothing.
// RUN: convoy-opt %t.auto.mlir --convoy-fold-affine --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.auto.mlir %t.again.mlir
// RUN: convoy-opt %t.weights.mlir --convoy-fold-affine=policy=weights --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.weights.mlir %t.again.mlir
// RUN: convoy-opt %t.epilogue.mlir --convoy-fold-affine=policy=epilogue --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.epilogue.mlir %t.again.mlir

// Filters of 16 bits. A scale goes into the filter or stays behind the convolution
// as one op on the accumulator: by choice, or where the audit expects the rounding
// of the weights to cost more than the program loses anyway. KEPT is what auto and
// epilogue agree on.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>

// Weights that are exact after scaling cost nothing.
// CHECK-LABEL: func @exact(
// AUTO-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[1.500000e+01]]]]> : tensor<2x1x1x1xf16>
// AUTO-DAG{LITERAL}: arith.constant dense<[3.000000e+01, 1.000000e+02]> : tensor<2xf32>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// AUTO-NEXT: return %[[Y]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[1.500000e+01]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[3.000000e+01, 1.000000e+02]> : tensor<2xf32>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS-NEXT: return %[[Y]]
// EPILOGUE-DAG{LITERAL}: arith.constant dense<[[[[1.000000e+00]]], [[[3.000000e+00]]]]> : tensor<2x1x1x1xf16>
// EPILOGUE-DAG: %[[S:.*]] = arith.constant dense<[3.000000e+00, 5.000000e+00]> : tensor<2xf32>
// EPILOGUE-DAG: %[[B:.*]] = arith.constant dense<[3.000000e+01, 1.000000e+02]> : tensor<2xf32>
// EPILOGUE: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// EPILOGUE: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]], %[[B]] :
// EPILOGUE-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %[[Q:[^:]*]]: f32, %{{.*}}: f32):
// EPILOGUE-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// EPILOGUE-NEXT: %[[N:.*]] = arith.addf %[[M]], %[[Q]]
// EPILOGUE-NEXT: linalg.yield %[[N]]
// EPILOGUE: return %[[R]]
func.func @exact(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The unfused program rounds the accumulator in front of the step, which is as bad as
// rounding the weights: 5*1126/1024 = 5 + 510/1024 and 7*1126/1024 = 7 + 714/1024 lie
// between two numbers that are 4/1024 apart, and go to the even one.
// CHECK-LABEL: func @truncated_between(
// AUTO-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]]], [[[7.695310e+00]]]]> : tensor<2x1x1x1xf16>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// AUTO: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// AUTO-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// AUTO-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// AUTO-NEXT: linalg.yield %[[T]]
// AUTO: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]]], [[[7.695310e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// WEIGHTS-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// WEIGHTS-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// WEIGHTS-NEXT: linalg.yield %[[T]]
// WEIGHTS: return %[[R]]
// EPILOGUE-DAG{LITERAL}: arith.constant dense<[[[[5.000000e+00]]], [[[7.000000e+00]]]]> : tensor<2x1x1x1xf16>
// EPILOGUE-DAG: %[[S:.*]] = arith.constant dense<1.09960938> : tensor<2xf32>
// EPILOGUE: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// EPILOGUE: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// EPILOGUE-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: f16):
// EPILOGUE-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// EPILOGUE-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// EPILOGUE-NEXT: linalg.yield %[[T]]
// EPILOGUE: return %[[R]]
func.func @truncated_between(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[1.099609375, 1.099609375]> : tensor<2xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// 5*s is 1 + 2^-11 + 3*2^-26. Rounded to f16 that is 1 + 2^-10; rounded to f32 first it
// would become 1 + 2^-11, a tie, and then 1.
// CHECK-LABEL: func @rounded_once(
// AUTO-DAG{LITERAL}: arith.constant dense<[[[[1.000980e+00]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// AUTO: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// AUTO-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// AUTO-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// AUTO-NEXT: linalg.yield %[[T]]
// AUTO: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[1.000980e+00]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// WEIGHTS-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// WEIGHTS-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// WEIGHTS-NEXT: linalg.yield %[[T]]
// WEIGHTS: return %[[R]]
// EPILOGUE-DAG{LITERAL}: arith.constant dense<[[[[5.000000e+00]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// EPILOGUE-DAG: %[[S:.*]] = arith.constant dense<[0.200097665, 1.000000e+00]> : tensor<2xf32>
// EPILOGUE: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// EPILOGUE: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// EPILOGUE-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: f16):
// EPILOGUE-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// EPILOGUE-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// EPILOGUE-NEXT: linalg.yield %[[T]]
// EPILOGUE: return %[[R]]
func.func @rounded_once(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[0.20009766519069672, 1.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (extf mulf truncf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// 65517.1 is rounded to the largest f16, 65504, not to infinity.
// CHECK-LABEL: func @stays_finite(
// AUTO-DAG{LITERAL}: arith.constant dense<[[[[6.550400e+04]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// AUTO: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// AUTO-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// AUTO-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// AUTO-NEXT: linalg.yield %[[T]]
// AUTO: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[6.550400e+04]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// WEIGHTS-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// WEIGHTS-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// WEIGHTS-NEXT: linalg.yield %[[T]]
// WEIGHTS: return %[[R]]
// EPILOGUE-DAG{LITERAL}: arith.constant dense<[[[[6.550400e+04]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
// EPILOGUE-DAG: %[[S:.*]] = arith.constant dense<[1.000200e+00, 1.000000e+00]> : tensor<2xf32>
// EPILOGUE: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// EPILOGUE: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// EPILOGUE-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: f16):
// EPILOGUE-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// EPILOGUE-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// EPILOGUE-NEXT: linalg.yield %[[T]]
// EPILOGUE: return %[[R]]
func.func @stays_finite(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[65504.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[1.0002, 1.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (extf mulf truncf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// Nothing else in the program rounds to 16 bits.
// CHECK-LABEL: func @inaccurate(
// KEPT-DAG{LITERAL}: arith.constant dense<[[[[5.000000e+00]]], [[[7.000000e+00]]]]> : tensor<2x1x1x1xf16>
// KEPT-DAG: %[[S:.*]] = arith.constant dense<1.09960938> : tensor<2xf32>
// KEPT-DAG: %[[B:.*]] = arith.constant dense<[10.9960938, 21.9921875]> : tensor<2xf32>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]], %[[B]] :
// KEPT-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %[[Q:[^:]*]]: f32, %{{.*}}: f32):
// KEPT-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// KEPT-NEXT: %[[N:.*]] = arith.addf %[[M]], %[[Q]]
// KEPT-NEXT: linalg.yield %[[N]]
// KEPT: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]]], [[[7.695310e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[10.9960938, 21.9921875]> : tensor<2xf32>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS-NEXT: return %[[Y]]
func.func @inaccurate(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[1.099609375, 1.099609375]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The weights are balanced, their errors are not: each grows by 2^-9. Inputs with a mean
// of five standard deviations would suffer.
// CHECK-LABEL: func @errors_add_up(
// KEPT-DAG{LITERAL}: arith.constant dense<[[[[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]]]]> : tensor<1x12x1x1xf16>
// KEPT-DAG: %[[S:.*]] = arith.constant dense<1.09960938> : tensor<1xf32>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// KEPT-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: f16):
// KEPT-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// KEPT-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// KEPT-NEXT: linalg.yield %[[T]]
// KEPT: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]], [[5.500000e+00]], [[5.500000e+00]], [[5.500000e+00]], [[5.500000e+00]], [[5.500000e+00]], [[5.500000e+00]], [[-7.695310e+00]], [[-7.695310e+00]], [[-7.695310e+00]], [[-7.695310e+00]], [[-7.695310e+00]]]]> : tensor<1x12x1x1xf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x1x2x2xf32>)
// WEIGHTS-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: f16):
// WEIGHTS-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
// WEIGHTS-NEXT: linalg.yield %[[T]]
// WEIGHTS: return %[[R]]
func.func @errors_add_up(%x: tensor<1x12x2x2xf16>) -> tensor<1x1x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]]]]> : tensor<1x12x1x1xf16>
  %s = arith.constant dense<[1.099609375]> : tensor<1xf16>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x12x2x2xf16>, tensor<1x12x1x1xf16>) outs(%i : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %e1 = tensor.empty() : tensor<1x1x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x1x2x2xf32>) outs(%e1 : tensor<1x1x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x1x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x1x2x2xf16>, tensor<1xf16>) outs(%e1 : tensor<1x1x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x1x2x2xf16>
  return %r : tensor<1x1x2x2xf16>
}

// What a scale does that is not known yet cannot be audited. The filter stays as it is.
// CHECK-LABEL: func @scale_at_run_time(
// KEPT-DAG: %[[F:.*]] = arith.constant dense<{{\[\[}}{{\[\[}}1.000000e+00]]], {{\[\[}}[3.000000e+00]]]]> : tensor<2x1x1x1xf16>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[F]] :
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %{{.*}}, %{{.*}} : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x2x2x2xf16>)
// KEPT-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %[[Q:[^:]*]]: f32, %{{.*}}: f16):
// KEPT-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]] : f32
// KEPT-NEXT: %[[N:.*]] = arith.addf %[[M]], %[[Q]] : f32
// KEPT-NEXT: %[[T:.*]] = arith.truncf %[[N]] : f32 to f16
// KEPT-NEXT: linalg.yield %[[T]]
// KEPT: return %[[R]]
// WEIGHTS: %[[W:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x1x1x1xf16>, tensor<2xf32>) outs(%{{.*}} : tensor<2x1x1x1xf16>)
// WEIGHTS: %[[E:.*]] = arith.extf %{{.*}} : f16 to f32
// WEIGHTS-NEXT: %[[M:.*]] = arith.mulf %[[E]], %{{.*}} : f32
// WEIGHTS-NEXT: arith.truncf %[[M]] : f32 to f16
// WEIGHTS: linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[W]] :
func.func @scale_at_run_time(%x: tensor<1x1x2x2xf16>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (extf mulf truncf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// Nor can a filter.
// CHECK-LABEL: func @filter_at_run_time(
// KEPT-DAG: %[[S:.*]] = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %arg1 :
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// KEPT-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: f16):
// KEPT-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// KEPT-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// KEPT-NEXT: linalg.yield %[[T]]
// KEPT: return %[[R]]
// WEIGHTS: %[[W:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x1x1x1xf16>, tensor<2xf32>) outs(%{{.*}} : tensor<2x1x1x1xf16>)
// WEIGHTS: %[[E:.*]] = arith.extf %{{.*}} : f16 to f32
// WEIGHTS-NEXT: %[[M:.*]] = arith.mulf %[[E]], %{{.*}} : f32
// WEIGHTS-NEXT: arith.truncf %[[M]] : f32 to f16
// WEIGHTS: linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[W]] :
func.func @filter_at_run_time(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf16> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (extf mulf truncf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// An accumulator of 16 bits has rounded already; to keep the scale would gain nothing.
// CHECK-LABEL: func @half_accumulator(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[1.200000e+01]]]]> : tensor<2x1x1x1xf16>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf16>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @half_accumulator(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// The scale is not rounded to f16 before it multiplies the weights.
// CHECK-LABEL: func @half_accumulator_scale_at_run_time(
// CHECK: %[[W:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x1x1x1xf16>, tensor<2xf32>) outs(%{{.*}} : tensor<2x1x1x1xf16>)
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[W]] :
// CHECK-NEXT: return %[[Y]]
func.func @half_accumulator_scale_at_run_time(%x: tensor<1x1x2x2xf16>, %s: tensor<2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// 3*129/128 lies between 3 + 1/64 and 3 + 2/64, the even one; 5*129/128 is closest to 5 + 1/32.
// CHECK-LABEL: func @bfloat(
// AUTO-DAG{LITERAL}: arith.constant dense<[[[[3.031250e+00]]], [[[5.031250e+00]]]]> : tensor<2x1x1x1xbf16>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// AUTO: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// AUTO-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: bf16):
// AUTO-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to bf16
// AUTO-NEXT: linalg.yield %[[T]]
// AUTO: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[3.031250e+00]]], [[[5.031250e+00]]]]> : tensor<2x1x1x1xbf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x2x2xf32>)
// WEIGHTS-NEXT: ^bb0(%[[A:.*]]: f32, %{{.*}}: bf16):
// WEIGHTS-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to bf16
// WEIGHTS-NEXT: linalg.yield %[[T]]
// WEIGHTS: return %[[R]]
// EPILOGUE-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[5.000000e+00]]]]> : tensor<2x1x1x1xbf16>
// EPILOGUE-DAG: %[[S:.*]] = arith.constant dense<1.0078125> : tensor<2xf32>
// EPILOGUE: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// EPILOGUE: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] :
// EPILOGUE-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %{{.*}}: bf16):
// EPILOGUE-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// EPILOGUE-NEXT: %[[T:.*]] = arith.truncf %[[M]]
// EPILOGUE-NEXT: linalg.yield %[[T]]
// EPILOGUE: return %[[R]]
func.func @bfloat(%x: tensor<1x1x2x2xbf16>) -> tensor<1x2x2x2xbf16> {
  %f = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xbf16>
  %s = arith.constant dense<[1.0078125, 1.0078125]> : tensor<2xbf16>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xbf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %m = arith.truncf %a : f32 to bf16
    linalg.yield %m : bf16
  } -> tensor<1x2x2x2xbf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xbf16>, tensor<2xbf16>) outs(%e1 : tensor<1x2x2x2xbf16>) {
  ^bb0(%a: bf16, %p: bf16, %o: bf16):
    %m = arith.mulf %a, %p : bf16
    linalg.yield %m : bf16
  } -> tensor<1x2x2x2xbf16>
  return %r : tensor<1x2x2x2xbf16>
}

// CHECK-LABEL: func @bfloat_inaccurate(
// KEPT-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[5.000000e+00]]]]> : tensor<2x1x1x1xbf16>
// KEPT-DAG: %[[S:.*]] = arith.constant dense<1.0078125> : tensor<2xf32>
// KEPT-DAG: %[[B:.*]] = arith.constant dense<[1.290000e+02, 2.580000e+02]> : tensor<2xf32>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]], %[[B]] :
// KEPT-NEXT: ^bb0(%[[A:[^:]*]]: f32, %[[P:[^:]*]]: f32, %[[Q:[^:]*]]: f32, %{{.*}}: f32):
// KEPT-NEXT: %[[M:.*]] = arith.mulf %[[A]], %[[P]]
// KEPT-NEXT: %[[N:.*]] = arith.addf %[[M]], %[[Q]]
// KEPT-NEXT: linalg.yield %[[N]]
// KEPT: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[3.031250e+00]]], [[[5.031250e+00]]]]> : tensor<2x1x1x1xbf16>
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[1.290000e+02, 2.580000e+02]> : tensor<2xf32>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS-NEXT: return %[[Y]]
func.func @bfloat_inaccurate(%x: tensor<1x1x2x2xbf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xbf16>
  %s = arith.constant dense<[1.0078125, 1.0078125]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[128.0, 256.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @bfloat_accumulator(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.031250e+00]]], [[[5.031250e+00]]]]> : tensor<2x1x1x1xbf16>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @bfloat_accumulator(%x: tensor<1x1x2x2xbf16>) -> tensor<1x2x2x2xbf16> {
  %f = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xbf16>
  %s = arith.constant dense<[1.0078125, 1.0078125]> : tensor<2xbf16>
  %e = tensor.empty() : tensor<1x2x2x2xbf16>
  %z = arith.constant 0.0 : bf16
  %i = linalg.fill ins(%z : bf16) outs(%e : tensor<1x2x2x2xbf16>) -> tensor<1x2x2x2xbf16>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x2x2xbf16>) -> tensor<1x2x2x2xbf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xbf16>, tensor<2xbf16>) outs(%e : tensor<1x2x2x2xbf16>) {
  ^bb0(%a: bf16, %p: bf16, %o: bf16):
    %m = arith.mulf %a, %p : bf16
    linalg.yield %m : bf16
  } -> tensor<1x2x2x2xbf16>
  return %r : tensor<1x2x2x2xbf16>
}

// The scale is kept on the accumulator, in front of what moves its elements.
// CHECK-LABEL: func @transposed(
// KEPT: %[[S:.*]] = arith.constant dense<1.09960938> : tensor<2xf32>
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[K:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[S]] : {{.*}}) outs(%{{.*}} : tensor<1x2x2x2xf32>)
// KEPT: %[[R:.*]] = linalg.transpose ins(%[[K]] :
// KEPT: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]]], [[[7.695310e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// WEIGHTS-NEXT: %[[R:.*]] = linalg.transpose ins(%[[Y]] :
// WEIGHTS: return %[[R]]
func.func @transposed(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<1.099609375> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = linalg.transpose ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) permutation = [0, 2, 1, 3]
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// It crosses an activation, as it would on its way into the filter.
// CHECK-LABEL: func @activation_between(
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[K:.*]] = linalg.generic {{.*}} ins(%[[Y]], %{{.*}} :
// KEPT: arith.mulf
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[K]] :
// KEPT: arith.maximumf
// KEPT: return %[[R]]
// WEIGHTS-DAG{LITERAL}: arith.constant dense<[[[[5.500000e+00]]], [[[7.695310e+00]]]]> : tensor<2x1x1x1xf16>
// WEIGHTS-NOT: arith.mulf
// WEIGHTS: return
func.func @activation_between(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<1.099609375> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %z : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Each summand is decided for itself: 1.099609375*[1, 3] is exact, 1.099609375*[5, 7] is not.
// CHECK-LABEL: func @sum(
// AUTO-DAG: %[[S:.*]] = arith.constant dense<1.09960938> : tensor<2xf32>
// AUTO-DAG: %[[F:.*]] = arith.constant dense<{{\[\[}}{{\[\[}}1.099610e+00]]], {{\[\[\[}}3.298830e+00]]]]> : tensor<2x1x1x1xf16>
// AUTO-DAG: %[[G:.*]] = arith.constant dense<{{\[\[}}{{\[\[}}5.000000e+00]]], {{\[\[\[}}7.000000e+00]]]]> : tensor<2x1x1x1xf16>
// AUTO: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[F]] :
// AUTO: %[[W:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[G]] :
// AUTO: %[[K:.*]] = linalg.generic {{.*}} ins(%[[W]], %[[S]] :
// AUTO: %[[R:.*]] = linalg.add ins(%[[Y]], %[[K]] :
// AUTO: return %[[R]]
func.func @sum(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<1.099609375> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = linalg.add ins(%y, %w : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
