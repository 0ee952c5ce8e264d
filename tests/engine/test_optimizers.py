"""An optimizer is a rule over flat vectors: PyTorch's, number by number."""

from dataclasses import fields, replace
from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    Momentum,
    Nesterov,
    OneCycleLR,
    RMSprop,
    SequentialLR,
    StepLR,
)
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import InputError

from .arrays import assert_allclose, assert_array_equal, copied, here, host, same, space

steady = settings(deadline=None, derandomize=True, database=None)

RULES = {
    "sgd": SGD(0.1),
    "momentum": Momentum(0.1),
    "momentum, light": Momentum(0.3, momentum=0.5),
    "momentum 0": Momentum(0.1, momentum=0.0),
    "nesterov": Nesterov(0.1),
    "nesterov, light": Nesterov(0.3, momentum=0.5),
    "adagrad": AdaGrad(),
    "adagrad, blunt": AdaGrad(0.3, epsilon=0.1),
    "rmsprop": RMSprop(),
    "rmsprop, short memory": RMSprop(0.1, decay=0.6, epsilon=0.01),
    "rmsprop, no memory": RMSprop(0.1, decay=0.0),
    "adam": Adam(),
    "adam, short memory": Adam(0.1, beta1=0.5, beta2=0.6, epsilon=0.01),
    "adam, no memory": Adam(0.1, beta1=0.0, beta2=0.0),
    "amsgrad": AMSGrad(),
    "amsgrad, short memory": AMSGrad(0.1, beta1=0.5, beta2=0.6, epsilon=0.01),
    "adamw": AdamW(),
    "adamw, strong": AdamW(0.1, beta1=0.5, beta2=0.6, weight_decay=0.3),
}
all_rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def slopes(shape=(40,), steps=25, dtype="float64"):
    """Gradients of every size from 1e-6 to 1e3, which change their size on the way."""
    rng = np.random.default_rng(1)
    sizes = 10.0 ** rng.uniform(-6, 3, (steps, *shape))
    return (sizes * rng.normal(size=sizes.shape)).astype(dtype)


def context(rule, step, rate=None):
    """What the trainer hands in at a step."""
    rate = rule.learning_rate if rate is None else rate
    return rule.coefficients(step, rate)


def walk(rule, gradients, decayed=None, xp=None):
    """The parameters after each step, from 1 on, on the host; all decay, unless
    `decayed` says."""
    xp = xp or space()
    mask = xp.asarray(True if decayed is None else decayed)
    p = xp.ones_like(xp.asarray(gradients[0]))
    m = {name: xp.zeros_like(p) for name in rule.moments}
    for step, g in enumerate(gradients, start=1):
        g = xp.asarray(g)
        p = p + whole_change(rule, m, g, p, step, rule.learning_rate, mask, xp)
        yield copied(p)


def whole_change(rule, m, g, p, step, rate, decayed=True, xp=None):
    """The rule's change, and that of what decays beside it, where it does."""
    xp = xp or space()
    change = rule.update(xp, m, g, p, context(rule, step, rate))
    for decay in rule.decays:
        mask = xp.asarray(decayed)
        change = change - decay.share(rate) * xp.where(mask, p, 0.0)
    return change


def moments_of(rule, *shape):
    """What it remembers before the first step."""
    return {name: here(np.zeros(shape)) for name in rule.moments}


def torchs(rule, p):
    """PyTorch's optimizer of the same name and numbers, for the tensor p."""
    optim, rate = pytest.importorskip("torch").optim, rule.learning_rate
    match rule:
        case Nesterov():
            return optim.SGD([p], rate, rule.momentum, nesterov=True)
        case Momentum():
            return optim.SGD([p], rate, rule.momentum)
        case SGD():
            return optim.SGD([p], rate)
        case AdaGrad():
            return optim.Adagrad([p], rate, eps=rule.epsilon)
        case RMSprop():
            return optim.RMSprop([p], rate, rule.decay, rule.epsilon)
    numbers = {"betas": (rule.beta1, rule.beta2), "eps": rule.epsilon}
    if isinstance(rule, AdamW):
        return optim.AdamW([p], rate, weight_decay=rule.weight_decay, **numbers)
    return optim.Adam([p], rate, amsgrad=isinstance(rule, AMSGrad), **numbers)


