"""Holds the kernel that packs filters against the compiler's own packing: the same
filter as an argument and as a constant must give the same bytes.

build_packs compiles one entry for each kind of filter image; `packs.py` calls them
on the GPU (needs torch) and compares with the bytes that the compiler wrote.
"""

import json
import math
import os
import random
import re
import struct
import subprocess
import sys

LAYOUTS = {"fchw": "nchw, fchw -> nfhw", "gfchw": "ngchw, gfchw -> ngfhw"}
# Filter, filters and channels of a group, groups, window, pixels of a side.
SHAPES = [
    ("fchw", 64, 64, 1, 3, 28), ("fchw", 40, 24, 1, 3, 14), ("fchw", 128, 8, 1, 5, 14), ("fchw", 65, 19, 1, 2, 9),
    ("fchw", 64, 3, 1, 7, 56), ("gfchw", 32, 32, 4, 3, 14), ("gfchw", 48, 12, 2, 3, 14),
    ("fchw", 128, 256, 1, 1, 14), ("fchw", 100, 72, 1, 1, 7), ("fchw", 192, 40, 1, 1, 28), ("fchw", 17, 104, 1, 1, 7),
]  # fmt: skip
# Element type and --math.
TYPES = [("f32", "strict"), ("f32", "tf32"), ("f16", "strict"), ("bf16", "strict")]
# Schedules of each shape, by their place in the prediction.
RANKS = [0, 2, 9]
# Bits of the largest f32.
TOP = 0x7F7FFFFF
SCHEDULE = re.compile(r'schedule = <chip = "\w+", strategy = #convoy\.(\w+)<.*?>>')
PACK = re.compile(r"convoy\.pack_filter (<.*?>) ins.*?-> (tensor<(\d+)xi8>)")


def tensor(sizes, type_):
    return f"tensor<{'x'.join(map(str, sizes))}x{type_}>"


def sizes_of(shape):
    layout, f, c, g, window, _ = shape
    sizes = {"f": f, "c": c, "g": g, "h": window, "w": window}
    return [sizes[letter] for letter in layout]


def number(rng, filter_, type_):
    """Bits of one weight; what they are like depends on the output channel."""
    if type_ != "f32":
        # Any finite number.
        exponent, bits = (5, 10) if type_ == "f16" else (8, 7)
        return struct.pack("<H", rng.getrandbits(1) << 15 | rng.randrange((1 << exponent) - 1) << bits | rng.getrandbits(bits))
    kind = filter_ % 6
    if kind == 1:
        return struct.pack("<f", rng.gauss(0, 1) * 2.0 ** rng.uniform(-40, 40))
    if kind == 2:
        return struct.pack("<I", rng.getrandbits(1) << 31 | rng.getrandbits(23))
    if kind == 3:
        return struct.pack("<f", 0.0)
    if kind == 4:
        return struct.pack("<I", rng.getrandbits(1) << 31 | TOP - rng.getrandbits(20))
    return struct.pack("<f", rng.gauss(0, 1))


