// RUN: convoy-opt %s --convoy-widen-floats --split-input-file --verify-diagnostics

func.func @reinterpreting_cast(%x: f32) -> i32 {
  // expected-error @below {{expected operations that mean the same on f64, found 'arith.bitcast'}}
  %0 = arith.bitcast %x : f32 to i32
  return %0 : i32
}

// -----

// expected-error @below {{expected real floats, found a complex type}}
func.func @complex(%x: tensor<2xcomplex<f32>>) {
  return
}

// -----

// expected-error @below {{expected floats of at most 64 bits, found 80}}
func.func @too_wide(%x: f80) {
  return
}

// -----

// expected-error @below {{expected function 'declared' to have a body that can be widened, found a declaration}}
func.func private @declared(f32) -> f32

// -----

func.func @resource_without_data() -> tensor<2xf32> {
  // expected-error @below {{expected resource 'nowhere' to have data, found none}}
  %0 = arith.constant dense_resource<nowhere> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @sparse() -> tensor<4xf32> {
  // expected-error @below {{expected a dense constant, found a sparse one}}
  %0 = arith.constant sparse<[[1]], [2.0]> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @other_dialect(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected upstream operations on tensors before floats are widened, found 'tosa.abs'}}
  %0 = tosa.abs %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
