// Functions are analyzed at the same time and folded in order: remarks and the
// names of constants do not depend on threads.
// RUN: %python %S/Inputs/many-functions.py 40 > %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.threads.mlir 2> %t.threads.txt
// RUN: convoy-opt %t.mlir --convoy-fold-affine --remark-policy=all --remarks-filter=convoy --mlir-disable-threading -o %t.one.mlir 2> %t.one.txt
// RUN: diff %t.threads.mlir %t.one.mlir
// RUN: diff %t.threads.txt %t.one.txt
// RUN: FileCheck %s --input-file %t.threads.txt
// RUN: FileCheck %s --input-file %t.threads.mlir --check-prefix=FOLDED

// CHECK: [Passed] fold-affine {{.*}} Function=f0 |
// CHECK: [Missed] nonlinear-step {{.*}} Function=f1 |
// CHECK: [Passed] fold-affine {{.*}} Function=f2 |
// CHECK: [Missed] nonlinear-step {{.*}} Function=f39 |

// FOLDED-LABEL: func.func @f0(
// FOLDED: dense_resource<convoy_folded>
// FOLDED-NOT: arith.mulf
// FOLDED-LABEL: func.func @f1(
// FOLDED: math.tanh
// FOLDED-LABEL: func.func @f2(
// FOLDED: dense_resource<convoy_folded_1>