def filter_bytes(shape, type_, seed):
    rng, sizes = random.Random(seed), sizes_of(shape)
    at, count = shape[0].index("f"), math.prod(sizes)
    inner = math.prod(sizes[at + 1 :])
    return b"".join(number(rng, i // inner % sizes[at], type_) for i in range(count))


def module_text(shape, type_, schedule, weights=None):
    """The convolution, with its filter as an argument, or constant."""
    layout, f, c, g, window, side = shape
    pad, groups = window // 2, [g] if "g" in layout else []
    grouped = f" groups = {g}" if groups else ""
    extra = 2 * pad - window + 1
    x, w = tensor([4, *groups, c, side, side], type_), tensor(sizes_of(shape), type_)
    y = tensor([4, *groups, f, side + extra, side + extra], type_)
    given, made = f", %w: {w}", ""
    if weights is not None:
        given, made = "", f'  %w = arith.constant dense<"0x{weights.hex().upper()}"> : {w}\n'
    return (
        f"func.func @main(%x: {x}, %y: {y}{given}) -> {y} {{\n{made}"
        f"  %0 = convoy.conv <{LAYOUTS[layout]}> ins(%x, %w : {x}, {w}) outs(%y : {y}) strides = [1, 1] "
        f"dilations = [1, 1] pad = [{pad}, {pad}] to [{pad}, {pad}]{grouped}{schedule} -> {y}\n  return %0 : {y}\n}}\n"
    )


class Packer:
    def __init__(self, compiler, out):
        self.compiler, self.out, self.opt = compiler, out, f"{compiler.options.bin}/convoy-opt"

    def run(self, text, *passes):
        done = subprocess.run([self.opt, "-", *passes], input=text, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[0][:300])
        return done.stdout

    def images(self):
        """What packs each different image: (operation, image's type, bytes, shape, type)."""
        seen = set()
        for shape in SHAPES:
            for type_, mode in TYPES:
                for rank in RANKS:
                    select = f"--convoy-select-schedule=chip={self.compiler.options.chip} math={mode} rank={rank}"
                    text = self.run(module_text(shape, type_, ""), select)
                    schedule = SCHEDULE.search(text).group(0)
                    if re.search(r"math = <tf32>", text):
                        schedule = "math = <tf32> " + schedule
                    packed = PACK.search(self.run(module_text(shape, type_, " " + schedule), "--convoy-pack-filters"))
                    if packed and (shape, type_, packed.group(1)) not in seen:
                        seen.add((shape, type_, packed.group(1)))
                        yield shape, type_, schedule, *packed.groups()

    def expected(self, shape, type_, schedule, weights):
        text = self.run(module_text(shape, type_, " " + schedule, weights), "--convoy-pack-filters")
        # A blob begins with its alignment, in four bytes.
        return bytes.fromhex(re.search(r'convoy_filter_image: "0x[0-9A-F]{8}([0-9A-F]*)"', text).group(1))


def build_packs(compiler, out):
    """packs.json, and in packs/ an artefact, the filters and the images."""
    os.makedirs(f"{out}/packs", exist_ok=True)
    packer, functions, cases = Packer(compiler, out), [], []
    for i, (shape, type_, schedule, attributes, image, count) in enumerate(packer.images()):
        weights = filter_bytes(shape, type_, i)
        want = packer.expected(shape, type_, schedule, weights)
        if len(want) != int(count):
            raise RuntimeError(f"packs: {attributes}: expected an image of {count} bytes, found {len(want)}")
        w = tensor(sizes_of(shape), type_)
        functions.append(
            f"func.func @pack{i}(%w: {w}) -> {image} {{\n  %0 = tensor.empty() : {image}\n"
            f"  %1 = convoy.pack_filter {attributes} ins(%w : {w}) outs(%0 : {image}) -> {image}\n  return %1 : {image}\n}}\n"
        )
        with open(f"{out}/packs/pack{i}.bin", "wb") as file:
            file.write(weights + want)
        cases.append({"entry": f"pack{i}", "type": type_, "sizes": sizes_of(shape), "filterBytes": len(weights), "image": attributes})
    model = f"{out}/scratch/packs.mlir"
    with open(model, "w") as file:
        file.write("".join(functions))
    why = compiler.compile(model, f"{out}/packs/packs.so")
    if why is not None:
        compiler.fail("packs", why)
        cases = []
    with open(f"{out}/packs.json", "w") as file:
        json.dump(cases, file)
    print(f"packs: {len(cases)} images", flush=True)


def main():
    """The first byte that differs of each image that does."""
    sys.path.insert(0, "python")
    import convoy
    import torch

    dtypes = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    with open("packs.json") as file:
        cases = json.load(file)
    model, wrong = convoy.load("packs/packs.so"), 0
    for case in cases:
        with open(f"packs/{case['entry']}.bin", "rb") as file:
            data = file.read()
        weights, want = data[: case["filterBytes"]], torch.frombuffer(bytearray(data[case["filterBytes"] :]), dtype=torch.int8)
        w = torch.frombuffer(bytearray(weights), dtype=dtypes[case["type"]]).view(case["sizes"]).cuda()
        out = torch.full((len(want),), -1, dtype=torch.int8, device="cuda")
        model[case["entry"]](w, out=out)
        differing = (out.cpu() != want).nonzero()
        if len(differing):
            wrong += 1
            print(f"FAILED: {case}: {len(differing)} of {len(want)} bytes differ, the first at {differing[0].item()}")
    print(f"{len(cases) - wrong} of {len(cases)} filter images are those of the compiler, byte by byte")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
