"""The Labs of `02_forward_pass`: weights by hand, and every number on the way.

All have one seed, since it is one network whose weights are set.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck
from nnlab.lab.lab import Lab
from nnlab.views import (
    ActivationCurve,
    Boundary,
    Heads,
    HiddenSpace,
    Neurons,
    WeightedSum,
)

CENTRES = np.array([[0.0, 2.6], [-2.4, -1.6], [2.4, -1.6]])


def neuron() -> Lab:
    """One neuron with two inputs, which are the two coordinates as they are."""
    return Lab(
        data="gaussians",
        hidden=(),
        standardize=False,
        seeds=1,
        learning_rate=0.01,
        views=[Boundary(), WeightedSum()],
        controls=("data", "noise", "learning_rate"),
        steps=1500,
        height=400,
    )


def network() -> Lab:
    """Three neurons and an output, each with its own sum."""
    return Lab(
        data="island",
        hidden=(3,),
        seeds=1,
        learning_rate=1,
        views=[Neurons(), Boundary(), WeightedSum()],
        controls=("data", "activation", "learning_rate"),
        steps=1500,
        height=400,
    )


def warp() -> Lab:
    """How hidden layers bend the plane, beside the plane itself: the last one has two
    neurons, so nothing of what it sees is left out of the picture."""
    return Lab(
        data="island",
        hidden=(3, 2),
        seed=3,
        seeds=1,
        learning_rate=0.3,
        views=[Neurons(), Boundary(), HiddenSpace()],
        controls=("data", "hidden", "activation", "learning_rate"),
        speed=200,
        steps=1500,
    )


def heads() -> Lab:
    """Three classes, and what each head makes of the three outputs."""
    return Lab(
        data=three_clouds,
        hidden=(),
        seeds=1,
        learning_rate=0.3,
        views=[Boundary(), Heads()],
        controls=("noise", "learning_rate"),
        steps=1500,
        height=400,
    )


def sums() -> Lab:
    """Two moons, for a layer of the learner's."""
    return Lab(
        data="moons",
        hidden=(4,),
        seeds=3,
        learning_rate=1,
        views=[Neurons(), Boundary()],
        controls=("data", "hidden", "learning_rate"),
        steps=1500,
        height=300,
    )


def bends() -> Lab:
    """The island, for an activation of the learner's: its curve, and what it does."""
    return Lab(
        data="island",
        hidden=(6,),
        views=[Neurons(), ActivationCurve(), Boundary()],
        controls=("data", "hidden", "learning_rate"),
        steps=1500,
        height=300,
    )


def challenge() -> Lab:
    """XOR, and two hidden neurons whose weights are yet to be found: by hand."""
    return Lab(
        data="xor",
        hidden=(2,),
        seeds=1,
        views=[Neurons(), Boundary(), WeightedSum()],
        controls=("noise",),
        height=400,
    )


def three_clouds(samples: int = 300, noise: float = 1.0, seed: int = 0) -> Dataset:
    """Three clouds of points, each a class; `noise` is their deviation."""
    rng, y = luck(samples, noise, seed, least=3), np.arange(samples) % 3
    x = CENTRES[y] + rng.normal(0, noise, (samples, 2))
    names = ("orange", "blue", "green")
    return Dataset("three clouds", x, y, ("x₁", "x₂"), names, source="generated")
