// RUN: convoy-opt %s --convoy-compile-cpu --split-input-file --verify-diagnostics

func.func @recursive(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected calls that can be inlined, found a recursive call or one of a function without a body}}
  %0 = call @recursive(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func private @outside(tensor<2xf32>) -> tensor<2xf32>
func.func @external(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected calls that can be inlined, found a recursive call or one of a function without a body}}
  %0 = call @outside(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
