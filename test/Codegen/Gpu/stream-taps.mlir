// A filter of 7 rows of 7 taps: the first row, and a loop for the others.

// RUN: convoy-compile %s --device=cuda --chip=sm_90a --emit=ptx -o - | FileCheck %s

// CHECK-COUNT-14: wgmma.mma_async
// CHECK-NOT: wgmma.mma_async
func.func @main(%image: tensor<32x32x113x113xf16>, %filter: tensor<72x32x7x7xf16>) -> tensor<32x72x107x107xf16> {
  %zero = arith.constant 0.0 : f16
  %empty = tensor.empty() : tensor<32x72x107x107xf16>
  %init = linalg.fill ins(%zero : f16) outs(%empty : tensor<32x72x107x107xf16>) -> tensor<32x72x107x107xf16>
  %conv = linalg.conv_2d_nchw_fchw ins(%image, %filter : tensor<32x32x113x113xf16>, tensor<72x32x7x7xf16>)
      outs(%init : tensor<32x72x107x107xf16>) -> tensor<32x72x107x107xf16>
  return %conv : tensor<32x72x107x107xf16>
}
