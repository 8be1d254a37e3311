// RUN: timeout 30 convoy-opt %s --allow-unregistered-dialect --convoy-fold-affine -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Regions, unknown ops and values in places where no importer puts them.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// In a graph region values may be used in front of their definition, and depend on
// each other.
// CHECK-LABEL: func @graph_region(
// CHECK: "test.graph"
// CHECK: linalg.conv_2d_nchw_fchw
func.func @graph_region(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %i: tensor<1x2x3x5xf32>) {
  "test.graph"() ({
    %r = arith.mulf %y, %p : tensor<1x2x3x5xf32>
    %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
    %s = arith.mulf %y, %q : tensor<1x2x3x5xf32>
    %p = arith.addf %q, %q : tensor<1x2x3x5xf32>
    %q = arith.addf %p, %p : tensor<1x2x3x5xf32>
    "test.use"(%r, %s) : (tensor<1x2x3x5xf32>, tensor<1x2x3x5xf32>) -> ()
  }) : () -> ()
  return
}

// A convolution whose scale depends on itself: this is legal in a module's body.
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
%y = linalg.conv_2d_nchw_fchw ins(%z, %filter : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%init : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
%z = arith.mulf %y, %init : tensor<1x2x3x5xf32>
%filter = "test.filter"() : () -> tensor<2x2x1x1xf32>
%init = "test.init"() : () -> tensor<1x2x3x5xf32>

// An unknown op computes the parameter: a run-time value.
// CHECK-LABEL: func @unregistered_parameter(
// CHECK: %[[S:.*]] = "test.parameter"
// CHECK: linalg.generic {{.*}} ins(%[[S]] :
// CHECK: linalg.conv_2d_nchw_fchw
func.func @unregistered_parameter(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %c = arith.constant 0.0 : f32
  %b = linalg.fill ins(%c : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %s = "test.parameter"() : () -> tensor<2xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// An unknown op in the body may do anything.
// CHECK-LABEL: func @unregistered_in_body(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: "test.effect"
// CHECK: arith.mulf
func.func @unregistered_in_body(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %c = arith.constant 0.0 : f32
  %b = linalg.fill ins(%c : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    "test.effect"(%p) : (f32) -> ()
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// A region inside the body.
// CHECK-LABEL: func @region_in_body(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: scf.if
func.func @region_in_body(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %k: i1) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %c = arith.constant 0.0 : f32
  %b = linalg.fill ins(%c : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = scf.if %k -> f32 {
      %n = arith.mulf %a, %p : f32
      scf.yield %n : f32
    } else {
      scf.yield %a : f32
    }
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// Poison inside the body of a step.
// CHECK-LABEL: func @poison(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @poison(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %c = arith.constant 0.0 : f32
  %b = linalg.fill ins(%c : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %q = ub.poison : f32
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// The convolution is its own input, filter and init's neighbour: everything is the
// same value.
// CHECK-LABEL: func @one_value_everywhere(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @one_value_everywhere(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %x : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) outs(%x : tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %2 = linalg.conv_2d_nchw_fchw ins(%1, %1 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) outs(%1 : tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %r = linalg.mul ins(%2, %2 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) outs(%2 : tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %r : tensor<1x1x1x1xf32>
}

// Two blocks: the chain crosses a branch, and ends there.
// CHECK-LABEL: func @two_blocks(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: cf.br
// CHECK: arith.addf
func.func @two_blocks(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %c = arith.constant 0.0 : f32
  %b = linalg.fill ins(%c : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  cf.br ^bb1(%1 : tensor<1x2x3x5xf32>)
^bb1(%y2: tensor<1x2x3x5xf32>):
  %r = arith.addf %y2, %y2 : tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// Declarations and empty modules have no chains.
// CHECK: func private @declaration
func.func private @declaration(tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
// CHECK: module @empty
module @empty {}
