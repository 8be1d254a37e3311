// RUN: convoy-opt %s | convoy-opt | FileCheck %s
// RUN: convoy-opt %s --mlir-print-op-generic | convoy-opt | FileCheck %s

// CHECK-LABEL: func @plain
// CHECK: convoy.conv <nchw, fchw -> nfhw>
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<2x64x18x20xf32>)
// CHECK-SAME: strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x64x18x20xf32>
func.func @plain(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>,
                 %init: tensor<2x64x18x20xf32>) -> tensor<2x64x18x20xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw>
      ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%init : tensor<2x64x18x20xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      -> tensor<2x64x18x20xf32>
  return %y : tensor<2x64x18x20xf32>
}

// CHECK-LABEL: func @everything
// CHECK: convoy.conv <nhwc, hwcf -> nfhw>
// CHECK-SAME: bias(%{{.*}} : tensor<6xf16>) scale(%{{.*}} : tensor<6xf32>)
// CHECK-SAME: residual(%{{.*}} : tensor<?x6x5x7xbf16>)
// CHECK-SAME: strides = [2, 1] dilations = [1, 2] pad = [1, 0] to [0, -1] groups = 2 math = <tf32> epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[RES:.*]]: bf16):
// CHECK: convoy.yield %{{.*}} : f16
// CHECK-NEXT: } -> tensor<?x6x5x7xf16>
func.func @everything(%x: tensor<?x9x12x4xf16>, %w: tensor<1x3x2x6xf16>,
                      %b: tensor<6xf16>, %s: tensor<6xf32>,
                      %r: tensor<?x6x5x7xbf16>,
                      %init: tensor<?x6x5x7xf16>) -> tensor<?x6x5x7xf16> {
  %y = convoy.conv <nhwc, hwcf -> nfhw>
      ins(%x, %w : tensor<?x9x12x4xf16>, tensor<1x3x2x6xf16>)
      bias(%b : tensor<6xf16>) scale(%s : tensor<6xf32>)
      residual(%r : tensor<?x6x5x7xbf16>)
      outs(%init : tensor<?x6x5x7xf16>)
      strides = [2, 1] dilations = [1, 2] pad = [1, 0] to [0, -1]
      groups = 2 math = <tf32>
      epilogue {
      ^bb0(%acc: f32, %res: bf16):
        %zero = arith.constant 0.0 : f32
        %wide = arith.extf %res : bf16 to f32
        %sum = arith.addf %acc, %wide : f32
        %relu = arith.maximumf %sum, %zero : f32
        %half = arith.truncf %relu : f32 to f16
        convoy.yield %half : f16
      } -> tensor<?x6x5x7xf16>
  return %y : tensor<?x6x5x7xf16>
}

// Layouts: linalg's grouped form, depthwise without and with a multiplier, one
// and three image dimensions, no batch and no channels.

