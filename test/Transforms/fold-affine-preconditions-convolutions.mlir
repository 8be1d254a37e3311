// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// ConvolutionInfo.cpp: ShapedType::isDynamic(size)
// CHECK-LABEL: func @dynamic_channels_shifted(
func.func @dynamic_channels_shifted(%x: tensor<1x2x9xf32>, %w: tensor<?x2x3xf32>, %i: tensor<1x?x7xf32>, %s: tensor<?xf32>) -> tensor<1x?x7xf32> {
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x2x9xf32>, tensor<?x2x3xf32>) outs(%i : tensor<1x?x7xf32>) -> tensor<1x?x7xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b + 1)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x?x7xf32>, tensor<?xf32>) outs(%y : tensor<1x?x7xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x?x7xf32>
  return %r : tensor<1x?x7xf32>
}

// ConvolutionInfo.cpp: *count <= kMaxChannels
// CHECK-LABEL: func @too_many_channels(
// CHECK: %{{[^ ]+}} = arith.subf %{{[^ ]+}}, %{{[^ ]+}} : f64
func.func @too_many_channels(%arg0: tensor<1x1x9xf16>, %arg1: tensor<8388608x1x3xf16>, %arg2: tensor<1x8388608x1xf16>) -> tensor<1x8388608x1xf16> {
  // expected-remark @+1 {{[Passed] fold-affine}}
  %0 = linalg.conv_1d_ncw_fcw ins(%arg0, %arg1 : tensor<1x1x9xf16>, tensor<8388608x1x3xf16>) outs(%arg2 : tensor<1x8388608x1xf16>) -> tensor<1x8388608x1xf16>
  %cst = arith.constant dense<2.0> : tensor<8388608xf16>
  %broadcasted_0 = linalg.broadcast ins(%cst : tensor<8388608xf16>) outs(%arg2 : tensor<1x8388608x1xf16>) dimensions = [0, 2]
  %1 = arith.subf %0, %broadcasted_0 : tensor<1x8388608x1xf16>
  return %1 : tensor<1x8388608x1xf16>
}

// ConvolutionInfo.cpp: op
// CHECK-LABEL: func @argument_sum(
func.func @argument_sum(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>, %cap: f32) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %o, %cap : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: isa<arith::MulFOp, arith::MulIOp>(op)
// CHECK-LABEL: func @quotient(
func.func @quotient(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.divf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: areFactors(body, op->getOperand(0), op->getOperand(1))
// CHECK-LABEL: func @multiplies_accumulator(
func.func @multiplies_accumulator(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %o, %a : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: areFactors(body, fma.getA(), fma.getB())
// CHECK-LABEL: func @fma_squares(
func.func @fma_squares(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = math.fma %a, %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: !sum
// CHECK-LABEL: func @yields_what_it_writes(
func.func @yields_what_it_writes(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %o : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ConvolutionInfo.cpp: !accumulatesProduct(*linalgOp.getBlock())
// CHECK-LABEL: func @fma_acc_factor(
func.func @fma_acc_factor(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = math.fma %a, %o, %b : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: !linalgOp.hasPureTensorSemantics()
// CHECK-LABEL: func @on_buffers(
func.func @on_buffers(%x: memref<1x2x9xf32>, %w: memref<2x2x3xf32>, %i: memref<1x2x7xf32>, %t: tensor<1xf32>) -> tensor<1xf32> {
  linalg.conv_1d_ncw_fcw ins(%x, %w : memref<1x2x9xf32>, memref<2x2x3xf32>) outs(%i : memref<1x2x7xf32>)
  return %t : tensor<1xf32>
}

// ConvolutionInfo.cpp: !isSupportedFloat(type.getElementType())
// CHECK-LABEL: func @f8(
func.func @f8(%x: tensor<1x2x9xf8E4M3FN>, %w: tensor<2x2x3xf8E4M3FN>, %i: tensor<1x2x7xf8E4M3FN>) -> tensor<1x2x7xf8E4M3FN> {
  // expected-remark @+1 {{[Missed] unsupported-type}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf8E4M3FN>, tensor<2x2x3xf8E4M3FN>) outs(%i : tensor<1x2x7xf8E4M3FN>) {
  ^bb0(%a: f8E4M3FN, %b: f8E4M3FN, %o: f8E4M3FN):
    %p = arith.mulf %a, %b : f8E4M3FN
    %s = arith.addf %o, %p : f8E4M3FN
    linalg.yield %s : f8E4M3FN
  } -> tensor<1x2x7xf8E4M3FN>
  %r = arith.addf %y, %y : tensor<1x2x7xf8E4M3FN>
  return %r : tensor<1x2x7xf8E4M3FN>
}

// ConvolutionInfo.cpp: !elements
// CHECK-LABEL: func @huger(
func.func @huger(%x: tensor<4x2x2305843009213693953xf32>, %w: tensor<2x2x3xf32>, %i: tensor<4x2x2305843009213693951xf32>) -> tensor<4x2x2305843009213693951xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<4x2x2305843009213693953xf32>, tensor<2x2x3xf32>) outs(%i : tensor<4x2x2305843009213693951xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x2x2305843009213693951xf32>
  %r = arith.addf %y, %y : tensor<4x2x2305843009213693951xf32>
  return %r : tensor<4x2x2305843009213693951xf32>
}

// ConvolutionInfo.cpp: !llvm::checkedMul(*elements, int64_t(8))
// CHECK-LABEL: func @huge(
func.func @huge(%x: tensor<1x2x1152921504606846977xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x1152921504606846975xf32>) -> tensor<1x2x1152921504606846975xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x1152921504606846977xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x1152921504606846975xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x1152921504606846975xf32>
  %r = arith.addf %y, %y : tensor<1x2x1152921504606846975xf32>
  return %r : tensor<1x2x1152921504606846975xf32>
}

// ConvolutionInfo.cpp: isa<arith::TruncFOp>(inner)
// ConvolutionInfo.cpp: failed(checkConversions(op, refusal))
// CHECK-LABEL: func @narrows(
func.func @narrows(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf16>) -> tensor<1x2x7xf16> {
  // expected-remark @+1 {{[Missed] unsupported-type}}
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf16>) -> tensor<1x2x7xf16>
  %r = arith.addf %y, %y : tensor<1x2x7xf16>
  return %r : tensor<1x2x7xf16>
}

// ConvolutionInfo.cpp: !info.outputMap.isProjectedPermutation()
// CHECK-LABEL: func @halved_output(
func.func @halved_output(%x: tensor<1x2x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  // expected-remark @+1 {{[Missed] not-a-convolution}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n floordiv 2, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: !info.filterMap.isProjectedPermutation()
// CHECK-LABEL: func @filter_diag(
func.func @filter_diag(%x: tensor<1x2x9xf32>, %w: tensor<2x2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  // expected-remark @+1 {{[Missed] not-a-convolution}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x9xf32>, tensor<2x2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// ConvolutionInfo.cpp: value <= 0
// CHECK-LABEL: func @negative_stride_in_map(
func.func @negative_stride_in_map(%x: tensor<1x2x?xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x?xf32>) -> tensor<1x2x?xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, kw) -> (n, c, w * -1 + kw)>, affine_map<(n, f, w, c, kw) -> (f, c, kw)>, affine_map<(n, f, w, c, kw) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x?xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x?xf32>
  %r = arith.addf %y, %y : tensor<1x2x?xf32>
  return %r : tensor<1x2x?xf32>
}
