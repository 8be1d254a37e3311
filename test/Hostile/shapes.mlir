// RUN: timeout 30 convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK

// Shapes and types that upstream's verifiers let through. What is not handled
// stays as it is.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// REMARK: malformed-conv {{.*}}Function=one_size_beyond_64_bits
// CHECK-LABEL: func @one_size_beyond_64_bits(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.addf
func.func @one_size_beyond_64_bits(%x: tensor<1x2x9223372036854775807x5xf32>, %f: tensor<2x2x1x1xf32>, %i: tensor<1x2x9223372036854775807x5xf32>) -> tensor<1x2x9223372036854775807x5xf32> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x9223372036854775807x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x9223372036854775807x5xf32>) -> tensor<1x2x9223372036854775807x5xf32>
  %r = arith.addf %y, %y : tensor<1x2x9223372036854775807x5xf32>
  return %r : tensor<1x2x9223372036854775807x5xf32>
}

// The filter alone is too large.
// REMARK: malformed-conv {{.*}}Function=filter_beyond_64_bits
// CHECK-LABEL: func @filter_beyond_64_bits(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.addf
func.func @filter_beyond_64_bits(%x: tensor<1x4611686018427387904x1x1xf32>, %f: tensor<4x4611686018427387904x1x1xf32>, %i: tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x4611686018427387904x1x1xf32>, tensor<4x4611686018427387904x1x1xf32>) outs(%i : tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32>
  %r = arith.addf %y, %y : tensor<1x4x1x1xf32>
  return %r : tensor<1x4x1x1xf32>
}

// A parameter too large to count.
// CHECK-LABEL: func @parameter_beyond_64_bits(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @parameter_beyond_64_bits(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %i: tensor<2xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %b = linalg.broadcast ins(%i : tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %c = arith.constant dense_resource<absent> : tensor<9223372036854775807x2xf32>
  %s = tensor.extract_slice %c[5, 0] [1, 2] [1, 1] : tensor<9223372036854775807x2xf32> to tensor<1x2xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (0, d1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x5xf32>, tensor<1x2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// A slice far behind the end, with sizes that only the running program knows.
// CHECK-LABEL: func @slice_behind_the_end(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @slice_behind_the_end(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %n: index) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %c = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %s = tensor.extract_slice %c[1] [%n] [4611686018427387904] : tensor<3xf32> to tensor<?xf32>
  %k = tensor.cast %s : tensor<?xf32> to tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %k : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// No channels at all.
// CHECK-LABEL: func @no_channels(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @no_channels(%x: tensor<1x2x3x5xf32>) -> tensor<1x0x3x5xf32> {
  %f = arith.constant dense<> : tensor<0x2x1x1xf32>
  %e = tensor.empty() : tensor<1x0x3x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x0x3x5xf32>) -> tensor<1x0x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<0x2x1x1xf32>) outs(%b : tensor<1x0x3x5xf32>) -> tensor<1x0x3x5xf32>
  %s = arith.constant dense<> : tensor<0xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x0x3x5xf32>, tensor<0xf32>) outs(%e : tensor<1x0x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x0x3x5xf32>
  return %r : tensor<1x0x3x5xf32>
}

// No pixels, with reshapes over dimensions of size 0.
// CHECK-LABEL: func @no_pixels(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @no_pixels(%x: tensor<1x2x0x5xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x0x5xf32> {
  %e = tensor.empty() : tensor<1x2x0x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x0x5xf32>) -> tensor<1x2x0x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x0x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x0x5xf32>) -> tensor<1x2x0x5xf32>
  %c = tensor.collapse_shape %y [[0], [1, 2], [3]] : tensor<1x2x0x5xf32> into tensor<1x0x5xf32>
  %k = tensor.expand_shape %c [[0], [1, 2], [3]] output_shape [1, 2, 0, 5] : tensor<1x0x5xf32> into tensor<1x2x0x5xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %s : tensor<1x2x0x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x0x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x0x5xf32>
  return %r : tensor<1x2x0x5xf32>
}

