#!/usr/bin/env python3
# Part of the Convoy project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes layers.json, the list of the layers that sweep.py measures:

    draw-layers.py [--out layers.json] [--check]

* the headline, 128x8x128x128 -> 64, 3x3;
* 12 layers chosen by hand, typical of networks for images;
* 40 drawn with seed 0 from the distinct dense convolutions (one group) that
  torchvision's resnet50, vgg16_bn, densenet121, googlenet and inception_v3 run in
  inference, with a batch of 64; those among the 12 are left out.

Layers are the same where batch, channels, image, filter, stride, padding and
dilation are; a name keeps the networks that a drawn one comes from. The images are
224x224, inception_v3's 299x299. --check says whether the file is what would be
written. Needs torch and torchvision, no GPU and no weights; the list was drawn with
torch 2.11.0 and torchvision 0.26.0.
"""

import argparse
import json
import os
import random
import sys

BATCH = 64
DRAWN = 40
SEED = 0
NETWORKS = {"resnet50": 224, "vgg16_bn": 224, "densenet121": 224, "googlenet": 224, "inception_v3": 299}

# n, c, h, w, k, r, stride, padding, dilation; all of them square.
HEADLINE = (128, 8, 128, 128, 64, 3, 1, 0, 1)
CHOSEN = [
    (64, 3, 224, 224, 64, 7, 2, 3, 1),
    (64, 64, 56, 56, 64, 3, 1, 1, 1),
    (64, 128, 28, 28, 128, 3, 1, 1, 1),
    (64, 256, 14, 14, 256, 3, 1, 1, 1),
    (64, 512, 7, 7, 512, 3, 1, 1, 1),
    (64, 256, 56, 56, 64, 1, 1, 0, 1),
    (64, 64, 56, 56, 256, 1, 1, 0, 1),
    (64, 512, 7, 7, 2048, 1, 1, 0, 1),
    (64, 128, 56, 56, 128, 3, 2, 1, 1),
    (32, 3, 224, 224, 64, 3, 1, 1, 1),
    (32, 64, 112, 112, 128, 3, 1, 1, 1),
    (64, 256, 28, 28, 256, 3, 1, 2, 2),
]

# In the order in which layers are sorted and written.
KEYS = ["n", "c", "h", "w", "k", "r", "s", "stride", "padding", "dilation"]


def square(n, c, h, w, k, r, stride, padding, dilation):
    """A layer with the same numbers along both dimensions of the image."""
    return (n, c, h, w, k, r, r, (stride,) * 2, (padding,) * 2, (dilation,) * 2)


def dense_convolutions(network, size):
    """The layers of the dense convolutions that a forward pass runs."""
    import torch
    import torchvision

    with torch.device("meta"):
        # What only weights would change.
        extra = {"init_weights": False} if network in ("googlenet", "inception_v3") else {}
        model = getattr(torchvision.models, network)(weights=None, **extra).eval()
        image = torch.empty(BATCH, 3, size, size)
    layers = []

    def record(conv, inputs, _):
        if conv.groups == 1:
            k, _, r, s = conv.weight.shape
            layers.append((*inputs[0].shape, k, r, s, conv.stride, conv.padding, conv.dilation))

    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(record)
    with torch.no_grad():
        model(image)
    return layers


def draw(chosen):
    """The drawn layers, each with its networks, in the order of the draw."""
    networks = {}
    for network, size in NETWORKS.items():
        for layer in dense_convolutions(network, size):
            if layer not in chosen:
                networks.setdefault(layer, {})[network] = None
    drawn = random.Random(SEED).sample(sorted(networks), DRAWN)
    return [(layer, list(networks[layer])) for layer in drawn], len(networks)


def name_of(layer):
    """Short, unique, legal as a name of a file: 64x64x56x56-64-3x3-s1-p1."""
    n, c, h, w, k, r, s, stride, padding, dilation = layer
    pair = lambda letter, value: letter + (f"{value[0]}" if value[0] == value[1] else f"{value[0]}x{value[1]}")
    name = f"{n}x{c}x{h}x{w}-{k}-{r}x{s}-{pair('s', stride)}-{pair('p', padding)}"
    return name + ("" if dilation == (1, 1) else "-" + pair("d", dilation))


def entry(layer, source, networks=None):
    values = {key: list(v) if isinstance(v, tuple) else v for key, v in zip(KEYS, layer)}
    return {"name": name_of(layer), "source": source, **values, **({"networks": networks} if networks else {})}


def layers_text():
    headline, chosen = square(*HEADLINE), [square(*layer) for layer in CHOSEN]
    drawn, distinct = draw(chosen + [headline])
    entries = [entry(headline, "headline")]
    entries += [entry(layer, "chosen") for layer in chosen]
    entries += [entry(layer, "drawn", networks) for layer, networks in drawn]
    origin = {"seed": SEED, "drawn": DRAWN, "distinct": distinct, "batch": BATCH, "networks": NETWORKS}
    lines = ",\n".join("  " + json.dumps(each) for each in entries)
    return f'{{\n "origin": {json.dumps(origin)},\n "layers": [\n{lines}\n ]\n}}\n'


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=f"{here}/layers.json")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = layers_text()
    if options.check:
        with open(options.out) as file:
            if file.read() != text:
                sys.exit(f"draw-layers.py: {options.out} is not the list that is drawn here")
        return
    with open(options.out, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