@pytest.mark.once
def test_every_optimizer_is_under_contract():
    assert set(OPTIMIZERS.values()) == {type(rule) for rule in RULES.values()}


# PyTorch as the judge


@all_rules
def test_every_step_is_pytorchs(rule):
    torch = pytest.importorskip("torch")
    p = torch.ones(40, dtype=torch.float64)
    theirs = torchs(rule, p)
    gradients = slopes()
    for g, ours in zip(gradients, walk(rule, gradients), strict=True):
        p.grad = torch.tensor(g)
        theirs.step()
        assert_allclose(ours, p.numpy(), rtol=1e-12, atol=1e-12)


TORCHS = {  # PyTorch's default for each of ours, by name
    SGD: ("SGD", {}),
    Momentum: ("SGD", {}),
    Nesterov: ("SGD", {}),
    AdaGrad: ("Adagrad", {"learning_rate": "lr", "epsilon": "eps"}),
    RMSprop: ("RMSprop", {"learning_rate": "lr", "decay": "alpha", "epsilon": "eps"}),
    Adam: ("Adam", {"learning_rate": "lr", "epsilon": "eps"}),
    AMSGrad: ("Adam", {"learning_rate": "lr", "epsilon": "eps"}),
    AdamW: (
        "AdamW",
        {"learning_rate": "lr", "epsilon": "eps", "weight_decay": "weight_decay"},
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("kind", TORCHS)
def test_defaults_are_pytorchs(kind):
    torch = pytest.importorskip("torch")
    name, names = TORCHS[kind]
    theirs = getattr(torch.optim, name)([torch.ones(1)]).defaults
    assert all(getattr(kind(), ours) == theirs[name] for ours, name in names.items())
    if "betas" in theirs:
        assert (kind().beta1, kind().beta2) == theirs["betas"]


STEPS = 200
SCHEDULES = {  # ours, and PyTorch's for an optimizer `o`, made by `s`
    "steady": (ConstantLR(), lambda s, o: s.ConstantLR(o, factor=1.0)),
    "step": (StepLR(60), lambda s, o: s.StepLR(o, 60)),
    "exponential": (ExponentialLR(0.98), lambda s, o: s.ExponentialLR(o, 0.98)),
    "cosine": (CosineAnnealingLR(STEPS), lambda s, o: s.CosineAnnealingLR(o, STEPS)),
    "warm-up": (LinearLR(), lambda s, o: s.LinearLR(o)),
    "one cycle": (
        OneCycleLR(STEPS),
        lambda s, o: s.OneCycleLR(
            o, o.defaults["lr"], total_steps=STEPS, cycle_momentum=False
        ),
    ),
    "then": (
        SequentialLR(LinearLR(30, start=0.1), 30, ExponentialLR(0.99)),
        lambda s, o: s.SequentialLR(
            o, [s.LinearLR(o, 0.1, total_iters=30), s.ExponentialLR(o, 0.99)], [30]
        ),
    ),
    "product": (
        ChainedScheduler(LinearLR(30, start=0.1), StepLR(50, factor=0.5)),
        lambda s, o: s.ChainedScheduler(
            [s.LinearLR(o, 0.1, total_iters=30), s.StepLR(o, 50, 0.5)]
        ),
    ),
}
CLIPS = {  # ours on a gradient (P,), and PyTorch's on a parameter with its gradient
    "none": (lambda g: g, lambda utils, p: None),
    "by value": (
        lambda g: np.clip(g, -0.5, 0.5),
        lambda utils, p: utils.clip_grad_value_([p], 0.5),
    ),
    "by norm": (
        lambda g: g * min(1.0, 2.0 / (np.linalg.norm(g) + 1e-6)),
        lambda utils, p: utils.clip_grad_norm_([p], 2.0),
    ),
}


@pytest.fixture(scope="module")
def problem():
    """A random bowl of 12 parameters, and noise for each step's gradient."""
    rng = np.random.default_rng(4)
    root = rng.normal(size=(12, 12)) / 4
    return root @ root.T, rng.normal(size=12), rng.normal(size=(STEPS, 12)) / 2


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.thinned(7)
def test_a_whole_run_is_pytorchs(problem, name, schedule, clip):
    """Each side follows its own gradient, so an error would grow."""
    torch, rule = pytest.importorskip("torch"), OPTIMIZERS[name](0.1)
    (bowl, bottom, noise), (factor, scheduler) = problem, SCHEDULES[schedule]
    p, m = here(np.ones(12)), moments_of(rule, 12)
    theirs = torch.ones(12, dtype=torch.float64)
    optimizer = torchs(rule, theirs)
    scheduler = scheduler(torch.optim.lr_scheduler, optimizer)
    clip, clipped = CLIPS[clip]
    ways = []
    for step in range(STEPS):
        rate = float(rule.learning_rate * factor(step))
        g = here(clip(bowl @ (host(p) - bottom) + noise[step]))
        p = p + whole_change(rule, m, g, p, step + 1, rate)
        theirs.grad = torch.tensor(bowl @ (theirs.numpy() - bottom) + noise[step])
        clipped(torch.nn.utils, theirs)
        optimizer.step()
        if step < STEPS - 1:
            scheduler.step()
        ways.append((host(p), theirs.numpy().copy()))
    ours, torchs_own = np.swapaxes(ways, 0, 1)
    assert_allclose(ours, torchs_own, rtol=0, atol=1e-12)
    assert np.abs(host(p) - 1).max() > 1e-2  # it went somewhere


# A rule over vectors


@all_rules
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_backend_walks_as_numpy_does(rule, dtype):
    gradients, mask = slopes(dtype=dtype), np.arange(40) % 3 > 0
    ways = walk(rule, gradients, mask), walk(rule, gradients, mask, np)
    for ours, numpys in zip(*ways, strict=True):
        assert ours.dtype == dtype
        same(ours, numpys, strict=True)


@all_rules
def test_coefficients_of_the_vectors_precision_do(rule):
    """As the trainer hands them in: cast once."""
    p, g = map(here, slopes((40,), 2, dtype="float32"))
    m = {name: space().zeros_like(p) for name in rule.moments}
    c = {name: float(np.float32(v)) for name, v in rule.coefficients(1, 0.1).items()}
    change = rule.update(space(), m, g, p, c)
    assert {host(array).dtype for array in (change, *m.values())} == {np.dtype("f")}


@all_rules
def test_every_number_goes_its_own_way(rule):
    gradients, mask = slopes((3, 40)), np.arange(40) % 3 > 0
    together = np.stack(list(walk(rule, gradients, decayed=mask)))
    for i in range(3):
        alone = list(walk(rule, gradients[:, i], decayed=mask))
        assert_array_equal(together[:, i], alone)
    few = np.stack(list(walk(rule, gradients[..., 5:12], decayed=mask[5:12])))
    assert_array_equal(together[..., 5:12], few)


@all_rules
def test_a_rate_for_each_replica_is_a_run_for_each(rule):
    gradients, rates = slopes((3, 40)), np.array([[0.01], [0.1], [0.3]])
    m, p = moments_of(rule, 3, 40), here(np.ones((3, 40)))
    for step, g in enumerate(map(here, gradients), start=1):
        p = p + whole_change(rule, m, g, p, step, here(rates))
    for i, rate in enumerate(rates[:, 0]):
        *_, alone = walk(replace(rule, learning_rate=float(rate)), gradients[:, i])
        same(host(p)[i], alone)


@all_rules
def test_the_moments_are_all_it_writes(rule):
    given, m = slopes((40,), 2), moments_of(rule, 40)
    (p, g), kept = map(here, given), dict(m)
    rule.update(space(), m, g, p, context(rule, 1))
    assert_array_equal([p, g], given)
    assert all(m[name] is kept[name] for name in kept)  # in place, never replaced
    assert all((host(moment) != 0).all() for moment in m.values())


@all_rules
def test_it_remembers_nothing_but_its_moments(rule):
    """A walk broken off goes on from copies of p and the moments, bit for bit."""
    gradients = slopes()
    *_, whole = walk(rule, gradients)
    p, m = here(np.ones(40)), moments_of(rule, 40)
    for step, g in enumerate(map(here, gradients), start=1):
        m = {name: here(moment) for name, moment in m.items()}
        fresh = replace(rule)
        p = p + whole_change(fresh, m, g, p, step, fresh.learning_rate)
    assert_array_equal(p, whole)


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
    """With the same p and moments before it; the rate is the one of this step."""
    once, twice = (moments_of(rule, 40) for _ in range(2))
    p = here(np.ones(40))
    for step, g in enumerate(map(here, slopes()), start=1):
        short = rule.update(space(), once, g, p, context(rule, step, rate=0.01))
        long = rule.update(space(), twice, g, p, context(rule, step, rate=0.02))
        assert_allclose(long, 2 * short, rtol=1e-12)
        p = p + short


# What each is, and how they hang together


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_momentum_without_memory_is_sgd(kind):
    pairs = zip(walk(kind(0.1, momentum=0.0), slopes()), walk(SGD(0.1), slopes()))
    for one, other in pairs:
        assert_array_equal(one, other)


def test_nesterov_takes_the_step_that_momentum_would_take_next():
    """... if the gradient stayed as it is."""
    (g,) = slopes(steps=1)
    first, second = walk(Momentum(0.1), [g, g])
    (ahead,) = walk(Nesterov(0.1), [g])
    assert_allclose(ahead - 1, second - first, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "rule",
    [Adam(0.1, epsilon=0.0), AMSGrad(0.1, epsilon=0.0), RMSprop(0.1, epsilon=0.0)],
    ids=str,
)
def test_adaptive_steps_do_not_see_the_scale_of_the_gradient(rule):
    for one, other in zip(walk(rule, slopes()), walk(rule, 1000 * slopes())):
        assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", [Adam, AMSGrad, AdaGrad])
def test_the_first_step_is_the_rate(kind):
    first, *_ = walk(kind(0.1, epsilon=0.0), slopes())
    assert_allclose(first, 1 - 0.1 * np.sign(slopes()[0]))


def test_rmsprops_first_step_is_the_rate_over_the_root_of_what_is_new():
    first, *_ = walk(RMSprop(0.01, decay=0.99, epsilon=0.0), slopes())
    assert_allclose(first, 1 - 0.1 * np.sign(slopes()[0]))


def test_adagrads_steps_shrink_as_one_over_the_root_of_their_number():
    steps = np.diff(list(walk(AdaGrad(0.1, epsilon=0.0), np.ones((100, 1)))), axis=0)
    assert_allclose(-steps[:, 0], 0.1 / np.sqrt(np.arange(2, 101)), rtol=1e-12)


def test_adam_without_first_moment_is_rmsprop_with_its_bias_taken_out():
    adam = Adam(0.1, beta1=0.0, beta2=0.9, epsilon=0.0)
    rmsprop = RMSprop(0.1, decay=0.9, epsilon=0.0)
    m, s = (moments_of(rule, 40) for rule in (adam, rmsprop))
    for step, g in enumerate(map(here, slopes()), start=1):
        one = adam.update(space(), m, g, None, adam.coefficients(step, 0.1))
        other = rmsprop.update(space(), s, g, None, rmsprop.coefficients(step, 0.1))
        assert_allclose(one, other * sqrt(1 - 0.9**step), rtol=1e-12)


def test_amsgrad_is_adam_while_gradients_grow_and_slower_after():
    growing = np.outer(1.5 ** np.arange(20), np.ones(3))
    assert_array_equal(
        list(walk(AMSGrad(0.1), growing)), list(walk(Adam(0.1), growing))
    )
    waning = np.concatenate([growing, np.ones((20, 3))])
    for beta1 in (0.0, 0.5):
        adam = np.diff(list(walk(Adam(0.1, beta1, 0.9), waning)), axis=0)[19:]
        amsgrad = np.diff(list(walk(AMSGrad(0.1, beta1, 0.9), waning)), axis=0)[19:]
        assert (np.abs(amsgrad) < np.abs(adam)).all()


# Decoupled weight decay


def test_what_does_not_decay_goes_adams_way_bit_for_bit():
    mask = np.arange(40) % 3 > 0
    adamw = list(walk(AdamW(0.01, weight_decay=0.1), slopes(), decayed=mask))
    adam = list(walk(Adam(0.01), slopes()))
    all_decay = list(walk(AdamW(0.01, weight_decay=0.1), slopes()))
    for masked, plain, whole in zip(adamw, adam, all_decay, strict=True):
        assert_array_equal(masked[~mask], plain[~mask])
        assert_array_equal(masked[mask], whole[mask])
        assert (masked[mask] != plain[mask]).all()


def test_what_does_not_decay_keeps_what_is_not_finite_to_itself():
    """`where`, never × 0: an infinite p that does not decay has Adam's change."""
    rule, mask = AdamW(0.1), np.array([True, False])
    p, g, m = here([1.0, np.inf]), here(np.ones(2)), moments_of(rule, 2)
    assert np.isfinite(host(whole_change(rule, m, g, p, 1, 0.1, mask))).all()


def test_no_decay_is_adam():
    pairs = zip(walk(AdamW(weight_decay=0.0), slopes()), walk(Adam(), slopes()))
    for one, other in pairs:
        assert_array_equal(one, other)


def test_without_slopes_weights_shrink_by_rate_times_decay_a_step():
    rule = AdamW(0.1, weight_decay=0.3)
    *_, p = walk(rule, np.zeros((50, 4)))
    assert_allclose(p, (1 - 0.1 * 0.3) ** 50, rtol=1e-12)


def test_the_moments_do_not_see_the_decay():
    """Adam + L2 is not AdamW: its decay is divided by the gradient's usual size."""
    rule = AdamW(0.1, weight_decay=0.3)
    near, far = (moments_of(rule, 40) for _ in range(2))
    low, high = here(np.ones(40)), here(np.full(40, 1e3))
    for step, g in enumerate(map(here, slopes()), start=1):
        rule.update(space(), near, g, low, context(rule, step))
        rule.update(space(), far, g, high, context(rule, step))
    for name in rule.moments:
        assert_array_equal(near[name], far[name])


# Bowls, whose rates are known


def one_step(rule, curvatures, p, v):
    """p and velocity after a step down Σ λ p² / 2 from there."""
    m, c = {"velocity": here(v)}, rule.coefficients(1, rule.learning_rate)
    change = rule.update(space(), m, here(curvatures * p), here(p), c)
    return p + host(change), host(m["velocity"])


def spectral_radius(rule, curvature):
    """What a step with momentum shrinks (p, v) by in the long run: it is linear."""
    columns = [one_step(rule, curvature, *np.array(e)[:, None]) for e in np.eye(2)]
    return np.abs(np.linalg.eigvals(np.reshape(columns, (2, 2)))).max()


curvature = st.floats(1e-3, 1e3)


@steady
@given(rate=st.floats(1e-4, 10), curvatures=st.lists(curvature, min_size=1, max_size=5))
def test_gradient_descent_contracts_each_direction_by_its_own_factor(rate, curvatures):
    p = np.ones(len(curvatures))
    new, _ = one_step(SGD(rate), np.array(curvatures), p, p)
    factors = np.abs(1 - rate * np.array(curvatures))
    assert_allclose(np.abs(new), factors, rtol=1e-12, atol=1e-12)


@steady
@given(curvature, st.floats(0.01, 0.99))
def test_gradient_descent_diverges_beyond_two_over_the_curvature(curvature, part):
    for rate, grows in ((2 - part, False), (2 + part, True)):
        p = np.ones(1)
        for _ in range(50):
            p, _ = one_step(SGD(rate / curvature), curvature, p, p)
        assert (abs(p[0]) > 1) == grows


def heavy_ball(flat, steep):
    """Polyak's optimal numbers, and how fast they are: √β a step."""
    beta = ((sqrt(steep) - sqrt(flat)) / (sqrt(steep) + sqrt(flat))) ** 2
    return Momentum((2 / (sqrt(flat) + sqrt(steep))) ** 2, momentum=beta), sqrt(beta)


@steady
@given(flat=st.floats(0.01, 1), ratio=st.floats(2, 1e3))
def test_the_heavy_ball_has_its_optimal_rate(flat, ratio):
    rule, rate = heavy_ball(flat, flat * ratio)
    for curvature in (flat, flat * ratio):  # double roots: half the digits
        assert abs(spectral_radius(rule, curvature) - rate) < 1e-6
    for curvature in np.linspace(flat, flat * ratio, 9)[1:-1]:
        assert abs(spectral_radius(rule, curvature) - rate) < 1e-9


@steady
@given(st.floats(0.2, 1.8), st.floats(0.0, 0.99))
def test_no_other_numbers_beat_it(rate, momentum):
    best, radius = heavy_ball(1.0, 100.0)
    other = Momentum(rate * best.learning_rate, momentum)
    worst = max(spectral_radius(other, curvature) for curvature in (1.0, 100.0))
    assert worst >= radius - 1e-6


def test_the_heavy_ball_beats_the_best_gradient_descent_as_root_kappa():
    flat, steep = 1.0, 100.0
    curvatures = np.array([flat, steep])
    rule, rate = heavy_ball(flat, steep)
    sgd = SGD(2 / (flat + steep))
    p = q = np.ones(2)
    v = np.zeros(2)
    for _ in range(200):
        p, v = one_step(rule, curvatures, p, v)
        q, _ = one_step(sgd, curvatures, q, v)
    kappa = steep / flat
    assert_allclose(np.abs(q), ((kappa - 1) / (kappa + 1)) ** 200, rtol=1e-9)
    assert np.abs(p).max() < 1000 * rate**200 < 1e-12 * np.abs(q).max()


@steady
@given(flat=st.floats(0.01, 1), ratio=st.floats(2, 1e3))
def test_nesterov_has_its_known_rate(flat, ratio):
    """1 − 1/√κ with η = 1/L and β = (√κ − 1) / (√κ + 1), worst where it is flattest."""
    root = sqrt(ratio)
    rule = Nesterov(1 / (flat * ratio), momentum=(root - 1) / (root + 1))
    assert abs(spectral_radius(rule, flat) - (1 - 1 / root)) < 1e-6
    for curvature in np.linspace(flat, flat * ratio, 9)[1:]:
        assert spectral_radius(rule, curvature) < 1 - 1 / root + 1e-6


def test_an_adaptive_step_does_not_see_the_steepness_of_a_bowl():
    for kind in (AdaGrad, RMSprop, Adam, AMSGrad):
        rule = kind(0.05, epsilon=0.0)
        p, m = here(np.ones(2)), moments_of(rule, 2)
        for step in range(1, 41):
            g = here([1e-3, 1e3]) * p
            p = p + rule.update(space(), m, g, p, rule.coefficients(step, 0.05))
        assert_allclose(p[0], p[1], rtol=1e-6)


# Where Adam goes wrong


def reddi(rule, steps=6000, big=3.0):
    """x at the end: cost C x at every third step, −x at the others, x in [−1, 1].

    The costs of three steps add up to (C − 2) x, so the best x is −1. Reddi, Kale &
    Kumar 2018, Theorem 1, with its rate α / √t.
    """
    xp, x, m = space(), here(np.zeros(1)), moments_of(rule, 1)
    slopes = here([big]), here([-1.0])
    for step in range(1, steps + 1):
        rate = rule.learning_rate / sqrt(step)
        c = rule.coefficients(step, rate)
        change = rule.update(xp, m, slopes[step % 3 != 1], x, c)
        x = xp.clip(x + change, -1.0, 1.0)
    return float(x[0])


@pytest.mark.without("strict")  # thousands of steps
def test_adam_walks_to_the_worst_point_and_amsgrad_to_the_best():
    short = {"beta1": 0.0, "beta2": 1 / (1 + 3.0**2)}
    assert reddi(Adam(0.5, **short)) > 0.95
    assert reddi(AMSGrad(0.5, **short)) < -0.95
    assert reddi(SGD(0.5)) < -0.95
    assert reddi(Adam(0.5)) < -0.95  # with its usual, long memory it is right


# Bad input


NUMBERS = [
    (kind, field.name)
    for kind in OPTIMIZERS.values()
    for field in fields(kind)
    if field.type is float
]
all_numbers = pytest.mark.parametrize("kind, field", NUMBERS)


@pytest.mark.once
@all_numbers
@pytest.mark.parametrize(
    "value", [-1.0, float("nan"), float("inf"), "much", None, True, 10**400, [0.1]]
)
def test_a_number_that_cannot_be_is_refused(kind, field, value):
    with pytest.raises(InputError, match=rf"^{field}=.*try {field}=") as caught:
        kind(**{field: value})
    assert caught.value.argument == field


@all_numbers
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, 1.5])
def test_what_is_accepted_works(kind, field, value):
    try:
        rule = kind(**{field: value})
    except InputError:
        return
    assert np.isfinite(list(walk(rule, slopes()))).all()