// The rank is forgotten between the convolution and the step.
// CHECK-LABEL: func @unranked(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @unranked(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<*xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %u = tensor.cast %y : tensor<1x2x3x5xf32> to tensor<*xf32>
  %r = arith.mulf %u, %u : tensor<*xf32>
  return %r : tensor<*xf32>
}

// An unranked parameter.
// CHECK-LABEL: func @unranked_parameter(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @unranked_parameter(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %u: tensor<*xf32>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %s = tensor.cast %u : tensor<*xf32> to tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x5xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// A sparse filter.
// REMARK: unsupported-type {{.*}}Function=sparse
// CHECK-LABEL: func @sparse(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.addf
#sparse = #sparse_tensor.encoding<{map = (d0, d1, d2, d3) -> (d0 : compressed, d1 : compressed, d2 : dense, d3 : dense)}>
func.func @sparse(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32, #sparse>, %i: tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32, #sparse>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = arith.addf %y, %y : tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// Complex numbers.
// CHECK-LABEL: func @complex(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @complex(%x: tensor<1x2x3x5xcomplex<f32>>, %f: tensor<2x2x1x1xcomplex<f32>>, %i: tensor<1x2x3x5xcomplex<f32>>, %e: tensor<1x2x3x5xcomplex<f32>>) -> tensor<1x2x3x5xcomplex<f32>> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xcomplex<f32>>, tensor<2x2x1x1xcomplex<f32>>) outs(%i : tensor<1x2x3x5xcomplex<f32>>) -> tensor<1x2x3x5xcomplex<f32>>
  %r = linalg.add ins(%y, %y : tensor<1x2x3x5xcomplex<f32>>, tensor<1x2x3x5xcomplex<f32>>) outs(%e : tensor<1x2x3x5xcomplex<f32>>) -> tensor<1x2x3x5xcomplex<f32>>
  return %r : tensor<1x2x3x5xcomplex<f32>>
}

// No channels, and weights that are all the same.
// CHECK-LABEL: func @no_channels_of_one_weight(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: return %[[Y]]
func.func @no_channels_of_one_weight(%x: tensor<1x2x3x5xf32>) -> tensor<1x0x3x5xf32> {
  %f = arith.constant dense<2.0> : tensor<0x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x0x3x5xf32>
  %s = arith.constant dense<3.0> : tensor<1x0x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<0x2x1x1xf32>) outs(%i : tensor<1x0x3x5xf32>) -> tensor<1x0x3x5xf32>
  %r = arith.mulf %y, %s : tensor<1x0x3x5xf32>
  return %r : tensor<1x0x3x5xf32>
}

// Vectors as elements of a parameter.
// CHECK-LABEL: func @vectors_as_elements(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @vectors_as_elements(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<2xvector<4xf32>>) -> tensor<1x2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x3x5xf32>
  %z = arith.constant 0.0 : f32
  %b = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%b : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %v : tensor<1x2x3x5xf32>, tensor<2xvector<4xf32>>) outs(%e : tensor<1x2x3x5xf32>) {
  ^bb0(%a: f32, %p: vector<4xf32>, %o: f32):
    %q = vector.extract %p[2] : f32 from vector<4xf32>
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// Buffers.
// CHECK-LABEL: func @buffers(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: linalg.add
func.func @buffers(%x: memref<1x2x3x5xf32>, %f: memref<2x2x1x1xf32>, %i: memref<1x2x3x5xf32>) {
  linalg.conv_2d_nchw_fchw ins(%x, %f : memref<1x2x3x5xf32>, memref<2x2x1x1xf32>) outs(%i : memref<1x2x3x5xf32>)
  linalg.add ins(%i, %i : memref<1x2x3x5xf32>, memref<1x2x3x5xf32>) outs(%i : memref<1x2x3x5xf32>)
  return
}
