// RUN: convoy-opt %s --convoy-verify-lowered --split-input-file --verify-diagnostics

llvm.func @left(%x: f32) -> f32 {
  // expected-error @below {{expected operations that the CPU path can compile, found 'arith.negf'}}
  %0 = arith.negf %x : f32
  llvm.return %0 : f32
}

// -----

// expected-error @below {{expected a program that allocates nothing, found a use of 'malloc'}}
llvm.func @malloc(i64) -> !llvm.ptr

// -----

llvm.mlir.global private constant @first(dense<1.0> : tensor<16384x16384xf32>) : !llvm.array<16384 x array<16384 x f32>>
// expected-error @below {{expected constants of at most 2147483647 bytes in all, found 2147483648 or more}}
llvm.mlir.global private constant @second(dense<1.0> : tensor<16384x16384xf32>) : !llvm.array<16384 x array<16384 x f32>>

// -----

// expected-error @below {{expected constants of at most 2147483647 bytes in all, found 18446744073709551615 or more}}
llvm.mlir.global private constant @beyond_64_bits(dense<1.0> : tensor<4294967296x4294967296xf32>) : !llvm.array<4294967296 x array<4294967296 x f32>>
