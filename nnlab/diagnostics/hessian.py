"""Curvature of the mean loss: Hessian-vector products, λmax and quadratic models.

H has P² entries and is never formed. H v is the directional derivative of the gradient
along v, from a finite difference of gradients. A few products give the largest
eigenvalue, the sharpness λ, and the predicted change of the loss by a step Δ:
gᵀΔ + ½ ΔᵀHΔ. Gradient descent at learning rate η is stable where λ < 2/η. Pearlmutter
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

REACH = 1e-7  # step of the finite difference, for parameters of about 1
TINY = 1e-10  # relative length below which a remainder is rounding error


class Sharpness(NamedTuple):
    """Largest eigenvalue of H, per replica.

    Attributes:
        value: the eigenvalue (…,).
        direction: the unit eigenvector (…, P).
        error: a bound on the error of the eigenvalue (…,).
        products: the number of products H v used.
    """

    value: np.ndarray
    direction: np.ndarray
    error: np.ndarray
    products: int


class Change(NamedTuple):
    """Predicted change of the loss by a step Δ, per replica.

    Attributes:
        slope: the linear term gᵀΔ (…,).
        bend: the quadratic term ½ ΔᵀHΔ (…,).
    """

    slope: np.ndarray
    bend: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Sum of both terms (…,)."""
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
    """Return H v (…, P) for v (…, P), with each replica's Hessian H of the mean loss.

    The gradients are computed in float64, whatever the network's dtype: about nine
    digits are correct. They are taken on both sides of the parameters, at one and two
    steps of the finite difference, so that a kink exactly at the parameters, as of ReLU
    at 0, has no effect.

    Args:
        network: the network.
        x: the samples, as in `Network.loss`.
        y: the targets, as in `Network.loss`.
        loss: the loss.
        v: the vectors (…, P).
        training: use the layers in training mode.
        noise: the random numbers of the layers, in training mode; drawn if None.
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
    """Return the largest eigenvalue of H per replica: see `lanczos`.

    Args:
        network: the network.
        x: the samples, as in `Network.loss`.
        y: the targets, as in `Network.loss`.
        loss: the loss.
        tolerance: the relative error at which the iteration stops.
        products: the maximum number of products H v.
        start: the first direction (…, P); random if None.
    """
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
    """Return the largest (not the largest absolute) eigenvalue of a symmetric H.

    It is the last result of `lanczos`, which explains the arguments.
    """
    *_, found = lanczos(product, shape, tolerance, products, start)
    return found


def lanczos(
    product: Callable[[np.ndarray], np.ndarray],
    shape: tuple[int, ...],
    tolerance: float = 1e-2,
    products: int = 60,
    start: Array = None,
) -> Iterator[Sharpness]:
    """Yield the largest eigenvalue of a symmetric H, improved by each product.

    The eigenvalue is the best one on the span of all vectors so far; power iteration
    uses only the last and needs many more products. The iteration ends when the error
    bound of every replica is at most `tolerance` times its eigenvalue (the actual
    relative error is about the square of that, unless another eigenvalue is close), or
    after `products` products. The result is NaN where H is not finite. Lanczos 1950,
    "An iteration method for the solution of the eigenvalue problem of linear
    differential and integral operators".

    Args:
        product: v ↦ H v, for arrays of this shape.
        shape: the shape (…, P) of v.
        tolerance: the relative error at which the iteration stops.
        products: the maximum number of products.
        start: the first direction (…, P); by default a fixed random direction, the same
            for every replica.
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
    """Return the change of the mean loss by a step, to second order: gᵀΔ + ½ ΔᵀHΔ.

    For a step of gradient descent, Δ = −η g, it is −η‖g‖² + ½ η² gᵀHg.

    Args:
        network: the network.
        x: the samples, as in `Network.loss`.
        y: the targets, as in `Network.loss`.
        loss: the loss.
        change: the step Δ (…, P).
        training: use the layers in training mode.
        noise: the random numbers of the layers, in training mode; drawn if None.
    """
    change = to_numpy(change).astype(np.float64)
    if training and noise is None:
        noise = network.draw_noise(np.shape(x)[-2])
    with quiet():
        g = to_numpy(precise(network).gradient(x, y, loss, training, noise))
        bent = hessian_product(network, x, y, loss, change, training, noise)
        return Change(_dot(g, change), 0.5 * _dot(bent, change))


def precise(network: Network) -> Network:
    """Return a copy of the network in float64, with its own arrays."""
    xp, there = network.xp, copy(network)
    there.dtype = np.float64
    vectors = {"parameters": network.parameters, "state": network.state}
    doubles = {k: to_numpy(v).astype(np.float64) for k, v in vectors.items()}
    there.place(**{k: xp.asarray(v) for k, v in doubles.items()})
    return there


def _best(basis: np.ndarray, images: np.ndarray) -> Sharpness:
    """Return the largest eigenvalue of H on the span of a basis (…, k, P), given the
    images H v; its error is at most ‖H d − λ d‖."""
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
    """Return the normalized part of an image (…, P) orthogonal to the basis, or a new
    random direction where that is 0."""
    known, length = np.stack(basis, axis=-2), np.linalg.norm(image, axis=-1)
    with quiet():
        left = _beside(known, image)
        new = np.linalg.norm(left, axis=-1) > TINY * length
        other = np.broadcast_to(fresh.normal(size=image.shape[-1]), image.shape)
        left = np.where(new[..., None], left, _beside(known, other))
        return _unit(_beside(known, _unit(left)))


def _beside(basis: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the part of v (…, P) orthogonal to an orthonormal basis (…, k, P)."""
    return v - ((basis @ v[..., None]).mT @ basis)[..., 0, :]


def _finite(start: Array, fresh: np.random.Generator) -> np.ndarray:
    """Return `start` (…, P), with a random direction where it is zero or not finite."""
    start = to_numpy(start).astype(np.float64)
    length = np.linalg.norm(start, axis=-1, keepdims=True)
    fine = np.isfinite(length) & (length > 0)
    return np.where(fine, start, fresh.normal(size=start.shape[-1]))


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sum(a * b, axis=-1)
