// RUN: convoy-opt %s --split-input-file --verify-diagnostics

func.func @element_type(%w: memref<64x8x3x3xf32>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected a filter whose elements are multiplied as f16, found 'memref<64x8x3x3xf32>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf32>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @sizes(%w: memref<64x9x3x3xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected a filter of 64 output channels, 8 input channels and 9 taps, found 'memref<64x9x3x3xf16>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x9x3x3xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @unknown_size(%w: memref<64x8x?x3xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected a filter of 64 output channels, 8 input channels and 9 taps, found 'memref<64x8x?x3xf16>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x?x3xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @bytes(%w: memref<64x8x3x3xf16>, %bytes: memref<10239xi8>) {
  // expected-error @below {{expected init to be 10240 elements of i8, found 'memref<10239xi8>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf16>) outs(%bytes : memref<10239xi8>)
  return
}

// -----

func.func @mixed(%w: tensor<64x8x3x3xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected filter and init to be both tensors or both memrefs, found 'tensor<64x8x3x3xf16>' and 'memref<10240xi8>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : tensor<64x8x3x3xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @no_result(%w: tensor<64x8x3x3xf16>, %bytes: tensor<10240xi8>) {
  // expected-error @below {{expected a result of the type of init on tensors}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : tensor<64x8x3x3xf16>) outs(%bytes : tensor<10240xi8>)
  return
}

// -----

func.func @none(%w: memref<64x8x3x3xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected sizes of at least 1 and at most 1099511627776 weights, found 1 groups of 0 filters with 8 channels and 9 taps}}
  convoy.pack_filter <products = f16, filters = 0, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @taps(%w: memref<64x8x100x100xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected at most 4096 taps, found 10000}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 10000>
      ins(%w : memref<64x8x100x100xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @image_type(%x: memref<1x8x9x9xf32>, %w: memref<64x8x3x3xf32>, %image: memref<18432xf32>, %y: memref<1x64x7x7xf32>) {
  // expected-error @below {{expected a filter image of rank 1 and element type i8, found 'memref<18432xf32>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x8x9x9xf32>, memref<64x8x3x3xf32>)
      filter_image(%image : memref<18432xf32>) outs(%y : memref<1x64x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// -----

func.func @image_semantics(%x: memref<1x8x9x9xf32>, %w: memref<64x8x3x3xf32>, %image: tensor<18432xi8>, %y: memref<1x64x7x7xf32>) {
  // expected-error @below {{expected all operands to be memrefs like init, found filter image of type 'tensor<18432xi8>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x8x9x9xf32>, memref<64x8x3x3xf32>)
      filter_image(%image : tensor<18432xi8>) outs(%y : memref<1x64x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// -----

func.func @block_rows(%w: memref<64x8x1x1xf16>, %bytes: memref<2048xi8>) {
  // expected-error @below {{expected blockRows that are a multiple of 8 of at most 256, found 60}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 1, blockRows = 60>
      ins(%w : memref<64x8x1x1xf16>) outs(%bytes : memref<2048xi8>)
  return
}

// -----

func.func @tap_parts(%w: memref<64x8x3x3xf16>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected tapParts that divide the 9 taps, found 2}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9, tapParts = 2>
      ins(%w : memref<64x8x3x3xf16>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @filter_with_gaps(%w: memref<64x8x3x3xf16, strided<[144, 18, 6, 2]>>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected operands without gaps, found 'memref<64x8x3x3xf16, strided<[144, 18, 6, 2]>>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf16, strided<[144, 18, 6, 2]>>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @transposed_filter(%w: memref<64x8x3x3xf16, strided<[72, 9, 1, 3]>>, %bytes: memref<10240xi8>) {
  // expected-error @below {{expected operands without gaps, found 'memref<64x8x3x3xf16, strided<[72, 9, 1, 3]>>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf16, strided<[72, 9, 1, 3]>>) outs(%bytes : memref<10240xi8>)
  return
}

// -----

func.func @init_with_gaps(%w: memref<64x8x3x3xf16>, %bytes: memref<10240xi8, strided<[2]>>) {
  // expected-error @below {{expected operands without gaps, found 'memref<10240xi8, strided<[2]>>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 8, taps = 9>
      ins(%w : memref<64x8x3x3xf16>) outs(%bytes : memref<10240xi8, strided<[2]>>)
  return
}

// -----

func.func @image_with_gaps(%x: memref<1x8x9x9xf32>, %w: memref<64x8x3x3xf32>, %image: memref<18432xi8, strided<[2]>>, %y: memref<1x64x7x7xf32>) {
  // expected-error @below {{expected a filter image without gaps, found 'memref<18432xi8, strided<[2]>>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x8x9x9xf32>, memref<64x8x3x3xf32>)
      filter_image(%image : memref<18432xi8, strided<[2]>>) outs(%y : memref<1x64x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// -----

func.func @three_columns(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected foldedColumns of 2, 4 or 8 beside a filterWidth or a columnShift, found 3}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 3, filterWidth = 7, columnShift = 1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @no_columns(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected foldedColumns of 2, 4 or 8 beside a filterWidth or a columnShift, found 0}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 0>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @width_of_nothing_folded(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected foldedColumns of 2, 4 or 8 beside a filterWidth or a columnShift, found 1}}
  convoy.pack_filter <products = f16, filters = 64, channels = 3, taps = 49, filterWidth = 7>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @shift_of_nothing_folded(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected foldedColumns of 2, 4 or 8 beside a filterWidth or a columnShift, found 1}}
  convoy.pack_filter <products = f16, filters = 64, channels = 3, taps = 49, columnShift = 1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @shift_of_a_pixel(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected a columnShift below the 2 folded columns, found 2}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 2>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @negative_shift(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected a columnShift below the 2 folded columns, found -1}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = -1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @no_width(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected channels and taps of a filter with 2 folded columns, found 6 channels and 28 taps for a filterWidth of 0}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @wide(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected channels and taps of a filter with 2 folded columns, found 6 channels and 28 taps for a filterWidth of 4097}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 4097>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @folded_taps(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected channels and taps of a filter with 2 folded columns, found 6 channels and 27 taps for a filterWidth of 7}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 27, foldedColumns = 2, filterWidth = 7, columnShift = 1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

func.func @folded_channels(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected channels and taps of a filter with 2 folded columns, found 7 channels and 28 taps for a filterWidth of 7}}
  convoy.pack_filter <products = f16, filters = 64, channels = 7, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// -----

// The sizes of the filter in memory.
func.func @folded_sizes(%w: memref<64x6x7x4xf16>, %bytes: memref<28672xi8>) {
  // expected-error @below {{expected a filter of 64 output channels, 3 input channels and 49 taps, found 'memref<64x6x7x4xf16>'}}
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1>
      ins(%w : memref<64x6x7x4xf16>) outs(%bytes : memref<28672xi8>)
  return
}
