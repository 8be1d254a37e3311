// RUN: convoy-opt %s --convoy-fold-affine -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine | diff %t.mlir -

// A convolution whose result is only where a step writes to, unread, is no use of its
// input: what is in front of it folds in the first run.

// CHECK-LABEL: func @dead_but_for_its_shape(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @dead_but_for_its_shape(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[1.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %dead = linalg.conv_2d_nchw_fchw ins(%y, %g : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = linalg.mul ins(%z, %b : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%dead : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %b : tensor<1x2x2x2xf32>
  return %q, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// Behind an activation, and of a dynamic batch: the sizes come from elsewhere.
// CHECK-LABEL: func @dynamic_batch(
// CHECK-NOT: linalg.max
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: linalg.add
// CHECK-NEXT: return
func.func @dynamic_batch(%x: tensor<?x1x2x2xf32>, %i: tensor<?x2x2x2xf32>, %v: tensor<?x2x2x2xf32>, %w: tensor<?x2x2x2xf32>) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%zeros : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %relu = linalg.max ins(%y, %zeros : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %r = arith.mulf %y, %b : tensor<?x2x2x2xf32>
  %q = linalg.add ins(%v, %w : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%relu : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %q, %r : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}

// One that is read is a use like any other.
// CHECK-LABEL: func @init_is_read(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @init_is_read(%x: tensor<1x1x2x2xf32>, %v: tensor<1x2x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[1.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%y, %g : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v : tensor<1x2x2x2xf32>) outs(%z : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %o : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %b : tensor<1x2x2x2xf32>
  return %q, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// What no convolution has made is left where it is.
// CHECK-LABEL: func @no_convolution(
// CHECK: %[[DEAD:.*]] = linalg.exp
// CHECK: linalg.add {{.*}} outs(%[[DEAD]] :
func.func @no_convolution(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  %dead = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %r = linalg.add ins(%x, %y : tensor<2xf32>, tensor<2xf32>) outs(%dead : tensor<2xf32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// A step in front of a convolution, whose result is also where a fill writes to.
// CHECK-LABEL: func @filled(
// CHECK-NOT: arith.mulf
// CHECK-NOT: linalg.div
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @filled(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %two = arith.constant dense<2.0> : tensor<1x1x2x2xf32>
  %three = arith.constant 3.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = arith.mulf %x, %two : tensor<1x1x2x2xf32>
  %d = linalg.fill ins(%three : f32) outs(%m : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %q = linalg.div ins(%m, %d : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The second step writes over what it reads: that is no use of its own.
// CHECK-LABEL: func @in_place(
// CHECK-NOT: arith.mulf
// CHECK-NOT: arith.divf
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @in_place(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %j = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%j : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x1x2x2xf32>
  %d = linalg.fill ins(%three : f32) outs(%e : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %m = linalg.map ins(%x : tensor<?x1x2x2xf32>) outs(%e : tensor<?x1x2x2xf32>) (%a: f32, %o: f32) {
    %p = arith.mulf %a, %two : f32
    linalg.yield %p : f32
  }
  %q = linalg.map { arith.divf } ins(%m, %d : tensor<?x1x2x2xf32>, tensor<?x1x2x2xf32>) outs(%m : tensor<?x1x2x2xf32>)
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// One that is read, and makes twice the value of it, goes with the step as well.
// CHECK-LABEL: func @in_place_and_read(
// CHECK-NOT: arith.mulf
// CHECK-NOT: arith.addf
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @in_place_and_read(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %three : tensor<1x1x2x2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%m : tensor<1x1x2x2xf32>) outs(%m : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// A step that another reads too stays.
// CHECK-LABEL: func @in_place_and_elsewhere(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @in_place_and_elsewhere(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[3.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %three = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %three : tensor<1x1x2x2xf32>
  %q = linalg.add ins(%m, %three : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) outs(%m : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %m : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>
}
