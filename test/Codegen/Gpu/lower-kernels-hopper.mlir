// RUN: convoy-opt %s --convoy-kernels-to-binary='chip=sm_90a format=ptx' | FileCheck %s

// What the chip alone has keeps its PTX to the chip.
// CHECK: gpu.binary @main_registers
// CHECK-SAME: chip = "sm_90a"
// CHECK-SAME: .target sm_90a\0A
gpu.module @main_registers {
  gpu.func @main_registers(%y: memref<?xf32>) kernel {
    nvvm.setmaxregister decrease 40
    gpu.return
  }
}
