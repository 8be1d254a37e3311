module {
  func.func @random(%a0: tensor<?x4x2xf32>, %a1: tensor<5x4x2xf32>) -> (tensor<?x5x2xf32>) {
    %v1 = arith.constant 6.249384284e-01 : f32
    %v2 = arith.constant 0 : index
    %v3 = tensor.dim %a0, %v2 : tensor<?x4x2xf32>
    %v4 = tensor.empty(%v3) : tensor<?x4x2xf32>
    %v5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> ()>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%a0, %v1 : tensor<?x4x2xf32>, f32) outs(%v4 : tensor<?x4x2xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = arith.mulf %b0, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<?x4x2xf32>
    %v6 = arith.constant -5.839346051e-01 : f32
    %v7 = arith.constant 0 : index
    %v8 = tensor.dim %a0, %v7 : tensor<?x4x2xf32>
    %v9 = tensor.empty(%v8) : tensor<?x4x2xf32>
    %v10 = linalg.fill ins(%v6 : f32) outs(%v9 : tensor<?x4x2xf32>) -> tensor<?x4x2xf32>
    %v11 = arith.constant 0 : index
    %v12 = tensor.dim %a0, %v11 : tensor<?x4x2xf32>
    %v13 = tensor.empty(%v12) : tensor<?x4x2xf32>
    %v14 = linalg.map { arith.divf } ins(%v5, %v10 : tensor<?x4x2xf32>, tensor<?x4x2xf32>) outs(%v13 : tensor<?x4x2xf32>)
    %v15 = arith.constant 0.000000000e+00 : f32
    %v16 = tensor.pad %v14 low[0, 0, 0] high[0, 0, 1] {
    ^bb0(%i0: index, %i1: index, %i2: index):
      tensor.yield %v15 : f32
    } : tensor<?x4x2xf32> to tensor<?x4x3xf32>
    %v17 = arith.constant 0 : index
    %v18 = tensor.dim %a0, %v17 : tensor<?x4x2xf32>
    %v19 = tensor.empty(%v18) : tensor<?x5x2xf32>
    %v20 = arith.constant 0.000000000e+00 : f32
    %v21 = linalg.fill ins(%v20 : f32) outs(%v19 : tensor<?x5x2xf32>) -> tensor<?x5x2xf32>
    %v22 = linalg.conv_1d_ncw_fcw {dilations = dense<[1]> : tensor<1xi64>, strides = dense<[1]> : tensor<1xi64>} ins(%v16, %a1 : tensor<?x4x3xf32>, tensor<5x4x2xf32>) outs(%v21 : tensor<?x5x2xf32>) -> tensor<?x5x2xf32>
    %v23 = arith.constant dense<[1.332036972e+00, -3.593208492e-01, -8.068163991e-01, 1.962819695e+00, 1.124887943e+00]> : tensor<5xf32>
    %v24 = arith.constant 0 : index
    %v25 = tensor.dim %a0, %v24 : tensor<?x4x2xf32>
    %v26 = tensor.empty(%v25) : tensor<?x5x2xf32>
    %v27 = linalg.broadcast ins(%v23 : tensor<5xf32>) outs(%v26 : tensor<?x5x2xf32>) dimensions = [0, 2]
    %v28 = arith.constant 0 : index
    %v29 = tensor.dim %a0, %v28 : tensor<?x4x2xf32>
    %v30 = tensor.empty(%v29) : tensor<?x5x2xf32>
    %v31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v22, %v27 : tensor<?x5x2xf32>, tensor<?x5x2xf32>) outs(%v30 : tensor<?x5x2xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = arith.subf %b0, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<?x5x2xf32>
    return %v31 : tensor<?x5x2xf32>
  }
}
