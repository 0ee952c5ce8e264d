"""Every layer and activation keeps one contract, whatever it computes."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.engine import (
    ELU,
    GELU,
    FunctionLayer,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.dropout import Dropout
from nnlab.engine.layers import Context
from nnlab.engine.layout import Layout
from nnlab.engine.network import Network
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.residual import Residual
from nnlab.errors import InputError

from .arrays import assert_allclose, assert_array_equal, here, host, same, space

LAYERS = {  # name → the layer, and how many inputs it gets
    "linear": (Linear(3), 4),
    "linear from 1": (Linear(3), 1),
    "linear to 1": (Linear(1), 4),
    "linear 1 to 1": (Linear(1), 1),
    **{name: (activation(), 3) for name, activation in ACTIVATIONS.items()},
    **{f"{name} of 1": (activation(), 1) for name, activation in ACTIVATIONS.items()},
    "leaky relu of 0": (LeakyReLU(0.0), 3),
    "leaky relu of 3": (LeakyReLU(3), 3),
    "leaky relu of numpy": (LeakyReLU(np.float64(0.2)), 3),
    "elu of 0": (ELU(0.0), 3),
    "elu of a half": (ELU(Fraction(1, 2)), 3),
    "batch norm": (BatchNorm(), 3),
    "dropout": (Dropout(0.4), 3),
    "block": (Residual([Linear(2), BatchNorm(), Dropout(0.3), Tanh(), Linear(3)]), 3),
}
ALONE = [*LAYERS][:-3]  # the last ones have tests of their own against PyTorch
all_layers = pytest.mark.parametrize("name", LAYERS)
all_leads = pytest.mark.parametrize("lead", [(), (1,), (3,)], ids=str)
all_batches = pytest.mark.parametrize("batch", [1, 5])


def task(name, lead=(), batch=5, dtype="float64"):
    """A layer, and what it needs: inputs, parameters, and the gradient coming back."""
    layer, inputs = LAYERS[name]
    batch = max(batch, layer.least_batch)
    normal = np.random.default_rng(1).normal
    x = normal(size=(*lead, batch, inputs))
    x += np.copysign(0.01, x)  # away from the kink of ReLU and its kin
    p = normal(size=(*lead, Layout([layer.parameters(inputs)]).size))
    dy = normal(size=(*lead, batch, layer.outputs(inputs)))
    return layer, *(a.astype(dtype) for a in (x, p, dy))


def there(layer, x, p, xp):
    """The output and the cache."""
    [views] = Layout([layer.parameters(x.shape[-1])]).views(xp, p)
    return layer.forward(xp, views, x, training(layer, x, xp))


def training(layer, x, xp) -> Context:
    """What a layer may know in training; every replica has the same luck."""
    *lead, batch, inputs = x.shape
    rng, new = np.random.default_rng(1), {}
    for name, array in layer.state(inputs).items():
        new[name] = xp.zeros((*lead, *array.shape), dtype=x.dtype)
    noise = {
        name: xp.asarray(rng.random((batch, n)), dtype=x.dtype)
        for name, n in layer.noise(inputs).items()
    }
    return Context(True, {name: 1 + array for name, array in new.items()}, noise, new)


def passes(xp, layer, x, p, dy):
    """The output, ∂/∂x and ∂/∂p; what lies in the gradient before is not a number."""
    layout, g = Layout([layer.parameters(x.shape[-1])]), p * float("nan")
    y, cache = there(layer, x, p, xp)
    [views_p], [views_g] = layout.views(xp, p), layout.views(xp, g)
    dx = layer.backward(xp, views_p, views_g, cache, dy)
    return y, dx, g


def there_and_back(layer, *arrays):
    """The same of host arrays, by this backend and on the host."""
    return [host(made) for made in passes(space(), layer, *map(here, arrays))]


def subclasses(kind: type) -> set[type]:
    below = {c for child in kind.__subclasses__() for c in subclasses(child)}
    return {kind, *below}


@pytest.mark.once
def test_every_layer_is_under_contract():
    """But for functions of one's own, which need no array namespace: see
    `test_functions`."""
    shipped = {c for c in subclasses(Layer) if c.__module__.startswith("nnlab.engine.")}
    assert shipped - {Layer, FunctionLayer} == {
        type(layer) for layer, _ in LAYERS.values()
    }
    assert shipped > set(ACTIVATIONS.values())


@all_layers
@all_leads
@all_batches
def test_backward_is_the_slope_of_forward(name, lead, batch, differences):
    layer, x, p, dy = task(name, lead, batch)
    _, dx, g = there_and_back(layer, x, p, dy)
    x, p = here(x), here(p)
    weighed = lambda: dy * host(there(layer, x, p, space())[0])  # noqa: E731
    slope = partial(differences, weighed, h=3e-6)
    assert_allclose(dx, slope(x), rtol=1e-7, atol=1e-9)
    assert_allclose(g, slope(p), rtol=1e-7, atol=1e-9)


@all_layers
@all_leads
def test_shapes_are_as_declared(name, lead):
    layer, x, p, dy = task(name, lead)
    y, dx, g = there_and_back(layer, x, p, dy)
    assert (y.shape, dx.shape, g.shape) == (dy.shape, x.shape, p.shape)
    started = layer.init(np.random.default_rng(1), x.shape[-1])
    shapes = {key: array.shape for key, array in started.items()}
    assert shapes == layer.parameters(x.shape[-1])
    assert list(shapes) == list(layer.parameters(x.shape[-1]))


@all_layers
def test_what_comes_in_is_left_alone(name):
    layer, *arrays = task(name)
    given = [here(array) for array in arrays]
    passes(space(), layer, *given)
    for now, before in zip(given, arrays):
        assert_array_equal(now, before)


@all_layers
def test_a_layer_remembers_nothing(name):
    layer, x, p, dy = task(name)
    first = there_and_back(layer, x, p, dy)
    there_and_back(layer, 2 * x, 3 * p, 4 * dy)
    for one, again in zip(first, there_and_back(layer, x, p, dy), strict=True):
        assert_array_equal(one, again)


@all_layers
@all_leads
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_backend_finds_what_numpy_finds(name, lead, dtype):
    layer, *arrays = task(name, lead, dtype=dtype)
    ours, numpys = there_and_back(layer, *arrays), passes(np, layer, *arrays)
    for one, other in zip(ours, numpys, strict=True):
        assert one.dtype == dtype
        same(one, other, strict=True)


@all_layers
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_replicas_do_not_know_of_each_other(name, dtype):
    layer, *arrays = task(name, lead=(3,), dtype=dtype)
    together = there_and_back(layer, *arrays)
    for i in range(3):
        alone = there_and_back(layer, *(array[i] for array in arrays))
        for many, one in zip(together, alone, strict=True):
            same(many[i], one)


@all_layers
def test_float32_agrees_with_float64(name):
    layer, *arrays = task(name, dtype="float32")
    single = there_and_back(layer, *arrays)
    double = there_and_back(layer, *(array.astype("float64") for array in arrays))
    for s, d in zip(single, double, strict=True):
        assert s.dtype == np.float32
        assert_allclose(s, d, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ALONE)
@all_batches
def test_torch_finds_the_same_gradients(name, batch, torches):
    torch = pytest.importorskip("torch")
    layer, x, p, dy = task(name, batch=batch)
    x[0, 0] = 0.0  # the kink: PyTorch says 0 there too
    y, dx, g = there_and_back(layer, x, p, dy)
    tx, tp = (torch.tensor(array, requires_grad=True) for array in (x, p))
    if isinstance(layer, Linear):
        W, b = torch.split(tp, [x.shape[-1] * layer.units, layer.units])
        ty = torch.nn.functional.linear(tx, W.reshape(x.shape[-1], -1).T, b)
    else:
        ty = torches(layer)(tx)
    (ty * torch.tensor(dy)).sum().backward()
    assert_allclose(y, ty.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert_allclose(dx, tx.grad.numpy(), rtol=1e-12, atol=1e-14)
    if g.size:
        assert_allclose(g, tp.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [name for name in ALONE if "linear" not in name])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activations_far_out_are_what_pytorch_says(name, dtype, torches):
    torch, layer = pytest.importorskip("torch"), LAYERS[name][0]
    z = np.array([[-1000.0, -100.0, -30.0, 0.0, 30.0, 100.0, 1000.0]], dtype)
    a, dz, _ = there_and_back(layer, z, z[:, :0], np.ones_like(z))
    tz = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    ta = torches(layer)(tz)
    ta.sum().backward()
    assert a.dtype == dz.dtype == dtype
    rounding = 100 * np.finfo(dtype).eps
    assert_allclose(a, ta.detach().numpy(), rtol=rounding, atol=rounding)
    assert_allclose(dz, tz.grad.numpy(), rtol=rounding, atol=rounding)


def bend(layer, z):
    """The activation of z and its slope there."""
    a, slope, _ = there_and_back(layer, z, z[:, :0], np.ones_like(z))
    return a, slope


Z = np.linspace(-6, 6, 1001)[None]
SAME = [(ReLU(), LeakyReLU(0)), (ReLU(), ELU(0)), (Identity(), LeakyReLU(1))]


@pytest.mark.parametrize("one, other", SAME)
def test_one_activation_is_a_case_of_another(one, other):
    for ours, theirs in zip(bend(one, Z), bend(other, Z)):
        assert_array_equal(ours, theirs)


def test_softplus_is_the_area_under_the_sigmoid():
    a, slope = bend(Softplus(), Z)
    share, _ = bend(Sigmoid(), Z)
    assert_allclose(slope, share, rtol=1e-12)
    assert_allclose(a - a[:, ::-1], Z, rtol=0, atol=1e-14)  # f(z) − f(−z) = z


def test_tanh_is_a_sigmoid_around_zero():
    assert_allclose(bend(Tanh(), Z)[0], 2 * bend(Sigmoid(), 2 * Z)[0] - 1, atol=1e-15)


def test_gelu_is_close_to_the_exact_one():
    torch = pytest.importorskip("torch")
    exact = torch.nn.functional.gelu(torch.tensor(Z)).numpy()
    apart = np.abs(bend(GELU(), Z)[0] - exact).max()
    assert 0 < apart < 0.001


@pytest.mark.parametrize("layer", [GELU(), SiLU()], ids=str)
def test_a_gate_and_its_mirror_share_z_among_them(layer):
    a, slope = bend(layer, Z)
    assert_allclose(a - a[:, ::-1], Z, rtol=0, atol=1e-14)  # f(z) − f(−z) = z
    assert_allclose(slope + slope[:, ::-1], 1.0, rtol=1e-14)


def test_softplus_keeps_the_digits_of_a_small_slope():
    z = np.array([[-80.0, -30.0, -5.0]])
    for dtype, rtol in [("float32", 1e-5), ("float64", 1e-12)]:
        a, slope = bend(Softplus(), z.astype(dtype))
        assert_allclose(a, np.log1p(np.exp(z)), rtol=rtol)
        assert_allclose(slope, np.exp(z) / (1 + np.exp(z)), rtol=rtol)


@pytest.mark.parametrize("through", [[], [Identity()]], ids=["bare", "identity"])
def test_linear_layers_alone_are_one_linear_layer(through):
    layers = [Linear(5), *through, Linear(2), *through, Linear(4)]
    deep = Network(3, layers, seed=1, dtype="float64")
    deep.parameters += 0.1  # no bias is zero
    W, b = np.eye(3), np.zeros((1, 3))
    for i, layer in enumerate(layers):
        if isinstance(layer, Linear):
            own = host(deep[f"{i}.W"])
            W, b = W @ own, b @ own + host(deep[f"{i}.b"])
    flat = Network(3, [Linear(4)], dtype="float64")
    flat["0.W"][...], flat["0.b"][...] = here(W), here(b)
    x = np.random.default_rng(1).normal(size=(9, 3))
    assert_allclose(deep.forward(x), flat.forward(x), rtol=1e-12, atol=1e-13)
    assert np.linalg.matrix_rank(host(deep.forward(x)) - b) == 2  # its narrowest layer


SHAPED = [(LeakyReLU, "slope", "0.01"), (ELU, "alpha", "1")]
BAD = st.one_of(
    st.floats(max_value=0, exclude_max=True, allow_infinity=True),
    st.sampled_from([float("nan"), float("inf"), 10**400, True, None, "x", 1j, [1.0]]),
)


@pytest.mark.once
@pytest.mark.parametrize("activation, argument, fix", SHAPED)
@given(value=BAD)
def test_a_number_that_does_not_fit_is_refused(activation, argument, fix, value):
    sentence = rf"^{argument}=.* finite number, at least 0; try {argument}={fix}\.$"
    with pytest.raises(InputError, match=sentence) as caught:
        activation(value)
    assert caught.value.argument == argument
    activation(float(fix))


@pytest.mark.parametrize("activation, argument, fix", SHAPED)
@given(value=st.floats(0, 100))
def test_a_number_that_fits_bends_the_low_side(activation, argument, fix, value):
    z = np.array([[-20.0, -1.0, 0.0, 2.0]], "float32")
    a, slope = bend(activation(value), z)
    low = np.where(z > 0, z, value * (np.expm1(z) if activation is ELU else z))
    assert a.dtype == slope.dtype == np.float32
    assert_allclose(a, low, rtol=1e-5)
    assert (slope >= 0).all() and slope[0, 3] == 1


@pytest.mark.once
@pytest.mark.parametrize(
    "units, fix", [(0, 1), (-1, 1), (2.5, 2), ("3", 3), (None, 1), (float("nan"), 1)]
)
def test_a_layer_needs_a_unit(units, fix):
    with pytest.raises(InputError, match=rf"^units=.*try units={fix}\.$") as caught:
        Linear(units)
    assert caught.value.argument == "units"
