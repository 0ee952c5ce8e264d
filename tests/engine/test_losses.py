"""Every loss keeps one contract: a number per sample, and the slope of their mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.engine import (
    MAE,
    MSE,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Huber,
    Linear,
    Network,
    Normal,
    Tanh,
)
from nnlab.engine.losses import LOSSES
from nnlab.errors import InputError

from .arrays import assert_allclose, assert_array_equal, here, host, same, space

REGRESSION = [MSE(), MAE(), Huber(), Huber(0.3)]


def one(rng, n):
    return rng.normal(size=n)


def three(rng, n):
    return rng.normal(size=(n, 3))


def labels(classes):
    return lambda rng, n: rng.integers(0, classes, n)


TASKS = {  # name → the loss, its number of outputs, and targets from a generator
    **{f"{loss} of 1": (loss, 1, one) for loss in REGRESSION},
    **{f"{loss} of 3": (loss, 3, three) for loss in REGRESSION},
    **{f"{loss} of labels": (loss, 3, labels(3)) for loss in REGRESSION},
    "binary": (BinaryCrossEntropy(), 1, labels(2)),
    "softmax": (CrossEntropy(), 3, labels(3)),
    "softmax of 2": (CrossEntropy(), 2, labels(2)),
    "hinge": (Hinge(), 1, labels(2)),
}
FAR = {  # loss → logits, targets, and the loss that pencil and paper give
    BinaryCrossEntropy(): ([[1000], [1000], [-1000]], [0, 1, 1], [1000, 0, 1000]),
    CrossEntropy(): ([[1000, 0], [1000, 0], [-1000, 0]], [0, 1, 0], [0, 1000, 1000]),
    Hinge(): ([[1000], [1000], [-1000]], [0, 1, 1], [1001, 0, 1001]),
    MSE(): ([[1000], [-1000]], [[0.0], [-1000.0]], [1e6, 0]),
    MAE(): ([[1000], [-1000]], [[0.0], [-1000.0]], [1000, 0]),
    Huber(): ([[1000], [-1000]], [[0.0], [-1000.0]], [999.5, 0]),
    Huber(1e6): ([[1000], [-1000]], [[0.0], [-1000.0]], [5e5, 0]),
}
all_tasks = pytest.mark.parametrize("name", TASKS)
all_leads = pytest.mark.parametrize("lead", [(), (1,), (3,)], ids=str)
all_batches = pytest.mark.parametrize("batch", [1, 5])
both_dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


def task(name, lead=(), batch=5, dtype="float64"):
    """A loss, outputs z (…, batch, outputs), and targets (…, batch) for each."""
    loss, outputs, targets = TASKS[name]
    rng = np.random.default_rng(1)
    z = 2 * rng.normal(size=(*lead, batch, outputs))
    rows = [loss.targets(targets(rng, batch), outputs) for _ in range(max(1, *lead, 1))]
    y = np.stack(rows).reshape(*lead, *rows[0].shape)
    whole = np.issubdtype(y.dtype, np.integer)
    return loss, z.astype(dtype), y if whole else y.astype(dtype)


def there_and_back(loss, z, y):
    """The loss of each sample and the gradient of their mean, by this backend and on
    the host."""
    values, cache = loss.forward(space(), here(z), here(y))
    return host(values), host(loss.backward(space(), cache))


def values_of(loss, z, y):
    """The loss of each sample."""
    return there_and_back(loss, z, y)[0]


def answer_of(loss, z):
    """What the network says."""
    return host(loss.predict(space(), here(z)))


def right_of(loss, z, y):
    """Whether that is right."""
    return host(loss.correct(space(), here(z), here(y)))


@pytest.mark.once
def test_every_loss_is_under_contract():
    assert set(LOSSES.values()) == {type(loss) for loss, _, _ in TASKS.values()}
    assert set(LOSSES.values()) == {type(loss) for loss in FAR}


@all_tasks
@all_leads
@all_batches
def test_backward_is_the_slope_of_the_mean(name, lead, batch, differences):
    loss, z, y = task(name, lead, batch)
    values, dz = there_and_back(loss, z, y)
    assert values.shape == (*lead, batch) and dz.shape == z.shape
    z, y = here(z), here(y)
    mean = lambda: host(loss.forward(space(), z, y)[0]).mean(axis=-1)  # noqa: E731
    assert_allclose(dz, differences(mean, z), rtol=1e-7, atol=1e-9)


@all_tasks
def test_a_loss_is_never_negative(name):
    loss, z, y = task(name, batch=50)
    assert (values_of(loss, 20 * z, y) >= 0).all()


@all_tasks
@all_leads
@both_dtypes
def test_every_backend_finds_what_numpy_finds(name, lead, dtype):
    loss, z, y = task(name, lead, dtype=dtype)
    ours = *there_and_back(loss, z, y), answer_of(loss, z), right_of(loss, z, y)
    values, cache = loss.forward(np, z, y)
    said = loss.predict(np, z), loss.correct(np, z, y)
    numpys = values, loss.backward(np, cache), *said
    for one, other in zip(ours, numpys, strict=True):
        assert one.dtype == dtype
        same(one, other, strict=True)


@all_tasks
@both_dtypes
def test_replicas_do_not_know_of_each_other(name, dtype):
    loss, z, y = task(name, (3,), dtype=dtype)
    together = there_and_back(loss, z, y)
    for i in range(3):
        for many, one in zip(together, there_and_back(loss, z[i], y[i]), strict=True):
            same(many[i], one)


@all_tasks
def test_replicas_may_share_their_targets(name):
    loss, z, _ = task(name, (3,))
    _, _, y = task(name)
    copies = np.stack([y] * 3)
    pairs = zip(there_and_back(loss, z, y), there_and_back(loss, z, copies))
    for shared, each in pairs:
        assert_array_equal(shared, each)


@all_tasks
def test_float32_agrees_with_float64(name):
    loss, z, y = task(name, dtype="float32")
    single = there_and_back(loss, z, y)
    for s, d in zip(single, there_and_back(loss, z.astype("float64"), y), strict=True):
        assert s.dtype == np.float32
        assert_allclose(s, d, rtol=1e-5, atol=1e-6)


@all_tasks
@all_batches
def test_torch_finds_the_same_loss_and_gradient(name, batch, torches):
    torch = pytest.importorskip("torch")
    loss, z, y = task(name, batch=batch)
    values, dz = there_and_back(loss, z, y)
    tz, ty = torch.tensor(z, requires_grad=True), torch.tensor(y)
    theirs = torches(loss)(tz, ty)
    theirs.backward()
    assert values.mean() == pytest.approx(theirs.item(), rel=1e-12)
    assert_allclose(dz, tz.grad.numpy(), rtol=1e-12, atol=1e-15)


KINKS = {  # loss → outputs and targets on its kink, beyond it, and on this side
    MAE(): ([[2.0], [3.0], [1.0]], [[2.0], [2.0], [2.0]]),
    Huber(0.5): ([[2.5], [3.0], [2.1]], [[2.0], [2.0], [2.0]]),
    Hinge(): ([[1.0], [-1.0], [2.0], [0.9]], [1.0, 0.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("loss", KINKS, ids=str)
def test_on_a_kink_the_slope_is_what_torch_says(loss, torches):
    torch = pytest.importorskip("torch")
    z, y = (np.array(values) for values in KINKS[loss])
    tz = torch.tensor(z, requires_grad=True)
    torches(loss)(tz, torch.tensor(y)).backward()
    assert_array_equal(there_and_back(loss, z, y)[1], tz.grad.numpy())


@pytest.mark.parametrize("loss", FAR, ids=str)
@both_dtypes
def test_logits_far_out_are_exact(loss, dtype):
    z, y, expected = FAR[loss]
    z, y = np.array(z, dtype), loss.targets(np.array(y), len(z[0]))
    values, dz = there_and_back(loss, z, y if y.dtype == int else y.astype(dtype))
    assert values.dtype == dz.dtype == dtype
    assert_allclose(values, expected, rtol=1e-6)
    assert np.isfinite(dz).all() and np.isfinite(answer_of(loss, z)).all()


@both_dtypes
def test_a_small_probability_keeps_its_digits(dtype):
    z = np.array([[-60.0], [-30.0], [-5.0]], dtype)
    loss, y = BinaryCrossEntropy(), np.zeros(3, dtype)
    _, dz = there_and_back(loss, z, y)
    assert_allclose(dz * 3, np.exp(z) / (1 + np.exp(z)), rtol=1e-5)
    assert_allclose(answer_of(loss, z), dz * 3, rtol=1e-5)


def test_cross_entropy_does_not_see_a_shift_of_all_logits():
    loss, z, y = task("softmax")
    pairs = zip(there_and_back(loss, z, y), there_and_back(loss, z + 7.0, y))
    for one, shifted in pairs:
        assert_allclose(one, shifted, rtol=1e-12, atol=1e-15)


def test_binary_cross_entropy_is_cross_entropy_with_a_logit_of_zero():
    loss, z, y = task("binary")
    both = np.concatenate([np.zeros_like(z), z], axis=-1)
    values, dz = there_and_back(loss, z, y)
    values2, dz2 = there_and_back(CrossEntropy(), both, y.astype(int))
    assert_allclose(values, values2, rtol=1e-12)
    assert_allclose(dz, dz2[..., 1:], rtol=1e-12, atol=1e-15)


def test_answers_of_the_cross_entropies_are_probabilities():
    _, z, _ = task("softmax", (3,))
    p = answer_of(CrossEntropy(), z)
    odds = np.log(p) - np.log(p[..., :1])
    assert_allclose(p.sum(axis=-1), 1.0)
    assert_allclose(odds, z - z[..., :1], rtol=1e-12, atol=1e-12)
    one = answer_of(BinaryCrossEntropy(), z[..., :1])
    two = answer_of(CrossEntropy(), z[..., :1] * [0.0, 1.0])
    assert_allclose(one, two[..., 1:])


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_who_knows_nothing_pays_the_logarithm_of_the_choices(classes):
    small = Normal(1e-6)
    layers = [Linear(8, small), Tanh(), Linear(classes, small)]
    net = Network(4, layers, dtype="float64")
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 4)), rng.integers(0, classes, 20)
    assert float(net.loss(x, y, CrossEntropy())) == pytest.approx(
        np.log(classes), abs=1e-9
    )
    binary = Network(4, [Linear(1, Normal(1e-9))], dtype="float64")
    there = binary.loss(x, y % 2, BinaryCrossEntropy())
    assert float(there) == pytest.approx(np.log(2), abs=1e-7)


def test_a_hinge_teaches_nothing_beyond_its_margin():
    z = np.array([[-3.0], [-1.0], [-0.999], [0.0], [0.999], [1.0], [3.0]])
    for y in (0.0, 1.0):
        values, dz = there_and_back(Hinge(), z, np.full(7, y))
        t = 2 * y - 1
        beyond = t * z[:, 0] >= 1
        assert beyond.sum() == 2
        assert_array_equal(values == 0, beyond)
        assert_array_equal(dz[:, 0] * 7, np.where(beyond, 0, -t))


def test_a_hinge_is_never_below_its_mistakes():
    loss, z, y = task("hinge", batch=200)
    values, wrong = values_of(loss, z, y), 1 - right_of(loss, z, y)
    assert (values >= wrong).all() and 0 < wrong.mean() < 1


def test_the_answer_of_a_hinge_is_half_on_the_boundary_and_sure_on_the_margin():
    z = np.array([[-1000.0], [-1.0], [-0.5], [0.0], [0.5], [1.0], [1000.0]])
    said = answer_of(Hinge(), z)
    assert said[:, 0].tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]


@pytest.mark.parametrize("name", ["binary", "hinge"])
def test_the_sides_change_where_the_answer_is_half(name):
    loss, z, _ = task(name, batch=200)
    assert answer_of(loss, np.zeros((1, 1))) == 0.5
    said = answer_of(loss, z)
    assert ((said >= 0) & (said <= 1)).all()
    assert_array_equal(right_of(loss, z, np.ones(200)), said[:, 0] > 0.5)


three_of_each = st.lists(st.floats(-100, 100), min_size=3, max_size=3)


@given(z=three_of_each, y=three_of_each)
def test_a_wide_huber_is_half_the_squared_error(z, y):
    z, y = np.array([z]), np.array([y])
    wide, squared = (there_and_back(loss, z, y) for loss in (Huber(201), MSE()))
    for huber, mse in zip(wide, squared):
        assert_allclose(huber, mse / 2, rtol=1e-12)


@given(z=three_of_each, y=three_of_each, delta=st.floats(1e-6, 1e-3))
def test_a_narrow_huber_is_delta_times_the_absolute_error(z, y, delta):
    z, y = np.array([z]), np.array([y])
    value, dz = there_and_back(Huber(delta), z, y)
    mae, sign = there_and_back(MAE(), z, y)
    assert ((mae - value / delta >= -1e-12) & (mae - value / delta <= delta)).all()
    beyond = np.abs(z - y) > delta
    assert_allclose(dz[beyond], delta * sign[beyond], rtol=1e-12)


@given(e=st.floats(-1e3, 1e3), delta=st.floats(1e-3, 1e3))
def test_huber_is_squared_within_delta_and_straight_beyond(e, delta):
    values, dz = there_and_back(Huber(delta), np.array([[e]]), np.zeros((1, 1)))
    inside, size = abs(e) <= delta, abs(e)
    law = e * e / 2 if inside else delta * (size - delta / 2)
    assert_allclose(values, [law], rtol=1e-9, atol=1e-300)
    assert dz[0, 0] == (e if inside else np.copysign(delta, e))


@pytest.mark.once
@pytest.mark.parametrize(
    "delta",
    [0, -1.0, -0.0, float("nan"), float("inf"), 10**400, True, None, "1", 1j, [1.0]],
    ids=type,
)
def test_a_delta_that_does_not_fit_is_refused(delta):
    sentence = r"^delta=.* is a finite number, above 0; try delta=1\.$"
    with pytest.raises(InputError, match=sentence) as caught:
        Huber(delta)
    assert caught.value.argument == "delta"


@pytest.mark.parametrize("delta", [2, np.float64(0.3), np.float32(0.3)])
def test_a_delta_of_any_kind_leaves_float32_alone(delta):
    z, y = np.array([[3.0], [0.1]], "float32"), np.zeros((2, 1), "float32")
    values, dz = there_and_back(Huber(delta), z, y)
    assert values.dtype == dz.dtype == np.float32


def test_the_best_single_answer_is_the_mean_or_the_median():
    y = np.array([[1.0], [2.0], [3.0], [4.0], [100.0]])
    for loss, best in [(MSE(), 22.0), (MAE(), 3.0)]:
        _, dz = there_and_back(loss, np.full_like(y, best), y)
        assert dz.sum() == pytest.approx(0.0, abs=1e-12)
    _, dz = there_and_back(Huber(), np.full_like(y, 3.0), y)
    assert abs(dz.sum()) <= 0.2  # near the median, at which the five pulls even out


@pytest.mark.parametrize(
    "loss, z, y, right",
    [
        (MSE(), [[0.2], [0.7], [0.7]], [0, 1, 0], [1, 1, 0]),
        (MSE(), [[0.2, 0.1, 0.0], [0.2, 0.1, 0.0]], [0, 2], [1, 0]),
        (MAE(), [[0.2], [0.7], [0.7]], [0, 1, 0], [1, 1, 0]),
        (MAE(), [[0.2, 0.1, 0.0], [0.2, 0.1, 0.0]], [0, 2], [1, 0]),
        (Huber(), [[0.2], [0.7], [0.7]], [0, 1, 0], [1, 1, 0]),
        (BinaryCrossEntropy(), [[-0.1], [0.1], [0.1]], [0, 1, 0], [1, 1, 0]),
        (Hinge(), [[-0.1], [0.1], [0.1]], [0, 1, 0], [1, 1, 0]),
        (CrossEntropy(), [[0.2, 0.1], [0.2, 0.1], [-1, 9]], [0, 1, 1], [1, 0, 1]),
    ],
)
def test_an_answer_is_right_when_it_names_the_class(loss, z, y, right):
    z = np.array(z, float)
    y = loss.targets(np.array(y), z.shape[-1])
    assert right_of(loss, z, y).tolist() == right
    assert right_of(loss, np.stack([z, -z]), y)[0].tolist() == right


@pytest.mark.parametrize("name", [n for n in TASKS if TASKS[n][2] not in (one, three)])
def test_a_confident_right_answer_costs_less_than_a_wrong_one(name):
    loss, z, y = task(name, batch=50)
    right, values = right_of(loss, z, y), values_of(loss, z, y)
    assert values[right == 1].mean() < values[right == 0].mean()


BAD = [
    (MSE(), 3, np.zeros((4, 2))),
    (MSE(), 1, np.zeros((4, 2))),
    (MSE(), 3, np.array([0, 1, 3])),
    (MSE(), 3, np.array([0, -1, 2])),
    (MSE(), 2, np.array([0.0, 1.0])),
    (MAE(), 3, np.zeros((4, 2))),
    (MAE(), 3, np.array([0, 1, 3])),
    (Huber(), 1, np.zeros((4, 2))),
    (Hinge(), 2, np.array([0, 1])),
    (Hinge(), 1, np.array([-1, 1])),
    (Hinge(), 1, np.array([0, 2])),
    (Hinge(), 1, np.array(["cat", "dog"])),
    (BinaryCrossEntropy(), 2, np.array([0, 1])),
    (BinaryCrossEntropy(), 1, np.array([0, 2])),
    (BinaryCrossEntropy(), 1, np.array([0.0, np.nan])),
    (BinaryCrossEntropy(), 1, np.array([[0, 1], [1, 0]])),
    (BinaryCrossEntropy(), 1, np.array(["cat", "dog"])),
    (CrossEntropy(), 3, np.array([0, 1, 3])),
    (CrossEntropy(), 3, np.array([0, -1, 2])),
    (CrossEntropy(), 3, np.array([0.0, 0.5, 2.0])),
    (CrossEntropy(), 3, np.zeros((4, 3))),
    (CrossEntropy(), 2, np.array(["cat", "dog"])),
]


@pytest.mark.once
@pytest.mark.parametrize("loss, outputs, y", BAD)
def test_targets_that_do_not_fit_are_refused(loss, outputs, y):
    with pytest.raises(InputError, match=type(loss).__name__) as caught:
        loss.targets(y, outputs)
    assert caught.value.argument == "loss"
