// RUN: convoy-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// The op writes into init, which is not read: no copy, no second buffer.

// CHECK-LABEL: func @into_init
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1x3x8x8xf32>, %[[W:[a-z0-9]+]]: memref<4x3x1x1xf32>, %[[B:[a-z0-9]+]]: memref<4xf32>
// CHECK-NOT: memref.copy
// CHECK: %[[Y:.*]] = memref.alloc() {{.*}} : memref<1x4x8x8xf32>
// CHECK-NOT: memref.alloc
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]], %[[W]] : memref<1x3x8x8xf32>, memref<4x3x1x1xf32>)
// CHECK-SAME: bias(%[[B]] : memref<4xf32>)
// CHECK-SAME: outs(%[[Y]] : memref<1x4x8x8xf32>)
// CHECK-SAME: strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32> epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: %[[NEG:.*]] = arith.negf %[[ACC]]
// CHECK-NEXT: convoy.yield %[[NEG]] : f32
// CHECK-NEXT: }
// CHECK-NEXT: return %[[Y]]
func.func @into_init(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x1x1xf32>, %b: tensor<4xf32>) -> tensor<1x4x8x8xf32> {
  %init = tensor.empty() : tensor<1x4x8x8xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>)
      bias(%b : tensor<4xf32>) outs(%init : tensor<1x4x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      epilogue {
      ^bb0(%acc: f32):
        %neg = arith.negf %acc : f32
        convoy.yield %neg : f32
      } -> tensor<1x4x8x8xf32>
  return %y : tensor<1x4x8x8xf32>
}

// The residual may be the buffer of init: each element is read before it is
// written.

// CHECK-LABEL: func @residual_in_place
// CHECK-SAME: %{{.*}}: memref<1x3x8x8xf32>, %{{.*}}: memref<3x3x1x1xf32>, %[[R:[a-z0-9]+]]: memref<1x3x8x8xf32>
// CHECK-NOT: memref.alloc
// CHECK: convoy.conv
// CHECK-SAME: residual(%[[R]] : memref<1x3x8x8xf32>) outs(%[[R]] : memref<1x3x8x8xf32>)
func.func @residual_in_place(%x: tensor<1x3x8x8xf32>, %w: tensor<3x3x1x1xf32>,
                             %r: tensor<1x3x8x8xf32> {bufferization.writable = true}) -> tensor<1x3x8x8xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x8x8xf32>, tensor<3x3x1x1xf32>)
      residual(%r : tensor<1x3x8x8xf32>) outs(%r : tensor<1x3x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        %sum = arith.addf %acc, %res : f32
        convoy.yield %sum : f32
      } -> tensor<1x3x8x8xf32>
  return %y : tensor<1x3x8x8xf32>
}

// The input may not: a window reads elements that another wrote.

// CHECK-LABEL: func @input_is_not_init
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1x3x8x8xf32>
// CHECK: %[[Y:.*]] = memref.alloc()
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]],
// CHECK-SAME: residual(%[[X]] : memref<1x3x8x8xf32>) outs(%[[Y]] : memref<1x3x8x8xf32>)
func.func @input_is_not_init(%x: tensor<1x3x8x8xf32> {bufferization.writable = true},
                             %w: tensor<3x3x1x1xf32>) -> tensor<1x3x8x8xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x8x8xf32>, tensor<3x3x1x1xf32>)
      residual(%x : tensor<1x3x8x8xf32>) outs(%x : tensor<1x3x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: f32):
        %sum = arith.addf %acc, %res : f32
        convoy.yield %sum : f32
      } -> tensor<1x3x8x8xf32>
  return %y : tensor<1x3x8x8xf32>
}

// Parameters are read only, scalars stay scalars, and both regions come along.

// CHECK-LABEL: func @parameters
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1x3x8x8xf32>, %{{.*}}: memref<4x3x1x1xf32>, %[[P:[a-z0-9]+]]: memref<4xf32>, %[[S:[a-z0-9]+]]: f32
// CHECK-NOT: memref.copy
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[P]], %[[S]] : memref<4xf32>, f32)
// CHECK-SAME: prologue {
// CHECK: convoy.yield_channel scale(%{{.*}} : f32) epilogue(%{{.*}} : f32)
// CHECK: } epilogue {
// CHECK: convoy.yield
func.func @parameters(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x1x1xf32>, %p: tensor<4xf32> {bufferization.writable = true},
                      %s: f32) -> (tensor<1x4x8x8xf32>, tensor<4xf32>) {
  %init = tensor.empty() : tensor<1x4x8x8xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>)
      parameters(%p, %s : tensor<4xf32>, f32) outs(%init : tensor<1x4x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32, %b: f32):
        %sum = arith.addf %a, %b : f32
        convoy.yield_channel scale(%sum : f32) epilogue(%b : f32)
      } epilogue {
      ^bb0(%acc: f32, %limit: f32):
        %min = arith.minimumf %acc, %limit : f32
        convoy.yield %min : f32
      } -> tensor<1x4x8x8xf32>
  return %y, %p : tensor<1x4x8x8xf32>, tensor<4xf32>
}
