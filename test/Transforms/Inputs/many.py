"""Prints a program in which a step reads many convolutions.

many.py KIND COUNT: COUNT convolutions of two channels, each with a filter and a
bias of its own, are put together (concat, inserts), added up (sum, onto: each
convolution adds to the one in front of it), added up behind activations
(activations), put together behind activations (activated), or in front of one
(relu); a product with a constant vector follows. beside adds another convolution to a concatenation in front of
the product, used returns the concatenation as well.
"""

import sys

kind, count = sys.argv[1], int(sys.argv[2])
image = "tensor<1x1x2x2xf32>"
part = "tensor<1x2x2x2xf32>"
whole = f"tensor<1x{2 * count}x2x2xf32>"
joined = part if kind in ("sum", "onto", "activations") else whole
results = [joined] * (2 if kind == "used" else 1)
out = [f"func.func @main(%x: {image}) -> ({', '.join(results)}) {{",
       f"  %e = tensor.empty() : {joined}",
       f"  %zero = arith.constant dense<0.0> : {part}"]
add = out.append


def convolve(i, init, channels=2):
    filter_type = f"tensor<{channels}x1x1x1xf32>"
    type = f"tensor<1x{channels}x2x2xf32>"
    add(f"  %f{i} = arith.constant dense<{i % 61 + 1}.0> : {filter_type}")
    add(f"  %y{i} = linalg.conv_2d_nchw_fchw ins(%x, %f{i} : {image}, "
        f"{filter_type}) outs({init} : {type}) -> {type}")


for i in range(count):
    add(f"  %b{i} = arith.constant dense<{i % 59 + 1}.0> : {part}")
    convolve(i, f"%y{i - 1}" if kind == "onto" and i else f"%b{i}")
    if kind in ("activations", "activated"):
        add(f"  %a{i} = math.tanh %y{i} : {part}")
last = f"%y{count - 1}"
name = "a" if kind in ("activations", "activated") else "y"
if kind in ("concat", "relu", "beside", "used", "activated"):
    parts = ", ".join(f"%{name}{i}" for i in range(count))
    add(f"  %j = tensor.concat dim(1) {parts} : "
        f"({', '.join([part] * count)}) -> {whole}")
    last = "%j"
elif kind == "inserts":
    # The last part first.
    last = "%e"
    for i in reversed(range(count)):
        add(f"  %i{i} = tensor.insert_slice %y{i} into {last}[0, {2 * i}, 0, 0] "
            f"[1, 2, 2, 2] [1, 1, 1, 1] : {part} into {whole}")
        last = f"%i{i}"
elif kind in ("sum", "activations"):
    last = f"%{name}0"
    for i in range(1, count):
        add(f"  %s{i} = arith.addf {last}, %{name}{i} : {part}")
        last = f"%s{i}"
if kind == "relu":
    add(f"  %zeros = arith.constant dense<0.0> : {whole}")
    add(f"  %relu = arith.maximumf {last}, %zeros : {whole}")
    last = "%relu"
if kind == "beside":
    add(f"  %wide = arith.constant dense<0.0> : {whole}")
    convolve(count, "%wide", 2 * count)
    add(f"  %beside = arith.addf {last}, %y{count} : {whole}")
    last = "%beside"
channels = 2 if joined == part else 2 * count
numbers = ", ".join(f"{i % 7 + 2}.0" for i in range(channels))
add(f"  %p = arith.constant dense<[{numbers}]> : tensor<{channels}xf32>")
add(f"  %v = linalg.broadcast ins(%p : tensor<{channels}xf32>) "
    f"outs(%e : {joined}) dimensions = [0, 2, 3]")
add(f"  %r = arith.mulf {last}, %v : {joined}")
values = ["%r"] + ([last] if kind == "used" else [])
add(f"  return {', '.join(values)} : {', '.join(results)}\n}}")
print("\n".join(out))
