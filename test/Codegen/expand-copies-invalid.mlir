// RUN: convoy-opt %s --convoy-expand-copies --verify-diagnostics

func.func @unranked(%a: memref<*xf32>, %b: memref<*xf32>) {
  // expected-error @below {{expected a copy between ranked memrefs}}
  memref.copy %a, %b : memref<*xf32> to memref<*xf32>
  return
}
