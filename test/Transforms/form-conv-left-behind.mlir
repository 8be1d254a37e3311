// RUN: convoy-opt %s --convoy-form-conv --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=convoy --remark-policy=all | FileCheck %s

// Convolutions that are formed, with something around them that cannot join.
// Each case breaks one rule; the remark names it.

// CHECK-LABEL: func @nonzero_padding
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[P]],
// CHECK-SAME: pad = [0, 0] to [0, 0]
func.func @nonzero_padding(%x: tensor<1x4x7x7xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  %one = arith.constant 1.0 : f32
  %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %one : f32
  } : tensor<1x4x7x7xf32> to tensor<1x4x9x9xf32>
  // expected-remark @below {{formed convoy.conv of layout #convoy.layout<nchw, fchw -> nfhw>, absorbing init as residual"}}
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @padded_channels
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[P]],
func.func @padded_channels(%x: tensor<1x3x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x3x9x9xf32> to tensor<1x4x9x9xf32>
  // expected-remark @below {{absorbing init as residual"}}
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @dynamic_padding
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[P]],
func.func @dynamic_padding(%x: tensor<1x4x7x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x?x7xf32>, %a: index) -> tensor<1x6x?x7xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, %a, 0] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x7x9xf32> to tensor<1x4x?x9xf32>
  // expected-remark @below {{absorbing init as residual"}}
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x4x?x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x?x7xf32>) -> tensor<1x6x?x7xf32>
  return %y : tensor<1x6x?x7xf32>
}

// -----

// A filter scaled per input channel is not scaled per output channel.

// CHECK-LABEL: func @scaled_input_channels
// CHECK: %[[S:.*]] = linalg.generic
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%{{.*}}, %[[S]] :
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
func.func @scaled_input_channels(%x: tensor<1x4x9x9xf32>, %w: tensor<4x4x3x3xf32>, %s: tensor<4xf32>, %o: tensor<1x4x7x7xf32>) -> tensor<1x4x7x7xf32> {
  %e = tensor.empty() : tensor<4x4x3x3xf32>
  %ws = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%w, %s : tensor<4x4x3x3xf32>, tensor<4xf32>) outs(%e : tensor<4x4x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<4x4x3x3xf32>
  // expected-remark @below {{absorbing init as residual"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %ws : tensor<1x4x9x9xf32>, tensor<4x4x3x3xf32>) outs(%o : tensor<1x4x7x7xf32>) -> tensor<1x4x7x7xf32>
  return %y : tensor<1x4x7x7xf32>
}

// -----

// A vector along the width is no bias, although there are as many columns as
// channels.

// CHECK-LABEL: func @bias_along_width
// CHECK: %[[B:.*]] = linalg.broadcast
// CHECK: convoy.conv
// CHECK-SAME: residual(%[[B]] :
func.func @bias_along_width(%x: tensor<1x4x9x9xf32>, %w: tensor<7x4x3x3xf32>, %b: tensor<7xf32>) -> tensor<1x7x7x7xf32> {
  %e = tensor.empty() : tensor<1x7x7x7xf32>
  %i = linalg.broadcast ins(%b : tensor<7xf32>) outs(%e : tensor<1x7x7x7xf32>) dimensions = [0, 1, 2]
  // expected-remark @below {{absorbing init as residual"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<7x4x3x3xf32>) outs(%i : tensor<1x7x7x7xf32>) -> tensor<1x7x7x7xf32>
  return %y : tensor<1x7x7x7xf32>
}

// -----

// A vector along the rows.

// CHECK-LABEL: func @scale_of_rows
// CHECK: convoy.conv
// CHECK: arith.maximumf
// CHECK: convoy.yield
// CHECK: linalg.generic
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
func.func @scale_of_rows(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: tensor<7xf32>) -> tensor<1x6x7x7xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x6x7x7xf32>
  // expected-remark @below {{absorbing epilogue (maximumf)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %r = arith.maximumf %c, %zeros : tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: it reads an operand that is neither constant, nor of the output's shape, nor one number for each channel or for all}}
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r, %s : tensor<1x6x7x7xf32>, tensor<7xf32>) outs(%zeros : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @second_residual
// CHECK: %[[A:.*]] = convoy.conv
// CHECK: arith.addf %[[A]], %{{.*}} : tensor<1x6x7x7xf32>
func.func @second_residual(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %r: tensor<1x6x7x7xf32>, %q: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%r : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: it needs a second residual}}
  %y = arith.addf %c, %q : tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @moved_residual
// CHECK: convoy.conv
// CHECK: linalg.transpose
func.func @moved_residual(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %r: tensor<1x6x7x7xf32>) -> tensor<1x7x7x6xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%r : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x7x7x6xf32>
  // expected-remark @below {{not absorbed into convoy.conv: it moves elements after a residual was added}}
  %y = linalg.transpose ins(%c : tensor<1x6x7x7xf32>) outs(%e : tensor<1x7x7x6xf32>) permutation = [0, 2, 3, 1]
  return %y : tensor<1x7x7x6xf32>
}

// -----

// CHECK-LABEL: func @captured_value
// CHECK: convoy.conv
// CHECK: linalg.generic
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @captured_value(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>, %flag: i1) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: its body uses a value from outside that is neither constant nor a float}}
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<1x6x7x7xf32>) outs(%o : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %out: f32):
    %b = math.exp %a : f32
    %p = arith.select %flag, %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @old_contents
// CHECK: convoy.conv
// CHECK: linalg.generic
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @old_contents(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>, %q: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: it reads the old contents of its init}}
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<1x6x7x7xf32>) outs(%q : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %out: f32):
    %p = arith.mulf %a, %out : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// CHECK-LABEL: func @index_dependent
// CHECK: convoy.conv
// CHECK: linalg.index
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @index_dependent(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: expected a body of side-effect-free operations on scalars}}
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<1x6x7x7xf32>) outs(%o : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %out: f32):
    %i = linalg.index 2 : index
    %j = arith.index_cast %i : index to i32
    %k = arith.sitofp %j : i32 to f32
    %p = arith.mulf %a, %k : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// The sum against its own mirror image: not element by element.

// CHECK-LABEL: func @mirrored
// CHECK: convoy.conv
// CHECK: linalg.generic
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#mirror = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
func.func @mirrored(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{absorbing init as residual"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  // expected-remark @below {{not absorbed into convoy.conv: it reads the convolution's result other than element by element}}
  %y = linalg.generic {indexing_maps = [#id, #mirror, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %c : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) outs(%o : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.addf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}