// CHECK-LABEL: func @layouts
func.func @layouts(
    %gx: tensor<2x2x3x9x9xf32>, %gw: tensor<2x4x3x3x3xf32>, %gy: tensor<2x2x4x7x7xf32>,
    %dx: tensor<2x9x9x5xf32>, %dw: tensor<3x3x5xf32>, %dy: tensor<2x7x7x5xf32>,
    %mw: tensor<3x3x5x2xf32>, %my: tensor<2x7x7x5x2xf32>,
    %ix: tensor<9xf64>, %iw: tensor<3xf64>, %iy: tensor<7xf64>,
    %vx: tensor<1x4x4x4x3xbf16>, %vw: tensor<2x2x2x3x8xbf16>, %vy: tensor<1x3x3x3x8xf32>) {
  // CHECK: <ngchw, gfchw -> ngfhw>
  // CHECK-SAME: groups = 2
  %0 = convoy.conv <ngchw, gfchw -> ngfhw> ins(%gx, %gw : tensor<2x2x3x9x9xf32>, tensor<2x4x3x3x3xf32>)
      outs(%gy : tensor<2x2x4x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      groups = 2 -> tensor<2x2x4x7x7xf32>
  // CHECK: <nhwg, hwg -> nhwg>
  %1 = convoy.conv <nhwg, hwg -> nhwg> ins(%dx, %dw : tensor<2x9x9x5xf32>, tensor<3x3x5xf32>)
      outs(%dy : tensor<2x7x7x5xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      groups = 5 -> tensor<2x7x7x5xf32>
  // CHECK: <nhwc, hwgf -> nhwgf>
  %2 = convoy.conv <nhwc, hwgf -> nhwgf> ins(%dx, %mw : tensor<2x9x9x5xf32>, tensor<3x3x5x2xf32>)
      outs(%my : tensor<2x7x7x5x2xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      groups = 5 -> tensor<2x7x7x5x2xf32>
  // CHECK: <w, w -> w>
  %3 = convoy.conv <w, w -> w> ins(%ix, %iw : tensor<9xf64>, tensor<3xf64>)
      outs(%iy : tensor<7xf64>) strides = [1] dilations = [1] pad = [0] to [0] -> tensor<7xf64>
  // CHECK: <ndhwc, dhwcf -> ndhwf>
  %4 = convoy.conv <ndhwc, dhwcf -> ndhwf> ins(%vx, %vw : tensor<1x4x4x4x3xbf16>, tensor<2x2x2x3x8xbf16>)
      outs(%vy : tensor<1x3x3x3x8xf32>) strides = [1, 1, 1] dilations = [1, 1, 1] pad = [0, 0, 0] to [0, 0, 0]
      -> tensor<1x3x3x3x8xf32>
  return
}

// A prologue computes scale and bias from vectors, a tensor of rank zero and a
// scalar; its third value is the epilogue's.

// CHECK-LABEL: func @prologue
// CHECK: convoy.conv <nchw, fchw -> nfhw>
// CHECK-SAME: residual(%{{[a-z0-9]+}} : tensor<2x4x7x9xf16>)
// CHECK-SAME: parameters(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xf16>, tensor<?xbf16>, tensor<f32>, f64)
// CHECK-SAME: pad = [0, 0] to [0, 0] prologue {
// CHECK-NEXT: ^bb0(%[[G:.*]]: f16, %[[B:.*]]: bf16, %[[E:.*]]: f32, %[[S:.*]]: f64):
// CHECK: convoy.yield_channel scale(%[[S]] : f64) bias(%[[B]] : bf16) epilogue(%[[G]], %{{.*}} : f16, f32)
// CHECK-NEXT: } epilogue {
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f16, %{{.*}}: f16, %{{.*}}: f32):
// CHECK: } -> tensor<2x4x7x9xf16>
func.func @prologue(%x: tensor<2x8x9x11xf16>, %w: tensor<4x8x3x3xf16>, %r: tensor<2x4x7x9xf16>,
                    %g: tensor<4xf16>, %b: tensor<?xbf16>, %e: tensor<f32>, %s: f64,
                    %o: tensor<2x4x7x9xf16>) -> tensor<2x4x7x9xf16> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf16>, tensor<4x8x3x3xf16>)
      residual(%r : tensor<2x4x7x9xf16>)
      parameters(%g, %b, %e, %s : tensor<4xf16>, tensor<?xbf16>, tensor<f32>, f64)
      outs(%o : tensor<2x4x7x9xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%gamma: f16, %beta: bf16, %eps: f32, %scale: f64):
        %root = math.sqrt %eps : f32
        convoy.yield_channel scale(%scale : f64) bias(%beta : bf16) epilogue(%gamma, %root : f16, f32)
      } epilogue {
      ^bb0(%acc: f32, %res: f16, %slope: f16, %limit: f32):
        %min = arith.minimumf %acc, %limit : f32
        %narrow = arith.truncf %min : f32 to f16
        %scaled = arith.mulf %narrow, %slope : f16
        %sum = arith.addf %scaled, %res : f16
        convoy.yield %sum : f16
      } -> tensor<2x4x7x9xf16>
  return %y : tensor<2x4x7x9xf16>
}

// A bias that the prologue yields beside a scale that is an operand.

// CHECK-LABEL: func @mixed
// CHECK: convoy.conv <nchw, fchw -> nfhw>
// CHECK-SAME: scale(%{{[a-z0-9]+}} : memref<4xf32>) parameters(%{{[a-z0-9]+}} : memref<4xf32, strided<[1], offset: 2>>)
// CHECK: convoy.yield_channel bias(%{{.*}} : f32)
func.func @mixed(%x: memref<2x8x9x11xf32>, %w: memref<4x8x3x3xf32>, %s: memref<4xf32>,
                 %p: memref<4xf32, strided<[1], offset: 2>>, %o: memref<2x4x7x9xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x9x11xf32>, memref<4x8x3x3xf32>)
      scale(%s : memref<4xf32>) parameters(%p : memref<4xf32, strided<[1], offset: 2>>)
      outs(%o : memref<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32):
        %neg = arith.negf %a : f32
        convoy.yield_channel bias(%neg : f32)
      }
  return
}

// CHECK-LABEL: func @buffers
// CHECK: convoy.conv <nchw, fchw -> nfhw>
// CHECK-SAME: outs(%{{.*}} : memref<1x4x8x8xf32, strided<[?, ?, ?, 1], offset: ?>>)
// CHECK-NOT: ->
func.func @buffers(%x: memref<1x3x8x8xf32>, %w: memref<4x3x1x1xf32>,
                   %y: memref<1x4x8x8xf32, strided<[?, ?, ?, 1], offset: ?>>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x3x8x8xf32>, memref<4x3x1x1xf32>)
      outs(%y : memref<1x4x8x8xf32, strided<[?, ?, ?, 1], offset: ?>>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}
