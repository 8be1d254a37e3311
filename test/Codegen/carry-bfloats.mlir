// RUN: convoy-opt %s --convoy-carry-bfloats --split-input-file | FileCheck %s

// CHECK-LABEL: llvm.func @between_blocks(
// CHECK:       %[[LOW:.*]] = llvm.mlir.constant(-128 : i16) : i16
// CHECK:       %[[X:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> i16
// CHECK:       llvm.cond_br %{{.*}}, ^[[ONE:.*]](%[[X]] : i16), ^[[ONE]](%[[LOW]] : i16)
// CHECK:     ^[[ONE]](%[[Y:.*]]: i16):
// CHECK:       llvm.store %[[Y]], %{{.*}} : i16, !llvm.ptr
llvm.func @between_blocks(%p: !llvm.ptr, %c: i1) {
  %low = llvm.mlir.constant(0xFF80 : bf16) : bf16
  %x = llvm.load %p {alignment = 2 : i64} : !llvm.ptr -> bf16
  llvm.cond_br %c, ^bb1(%x : bf16), ^bb1(%low : bf16)
^bb1(%y: bf16):
  llvm.store %y, %p : bf16, !llvm.ptr
  llvm.return
}

// -----

// The bits are there already.
// CHECK-LABEL: llvm.func @bits(
// CHECK:       %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i16
// CHECK-NOT:   bitcast
// CHECK:       %[[Y:.*]] = llvm.add %[[X]], %[[X]] : i16
// CHECK-NEXT:  llvm.store %[[Y]], %{{.*}} : i16, !llvm.ptr
llvm.func @bits(%p: !llvm.ptr) {
  %x = llvm.load %p : !llvm.ptr -> bf16
  %i = llvm.bitcast %x : bf16 to i16
  %j = llvm.add %i, %i : i16
  %y = llvm.bitcast %j : i16 to bf16
  llvm.store %y, %p : bf16, !llvm.ptr
  llvm.return
}

// -----

// CHECK-LABEL: llvm.func @widened(
// CHECK:       %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i16
// CHECK:       %[[BITS:.*]] = llvm.zext %[[X]] : i16 to i32
// CHECK:       %[[HIGH:.*]] = llvm.shl %[[BITS]], %{{.*}} : i32
// CHECK:       %[[F32:.*]] = llvm.bitcast %[[HIGH]] : i32 to f32
// CHECK:       %[[F64:.*]] = llvm.fpext %[[F32]] : f32 to f64
// CHECK:       llvm.return %[[F64]] : f64
llvm.func @widened(%p: !llvm.ptr) -> f64 {
  %x = llvm.load %p : !llvm.ptr -> bf16
  %y = llvm.fpext %x : bf16 to f64
  llvm.return %y : f64
}

// -----

// CHECK-LABEL: llvm.func @vector(
// CHECK:       %[[HALF:.*]] = llvm.mlir.constant(dense<[16128, -16256]> : vector<2xi16>) : vector<2xi16>
// CHECK:       llvm.store %[[HALF]], %{{.*}} : vector<2xi16>, !llvm.ptr
// CHECK:       %[[BITS:.*]] = llvm.zext %[[HALF]] : vector<2xi16> to vector<2xi32>
// CHECK:       %[[BY:.*]] = llvm.mlir.constant(dense<16> : vector<2xi32>)
// CHECK:       llvm.shl %[[BITS]], %[[BY]]
// CHECK:       llvm.bitcast %{{.*}} : vector<2xi32> to vector<2xf32>
// CHECK-NOT:   fpext
llvm.func @vector(%p: !llvm.ptr) -> vector<2xf32> {
  %x = llvm.mlir.constant(dense<[0.5, -4.0]> : vector<2xbf16>) : vector<2xbf16>
  llvm.store %x, %p : vector<2xbf16>, !llvm.ptr
  %y = llvm.fpext %x : vector<2xbf16> to vector<2xf32>
  llvm.return %y : vector<2xf32>
}

// -----

llvm.func @callee(bf16) -> bf16

// What is called keeps its types.
// CHECK-LABEL: llvm.func @calls(
// CHECK-SAME:    %[[A:.*]]: bf16
// CHECK-NEXT:  %[[CARRIED:.*]] = llvm.bitcast %[[A]] : bf16 to i16
// CHECK:       llvm.store %[[CARRIED]], %{{.*}} : i16, !llvm.ptr
// CHECK:       %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i16
// CHECK:       %[[ARGUMENT:.*]] = llvm.bitcast %[[X]] : i16 to bf16
// CHECK-NEXT:  %[[Y:.*]] = llvm.call @callee(%[[ARGUMENT]]) : (bf16) -> bf16
// CHECK-NEXT:  %[[BITS:.*]] = llvm.bitcast %[[Y]] : bf16 to i16
// CHECK-NEXT:  llvm.store %[[BITS]], %{{.*}} : i16, !llvm.ptr
// CHECK-NEXT:  llvm.return %[[Y]] : bf16
llvm.func @calls(%a: bf16, %p: !llvm.ptr, %q: !llvm.ptr) -> bf16 {
  llvm.store %a, %p : bf16, !llvm.ptr
  %x = llvm.load %q : !llvm.ptr -> bf16
  %y = llvm.call @callee(%x) : (bf16) -> bf16
  llvm.store %y, %p : bf16, !llvm.ptr
  llvm.return %y : bf16
}
