// RUN: convoy-opt %s --convoy-expand-math | FileCheck %s

// CHECK-LABEL: func @rsqrt
// CHECK: %[[ROOT:.*]] = math.sqrt %{{.*}} : f32
// CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: %[[RESULT:.*]] = arith.divf %[[ONE]], %[[ROOT]] : f32
// CHECK: return %[[RESULT]]
func.func @rsqrt(%x: f32) -> f32 {
  %0 = math.rsqrt %x : f32
  return %0 : f32
}

// Vectors are expanded as they are.
// CHECK-LABEL: func @vector
// CHECK-NOT: math.exp
// CHECK: math.fma %{{.*}} : vector<4xf64>
// CHECK: arith.bitcast %{{.*}} : vector<4xi64> to vector<4xf64>
func.func @vector(%x: vector<4xf64>) -> vector<4xf64> {
  %0 = math.exp %x : vector<4xf64>
  return %0 : vector<4xf64>
}

// What targets have as instructions stays, in any type.
// CHECK-LABEL: func @elementary
// CHECK: math.sqrt
// CHECK-NEXT: math.floor
// CHECK-NEXT: math.absf
// CHECK-NEXT: math.fma
func.func @elementary(%x: f16) -> f16 {
  %0 = math.sqrt %x : f16
  %1 = math.floor %0 : f16
  %2 = math.absf %1 : f16
  %3 = math.fma %2, %1, %0 : f16
  return %3 : f16
}

// Powers by small constants are products.
// CHECK-LABEL: func @square
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: return
func.func @square(%x: f32) -> f32 {
  %two = arith.constant 2.0 : f32
  %0 = math.powf %x, %two : f32
  return %0 : f32
}

// Fast-math flags do not reach the formulas.
// CHECK-LABEL: func @flags
// CHECK-NOT: fastmath
// CHECK: return
func.func @flags(%x: f32) -> f32 {
  %0 = math.log %x fastmath<fast> : f32
  return %0 : f32
}

// Every operation has an expansion, test expand-math-accuracy says how good.
// CHECK-LABEL: func @all
// CHECK-NOT: math.{{(a?(sin|cos|tan)h?|exp|log|erf|pow|sincos|clampf|cbrt)}}
// CHECK: return
func.func @all(%x: f32, %y: f32, %n: i32) -> (f32, f32, f32, f32, f32) {
  %0 = math.clampf %x to [%x, %y] : f32
  %1 = math.fpowi %0, %n : f32, i32
  %2, %3 = math.sincos %1 : f32
  %4 = math.atan2 %2, %3 : f32
  %5 = math.erfc %4 : f32
  return %1, %2, %3, %4, %5 : f32, f32, f32, f32, f32
}
