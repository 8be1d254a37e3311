// RUN: convoy-opt %s --convoy-outline-parallel --split-input-file --verify-diagnostics

func.func @captured_type(%x: tensor<?xf32>, %y: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{expected a parallel loop to capture scalars, vectors and ranked memrefs, found 'tensor<?xf32>'}}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %v = tensor.extract %x[%i] : tensor<?xf32>
    memref.store %v, %y[%i] : memref<?xf32>
  }
  return
}
