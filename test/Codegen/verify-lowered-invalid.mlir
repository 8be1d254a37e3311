// RUN: convoy-opt %s --convoy-verify-lowered --split-input-file --verify-diagnostics

llvm.func @left(%x: f32) -> f32 {
  // expected-error @below {{expected operations that the CPU path can compile, found 'arith.negf'}}
  %0 = arith.negf %x : f32
  llvm.return %0 : f32
}

// -----

// expected-error @below {{expected a program that allocates nothing, found a use of 'malloc'}}
llvm.func @malloc(i64) -> !llvm.ptr
