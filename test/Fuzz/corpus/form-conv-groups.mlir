module {
  func.func @groups(%arg0: tensor<2x4x9x9xf32>, %arg1: tensor<6x2x3x3xf32>, %arg2: tensor<6xf32>) -> tensor<2x6x7x7xf32> {
    %expanded = tensor.expand_shape %arg0 [[0], [1, 2], [3], [4]] output_shape [2, 2, 2, 9, 9] : tensor<2x4x9x9xf32> into tensor<2x2x2x9x9xf32>
    %expanded_0 = tensor.expand_shape %arg1 [[0, 1], [2], [3], [4]] output_shape [2, 3, 2, 3, 3] : tensor<6x2x3x3xf32> into tensor<2x3x2x3x3xf32>
    %0 = tensor.empty() : tensor<2x6x7x7xf32>
    %broadcasted = linalg.broadcast ins(%arg2 : tensor<6xf32>) outs(%0 : tensor<2x6x7x7xf32>) dimensions = [0, 2, 3] 
    %expanded_1 = tensor.expand_shape %broadcasted [[0], [1, 2], [3], [4]] output_shape [2, 2, 3, 7, 7] : tensor<2x6x7x7xf32> into tensor<2x2x3x7x7xf32>
    %1 = linalg.conv_2d_ngchw_gfchw ins(%expanded, %expanded_0 : tensor<2x2x2x9x9xf32>, tensor<2x3x2x3x3xf32>) outs(%expanded_1 : tensor<2x2x3x7x7xf32>) -> tensor<2x2x3x7x7xf32>
    %collapsed = tensor.collapse_shape %1 [[0], [1, 2], [3], [4]] : tensor<2x2x3x7x7xf32> into tensor<2x6x7x7xf32>
    return %collapsed : tensor<2x6x7x7xf32>
  }
}
