"""Random numbers, drawn on the host.

Randomness is NumPy's, whoever computes. Every replica has generators of its own, one
for each purpose, made from its seed alone: neither its position among the others nor
their number changes what it draws.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from nnlab.errors import InputError, whole


class Purpose(IntEnum):
    """What random numbers are for. Each purpose has its own stream per seed."""

    INIT = 0
    ORDER = 1
    NOISE = 2
    MEASURE = 3


def generator(seed: int, purpose: Purpose) -> np.random.Generator:
    """The stream of random numbers of one seed for one purpose."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose,)))


def seeds_of(seed: int | Sequence[int], replicas: int | None) -> list[int]:
    """The seed of every replica: one after the other from `seed` on, or as it says."""
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
