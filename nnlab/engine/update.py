"""From a gradient to new parameters: penalties, clipping, schedule, optimizer, decay.

Gradient, change and application are three separate things:

    gradient ← clip(gradient of the loss + gradient of the penalties)
    rate     ← learning rate · schedule(step)
    change   ← change by the optimizer for this gradient and rate
    change   ← change + change by weight decay
    parameters ← parameters + change

The last three lines are computed for one chunk of the flat vectors at a time. The
parameters and the state of replicas that have stopped early stay as they are; gradients
and moments are computed for all.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space
from nnlab.engine.clipping import Clip
from nnlab.engine.layers import Context
from nnlab.engine.layout import Derived, Vector, Views
from nnlab.engine.network import Network
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.regularizers import Penalty, Regularizer, WeightDecay
from nnlab.engine.replicas import Numbers
from nnlab.errors import InputError, need, shown

Chunk = tuple[slice, ...]


class Update(Derived):
    """Changes the parameters of a network, and owns the buffers that this needs.

    Args:
        network: the network, or R replicas of it, whose parameters are updated in
            place.
        optimizer: computes the change for a gradient.
        regularizers: penalties and weight decays.
        clip: how gradients are clipped; None for no clipping.
        schedule: factor of the learning rate at each step, counted from 0; None for 1.

    Attributes:
        gradient: latest gradient (…, P).
        moments: moments of the optimizer by name, each (…, P).
        next_state: statistics of the layers after the current step (…, S): written by
            the forward pass, committed by `apply`.
        noise: random numbers of the current step (…, N) for the layers; N is 0 unless a
            layer asks for some: see `set_noise`.
        began: step at which the moments of the optimizer were last reset.
        coefficients: coefficients of the optimizer for the current step by name, and
            shares of weight decay by index: on the host.

    Raises:
        InputError: if one of the parts is not of its type.
    """

    gradient: Array = Vector()
    next_state: Array = Vector()
    noise: Array = Vector()

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        regularizers: Sequence[Regularizer] = (),
        clip: Clip | None = None,
        schedule: Callable[[int], float] | None = None,
    ):
        _check_parts(optimizer, regularizers, clip, schedule)
        self.network, self.optimizer, self.clip = network, optimizer, clip
        self.regularizers, self.schedule = tuple(regularizers), schedule
        self.gradient = network.xp.zeros_like(network.parameters)
        self.moments = self._zeros(optimizer.moments)
        self.next_state = network.xp.zeros_like(network.state)
        like = network.parameters.dtype
        self.noise = network.xp.zeros((*network.lead, 0), dtype=like)
        self.began = 0
        self.masked = False  # True once `prepare` was given a mask of active replicas
        self.coefficients: dict[Any, Any] = {}
        if not all(rule.biases for rule in (*self.regularizers, *optimizer.decays)):
            _ = self._weights  # raises if a layer does not declare its biases

    @property
    def xp(self) -> Space:
        """Array namespace."""
        return self.network.xp

    def use(self, optimizer: Optimizer, step: int) -> None:
        """Switch to another optimizer from this step on.

        Moments are kept if the previous optimizer has all that the new one needs;
        otherwise they are reset to 0, and its step count starts at 1.

        Raises:
            InputError: if `optimizer` is not an optimizer.
        """
        need("optimizer", optimizer, Optimizer, "an optimizer", "SGD()", OPTIMIZERS)
        if optimizer is self.optimizer:
            return
        if self.moments.keys() >= {*optimizer.moments}:
            self.moments = Views({n: self.moments[n] for n in optimizer.moments})
        else:
            self.moments, self.began = self._zeros(optimizer.moments), step
        self.optimizer = optimizer
        self.forget()

    def for_network(self, network: Network) -> "Update":
        """Return an equivalent update for another network.

        Moments are copied for the rows and columns that both networks have, and are 0
        elsewhere.
        """
        other = Update(
            network, self.optimizer, self.regularizers, self.clip, self.schedule
        )
        other.began, layouts = self.began, self.network.layout
        for name, moment in other.moments.items():
            network.layout.inherit(network.xp, moment, layouts, self.moments[name])
        return other

    def penalties(self) -> Iterator[tuple[Penalty, object]]:
        """Yield each penalty with its weights (…, P), excluded parameters being 0."""
        for rule in self.regularizers:
            if isinstance(rule, Penalty):
                yield rule, self._weighed(rule, self.network.parameters)

    def penalty(self) -> Array:
        """Return the sum of all penalties, one number per replica (…,)."""
        xp, network = self.network.xp, self.network
        cost = xp.zeros(network.lead, dtype=network.parameters.dtype)
        for rule, w in self.penalties():
            cost = cost + rule.penalty(xp, w)
        return cost

    def finish_gradient(self) -> None:
        """Add the gradients of the penalties to the gradient and clip it, in place."""
        xp = self.network.xp
        for rule, w in self.penalties():
            self.gradient += rule.slope(xp, w)
        if self.clip:
            self.gradient[...] = self.clip.clip(xp, self.gradient)

    def set_noise(self, noise: np.ndarray) -> None:
        """Copy random numbers (…, N) for the current step from the host to `noise`."""
        if self.noise.shape != noise.shape:
            like = self.network.parameters.dtype
            self.place(noise=self.xp.zeros(noise.shape, dtype=like))
        self.noise[...] = self.xp.asarray(noise)

    def contexts(self, batch: int) -> list[Context]:
        """Return the training context of each layer for `batch` samples.

        `noise` must hold random numbers for at least that many.
        """
        if batch not in self.contexts_known:
            vectors = self.noise, self.next_state
            self.contexts_known[batch] = self.network.contexts(batch, True, *vectors)
        return self.contexts_known[batch]

    def prepare(self, step: int, active: np.ndarray | None = None) -> None:
        """Set the learning rate, the other coefficients and the mask for this step.

        Args:
            step: current step, counted from 0.
            active: mask of the replicas that may change (…,); None to leave the mask as
                it is, at first all.
        """
        optimizer, regularizers, clip = self.rules
        same = optimizer is self.optimizer and regularizers is self.regularizers
        if not same or clip is not self.clip:
            self.forget()
        rate = self._rate(step)
        count = step + 1 - self.began  # steps of this optimizer, this one included
        self.coefficients = {**self.optimizer.coefficients(count, rate)}
        for i, rule in enumerate(self.decays):
            self.coefficients[i] = rule.share(rate)
        if self.numbers.views.keys() != self.coefficients.keys():
            self.forget()
        self.numbers.set(self.coefficients, self.network.dtype)
        if active is not None:
            self.masked = True
            self.active[...] = self.network.xp.asarray(active)[..., None]

    def apply(self) -> None:
        """Add the change to the parameters in place, and commit the state."""
        network = self.network
        for chunk, p, g, m, c in self.parts:
            change = self.optimizer.update(network.xp, m, g, p, c)
            for i, rule in enumerate(self.decays):
                change = change - c[i] * self._weighed(rule, p, chunk[-1])
            if self.masked:
                active = self.active[*chunk[:-1], ...]
                change = network.xp.where(active, change, 0.0)
            p += change
        self._commit()

    def __repr__(self) -> str:
        return f"Update({self.optimizer!r})"

    @cached_property
    def gradient_views(self) -> list[Named]:
        """Gradients of each layer's parameters by name, as views of `gradient`."""
        return self.network.layout.views(self.network.xp, self.gradient)

    @cached_property
    def contexts_known(self) -> dict[int, list[Context]]:
        """Cached contexts of the layers by number of samples."""
        return {}

    @cached_property
    def _weights(self) -> Array:
        """Boolean mask (P,), True for weights and False for biases."""
        return self.network.xp.asarray(~self.network.stack.biases())

    @cached_property
    def rules(self) -> tuple[object, ...]:
        """Rules from which the cached properties were derived."""
        return self.optimizer, self.regularizers, self.clip

    @cached_property
    def decays(self) -> list[WeightDecay]:
        """Weight decays: those of the regularizers, then those of the optimizer."""
        given = [rule for rule in self.regularizers if isinstance(rule, WeightDecay)]
        return [*given, *self.optimizer.decays]

    @cached_property
    def numbers(self) -> Numbers:
        """Device buffer with the coefficients of the current step."""
        network = self.network
        return Numbers(network.xp, self.coefficients, network.parameters)

    @cached_property
    def active(self) -> Array:
        """Mask of the replicas that the current step changes (…, 1)."""
        network = self.network
        return network.xp.ones((*network.lead, 1), dtype=network.xp.bool)

    @cached_property
    def parts(self) -> list[tuple[Chunk, Array, Array, Named, dict[Any, Any]]]:
        """Chunks of the flat vectors, updated one after the other.

        For each chunk: its slices, and views of the parameters, the gradient, the
        moments and the coefficients.
        """
        vectors = self.network.parameters, self.gradient
        return [
            (
                chunk,
                *(vector[chunk] for vector in vectors),
                Views({name: moment[chunk] for name, moment in self.moments.items()}),
                {name: _of(view, chunk) for name, view in self.numbers.views.items()},
            )
            for chunk in _chunks(vectors[0].shape, self.network.backend.chunk)
        ]

    def _rate(self, step: int) -> float:
        """Return the learning rate at this step."""
        factor = self.schedule(step) if self.schedule else 1.0
        return self.optimizer.learning_rate * factor

    def _commit(self) -> None:
        """Overwrite the network's state with the state after the current step."""
        state, network = self.next_state, self.network
        if self.masked:
            state = network.xp.where(self.active, state, network.state)
        network.state[...] = state

    def _weighed(
        self, rule: Regularizer, p: Array, columns: slice = slice(None)
    ) -> Array:
        """Return the parameters `p` in these columns, with excluded biases set to 0."""
        if rule.biases:
            return p
        return self.network.xp.where(self._weights[columns], p, 0.0)

    def _zeros(self, names: Sequence[str]) -> Named:
        """Return moments of these names, all 0."""
        zeros = self.network.xp.zeros_like
        return Views({name: zeros(self.network.parameters) for name in names})


