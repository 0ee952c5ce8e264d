"""Which samples a step sees, and the random numbers that its layers get.

Every epoch shows each sample once, in a new order; its last mini-batch may be smaller.
Each replica draws from generators of its own, made from its seed alone, so neither its
place among the others nor their number changes what it sees.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from nnlab.backend import Array, Purpose, Space, generator
from nnlab.engine.network import Network
from nnlab.errors import Plain

States = Mapping[str, Any]  # of a generator


class Batches(Plain):
    """The rows of `samples` that the replicas with these `seeds` see, step by step.

    `lead` is the leading axis: (R,), or () for one without.
    """

    def __init__(
        self, seeds: Sequence[int], lead: tuple[int, ...], samples: int, size: int
    ):
        self.lead, self.samples, self.size = lead, samples, size
        self.generators = [generator(seed, Purpose.ORDER) for seed in seeds]
        self.begins = [(0, 0.0)]  # steps at which samples came, and epochs done by then
        self.epoch = -1  # the one that the order is for, counted from there
        self.order = np.zeros((*lead, samples), np.int64)
        self.states = _states(self.generators)  # after this order was drawn

    @property
    def per_epoch(self) -> int:
        """How many mini-batches show every sample once."""
        return -(-self.samples // self.size)

    def left(self, step: int) -> int:
        """How many steps it is from this one to the end of an epoch; 0 at its end."""
        return (self.begins[-1][0] - step) % self.per_epoch

    def epochs(self, steps: Any) -> Any:
        """How many epochs are done after so many steps (…,), with the fraction of the
        one under way."""
        begin, done = self.begins[-1]
        known, epochs = zip(*self.begins)
        before = np.interp(steps, known, epochs)
        now = done + (np.asarray(steps) - begin) / self.per_epoch
        return np.where(np.asarray(steps) < begin, before, now)

    def for_samples(self, samples: int, size: int, step: int) -> "Batches":
        """For other samples from this step on, where an epoch begins; whatever is drawn
        is what would have been drawn next."""
        other = Batches((), self.lead, samples, size)
        other.generators, other.states = self.generators, self.states
        done = float(self.epochs(step))
        other.begins = [*(one for one in self.begins if one[0] < step), (step, done)]
        return other

    def rows(self, step: int) -> np.ndarray:
        """The rows (…, batch) for this step, the first being 0; steps come in turn."""
        epoch, number = divmod(step - self.begins[-1][0], self.per_epoch)
        if epoch != self.epoch:
            self.epoch = epoch
            order = [rng.permutation(self.samples) for rng in self.generators]
            self.order = np.stack(order).reshape(self.order.shape)
            self.states = _states(self.generators)
        return self.order[..., number * self.size : (number + 1) * self.size]

    def go_to(self, states: Sequence[States]) -> None:
        """Goes on as one that had these states after its order was drawn."""
        self.states = list(states)
        for rng, state in zip(self.generators, states, strict=True):
            rng.bit_generator.state = state


def places(part: Sequence[Array], rows: np.ndarray) -> np.ndarray:
    """Where the samples in these rows (…, batch) lie, one after the other: in those
    (N, …) that all replicas share, or in (R, N, …), each replica's own."""
    if part[0].ndim == 3:
        replicas, samples, *_ = part[0].shape
        rows = rows + samples * np.arange(replicas)[:, None]
    return rows.reshape(-1)


def taken(
    xp: Space, part: Sequence[Array], index: Array, shape: tuple[int, ...]
) -> Iterator[Array]:
    """Samples and targets that lie at these `places`, as (…, batch, …)."""
    own = part[0].ndim == 3
    for values in part:
        if own:
            values = xp.reshape(values, (-1, *values.shape[2:]))
        found = xp.take(values, index, axis=0)
        if len(shape) > 1:
            found = xp.reshape(found, (*shape, *values.shape[1:]))
        yield found


class Noise(Plain):
    """Random numbers (…, N) for each step of `batch` samples, uniform in [0, 1)."""

    AHEAD = 1_000_000  # numbers drawn ahead, at most, unless a step needs more

    def __init__(self, network: Network, batch: int):
        self.batch, self.dtype, self.lead = batch, network.dtype, network.lead
        self.size = network.stack.noise_layout(batch).size
        self.generators = [generator(s, Purpose.NOISE) for s in network.seeds]
        self.steps = max(1, self.AHEAD // max(1, self.size * len(self.generators)))
        self.next = 0  # of the steps drawn ahead, the one that comes next
        self.drawn = np.zeros((0, *self.lead, self.size), self.dtype)
        self.before = _states(self.generators)  # before these were drawn

    def step(self) -> np.ndarray:
        """The numbers for the step that comes next, on the host."""
        if self.next == len(self.drawn):
            self._draw()
        self.next += 1
        numbers: np.ndarray = self.drawn[self.next - 1]
        return numbers

    def go_to(self, states: Sequence[States], following: int) -> None:
        """Goes on as one that had these generators' states `before`, and then gave
        numbers for so many steps."""
        for rng, state in zip(self.generators, states, strict=True):
            rng.bit_generator.state = state
        self.before, self.drawn = list(states), self.drawn[:0]
        if following:
            self._draw()
        self.next = following

    def for_network(self, network: Network, batch: int) -> "Noise":
        """For another network, or another size of a batch, from the number that would
        have come next."""
        other = Noise(network, batch)
        other.go_to(self.before, 0)
        for rng in other.generators:
            rng.random((self.next, self.size), self.dtype)  # those that are used up
        other.before = _states(other.generators)
        return other

    def _draw(self) -> None:
        self.before, self.next = _states(self.generators), 0
        shape = (self.steps, self.size)
        lots = [rng.random(shape, self.dtype) for rng in self.generators]
        self.drawn = np.stack(lots, axis=1).reshape(self.steps, *self.lead, self.size)


def _states(generators: Sequence[np.random.Generator]) -> list[States]:
    return [rng.bit_generator.state for rng in generators]
