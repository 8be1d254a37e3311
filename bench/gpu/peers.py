"""What PyTorch needs for the headline model and for its batch-norm alone, on the
GPU at hand: conv2d(8 -> 64, 3x3) -> batch-norm -> * 2 on 128x8x128x128.

    peers.py [--results FOLDER] [--compile]

Medians of triton.testing.do_bench, which clears the L2 cache between runs, as
convoy-exec --time does. f32 is measured strictly and with tf32 allowed; --compile
adds torch.compile, which takes minutes. Prints a line for each, and writes them to
peers.json in the folder.
"""

import argparse
import json
import os

import torch
import triton.testing
from torch import nn

SHAPE = (128, 8, 128, 128)
DTYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}


class Headline(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.norm.running_mean.uniform_(-0.5, 0.5)
        self.norm.running_var.uniform_(0.5, 2.0)

    def forward(self, x):
        return self.norm(self.conv(x)) * 2.0


def folded(model):
    """The same as one convolution with bias."""
    gain = 2 * model.norm.weight / torch.sqrt(model.norm.running_var + model.norm.eps)
    conv = nn.Conv2d(8, 64, 3)
    conv.weight.copy_(model.conv.weight * gain[:, None, None, None])
    conv.bias.copy_((model.conv.bias - model.norm.running_mean) * gain + 2 * model.norm.bias)
    return conv


class FusedBias(nn.Module):
    """The folded convolution as cuDNN's one kernel with bias and ReLU, the only
    form in which PyTorch offers a bias in the convolution's own kernel."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv

    def forward(self, x):
        conv = self.conv
        return torch.cudnn_convolution_relu(x, conv.weight, conv.bias, conv.stride, conv.padding, conv.dilation, 1)


def median_ms(function):
    return triton.testing.do_bench(function, warmup=25, rep=200, return_mode="median")


class Recorder:
    def __init__(self):
        self.rows = []

    def measure(self, name, dtype, function, tensor_bytes):
        milliseconds = median_ms(function)
        self.rows.append({"peer": name, "dtype": dtype, "ms": milliseconds})
        print(f"{name:<44} {dtype:<5} {milliseconds:8.4f} ms {tensor_bytes / milliseconds * 1e-6:6.0f} GB/s", flush=True)


def bytes_of(*tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


def measure_headline(recorder, name, dtype, with_compile):
    model = Headline().eval()
    forms = {
        "eager": model,
        "cuDNN conv with folded weights": folded(model),
        "cuDNN conv + bias + ReLU, folded": FusedBias(folded(model)),
    }
    if with_compile:
        forms["torch.compile"] = torch.compile(model)
        forms["torch.compile max-autotune"] = torch.compile(model, mode="max-autotune-no-cudagraphs")
    for layout, format_ in (("NCHW", torch.contiguous_format), ("channels_last", torch.channels_last)):
        x = torch.rand(SHAPE, device="cuda").to(DTYPES[dtype]).to(memory_format=format_)
        for form, module in forms.items():
            module = module.cuda().to(x.dtype).to(memory_format=format_)
            y = module(x)
            recorder.measure(f"{form}, {layout}{name}", dtype, lambda: module(x), bytes_of(x, y))


def measure_elementwise(recorder, dtype):
    x = torch.rand((128, 64, 126, 126), device="cuda").to(DTYPES[dtype])
    y = torch.empty_like(x)
    norm = nn.BatchNorm2d(64).cuda().eval().to(x.dtype)
    recorder.measure("batch-norm alone, eager", dtype, lambda: norm(x), bytes_of(x, y))
    recorder.measure("copy kernel (torch.mul by 1)", dtype, lambda: torch.mul(x, 1.0, out=y), bytes_of(x, y))
    recorder.measure("copy by cudaMemcpy (Tensor.copy_)", dtype, lambda: y.copy_(x), bytes_of(x, y))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default=".")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    recorder = Recorder()
    with torch.no_grad():
        for dtype in DTYPES:
            for tf32 in (False, True) if dtype == "f32" else (False,):
                torch.backends.cudnn.allow_tf32 = tf32
                torch.backends.cuda.matmul.allow_tf32 = tf32
                measure_headline(recorder, ", tf32" if tf32 else "", dtype, options.compile)
            measure_elementwise(recorder, dtype)
    report = {
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "cudnn": torch.backends.cudnn.version(),
        "rows": recorder.rows,
    }
    with open(os.path.join(options.results, "peers.json"), "w") as file:
        json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
