// RUN: convoy-opt %s --convoy-lower-front-ends --allow-unregistered-dialect --split-input-file --verify-diagnostics

func.func @stablehlo(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected linalg or TOSA, found 'stablehlo.abs' of the dialect 'stablehlo': use stablehlo-opt --stablehlo-legalize-to-linalg}}
  %0 = "stablehlo.abs"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @torch(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected linalg or TOSA, found 'torch.aten.abs' of the dialect 'torch': use torch-mlir's importer with output type linalg-on-tensors}}
  %0 = "torch.aten.abs"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @onnx(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected linalg or TOSA, found 'onnx.Abs' of the dialect 'onnx': use torch-mlir's ONNX importer and its linalg-on-tensors pipeline}}
  %0 = "onnx.Abs"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @unknown(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected linalg or TOSA, found 'mystery.abs' of the dialect 'mystery'}}
  %0 = "mystery.abs"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Upstream's passes look into func.func only.
ml_program.func @tosa_without_lowering(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected TOSA that upstream lowers to linalg, found 'tosa.abs'}}
  %0 = tosa.abs %x : (tensor<4xf32>) -> tensor<4xf32>
  ml_program.return %0 : tensor<4xf32>
}
