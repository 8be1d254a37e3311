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

// A divisor of at least one needs no division, through roundings too.
// CHECK-LABEL: func @logistic
// CHECK-NOT: arith.divf
// CHECK: return
func.func @logistic(%x: f32) -> f32 {
  %one = arith.constant 1.0 : f16
  %minus = arith.negf %x : f32
  %e = math.exp %minus : f32
  %narrow = arith.truncf %e : f32 to f16
  %d = arith.addf %one, %narrow : f16
  %wide = arith.extf %d : f16 to f32
  %0 = arith.divf %x, %wide : f32
  return %0 : f32
}

// In f16 by way of f32, and rounded once.
// CHECK-LABEL: func @softsign
// CHECK-SAME: (%[[X:.*]]: vector<2xf16>)
// CHECK-NOT: arith.divf
// CHECK: arith.extf %[[X]] : vector<2xf16> to vector<2xf32>
// CHECK: arith.truncf %{{.*}} : vector<2xf32> to vector<2xf16>
func.func @softsign(%x: vector<2xf16>) -> vector<2xf16> {
  %one = arith.constant dense<1.0> : vector<2xf16>
  %a = math.absf %x : vector<2xf16>
  %d = arith.addf %a, %one : vector<2xf16>
  %0 = arith.divf %x, %d : vector<2xf16>
  return %0 : vector<2xf16>
}

// The reciprocal of three in two parts of one sign; that of four has one.
// CHECK-LABEL: func @constants
// CHECK-SAME: (%[[X:.*]]: f32)
// CHECK: %[[LOW:.*]] = arith.constant 1.98682155E-8 : f32
// CHECK: %[[REST:.*]] = arith.mulf %[[X]], %[[LOW]] : f32
// CHECK: %[[HIGH:.*]] = arith.constant 0.333333313 : f32
// CHECK: math.fma %[[X]], %[[HIGH]], %[[REST]] : f32
// CHECK: %[[FOURTH:.*]] = arith.constant 2.500000e-01 : f32
// CHECK: arith.mulf %[[X]], %[[FOURTH]] : f32
func.func @constants(%x: f32) -> (f32, f32) {
  %three = arith.constant 3.0 : f32
  %four = arith.constant 4.0 : f32
  %0 = arith.divf %x, %three : f32
  %1 = arith.divf %x, %four : f32
  return %0, %1 : f32, f32
}

// What may be below one, constants near the ends of the range, and f64 stay.
// CHECK-LABEL: func @divisions
// CHECK-COUNT-4: arith.divf
// CHECK: return
func.func @divisions(%x: f32, %y: f32, %z: f64) -> (f32, f32, f32, f64) {
  %one = arith.constant 1.0 : f32
  %tiny = arith.constant 1.0e-30 : f32
  %three = arith.constant 3.0 : f64
  %d = arith.addf %one, %y : f32
  %0 = arith.divf %x, %d : f32
  %1 = arith.divf %one, %x : f32
  %2 = arith.divf %x, %tiny : f32
  %3 = arith.divf %z, %three : f64
  return %0, %1, %2, %3 : f32, f32, f32, f64
}

// The root of -0 is -0, and a quotient by it negative: one and that is not known to
// be at least one.
// CHECK-LABEL: func @by_negative_zero
// CHECK-COUNT-2: arith.divf
// CHECK: return
func.func @by_negative_zero(%x: f32, %z: f32) -> f32 {
  %one = arith.constant 1.0 : f32
  %root = math.sqrt %z : f32
  %q = arith.divf %one, %root : f32
  %d = arith.addf %one, %q : f32
  %r = arith.divf %x, %d : f32
  return %r : f32
}
