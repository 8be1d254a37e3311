module {
  func.func @known_too_late(%arg0: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]], [[[3.000000e+00]]], [[[4.000000e+00]]]]> : tensor<4x1x1x1xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01, 3.000000e+01, 4.000000e+01]> : tensor<4xf32>
    %0 = tensor.empty() : tensor<1x4x2x2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<4xf32>) outs(%0 : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%broadcasted : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
    %extracted_slice = tensor.extract_slice %1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
    %extracted_slice_1 = tensor.extract_slice %1[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
    %cst_2 = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
    %2 = tensor.empty() : tensor<1x2x2x2xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice, %cst_2 : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%2 : tensor<1x2x2x2xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %9 = arith.mulf %in, %in_4 : f32
      linalg.yield %9 : f32
    } -> tensor<1x2x2x2xf32>
    %4 = math.tanh %3 : tensor<1x2x2x2xf32>
    %5 = tensor.empty() : tensor<2xf32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_3 : f32) outs(%5 : tensor<2xf32>) -> tensor<2xf32>
    %reduced = linalg.reduce ins(%4 : tensor<1x2x2x2xf32>) outs(%6 : tensor<2xf32>) dimensions = [0, 2, 3] 
      (%in: f32, %init: f32) {
        %9 = arith.addf %in, %init : f32
        linalg.yield %9 : f32
      }
    %7 = tensor.empty() : tensor<1x2x2x2xf32>
    %8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_1, %reduced : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%7 : tensor<1x2x2x2xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %9 = arith.mulf %in, %in_4 : f32
      linalg.yield %9 : f32
    } -> tensor<1x2x2x2xf32>
    return %4, %8 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
  }
}
