//===- ConvoyOps.td - The convoy dialect ------------------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVOYOPS_TD
#define CONVOY_DIALECT_CONVOYOPS_TD

include "Convoy/Dialect/ConvoyBase.td"
include "Convoy/Dialect/PackFilter.td"
include "Convoy/Dialect/PatchWgmma.td"
include "Convoy/Dialect/PointwiseWgmma.td"
include "Convoy/Dialect/Schedule.td"
include "Convoy/Dialect/StreamWgmma.td"
include "Convoy/Dialect/WindowWgmma.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Convoy_LayoutAttr : AttrDef<Convoy_Dialect, "Layout"> {
  let mnemonic = "layout";
  let summary = "Order of the dimensions of a convolution's operands";
  let description = [{
    Names each dimension of the input, the filter and the output, outermost
    first, by one letter:

    | letter    | dimension                       | stands in             |
    |-----------|---------------------------------|-----------------------|
    | `n`       | batch                           | input, output         |
    | `g`       | group                           | input, filter, output |
    | `c`       | input channel                   | input, filter         |
    | `f`       | output channel                  | filter, output        |
    | `d` `h` `w` | depth, height, width          | input, filter, output |

    There are one to three image dimensions: `w`, `h` and `w`, or all three,
    the same in all operands and in any order. A letter other than these may
    be absent; its size is then 1. Where `g` is absent from an operand of a
    grouped convolution, the groups are merged into its channel dimension,
    group-major: `c` of the input then counts groups times channels, `f` of
    the filter or output counts groups times filters. `c` of the filter always
    counts the channels of one group.

    Examples: `<nchw, fchw -> nfhw>` (PyTorch, also grouped),
    `<nhwc, hwcf -> nhwf>` (JAX, TensorFlow), `<ngchw, gfchw -> ngfhw>`
    (linalg's grouped form), `<nhwg, hwg -> nhwg>` (depthwise),
    `<nhwg, hwgf -> nhwgf>` (depthwise with a multiplier).
  }];
  let parameters = (ins StringRefParameter<"input">:$input,
                        StringRefParameter<"filter">:$filter,
                        StringRefParameter<"output">:$output);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// One, two or three.
    unsigned getNumImageDims() const;

    /// The letters of the image dimensions in the order in which strides,
    /// dilations and padding list them: "w", "hw" or "dhw".
    ::llvm::StringRef getImageDims() const;
  }];
}

def Convoy_MathMode : I32EnumAttr<"MathMode", "Accuracy of the products", [
    I32EnumAttrCase<"Strict", 0, "strict">,
    I32EnumAttrCase<"TF32", 1, "tf32">]> {
  let cppNamespace = "::mlir::convoy";
  let genSpecializedAttr = 0;
}

def Convoy_MathModeAttr : EnumAttr<Convoy_Dialect, Convoy_MathMode, "math"> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

def Convoy_Parameter : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef, AnyFloat],
                                 "ranked tensor, strided memref or float">;