def _check_parts(
    optimizer: object, regularizers: object, clip: object, schedule: object
) -> None:
    """Raise an `InputError` for a part of the wrong type."""
    need("optimizer", optimizer, Optimizer, "an optimizer", "SGD()", OPTIMIZERS)
    rules = regularizers if isinstance(regularizers, list | tuple) else (None,)
    if not all(isinstance(rule, Regularizer) for rule in rules):
        raise InputError(
            "regularizers",
            f"regularizers={shown(regularizers)} is not allowed: it is a list of "
            "rules; try regularizers=[L2(0.001)].",
        )
    if clip is not None:
        need("clip", clip, Clip, "a rule that shortens gradients", "ClipNorm(1.0)")
    if schedule is not None:
        what = "a function of the step"
        need("schedule", schedule, Callable, what, "CosineAnnealingLR(1000)")  # type: ignore[arg-type]


def _of(view: Array, chunk: Chunk) -> Array:
    """Return the coefficient () or (R, 1) for the replicas of this chunk."""
    return view[chunk[0], :] if view.ndim else view


def _chunks(shape: tuple[int, ...], most: int) -> list[Chunk]:
    """Split (…, P) into chunks of about `most` numbers: whole rows, or else columns."""
    *lead, size = shape
    columns = _parts(size, most)
    if not lead:
        return [(part,) for part in columns]
    rows = _parts(lead[0], max(1, most // max(1, size)))
    return [(some, part) for some in rows for part in columns]


def _parts(length: int, most: int) -> list[slice]:
    """Split an axis of this length into slices of at most `most` entries."""
    return [slice(i, min(i + most, length)) for i in range(0, length, most)]
