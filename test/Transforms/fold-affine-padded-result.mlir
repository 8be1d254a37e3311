// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Zeros around a convolution's result stay zeros under a scale.

// CHECK-LABEL: func @scale(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}8.0{{.*}}> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = tensor.pad %[[Y]]
// CHECK: return %[[P]]
func.func @scale(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %r = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// The shift in front of the zeros takes the scale as well.
// CHECK-LABEL: func @shift_in_front(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = tensor.pad
// CHECK: return %[[P]]
func.func @shift_in_front(%x: tensor<1x1x2x2xf32>, %t: tensor<2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %c = linalg.broadcast ins(%t : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = arith.addf %y, %c : tensor<1x2x2x2xf32>
  %p = tensor.pad %z low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %r = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// Zeros among the channels are zeros too: their factors are dropped.
// CHECK-LABEL: func @more_channels(
// CHECK: arith.constant dense<{{.*}}4.0{{.*}}1.6{{.*}}> : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = tensor.pad
// CHECK: return %[[P]]
func.func @more_channels(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x4x2x2xf32>
  %r = arith.mulf %p, %b : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// A sum of two, one of them padded.
// CHECK-LABEL: func @sum(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: tensor.pad
// CHECK-NOT: arith.mulf
// CHECK: linalg.add
// CHECK-NEXT: return
func.func @sum(%x: tensor<1x1x2x2xf32>, %v: tensor<1x1x4x5xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %j = arith.constant dense<0.0> : tensor<1x2x4x5xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%v, %f : tensor<1x1x4x5xf32>, tensor<2x1x1x1xf32>) outs(%j : tensor<1x2x4x5xf32>) -> tensor<1x2x4x5xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %k: index, %l: index, %m: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %q = arith.addf %p, %z : tensor<1x2x4x5xf32>
  %r = arith.mulf %q, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// Behind an activation that leaves zeros as they are.
// CHECK-LABEL: func @behind_relu(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK-NOT: arith.mulf
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: return %[[P]]
func.func @behind_relu(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %relu = arith.maximumf %y, %i : tensor<1x2x2x2xf32>
  %p = tensor.pad %relu low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %r = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// The zeros take the type of what is around them.
// CHECK-LABEL: func @rounded_behind(
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<1x2x2x2xf32>
// CHECK: tensor.pad {{.*}}
// CHECK: tensor<1x2x2x2xf16> to tensor<1x2x4x5xf16>
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @rounded_behind(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x4x5xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %m = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  %r = arith.truncf %m : tensor<1x2x4x5xf32> to tensor<1x2x4x5xf16>
  %q = arith.addf %r, %r : tensor<1x2x4x5xf16>
  return %q : tensor<1x2x4x5xf16>
}

// A positive scale crosses an activation behind the zeros, which takes zeros to zeros: so does
// one in front of it.
// CHECK-LABEL: func @behind_activation(
// CHECK-DAG: arith.constant dense<{{.*}}4.0{{.*}}3.2{{.*}}e+01{{.*}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[4.0{{.*}}, 1.6{{.*}}e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = tensor.pad
// CHECK: %[[R:.*]] = arith.maximumf %[[P]],
// CHECK-NEXT: return %[[R]]
func.func @behind_activation(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x2x4x5xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %m = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  %a = arith.maximumf %m, %zeros : tensor<1x2x4x5xf32>
  %r = arith.mulf %a, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// Where the zeros begin does not matter.
// CHECK-LABEL: func @behind_activation_dynamic(
// CHECK-DAG: arith.constant dense<{{.*}}2.0{{.*}}8.0{{.*}}> : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = tensor.pad
// CHECK: %[[R:.*]] = arith.maximumf %[[P]],
// CHECK-NEXT: return %[[R]]
func.func @behind_activation_dynamic(%x: tensor<1x1x2x2xf32>, %at: index, %to: index) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x2x4x5xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, %at, 1] high[0, 0, %to, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %a = arith.maximumf %p, %zeros : tensor<1x2x4x5xf32>
  %r = arith.mulf %a, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}
