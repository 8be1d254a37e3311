"""The combinations of combos.json as tensors: numbers of several kinds for their
arguments, memory with guard bands, and the way from their layouts to that of the
reference."""

import math

import torch

import bounds
import combos

BITS = {8: torch.int64, 4: torch.int32, 2: torch.int16}
GUARD_BYTES = 4096
# Steps whose results on small whole numbers are exact.
EXACT = {"relu", "clamp", "band", "leaky", "residual", "channel-scale", "channel-shift", "cast"}
# Largest whole number that sums of products may reach, by the narrowest type on the way.
WHOLE = {"f64": 2**40, "f32": 2**20, "f16": 200, "bf16": 24}
# With what is added and multiplied behind the sum it stays in f16's range.
MOST_IN_F16 = 4096
# Bits of a factor that products keep.
FACTOR_BITS = {"strict": 20, "tf32": 11, "f16": 11, "bf16": 8, "f64": 30}
SPECIAL = ["spread10", "spread40", "filter40", "subnormal", "subnormal-up", "largest"]
OF_FILTERS = ["filter40", "subnormal-up", "largest"]


class Guarded:
    """A tensor with NaNs around it, on an address that is a multiple of 16 alone."""

    def __init__(self, shape, type_, device):
        dtype = bounds.TYPES[type_]
        size = torch.empty(0, dtype=dtype).element_size()
        self.first, self.count = (GUARD_BYTES + 16) // size, math.prod(shape)
        self.bits = torch.full((self.count + 2 * self.first,), -1, dtype=BITS[size], device=device)
        self.tensor = self.bits.view(dtype)[self.first : self.first + self.count].view(shape)

    def poison(self):
        self.bits.fill_(-1)

    def result_bits(self):
        return self.bits[self.first : self.first + self.count]

    def broken(self):
        """How much of the bands has changed."""
        last = self.bits[self.first + self.count :]
        return (self.bits[: self.first] != -1).sum() + (last != -1).sum()


def permute(tensor, letters, wanted):
    """The dims of `tensor` in the order `wanted`, each of which is a group of letters."""
    present = [l for group in wanted for l in group if l in letters]
    sizes = {l: s for l, s in zip(letters, tensor.shape)}
    ordered = tensor.permute([letters.index(l) for l in present])
    return ordered.reshape([math.prod(sizes.get(l, 1) for l in group) for group in wanted]).contiguous()


