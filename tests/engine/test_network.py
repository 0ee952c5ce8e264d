"""A network is its layers in a row: one vector of numbers, one gradient."""

import pickle
import tracemalloc
from copy import deepcopy

import numpy as np
import pytest

from nnlab.engine import (
    MSE,
    BatchNorm,
    BinaryCrossEntropy,
    CrossEntropy,
    Dropout,
    He,
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Tanh,
    Xavier,
)
from nnlab.errors import InputError
from nnlab.training.surgery import exchange

from .arrays import (
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    same,
    space,
)

TASKS = {  # name → layers on two inputs, a loss, and a target for each x (N, 2)
    "line": ([Linear(1)], MSE(), lambda x: x[:, 0]),
    "line of width 1": ([Linear(1), Tanh(), Linear(1)], MSE(), lambda x: x[:, 0]),
    "sides": (
        [Linear(4), Tanh(), Linear(1)],
        BinaryCrossEntropy(),
        lambda x: (x[:, 0] > 0).astype(int),
    ),
    "quarters": (
        [Linear(5), ReLU(), Linear(3, Xavier()), Sigmoid(), Linear(4)],
        CrossEntropy(),
        lambda x: 2 * (x[:, 0] > 0) + (x[:, 1] > 0),
    ),
}
all_tasks = pytest.mark.parametrize("name", TASKS)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def task(name, replicas=None, batch=5, dtype="float64", seed=1):
    """A network, and samples, targets and loss for it."""
    layers, loss, target = TASKS[name]
    x = np.random.default_rng(seed).normal(size=(batch, 2))
    net = Network(2, layers, seed=seed, replicas=replicas, dtype=dtype)
    return net, (x, target(x).copy(), loss)


def apart(one, other) -> float:
    """How far two vectors are apart, relative to the length of the second."""
    one, other = host(one), host(other)
    return np.linalg.norm(one - other) / np.linalg.norm(other)


@all_tasks
@all_replicas
@pytest.mark.parametrize("batch", [1, 5])
def test_backpropagation_is_the_slope_of_the_loss(name, replicas, batch, differences):
    net, sample = task(name, replicas, batch)
    slope = differences(lambda: net.loss(*sample), net.parameters)
    assert apart(net.gradient(*sample), slope) <= 1e-7


@all_tasks
def test_backpropagation_overwrites_all_of_the_gradient(name):
    (net, (x, y, loss)), xp = task(name), space()
    garbage = xp.full_like(net.parameters, np.nan)
    views, contexts = net.layout.views(xp, garbage), net.contexts(len(x), False)
    net.backpropagate(net.features(x), net.targets(y, loss), loss, contexts, views)
    assert_array_equal(garbage, net.gradient(x, y, loss))


@all_tasks
def test_float32_agrees_with_float64(name):
    single, sample = task(name, 3, dtype="float32")
    double, _ = task(name, 3, dtype="float64")
    double.parameters[...] = here(host(single.parameters).astype("float64"))
    g, exact = host(single.gradient(*sample)), double.gradient(*sample)
    assert g.dtype == host(single.loss(*sample)).dtype == np.float32
    assert apart(g, exact) <= 1e-5
    assert_allclose(single.loss(*sample), double.loss(*sample), rtol=1e-5)


@all_tasks
def test_looking_changes_nothing(name):
    net, sample = task(name, 3)
    before, numbers = net.__getstate__(), copied(net.parameters)
    net.loss(*sample), net.gradient(*sample), net.trace(sample[0]), repr(net)
    after = net.__getstate__()
    assert_array_equal(net.parameters, numbers)
    assert before.keys() == after.keys()
    assert all(after[name] is value for name, value in before.items())


WAYS = [deepcopy, lambda n: pickle.loads(pickle.dumps(n))]


@pytest.mark.without("strict")  # its arrays can't be copied so
@pytest.mark.parametrize("copy_of", WAYS, ids=["deepcopy", "pickle"])
def test_a_copy_stands_on_numbers_of_its_own(copy_of):
    net, sample = task("quarters", 3)
    copy = copy_of(net)
    assert_array_equal(copy.gradient(*sample), net.gradient(*sample))
    copy.parameters += 1.0
    assert_array_equal(copy["0.W"], net["0.W"] + 1.0)


