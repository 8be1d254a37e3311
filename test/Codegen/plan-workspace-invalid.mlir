// RUN: convoy-opt %s --convoy-plan-workspace --split-input-file --verify-diagnostics

func.func private @convoy.result_dims.layout()
func.func @layout() attributes {convoy.entry = 0 : i64} {
  // expected-error @below {{expected buffers of scalars in row-major order, found 'memref<4x4xf32, strided<[1, 4]>>'}}
  %a = memref.alloc() : memref<4x4xf32, strided<[1, 4]>>
  return
}

// -----

func.func private @convoy.result_dims.size_from_values(index)
func.func @size_from_values(%x: memref<1xindex>) attributes {convoy.entry = 1 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expected the size of every intermediate result to follow from the shapes of the arguments, found one that depends on memref.load}}
  %n = memref.load %x[%c0] : memref<1xindex>
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func private @convoy.result_dims.size_from_loop()
func.func @size_from_loop() attributes {convoy.entry = 0 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-error @below {{expected the size of every intermediate result to follow from the shapes of the arguments, found one that depends on a loop}}
  scf.for %i = %c0 to %c4 step %c1 {
    %a = memref.alloc(%i) : memref<?xf32>
  }
  return
}

// -----

func.func private @convoy.result_dims.leaves_loop()
func.func @leaves_loop(%x: memref<4xf32>) attributes {convoy.entry = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%m = %x) -> memref<4xf32> {
    // expected-error @below {{expected buffers to stay inside the loop or branch that allocates them}}
    %a = memref.alloc() : memref<4xf32>
    linalg.copy ins(%m : memref<4xf32>) outs(%a : memref<4xf32>)
    scf.yield %a : memref<4xf32>
  }
  return
}

// -----

func.func private @convoy.result_dims.large_in_parallel()
func.func @large_in_parallel() attributes {convoy.entry = 0 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    // expected-error @below {{expected buffers inside a parallel loop to have at most 65536 bytes, found 'memref<16385xf32>'}}
    %a = memref.alloc() : memref<16385xf32>
  }
  return
}
