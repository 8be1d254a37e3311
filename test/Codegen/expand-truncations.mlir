// RUN: convoy-opt %s --convoy-expand-truncations --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @f64_to_bf16(
// CHECK-SAME:    %[[X:.*]]: f64
// CHECK:       %[[N:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK:       %[[BACK:.*]] = arith.extf %[[N]]
// CHECK:       arith.cmpf one, %[[BACK]], %[[X]]
// CHECK:       %[[ODD:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:       arith.truncf %[[ODD]] : f32 to bf16
func.func @f64_to_bf16(%x: f64) -> bf16 {
  %0 = arith.truncf %x : f64 to bf16
  return %0 : bf16
}

// -----

// CHECK-LABEL: func.func @vector(
// CHECK:       arith.truncf %{{.*}} : vector<4xf32> to vector<4xf16>
func.func @vector(%x: vector<4xf64>) -> vector<4xf16> {
  %0 = arith.truncf %x : vector<4xf64> to vector<4xf16>
  return %0 : vector<4xf16>
}

// -----

// CHECK-LABEL: func.func @one_step_stays(
// CHECK-NEXT:  arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT:  arith.truncf %{{.*}} : f32 to bf16
// CHECK-NEXT:  return
func.func @one_step_stays(%x: f64) -> bf16 {
  %0 = arith.truncf %x : f64 to f32
  %1 = arith.truncf %0 : f32 to bf16
  return %1 : bf16
}
