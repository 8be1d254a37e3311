// RUN: convoy-opt %s --split-input-file --verify-diagnostics

// Each case breaks exactly one rule of convoy.conv, or of its layout.

func.func @unknown_letter(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected the letters of 'ngcdhw' in the input layout, found 'k' in 'nkhw'}}
  %y = convoy.conv <nkhw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @repeated_letter(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected each letter once in the filter layout, found 'h' twice in 'fhhw'}}
  %y = convoy.conv <nchw, fhhw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @no_image_dim(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected one to three image dimensions in the output layout, found none in 'nf'}}
  %y = convoy.conv <nchw, fchw -> nf> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @image_dims_differ(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected the image dimensions 'hw' in the filter layout, found 'fcw'}}
  %y = convoy.conv <nchw, fcw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @height_without_width(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected the image dimensions 'w' in the output layout, found 'nfh'}}
  %y = convoy.conv <nch, fch -> nfh> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @batch_in_input_only(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{expected 'n' in both the input and the output layout or in neither, found 'nchw' and 'fhw'}}
  %y = convoy.conv <nchw, fchw -> fhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @mixed_semantics(%x: tensor<2x8x9x11xf32>, %w: memref<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected all operands to be tensors like init, found filter of type 'memref<4x8x3x3xf32>'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, memref<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @result_on_buffers(%x: memref<2x8x9x11xf32>, %w: memref<4x8x3x3xf32>, %o: memref<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected no result on memrefs, found one}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x9x11xf32>, memref<4x8x3x3xf32>)
      outs(%o : memref<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @no_result_on_tensors(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected a result on tensors, found none}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// -----

#sparse = #sparse_tensor.encoding<{map = (d0, d1, d2, d3) -> (d0 : dense, d1 : dense, d2 : dense, d3 : compressed)}>

func.func @encoding(%x: tensor<2x8x9x11xf32, #sparse>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected input without encoding, found 'tensor<2x8x9x11xf32, #sparse_tensor.encoding<}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32, #sparse>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @integer_input(%x: tensor<2x8x9x11xi8>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected input of element type f16, bf16, f32 or f64, found 'i8'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xi8>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @complex_init(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xcomplex<f32>>) {
  // expected-error @below {{'convoy.conv' op expected init of element type f16, bf16, f32 or f64, found 'complex<f32>'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xcomplex<f32>>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xcomplex<f32>>
  return
}

// -----

func.func @mixed_operands(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf16>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected filter of the input's element type 'f32', found 'f16'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf16>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @narrow_scale(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %s: tensor<4xf16>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected scale of the accumulator type 'f32', found 'f16'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf16>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @wide_bias(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %b: tensor<4xf64>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected bias no wider than the accumulator type 'f32', found 'f64'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%b : tensor<4xf64>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @input_rank(%x: tensor<8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected input of rank 4 for layout 'nchw', found rank 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @filter_rank(%x: tensor<2x8x9x11xf32>, %w: tensor<1x4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected filter of rank 4 for layout 'fchw', found rank 5}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<1x4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @init_rank(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x1x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected init of rank 4 for layout 'nfhw', found rank 5}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x1x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x1x4x7x9xf32>
  return
}

// -----

func.func @residual_rank(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<4x7x9xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected residual of rank 4 for layout 'nfhw', found rank 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<4x7x9xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @strides_count(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected 2 strides, one for each of the dimensions 'hw', found 1}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @zero_stride(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected strides of at least 1, found 0}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 0] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @negative_dilation(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected dilations of at least 1, found -1}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [-1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @dilations_count(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected 2 dilations, one for each of the dimensions 'hw', found 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @low_padding_count(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected 2 low paddings, one for each of the dimensions 'hw', found 0}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @high_padding_count(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected 2 high paddings, one for each of the dimensions 'hw', found 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @zero_groups(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected at least 1 group, found 0}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 0 -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @group_dimension(%x: tensor<2x4x4x9x11xf32>, %w: tensor<4x4x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected dimension 'g' of input to have the size of groups, 2, found 4}}
  %y = convoy.conv <ngchw, fchw -> nfhw> ins(%x, %w : tensor<2x4x4x9x11xf32>, tensor<4x4x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @input_channels_and_groups(%x: tensor<2x9x9x11xf32>, %w: tensor<4x4x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected the channels of input to be a multiple of groups, 2, found 9}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x9x9x11xf32>, tensor<4x4x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @filter_channels_and_groups(%x: tensor<2x8x9x11xf32>, %w: tensor<5x4x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected the channels of filter to be a multiple of groups, 2, found 5}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<5x4x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @init_channels_and_groups(%x: tensor<2x8x9x11xf32>, %w: tensor<4x4x3x3xf32>, %o: tensor<2x5x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected the channels of init to be a multiple of groups, 2, found 5}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x4x3x3xf32>)
      outs(%o : tensor<2x5x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x5x7x9xf32>
  return
}

// -----

func.func @batch(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<3x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected init with 2 images in the batch like the input, found 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<3x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<3x4x7x9xf32>
  return
}

// -----

func.func @input_channels(%x: tensor<2x8x9x11xf32>, %w: tensor<4x7x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected filter with 8 input channels in each group like the input, found 7}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x7x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @output_channels(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x5x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected init with 4 output channels in each group like the filter, found 5}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x5x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x5x7x9xf32>
  return
}

// -----

func.func @empty_filter(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x0xf32>, %o: tensor<2x4x7x12xf32>) {
  // expected-error @below {{'convoy.conv' op expected a filter size of at least 1 along 'w', found 0}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x0xf32>)
      outs(%o : tensor<2x4x7x12xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x12xf32>
  return
}

// -----

func.func @output_size(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x8x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected init of size 7 along 'h', found 8}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x8x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x8x9xf32>
  return
}

// -----

func.func @output_size_of_strides(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x6xf32>) {
  // expected-error @below {{'convoy.conv' op expected init of size 5 along 'w', found 6}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x6xf32>) strides = [1, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x6xf32>
  return
}

// -----

func.func @dilation_overflow(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an output size along 'h' that fits 64 bits, found an overflow}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [9223372036854775807, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @padding_overflow(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an output size along 'w' that fits 64 bits, found an overflow}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 9223372036854775807] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @bias_rank(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %b: tensor<4x1xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected bias of rank 1, found rank 2}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%b : tensor<4x1xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @bias_length(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %b: tensor<8xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected bias with one element for each of 1 times 4 output channels, found 8}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%b : tensor<8xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @scale_length(%x: tensor<2x8x9x11xf32>, %w: tensor<4x4x3x3xf32>, %s: tensor<2xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected scale with one element for each of 2 times 2 output channels, found 2}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x4x3x3xf32>)
      scale(%s : tensor<2xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @residual_shape(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<2x4x9x7xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected residual of the shape of init, 'tensor<2x4x7x9xf32>', found 'tensor<2x4x9x7xf32>'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<2x4x9x7xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @result_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected a result of the type of init, 'tensor<2x4x7x9xf32>', found 'tensor<2x4x7x?xf32>'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x?xf32>
  return
}

// -----

func.func @residual_without_epilogue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<2x4x7x9xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an epilogue that uses the residual, found none}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<2x4x7x9xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @widening_without_epilogue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf64>) {
  // expected-error @below {{'convoy.conv' op expected an epilogue that widens the sum from 'f32' to 'f64', found none}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf64>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf64>
  return
}

