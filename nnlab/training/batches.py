"""The order of samples in mini-batches, and the random numbers for the layers.

Every epoch shows each sample once, in a new order; its last mini-batch may be smaller.
Each replica has its own generators, seeded only with its seed, so neither its index nor
the number of replicas changes its samples.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnlab.backend import Array, Purpose, Space, generator
from nnlab.engine.network import Network
from nnlab.errors import Plain

States = Mapping[str, Any]  # state of a generator


class Batches(Plain):
    """Mini-batches of sample indices for each replica, step by step.

    Args:
        seeds: seed of each replica.
        lead: leading axis: (R,), or () without replicas.
        samples: number of training samples.
        size: number of samples in a mini-batch.

    Attributes:
        per_epoch: number of mini-batches per epoch.
    """

    def __init__(
        self, seeds: Sequence[int], lead: tuple[int, ...], samples: int, size: int
    ):
        self.lead, self.samples, self.size = lead, samples, size
        self.per_epoch = -(-samples // size)
        self.generators = [generator(seed, Purpose.ORDER) for seed in seeds]
        self.begins = [(0, 0.0)]  # steps at which samples were set, epochs done then
        self.epoch = -1  # epoch of `order`, counted from the last of `begins`
        self.order = np.zeros((*lead, samples), np.int64)
        self.states = _states(self.generators)  # after this order was drawn

    def left(self, step: int) -> int:
        """Return the number of steps left in the current epoch; 0 at its end."""
        return (self.begins[-1][0] - step) % self.per_epoch

    def epochs(self, steps: Any) -> Any:
        """Return the number of epochs done after `steps` steps (…,), with fractions."""
        begin, done = self.begins[-1]
        known, epochs = zip(*self.begins)
        before = np.interp(steps, known, epochs)
        now = done + (np.asarray(steps) - begin) / self.per_epoch
        return np.where(np.asarray(steps) < begin, before, now)

    def for_samples(self, samples: int, size: int, step: int) -> "Batches":
        """Return batches for other samples from this step on, where an epoch begins.

        The generators continue from their current state.
        """
        other = Batches((), self.lead, samples, size)
        other.generators, other.states = self.generators, self.states
        done = float(self.epochs(step))
        other.begins = [*(one for one in self.begins if one[0] < step), (step, done)]
        return other

    def rows(self, step: int) -> np.ndarray:
        """Return the sample indices (…, batch) of this step, counted from 0.

        Steps must be requested in order.
        """
        epoch, number = divmod(step - self.begins[-1][0], self.per_epoch)
        if epoch != self.epoch:
            self.epoch = epoch
            order = [rng.permutation(self.samples) for rng in self.generators]
            self.order = np.stack(order).reshape(self.order.shape)
            self.states = _states(self.generators)
        return self.order[..., number * self.size : (number + 1) * self.size]

    def go_to(self, states: Sequence[States]) -> None:
        """Restore generator states that were saved after an order was drawn."""
        self.states = list(states)
        for rng, state in zip(self.generators, states, strict=True):
            rng.bit_generator.state = state


def places(part: Sequence[Array], rows: np.ndarray) -> np.ndarray:
    """Return flat indices of samples, for `taken`.

    Args:
        part: samples and targets, shared (N, …) or per replica (R, N, …).
        rows: sample indices (…, batch).

    Returns:
        Indices (R · batch,) or (batch,) into the samples of all replicas, end to end.
    """
    if part[0].ndim == 3:
        replicas, samples, *_ = part[0].shape
        rows = rows + samples * np.arange(replicas)[:, None]
    return rows.reshape(-1)


def taken(
    xp: Space, part: Sequence[Array], index: Array, shape: tuple[int, ...]
) -> tuple[Array, Array]:
    """Return the samples and the targets at flat indices from `places`.

    Args:
        xp: array namespace.
        part: samples and targets, shared (N, …) or per replica (R, N, …).
        index: flat indices.
        shape: shape of the result without features (…, batch).
    """
    x, y = part
    if x.ndim == 3:
        x, y = (xp.reshape(values, (-1, *values.shape[2:])) for values in part)
    x, y = xp.take(x, index, axis=0), xp.take(y, index, axis=0)
    if len(shape) > 1:
        x, y = (xp.reshape(values, (*shape, *values.shape[1:])) for values in (x, y))
    return x, y


class Noise(Plain):
    """Random numbers (…, N) for each step of `batch` samples, uniform in [0, 1).

    Args:
        network: the network, whose layers determine N.
        batch: number of samples in a mini-batch.
    """

    AHEAD = 1_000_000  # maximum of numbers drawn ahead, unless one step needs more

    def __init__(self, network: Network, batch: int):
        self.batch, self.dtype, self.lead = batch, network.dtype, network.lead
        self.size = network.stack.noise_layout(batch).size
        self.generators = [generator(s, Purpose.NOISE) for s in network.seeds]
        self.ahead = max(1, self.AHEAD // max(1, self.size * len(self.generators)))
        self.next = 0  # index of the next step among those drawn ahead
        self.drawn = np.zeros((0, *self.lead, self.size), self.dtype)
        self.before = _states(self.generators)  # states before `drawn` was drawn

    def next_step(self) -> np.ndarray:
        """Return the numbers of the next step (…, N), on the host."""
        if self.next == len(self.drawn):
            self._draw()
        self.next += 1
        numbers: np.ndarray = self.drawn[self.next - 1]
        return numbers

    def go_to(self, states: Sequence[States], following: int) -> None:
        """Restore generator states `before`, and skip `following` steps."""
        for rng, state in zip(self.generators, states, strict=True):
            rng.bit_generator.state = state
        self.before, self.drawn = list(states), self.drawn[:0]
        if following:
            self._draw()
        self.next = following

    def for_network(self, network: Network, batch: int) -> "Noise":
        """Return noise for another network or batch size, continuing the streams."""
        other = Noise(network, batch)
        other.go_to(self.before, 0)
        for rng in other.generators:
            rng.random((self.next, self.size), self.dtype)  # skip used numbers
        other.before = _states(other.generators)
        return other

    def _draw(self) -> None:
        """Draw the numbers of the next `steps` steps."""
        self.before, self.next = _states(self.generators), 0
        shape = (self.ahead, self.size)
        lots = [rng.random(shape, self.dtype) for rng in self.generators]
        self.drawn = np.stack(lots, axis=1).reshape(self.ahead, *self.lead, self.size)


def _states(generators: Sequence[np.random.Generator]) -> list[States]:
    """Return the state of each generator."""
    return [rng.bit_generator.state for rng in generators]
