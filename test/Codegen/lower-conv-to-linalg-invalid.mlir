// RUN: convoy-opt %s --convoy-lower-conv-to-linalg --verify-diagnostics

func.func @buffers(%x: memref<1x3x8x8xf32>, %w: memref<4x3x1x1xf32>, %y: memref<1x4x8x8xf32>) {
  // expected-error @below {{expected tensors, found memrefs: lower convoy.conv to linalg before bufferization}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x3x8x8xf32>, memref<4x3x1x1xf32>)
      outs(%y : memref<1x4x8x8xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}
