"""The explorer of 02 in which layers without a bend fall into one."""

import numpy as np

from nnlab.engine.activations import Identity
from nnlab.engine.layers import Linear
from nnlab.lab.lab import Lab
from nnlab.lessons.forward.experiments import collapsed
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import Boundary, Neurons

PLACES = 1000  # points of the plane at which both are asked


def collapse() -> Lab:
    """The island, and as many layers as one likes, of which none bends at first."""
    return Lab(
        data="island",
        hidden=(4, 4),
        activation="identity",
        learning_rate=0.1,
        controls=("hidden", "activation", "learning_rate"),
        views=[Neurons(), Boundary()],
        height=330,
        steps=600,
        remark=one_line,
    )


def one_line(session: Session, selection: Selection) -> str:
    """In words, the one layer that does what all layers of the seed shown do."""
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
    """A term of a sum, with its sign."""
    return f"{weight:+.3f}{of}".replace("-", "−")
