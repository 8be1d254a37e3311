// RUN: convoy-compile %s --device=cpu --remarks=none -o %t.so
// RUN: not --crash convoy-exec %t.so --device=cpu --input=random:4 2>&1 | FileCheck %s

// An assertion that does not hold ends the process, but not before its message is
// seen, also where that goes to a pipe.

// CHECK: input 0
// CHECK: division by zero
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
    %difference = arith.subf %in, %in : f32
    %nonzero = arith.cmpf one, %difference, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %difference : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
