// A convolution with 16-bit floats, then one affine step and a square root.

func.func @main(%x: tensor<2x5x6x3xf16>, %filter: tensor<3x3x3x4xf16>,
                %scale: tensor<4xf16>) -> tensor<2x3x4x4xf16> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x3x4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x3x4x4xf32>) -> tensor<2x3x4x4xf32>
  %conv = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %filter : tensor<2x5x6x3xf16>, tensor<3x3x3x4xf16>) outs(%init : tensor<2x3x4x4xf32>) -> tensor<2x3x4x4xf32>
  %out = tensor.empty() : tensor<2x3x4x4xf16>
  %result = linalg.generic {
      indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>,
                       affine_map<(d0, d1, d2, d3) -> (d3)>,
                       affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv, %scale : tensor<2x3x4x4xf32>, tensor<4xf16>) outs(%out : tensor<2x3x4x4xf16>) {
  ^bb0(%c: f32, %s: f16, %o: f16):
    %offset = arith.constant 2.5 : f16
    %narrow = arith.truncf %c : f32 to f16
    %scaled = arith.mulf %narrow, %s : f16
    %shifted = arith.addf %scaled, %offset : f16
    %root = math.sqrt %shifted : f16
    linalg.yield %root : f16
  } -> tensor<2x3x4x4xf16>
  return %result : tensor<2x3x4x4xf16>
}
