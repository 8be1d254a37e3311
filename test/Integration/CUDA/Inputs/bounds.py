"""What a result may differ from float64: the derivation stands in docs/Testing.md,
under "Error bounds of kernels", with the same names.

Tensors are float64 here, results in the order NGFHW.
"""

import math

import steps
import torch

TYPES = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
# Half the distance of two neighbours at 1.
UNIT = {"f64": 2.0**-53, "f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}
# Half the distance of two subnormals.
TINY = {"f64": 2.0**-1075, "f32": 2.0**-150, "f16": 2.0**-25, "bf16": 2.0**-134}
UNIT_TF32 = 2.0**-11
# Half the distance of tf32's subnormals.
TINY_TF32 = 2.0**-137
# Roundings of one step of wgmma, in units of f32: 17 summands cut off two bits
# behind f32's last, and the sum cut off at f32's last.
STEP_UNITS = 17 / 2 + 2
# Channels that one step has at least.
STEP_CHANNELS = 8

# Largest slope of a function between two points, and its error relative to the
# larger of argument and result, in units of the type that it is computed in.
SMOOTH = {
    "sigmoid": (0.25, 8),
    "silu": (1.1, 10),
    "tanh": (1.0, 8),
    "gelu": (1.13, 12),
    "gelu-tanh": (1.13, 24),
}


def largest(tensor, dims):
    """Of the finite magnitudes along `dims`, which stay with size one."""
    return torch.where(torch.isfinite(tensor), tensor.abs(), torch.zeros_like(tensor)).amax(dims, keepdim=True)


def sum_error(combo, x, w, magnitude):
    """Of the convolution alone."""
    _, g, f, c, rows, columns = 1, *w.shape
    taps, terms = rows * columns, c * rows * columns
    mode, strategy = combo["mode"], combo["strategy"]
    if mode == "f64":
        return (terms + 2) * UNIT["f64"] * magnitude + terms * TINY["f64"]
    error = (terms + 2) * UNIT["f32"] * magnitude + terms * TINY["f32"]
    if "wgmma" not in strategy:
        return error
    # The way of wgmma, where a tile does not go the direct one.
    steps = taps * math.ceil(c / STEP_CHANNELS)
    if mode == "strict":
        steps *= 3
    error = error + (steps + 1) * STEP_UNITS * UNIT["f32"] * magnitude
    of_filter, of_image = largest(w, (2, 3, 4))[None, :, :, 0, 0], largest(x, (1, 2, 3, 4))
    of_filter = of_filter.reshape(1, g, f, 1, 1)
    if mode == "strict":
        sums = torch.where(torch.isfinite(w), w.abs(), torch.zeros_like(w)).sum((2, 3, 4)).reshape(1, g, f, 1, 1)
        error = error + 2.0**-22 * magnitude + 2.0**-50 * of_image * sums
        error = error + 2.0**-39 * of_filter * of_image * terms
    if mode == "tf32":
        error = error + (2 * UNIT_TF32 + UNIT_TF32**2) * magnitude
        error = error + TINY_TF32 * terms * (of_image + of_filter)
    return error


def constant(value, type_):
    """As it is written in a program and read by the compiler."""
    return torch.tensor(float(f"{value:.6e}"), dtype=torch.float64).to(TYPES[type_]).double().item()


def half_of_one_plus(x, g):
    return (x * 0.5) * (g + 1.0)


def apply_smooth(step, x, type_):
    sigmoid = lambda: 1.0 / (torch.exp(-x) + 1.0)
    if step == "sigmoid":
        return sigmoid()
    if step == "silu":
        return x * sigmoid()
    if step == "tanh":
        return torch.tanh(x)
    if step == "gelu":
        return half_of_one_plus(x, torch.erf(x * constant(steps.GELU_ERF, type_)))
    factor, cubic = (constant(value, type_) for value in steps.GELU_TANH)
    return half_of_one_plus(x, torch.tanh((x + x * x * x * cubic) * factor))


class Epilogue:
    """Value, error and magnitude on their way through the steps. The magnitude is
    the sum of those of what was added up: a fold may round any of them."""

    def __init__(self, combo, parameters, value, error, magnitude):
        self.combo, self.parameters = combo, parameters
        self.value, self.error, self.magnitude = value, error, magnitude
        self.type = combo["types"][1]

    def run(self):
        if self.parameters.get("bias") is not None:
            self.add("bias")
        if self.type != self.combo["types"][2]:
            self.convert(self.combo["types"][2])
        elif self.type in ("f16", "bf16"):
            self.round()
        for step in self.combo["steps"]:
            if step in SMOOTH:
                self.smooth(step)
            else:
                getattr(self, step.replace("-", "_"))()
        return self.value, self.error

    def round(self, count=1):
        # The reference rounds its own steps to f64.
        unit = UNIT[self.type] + UNIT["f64"]
        self.error = self.error * (1 + count * unit) + count * (unit * self.magnitude + TINY[self.type])

    def add(self, role):
        other = self.parameters[role]
        self.value, self.magnitude = self.value + other, self.magnitude + other.abs()
        self.round()

    def scale(self, factor, count=1):
        self.value, self.magnitude, self.error = self.value * factor, self.magnitude * abs(factor), self.error * abs(factor)
        self.round(count)

    def convert(self, type_):
        """The narrower type rounds; the program may or may not."""
        self.type = max(self.type, type_, key=UNIT.get)
        self.round()
        self.type = type_

    def cast(self):
        self.type = self.combo["cast"]
        self.round()

    def channel_scale(self):
        self.scale(self.parameters["scale"])

    def channel_shift(self):
        self.add("shift")

    def residual(self):
        self.add("residual")

    def batch_norm_arguments(self):
        self.value = self.value - self.parameters["mean"]
        self.magnitude = self.magnitude + self.parameters["mean"].abs()
        self.round()
        self.scale(torch.rsqrt(self.parameters["variance"] + constant(1e-3, self.type)), 4)
        self.scale(self.parameters["gamma"], 2)
        self.add("beta")

    def relu(self):
        self.value = torch.clamp(self.value, min=0.0)

    def clamp(self):
        self.value = torch.clamp(self.value, 0.0, 6.0)

    def band(self):
        self.value = torch.clamp(self.value, -1.5, 2.25)

    def leaky(self):
        self.value = torch.where(self.value > 0, self.value, self.value * 0.125)
        self.round()

    def smooth(self, step):
        slope, units = SMOOTH[step]
        argument = self.value
        self.value = apply_smooth(step, argument, self.type)
        self.magnitude = torch.maximum(self.value.abs(), argument.abs() if step != "sigmoid" else self.value.abs())
        self.error = slope * self.error
        self.round(units)
