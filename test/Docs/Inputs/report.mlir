// Makes a report in which every key occurs.

func.func @folded_with_audit(%x: tensor<1x3x8x8xf16>) -> tensor<1x4x6x6xf16> {
  %zero = arith.constant dense<0.0> : tensor<1x4x6x6xf16>
  %w = arith.constant dense<0.3> : tensor<4x3x3x3xf16>
  %mean = arith.constant dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf16>
  %s = arith.constant dense<[1.1, 1.2, 1.3, 1.4]> : tensor<4xf16>
  %y = linalg.conv_2d_nchw_fchw
      ins(%x, %w : tensor<1x3x8x8xf16>, tensor<4x3x3x3xf16>)
      outs(%zero : tensor<1x4x6x6xf16>) -> tensor<1x4x6x6xf16>
  %m = linalg.broadcast ins(%mean : tensor<4xf16>)
      outs(%zero : tensor<1x4x6x6xf16>) dimensions = [0, 2, 3]
  %c = arith.subf %y, %m : tensor<1x4x6x6xf16>
  %b = linalg.broadcast ins(%s : tensor<4xf16>)
      outs(%zero : tensor<1x4x6x6xf16>) dimensions = [0, 2, 3]
  %r = arith.mulf %c, %b : tensor<1x4x6x6xf16>
  return %r : tensor<1x4x6x6xf16>
}

func.func @refused(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>,
                %s: tensor<4xf32>) -> tensor<1x4x6x6xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw
      ins(%x, %w : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  %relu = arith.maximumf %y, %zero : tensor<1x4x6x6xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>)
      outs(%zero : tensor<1x4x6x6xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %relu, %b : tensor<1x4x6x6xf32>
  return %r : tensor<1x4x6x6xf32>
}
