// RUN: convoy-opt %s --convoy-widen-floats | FileCheck %s

// Resources that stay what they are: of integers, and of f64, which keeps its name.
// CHECK-LABEL: func.func @resources(
// CHECK-DAG: arith.constant dense_resource<integers> : tensor<2xi32>
// CHECK-DAG: arith.constant dense_resource<wide> : tensor<1xf64>
func.func @resources() -> (tensor<2xi32>, tensor<1xf64>) {
  %0 = arith.constant dense_resource<integers> : tensor<2xi32>
  %1 = arith.constant dense_resource<wide> : tensor<1xf64>
  return %0, %1 : tensor<2xi32>, tensor<1xf64>
}

{-#
  dialect_resources: {
    builtin: {
      integers: "0x040000000100000002000000",
      wide: "0x08000000000000000000F03F"
    }
  }
#-}
