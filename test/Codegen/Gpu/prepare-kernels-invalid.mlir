// RUN: convoy-opt %s --convoy-prepare-kernels --split-input-file --verify-diagnostics

func.func @computed_by_a_branch(%s: memref<f32>, %x: memref<8xf32>, %c: i1) {
  // expected-error @below {{expected scalars that kernels can compute where they need them, found 'scf.if'}}
  %0 = scf.if %c -> f32 {
    %1 = memref.load %s[] : memref<f32>
    scf.yield %1 : f32
  } else {
    %zero = arith.constant 0.0 : f32
    scf.yield %zero : f32
  }
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    linalg.yield %0 : f32
  }
  return
}

// -----

func.func @copy(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @below {{expected operations that a GPU kernel can compute, found 'memref.copy'}}
  memref.copy %x, %y : memref<8xf32> to memref<8xf32>
  return
}

// -----

func.func @condition(%c: memref<i1>, %x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @below {{expected operations that a GPU kernel can compute, found 'memref.load'}}
  %0 = memref.load %c[] : memref<i1>
  scf.if %0 {
    linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
        iterator_types = ["parallel"]}
        ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    }
  }
  return
}

// -----

func.func @parallel(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-error @below {{expected operations that a GPU kernel can compute, found 'scf.parallel'}}
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>],
                    iterator_types = ["parallel"]} outs(%x : memref<8xf32>) {
    ^bb0(%in: f32):
      linalg.yield %in : f32
    }
    scf.reduce
  }
  return
}
