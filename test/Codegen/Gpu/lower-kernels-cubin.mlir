// A cubin with the report of ptxas, and PTX that later GPUs can compile.

// REQUIRES: ptxas
// RUN: convoy-opt %s --convoy-kernels-to-binary='format=cubin gate' | FileCheck %s

// CHECK: gpu.binary @main_copy
// CHECK-SAME: #gpu.object<#nvvm.target<O = 3, chip = "sm_90a"
// CHECK-SAME: ptxasVersion = "13.0
// CHECK-SAME: registers = {{[0-9]+}} : i64, sharedBytes = 0 : i64, spillBytes = 0 : i64
// CHECK-SAME: bin = "\7FELF
// CHECK-SAME: #gpu.object<#nvvm.target<O = 3, chip = "sm_90", {{.*}} assembly = "
gpu.module @main_copy {
  gpu.func @main_copy(%x: memref<?xf32>, %y: memref<?xf32>) kernel {
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<?xf32>
    memref.store %v, %y[%t] : memref<?xf32>
    gpu.return
  }
}
