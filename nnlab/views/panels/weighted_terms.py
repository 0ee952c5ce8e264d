"""The weighted sum of one neuron at one sample, term by term.

z = x₁ w₁ + x₂ w₂ + … + b. What comes after z, up to the neuron's output, goes number by
number: the layers of its column, and for the only output of a classifier the function
through which the loss reads it.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.diagnostics.activation_curve import value_and_slope
from nnlab.engine.dropout import Dropout
from nnlab.engine.layers import Linear
from nnlab.engine.losses.classification import BinaryCrossEntropy
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.selected_neuron import inputs_of, subject, unit_of
from nnlab.views.drawing.wiring import Column, columns

SIGMOID = "sigmoid"


@dataclass(frozen=True)
class Terms:
    """A neuron's numbers; those of inputs are (inputs,) each.

    Attributes:
        number: which column it is in.
        unit: which of its neurons it is.
        names: what the inputs are called.
        values: what comes in.
        weights: by what each is multiplied.
        bias: what is added.
        z: the sum, as the network computed it.
        after: what becomes of it, one after the other: a name and a number.
        bend: which of these is a curve, by its number; None if none is.
    """

    number: int
    unit: int
    names: list[str]
    values: np.ndarray
    weights: np.ndarray
    bias: float
    z: float
    after: list[tuple[str, float]]
    bend: int | None

    @property
    def products(self) -> np.ndarray:
        """Value times weight."""
        with quiet():
            return self.values * self.weights

    @property
    def a(self) -> float:
        """What comes out."""
        return self.after[-1][1] if self.after else self.z

    @property
    def dot(self) -> tuple[float, float]:
        """Where on the curve it is; without a curve, where z is itself."""
        if self.bend is None:
            return self.z, self.z
        came = [self.z, *(value for _, value in self.after)]
        return came[self.bend], came[self.bend + 1]


def terms(session: Session, selection: Selection) -> Terms | None:
    """Those of the neuron and the sample that the learner looks at; None if it is not
    one weighted sum, as in a layer of another kind."""
    number, column, unit = unit_of(session, selection.focus)
    network = session.trainer.network
    if not column.weights or type(network.layers[column.first]) is not Linear:
        return None
    x = subject(session, selection)[None]
    outputs = session.trace(x, selection.replica)
    first = column.first
    with quiet():
        seen = to_numpy(network.features(session.scale(x)))
    values = (outputs[first - 1] if first else seen)[0].astype(float)
    weights = session.array(column.weights, selection.replica)[:, unit].astype(float)
    bias = float(session.array(f"{first}.b", selection.replica)[0, unit])
    after = _after(session, column, unit, outputs)
    bend = next((i for i, (_, _, bends) in enumerate(after) if bends), None)
    return Terms(
        *(number, unit, inputs_of(session, number, column), values, weights, bias),
        float(outputs[first][0, unit]),
        [(name, value) for name, value, _ in after],
        bend,
    )


def curve(session: Session, shown: Terms, z: np.ndarray) -> np.ndarray:
    """What the neuron's curve makes of numbers (N,); of one that has none, z itself."""
    network = session.trainer.network
    column = columns(network)[shown.number]
    if shown.bend is None:
        return z
    if column.bends is None:
        return session.trainer.loss.predict(np, z[:, None])[:, 0]
    return value_and_slope(network, column.bends, z)[0]


def _after(session: Session, column: Column, unit: int, outputs: list[np.ndarray]):
    """What becomes of z: a name, a number, and whether that is the curve."""
    layers, found = session.trainer.network.layers, []
    for i in range(column.first + 1, column.last + 1):
        if not isinstance(layers[i], Dropout):  # in use it does nothing
            value = float(outputs[i][0, unit])
            found.append((str(layers[i]).lower(), value, layers[i] is column.bends))
    read = isinstance(session.trainer.loss, BinaryCrossEntropy)
    if read and column.last == len(layers) - 1 and not found:
        with quiet():
            said = session.trainer.loss.predict(np, outputs[-1])[0, unit]
        found.append((SIGMOID, float(said), True))
    return found
