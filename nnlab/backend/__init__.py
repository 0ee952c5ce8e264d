"""What the engine stands on: arrays and who computes with them, and random numbers.

A `Backend` is NumPy, or PyTorch on a processor or a GPU; the engine's source is the
same for all. Read in this order: arrays, given, randomness, recorded, backends,
pytorch, faster.
"""

from nnlab.backend.array_input import check_aligned, host
from nnlab.backend.arrays import (
    DTYPES,
    Array,
    Named,
    Space,
    ValuesAndCache,
    constant,
    quiet,
    to_numpy,
)
from nnlab.backend.backends import Backend
from nnlab.backend.randomness import Purpose, generator, seeds_of
from nnlab.backend.select import BACKENDS, select_backend

__all__ = [
    "BACKENDS",
    "DTYPES",
    "Array",
    "Backend",
    "Named",
    "Purpose",
    "Space",
    "ValuesAndCache",
    "check_aligned",
    "constant",
    "generator",
    "host",
    "quiet",
    "seeds_of",
    "select_backend",
    "to_numpy",
]
