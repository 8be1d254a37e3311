"""Numbers of programs: drawn at random, and computed in float64."""

import numpy as np


class Numbers:
    """Parameters and inputs of a `format`: real numbers, or whole ones and powers of
    two with which the programs compute exactly."""

    def __init__(self, seed, exact, format_):
        self.rng, self.exact, self.format = np.random.default_rng(seed), exact, format_

    def _draw(self, shape, whole, real):
        return self.format.round(whole(shape) if self.exact else real(shape))

    def shift(self, shape):
        return self._draw(
            shape,
            lambda s: self.rng.integers(-4, 5, s),
            lambda s: self.rng.uniform(-2, 2, s),
        )

    def factor(self, shape):
        # Factors of one sign may cross an activation.
        sign = self.rng.choice([-1.0, 1.0], shape) if self.rng.random() < 0.6 else 1.0
        return self._draw(
            shape,
            lambda s: sign * 2.0 ** self.rng.integers(-1, 2, s),
            lambda s: sign * self.rng.uniform(0.5, 1.5, s),
        )

    def variance(self, shape):
        return self._draw(
            shape,
            lambda s: 4.0 ** self.rng.integers(-1, 2, s),
            lambda s: self.rng.uniform(0.2, 2, s),
        )

    def weights(self, shape):
        return self._draw(
            shape,
            lambda s: self.rng.integers(-2, 3, s),
            lambda s: self.rng.normal(0, 0.5, s),
        )

    def activations(self, shape):
        mean = self.rng.choice([0.0, 1.0, 3.0])
        return self._draw(
            shape,
            lambda s: self.rng.integers(-3, 4, s),
            lambda s: self.rng.normal(mean, 1, s),
        )


class Known:
    """A value as numpy knows it: `value` in float64, and its magnitude
    `linear + |shift|`, the scale of the rounding errors of a convolution with
    folded weights. `linear` is sum|aW||x| and `shift` the folded bias. `terms` is the
    sum of the magnitudes of all that was added up on the way: the shifts in it do not
    cancel, nor do their rounding errors in a program that adds them one by one."""

    def __init__(self, value, linear, shift, terms, unchanged=False):
        self.value, self.linear, self.shift, self.terms = value, linear, shift, terms
        # Whether the last step was 1*y + 0.
        self.unchanged = unchanged

    def parts(self):
        """The numbers of each element."""
        parts = (self.value, self.linear, self.shift, self.terms)
        return [np.broadcast_to(p, self.value.shape) for p in parts]

    def affine(self, a, b, magnitude=None):
        """`magnitude` is that of what makes up b, where that is a sum."""
        unchanged = bool(np.all(a == 1) and np.all(b == 0))
        terms = self.terms * abs(a) + (abs(b) if magnitude is None else magnitude)
        return Known(self.value * a + b, self.linear * abs(a), self.shift * a + b, terms, unchanged)

    def map(self, move):
        return Known(*(move(p) for p in self.parts()))

    def plus(self, other, sign=1):
        return Known(
            self.value + sign * other.value,
            self.linear + other.linear,
            self.shift + sign * other.shift,
            self.terms + other.terms,
        )

    def equals(self, other):
        return np.array_equal(self.value, other.value) and np.array_equal(self.parts()[2], other.parts()[2])

    def magnitude(self):
        return self.linear + abs(self.shift)

    def restart(self, value, extra=0.0):
        """Behind what is not affine."""
        return Known(value, self.magnitude() + extra, np.zeros_like(value), self.terms + extra)


def concatenate(parts, axis):
    return Known(*(np.concatenate(p, axis) for p in zip(*(part.parts() for part in parts))))
