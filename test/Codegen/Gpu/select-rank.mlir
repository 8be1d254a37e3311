// RUN: convoy-opt %s --convoy-select-schedule="rank=1" | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule="rank=1000" | FileCheck %s --check-prefix=LAST
// RUN: convoy-opt %s --convoy-select-schedule="list=true" --remark-policy=all --remarks-filter=convoy -o /dev/null 2>&1 | FileCheck %s --check-prefix=LIST

// The schedule behind the fastest, and the last there is: by the model nothing is
// slower than the direct kernel here. A list has them all, that one at its end.

// LIST: schedule {{.*}}Limit="{{.+}}", PredictedMilliseconds=0.0{{.*}}#convoy.{{stream|window}}_wgmma
// LIST-COUNT-5: schedule {{.*}}Limit=
// LIST: schedule {{.*}}Limit={{.*}}#convoy.direct
// LIST-NOT: Limit=

// CHECK-LABEL: func @second
// CHECK-NOT: #convoy.direct
// CHECK: #convoy.
// LAST: #convoy.direct
func.func @second(%x: tensor<64x256x14x14xf16>, %w: tensor<256x256x3x3xf16>, %y: tensor<64x256x14x14xf16>) -> tensor<64x256x14x14xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x256x14x14xf16>, tensor<256x256x3x3xf16>)
      outs(%y : tensor<64x256x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x256x14x14xf16>
  return %0 : tensor<64x256x14x14xf16>
}
