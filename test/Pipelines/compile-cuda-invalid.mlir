// RUN: convoy-opt %s --convoy-compile-cuda='format=ptx' --split-input-file --verify-diagnostics

func.func @remainder(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{expected a math operation on f32 or f64 that can be computed without a library, found 'arith.remf' on 'vector<4xf32>'}}
  %0 = arith.remf %x, %y : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @condition(%c: tensor<i1>, %x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{expected operations that a GPU kernel can compute, found 'memref.load'}}
  %0 = tensor.extract %c[] : tensor<i1>
  %1 = scf.if %0 -> tensor<8xf32> {
    %2 = math.absf %x : tensor<8xf32>
    scf.yield %2 : tensor<8xf32>
  } else {
    scf.yield %x : tensor<8xf32>
  }
  return %1 : tensor<8xf32>
}
