// A kernel that needs more registers than it may have.

// REQUIRES: ptxas
// RUN: convoy-opt %s --convoy-kernels-to-binary='format=cubin gate' --verify-diagnostics
// RUN: convoy-opt %s --convoy-kernels-to-binary='format=cubin' 2>&1 | FileCheck %s

// Without the gate the report says so.
// CHECK: spillBytes = {{[1-9][0-9]*}} : i64
// expected-error @below {{bytes of spills in 'spills'}}
gpu.module @spills {
  gpu.func @spills(%x: memref<256x64xf32>, %y: memref<256x64xf32>) kernel
      attributes {nvvm.maxnreg = 24 : i32} {
    %c0 = arith.constant 0 : index
    %t = gpu.thread_id x
    %0 = vector.load %x[%t, %c0] : memref<256x64xf32>, vector<64xf32>
    gpu.barrier
    %1 = arith.mulf %0, %0 : vector<64xf32>
    vector.store %1, %y[%t, %c0] : memref<256x64xf32>, vector<64xf32>
    gpu.return
  }
}