@pytest.mark.once
@pytest.mark.parametrize("value", [0, 1, None, "yes", np.True_])
def test_whether_biases_decay_is_yes_or_no(value):
    with pytest.raises(InputError, match=r"^biases=.*try biases=False") as caught:
        AdamW(biases=value)
    assert caught.value.argument == "biases"
    assert AdamW(biases=True).biases and not AdamW().biases


anything = st.one_of(
    st.floats(-0.1, 1.5),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=3),
)


@steady
@given(st.sampled_from([*OPTIMIZERS.values()]), st.data())
def test_any_numbers_are_one_error_or_finite_changes(kind, data):
    names = [field.name for field in fields(kind)]
    given = {name: data.draw(anything, name) for name in names}
    try:
        rule = kind(**given)
    except InputError as error:
        assert error.argument in names and "\n" not in str(error)
        return
    if max(given.values()) <= 10:  # beyond, a run may well diverge
        for step in (1, 2, 10**6):
            assert all(map(isfinite, rule.coefficients(step, 0.1).values()))
        assert np.isfinite(list(walk(rule, slopes(steps=5)))).all()


@steady
@given(
    st.sampled_from([*OPTIMIZERS.values()]),
    st.floats(0.0, 0.2),
    st.floats(0.0, 0.99),
    st.floats(0.0, 0.9999),
    st.integers(0, 2**32 - 1),
)
def test_any_sane_numbers_are_pytorchs(kind, rate, first, second, seed):
    torch = pytest.importorskip("torch")
    values = {"learning_rate": rate, "momentum": first or 0.5, "beta1": first}
    values |= {"decay": second, "beta2": second, "weight_decay": first}
    names = {field.name for field in fields(kind)}
    rule = kind(**{name: value for name, value in values.items() if name in names})
    gradients = np.random.default_rng(seed).normal(size=(10, 5))
    p = torch.ones(5, dtype=torch.float64)
    theirs = torchs(rule, p)
    for g, ours in zip(gradients, walk(rule, gradients), strict=True):
        p.grad = torch.tensor(g)
        theirs.step()
        assert_allclose(ours, p.numpy(), rtol=1e-10, atol=1e-10)
