# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What PyTorch offers without compiling: conv2d with folded weights, and cuDNN's one
kernel of convolution, bias and ReLU."""

import time

import torch

import tensors


def part_peers(clock, report, layers):
    torch.backends.cudnn.benchmark = True
    for layer in layers:
        begin = time.perf_counter()
        for precision in tensors.DTYPES:
            tensors.allow_tf32(precision == "tf32")
            for layout in tensors.LAYOUTS:
                names = [f"{kind}_{layout}" for kind in ("eager", "fused")]
                todo = [n for n in names if report.wants(layer["name"], precision, n)]
                if not todo or report.late():
                    continue
                given = tensors.Tensors(layer, precision, layout)
                for name in todo:
                    function = getattr(given, name.split("_")[0])
                    report.row(layer["name"], precision)[name] = measure_peer(clock, given, function)
        report.write()
        report.print_layer(layer["name"], ("eager_nchw", "fused_nchw", "eager_nhwc", "fused_nhwc"))
        print(f"  took {time.perf_counter() - begin:.1f} s", flush=True)


def measure_peer(clock, given, function):
    try:
        row = clock.measure(function)
        (errors,) = tensors.errors_of(given, [function()[: tensors.CHECKED_IMAGES]])
        return {**row, **tensors.errors_in_short(*errors)}
    except RuntimeError as error:
        return {"error": str(error).splitlines()[0][:200]}
