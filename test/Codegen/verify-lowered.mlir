// RUN: convoy-opt %s --convoy-verify-lowered | FileCheck %s

// CHECK: llvm.func @expf(f32) -> f32
llvm.func @expf(f32) -> f32
llvm.func @f(%x: f32) -> f32 {
  %0 = llvm.call @expf(%x) : (f32) -> f32
  llvm.return %0 : f32
}
