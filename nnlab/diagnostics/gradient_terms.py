"""The gradient of one weight, factor by factor.

A weight w multiplies what comes in, a, on the way to a sum z. So ∂loss/∂w is the mean
over the mini-batch of δ · a, with δ = ∂ℓ/∂z of each sample; and where f bends the sum,
δ is what comes back to f(z), times the slope f′(z). Rumelhart, Hinton & Williams 1986,
"Learning representations by back-propagating errors".
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

WIGGLE = 1e-5  # h of the central difference, beside a weight of about 1


@dataclass(frozen=True)
class Factors:
    """Those of the weight `index` of the vector of all parameters; (batch,) each.

    Attributes:
        index: its place in the vector.
        array: the array that it is in: "0.W".
        at: where in that array it is.
        value: what it is before the step.
        products: what each sample says; their mean is the gradient.
        a: what the weight multiplies; None in a layer of the learner's own, which may
            use it in any way.
        z: the number that it is added up to; None as before.
        delta: ∂ℓ/∂z; None as before.
        bends: the layer that bends z, number by number; None if there is none.
        slope: f′(z) there.
        back: ∂ℓ/∂f(z), what comes back to it.
        gradient: ∂(mean loss)/∂w, as the engine has it.
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
    """Those of one weight, by its place in the vector of all parameters."""
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
    """The array in which a place of the vector lies, by name, and where in it."""
    for name, place in layout.places.items():
        if place.start <= index < place.stop:
            at = np.unravel_index(index - place.start, place.shape)
            return name, tuple(map(int, at))
    raise IndexError(index)


def central_difference(passes: Passes, index: int) -> float:
    """(L(w + h) − L(w − h)) / 2h: how the loss of this mini-batch changes as this one
    weight is wiggled, in float64. Where it has a kink within h, that is no slope."""
    p = to_numpy(passes.network.parameters).astype(np.float64)
    h = WIGGLE * max(1.0, abs(p[index]))
    ends = np.array([p[index] + h, p[index] - h])
    above, below = (passes.mean_loss(_moved(p, index, end)) for end in ends)
    return float((above - below) / (ends[0] - ends[1]))


def slopes(passes: Passes, visit: Visit) -> np.ndarray | None:
    """f′(z) (batch, units) of a layer that bends each number by itself; None of one
    that does not."""
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
    """The layer right after it, if that bends each number by itself."""
    block, _, number = visit.name.rpartition(".")
    after = f"{block}.{int(number) + 1}" if block else f"{int(number) + 1}"
    found = next((one for one in passes.visits if one.name == after), None)
    if found is None or found.inner or found.p or slopes(passes, found) is None:
        return None
    return found


def _coming(visit: Visit, array: str, at: tuple[int, ...]) -> np.ndarray | None:
    """What the weight multiplies in every sample (batch,), in a layer of ours."""
    x, ones = to_numpy(visit.x), np.ones(len(visit.x), to_numpy(visit.x).dtype)
    if type(visit.layer) is Linear:
        return x[:, at[0]] if array == "W" else ones
    if type(visit.layer) is BatchNorm:
        return to_numpy(visit.cache[0])[:, at[-1]] if array == "gamma" else ones
    return None


def _shares(
    passes: Passes, visit: Visit, array: str, at: tuple[int, ...]
) -> np.ndarray:
    """What each sample adds to a weight's gradient (batch,): the way back through its
    layer with what comes back to this sample alone."""
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
    """Room for a gradient that nobody needs."""
    return {name: value * 0 for name, value in p.items()}


def _moved(p: np.ndarray, index: int, end: float) -> Array:
    """The parameters with one of them here."""
    moved = p.copy()
    moved[index] = end
    return moved
