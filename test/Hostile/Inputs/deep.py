"""Writes programs that are very deep, very wide or very large in few words.

Usage: deep.py NAME > program.mlir
"""

import sys

RESULT, VECTOR = "tensor<1x2x3x5xf32>", "tensor<2xf32>"

MAPS = """#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
"""

# A pointwise convolution; its result is %y.
CONVOLUTION = """  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : {result}
  %i = linalg.fill ins(%zero : f32) outs(%e : {result}) -> {result}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : {input}, {filter}) outs(%i : {result}) -> {result}
"""


def function(body, result=RESULT, input_=RESULT, filter_="tensor<2x2x1x1xf32>"):
    """`body` computes %r from %y and the vector %v."""
    print(f"{MAPS}func.func @f(%x: {input_}, %f: {filter_}, %v: {VECTOR}) -> {result} {{")
    print(CONVOLUTION.format(result=result, input=input_, filter=filter_) + body)
    print(f"  return %r : {result}\n}}")


def scale(source, target, vector="%v", result=RESULT, vector_type=VECTOR, op="mulf"):
    return generic(source, target, f"    %m = arith.{op} %a, %p : f32\n", vector, result, vector_type)


def generic(source, target, body, vector="%v", result=RESULT, vector_type=VECTOR):
    return f"""  {target} = linalg.generic {{indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}} ins({source}, {vector} : {result}, {vector_type}) outs(%e : {result}) {{
  ^bb0(%a: f32, %p: f32, %o: f32):
{body}    linalg.yield %m : f32
  }} -> {result}
"""


def name(i, last):
    return "%r" if i == last else f"%s{i}"


def chain(count, vector="%v"):
    """`count` steps one behind the other."""
    text, source = "", "%y"
    for i in range(count):
        target = name(i, count - 1)
        text += scale(source, target, vector, op="addf" if i % 2 else "mulf")
        source = target
    return text


def steps_of_constants():
    function("  %c = arith.constant dense<[1.0, -1.0]> : tensor<2xf32>\n" + chain(10000, "%c"))


def steps_of_arguments():
    function(chain(10000))


def one_deep_body():
    body, source = "", "%a"
    for i in range(10000):
        target = "%m" if i == 9999 else f"%m{i}"
        body += f"    {target} = arith.{'addf' if i % 2 else 'mulf'} {source}, %p : f32\n"
        source = target
    function(generic("%y", "%r", body))


def parameter_chain():
    """A parameter behind 10,000 producers, each with two uses."""
    text, source = "", "%v"
    for i in range(10000):
        text += f"  %p{i} = arith.{'addf' if i % 2 else 'mulf'} {source}, {source} : {VECTOR}\n"
        source = f"%p{i}"
    function(text + scale("%y", "%r", source))


def elementwise_chain():
    """10,000 operations per pixel behind a convolution."""
    text, source = "", "%y"
    for i in range(10000):
        target = name(i, 9999)
        text += f"  {target} = arith.{'maximumf' if i % 2 else 'mulf'} {source}, %x : {RESULT}\n"
        source = target
    function(text)


def reshapes():
    """10,000 reshapes between a convolution and its step."""
    text, source, wide = "", "%y", "tensor<1x2x3x5x1xf32>"
    for i in range(5000):
        text += f"  %x{i} = tensor.expand_shape {source} [[0], [1], [2], [3, 4]] output_shape [1, 2, 3, 5, 1] : {RESULT} into {wide}\n"
        text += f"  %c{i} = tensor.collapse_shape %x{i} [[0], [1], [2], [3, 4]] : {wide} into {RESULT}\n"
        source = f"%c{i}"
    function(text + scale(source, "%r"))


