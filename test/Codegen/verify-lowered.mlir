// RUN: convoy-opt %s --convoy-verify-lowered | FileCheck %s

// CHECK: llvm.func @expf(f32) -> f32
llvm.func @expf(f32) -> f32
llvm.func @f(%x: f32) -> f32 {
  %0 = llvm.call @expf(%x) : (f32) -> f32
  llvm.return %0 : f32
}

// CHECK-LABEL: llvm.func @foreign_attribute(
// CHECK:       llvm.fpext %{{.*}} : f16 to f32
llvm.func @foreign_attribute(%x: f16) -> f32 {
  %0 = llvm.fpext %x {fastmath = #arith.fastmath<contract>} : f16 to f32
  llvm.return %0 : f32
}

// Compiled kernels lie beside the host code.
// CHECK: gpu.binary @kernel
gpu.binary @kernel [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = "ptx">]
