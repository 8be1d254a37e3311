// Options reach the fold.
// RUN: convoy-opt %s --convoy-fold=policy=weights | FileCheck %s --check-prefix=WEIGHTS
// RUN: convoy-opt %s --convoy-fold=policy=epilogue | FileCheck %s --check-prefix=EPILOGUE
// RUN: convoy-opt %s --convoy-fold=report=%t.json -o /dev/null && FileCheck %s --check-prefix=REPORT --input-file %t.json
// RUN: not convoy-opt %s --convoy-fold=policy=neither 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// WEIGHTS-LABEL: func.func @main(
// WEIGHTS-NOT:   arith.mulf
// EPILOGUE-LABEL: func.func @main(
// EPILOGUE:      linalg.conv_1d_nwc_wcf
// EPILOGUE:      arith.mulf
// REPORT:        {
// UNKNOWN:       policy
func.func @main(%x: tensor<1x6x1xf32>) -> tensor<1x4x2xf32> {
  %w = arith.constant dense<1.5> : tensor<3x1x2xf32>
  %two = arith.constant 2.0 : f32
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x4x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x4x2xf32>) -> tensor<1x4x2xf32>
  %0 = linalg.conv_1d_nwc_wcf ins(%x, %w : tensor<1x6x1xf32>, tensor<3x1x2xf32>) outs(%i : tensor<1x4x2xf32>) -> tensor<1x4x2xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%0 : tensor<1x4x2xf32>) outs(%e : tensor<1x4x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %two : f32
    linalg.yield %p : f32
  } -> tensor<1x4x2xf32>
  return %1 : tensor<1x4x2xf32>
}
