"""The Labs of 02: weights by hand, and every number on the way; and its experiments to
repeat by hand.

Where weights are set by hand there is one seed, since they are those of one network.
"""

from collections.abc import Callable

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck
from nnlab.engine.activations import Identity
from nnlab.engine.layers import Linear
from nnlab.lab.lab import Lab
from nnlab.lab.task_list import Task
from nnlab.lab.trials import Trials
from nnlab.lessons.forward.experiments import (
    EPOCHS,
    RACERS,
    collapsed,
    depths,
    race,
    stretched,
)
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import (
    ActivationCurve,
    Boundary,
    Heads,
    HiddenSpace,
    Neurons,
    WeightedSum,
)
from nnlab.views.drawing.number_format import signed

PLACES = 1000  # points of the plane at which one layer and all layers are compared
CENTRES = np.array([[0.0, 2.6], [-2.4, -1.6], [2.4, -1.6]])


def neuron() -> Lab:
    """Return a Lab with one neuron, whose two inputs are the coordinates themselves."""
    return Lab(
        data="gaussians",
        hidden=(),
        standardize=False,
        seeds=1,
        learning_rate=0.01,
        views=[Boundary(), WeightedSum()],
        controls=("data", "noise", "learning_rate"),
        steps=1500,
        still=0,
        tasks=[Task("Part the clouds by hand: over 90 % right", _by_hand(0.9))],
        height=325,
    )


def network() -> Lab:
    """Return a Lab with three neurons and an output, each with its own sum."""
    return Lab(
        data="island",
        hidden=(3,),
        seeds=1,
        learning_rate=1,
        views=[Neurons(), Boundary(), WeightedSum()],
        controls=("data", "activation", "learning_rate"),
        steps=1500,
        height=380,
    )


def warp() -> Lab:
    """Return a Lab with the plane, and the same plane as hidden layers bend it.

    The last one has two neurons, so that the picture shows all of its output.
    """
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
        height=300,
    )


def heads() -> Lab:
    """Return a Lab with three classes, and the output functions of three outputs."""
    return Lab(
        data=three_clouds,
        hidden=(),
        seeds=1,
        learning_rate=0.3,
        views=[Boundary(), Heads()],
        controls=("noise", "learning_rate"),
        steps=1500,
        height=300,
    )


def sums() -> Lab:
    """Return a Lab with two moons, for the learner's layer."""
    return Lab(
        data="moons",
        hidden=(4,),
        seeds=3,
        learning_rate=1,
        views=[Neurons(), Boundary()],
        controls=("data", "hidden", "learning_rate"),
        steps=1500,
        height=275,
    )


def bends() -> Lab:
    """Return a Lab with the island, for the learner's activation and its curve."""
    return Lab(
        data="island",
        hidden=(6,),
        views=[Neurons(), ActivationCurve(), Boundary()],
        controls=("data", "hidden", "learning_rate"),
        steps=1500,
        height=275,
    )


def challenge() -> Lab:
    """Return a Lab with XOR, and two hidden neurons whose weights are to be found."""
    return Lab(
        data="xor",
        hidden=(2,),
        seeds=1,
        views=[Neurons(), Boundary(), WeightedSum()],
        controls=("noise",),
        still=0,
        tasks=[Task("Over 80 % of XOR right, by hand", _by_hand(0.8))],
        height=380,
    )


def _by_hand(share: float) -> Callable[[Session, Selection], str]:
    """Return a function that says how many points are right, if they are more than
    this share and no step was made."""

    def done(session: Session, _: Selection) -> str:
        right = session.median("train_accuracy")
        made = session.trainer.steps_done
        return f"{right:.0%}" if right > share and not made else ""

    return done


def depth() -> Trials:
    """Return eight layers to be trained, with a bend between them and without."""
    bends = ("identity", "tanh")
    return Trials(
        lambda seed: [
            100 * float(depths(bend, seeds=1, first=seed, layers=(8,))[0, 0])
            for bend in bends
        ],
        columns=["a = z", "a = tanh(z)"],
        button="Train eight layers",
        measured="right of 100",
        says=lambda found: (
            f"Without a bend {found[0, -1]:.0f} of 100 this time, with it "
            f"{found[1, -1]:.0f}."
        ),
    )


def racing() -> Trials:
    """Return a race of three activations, each network from the same start."""
    return Trials(
        lambda seed: [float(race(1.0, 1, seed)[bend][0]) for bend in RACERS],
        columns=RACERS,
        button="Race",
        measured="epochs to 95 %",
        never=f"not within {EPOCHS}",
        says=_first,
    )


def _first(found: np.ndarray) -> str:
    """Return in words who was first, and how often."""
    fastest = found == found.min(axis=0)
    wins = ", ".join(f"{bend} {n}" for bend, n in zip(RACERS, fastest.sum(axis=1)))
    return f"First, so far: {wins} (who comes in together is first together)."


def unit() -> Trials:
    """Return the island in another unit, as it is and standardized."""
    kinds = [(1, False), (100, False), (100, True)]
    return Trials(
        lambda seed: [
            100 * float(stretched([factor], standardize, 1, seed)[0, 0])
            for factor, standardize in kinds
        ],
        columns=["in metres", "in centimetres", "centimetres, standardized"],
        button="Train all three",
        measured="right of 100",
        says=lambda found: (
            f"This time {found[0, -1]:.0f}, {found[1, -1]:.0f} and {found[2, -1]:.0f} "
            "of 100."
        ),
    )


def three_clouds(samples: int = 300, noise: float = 1.0, seed: int = 0) -> Dataset:
    """Return three clouds of points, each a class; `noise` is their deviation."""
    rng, y = luck(samples, noise, seed, least=3), np.arange(samples) % 3
    x = CENTRES[y] + rng.normal(0, noise, (samples, 2))
    names = ("orange", "blue", "green")
    return Dataset("three clouds", x, y, ("x₁", "x₂"), names, source="generated")


def collapse() -> Lab:
    """Return a Lab with the island and any number of layers, at first all linear."""
    return Lab(
        data="island",
        hidden=(4, 4),
        activation="identity",
        learning_rate=0.1,
        controls=("hidden", "activation", "learning_rate"),
        views=[Neurons(), Boundary()],
        height=275,
        steps=600,
        remark=one_line,
    )


def one_line(session: Session, selection: Selection) -> str:
    """Return in words the one layer that equals all layers of the seed shown."""
    network = session.trainer.network.replica(selection.replica)
    layers = sum(isinstance(layer, Linear) for layer in network.layers)
    if not all(isinstance(layer, Linear | Identity) for layer in network.layers):
        return (
            f"There are bends between these {layers} layers: no one layer is the same."
        )
    W, b = collapsed(network)
    x = np.random.default_rng(0).normal(0, 2, (PLACES, len(W))).astype(network.dtype)
    apart = np.abs(network.forward(x) - (x @ W + b)).max()
    names = [f" · {name}" for name in session.data.features]
    terms = " ".join(map(_term, [*W[:, 0], b[0, 0]], [*names, ""]))
    zeros = int(np.floor(-np.log10(max(apart, 1e-12))))
    return (
        f"All {layers} layers of the seed shown, multiplied out: z = {terms}. At "
        f"{PLACES} places the two differ by less than {10.0**-zeros:.{zeros}f}."
    )


def _term(weight: float, of: str) -> str:
    """Return a term of a sum, with its sign."""
    return f"{signed(weight)}{of}"