@all_tasks
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_replica_is_the_network_of_its_own_seed(name, dtype):
    together, sample = task(name, 3, dtype=dtype)
    for i in range(3):
        alone = Network(2, TASKS[name][0], seed=together.seeds[i], dtype=dtype)
        assert_array_equal(host(together.parameters)[i], alone.parameters)
        same(host(together.forward(sample[0]))[i], alone.forward(sample[0]))
        same(host(together.loss(*sample))[i], alone.loss(*sample))
        same(host(together.gradient(*sample))[i], alone.gradient(*sample))


@all_tasks
def test_solo_shows_one_replica_on_the_same_numbers(name):
    net, (x, *_) = task(name, 3)
    alone = net.replica(2)
    same(alone.forward(x), host(net.forward(x))[2])
    assert (alone.seeds, alone.lead) == ([net.seeds[2]], ())
    net.parameters[2, :] += 1.0
    same(alone.forward(x), host(net.forward(x))[2])
    assert (net.replicas, net.parameters.shape) == (3, (3, net.layout.size))


@all_tasks
@all_replicas
def test_shapes_have_the_replicas_in_front(name, replicas):
    net, (x, y, loss) = task(name, replicas)
    lead = () if replicas is None else (replicas,)
    assert net.lead == lead
    assert net.parameters.shape == net.gradient(x, y, loss).shape
    assert net.parameters.shape == (*lead, net.layout.size)
    assert net.forward(x).shape == (*lead, len(x), net.widths[-1])
    assert net.loss(x, y, loss).shape == lead


@all_tasks
def test_samples_may_differ_from_replica_to_replica(name):
    net, (x, *_) = task(name, 3)
    own = np.stack([x, 2 * x, 3 * x])
    outputs = host(net.forward(own))
    for i in range(3):
        same(outputs[i], host(net.forward(own[i]))[i])


@all_tasks
def test_the_trace_ends_in_the_output(name):
    net, (x, *_) = task(name, 3)
    trace = net.trace(x)
    assert [outputs.shape[-1] for outputs in trace] == net.widths[1:]
    assert_array_equal(trace[-1], net.forward(x))


def test_the_vector_is_every_parameter_in_order():
    net, _ = task("quarters", 3)
    flat = [host(net[name]).reshape(3, -1) for name in net.layout.places]
    assert_array_equal(np.concatenate(flat, axis=1), net.parameters)
    net["2.W"][...] = 7.0
    place = net.layout.places["2.W"]
    assert (host(net.parameters)[:, place.start : place.stop] == 7.0).all()


def test_layers_draw_one_after_the_other_from_one_stream():
    whole = Network(2, [Linear(3, He()), Tanh(), Linear(4, He())], seed=5)
    front = Network(2, [Linear(3, He())], seed=5)
    first = host(whole.parameters)[: front.layout.size]
    assert_array_equal(front.parameters, first)


def test_seeds_differ():
    nets = [task("quarters", seed=seed)[0] for seed in range(4)]
    weights = np.stack([host(net["0.W"]) for net in nets])
    assert len(np.unique(weights)) == weights.size


def by_torch(net, x, y, loss, torches):
    """The loss and its gradient by PyTorch, for which every parameter is a view of one
    flat leaf, laid out as the network says."""
    torch = pytest.importorskip("torch")
    leaf = torch.tensor(host(net.parameters), requires_grad=True)
    a, p = torch.tensor(x), net.layout.views(torch, leaf)
    for layer, named in zip(net.layers, p):
        a = a @ named["W"] + named["b"] if named else torches(layer)(a)
    value = torches(loss)(a, torch.tensor(host(net.targets(y, loss))))
    value.backward()
    return value.item(), leaf.grad.numpy()


