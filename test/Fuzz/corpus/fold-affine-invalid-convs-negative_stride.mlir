module {
  func.func @negative_stride(%arg0: tensor<?x1x?x?xf32>, %arg1: tensor<2x1x1x1xf32>, %arg2: tensor<?x2x?x?xf32>, %arg3: tensor<2xf32>, %arg4: tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32> {
    %0 = linalg.conv_2d_nchw_fchw {strides = dense<-1> : tensor<2xi64>} ins(%arg0, %arg1 : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%arg2 : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%0, %arg3 : tensor<?x2x?x?xf32>, tensor<2xf32>) outs(%arg4 : tensor<?x2x?x?xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %2 = arith.mulf %in, %in_0 : f32
      linalg.yield %2 : f32
    } -> tensor<?x2x?x?xf32>
    return %1 : tensor<?x2x?x?xf32>
  }
}
