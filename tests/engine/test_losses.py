"""Every loss keeps one contract: a number per sample, and the slope of their mean."""

import array_api_strict
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.engine import MSE, BinaryCrossEntropy, CrossEntropy
from nnlab.engine.losses import LOSSES
from nnlab.errors import InputError

TASKS = {  # name → the loss, its number of outputs, and targets from a generator
    "mse of 1": (MSE(), 1, lambda rng, n: rng.normal(size=n)),
    "mse of 3": (MSE(), 3, lambda rng, n: rng.normal(size=(n, 3))),
    "mse of labels": (MSE(), 3, lambda rng, n: rng.integers(0, 3, n)),
    "binary": (BinaryCrossEntropy(), 1, lambda rng, n: rng.integers(0, 2, n)),
    "softmax": (CrossEntropy(), 3, lambda rng, n: rng.integers(0, 3, n)),
    "softmax of 2": (CrossEntropy(), 2, lambda rng, n: rng.integers(0, 2, n)),
}
FAR = {  # loss → logits, targets, and the loss that pencil and paper give
    BinaryCrossEntropy(): ([[1000], [1000], [-1000]], [0, 1, 1], [1000, 0, 1000]),
    CrossEntropy(): ([[1000, 0], [1000, 0], [-1000, 0]], [0, 1, 0], [0, 1000, 1000]),
    MSE(): ([[1000], [-1000]], [[0.0], [-1000.0]], [1e6, 0]),
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


def there_and_back(loss, z, y, xp=np):
    """The loss of each sample, and the gradient of their mean."""
    values, cache = loss.forward(xp, z, y)
    return values, loss.backward(xp, cache)


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
    slope = differences(lambda: np.sum(loss.forward(np, z, y)[0].mean(axis=-1)), z)
    assert_allclose(dz, slope, rtol=1e-6, atol=1e-8)


@all_tasks
def test_a_loss_is_never_negative(name):
    loss, z, y = task(name, batch=50)
    assert (loss.forward(np, 20 * z, y)[0] >= 0).all()


@all_tasks
@all_leads
@both_dtypes
def test_the_array_api_standard_is_enough(name, lead, dtype):
    loss, z, y = task(name, lead, dtype=dtype)
    sz, sy = array_api_strict.asarray(z), array_api_strict.asarray(y)
    ours = *there_and_back(loss, z, y), loss.answer(np, z), loss.right(np, z, y)
    theirs = (
        *there_and_back(loss, sz, sy, array_api_strict),
        loss.answer(array_api_strict, sz),
        loss.right(array_api_strict, sz, sy),
    )
    for numpy, standard in zip(ours, theirs, strict=True):
        assert numpy.dtype == dtype
        assert_array_equal(numpy, np.from_dlpack(standard), strict=True)


@all_tasks
@both_dtypes
def test_replicas_do_not_know_of_each_other(name, dtype):
    loss, z, y = task(name, (3,), dtype=dtype)
    together = there_and_back(loss, z, y)
    for i in range(3):
        for many, one in zip(together, there_and_back(loss, z[i], y[i]), strict=True):
            assert_array_equal(many[i], one)


@all_tasks
def test_replicas_may_share_their_targets(name):
    loss, z, _ = task(name, (3,))
    _, _, y = task(name)
    copies = np.stack([y] * 3)
    pairs = zip(there_and_back(loss, z, y), there_and_back(loss, z, copies))
    for shared, copied in pairs:
        assert_array_equal(shared, copied)


@all_tasks
def test_float32_agrees_with_float64(name):
    loss, z, y = task(name, dtype="float32")
    single = there_and_back(loss, z, y)
    for s, d in zip(single, there_and_back(loss, z.astype("float64"), y), strict=True):
        assert s.dtype == np.float32
        assert_allclose(s, d, rtol=1e-5, atol=1e-6)


@all_tasks
@all_batches
def test_torch_finds_the_same_loss_and_gradient(name, batch):
    torch = pytest.importorskip("torch")
    loss, z, y = task(name, batch=batch)
    values, dz = there_and_back(loss, z, y)
    f = torch.nn.functional
    tz, ty = torch.tensor(z, requires_grad=True), torch.tensor(y)
    theirs = {
        MSE: lambda: f.mse_loss(tz, ty),
        BinaryCrossEntropy: lambda: f.binary_cross_entropy_with_logits(tz[:, 0], ty),
        CrossEntropy: lambda: f.cross_entropy(tz, ty),
    }[type(loss)]()
    theirs.backward()
    assert values.mean() == pytest.approx(theirs.item(), rel=1e-12)
    assert_allclose(dz, tz.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("loss", FAR, ids=str)
@both_dtypes
def test_logits_far_out_are_exact(loss, dtype):
    z, y, expected = FAR[loss]
    z = np.array(z, dtype)
    values, dz = there_and_back(loss, z, np.array(y))
    assert_allclose(values, expected, rtol=1e-6)
    assert np.isfinite(dz).all() and np.isfinite(loss.answer(np, z)).all()


@both_dtypes
def test_a_small_probability_keeps_its_digits(dtype):
    z = np.array([[-60.0], [-30.0], [-5.0]], dtype)
    loss, y = BinaryCrossEntropy(), np.zeros(3, dtype)
    _, dz = there_and_back(loss, z, y)
    assert_allclose(dz * 3, np.exp(z) / (1 + np.exp(z)), rtol=1e-5)
    assert_allclose(loss.answer(np, z), dz * 3, rtol=1e-5)


def test_cross_entropy_does_not_see_a_shift_of_all_logits():
    loss, z, y = task("softmax")
    pairs = zip(there_and_back(loss, z, y), there_and_back(loss, z + 7.0, y))
    for here, shifted in pairs:
        assert_allclose(here, shifted, rtol=1e-12, atol=1e-15)


def test_binary_cross_entropy_is_cross_entropy_with_a_logit_of_zero():
    loss, z, y = task("binary")
    both = np.concatenate([np.zeros_like(z), z], axis=-1)
    values, dz = there_and_back(loss, z, y)
    values2, dz2 = there_and_back(CrossEntropy(), both, y.astype(int))
    assert_allclose(values, values2, rtol=1e-12)
    assert_allclose(dz, dz2[..., 1:], rtol=1e-12, atol=1e-15)


def test_answers_of_the_cross_entropies_are_probabilities():
    _, z, _ = task("softmax", (3,))
    p = CrossEntropy().answer(np, z)
    odds = np.log(p) - np.log(p[..., :1])
    assert_allclose(p.sum(axis=-1), 1.0)
    assert_allclose(odds, z - z[..., :1], rtol=1e-12, atol=1e-12)
    one = BinaryCrossEntropy().answer(np, z[..., :1])
    two = CrossEntropy().answer(np, z[..., :1] * [0.0, 1.0])
    assert_allclose(one, two[..., 1:])


@pytest.mark.parametrize(
    "loss, z, y, right",
    [
        (MSE(), [[0.2], [0.7], [0.7]], [0, 1, 0], [1, 1, 0]),
        (MSE(), [[0.2, 0.1, 0.0], [0.2, 0.1, 0.0]], [0, 2], [1, 0]),
        (BinaryCrossEntropy(), [[-0.1], [0.1], [0.1]], [0, 1, 0], [1, 1, 0]),
        (CrossEntropy(), [[0.2, 0.1], [0.2, 0.1], [-1, 9]], [0, 1, 1], [1, 0, 1]),
    ],
)
def test_an_answer_is_right_when_it_names_the_class(loss, z, y, right):
    z = np.array(z, float)
    y = loss.targets(np.array(y), z.shape[-1])
    assert loss.right(np, z, y).tolist() == right
    assert loss.right(np, np.stack([z, -z]), y)[0].tolist() == right


@pytest.mark.parametrize("name", ["mse of labels", "binary", "softmax"])
def test_a_confident_right_answer_costs_less_than_a_wrong_one(name):
    loss, z, y = task(name, batch=50)
    right, values = loss.right(np, z, y), loss.forward(np, z, y)[0]
    assert values[right == 1].mean() < values[right == 0].mean()


BAD = [
    (MSE(), 3, np.zeros((4, 2))),
    (MSE(), 1, np.zeros((4, 2))),
    (MSE(), 3, np.array([0, 1, 3])),
    (MSE(), 3, np.array([0, -1, 2])),
    (MSE(), 2, np.array([0.0, 1.0])),
    (BinaryCrossEntropy(), 2, np.array([0, 1])),
    (BinaryCrossEntropy(), 1, np.array([0, 2])),
    (BinaryCrossEntropy(), 1, np.array([0.0, np.nan])),
    (BinaryCrossEntropy(), 1, np.array([[0], [1]])),
    (BinaryCrossEntropy(), 1, np.array(["cat", "dog"])),
    (CrossEntropy(), 3, np.array([0, 1, 3])),
    (CrossEntropy(), 3, np.array([0, -1, 2])),
    (CrossEntropy(), 3, np.array([0.0, 1.0, 2.0])),
    (CrossEntropy(), 3, np.zeros((4, 3))),
    (CrossEntropy(), 2, np.array(["cat", "dog"])),
]


@pytest.mark.parametrize("loss, outputs, y", BAD)
def test_targets_that_do_not_fit_are_refused(loss, outputs, y):
    with pytest.raises(InputError, match=type(loss).__name__) as caught:
        loss.targets(y, outputs)
    assert caught.value.argument == "loss"