def shuffles():
    """Channel shuffles whose index expressions grow with every one."""
    result, source, text = "tensor<1x24x3x5xf32>", "%y", ""
    sizes = [(4, 6), (6, 4), (8, 3), (3, 8), (2, 12), (12, 2)]
    for i in range(60):
        a, b = sizes[(i * i + i // 2) % 6]
        split, swapped = f"tensor<1x{a}x{b}x3x5xf32>", f"tensor<1x{b}x{a}x3x5xf32>"
        groups = "[[0], [1, 2], [3], [4]]"
        text += f"  %x{i} = tensor.expand_shape {source} {groups} output_shape [1, {a}, {b}, 3, 5] : {result} into {split}\n"
        text += f"  %e{i} = tensor.empty() : {swapped}\n"
        text += f"  %t{i} = linalg.transpose ins(%x{i} : {split}) outs(%e{i} : {swapped}) permutation = [0, 2, 1, 3, 4]\n"
        text += f"  %c{i} = tensor.collapse_shape %t{i} {groups} : {swapped} into {result}\n"
        source = f"%c{i}"
    text += "  %w = arith.constant dense<[" + ", ".join(f"{i}.0" for i in range(1, 25)) + "]> : tensor<24xf32>\n"
    function(text + scale(source, "%r", "%w", result, "tensor<24xf32>"), result, RESULT, "tensor<24x2x1x1xf32>")


def doubled_indices():
    """An index that doubles 64 times on the way to tensor.extract."""
    body = "    %k0 = linalg.index 1 : index\n"
    for i in range(64):
        body += f"    %k{i + 1} = arith.addi %k{i}, %k{i} : index\n"
    body += "    %q = tensor.extract %v[%k64] : tensor<2xf32>\n    %m = arith.mulf %a, %q : f32\n"
    function(generic("%y", "%r", body))


def long_index():
    """An index behind 20,000 additions."""
    body = "    %k0 = linalg.index 1 : index\n    %one = arith.constant 1 : index\n"
    for i in range(20000):
        body += f"    %k{i + 1} = arith.addi %k{i}, %one : index\n"
    body += "    %q = tensor.extract %v[%k20000] : tensor<2xf32>\n    %m = arith.mulf %a, %q : f32\n"
    function(generic("%y", "%r", body))


def sum_of_convolutions():
    """z + conv, 2,000 times."""
    text, source = "", "%y"
    for i in range(2000):
        target = name(i, 1999)
        text += f"  %y{i} = linalg.conv_2d_nchw_fchw ins(%x, %f : {RESULT}, tensor<2x2x1x1xf32>) outs(%i : {RESULT}) -> {RESULT}\n"
        text += f"  {target} = arith.addf {source}, %y{i} : {RESULT}\n"
        source = target
    function(text)


def doublings():
    """y + y, 200 times: the scale leaves f32, the number of paths leaves 64 bits."""
    text, source = "", "%y"
    for i in range(200):
        target = name(i, 199)
        text += f"  {target} = arith.addf {source}, {source} : {RESULT}\n"
        source = target
    function(text)


def many_refusals():
    """3,000 convolutions whose unscaled results are used too."""
    text = ""
    for i in range(3000):
        text += f"  %y{i} = linalg.conv_2d_nchw_fchw ins(%x, %f : {RESULT}, tensor<2x2x1x1xf32>) outs(%i : {RESULT}) -> {RESULT}\n"
        text += scale(f"%y{i}", f"%s{i}") + f"  %m{i} = arith.maximumf %y{i}, %s{i} : {RESULT}\n"
    function(text + f"  %r = arith.maximumf %m0, %m2999 : {RESULT}")


def nested_regions():
    """A chain inside 200 nested scf.if."""
    print(f"{MAPS}func.func @f(%x: {RESULT}, %f: tensor<2x2x1x1xf32>, %v: {VECTOR}, %k: i1) -> {RESULT} {{")
    for i in range(200):
        print(f"  %r{i} = scf.if %k -> {RESULT} {{")
    print(CONVOLUTION.format(result=RESULT, input=RESULT, filter="tensor<2x2x1x1xf32>"))
    print(scale("%y", "%r") + f"  scf.yield %r : {RESULT}")
    for i in reversed(range(200)):
        print(f"  }} else {{\n  scf.yield %x : {RESULT}\n  }}")
        print(f"  scf.yield %r{i} : {RESULT}" if i else f"  return %r0 : {RESULT}")
    print("}")


def many_regions():
    """Regions that read one convolution."""
    text = "  %c = arith.constant true\n"
    for i in range(5000):
        text += f"  scf.if %c {{\n" + scale("%y", "%s") + "  }\n"
    function(text + scale("%y", "%r"))


def many_slices():
    """One convolution, slice by slice."""
    count, part = 4000, "tensor<1x1x1x1xf32>"
    result = f"tensor<1x{count}x1x1xf32>"
    text = f"  %n = arith.constant dense<3.0> : {part}\n"
    for i in range(count):
        text += f"  %p{i} = tensor.extract_slice %y[0, {i}, 0, 0] [1, 1, 1, 1] [1, 1, 1, 1] : {result} to {part}\n"
        text += f"  %s{i} = arith.mulf %p{i}, %n : {part}\n"
    text += f"  %r = tensor.concat dim(1) {', '.join(f'%s{i}' for i in range(count))} : ({', '.join([part] * count)}) -> {result}\n"
    function(text, result, "tensor<1x2x1x1xf32>", f"tensor<{count}x2x1x1xf32>")


def many_parts():
    """Convolutions that are put together and taken apart again."""
    count = 4000
    whole = f"tensor<1x{2 * count}x3x5xf32>"
    text, source = f"  %c = tensor.empty() : {whole}\n", "%c"
    for i in range(count):
        text += f"  %y{i} = linalg.conv_2d_nchw_fchw ins(%x, %f : {RESULT}, tensor<2x2x1x1xf32>) outs(%i : {RESULT}) -> {RESULT}\n"
        text += f"  %c{i} = tensor.insert_slice %y{i} into {source}[0, {2 * i}, 0, 0] [1, 2, 3, 5] [1, 1, 1, 1] : {RESULT} into {whole}\n"
        source = f"%c{i}"
    for i in range(count):
        text += f"  %p{i} = tensor.extract_slice {source}[0, {2 * i}, 0, 0] [1, 2, 3, 5] [1, 1, 1, 1] : {whole} to {RESULT}\n"
        text += scale(f"%p{i}", name(i, count - 1))
    function(text)


def many_inserts():
    """Too many convolutions for one sum, put together."""
    count = 4000
    whole, vector = f"tensor<1x{2 * count}x3x5xf32>", f"tensor<{2 * count}xf32>"
    print(f"{MAPS}func.func @f(%x: {RESULT}, %f: tensor<2x2x1x1xf32>, %v: {vector}) -> {whole} {{")
    print(f"  %i = arith.constant dense<0.0> : {RESULT}\n  %e = tensor.empty() : {whole}")
    source = "%e"
    for i in range(count):
        print(f"  %y{i} = linalg.conv_2d_nchw_fchw ins(%x, %f : {RESULT}, tensor<2x2x1x1xf32>) outs(%i : {RESULT}) -> {RESULT}")
        print(f"  %c{i} = tensor.insert_slice %y{i} into {source}[0, {2 * i}, 0, 0] [1, 2, 3, 5] [1, 1, 1, 1] : {RESULT} into {whole}")
        source = f"%c{i}"
    print(scale(source, "%r", "%v", whole, vector) + f"  return %r : {whole}\n}}")


def many_channels():
    """2^36 channels from a constant of two numbers."""
    count = 1 << 36
    result = f"tensor<1x{count}x1x1xf32>"
    half = f"tensor<2x{count // 2}xf32>"
    text = "  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>\n"
    text += f"  %ce = tensor.empty() : {half}\n"
    text += f"  %b = linalg.broadcast ins(%c : tensor<2xf32>) outs(%ce : {half}) dimensions = [1]\n"
    text += f"  %w = tensor.collapse_shape %b [[0, 1]] : {half} into tensor<{count}xf32>\n"
    text += scale("%y", "%r", "%w", result, f"tensor<{count}xf32>")
    function(text, result, "tensor<1x2x1x1xf32>", f"tensor<{count}x2x1x1xf32>")


def huge_splat_filter():
    """A splat filter of 8 TiB times two numbers."""
    filter_ = "tensor<2x1048576x1024x1024xf32>"
    result, input_ = "tensor<1x2x2x2xf32>", "tensor<1x1048576x1025x1025xf32>"
    print(f"{MAPS}func.func @f(%x: {input_}) -> {result} {{")
    print(f"  %f = arith.constant dense<1.0> : {filter_}\n  %c = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>")
    print(CONVOLUTION.format(result=result, input=input_, filter=filter_))
    print(scale("%y", "%r", "%c", result) + f"  return %r : {result}\n}}")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
