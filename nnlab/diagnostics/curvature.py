"""How the loss bends: the Hessian H of the mean loss, met only as products H v.

H has P² numbers, and is never written down. Its product with one vector is how the
gradient changes on the way along it, which two gradients a little apart tell. Out of a
few such products come its largest eigenvalue, the sharpness λ, and what a step does to
the loss: gᵀΔ + ½ ΔᵀHΔ. Gradient descent at rate η is stable where λ < 2/η. Pearlmutter
1994, "Fast exact multiplication by the Hessian"; Cohen et al. 2021, "Gradient descent
on neural networks typically occurs at the edge of stability".
"""

from collections.abc import Callable, Iterator
from copy import copy
from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network

REACH = 1e-7  # how far apart the gradients are, beside parameters of about 1
TINY = 1e-10  # of a product, what is left of it by rounding alone


class Sharpness(NamedTuple):
    """The largest eigenvalue of H (…,), its direction (…, P) of length 1, how far the
    eigenvalue may be off (…,), and how many products it took."""

    value: np.ndarray
    direction: np.ndarray
    error: np.ndarray
    products: int


class Change(NamedTuple):
    """What a step does to the loss: by the slope, gᵀΔ, and by the bend, ½ ΔᵀHΔ; each
    (…,)."""

    slope: np.ndarray
    bend: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Both together (…,)."""
        return self.slope + self.bend


def hessian_product(
    network: Network,
    x: Array,
    y: Array,
    loss: Loss,
    v: Array,
    training: bool = False,
    noise: Array = None,
) -> np.ndarray:
    """H v (…, P) for v (…, P): each replica's own H, at its parameters.

    The other arguments are those of `Network.loss`. The gradients are those of the
    network in float64, whatever its dtype: about nine digits are right. They are taken
    on both sides of the parameters, at once and twice the reach, so that a kink that
    lies exactly there, as a ReLU's does at 0, is left out.
    """
    v = to_numpy(v).astype(np.float64)
    there, p = precise(network), to_numpy(network.parameters).astype(np.float64)
    if training and noise is None:
        noise = network.draw_noise(np.shape(x)[-2])
    with quiet():
        length = np.linalg.norm(v, axis=-1, keepdims=True)
        typical = np.sqrt(np.mean(p * p, axis=-1, keepdims=True))
        reach = REACH * np.maximum(1.0, typical)
        small = reach * v / np.where(length > 0, length, 1.0)

        def gradient(times: float) -> np.ndarray:
            there.parameters[...] = there.xp.asarray(p + times * small)
            return to_numpy(there.gradient(x, y, loss, training, noise))

        above = gradient(2.0) - gradient(1.0)
        below = gradient(-1.0) - gradient(-2.0)
        return (above + below) * (length / (2 * reach))


def largest_curvature(
    network: Network,
    x: Array,
    y: Array,
    loss: Loss,
    tolerance: float = 1e-2,
    products: int = 60,
    start: Array = None,
) -> Sharpness:
    """The largest eigenvalue of H, replica by replica: see `largest_eigenvalue`."""
    shape = (*network.lead, network.layout.size)

    def product(v: np.ndarray) -> np.ndarray:
        return hessian_product(network, x, y, loss, v)

    return largest_eigenvalue(product, shape, tolerance, products, start)


def largest_eigenvalue(
    product: Callable[[np.ndarray], np.ndarray],
    shape: tuple[int, ...],
    tolerance: float = 1e-2,
    products: int = 60,
    start: Array = None,
) -> Sharpness:
    """The largest eigenvalue (not the largest in size) of a symmetric H: the last that
    `lanczos` finds."""
    *_, found = lanczos(product, shape, tolerance, products, start)
    return found


def lanczos(
    product: Callable[[np.ndarray], np.ndarray],
    shape: tuple[int, ...],
    tolerance: float = 1e-2,
    products: int = 60,
    start: Array = None,
) -> Iterator[Sharpness]:
    """The largest eigenvalue of a symmetric H, as it is known after each product.

    `product` is v ↦ H v, of this shape (…, P). Of all vectors that products so far have
    led to, the best counts; power iteration keeps only the last, and needs many times
    more. It ends where no replica can be off by more than `tolerance` times its
    eigenvalue (it is off by about the square of that share, if no other is near), or
    after so many products. It starts along `start` (…, P), or along a fixed random
    direction, the same for every replica. Where H is not finite, so is nothing here.
    Lanczos 1950, "An iteration method for the solution of the eigenvalue problem of
    linear differential and integral operators".
    """
    fresh = np.random.default_rng(0)
    v = fresh.normal(size=shape[-1]) if start is None else _finite(start, fresh)
    basis = [np.broadcast_to(_unit(v), shape)]
    images: list[np.ndarray] = []
    while True:
        images.append(product(basis[-1]))
        found = _best(np.stack(basis, axis=-2), np.stack(images, axis=-2))
        yield found
        left = found.error > tolerance * np.abs(found.value)
        if len(images) == min(products, shape[-1]) or not left.any():
            return
        basis.append(_next(basis, images[-1], fresh))


def predicted_change(
    network: Network,
    x: Array,
    y: Array,
    loss: Loss,
    change: Array,
    training: bool = False,
    noise: Array = None,
) -> Change:
    """What a change (…, P) of the parameters does to the mean loss, to second order:
    gᵀΔ + ½ ΔᵀHΔ. For a step of gradient descent, Δ = −η g, it is −η‖g‖² + ½ η² gᵀHg.

    The other arguments are those of `Network.loss`.
    """
    change = to_numpy(change).astype(np.float64)
    if training and noise is None:
        noise = network.draw_noise(np.shape(x)[-2])
    with quiet():
        g = to_numpy(precise(network).gradient(x, y, loss, training, noise))
        bent = hessian_product(network, x, y, loss, change, training, noise)
        return Change(_dot(g, change), 0.5 * _dot(bent, change))


def precise(network: Network) -> Network:
    """The same network in float64, on numbers of its own."""
    xp, there = network.xp, copy(network)
    there.dtype = np.float64
    vectors = {"parameters": network.parameters, "state": network.state}
    doubles = {k: to_numpy(v).astype(np.float64) for k, v in vectors.items()}
    there.place(**{k: xp.asarray(v) for k, v in doubles.items()})
    return there


def _best(basis: np.ndarray, images: np.ndarray) -> Sharpness:
    """The largest eigenvalue that H has on the span of a basis (…, k, P), whose images
    H v these are; it is off by no more than the length of H d − λ d."""
    with quiet():
        seen = basis @ images.mT
        fine = np.isfinite(seen).all(axis=(-2, -1), keepdims=True)
        seen = np.where(fine, (seen + seen.mT) / 2, 0.0)
        values, vectors = np.linalg.eigh(seen)
        value, share = values[..., -1], vectors[..., None, :, -1]
        direction, image = ((share @ of)[..., 0, :] for of in (basis, images))
        error = np.linalg.norm(image - value[..., None] * direction, axis=-1)
        value, error = (np.where(fine[..., 0, 0], n, np.nan) for n in (value, error))
    return Sharpness(value, direction, error, basis.shape[-2])


def _next(
    basis: list[np.ndarray], image: np.ndarray, fresh: np.random.Generator
) -> np.ndarray:
    """The part of an image (…, P) that is new, with length 1; where nothing is, a new
    random direction."""
    known, length = np.stack(basis, axis=-2), np.linalg.norm(image, axis=-1)
    with quiet():
        left = _beside(known, image)
        new = np.linalg.norm(left, axis=-1) > TINY * length
        other = np.broadcast_to(fresh.normal(size=image.shape[-1]), image.shape)
        left = np.where(new[..., None], left, _beside(known, other))
        return _unit(_beside(known, _unit(left)))


def _beside(basis: np.ndarray, v: np.ndarray) -> np.ndarray:
    """What is left of v (…, P) beside an orthonormal basis (…, k, P)."""
    return v - ((basis @ v[..., None]).mT @ basis)[..., 0, :]


def _finite(start: Array, fresh: np.random.Generator) -> np.ndarray:
    """A direction (…, P) to start along, with random numbers for one that is none."""
    start = to_numpy(start).astype(np.float64)
    length = np.linalg.norm(start, axis=-1, keepdims=True)
    fine = np.isfinite(length) & (length > 0)
    return np.where(fine, start, fresh.normal(size=start.shape[-1]))


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sum(a * b, axis=-1)
