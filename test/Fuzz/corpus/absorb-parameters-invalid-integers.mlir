module {
  func.func @integers(%arg0: tensor<2x8x9x11xf32>, %arg1: tensor<4x8x3x3xf32>, %arg2: tensor<4xi32>) -> tensor<2x4x7x9xf32> {
    %0 = arith.sitofp %arg2 : tensor<4xi32> to tensor<4xf32>
    %1 = math.exp %0 : tensor<4xf32>
    %2 = tensor.empty() : tensor<2x4x7x9xf32>
    %3 = convoy.conv <nchw, fchw -> nfhw> ins(%arg0, %arg1 : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>) scale(%1 : tensor<4xf32>) outs(%2 : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
    return %3 : tensor<2x4x7x9xf32>
  }
}
