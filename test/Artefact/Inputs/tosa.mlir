func.func @main(%x: tensor<2x8xf32>, %y: tensor<1x8xf32>) -> tensor<2x8xf32> {
  %0 = tosa.add %x, %y : (tensor<2x8xf32>, tensor<1x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}
