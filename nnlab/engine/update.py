"""From a gradient to new parameters: penalties, clipping, schedule, optimizer, decay.

Gradient, change and application are three things:

    gradient ← shortened(gradient of the loss + slopes of the penalties)
    rate     ← learning rate · schedule(step)
    change   ← optimizer's change for the gradient, at this rate
    change   ← change + decay's
    parameters ← parameters + change

The last three are done for a part of the vectors at a time, and not for a replica that
has stopped early.
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
    """Changes the parameters, and owns all that this needs.

    Attributes:
        gradient: the latest gradient (…, P).
        moments: what the optimizer remembers, by name: each (…, P).
        next_state: the statistics of layers after the step under way (…, S): the
            forward pass writes them, and `apply` commits them.
        noise: this step's random numbers (…, N) for the layers, of which there are
            none unless a layer asks for some: see `draw`.
        began: the step at which the optimizer's moments began.
        coefficients: the optimizer's numbers for this step by name, and by their place
            the shares by which weights decay: on the host.
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
        self.stops = False  # whether some replicas may have stopped
        self.coefficients: dict[Any, Any] = {}
        if not all(rule.biases for rule in (*self.regularizers, *optimizer.decays)):
            _ = self._weights  # a layer that does not say what is a bias is told now

    @property
    def xp(self) -> Space:
        """The array namespace."""
        return self.network.xp

    def use(self, optimizer: Optimizer, step: int) -> None:
        """Another optimizer from this step on; unless the one before kept all moments
        that it needs, they all start at 0, with a first step of their own."""
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
        """The same for another network: moments keep what fits, and are else 0."""
        other = Update(
            network, self.optimizer, self.regularizers, self.clip, self.schedule
        )
        other.began, layouts = self.began, self.network.layout
        for name, moment in other.moments.items():
            network.layout.inherit(network.xp, moment, layouts, self.moments[name])
        return other

    def penalties(self) -> Iterator[tuple[Penalty, object]]:
        """Each penalty, with the parameters that it is for and 0 for the others."""
        for rule in self.regularizers:
            if isinstance(rule, Penalty):
                yield rule, self._weighed(rule, self.network.parameters)

    def penalty(self) -> Array:
        """What the weights cost, apart from the loss: one number a replica (…,)."""
        xp, network = self.network.xp, self.network
        cost = xp.zeros(network.lead, dtype=network.parameters.dtype)
        for rule, w in self.penalties():
            cost = cost + rule.penalty(xp, w)
        return cost

    def finish_gradient(self) -> None:
        """Adds the penalties' slopes to the gradient, and shortens it if need be."""
        xp = self.network.xp
        for rule, w in self.penalties():
            self.gradient += rule.slope(xp, w)
        if self.clip:
            self.gradient[...] = self.clip.clip(xp, self.gradient)

    def draw(self, noise: np.ndarray) -> None:
        """Puts in place the random numbers (…, N) of this step, on the host."""
        if self.noise.shape != noise.shape:
            like = self.network.parameters.dtype
            self.place(noise=self.xp.zeros(noise.shape, dtype=like))
        self.noise[...] = self.xp.asarray(noise)

    def contexts(self, batch: int) -> list[Context]:
        """What each layer may know of a step of so many samples, which is no more than
        there is `noise` for."""
        if batch not in self.contexts_known:
            vectors = self.noise, self.next_state
            self.contexts_known[batch] = self.network.contexts(batch, True, *vectors)
        return self.contexts_known[batch]

    def prepare(self, step: int, active: np.ndarray | None = None) -> None:
        """Puts in place what is another number at every step.

        With `active` (…,), only replicas for which it is true will be changed.
        """
        optimizer, regularizers, clip = self.rules
        same = optimizer is self.optimizer and regularizers is self.regularizers
        if not same or clip is not self.clip:
            self.forget()
        rate = self._rate(step)
        count = step + 1 - self.began  # of the optimizer's steps, this one included
        shares = {i: rule.share(rate) for i, rule in enumerate(self.decays)}
        self.coefficients = self.optimizer.coefficients(count, rate) | shares
        if self.numbers.views.keys() != self.coefficients.keys():
            self.forget()
        self.numbers.set(self.coefficients, self.network.dtype)
        if active is not None:
            self.stops = True
            self.moves[...] = self.network.xp.asarray(active)[..., None]

    def apply(self) -> None:
        """The change, added: the one line by which training moves parameters."""
        network = self.network
        for chunk, p, g, m, c in self.parts:
            change = self.optimizer.update(network.xp, m, g, p, c)
            for i, rule in enumerate(self.decays):
                change = change - c[i] * self._weighed(rule, p, chunk[-1])
            if self.stops:
                moves = self.moves[*chunk[:-1], ...]
                change = network.xp.where(moves, change, 0.0)
            p += change
        self._commit()

    def __repr__(self) -> str:
        return f"Update({self.optimizer!r})"

    @cached_property
    def gradient_views(self) -> list[Named]:
        """The gradient of each layer's parameters by name, as views."""
        return self.network.layout.views(self.network.xp, self.gradient)

    @cached_property
    def contexts_known(self) -> dict[int, list[Context]]:
        """What each layer may know of a step, by its number of samples."""
        return {}

    @cached_property
    def _weights(self) -> Array:
        """For every parameter (P,) whether it is a weight, and no bias."""
        return self.network.xp.asarray(~self.network.stack.biases())

    @cached_property
    def rules(self) -> tuple[object, ...]:
        """Those by which all else was derived."""
        return self.optimizer, self.regularizers, self.clip

    @cached_property
    def decays(self) -> list[WeightDecay]:
        """What shrinks weights beside the optimizer's change."""
        given = [rule for rule in self.regularizers if isinstance(rule, WeightDecay)]
        return [*given, *self.optimizer.decays]

    @cached_property
    def numbers(self) -> Numbers:
        """The coefficients of this step as they meet the vectors."""
        network = self.network
        return Numbers(network.xp, self.coefficients, network.parameters)

    @cached_property
    def moves(self) -> Array:
        """Which replicas this step changes (…, 1)."""
        network = self.network
        return network.xp.ones((*network.lead, 1), dtype=network.xp.bool)

    @cached_property
    def parts(self) -> list[tuple[Chunk, Array, Array, Named, dict[Any, Any]]]:
        """For each part of the vectors that is updated at a time: which it is, and of
        the parameters, the gradient, the moments and this step's numbers the views."""
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
        factor = self.schedule(step) if self.schedule else 1.0
        return self.optimizer.learning_rate * factor

    def _commit(self) -> None:
        """The statistics that layers keep are now those after this step."""
        state, network = self.next_state, self.network
        if self.stops:
            state = network.xp.where(self.moves, state, network.state)
        network.state[...] = state

    def _weighed(
        self, rule: Regularizer, p: Array, columns: slice = slice(None)
    ) -> Array:
        """The parameters p in these columns, with 0 for those left alone."""
        if rule.biases:
            return p
        return self.network.xp.where(self._weights[columns], p, 0.0)

    def _zeros(self, names: Sequence[str]) -> Named:
        zeros = self.network.xp.zeros_like
        return Views({name: zeros(self.network.parameters) for name in names})


def _check_parts(
    optimizer: object, regularizers: object, clip: object, schedule: object
) -> None:
    """Raises an `InputError` for what is no such part."""
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
    """Of numbers () or (R, 1) those of the replicas in this part of the vectors."""
    return view[chunk[0], :] if view.ndim else view


def _chunks(shape: tuple[int, ...], most: int) -> list[Chunk]:
    """Parts of (…, P) with about `most` numbers: whole rows, or else columns."""
    *lead, size = shape
    columns = _parts(size, most)
    if not lead:
        return [(part,) for part in columns]
    rows = _parts(lead[0], max(1, most // max(1, size)))
    return [(some, part) for some in rows for part in columns]


def _parts(length: int, most: int) -> list[slice]:
    """An axis of this length, cut into parts of at most so many."""
    return [slice(i, min(i + most, length)) for i in range(0, length, most)]
