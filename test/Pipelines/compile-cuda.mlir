// RUN: convoy-opt %s --convoy-to-gpu | FileCheck %s
// RUN: convoy-opt %s --convoy-compile-cuda='format=ptx' --verify-each | FileCheck %s --check-prefix=LLVM
// RUN: convoy-opt %s --convoy-compile-cuda='format=ptx chip=sm_86' | FileCheck %s --check-prefix=SM86

// A convolution with bias and ReLU is one launch; host code touches no data.
// CHECK-LABEL: func.func @main
// CHECK-NOT: memref.load
// CHECK-COUNT-1: gpu.launch_func @main_conv_{{[0-9]+}}
// CHECK-NOT: gpu.launch_func
// CHECK: return
// CHECK: gpu.module @main_conv_
// CHECK: gpu.func @main_conv_{{[0-9]+}}(

// LLVM: llvm.func @convoy_entry_main
// LLVM: llvm.call @convoy_rt_launch
// LLVM-NOT: llvm.call @convoy_rt_launch
// LLVM: gpu.binary @main_conv_
// LLVM-SAME: chip = "sm_90
// LLVM-NOT: .extern .func
// SM86: gpu.binary @main_conv_
// SM86-SAME: chip = "sm_86"
// The filter is a constant, as in inference: one that is an argument may have to
// be packed by a launch of its own.
func.func @main(%x: tensor<2x8x16x16xf32>, %b: tensor<16xf32>)
    -> tensor<2x16x14x14xf32> {
  %w = arith.constant dense<0.5> : tensor<16x8x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x14x14xf32>
  %bias = linalg.broadcast ins(%b : tensor<16xf32>)
      outs(%empty : tensor<2x16x14x14xf32>) dimensions = [0, 2, 3]
  %conv = linalg.conv_2d_nchw_fchw
      {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<2x8x16x16xf32>, tensor<16x8x3x3xf32>)
      outs(%bias : tensor<2x16x14x14xf32>) -> tensor<2x16x14x14xf32>
  %relu = linalg.generic {
      indexing_maps = [affine_map<(n, f, h, w) -> (n, f, h, w)>,
                       affine_map<(n, f, h, w) -> (n, f, h, w)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv : tensor<2x16x14x14xf32>)
      outs(%empty : tensor<2x16x14x14xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %zero : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x14x14xf32>
  return %relu : tensor<2x16x14x14xf32>
}
