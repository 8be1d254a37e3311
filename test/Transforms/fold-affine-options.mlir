// RUN: convoy-opt %s --convoy-fold-affine=report=%t.json -o %t.mlir
// RUN: %python %S/Inputs/check_fold_report.py %t.json

// Refusals, whole and in part, are errors of a strict run, at the op that refuses. What
// folds is not. All of them are named.
// RUN: rm -f %t.strict.mlir
// RUN: not convoy-opt %s --convoy-fold-affine=strict=true -o %t.strict.mlir 2>&1 | FileCheck %s --check-prefix=STRICT --implicit-check-not=error:
// RUN: not test -e %t.strict.mlir
// RUN: convoy-opt %S/fold-affine.mlir --convoy-fold-affine=strict=true -o %t.clean.mlir

// A strict run writes its report too.
// RUN: not convoy-opt %s "--convoy-fold-affine=strict=true report=%t.strict.json" -o %t.strict.mlir 2> %t.errors
// RUN: diff %t.json %t.strict.json

// RUN: not convoy-opt %s --convoy-fold-affine=report=%t.none/report.json -o %t.mlir 2>&1 | FileCheck %s --check-prefix=UNWRITABLE --implicit-check-not=error:
// UNWRITABLE: error: cannot write the report to '{{.*}}report.json': {{.*}}o such file or directory
// RUN: not convoy-opt %s --convoy-fold-affine=accuracy-limit=-1 -o %t.mlir 2>&1 | FileCheck %s --check-prefix=NEGATIVE --implicit-check-not=error:
// NEGATIVE: error: expected an accuracy limit of 0 (none) or above, found -1{{(\.0*)?$}}
// RUN: not convoy-opt %s --convoy-fold-affine=accuracy-limit=half -o %t.mlir 2>&1 | FileCheck %s --check-prefix=NO_NUMBER
// NO_NUMBER: accuracy-limit option: 'half' value invalid for floating point argument
// RUN: not convoy-opt %s --convoy-fold-affine=policy=both -o %t.mlir 2>&1 | FileCheck %s --check-prefix=NO_POLICY
// NO_POLICY: Cannot find option named 'both'

// The pass's options.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

func.func @folded(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %pq = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %pq : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %pr = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %pr : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @dynamic(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %pr : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

func.func @kept(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[1.099609375, 1.099609375]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @overflowing(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[30000.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[4.0, 2.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @refused(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  // STRICT: :[[@LINE+1]]:8: error: not-per-channel: not folded into linalg.conv_2d_nchw_fchw: the operand varies along dimension 2
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %pr : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @refused_in_part(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %pq = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %pq : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  // STRICT: :[[@LINE+1]]:8: error: crosses-activation: not folded into linalg.conv_2d_nchw_fchw:
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q : tensor<1x2x2x2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %pr : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