// -----

func.func @epilogue_argument_count(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an epilogue with 1 arguments, the sum, found 2}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_without_residual_argument(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<2x4x7x9xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an epilogue with 2 arguments, the sum and the residual, found 1}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<2x4x7x9xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_accumulator_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected epilogue argument #0 of type 'f32', found 'f16'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f16):
        %c = arith.extf %acc : f16 to f32
        convoy.yield %c : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_residual_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<2x4x7x9xf16>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected epilogue argument #1 of type 'f16', found 'f32'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<2x4x7x9xf16>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_terminator(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected the epilogue to end with convoy.yield, found llvm.unreachable}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        llvm.unreachable
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_yield_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        %c = arith.truncf %acc : f32 to f16
        // expected-error @below {{'convoy.yield' op expected a value of init's element type 'f32', found 'f16'}}
        convoy.yield %c : f16
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_side_effect(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        // expected-error @below {{op expected only side-effect-free operations on scalars in the epilogue of convoy.conv}}
        vector.print %acc : f32
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_vector(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        // expected-error @below {{op expected only side-effect-free operations on scalars in the epilogue of convoy.conv}}
        %v = vector.broadcast %acc : f32 to vector<4xf32>
        convoy.yield %acc : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_captures(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %o: tensor<2x4x7x9xf32>, %alpha: f32) {
  // expected-note @below {{required by region isolation constraints}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32):
        // expected-error @below {{using value defined outside the region}}
        %scaled = arith.mulf %acc, %alpha : f32
        convoy.yield %scaled : f32
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @yield_outside(%x: f32) {
  // expected-error @below {{'convoy.yield' op expects parent op 'convoy.conv'}}
  convoy.yield %x : f32
}

// -----

func.func @parameter_rank(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4x1xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected parameter #0 to be a scalar or of rank 0 or 1, found rank 2}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4x1xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @parameter_length(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<8xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected parameter #0 with one element for each of 1 times 4 output channels, found 8}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<8xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @parameter_element(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xi32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected parameter #0 of element type f16, bf16, f32 or f64, found 'i32'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xi32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: i32):
        %b = arith.sitofp %a : i32 to f32
        convoy.yield_channel scale(%b : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @parameter_scalar(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: f80, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected parameter #0 of element type f16, bf16, f32 or f64, found 'f80'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : f80) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f80):
        %b = arith.truncf %a : f80 to f32
        convoy.yield_channel scale(%b : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @parameter_semantics(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: memref<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected all operands to be tensors like init, found parameter #0 of type 'memref<4xf32>'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : memref<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @parameters_without_prologue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected a prologue that uses the parameters, found none}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_arguments(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected a prologue with 1 arguments, one for each parameter, found 2}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32, %b: f32):
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_argument_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected prologue argument #0 of type 'f32', found 'f64'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f64):
        convoy.yield_channel scale(%a : f64)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_terminator(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected the prologue to end with convoy.yield_channel, found convoy.yield}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield %a : f32
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_yields_nothing(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{'convoy.yield_channel' op expected a scale, a bias or values for the epilogue, found none}}
        convoy.yield_channel
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_yield_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        %b = arith.extf %a : f32 to f80
        // expected-error @below {{'convoy.yield_channel' op expected values of type f16, bf16, f32 or f64, found 'f80'}}
        convoy.yield_channel scale(%b : f80)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @two_scales(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%p : tensor<4xf32>) parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{'convoy.yield_channel' op expected one scale, found an operand of convoy.conv and one that its prologue yields}}
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @two_biases(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%p : tensor<4xf32>) parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{'convoy.yield_channel' op expected one bias, found an operand of convoy.conv and one that its prologue yields}}
        convoy.yield_channel bias(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @values_without_epilogue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{'convoy.yield_channel' op expected an epilogue that uses the values yielded for it, found none}}
        convoy.yield_channel epilogue(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_side_effect(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{op expected only side-effect-free operations on scalars in the prologue of convoy.conv}}
        vector.print %a : f32
        convoy.yield_channel scale(%a : f32)
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_without_values(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected an epilogue with 2 arguments, the sum and the prologue's values, found 1}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield_channel epilogue(%a : f32)
      } epilogue {
      ^bb0(%acc: f32):
        convoy.yield %acc : f32
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @epilogue_value_type(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>) {
  // expected-error @below {{'convoy.conv' op expected epilogue argument #1 of type 'f32', found 'f16'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        convoy.yield_channel epilogue(%a : f32)
      } epilogue {
      ^bb0(%acc: f32, %v: f16):
        convoy.yield %acc : f32
      }
      -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @prologue_captures(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %o: tensor<2x4x7x9xf32>, %alpha: f32) {
  // expected-note @below {{required by region isolation constraints}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      parameters(%p : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        // expected-error @below {{using value defined outside the region}}
        %b = arith.mulf %a, %alpha : f32
        convoy.yield_channel scale(%b : f32)
      } -> tensor<2x4x7x9xf32>
  return
}

// -----

func.func @yield_channel_outside(%x: f32) {
  // expected-error @below {{'convoy.yield_channel' op expects parent op 'convoy.conv'}}
  convoy.yield_channel scale(%x : f32)
}
