// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// Concatenation.cpp: source.getRank() != dest.getRank()
func.func @inserted_with_less_dims(%x: tensor<1x2x3xf32>, %w: tensor<2x2x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x1xf32> {
  %z = arith.constant dense<0.0> : tensor<1x2x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x2x3xf32>, tensor<2x2x1xf32>) outs(%z : tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %d = tensor.empty() : tensor<1x2x3x1xf32>
  %v = tensor.insert_slice %y into %d[0, 0, 0, 0] [1, 2, 3, 1] [1, 1, 1, 1] : tensor<1x2x3xf32> into tensor<1x2x3x1xf32>
  %er = tensor.empty() : tensor<1x2x3x1xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<1x2x3x1xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x1xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x1xf32>
  return %r : tensor<1x2x3x1xf32>
}

// Concatenation.cpp: !insert.hasUnitStride()
func.func @inserted_strides_of_one(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [2, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 0, 0] [1, 2, 3, 3] [2, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// Concatenation.cpp: found
func.func @last_corner(%x: tensor<1x3x3x4xf32>) -> tensor<1x6x3x4xf32> {
  %w0 = arith.constant dense<2.0> : tensor<1x1x2x2xf32>
  %w1 = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %z = arith.constant dense<0.0> : tensor<1x3x3x2xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 3, 3, 2] [1, 1, 1, 1] : tensor<1x3x3x4xf32> to tensor<1x3x3x2xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nhwc_hwcf ins(%p0, %w0 : tensor<1x3x3x2xf32>, tensor<1x1x2x2xf32>) outs(%z : tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  %p1 = tensor.extract_slice %x[0, 0, 0, 2] [1, 3, 3, 2] [1, 1, 1, 1] : tensor<1x3x3x4xf32> to tensor<1x3x3x2xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nhwc_hwcf ins(%p1, %w1 : tensor<1x3x3x2xf32>, tensor<1x1x2x2xf32>) outs(%z : tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  %d = tensor.empty() : tensor<1x6x3x4xf32>
  %j = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 3, 3, 2] [1, 1, 1, 1] : tensor<1x3x3x2xf32> into tensor<1x6x3x4xf32>
  %r = tensor.insert_slice %y1 into %j[0, 0, 0, 2] [1, 3, 3, 2] [1, 1, 1, 1] : tensor<1x3x3x2xf32> into tensor<1x6x3x4xf32>
  return %r : tensor<1x6x3x4xf32>
}

// Concatenation.cpp: !dim
func.func @inserted_corner(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x4x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x4x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x4x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 1, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x4x3xf32>
  return %r : tensor<1x4x4x3xf32>
}

// Concatenation.cpp: part.offset != end
func.func @inserted_overlapping(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 1, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// Concatenation.cpp: end != last.getDestType().getDimSize(*dim)
func.func @inserted_short(%x: tensor<1x4x3x3xf32>) -> tensor<1x6x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x6x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x6x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x6x3x3xf32>
  return %r : tensor<1x6x3x3xf32>
}

// Concatenation.cpp: next
func.func @dynamic_batch_ins(%x: tensor<?x4x3x3xf32>, %n: index, %z0: tensor<?x2x3x3xf32>, %d: tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z0 : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z0 : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x2x3x3xf32> into tensor<?x4x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x2x3x3xf32> into tensor<?x4x3x3xf32>
  return %r : tensor<?x4x3x3xf32>
}

// Concatenation.cpp: next.getDest() == use.get()
func.func @inserted_and_inserted(%x: tensor<1x4x3x3xf32>) -> tensor<1x8x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %o = tensor.empty() : tensor<1x8x3x3xf32>
  %q = tensor.insert_slice %r into %o[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> into tensor<1x8x3x3xf32>
  return %q : tensor<1x8x3x3xf32>
}
func.func private @unused(%r: tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32> {
  return %r : tensor<1x8x3x3xf32>
}
