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

// -----

// CHECK-LABEL: func.func @fma(
// CHECK-SAME:    %[[A:.*]]: vector<4xbf16>, %[[B:.*]]: vector<4xbf16>, %[[C:.*]]: vector<4xbf16>
// CHECK-DAG:   %[[WA:.*]] = arith.extf %[[A]] : vector<4xbf16> to vector<4xf64>
// CHECK-DAG:   %[[WB:.*]] = arith.extf %[[B]] : vector<4xbf16> to vector<4xf64>
// CHECK-DAG:   %[[WC:.*]] = arith.extf %[[C]] : vector<4xbf16> to vector<4xf64>
// CHECK:       %[[W:.*]] = math.fma %[[WA]], %[[WB]], %[[WC]] : vector<4xf64>
// CHECK:       arith.truncf %[[W]] : vector<4xf64> to vector<4xf32>
// CHECK:       %[[ODD:.*]] = arith.bitcast %{{.*}} : vector<4xi32> to vector<4xf32>
// CHECK-NEXT:  %[[R:.*]] = arith.truncf %[[ODD]] : vector<4xf32> to vector<4xbf16>
// CHECK-NEXT:  return %[[R]]
func.func @fma(%a: vector<4xbf16>, %b: vector<4xbf16>, %c: vector<4xbf16>) -> vector<4xbf16> {
  %0 = math.fma %a, %b, %c : vector<4xbf16>
  return %0 : vector<4xbf16>
}

// -----

// CHECK-LABEL: func.func @wide_fma(
// CHECK-NEXT:  math.fma %{{.*}} : f32
// CHECK-NEXT:  return
func.func @wide_fma(%a: f32, %b: f32, %c: f32) -> f32 {
  %0 = math.fma %a, %b, %c : f32
  return %0 : f32
}
