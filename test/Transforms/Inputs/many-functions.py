#!/usr/bin/env python3
"""Writes a module of many functions: many-functions.py COUNT

Functions of even number hold a convolution with a scale that folds into a
constant filter too large for `dense`, those of odd number one whose scale is
behind an activation that it cannot cross.
"""

import random
import struct
import sys

MAPS = """\
#image = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
"""

FUNCTION = """\
func.func @f{number}(%x: tensor<1x8x4x4xf32>) -> tensor<1x{channels}x4x4xf32> {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x{channels}x4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x{channels}x4x4xf32>)
    -> tensor<1x{channels}x4x4xf32>
  %filter = arith.constant dense<"0x{filter}"> : tensor<{channels}x8x1x1xf32>
  %scale = arith.constant dense<"0x{scale}"> : tensor<{channels}xf32>
  %y = linalg.conv_2d_nchw_fchw
    ins(%x, %filter : tensor<1x8x4x4xf32>, tensor<{channels}x8x1x1xf32>)
    outs(%init : tensor<1x{channels}x4x4xf32>) -> tensor<1x{channels}x4x4xf32>
{activation}  %r = linalg.generic {{indexing_maps = [#image, #channel, #image],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
    ins({value}, %scale : tensor<1x{channels}x4x4xf32>, tensor<{channels}xf32>)
    outs(%empty : tensor<1x{channels}x4x4xf32>) {{
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  }} -> tensor<1x{channels}x4x4xf32>
  return %r : tensor<1x{channels}x4x4xf32>
}}
"""

ACTIVATION = """\
  %t = math.tanh %y : tensor<1x{channels}x4x4xf32>
"""


def hex_of(random_numbers, count):
    values = [random_numbers.uniform(0.5, 2.0) for _ in range(count)]
    return struct.pack(f"<{count}f", *values).hex().upper()


def main():
    channels = 64
    print(MAPS, end="")
    for number in range(int(sys.argv[1])):
        numbers = random.Random(number)
        crosses = number % 2 == 1
        print(FUNCTION.format(
            number=number, channels=channels,
            filter=hex_of(numbers, channels * 8),
            scale=hex_of(numbers, channels),
            activation=ACTIVATION.format(channels=channels) if crosses else "",
            value="%t" if crosses else "%y"), end="")


main()
