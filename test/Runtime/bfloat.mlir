// Values of bf16 that stay in registers from one iteration to the next.
//
// RUN: convoy-run %s --device cpu --entry pool --verify | FileCheck %s
// RUN: convoy-run %s --device cpu --entry carried --verify | FileCheck %s

// CHECK: verify output 0: {{.*}}: ok

func.func @pool(%x: tensor<1x3x8x8xbf16>) -> tensor<1x3x4x4xbf16> {
  %low = arith.constant 0xFF80 : bf16
  %empty = tensor.empty() : tensor<1x3x4x4xbf16>
  %window = tensor.empty() : tensor<2x2xbf16>
  %init = linalg.fill ins(%low : bf16) outs(%empty : tensor<1x3x4x4xbf16>) -> tensor<1x3x4x4xbf16>
  %y = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>}
      ins(%x, %window : tensor<1x3x8x8xbf16>, tensor<2x2xbf16>)
      outs(%init : tensor<1x3x4x4xbf16>) -> tensor<1x3x4x4xbf16>
  return %y : tensor<1x3x4x4xbf16>
}

func.func @carried(%x: tensor<7xbf16>, %s: tensor<bf16>) -> tensor<bf16> {
  %start = tensor.extract %s[] : tensor<bf16>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %y = scf.for %i = %c0 to %c7 step %c1 iter_args(%sum = %start) -> bf16 {
    %element = tensor.extract %x[%i] : tensor<7xbf16>
    %next = math.fma %element, %element, %sum : bf16
    scf.yield %next : bf16
  }
  %result = tensor.from_elements %y : tensor<bf16>
  return %result : tensor<bf16>
}
