// RUN: convoy-opt %s --convoy-call-libm | FileCheck %s

// CHECK-LABEL: func.func @accuracy(
// CHECK:       call @log1pf
// CHECK:       call @expm1
// CHECK:       call @tanhf
// CHECK:       math.exp
// CHECK:       math.sqrt
func.func @accuracy(%x: f32, %y: f64) -> (f32, f64, f32, f32, f32) {
  %0 = math.log1p %x : f32
  %1 = math.expm1 %y : f64
  %2 = math.tanh %x : f32
  %3 = math.exp %x : f32
  %4 = math.sqrt %x : f32
  return %0, %1, %2, %3, %4 : f32, f64, f32, f32, f32
}
// CHECK-LABEL: func.func @vector(
// CHECK-COUNT-2: call @erff
func.func @vector(%x: vector<2xf32>) -> vector<2xf32> {
  %0 = math.erf %x : vector<2xf32>
  return %0 : vector<2xf32>
}