class Case:
    """A combination, loaded: its dims and what they mean."""

    def __init__(self, combo, entry, device):
        self.combo, self.entry, self.device = combo, entry, device
        self.input, self.filter, self.output = combo["letters"]
        pixels = set("nhw")
        shared = [l for l in self.input if l in self.filter and l not in pixels]
        self.groups = "".join(l for l in shared if l in self.output)
        self.channels = "".join(l for l in shared if l not in self.output)
        self.filters = "".join(l for l in self.filter if l in self.output and l not in self.groups)
        self.arguments = {a["role"]: a for a in combo["arguments"]}
        self.constant = combo["constant"]
        given = dict(self.arguments, filter=self.constant) if self.constant else self.arguments
        self.shapes = {role: a["shape"] for role, a in given.items()}
        self.types = {role: a["type"] for role, a in given.items()}
        sizes = dict(zip(self.filter, self.shapes["filter"]))
        self.rows = [math.prod(sizes[l] for l in self.groups + self.filters),
                     math.prod(sizes.get(l, 1) for l in self.channels + "HW")]  # fmt: skip
        steps = combo["steps"]
        self.bare = combo["mode"] == "strict" and not steps and "bias" not in self.shapes
        self.exact = set(steps) <= EXACT and (self.constant is None or self.constant["whole"])
        self.narrowest = max(combo["types"] + [combo["result"]["type"]], key=bounds.UNIT.get)
        if combo["types"][1] not in ("f16", "bf16") and combo["types"][2] not in ("f16", "bf16"):
            # Only the last cast rounds, and that once.
            self.whole_type = combo["types"][1]
        else:
            self.whole_type = self.narrowest

    def geometry(self):
        sizes = dict(zip(self.output, self.combo["result"]["shape"]))
        at = lambda key, default: [self.combo[key].get(l, default) for l in "hw"]
        return [sizes.get("h", 1), sizes["w"], *at("stride", 1), *at("dilation", 1)] + [
            p[0] for p in at("pad", [0, 0])
        ]

    def canonical(self, role, tensor):
        """f64, or f32 for input and filter that it can hold: NGCHW, GFCRS, else NGFHW."""
        if role == "input":
            tensor = permute(tensor, self.input, ["n", self.groups, self.channels, "h", "w"])
        elif role == "filter":
            tensor = permute(tensor, self.filter, [self.groups, self.filters, self.channels, "H", "W"])
        elif role in ("residual", "result"):
            return permute(tensor, self.output, ["n", self.groups, self.filters, "h", "w"]).double()
        else:
            # A vector, in the result's order of its letters.
            letters = "".join(l for l in self.output if l in self.groups + self.filters)
            return permute(tensor, letters, ["n", self.groups, self.filters, "h", "w"]).double()
        return tensor if tensor.dtype == torch.float64 else tensor.float()

    def constant_filter(self):
        table = torch.tensor(self.constant["numbers"], dtype=bounds.TYPES[self.constant["type"]], device=self.device)
        chosen = combos.indices(self.constant["seed"], math.prod(self.constant["shape"]))
        chosen = torch.frombuffer(bytearray(chosen), dtype=torch.uint8).to(self.device)
        return table[chosen.long()].view(self.constant["shape"])

    # -- numbers, f64; they are rounded to the argument's type

    def normal(self, shape):
        return torch.randn(shape, dtype=torch.float64, device=self.device)

    def uniform(self, shape, low, high):
        return torch.rand(shape, dtype=torch.float64, device=self.device) * (high - low) + low

    def whole(self, shape, most):
        return torch.randint(-most, most + 1, shape, device=self.device).double()

    def in_rows(self, matrix):
        """A filter whose numbers are given by output channel."""
        letters = self.groups + self.filters + self.channels + "".join(l for l in self.filter if l in "HW")
        sizes = dict(zip(self.filter, self.shapes["filter"]))
        return matrix.reshape([sizes[l] for l in letters]).permute([letters.index(l) for l in self.filter])

    def most_whole(self):
        """Largest sum of products of whole numbers."""
        most = WHOLE[self.whole_type]
        return min(most, MOST_IN_F16) if self.combo["result"]["type"] == "f16" else most

    def integers(self):
        most, terms = self.most_whole(), self.rows[1]
        if self.constant:
            # Its numbers are at most two.
            terms *= 2
        bits = max(0, int(math.log2(max(1, most / terms))))
        limit = FACTOR_BITS[self.combo["mode"]]
        low, high = max(0, bits - limit), min(bits, limit)
        of_input = torch.randint(low, high + 1, ()).item() if high > low else low
        if self.constant:
            of_input = high
        kept = min(terms, max(1, most >> bits))
        order = torch.rand(self.rows, device=self.device).argsort(1)
        filter_ = self.whole(self.rows, 2 ** (bits - of_input)) * (order < kept)
        numbers = {"input": self.whole(self.shapes["input"], 2**of_input), "filter": self.in_rows(filter_)}
        for role, shape in self.shapes.items():
            if role == "scale":
                numbers[role] = 2.0 ** torch.randint(0, 3, shape, device=self.device).double()
            elif role not in numbers:
                numbers[role] = self.whole(shape, 8)
        return numbers

    def ordinary(self):
        numbers = {"input": self.normal(self.shapes["input"]),
                   "filter": self.normal(self.shapes["filter"]) / math.sqrt(self.rows[1])}  # fmt: skip
        for role, shape in self.shapes.items():
            if role in ("variance", "gamma", "scale"):
                numbers[role] = self.uniform(shape, 0.5, 1.5)
            elif role not in numbers:
                numbers[role] = self.normal(shape)
        return numbers

    def scattered(self, tensor, count):
        """Infinities and NaNs at some places."""
        flat = tensor.reshape(-1)
        at = torch.randint(0, flat.numel(), (count,), device=self.device)
        flat[at] = torch.tensor([math.inf, -math.inf, math.nan], dtype=torch.float64, device=self.device).repeat(count)[:count]
        return flat.view(tensor.shape)

    def numbers(self, kind):
        if kind == "integers":
            return self.integers()
        numbers = self.ordinary()
        x, w = numbers["input"], numbers["filter"]
        if kind == "nonfinite":
            numbers["input"] = self.scattered(x, max(1, min(6, x.numel() // 500)))
        elif kind == "nonfinite-filter":
            numbers["filter"] = self.scattered(w.contiguous(), 1)
        elif kind in ("spread10", "spread40"):
            most = int(kind[-2:])
            numbers["input"] = x * 2.0 ** self.uniform(x.shape, -most, most)
            numbers["filter"] = w * 2.0 ** self.uniform(w.shape, -5, 5)
        elif kind == "filter40":
            numbers["filter"] = w * 2.0 ** self.uniform(w.shape, -40, 40)
        elif kind == "subnormal":
            numbers["input"] = self.whole(x.shape, 2**22) * 2.0**-149
        elif kind == "subnormal-up":
            numbers["input"] = self.whole(x.shape, 2**22) * 2.0**-149
            numbers["filter"] = w * 2.0**100
        elif kind == "largest":
            top = torch.finfo(bounds.TYPES[self.types["input"]]).max
            sign = torch.where(self.uniform(x.shape, -1, 1) > 0, 1.0, -1.0)
            numbers["input"] = sign * self.uniform(x.shape, 0.5, 1) * top
            numbers["input"].reshape(-1)[0] = top
            numbers["filter"] = self.uniform(w.shape, -0.5, 0.5) / self.rows[1]
        return numbers

    def kinds_of_numbers(self):
        small = not self.constant or 2 * self.rows[1] <= self.most_whole()
        kinds = ["integers"] if self.exact and small else []
        kinds += ["normal", "nonfinite"]
        if self.bare:
            kinds += [kind for kind in SPECIAL if not self.constant or kind not in OF_FILTERS]
        if not self.constant:
            kinds += ["nonfinite-filter"]
            if not self.bare and not self.combo["steps"]:
                kinds += ["largest"]
        return kinds
