// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// A number that is computed from the position of an element is one for each channel if it
// depends on the channel's index alone.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// The channel's index is the factor.
// CHECK-LABEL: func @index(
// CHECK: arith.constant dense<{{.*}}0.0{{.*}}1.0{{.*}}2.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @index(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// 2c + 3.
// CHECK-LABEL: func @arithmetic(
// CHECK: arith.constant dense<{{.*}}3.0{{.*}}5.0{{.*}}7.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @arithmetic(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %two = arith.constant 2 : index
    %three = arith.constant 3 : index
    %k = arith.muli %c, %two : index
    %l = arith.addi %k, %three : index
    %j = arith.index_cast %l : index to i64
    %s = arith.uitofp %j : i64 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// Every other channel; what is no affine expression is a number for each channel all the same.
// CHECK-LABEL: func @remainder(
// CHECK: arith.constant dense<{{.*}}1.0{{.*}}2.0{{.*}}1.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @remainder(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %two = arith.constant 2 : index
    %k = arith.remui %c, %two : index
    %one = arith.constant 1 : index
    %l = arith.addi %k, %one : index
    %j = arith.index_cast %l : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The first two channels have a factor of their own.
// CHECK-LABEL: func @selected(
// CHECK: arith.constant dense<{{.*}}4.0{{.*}}4.0{{.*}}8.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @selected(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %two = arith.constant 2 : index
    %isFirst = arith.cmpi ult, %c, %two : index
    %p = arith.constant 4.0 : f32
    %q = arith.constant 8.0 : f32
    %s = arith.select %isFirst, %p, %q : f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// Together with a number that is known at run time.
// CHECK-LABEL: func @runtime(
// CHECK: linalg.generic
// CHECK: linalg.yield {{.*}} : f32
// CHECK: linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @runtime(%x: tensor<1x1x2x2xf32>, %v: f32) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i32
    %s = arith.sitofp %j : i32 to f32
    %p = arith.mulf %s, %v : f32
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The index of a dimension of size 1 is 0.
// CHECK-LABEL: func @one_row(
// CHECK: arith.constant dense<2.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @one_row(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %h = linalg.index 0 : index
    %j = arith.index_cast %h : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.addf %a, %s : f32
    %p = arith.constant 2.0 : f32
    %n = arith.mulf %m, %p : f32
    linalg.yield %n : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The row's index is computed with, but not used.
// CHECK-LABEL: func @unread(
// CHECK: arith.constant dense<2.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @unread(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %h = linalg.index 2 : index
    %j = arith.index_cast %h : index to i32
    %s = arith.sitofp %j : i32 to f32
    %u = arith.mulf %a, %s : f32
    %p = arith.constant 2.0 : f32
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// A vector of indices is a constant.
// CHECK-LABEL: func @vector_of_indices(
// CHECK: arith.constant dense<{{.*}}1.0{{.*}}2.0{{.*}}3.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @vector_of_indices(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %ve = tensor.empty() : tensor<3xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%ve : tensor<3xf32>) {
  ^bb0(%o: f32):
    %c = linalg.index 0 : index
    %one = arith.constant 1 : index
    %k = arith.addi %c, %one : index
    %j = arith.index_cast %k : index to i64
    %s = arith.sitofp %j : i64 to f32
    linalg.yield %s : f32
  } -> tensor<3xf32>
  %b = linalg.broadcast ins(%v : tensor<3xf32>) outs(%e : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %y, %b : tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// How many channels there are is known at run time only: the vector is computed there.
// CHECK-LABEL: func @dynamic_channels(
// CHECK: linalg.generic
// CHECK: linalg.index 0
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @dynamic_channels(%x: tensor<1x1x2x2xf32>, %f: tensor<?x1x1x1xf32>, %e: tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<?x1x1x1xf32>) outs(%i : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x?x2x2xf32>) outs(%e : tensor<1x?x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %j = arith.index_cast %c : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x?x2x2xf32>
  return %r : tensor<1x?x2x2xf32>
}

// What tensor.generate makes of its positions: a bias read at the channel, and the channel's
// number as the factor.
// CHECK-LABEL: func @generated(
// CHECK-SAME: %{{.*}}, %[[T:.*]]: tensor<3xf32>
// CHECK: arith.constant dense<{{.*}}0.0{{.*}}1.0{{.*}}2.0{{.*}}> : tensor<3x1x1x1xf32>
// CHECK-NOT: tensor.generate
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @generated(%x: tensor<1x1x2x2xf32>, %t: tensor<3xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %i = tensor.generate {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    %b = tensor.extract %t[%c] : tensor<3xf32>
    tensor.yield %b : f32
  } : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %v = tensor.generate {
  ^bb0(%c: index):
    %j = arith.index_cast %c : index to i32
    %s = arith.sitofp %j : i32 to f32
    tensor.yield %s : f32
  } : tensor<3xf32>
  %b = linalg.broadcast ins(%v : tensor<3xf32>) outs(%e : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %y, %b : tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}
