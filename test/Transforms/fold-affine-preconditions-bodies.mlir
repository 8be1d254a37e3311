// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// Homogeneity.cpp: inner.getNumRegions() != 0
func.func @activation_with_unread_region(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %z0 = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] crosses-activation}}
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %pos = arith.cmpf ogt, %a, %z0 : f32
    %v = scf.if %pos -> f32 {
      scf.yield %a : f32
    } else {
      scf.yield %z0 : f32
    }
    %m = arith.maximumf %a, %z0 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: budget == 0
func.func @extract_long(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %j0 = arith.addi %i, %zero : index
    %j1 = arith.addi %j0, %zero : index
    %j2 = arith.addi %j1, %zero : index
    %j3 = arith.addi %j2, %zero : index
    %j4 = arith.addi %j3, %zero : index
    %j5 = arith.addi %j4, %zero : index
    %j6 = arith.addi %j5, %zero : index
    %j7 = arith.addi %j6, %zero : index
    %j8 = arith.addi %j7, %zero : index
    %j9 = arith.addi %j8, %zero : index
    %j10 = arith.addi %j9, %zero : index
    %j11 = arith.addi %j10, %zero : index
    %j12 = arith.addi %j11, %zero : index
    %j13 = arith.addi %j12, %zero : index
    %j14 = arith.addi %j13, %zero : index
    %j15 = arith.addi %j14, %zero : index
    %j16 = arith.addi %j15, %zero : index
    %j17 = arith.addi %j16, %zero : index
    %j18 = arith.addi %j17, %zero : index
    %j19 = arith.addi %j18, %zero : index
    %j20 = arith.addi %j19, %zero : index
    %j21 = arith.addi %j20, %zero : index
    %j22 = arith.addi %j21, %zero : index
    %j23 = arith.addi %j22, %zero : index
    %j24 = arith.addi %j23, %zero : index
    %j25 = arith.addi %j24, %zero : index
    %j26 = arith.addi %j25, %zero : index
    %j27 = arith.addi %j26, %zero : index
    %j28 = arith.addi %j27, %zero : index
    %j29 = arith.addi %j28, %zero : index
    %j30 = arith.addi %j29, %zero : index
    %j31 = arith.addi %j30, %zero : index
    %j32 = arith.addi %j31, %zero : index
    %j33 = arith.addi %j32, %zero : index
    %j34 = arith.addi %j33, %zero : index
    %j35 = arith.addi %j34, %zero : index
    %j36 = arith.addi %j35, %zero : index
    %j37 = arith.addi %j36, %zero : index
    %j38 = arith.addi %j37, %zero : index
    %j39 = arith.addi %j38, %zero : index
    %j40 = arith.addi %j39, %zero : index
    %j41 = arith.addi %j40, %zero : index
    %j42 = arith.addi %j41, %zero : index
    %j43 = arith.addi %j42, %zero : index
    %j44 = arith.addi %j43, %zero : index
    %j45 = arith.addi %j44, %zero : index
    %j46 = arith.addi %j45, %zero : index
    %j47 = arith.addi %j46, %zero : index
    %j48 = arith.addi %j47, %zero : index
    %j49 = arith.addi %j48, %zero : index
    %j50 = arith.addi %j49, %zero : index
    %j51 = arith.addi %j50, %zero : index
    %j52 = arith.addi %j51, %zero : index
    %j53 = arith.addi %j52, %zero : index
    %j54 = arith.addi %j53, %zero : index
    %j55 = arith.addi %j54, %zero : index
    %j56 = arith.addi %j55, %zero : index
    %j57 = arith.addi %j56, %zero : index
    %j58 = arith.addi %j57, %zero : index
    %j59 = arith.addi %j58, %zero : index
    %j60 = arith.addi %j59, %zero : index
    %j61 = arith.addi %j60, %zero : index
    %j62 = arith.addi %j61, %zero : index
    %j63 = arith.addi %j62, %zero : index
    %j64 = arith.addi %j63, %zero : index
    %j65 = arith.addi %j64, %zero : index
    %j66 = arith.addi %j65, %zero : index
    %j67 = arith.addi %j66, %zero : index
    %j68 = arith.addi %j67, %zero : index
    %j69 = arith.addi %j68, %zero : index
    %p = tensor.extract %s[%j69] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: !op
func.func @extract_block_argument(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>, %at: index) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %p = tensor.extract %s[%at] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: !isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op)
// SymbolicElement.cpp: !indices.back()
func.func @extract_divided(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 2 : index
    %j = arith.divui %i, %k : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: !lhs
func.func @extract_divided_left(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 2 : index
    %j0 = arith.divui %i, %k : index
    %j = arith.addi %j0, %i : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: !rhs
func.func @extract_divided_right(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 2 : index
    %j0 = arith.divui %i, %k : index
    %j = arith.addi %i, %j0 : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: !constant
func.func @extract_square(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %j = arith.muli %i, %i : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// SymbolicElement.cpp: std::abs(constant.getValue()) >= kMaxIndexConstant
func.func @extract_big_const_product(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 1073741824 : index
    %k4 = arith.constant 4 : index
    %kk = arith.muli %k, %k4 : index
    %j0 = arith.muli %i, %kk : index
    %j = arith.subi %j0, %j0 : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
