// RUN: convoy-opt %s --convoy-form-entries | FileCheck %s
// RUN: convoy-compile %s --device=cuda --chip=sm_90a --emit=ptx --remarks=none -o - | FileCheck %s --check-prefix=PTX
// RUN: convoy-compile %s --device=cpu --remarks=none -o %t.so

// A program that asserts something of the numbers it is given: front ends guard
// divisions so. The sizes of its results do not depend on that, and a kernel
// that finds it untrue ends.

// CHECK-LABEL: func.func private @convoy.result_dims.main(
// CHECK-NOT: cf.assert
// CHECK-LABEL: func.func @main(
// CHECK: cf.assert
// PTX: .visible .entry
// PTX: trap;
// PTX-NOT: __assertfail
#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%empty : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %in : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
