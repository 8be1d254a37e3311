// RUN: convoy-opt %s --convoy-expand-math --split-input-file --verify-diagnostics

func.func @integer_power(%x: i32, %y: i32) -> i32 {
  // expected-error @below {{expected a math operation on f32 or f64 that can be computed without a library, found 'math.ipowi' on 'i32'}}
  %0 = math.ipowi %x, %y : i32
  return %0 : i32
}

// -----

func.func @remainder(%x: f32, %y: f32) -> f32 {
  // expected-error @below {{found 'arith.remf' on 'f32'}}
  %0 = arith.remf %x, %y : f32
  return %0 : f32
}

// -----

func.func @half(%x: f16) -> f16 {
  // expected-error @below {{found 'math.exp' on 'f16'}}
  %0 = math.exp %x : f16
  return %0 : f16
}
