"""What the engine stands on: arrays, and random numbers drawn on the host.

Randomness is NumPy's. Every replica has generators of its own, one for each
purpose, made from its seed alone: neither its position among the others nor their
number changes what it draws.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np

from nnlab.errors import InputError, whole

xp = np
Array = Any  # an array of whatever namespace: the standard has no class for it
Space = Any  # such a namespace: NumPy, or another library by NumPy's names
Named = dict[str, Any]  # arrays by name
ValuesAndCache = tuple[Array, Any]  # what a forward pass returns
DTYPES: dict[str, Any] = {"float32": np.float32, "float64": np.float64}


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


def to_numpy(array: Array) -> np.ndarray:
    """An array of whatever library, on the host."""
    return np.asarray(array)


def quiet() -> np.errstate:
    """A context in which overflow and NaN pass without a warning.

    A rate that is too large makes them, and that is an answer, not a fault.
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")
