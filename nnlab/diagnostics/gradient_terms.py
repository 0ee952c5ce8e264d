"""The factors of one weight's gradient.

A weight w multiplies an input a and adds to a sum z. So ∂loss/∂w is the mean over the
mini-batch of δ · a, with δ = ∂ℓ/∂z of each sample; and if an activation f follows, δ is
∂ℓ/∂f(z) times the slope f′(z). Rumelhart, Hinton & Williams 1986, "Learning
representations by back-propagating errors".
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, quiet, to_numpy
from nnlab.diagnostics.activation_curve import slope
from nnlab.diagnostics.trace import Passes, Visit
from nnlab.engine.layers import Linear
from nnlab.engine.layout import Layout
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.residual import Residual
from nnlab.errors import InputError

WIGGLE = 1e-5  # h of the central difference, for a weight of about 1


@dataclass(frozen=True)
class Factors:
    """Factors of the gradient of one weight; arrays are (batch,).

    `a`, `z` and `delta` are None in a custom layer, which may use the weight in any
    way.

    Attributes:
        index: the position of the weight in the flat vector of parameters.
        array: the name of its array: "0.W".
        at: its index in that array.
        value: its value before the step.
        products: the contribution of each sample; their mean is the gradient.
        a: the input that the weight multiplies, or None.
        z: the sum that it adds to, or None.
        delta: ∂ℓ/∂z, or None.
        bends: the activation applied to z, or None.
        slope: f′(z), or None without an activation.
        back: ∂ℓ/∂f(z), or None without an activation.
        gradient: ∂(mean loss)/∂w, as computed by the engine.
    """

    index: int
    array: str
    at: tuple[int, ...]
    value: float
    products: np.ndarray
    a: np.ndarray | None
    z: np.ndarray | None
    delta: np.ndarray | None
    bends: Any
    slope: np.ndarray | None
    back: np.ndarray | None
    gradient: float


def factors(passes: Passes, index: int) -> Factors:
    """Return the factors of one weight's gradient, by its index in the flat vector."""
    array, at = entry(passes.network.layout, index)
    visit = passes.visit(array.rpartition(".")[0])
    value, gradient = (
        float(to_numpy(vector)[index])
        for vector in (passes.network.parameters, passes.gradient)
    )
    known = _coming(visit, array.rpartition(".")[2], at)
    if known is None:
        shares = _shares(passes, visit, array, at)
        nothing = (None,) * 6
        return Factors(index, array, at, value, shares, *nothing, gradient)
    unit = at[-1]
    delta = passes.batch * to_numpy(visit.dy)[:, unit]
    z = to_numpy(visit.y)[:, unit]
    bending = _bending(passes, visit)
    bends = slope = back = None
    if bending:
        bends, slope = bending.layer, slopes(passes, bending)[:, unit]
        back = passes.batch * to_numpy(bending.dy)[:, unit]
    return Factors(
        *(index, array, at, value, delta * known),
        *(known, z, delta, bends, slope, back, gradient),
    )


def entry(layout: Layout, index: int) -> tuple[str, tuple[int, ...]]:
    """Return the array name, and the index in it, of an index in the flat vector.

    Raises:
        InputError: if there is no such position.
    """
    for name, place in layout.places.items():
        if place.start <= index < place.stop:
            at = np.unravel_index(index - place.start, place.shape)
            return name, tuple(map(int, at))
    raise InputError(
        "index",
        f"index={index} is not allowed: the network has {layout.size} parameters; try "
        f"index={layout.size - 1}.",
    )


def central_difference(passes: Passes, index: int) -> float:
    """Return (L(w + h) − L(w − h)) / 2h for one weight, in float64.

    L is the mean loss of this mini-batch. The result is not a derivative if L has a
    kink within h of w.
    """
    p = to_numpy(passes.network.parameters).astype(np.float64)
    h = WIGGLE * max(1.0, abs(p[index]))
    ends = np.array([p[index] + h, p[index] - h])
    above, below = (passes.mean_loss(_moved(p, index, end)) for end in ends)
    return float((above - below) / (ends[0] - ends[1]))


def slopes(passes: Passes, visit: Visit) -> np.ndarray | None:
    """Return f′(z) (batch, units) of an elementwise layer; None for any other layer."""
    if visit.x.shape != visit.y.shape:
        return None
    xp, given = passes.network.xp, (visit.p, visit.cache, visit.y)
    with quiet():
        steep = slope(xp, visit.layer, *given)
        straight = to_numpy(visit.dy * steep)
    reach = np.abs(straight).max(initial=0.0)
    close = np.abs(straight - to_numpy(visit.dx)) <= 1e-5 * reach
    return to_numpy(steep) if close.all() else None


def _bending(passes: Passes, visit: Visit) -> Visit | None:
    """Return the next layer in the same block if it is elementwise and has no
    parameters."""
    block, _, number = visit.name.rpartition(".")
    after = f"{block}.{int(number) + 1}" if block else f"{int(number) + 1}"
    found = next((one for one in passes.visits if one.name == after), None)
    if found is None or isinstance(found.layer, Residual) or found.p:
        return None
    return None if slopes(passes, found) is None else found


def _coming(visit: Visit, array: str, at: tuple[int, ...]) -> np.ndarray | None:
    """Return the input that the weight multiplies in every sample (batch,); None in a
    custom layer."""
    x, ones = to_numpy(visit.x), np.ones(len(visit.x), to_numpy(visit.x).dtype)
    if type(visit.layer) is Linear:
        return x[:, at[0]] if array == "W" else ones
    if type(visit.layer) is BatchNorm:
        return to_numpy(visit.cache[0])[:, at[-1]] if array == "gamma" else ones
    return None


def _shares(
    passes: Passes, visit: Visit, array: str, at: tuple[int, ...]
) -> np.ndarray:
    """Return the contribution of each sample to a weight's gradient (batch,), from a
    backward pass per sample."""
    own, batch = array.removeprefix(f"{visit.name}."), passes.batch
    found = np.zeros(batch)
    for sample in range(batch):
        g, dy = _scratch(visit.p), visit.dy * 0
        dy[sample] = visit.dy[sample]
        with quiet():
            visit.layer.backward(passes.network.xp, visit.p, g, visit.cache, dy)
        found[sample] = batch * to_numpy(g[own])[at]
    return found


def _scratch(p: Named) -> Named:
    """Return gradient arrays that are discarded."""
    return {name: value * 0 for name, value in p.items()}


def _moved(p: np.ndarray, index: int, end: float) -> Array:
    """Return a copy of the parameters with one entry replaced."""
    moved = p.copy()
    moved[index] = end
    return moved
