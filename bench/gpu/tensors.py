# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tensors of a layer, what PyTorch makes of them, and how far a result is off."""

import torch

import parameters

SEED = 0
DTYPES = {"strict": torch.float32, "tf32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
TYPES = {"strict": "f32", "tf32": "f32", "f16": "f16", "bf16": "bf16"}
LAYOUTS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}
# Of a peer's result, whose errors are only told.
CHECKED_IMAGES = 4


def allow_tf32(allowed):
    # Templates of torch.compile look at this one.
    torch.backends.cudnn.fp32_precision = "tf32" if allowed else "none"
    torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cuda.matmul.allow_tf32 = allowed


class Tensors:
    """Image, filter and bias of a layer: the same numbers wherever it is measured."""

    def __init__(self, layer, precision, layout="nchw"):
        generator = torch.Generator(device="cuda").manual_seed(SEED)
        dtype, type_ = DTYPES[precision], TYPES[precision]
        x = torch.randn(layer["n"], layer["c"], layer["h"], layer["w"], generator=generator, device="cuda")
        w = torch.frombuffer(bytearray(parameters.filter_blob(layer, type_)), dtype=dtype).cuda()
        w = w.view(layer["k"], layer["c"], layer["r"], layer["s"])
        self.x, self.w = (t.to(dtype).to(memory_format=LAYOUTS[layout]) for t in (x, w))
        self.b = torch.tensor(parameters.bias_numbers(layer, type_), device="cuda", dtype=dtype)
        self.options = {key: tuple(layer[key]) for key in ("stride", "padding", "dilation")}

    def empty_result(self):
        """Poisoned, NCHW."""
        sizes = torch.nn.functional.conv2d(self.x.to("meta"), self.w.to("meta"), **self.options).shape
        return torch.full(sizes, float("nan"), dtype=self.x.dtype, device="cuda")

    def eager(self):
        return torch.nn.functional.conv2d(self.x, self.w, self.b, **self.options).relu_()

    def fused(self):
        options = self.options
        return torch.cudnn_convolution_relu(
            self.x, self.w, self.b, options["stride"], options["padding"], options["dilation"], 1
        )


def flops_of(tensors, y):
    return 2 * y.numel() * tensors.w[0].numel()


def errors_of(tensors, results):
    """Of each result, which may be of the first images alone, the errors in units of
    s, root mean square and largest, held against float64. Images are taken a few at
    a time."""
    w, b = tensors.w.double(), tensors.b.double()
    squares, largest, count = [0.0] * len(results), [0.0] * len(results), 0
    images = max(1, (1 << 27) // max(tensors.x[0].numel(), results[0][0].numel()))
    conv = torch.nn.functional.conv2d
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, allow_tf32=False):
        for first in range(0, results[0].shape[0], images):
            x = tensors.x[first : min(first + images, results[0].shape[0])].double()
            want = conv(x, w, b, **tensors.options).relu_()
            scale = conv(x.abs(), w.abs(), b.abs(), **tensors.options)
            count += want.numel()
            for i, y in enumerate(results):
                error = (y[first : first + images].double() - want).abs_() / scale
                squares[i] += (error * error).sum()
                largest[i] = torch.maximum(torch.as_tensor(largest[i], device="cuda"), error.max())
    return [(float(s / count) ** 0.5, float(m)) for s, m in zip(squares, largest)]


def errors_in_short(mean, most):
    return {"rms": float(f"{mean:.3g}"), "most": float(f"{most:.3g}")}