@all_tasks
def test_torch_finds_the_same_gradient(name, torches):
    net, sample = task(name)
    value, theirs = by_torch(net, *sample, torches)
    assert float(net.loss(*sample)) == pytest.approx(value, rel=1e-12)
    assert apart(net.gradient(*sample), theirs) <= 1e-12


BAD = [
    ("inputs", dict(inputs=0)),
    ("inputs", dict(inputs=-1)),
    ("layers", dict(layers=[])),
    ("replicas", dict(replicas=0)),
    ("seed", dict(seed=-1)),
    ("dtype", dict(dtype="float16")),
    ("dtype", dict(dtype=float)),
]


@pytest.mark.once
@pytest.mark.parametrize("argument, given", BAD)
def test_a_network_that_cannot_be_is_refused(argument, given):
    with pytest.raises(InputError, match=argument) as caught:
        Network(**{"inputs": 2, "layers": [Linear(1)], **given})
    assert caught.value.argument == argument


@pytest.mark.parametrize("shape", [(2,), (5, 3), (3, 5, 1), ()], ids=str)
def test_samples_of_another_shape_are_refused(shape):
    net, _ = task("sides", 3)
    for look in (net.forward, net.trace):
        with pytest.raises(InputError, match=r"^x of shape .*\(batch, 2\)") as caught:
            look(np.zeros(shape))
        assert caught.value.argument == "x"


def test_an_unknown_parameter_is_answered_with_the_nearest():
    net, _ = task("sides")
    with pytest.raises(InputError, match=r"did you mean '0\.W'"):
        net["0.w"]


def test_a_network_shows_its_stack():
    net, _ = task("sides", 3)
    stack = "2 → Linear(4) → Tanh → Linear(1)"
    assert repr(net) == f"Network({stack}, 17 parameters, 3 replicas)"


# Layers that take over


def test_layers_exchanged_keep_every_number_and_do_what_they_say():
    def layers(rate):
        return [Linear(3), BatchNorm(), Dropout(rate), Linear(1)]

    network, other = (Network(2, layers(rate), replicas=2) for rate in (0.2, 0.7))
    vectors, numbers = (network.parameters, network.state), copied(network.parameters)
    exchange(network, layers(0.7))
    assert network.parameters is vectors[0] and network.state is vectors[1]
    assert_array_equal(network.parameters, numbers)
    assert repr(network) == repr(other)
    x, y = np.arange(10.0).reshape(5, 2) ** 2, np.arange(5.0)
    losses = (one.loss(x, y, MSE(), training=True) for one in (network, other))
    assert_array_equal(*losses)


@pytest.mark.parametrize(
    "layers",
    [
        [Linear(4), Tanh(), Linear(1)],
        [Linear(3), Dropout(), Linear(1)],
        [Linear(3), BatchNorm(), Linear(1)],
        [Linear(1)],
    ],
)
def test_layers_that_need_other_arrays_cannot_take_over(layers):
    network = Network(2, [Linear(3), Tanh(), Linear(1)])
    before = repr(network)
    with pytest.raises(InputError, match="layers that need other arrays"):
        exchange(network, layers)
    assert repr(network) == before


@pytest.mark.once
@pytest.mark.parametrize("layers", [[], (), 3, None, Tanh(), [Tanh], ["relu"], [None]])
def test_a_network_is_made_of_layers(layers):
    if isinstance(layers, Tanh):
        assert Network(2, layers).layers == (Tanh(),)
        return
    with pytest.raises(InputError, match=r"a list of layers.*try layers=\[") as caught:
        Network(2, layers)
    assert caught.value.argument == "layers"


@pytest.mark.without("torch")  # whose memory nobody traces
def test_the_output_alone_keeps_nothing_on_its_way():
    """Forty layers take no more memory than two."""
    layers = [part for _ in range(20) for part in (Linear(50), Tanh())]
    net = Network(50, layers)
    x = np.ones((2000, 50), "float32")
    net.output(here(x[:1]))  # what is derived stays
    tracemalloc.start()
    try:
        net.output(here(x))
        assert tracemalloc.get_traced_memory()[1] < 6 * x.nbytes
    finally:
        tracemalloc.stop()
