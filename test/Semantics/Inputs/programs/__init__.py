"""Random programs: convolutions, affine steps in random spellings, and what stands in
the way of a fold.

From a program come the text of a function, the arguments to call it with, its value
in float64 computed here with numpy, and what the fold must do with it.
"""

from .choose import choose, reductions
from .function import Function

__all__ = ["choose", "reductions", "Function"]
