"""Every layer and activation keeps one contract, whatever it computes."""

from functools import partial

import array_api_strict
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.engine import Layer, Linear, ReLU, Sigmoid, Tanh
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.layers import Context
from nnlab.engine.layout import Layout
from nnlab.errors import InputError

LAYERS = {  # name → the layer, and how many inputs it gets
    "linear": (Linear(3), 4),
    "linear from 1": (Linear(3), 1),
    "linear to 1": (Linear(1), 4),
    "linear 1 to 1": (Linear(1), 1),
    "relu": (ReLU(), 3),
    "sigmoid": (Sigmoid(), 3),
    "tanh": (Tanh(), 3),
    "tanh of 1": (Tanh(), 1),
}
all_layers = pytest.mark.parametrize("name", LAYERS)
all_leads = pytest.mark.parametrize("lead", [(), (1,), (3,)], ids=str)
all_batches = pytest.mark.parametrize("batch", [1, 5])


def task(name, lead=(), batch=5, dtype="float64"):
    """A layer, and what it needs: inputs, parameters, and the gradient coming back."""
    layer, inputs = LAYERS[name]
    normal = np.random.default_rng(1).normal
    x = normal(size=(*lead, batch, inputs))
    x += np.copysign(0.01, x)  # away from the kink of ReLU
    p = normal(size=(*lead, Layout([layer.parameters(inputs)]).size))
    dy = normal(size=(*lead, batch, layer.outputs(inputs)))
    return layer, *(a.astype(dtype) for a in (x, p, dy))


def there(layer, x, p, xp=np):
    """The output and the cache."""
    [views] = Layout([layer.parameters(x.shape[-1])]).views(xp, p)
    return layer.forward(xp, views, x, Context(training=True))


def there_and_back(layer, x, p, dy, xp=np):
    """The output, ∂/∂x and ∂/∂p; what lies in the gradient before is not a number."""
    layout, g = Layout([layer.parameters(x.shape[-1])]), p * float("nan")
    y, cache = there(layer, x, p, xp)
    [views_p], [views_g] = layout.views(xp, p), layout.views(xp, g)
    dx = layer.backward(xp, views_p, views_g, cache, dy)
    return y, dx, g


def subclasses(kind: type) -> set[type]:
    below = {c for child in kind.__subclasses__() for c in subclasses(child)}
    return {kind, *below}


def test_every_layer_is_under_contract():
    shipped = {c for c in subclasses(Layer) if c.__module__.startswith("nnlab.")}
    assert shipped - {Layer} == {type(layer) for layer, _ in LAYERS.values()}
    assert shipped > set(ACTIVATIONS.values())


@all_layers
@all_leads
@all_batches
def test_backward_is_the_slope_of_forward(name, lead, batch, differences):
    layer, x, p, dy = task(name, lead, batch)
    _, dx, g = there_and_back(layer, x, p, dy)
    slope = partial(differences, lambda: np.sum(dy * there(layer, x, p)[0]))
    assert_allclose(dx, slope(x), rtol=1e-6, atol=1e-8)
    assert_allclose(g, slope(p), rtol=1e-6, atol=1e-8)


@all_layers
@all_leads
def test_shapes_are_as_declared(name, lead):
    layer, x, p, dy = task(name, lead)
    y, dx, g = there_and_back(layer, x, p, dy)
    assert (y.shape, dx.shape, g.shape) == (dy.shape, x.shape, p.shape)
    started = layer.start(np.random.default_rng(1), x.shape[-1])
    shapes = {key: array.shape for key, array in started.items()}
    assert shapes == layer.parameters(x.shape[-1])
    assert list(shapes) == list(layer.parameters(x.shape[-1]))


@all_layers
def test_what_comes_in_is_left_alone(name):
    layer, *arrays = task(name)
    for array in arrays:
        array.flags.writeable = False
    there_and_back(layer, *arrays)


@all_layers
def test_a_layer_remembers_nothing(name):
    layer, x, p, dy = task(name)
    first = there_and_back(layer, x, p, dy)
    there_and_back(layer, 2 * x, 3 * p, 4 * dy)
    for one, same in zip(first, there_and_back(layer, x, p, dy), strict=True):
        assert_array_equal(one, same)


@all_layers
@all_leads
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_array_api_standard_is_enough(name, lead, dtype):
    layer, *arrays = task(name, lead, dtype=dtype)
    strict = [array_api_strict.asarray(array) for array in arrays]
    ours = there_and_back(layer, *arrays)
    theirs = there_and_back(layer, *strict, xp=array_api_strict)
    for numpy, standard in zip(ours, theirs, strict=True):
        assert numpy.dtype == dtype
        assert_array_equal(numpy, np.from_dlpack(standard), strict=True)


@all_layers
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_replicas_do_not_know_of_each_other(name, dtype):
    layer, *arrays = task(name, lead=(3,), dtype=dtype)
    together = there_and_back(layer, *arrays)
    for i in range(3):
        alone = there_and_back(layer, *(array[i] for array in arrays))
        for many, one in zip(together, alone, strict=True):
            assert_array_equal(many[i], one)


@all_layers
def test_float32_agrees_with_float64(name):
    layer, *arrays = task(name, dtype="float32")
    single = there_and_back(layer, *arrays)
    double = there_and_back(layer, *(array.astype("float64") for array in arrays))
    for s, d in zip(single, double, strict=True):
        assert s.dtype == np.float32
        assert_allclose(s, d, rtol=1e-5, atol=1e-6)


@all_layers
@all_batches
def test_torch_finds_the_same_gradients(name, batch):
    torch = pytest.importorskip("torch")
    layer, x, p, dy = task(name, batch=batch)
    x[0, 0] = 0.0  # the kink: PyTorch says 0 there too
    y, dx, g = there_and_back(layer, x, p, dy)
    tx, tp = (torch.tensor(array, requires_grad=True) for array in (x, p))
    if isinstance(layer, Linear):
        W, b = torch.split(tp, [x.shape[-1] * layer.units, layer.units])
        ty = torch.nn.functional.linear(tx, W.reshape(x.shape[-1], -1).T, b)
    else:
        ty = getattr(torch, str(layer).lower())(tx)
    (ty * torch.tensor(dy)).sum().backward()
    assert_allclose(y, ty.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert_allclose(dx, tx.grad.numpy(), rtol=1e-12, atol=1e-14)
    if g.size:
        assert_allclose(g, tp.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS.values())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activations_are_finite_far_out(activation, dtype):
    z = np.array([[-1000.0, 0.0, 1000.0]], dtype)
    a, dz, _ = there_and_back(activation(), z, z[:, :0], np.ones_like(z))
    assert np.isfinite(a).all() and np.isfinite(dz).all()


@pytest.mark.parametrize("units", [0, -1, 2.5, "3", None, float("nan")])
def test_a_layer_needs_a_unit(units):
    with pytest.raises(InputError, match=r"^units=.*try units=1\.$") as caught:
        Linear(units)
    assert caught.value.argument == "units"
