#id = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#channel = affine_map<(d0, d1, d2, d3, d4) -> (d2)>
func.func @input_crop(%x: tensor<3x4x2x9x9xf32>, %s: tensor<2xf32>, %f: tensor<1x2x1x1xf32>, %at: index) -> tensor<1x1x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<3x4x2x9x9xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<3x4x2x9x9xf32>, tensor<2xf32>) outs(%e : tensor<3x4x2x9x9xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<3x4x2x9x9xf32>
  %c = tensor.extract_slice %m[1, %at, 0, %at, 0] [1, 1, 2, 4, 4] [1, 1, 1, 1, 2] : tensor<3x4x2x9x9xf32> to tensor<1x2x4x4xf32>
  %d = tensor.cast %c : tensor<1x2x4x4xf32> to tensor<1x2x?x?xf32>
  %g = tensor.cast %d : tensor<1x2x?x?xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%g, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}
