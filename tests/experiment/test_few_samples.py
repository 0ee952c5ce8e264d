"""Experiments on few samples: four points, no validation part, no test part."""

import numpy as np
import pytest

from nnlab import Experiment, Lab, sweep
from nnlab.data.dataset import Dataset
from nnlab.errors import InputError

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
four = Dataset("four", CORNERS, ["no", "yes", "yes", "no"], ("a", "b"))
XOR = Experiment(data=four, validation=0, test=0, batch_size=4, learning_rate=1.0)


def test_xor_is_learned_on_its_four_points():
    parts, curves = XOR.split(), XOR.run(epochs=300)
    assert (len(parts.train), len(parts.validation), parts.test_size) == (4, 0, 0)
    assert np.median(curves.end("train_accuracy")) == 1.0
    assert np.isnan(curves["validation_loss"]).all()
    assert np.isnan(curves["validation_accuracy"]).all()
    assert XOR.score(curves.network, four)["accuracy"].shape == (8,)


def test_its_script_makes_the_same_run():
    scope = {"four": four}
    exec(XOR.code(epochs=5), scope)
    one, other = XOR.run(5)["train_loss"], scope["trainer"].history["train_loss"]
    assert np.array_equal(one, np.array(other))
    assert np.array_equal(sweep([XOR], epochs=5)[0]["train_loss"], one)


@pytest.mark.parametrize(
    "given", [{"test": 0}, {"validation": 0}, {"validation": 0, "test": 0}]
)
def test_a_share_of_nothing_is_a_part_without_samples(given):
    e = Experiment(**given)
    parts = e.split()
    shares = {"validation": len(parts.validation), "test": parts.test_size}
    assert all((shares[name] == 0) == (name in given) for name in shares)
    assert Experiment.from_json(e.to_json()) == e


def test_there_is_no_test_part_to_open():
    with pytest.raises(InputError, match="no test samples in this split"):
        XOR.split().open_test("the end")


def test_a_lab_judges_by_the_training_part():
    lab = Lab(XOR)
    lab.session.train(3)
    lab.picture.draw(lab.session, lab.selection)
    assert "nan" not in repr(lab) + lab.picture.describe(lab.session, lab.selection)


WRONG = [
    ({"validation": 20}, "no count; 20 % is validation=0.2."),
    ({"test": 15.0}, "no count; 15 % is test=0.15."),
    ({"validation": 500}, "no count; try validation=0.2."),
    ({"validation": "20%"}, "a share of the data from 0 to 0.9, and no count; try"),
    ({"validation": -0.1}, "from 0 to 0.9; try validation=0.0."),
    ({"validation": 0, "patience": 5}, "patience=5 watches the validation loss"),
    ({"data": "circle"}, "did you mean 'island', a disc in a ring?"),
    ({"data": "make_moons"}, "did you mean 'moons'?"),
    ({"data": "iris"}, "give Dataset('iris', i.data, i.target, i.feature_names"),
    ({"data": "MNIST"}, "did you mean 'digits', or 'mnist1d'?"),
    ({"data": "Fashion-MNIST"}, "did you mean 'digits', or 'mnist1d'?"),
    ({"data": "boston"}, "did you mean 'diabetes'"),
    ({"data": "spirl"}, "did you mean 'spiral'?"),
]


@pytest.mark.parametrize("given, said", WRONG)
def test_what_is_meant_is_said(given, said):
    with pytest.raises(InputError) as caught:
        Experiment(**given)
    assert said in str(caught.value)


def test_one_class_is_nothing_to_tell_apart():
    one = Dataset("one", CORNERS, [1, 1, 1, 1], ("a", "b"), ("no", "yes"))
    with pytest.raises(
        InputError, match="of one class only, 'yes', so there is nothing"
    ):
        XOR.replace(data=one)


def test_targets_that_are_all_alike_have_no_r2():
    """0.1 is no binary fraction, so the mean of many is not quite it."""
    rng = np.random.default_rng(0)
    data = Dataset("still", rng.normal(size=(50, 2)), np.full(50, 0.1), classes=())
    curves = Experiment(data=data, seeds=2, batch_size=10).run(epochs=2)
    assert (
        np.isnan(curves["train_r2"]).all() and np.isnan(curves["validation_r2"]).all()
    )
    assert np.isfinite(curves["train_loss"]).all()


@pytest.mark.parametrize("dtype", ["f2", "u1", "f4", "i8", "O"])
def test_digits_are_learned_whatever_type_their_pixels_have(dtype):
    digits = Experiment(data="digits").dataset()
    x = (digits.x * (16 if dtype == "f2" else 1)).astype(dtype)
    data = Dataset("mine", x, digits.y, digits.features, digits.classes)
    curves = Experiment(data=data, seeds=2, hidden=16).run(epochs=5)
    assert curves.end("validation_accuracy").min() > 0.85