def Convoy_ConvOp : Op<Convoy_Dialect, "conv", [
    AttrSizedOperandSegments, IsolatedFromAbove, DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>]> {
  let summary = "Convolution with bias, scale, residual and epilogue";
  let description = [{
    Computes, for batch `n`, group `g`, output channel `f` and, written for
    two image dimensions, output pixel `(y, x)`:

    ```
    scale, bias, values = prologue(parameters[g*F + f])
    sum  = Σ over c, i, j of  input[n, g, c, y*strides[0] + i*dilations[0] - pad_low[0],
                                             x*strides[1] + j*dilations[1] - pad_low[1]]
                            * filter[g, f, c, i, j]
    init[n, g, f, y, x] = epilogue(scale[g*F + f] * sum + bias[g*F + f],
                                   residual[n, g, f, y, x], values)
    ```

    where an input element outside of the image is zero, and `F` is the number
    of output channels of one group. `layout` tells in which order the
    dimensions of input, filter and output (`init`, `residual`, the result)
    stand in memory. The old contents of `init` are not read.

    * **Types.** Input and filter have the same element type: f16, bf16, f32
      or f64. Products are summed in the *accumulator type*: f64 for f64, f32
      for all others. `scale` has the accumulator type. `bias` has the
      accumulator type or a narrower float type, and is widened first. The
      residual and the result may have any of the four element types.
    * **Bias and scale** are vectors with one element for each output channel
      of all groups, group-major. An absent scale is one, an absent bias zero.
    * **Prologue.** A region of side-effect-free scalar operations that
      computes what depends on the output channel alone. Its arguments are the
      elements of `parameters`, in their own types: vectors like bias and scale
      are read at the channel; tensors of rank zero and scalars are the same
      for all channels. It ends with `convoy.yield_channel`, which yields the
      scale, the bias, or both, where there is no such operand, and any number
      of `values` for the epilogue. Yielded scales and biases may be of any of
      the four float types and are converted to the accumulator type, rounding
      to nearest even; arithmetic in f64 is usual. How often the prologue runs
      for a channel is left open.
    * **Image.** Strides, dilations and padding list the image dimensions in
      the order depth, height, width, whatever the layout. The output has
      `floor((input + pad_low + pad_high - ((filter-1)*dilation + 1)) /
      stride) + 1` elements along each. Padding is zeros; negative padding
      crops.
    * **Math.** `strict`: each product of f32 elements is as accurate as an
      f32 multiplication. `tf32` allows products of f32 elements rounded to
      tf32 (10 bits of mantissa); it does not change other types.
    * **Epilogue.** A region of side-effect-free scalar operations on the
      scaled and biased sum (accumulator type), if there is a residual on its
      element (residual's element type), and on the prologue's values (as they
      are yielded), in this order; it yields the result's element.
      An absent epilogue converts the sum to the result's element type,
      rounding to nearest even; with a residual or values of the prologue
      there must be an epilogue.

    * **Schedule.** How the op is computed on a GPU; it changes nothing of what
      is computed. A schedule that breaks a limit of its chip makes the op
      invalid.
    * **Filter image.** The same weights as `filter` once more, laid out by
      `convoy.pack_filter` for a kernel that streams them; a vector of bytes.
      Computing without it, from `filter` alone, is always right.

    The op computes on tensors, where it returns the result, or on memrefs,
    where it writes to `init`, which must not overlap the other operands; only
    the residual may be the same buffer as `init`.

    Example: a 3x3 convolution with padding 1, bias, residual and ReLU.

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw>
        ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
        bias(%b : tensor<64xf32>) residual(%r : tensor<2x64x20x22xf32>)
        outs(%init : tensor<2x64x20x22xf32>)
        strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
        epilogue {
        ^bb0(%acc: f32, %res: f32):
          %zero = arith.constant 0.0 : f32
          %sum = arith.addf %acc, %res : f32
          %relu = arith.maximumf %sum, %zero : f32
          convoy.yield %relu : f32
        } -> tensor<2x64x20x22xf32>
    ```

    Example: a scale `gamma / sqrt(var + eps)` of parameters that are known at
    run time.

    ```mlir
    %y = convoy.conv <nchw, fchw -> nfhw>
        ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
        bias(%b : tensor<64xf32>)
        parameters(%gamma, %var, %eps : tensor<64xf32>, tensor<64xf32>, f32)
        outs(%init : tensor<2x64x18x20xf32>)
        strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
        prologue {
        ^bb0(%g: f32, %v: f32, %e: f32):
          %0 = arith.addf %v, %e : f32
          %1 = math.rsqrt %0 : f32
          %2 = arith.mulf %g, %1 : f32
          convoy.yield_channel scale(%2 : f32)
        } -> tensor<2x64x18x20xf32>
    ```
  }];

  let arguments = (ins Convoy_Operand:$input,
                       Convoy_Operand:$filter,
                       Optional<Convoy_Operand>:$bias,
                       Optional<Convoy_Operand>:$scale,
                       Optional<Convoy_Operand>:$residual,
                       Variadic<Convoy_Parameter>:$parameters,
                       Optional<Convoy_Operand>:$filterImage,
                       Convoy_Operand:$init,
                       Convoy_LayoutAttr:$layout,
                       DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations,
                       DenseI64ArrayAttr:$padLow,
                       DenseI64ArrayAttr:$padHigh,
                       DefaultValuedAttr<I64Attr, "1">:$groups,
                       DefaultValuedAttr<Convoy_MathModeAttr,
                         "::mlir::convoy::MathMode::Strict">:$math,
                       OptionalAttr<Convoy_ScheduleAttr>:$schedule);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region MaxSizedRegion<1>:$prologue,
                        MaxSizedRegion<1>:$epilogue);

  let assemblyFormat = [{
    $layout `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    (`parameters` `(` $parameters^ `:` type($parameters) `)`)?
    (`filter_image` `(` $filterImage^ `:` type($filterImage) `)`)?
    `outs` `(` $init `:` type($init) `)`
    `strides` `=` $strides `dilations` `=` $dilations
    `pad` `=` $padLow `to` $padHigh
    (`groups` `=` $groups^)?
    (`math` `=` $math^)?
    (`schedule` `=` $schedule^)?
    attr-dict
    (`prologue` $prologue^)?
    (`epilogue` $epilogue^)?
    (`->` type($result)^)?
  }];

  let builders = [
    // Without parameters, filter image, prologue and epilogue; `init` decides
    // the result type. Null operands are absent.
    OpBuilder<(ins "::mlir::Value":$input, "::mlir::Value":$filter,
                   "::mlir::Value":$bias, "::mlir::Value":$scale,
                   "::mlir::Value":$residual, "::mlir::Value":$init,
                   "::mlir::convoy::LayoutAttr":$layout,
                   "::llvm::ArrayRef<int64_t>":$strides,
                   "::llvm::ArrayRef<int64_t>":$dilations,
                   "::llvm::ArrayRef<int64_t>":$padLow,
                   "::llvm::ArrayRef<int64_t>":$padHigh,
                   "int64_t":$groups,
                   CArg<"::mlir::convoy::MathMode",
                        "::mlir::convoy::MathMode::Strict">:$math)>
  ];

  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getInitMutable());
    }

    /// f64 for f64 operands, else f32.
    ::mlir::Type getAccumulatorType();

    /// True if the op computes on tensors.
    bool hasTensorSemantics();

    /// The element that the epilogue yields; null without an epilogue.
    ::mlir::Value getYieldedValue();

    /// What the prologue ends with; null without a prologue.
    ::mlir::convoy::YieldChannelOp getYieldChannel();

    /// True if there is a scale or a bias, be it an operand or computed by the
    /// prologue.
    bool hasScale();
    bool hasBias();

    /// Adds the prologue's block with its arguments, the elements of the
    /// parameters. The op must have no prologue yet; the caller fills the block
    /// and ends it with convoy.yield_channel.
    ::mlir::Block *addPrologueBlock(::mlir::OpBuilder &builder);

    /// Adds the epilogue's block with its arguments: the sum, if there is a
    /// residual its element, and the values that the prologue yields for the
    /// epilogue. The op must have no epilogue yet, and a complete prologue if
    /// any; the caller fills the block and ends it with convoy.yield.
    ::mlir::Block *addEpilogueBlock(::mlir::OpBuilder &builder);
  }];

  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Convoy_YieldOp : Op<Convoy_Dialect, "yield", [
    Pure, ReturnLike, Terminator, HasParent<"ConvOp">]> {
  let summary = "Result element of an epilogue";
  let description = [{
    Ends the epilogue of a `convoy.conv` with the element to be stored.
  }];
  let arguments = (ins AnyFloat:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Convoy_YieldChannelOp : Op<Convoy_Dialect, "yield_channel", [
    AttrSizedOperandSegments, Pure, ReturnLike, Terminator,
    HasParent<"ConvOp">]> {
  let summary = "Scale, bias and other values of one output channel";
  let description = [{
    Ends the prologue of a `convoy.conv` with the scale and the bias of one
    output channel, and with values that become arguments of the epilogue, in
    this order. Each may be absent, but not all.

    ```mlir
    convoy.yield_channel scale(%s : f32) bias(%b : f64) epilogue(%slope : f32)
    ```
  }];
  let arguments = (ins Optional<AnyFloat>:$scale, Optional<AnyFloat>:$bias,
                       Variadic<AnyFloat>:$values);
  let assemblyFormat = [{
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`epilogue` `(` $values^ `:` type($values) `)`)? attr-dict
  }];
}

#endif // CONVOY_DIALECT_CONVOYOPS_TD
