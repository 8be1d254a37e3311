// A convolution and a scale, but the program returns what stands before the
// scale as well: folding the scale into the filter would change that result.
#pixel = affine_map<(n, c, h, w) -> (n, c, h, w)>
func.func @main(%image: tensor<1x3x8x8xf32>)
    -> (tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32>) {
  %filter = arith.constant dense<0.25> : tensor<4x3x3x3xf32>
  %two = arith.constant 2.0 : f32
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x4x6x6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x4x6x6xf32>)
      -> tensor<1x4x6x6xf32>
  %conv = linalg.conv_2d_nchw_fchw
      ins(%image, %filter : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>)
      outs(%init : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  %scaled = linalg.generic {
      indexing_maps = [#pixel, #pixel],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv : tensor<1x4x6x6xf32>) outs(%empty : tensor<1x4x6x6xf32>) {
  ^bb0(%value: f32, %out: f32):
    %product = arith.mulf %value, %two : f32
    linalg.yield %product : f32
  } -> tensor<1x4x6x6xf32>
  return %conv, %scaled : tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32>
}
