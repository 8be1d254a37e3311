// RUN: convoy-opt %s --convoy-form-conv --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=convoy --remark-policy=all | FileCheck %s

// Concatenations of two convolutions that are not one grouped convolution: each
// is formed by itself. Each case breaks one rule.

// The second slice of the input does not follow the first.

// CHECK-LABEL: func @gap_between_slices
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @gap_between_slices(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 4, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// CHECK-LABEL: func @slices_in_another_order
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @slices_in_another_order(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// Slices of two values.

// CHECK-LABEL: func @other_input
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @other_input(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>, %z: tensor<1x6x9x9xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %z[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// Filters that no value has side by side.

// CHECK-LABEL: func @other_filter
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @other_filter(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>, %v: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %v[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// CHECK-LABEL: func @same_filter
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @same_filter(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// A concatenation of something other than channels.

// CHECK-LABEL: func @along_rows
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @along_rows(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x2x14x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(2) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x2x14x7xf32>
  return %r : tensor<1x2x14x7xf32>
}

// -----

// The sums start from values that nobody has side by side.

// CHECK-LABEL: func @other_init
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @other_init(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%b : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// A part that is needed by itself.

// CHECK-LABEL: func @used_elsewhere
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @used_elsewhere(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> (tensor<1x4x7x7xf32>, tensor<1x2x7x7xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r, %y0 : tensor<1x4x7x7xf32>, tensor<1x2x7x7xf32>
}

// -----

// Only one part has an epilogue.

// CHECK-LABEL: func @unlike_parts
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @unlike_parts(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %z1 = linalg.exp ins(%y1 : tensor<1x2x7x7xf32>) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %z1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// Epilogues with different numbers.

// CHECK-LABEL: func @other_number
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @other_number(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %z0 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y0 : tensor<1x2x7x7xf32>) outs(%e : tensor<1x2x7x7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %limit = arith.constant 1.0 : f32
    %0 = arith.minimumf %in, %limit : f32
    linalg.yield %0 : f32
  } -> tensor<1x2x7x7xf32>
  %z1 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y1 : tensor<1x2x7x7xf32>) outs(%e : tensor<1x2x7x7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %limit = arith.constant 2.0 : f32
    %0 = arith.minimumf %in, %limit : f32
    linalg.yield %0 : f32
  } -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %z0, %z1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// Parts that leave some of the tensor as it was.

// CHECK-LABEL: func @hole
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.insert_slice
// CHECK: tensor.insert_slice
func.func @hole(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>, %old: tensor<1x5x7x7xf32>) -> tensor<1x5x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %s0 = tensor.insert_slice %y0 into %old[0, 0, 0, 0] [1, 2, 7, 7] [1, 1, 1, 1] : tensor<1x2x7x7xf32> into tensor<1x5x7x7xf32>
  %s1 = tensor.insert_slice %y1 into %s0[0, 2, 0, 0] [1, 2, 7, 7] [1, 1, 1, 1] : tensor<1x2x7x7xf32> into tensor<1x5x7x7xf32>
  return %s1 : tensor<1x5x7x7xf32>
}

// -----

// The parts differ in what is behind their convolutions, by its name alone.

// CHECK-LABEL: func @other_operation
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @other_operation(%x: tensor<1x6x9x9xf32>, %w: tensor<4x2x3x3xf32>,
    %b: tensor<1x4x7x7xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %b0 = tensor.extract_slice %b[0, 0, 0, 0] [1, 2, 7, 7] [1, 1, 1, 1] : tensor<1x4x7x7xf32> to tensor<1x2x7x7xf32>
  %b1 = tensor.extract_slice %b[0, 2, 0, 0] [1, 2, 7, 7] [1, 1, 1, 1] : tensor<1x4x7x7xf32> to tensor<1x2x7x7xf32>
  %z0 = arith.addf %y0, %b0 : tensor<1x2x7x7xf32>
  %z1 = arith.subf %y1, %b1 : tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %z0, %z1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// The second slice is of other rows.

// CHECK-LABEL: func @rows_apart
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @rows_apart(%x: tensor<1x6x10x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x10x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 1, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x10x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// The second slice has every other row.

// CHECK-LABEL: func @every_other_row
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @every_other_row(%x: tensor<1x6x18x9xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x18x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 2, 1] : tensor<1x6x18x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}

// -----

// The parts are groups already.

// CHECK-LABEL: func @depthwise_parts
// CHECK: convoy.conv
// CHECK: convoy.conv
// CHECK: tensor.concat
func.func @depthwise_parts(%x: tensor<1x6x9x9xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x6x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0] [2, 3, 3] [1, 1, 1] : tensor<4x3x3xf32> to tensor<2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0] [2, 3, 3] [1, 1, 1] : tensor<4x3x3xf32> to tensor<2x3x3xf32>
  // expected-remark @below {{formed}}
  %y0 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  // expected-remark @below {{formed}}
  %y1 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x3x3xf32>) outs(%init : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}
