"""What a trainer is given, and the random numbers that go with it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.backend import Purpose, generator
from nnlab.engine import Linear, Network, Tanh
from nnlab.engine.dropout import Dropout
from nnlab.errors import InputError
from nnlab.training.batches import Batches, Noise
from nnlab.training.sample_checks import batch_of

pytestmark = pytest.mark.once  # it is all on the host
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])
LAYERS = [Dropout(0.1), Linear(4), Tanh(), Dropout(0.5), Linear(1)]


@dataclass(frozen=True)
class Needy(Tanh):
    """Trains on no fewer than five samples."""

    least_batch: ClassVar[int] = 5


@pytest.mark.parametrize("layer, least", [(Tanh(), 1), (Needy(), 5)])
@pytest.mark.parametrize("samples", [5, 7, 23, 24])
def test_a_size_is_refused_only_if_it_leaves_too_few(layer, least, samples):
    for size in range(1, samples + 1):
        parts = [size] * (samples // size) + [samples % size] * (samples % size > 0)
        if min(parts) >= least:
            assert batch_of(size, samples, [layer]) == size
        else:
            with pytest.raises(InputError, match="Needy can't train") as caught:
                batch_of(size, samples, [layer])
            near = int(str(caught.value).split("batch_size=")[-1].rstrip("."))
            assert batch_of(near, samples, [layer]) == near
    assert batch_of(None, samples, [layer]) == samples


@pytest.mark.parametrize(
    "size, fix",
    [(0, 1), (-1, 1), (2.5, 2), ("3", 3), (float("nan"), 1), (True, 1), ("all", 1)],
)
def test_a_size_that_cannot_be_is_refused(size, fix):
    with pytest.raises(InputError, match=rf"^batch_size=.*try batch_size={fix}\.$"):
        batch_of(size, 23, [Tanh()])


@pytest.mark.parametrize("size", [23, 24, 10**9, np.int64(99), None])
def test_there_are_no_more_samples_in_a_batch_than_there_are(size):
    assert batch_of(size, 23, [Tanh()]) == 23


@all_replicas
def test_noise_is_the_stream_of_each_seed(replicas):
    net = Network(3, LAYERS, seed=5, replicas=replicas)
    noise = Noise(net, batch=10)
    assert noise.size == 10 * (3 + 4)
    steps = [noise.next_step() for _ in range(7)]
    for i, seed in enumerate(net.seeds):
        rng = generator(seed, Purpose.NOISE)
        for step in steps:
            mine = step if replicas is None else step[i]
            assert_array_equal(mine, rng.random(noise.size, np.float32))


@pytest.mark.parametrize("ahead", [1, 210, 700, 10**6])
def test_how_far_ahead_it_is_drawn_is_not_seen(ahead, monkeypatch):
    net = Network(3, LAYERS, replicas=3)
    usual = [Noise(net, 10).next_step() for _ in range(1)]
    monkeypatch.setattr(Noise, "AHEAD", ahead)
    noise = Noise(net, 10)
    other = [noise.next_step().copy() for _ in range(9)]
    again = Noise(net, 10)
    assert_array_equal(other[0], usual[0])
    assert_array_equal(other, [again.next_step().copy() for _ in range(9)])
    assert noise.drawn.size <= max(ahead, 3 * noise.size)


@pytest.mark.parametrize("made", [0, 1, 4, 5, 11])
def test_noise_goes_on_from_where_it_was(made, monkeypatch):
    monkeypatch.setattr(Noise, "AHEAD", 5 * 3 * 70)  # five steps at a time
    net = Network(3, LAYERS, replicas=3)
    noise, other = Noise(net, 10), Noise(net, 10)
    for _ in range(made):
        noise.next_step()
    other.go_to(noise.before, noise.next)
    moved = noise.for_network(Network(3, LAYERS, replicas=3), 10)
    for _ in range(12):
        next_one = noise.next_step()
        assert_array_equal(other.next_step(), next_one)
        assert_array_equal(moved.next_step(), next_one)


def test_each_layer_and_each_sample_has_numbers_of_its_own():
    net = Network(3, LAYERS)
    [first, _, _, second, _] = net.stack.noise_layout(10).views(
        np, Noise(net, 10).next_step()
    )
    assert (first["drop"].shape, second["drop"].shape) == ((10, 3), (10, 4))
    numbers = np.concatenate([first["drop"].ravel(), second["drop"].ravel()])
    assert len(np.unique(numbers)) == numbers.size
    assert (numbers >= 0).all() and (numbers < 1).all()


def test_a_network_without_luck_needs_none():
    net = Network(3, [Linear(2)], replicas=3)
    noise = Noise(net, 10)
    assert noise.next_step().shape == (3, 0)
    assert noise.generators[0].random() == generator(0, Purpose.NOISE).random()


@all_replicas
def test_an_epoch_is_each_row_once(replicas):
    lead = () if replicas is None else (replicas,)
    batches = Batches(range(replicas or 1), lead, 23, 10)
    for epoch in range(3):
        steps = range(epoch * 3, epoch * 3 + 3)
        rows = np.concatenate([batches.rows(step) for step in steps], axis=-1)
        assert rows.shape == (*lead, 23)
        assert_array_equal(np.sort(rows), np.broadcast_to(np.arange(23), rows.shape))
