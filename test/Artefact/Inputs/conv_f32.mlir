// Two entries: a convolution with a batch-norm as mul and add, and one without a
// convolution.

func.func @main(%x: tensor<?x3x6x6xf32> loc("image")) -> tensor<?x4x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %filter = arith.constant dense_resource<filter> : tensor<4x3x3x3xf32>
  %scale = arith.constant dense<[0.5, 2.0, -1.0, 1.5]> : tensor<4xf32>
  %shift = arith.constant dense<[1.0, -2.0, 0.25, 3.0]> : tensor<4xf32>
  %batch = tensor.dim %x, %c0 : tensor<?x3x6x6xf32>
  %empty = tensor.empty(%batch) : tensor<?x4x4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %conv = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %filter : tensor<?x3x6x6xf32>, tensor<4x3x3x3xf32>) outs(%init : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %result = linalg.generic {
      indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>,
                       affine_map<(d0, d1, d2, d3) -> (d1)>,
                       affine_map<(d0, d1, d2, d3) -> (d1)>,
                       affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv, %scale, %shift : tensor<?x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<?x4x4x4xf32>) {
  ^bb0(%c: f32, %s: f32, %b: f32, %o: f32):
    %scaled = arith.mulf %c, %s : f32
    %shifted = arith.addf %scaled, %b : f32
    linalg.yield %shifted : f32
  } -> tensor<?x4x4x4xf32>
  return %result : tensor<?x4x4x4xf32>
}

func.func @double(%x: tensor<8xf32>) -> tensor<8xf32> {
  %empty = tensor.empty() : tensor<8xf32>
  %result = linalg.add ins(%x, %x : tensor<8xf32>, tensor<8xf32>) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
  return %result : tensor<8xf32>
}

{-#
  dialect_resources: {
    builtin: {
      filter: "0x040000000000b0bf0000c03e000040bf0000803f000000be0000a0bf0000003f000020bf0000903f00000000000090bf0000203f000000bf0000a03f0000003e000080bf0000403f0000c0be0000b03f0000803e000060bf0000603f000080be0000b0bf0000c03e000040bf0000803f000000be0000a0bf0000003f000020bf0000903f00000000000090bf0000203f000000bf0000a03f0000003e000080bf0000403f0000c0be0000b03f0000803e000060bf0000603f000080be0000b0bf0000c03e000040bf0000803f000000be0000a0bf0000003f000020bf0000903f00000000000090bf0000203f000000bf0000a03f0000003e000080bf0000403f0000c0be0000b03f0000803e000060bf0000603f000080be0000b0bf0000c03e000040bf0000803f000000be0000a0bf0000003f000020bf0000903f00000000000090bf0000203f000000bf0000a03f0000003e000080bf0000403f0000c0be0000b03f0000803e000060bf0000603f000080be0000b0bf0000c03e000040bf0000803f000000be0000a0bf0000003f000020bf0000903f00000000000090bf0000203f000000bf0000a03f0000003e000080bf"
    }
  }
#-}
