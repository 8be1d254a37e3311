// RUN: convoy-opt %s --convoy-kernels-to-binary='chip=sm_80 format=ptx' --split-input-file --verify-diagnostics

gpu.module @call {
  // expected-error @below {{expected operations that the GPU path can compile, found 'func.func'}}
  func.func private @helper(f32) -> f32
  gpu.func @call(%x: memref<?xf32>) kernel {
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<?xf32>
    %0 = func.call @helper(%v) : (f32) -> f32
    memref.store %0, %x[%t] : memref<?xf32>
    gpu.return
  }
}

// -----

// expected-error @below {{expected kernels that call nothing outside of their module, found a call of 'helper'}}
gpu.module @external {
  llvm.func @helper(f32) -> f32
  gpu.func @external(%x: memref<?xf32>) kernel {
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<?xf32>
    %0 = llvm.call @helper(%v) : (f32) -> f32
    memref.store %0, %x[%t] : memref<?xf32>
    gpu.return
  }
}

// -----

gpu.module @too_new {
  gpu.func @too_new(%x: memref<?xi32>) kernel {
    %t = gpu.thread_id x
    // expected-error @below {{expected an operation that sm_80 has, found 'nvvm.read.ptx.sreg.clusterid.x'}}
    %0 = nvvm.read.ptx.sreg.clusterid.x : i32
    memref.store %0, %x[%t] : memref<?xi32>
    gpu.return
  }
}
