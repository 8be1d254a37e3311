"""Prints an op of many operands.

operands.py front COUNT: a sum of COUNT images is what a convolution reads.
operands.py behind COUNT: the result of a convolution, transposed, is added COUNT times.
"""

import sys

kind, count = sys.argv[1], int(sys.argv[2])
image, pixels = "tensor<1x2x2x2xf32>", "affine_map<(n, f, h, w) -> (n, f, h, w)>"
transposed = "affine_map<(n, f, h, w) -> (n, f, w, h)>"
filter = "tensor<2x2x1x1xf32>"


def convolve(input):
    return f"linalg.conv_2d_nchw_fchw ins({input}, %f : {image}, {filter}) outs(%zero : {image}) -> {image}"


names = [f"%x{i}" for i in range(count)]
arguments = names if kind == "front" else ["%x"]
maps = ", ".join([pixels if kind == "front" else transposed] * count + [pixels])
inputs = ", ".join(names if kind == "front" else ["%y"] * count)
print(f"func.func @main({', '.join(f'{name}: {image}' for name in arguments)}, %f: {filter}) -> {image} {{")
print(f"  %zero = arith.constant dense<0.0> : {image}")
if kind == "behind":
    print(f"  %y = {convolve('%x')}")
loops = ", ".join(['"parallel"'] * 4)
print(f"  %sum = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{loops}]}}")
print(f"      ins({inputs} : {', '.join([image] * count)}) outs(%zero : {image}) {{")
print(f"  ^bb0({', '.join(f'%a{i}: f32' for i in range(count))}, %out: f32):")
for i in range(1, count):
    print(f"    %s{i} = arith.addf {f'%s{i - 1}' if i > 1 else '%a0'}, %a{i} : f32")
print(f"    linalg.yield %s{count - 1} : f32\n  }} -> {image}")
if kind == "front":
    print(f"  %y = {convolve('%sum')}")
print(f"  return {'%y' if kind == 'front' else '%sum'} : {image}\n}}")
