"""An optimizer is a rule over flat vectors: PyTorch's, number by number."""

from dataclasses import fields, replace

import array_api_strict
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.engine import SGD, Adam, Momentum
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import InputError

RULES = {
    "sgd": SGD(0.1),
    "momentum": Momentum(0.1),
    "momentum, light": Momentum(0.3, momentum=0.5),
    "momentum 0": Momentum(0.1, momentum=0.0),
    "adam": Adam(),
    "adam, short memory": Adam(0.1, beta1=0.5, beta2=0.6, epsilon=0.01),
    "adam, no memory": Adam(0.1, beta1=0.0, beta2=0.0),
}
all_rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def slopes(shape=(40,), steps=25, dtype="float64"):
    """Gradients of every size from 1e-6 to 1e3, which change their size on the way."""
    rng = np.random.default_rng(1)
    sizes = 10.0 ** rng.uniform(-6, 3, (steps, *shape))
    return (sizes * rng.normal(size=sizes.shape)).astype(dtype)


def walk(rule, gradients, xp=np):
    """The parameters after each step, from 1 on."""
    p = xp.ones_like(gradients[0])
    m = {name: xp.zeros_like(p) for name in rule.moments}
    for step, g in enumerate(gradients, start=1):
        p = p + rule.update(xp, m, g, p, rule.coefficients(step))
        yield p


def test_every_optimizer_is_under_contract():
    assert set(OPTIMIZERS.values()) == {type(rule) for rule in RULES.values()}


@all_rules
def test_every_step_is_pytorchs(rule):
    torch = pytest.importorskip("torch")
    p = torch.ones(40, dtype=torch.float64)
    theirs = {
        SGD: lambda r: torch.optim.SGD([p], r.learning_rate),
        Momentum: lambda r: torch.optim.SGD([p], r.learning_rate, r.momentum),
        Adam: lambda r: torch.optim.Adam(
            [p], r.learning_rate, (r.beta1, r.beta2), r.epsilon
        ),
    }[type(rule)](rule)
    gradients = slopes()
    for g, ours in zip(gradients, walk(rule, gradients), strict=True):
        p.grad = torch.tensor(g)
        theirs.step()
        assert_allclose(ours, p.numpy(), rtol=1e-12, atol=1e-12)


@all_rules
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_array_api_standard_is_enough(rule, dtype):
    gradients = slopes(dtype=dtype)
    strict = [array_api_strict.asarray(g) for g in gradients]
    pairs = zip(walk(rule, gradients), walk(rule, strict, array_api_strict))
    for numpy, standard in pairs:
        assert numpy.dtype == dtype
        assert_array_equal(numpy, np.from_dlpack(standard), strict=True)


@all_rules
def test_every_number_goes_its_own_way(rule):
    gradients = slopes((3, 40))
    together = np.stack(list(walk(rule, gradients)))
    for i in range(3):
        assert_array_equal(together[:, i], list(walk(rule, gradients[:, i])))
    few = np.stack(list(walk(rule, gradients[..., 5:12])))
    assert_array_equal(together[..., 5:12], few)


@all_rules
def test_the_moments_are_all_it_writes(rule):
    p, g, *values = slopes((40,), 2 + len(rule.moments))
    m = {name: np.abs(value) for name, value in zip(rule.moments, values)}
    kept, before = dict(m), [value.copy() for value in m.values()]
    p.flags.writeable = g.flags.writeable = False
    rule.update(np, m, g, p, rule.coefficients(1))
    assert all(m[name] is kept[name] for name in kept)  # in place, never replaced
    for old, new in zip(before, m.values()):
        assert (old != new).all()


@all_rules
def test_float32_agrees_with_float64(rule):
    *_, double = walk(rule, slopes())
    *_, single = walk(rule, slopes(dtype="float32"))
    assert single.dtype == np.float32
    assert_allclose(single, double, rtol=1e-4, atol=1e-4)


@all_rules
def test_a_rate_of_zero_stands_still(rule):
    for p in walk(replace(rule, learning_rate=0.0), slopes()):
        assert_array_equal(p, 1.0)


@all_rules
def test_the_change_is_as_long_as_the_rate_says(rule):
    once, twice = (
        np.stack(list(walk(replace(rule, learning_rate=rate), slopes()))) - 1
        for rate in (0.01, 0.02)
    )
    assert_allclose(twice, 2 * once, rtol=1e-9, atol=1e-12)


def test_momentum_without_memory_is_sgd():
    pairs = zip(walk(Momentum(0.1, momentum=0.0), slopes()), walk(SGD(0.1), slopes()))
    for one, other in pairs:
        assert_array_equal(one, other)


def test_adam_does_not_see_the_scale_of_the_gradient():
    rule = Adam(0.1, epsilon=0.0)
    for one, other in zip(walk(rule, slopes()), walk(rule, 1000 * slopes())):
        assert_allclose(one, other, rtol=1e-9)


def test_adams_first_step_is_the_rate():
    first, *_ = walk(Adam(0.1, epsilon=0.0), slopes())
    assert_allclose(first, 1 - 0.1 * np.sign(slopes()[0]))


NUMBERS = [(kind, field.name) for kind in OPTIMIZERS.values() for field in fields(kind)]


@pytest.mark.parametrize("kind, field", NUMBERS)
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "much", None])
def test_a_number_that_cannot_be_is_refused(kind, field, value):
    with pytest.raises(InputError, match=rf"^{field}=.*try {field}=") as caught:
        kind(**{field: value})
    assert caught.value.argument == field


@pytest.mark.parametrize("kind, field", NUMBERS)
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, 1.5])
def test_what_is_accepted_works(kind, field, value):
    try:
        rule = kind(**{field: value})
    except InputError:
        return
    assert np.isfinite(list(walk(rule, slopes()))).all()
