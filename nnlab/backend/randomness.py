"""Random numbers, drawn on the host.

All random numbers are NumPy's, on every backend. Every replica has its own generators,
one per purpose, seeded only with its seed: neither its index nor the number of replicas
changes its numbers.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from nnlab.errors import InputError, whole


class Purpose(IntEnum):
    """Purpose of random numbers. Each purpose has its own stream per seed."""

    INIT = 0
    ORDER = 1
    NOISE = 2
    MEASURE = 3


def generator(seed: int, purpose: Purpose) -> np.random.Generator:
    """Return the random generator of a seed for one purpose."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose,)))


def seeds_of(seed: int | Sequence[int], replicas: int | None) -> list[int]:
    """Return the seed of every replica: `seed` + i, or the given sequence.

    Raises:
        InputError: for a negative seed, or a sequence of the wrong length.
    """
    count = replicas or 1
    if not isinstance(seed, Sequence):
        whole("seed", seed, least=0)
        return [seed + i for i in range(count)]
    for one in seed:
        whole("seed", one, least=0)
    if len(seed) != count:
        raise InputError(
            "seed",
            f"seed has {len(seed)} numbers for {count} replicas; try "
            f"replicas={len(seed)}.",
        )
    return list(seed)
