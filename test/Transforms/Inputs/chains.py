"""Prints a program in which something is long.

chains.py calls COUNT: a convolution's result goes through COUNT calls, one within
the other, to a step.
chains.py users COUNT: what a convolution reads is also what COUNT ops read, and the
unread init of one.
chains.py body COUNT: a step is the first of COUNT ops in one body.
"""

import sys

kind, count = sys.argv[1], int(sys.argv[2])
image, type = "tensor<1x1x2x2xf32>", "tensor<1x2x2x2xf32>"
out = []
add = out.append
if kind == "calls":
    for i in range(count):
        add(f"func.func private @f{i}(%y: {type}, %v: {type}) -> {type} {{")
        if i:
            add(f"  %r = func.call @f{i - 1}(%y, %v) : ({type}, {type}) -> {type}")
        else:
            add("  %k = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>")
            add(f"  %b = linalg.broadcast ins(%k : tensor<2xf32>) outs(%v : {type}) dimensions = [0, 2, 3]")
            add(f"  %r = arith.mulf %y, %b : {type}")
        add(f"  return %r : {type}\n}}")
add(f"func.func @main(%x: {image}) -> {type} {{")
add(f"  %i = arith.constant dense<0.0> : {type}")
add("  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>")
source = "%x"
if kind == "users":
    add(f"  %s = math.exp %x : {image}")
    source = "%s"
add(f"  %y = linalg.conv_2d_nchw_fchw ins({source}, %f : {image}, tensor<2x1x1x1xf32>) outs(%i : {type}) -> {type}")
if kind == "calls":
    add(f"  %r = func.call @f{count - 1}(%y, %i) : ({type}, {type}) -> {type}")
    add(f"  return %r : {type}\n}}")
elif kind == "body":
    maps = "affine_map<(n, f, h, w) -> (n, f, h, w)>, " * 2
    loops = ", ".join(['"parallel"'] * 4)
    add("  %two = arith.constant 2.0 : f32")
    add(f"  %r = linalg.generic {{indexing_maps = [{maps[:-2]}], iterator_types = [{loops}]}}")
    add(f"      ins(%y : {type}) outs(%i : {type}) {{\n  ^bb0(%v: f32, %out: f32):")
    add("    %v0 = arith.mulf %v, %two : f32")
    for i in range(count - 1):
        add(f"    %v{i + 1} = arith.maximumf %v{i}, %two : f32")
    add(f"    linalg.yield %v{count - 1} : f32\n  }} -> {type}\n  return %r : {type}\n}}")
else:
    for i in range(count):
        add(f"  %u{i} = \"use\"(%s) : ({image}) -> index")
    add(f"  %r = linalg.negf ins(%x : {image}) outs(%s : {image}) -> {image}")
    add(f"  \"use\"(%r) : ({image}) -> ()")
    add(f"  return %y : {type}\n}}")
print("\n".join(out))
