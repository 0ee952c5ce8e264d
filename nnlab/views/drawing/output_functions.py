"""What a network's outputs are taken for: by identity, sigmoid, softmax and argmax.

Every number is made by the engine's own functions.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import quiet
from nnlab.engine.activations import Sigmoid
from nnlab.engine.layers import Context
from nnlab.engine.losses.classification import BinaryCrossEntropy, CrossEntropy, Hinge
from nnlab.engine.losses.loss import Loss
from nnlab.experiment.answer_parts import AnswerLoss
from nnlab.session.session import Session

USED = {
    CrossEntropy: "softmax",
    AnswerLoss: "softmax",
    BinaryCrossEntropy: "sigmoid",
    Hinge: "argmax",
}


@dataclass(frozen=True)
class Reading:
    """What heads make of outputs: for each head, by name, a number for every class, or
    for every target; NaN where there is none. `named` is the class that argmax names,
    or None."""

    heads: dict[str, np.ndarray]
    named: int | None


def reading(session: Session, z: np.ndarray) -> Reading:
    """That of outputs z (outputs,)."""
    with quiet():
        if not session.data.labelled:
            return Reading(
                {
                    "identity": z,
                    "in its units": session.decoder.predictions(z[None])[0],
                },
                None,
            )
        sigmoid = Sigmoid().forward(np, {}, z, Context())[0]
        one = len(z) == 1 and len(session.data.classes) == 2
        both = np.array([0 * z[0], z[0]]) if one else z
        softmax = CrossEntropy().predict(np, both)
        named = int(session.decoder.scaled(z)[0] > 0.5) if one else int(np.argmax(z))
    if one:
        z, sigmoid = np.append(np.nan, z), np.append(1 - sigmoid, sigmoid)
    heads = {"identity": z, "sigmoid": sigmoid, "softmax": softmax}
    return Reading(heads, named if np.isfinite(both).all() else None)


def used(loss: Loss) -> str:
    """By which head a loss reads outputs."""
    found = (name for kind, name in USED.items() if isinstance(loss, kind))
    return next(found, "identity")
