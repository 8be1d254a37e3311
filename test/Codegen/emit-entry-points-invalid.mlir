// RUN: convoy-opt %s --convoy-emit-entry-points --verify-diagnostics

func.func private @convoy.result_dims.main(%d: index) -> index {
  return %d : index
}
// expected-error @below {{expected an entry whose workspace is planned}}
func.func @main(%x: memref<?xf32>, %y: memref<?xf32>) attributes {convoy.entry = 1 : i64} {
  return
}
