// RUN: convoy-opt %s --convoy-kernels-to-binary='chip=sm_90a format=ptx' | FileCheck %s
// RUN: convoy-opt %s --convoy-kernels-to-binary='chip=sm_80 format=ptx' | FileCheck %s --check-prefix=SM80
// RUN: convoy-opt %s --convoy-kernels-to-binary='format=ptx' -o %t.1
// RUN: convoy-opt %s --convoy-kernels-to-binary='format=ptx' --mlir-disable-threading -o %t.2
// RUN: cmp %t.1 %t.2

// One module each, under its name. PTX is for later GPUs too.
// CHECK: gpu.binary @main_exp
// CHECK-SAME: #nvvm.target<O = 3, chip = "sm_90", features = "+ptx86">
// CHECK-SAME: properties = {key = "{{[0-9a-f]*}}", ptxKey = "{{[0-9a-f]*}}"}
// CHECK-SAME: assembly = "{{.*}}.target sm_90\0A
// CHECK-SAME: .visible .entry main_exp(
// No call of a library.
// CHECK-NOT: .extern
// CHECK-SAME: ret;
// SM80: gpu.binary @main_exp
// SM80-SAME: chip = "sm_80", features = "+ptx78"
gpu.module @main_exp {
  gpu.func @main_exp(%x: memref<?xf32>, %y: memref<?xf32>) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<?xf32>
    %0 = math.exp %v : f32
    memref.store %0, %y[%t] : memref<?xf32>
    gpu.return
  }
}

// 16-bit floats are computed in f32.
// CHECK: gpu.binary @main_tanh
// CHECK-NOT: .extern
gpu.module @main_tanh {
  gpu.func @main_tanh(%x: memref<?xbf16>, %y: memref<?xf16>) kernel {
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<?xbf16>
    %0 = math.tanh %v : bf16
    %1 = arith.extf %0 : bf16 to f32
    %2 = arith.truncf %1 : f32 to f16
    memref.store %2, %y[%t] : memref<?xf16>
    gpu.return
  }
}


// Neither do maxima call one.
// CHECK: gpu.binary @main_maxnum
// CHECK-NOT: .extern
gpu.module @main_maxnum {
  gpu.func @main_maxnum(%x: memref<?xf16>, %y: memref<?xf32>) kernel {
    %t = gpu.thread_id x
    %0 = memref.load %x[%t] : memref<?xf16>
    %1 = memref.load %y[%t] : memref<?xf32>
    %2 = arith.maxnumf %0, %0 : f16
    %3 = arith.minnumf %1, %1 : f32
    %4 = arith.maximumf %3, %1 : f32
    memref.store %2, %x[%t] : memref<?xf16>
    memref.store %4, %y[%t] : memref<?xf32>
    gpu.return
  }
}
