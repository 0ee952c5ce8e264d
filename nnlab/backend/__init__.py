"""Foundation of the engine: arrays, the backends that compute them, random numbers.

A `Backend` is NumPy, or PyTorch on a CPU or a GPU; the source of the engine is the same
for all. Read in this order: numpy_space, arrays, array_input, randomness, cuda_graph,
backends, pytorch, select.
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
