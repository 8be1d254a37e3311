// Whole functions: everything that is not a convolution has a kernel too.

// RUN: convoy-opt %s --convoy-compile-cuda='format=ptx' --verify-each -o %t
// RUN: FileCheck %s < %t

// CHECK-DAG: gpu.binary @relu16_elementwise_
// CHECK-DAG: gpu.binary @nhwc_elementwise_
// CHECK-DAG: gpu.binary @odd_elementwise_
// CHECK-DAG: gpu.binary @transpose_elementwise_
// CHECK-DAG: gpu.binary @padcat_loops_
// CHECK-DAG: gpu.binary @pool_loops_
// CHECK-DAG: gpu.binary @matmul_loops_
// CHECK-DAG: gpu.binary @sum_loops_
// CHECK-DAG: gpu.binary @mask_loops_
// CHECK-DAG: gpu.binary @const_loops_
// CHECK-NOT: .extern .func

#id2 = affine_map<(d0,d1)->(d0,d1)>
func.func @relu16(%x: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f16
  %d0 = tensor.dim %x, %c0 : tensor<?x?xf16>
  %d1 = tensor.dim %x, %c1 : tensor<?x?xf16>
  %e = tensor.empty(%d0, %d1) : tensor<?x?xf16>
  %0 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel","parallel"]} ins(%x : tensor<?x?xf16>) outs(%e : tensor<?x?xf16>) {
  ^bb0(%i: f16, %o: f16):
    %1 = arith.maximumf %i, %z : f16
    %2 = math.tanh %1 : f16
    linalg.yield %2 : f16
  } -> tensor<?x?xf16>
  return %0 : tensor<?x?xf16>
}
func.func @nhwc(%x: tensor<2x7x7x12xbf16>, %s: tensor<12xf32>) -> tensor<2x7x7x12xbf16> {
  %e = tensor.empty() : tensor<2x7x7x12xbf16>
  %0 = linalg.generic {indexing_maps = [affine_map<(a,b,c,d)->(a,b,c,d)>, affine_map<(a,b,c,d)->(d)>, affine_map<(a,b,c,d)->(a,b,c,d)>], iterator_types = ["parallel","parallel","parallel","parallel"]} ins(%x, %s : tensor<2x7x7x12xbf16>, tensor<12xf32>) outs(%e : tensor<2x7x7x12xbf16>) {
  ^bb0(%i: bf16, %g: f32, %o: bf16):
    %1 = arith.extf %i : bf16 to f32
    %2 = arith.mulf %1, %g : f32
    %3 = arith.truncf %2 : f32 to bf16
    linalg.yield %3 : bf16
  } -> tensor<2x7x7x12xbf16>
  return %0 : tensor<2x7x7x12xbf16>
}
func.func @odd(%x: tensor<3x5x7x7xf32>, %s: tensor<5xf32>) -> tensor<3x5x7x7xf32> {
  %e = tensor.empty() : tensor<3x5x7x7xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(a,b,c,d)->(a,b,c,d)>, affine_map<(a,b,c,d)->(b)>, affine_map<(a,b,c,d)->(a,b,c,d)>], iterator_types = ["parallel","parallel","parallel","parallel"]} ins(%x, %s : tensor<3x5x7x7xf32>, tensor<5xf32>) outs(%e : tensor<3x5x7x7xf32>) {
  ^bb0(%i: f32, %g: f32, %o: f32):
    %2 = arith.mulf %i, %g : f32
    linalg.yield %2 : f32
  } -> tensor<3x5x7x7xf32>
  return %0 : tensor<3x5x7x7xf32>
}
func.func @transpose(%x: tensor<64x48xf32>) -> tensor<48x64xf32> {
  %e = tensor.empty() : tensor<48x64xf32>
  %0 = linalg.transpose ins(%x : tensor<64x48xf32>) outs(%e : tensor<48x64xf32>) permutation = [1, 0]
  return %0 : tensor<48x64xf32>
}
func.func @padcat(%x: tensor<2x3x8xf32>, %y: tensor<2x5x8xf32>) -> tensor<2x10x8xf32> {
  %z = arith.constant 0.0 : f32
  %0 = tensor.concat dim(1) %x, %y : (tensor<2x3x8xf32>, tensor<2x5x8xf32>) -> tensor<2x8x8xf32>
  %1 = tensor.pad %0 low[0, 1, 0] high[0, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index):
    tensor.yield %z : f32
  } : tensor<2x8x8xf32> to tensor<2x10x8xf32>
  return %1 : tensor<2x10x8xf32>
}
func.func @pool(%x: tensor<1x4x16x16xf32>) -> tensor<1x4x8x8xf32> {
  %ninf = arith.constant 0xFF800000 : f32
  %w = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x4x8x8xf32>
  %f = linalg.fill ins(%ninf : f32) outs(%e : tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %0 = linalg.pooling_nchw_max {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<1x4x16x16xf32>, tensor<2x2xf32>) outs(%f : tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return %0 : tensor<1x4x8x8xf32>
}
func.func @matmul(%a: tensor<?x32xf32>, %b: tensor<32x16xf32>) -> tensor<?x16xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %d0 = tensor.dim %a, %c0 : tensor<?x32xf32>
  %e = tensor.empty(%d0) : tensor<?x16xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x16xf32>) -> tensor<?x16xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<?x32xf32>, tensor<32x16xf32>) outs(%f : tensor<?x16xf32>) -> tensor<?x16xf32>
  return %0 : tensor<?x16xf32>
}
func.func @sum(%a: tensor<100xf32>, %s: f32) -> f32 {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %0 = linalg.reduce ins(%a : tensor<100xf32>) outs(%f : tensor<f32>) dimensions = [0]
    (%in: f32, %acc: f32) { %1 = arith.addf %in, %acc : f32  linalg.yield %1 : f32 }
  %t = tensor.extract %0[] : tensor<f32>
  %u = arith.mulf %t, %s : f32
  return %u : f32
}
func.func @mask(%a: tensor<32xi1>, %b: tensor<32xf64>) -> tensor<32xf64> {
  %e = tensor.empty() : tensor<32xf64>
  %0 = linalg.generic {indexing_maps = [affine_map<(a)->(a)>, affine_map<(a)->(a)>, affine_map<(a)->(a)>], iterator_types = ["parallel"]} ins(%a, %b : tensor<32xi1>, tensor<32xf64>) outs(%e : tensor<32xf64>) {
  ^bb0(%m: i1, %v: f64, %o: f64):
    %l = math.log %v : f64
    %r = arith.select %m, %v, %l : f64
    linalg.yield %r : f64
  } -> tensor<32xf64>
  return %0 : tensor<32xf64>
}
func.func @const(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c = arith.constant dense<[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0]> : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.generic {indexing_maps = [#id2, affine_map<(a,b)->(b)>, #id2], iterator_types = ["parallel","parallel"]} ins(%a, %c : tensor<4x8xf32>, tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%m: f32, %v: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %k = arith.sitofp %j : i32 to f32
    %l = arith.addf %v, %m : f32
    %r = arith.addf %k, %l : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
