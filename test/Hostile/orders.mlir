// RUN: timeout 30 convoy-opt %s --allow-unregistered-dialect --convoy-fold-affine -o %t.fold
// RUN: timeout 30 convoy-opt %s --allow-unregistered-dialect --convoy-form-conv | FileCheck %s
// RUN: timeout 30 convoy-opt %s --allow-unregistered-dialect --convoy-fold-affine --convoy-form-conv -o %t.both

// Operations that read what follows them, or themselves: legal in a block that is
// never reached, and in the region of a graph, as a module's is. Nothing of theirs
// is followed.

!image = tensor<1x3x8x8xf32>
!filter = tensor<4x3x3x3xf32>
!result = tensor<1x4x6x6xf32>

// CHECK-LABEL: func @never_reached(
// CHECK: convoy.conv
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.conv_2d_nchw_fchw
func.func @never_reached(%x: !image, %w: !filter, %f: !result, %b: !result) -> !result {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%f : !result) -> !result
  cf.br ^end
^accumulator:
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%c : !result) -> !result
  %s = arith.mulf %s, %c : !result
  cf.br ^accumulator
^image:
  %t = linalg.transpose ins(%t : !image) outs(%x : !image) permutation = [0, 1, 2, 3]
  %d = linalg.conv_2d_nchw_fchw ins(%t, %w : !image, !filter) outs(%f : !result) -> !result
  %i = tensor.insert_slice %d into %i[0, 0, 0, 0] [1, 4, 6, 6] [1, 1, 1, 1] : !result into !result
  %u = arith.mulf %i, %b : !result
  cf.br ^image
^parameter:
  %e = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%f : !result) -> !result
  %p = tensor.cast %p : !result to !result
  %v = arith.mulf %e, %p : !result
  %q = arith.mulf %y, %q : !result
  cf.br ^parameter
^end:
  return %y : !result
}

// CHECK-LABEL: func @inside_a_branch(
// CHECK: cf.br
// CHECK: scf.if
// CHECK: linalg.conv_2d_nchw_fchw
func.func @inside_a_branch(%x: !image, %w: !filter, %f: !result, %k: i1) -> !result {
  cf.br ^end
^never:
  %r = scf.if %k -> !result {
    %c = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%z : !result) -> !result
    %m = arith.mulf %c, %z : !result
    scf.yield %m : !result
  } else {
    scf.yield %f : !result
  }
  cf.br ^other
^other:
  %z = arith.mulf %r, %f : !result
  cf.br ^never
^end:
  return %f : !result
}

// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[C:.*]] : {{.*}}
%x = "test.value"() : () -> !image
%w = "test.value"() : () -> !filter
%f = "test.value"() : () -> !result
%y = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%f : !result) -> !result
%c = linalg.conv_2d_nchw_fchw ins(%x, %w : !image, !filter) outs(%c : !result) -> !result
%p = tensor.cast %p : !result to !result
%m = arith.mulf %y, %p : !result
%e = tensor.concat dim(1) %s, %y : (tensor<1x0x6x6xf32>, !result) -> !result
%s = tensor.extract_slice %e[0, 0, 0, 0] [1, 0, 6, 6] [1, 1, 1, 1] : !result to tensor<1x0x6x6xf32>
%g = arith.addf %e, %h : !result
%h = arith.addf %g, %g : !result
