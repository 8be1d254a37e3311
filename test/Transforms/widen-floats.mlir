// RUN: convoy-opt %s --convoy-widen-floats | FileCheck %s

// The parameter keeps its stored value: 1.0e-05 rounded to f32, then exact.
// CHECK-LABEL: func.func @body_and_scalar(
// CHECK-SAME:    %{{.*}}: tensor<4xf64>, %{{.*}}: tensor<4xf64>) -> tensor<4xf64>
// CHECK:       arith.constant 9.999999747{{[0-9]*}}E-6 : f64
// CHECK:       ^bb0(%[[IN:.*]]: f64, %{{.*}}: f64):
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[IN]], %{{.*}} : f64
// CHECK-NEXT:    linalg.yield %[[SUM]] : f64
#id = affine_map<(d0) -> (d0)>
func.func @body_and_scalar(%x: tensor<4xf16>, %e: tensor<4xf32>) -> tensor<4xf32> {
  %eps = arith.constant 1.0e-05 : f32
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf16>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f16, %out: f32):
    %1 = arith.extf %in : f16 to f32
    %2 = arith.addf %1, %eps : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @constants
// CHECK-DAG:   arith.constant dense<[1.000000e+00, 0.0999755859375]> : tensor<2xf64>
// CHECK-DAG:   arith.constant dense<2.500000e-01> : tensor<3x3xf64>
// CHECK-DAG:   arith.constant dense_resource<f32_f64> : tensor<2xf64>
// CHECK-DAG:   arith.constant dense_resource<bf16_f64> : tensor<2xf64>
// CHECK-DAG:   arith.constant dense<[1, 2]> : tensor<2xi32>
func.func @constants() -> (tensor<2xf16>, tensor<3x3xbf16>, tensor<2xf32>, tensor<2xbf16>, tensor<2xi32>) {
  %0 = arith.constant dense<[1.0, 0.1]> : tensor<2xf16>
  %1 = arith.constant dense<0.25> : tensor<3x3xbf16>
  %2 = arith.constant dense_resource<f32> : tensor<2xf32>
  %3 = arith.constant dense_resource<bf16> : tensor<2xbf16>
  %4 = arith.constant dense<[1, 2]> : tensor<2xi32>
  return %0, %1, %2, %3, %4 : tensor<2xf16>, tensor<3x3xbf16>, tensor<2xf32>, tensor<2xbf16>, tensor<2xi32>
}

// The casts inside a named convolution's body go too.
// CHECK-LABEL: func.func @named_convolution(
// CHECK:       linalg.fill ins(%{{.*}} : f64) outs(%{{.*}} : tensor<1x2x4x4xf64>)
// CHECK:       linalg.conv_2d_nchw_fchw ins(%{{.*}}, %{{.*}} : tensor<1x3x6x6xf64>, tensor<2x3x3x3xf64>) outs(%{{.*}} : tensor<1x2x4x4xf64>)
func.func @named_convolution(%x: tensor<1x3x6x6xf16>, %w: tensor<2x3x3x3xf16>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x2x4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf16>, tensor<2x3x3x3xf16>)
      outs(%init : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %0 : tensor<1x2x4x4xf32>
}

// CHECK-DAG: bf16_f64: "0x08000000000000000000F03F00000000000000C0"
// CHECK-DAG: f32_f64: "0x08000000000000000000F03F000000A09999B93F"
{-#
  dialect_resources: {
    builtin: {
      f32: "0x040000000000803FCDCCCC3D",
      bf16: "0x02000000803F00C0"
    }
  }
#-}
