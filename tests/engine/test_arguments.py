"""Whatever is given in the place of a part is answered in one sentence, with a fix."""

import numpy as np
import pytest

from nnlab import Experiment, check_gradient
from nnlab.engine import (
    L2,
    MAE,
    MSE,
    SGD,
    Adam,
    AdamW,
    ClipNorm,
    FunctionLayer,
    FunctionLoss,
    FunctionOptimizer,
    Linear,
    Network,
    ReLU,
    Residual,
    Tanh,
)
from nnlab.errors import InputError
from nnlab.training import Tape, Trainer, load_checkpoint, save_checkpoint

pytestmark = pytest.mark.once

x = np.random.default_rng(0).normal(size=(20, 2))
y = x[:, 0]


def net() -> Network:
    return Network(2, [Linear(3), Tanh(), Linear(1)])


def trainer(**given) -> Trainer:
    usual = dict(network=net(), loss=MSE(), optimizer=SGD(0.1), train=(x, y))
    return Trainer(**{**usual, **given})


TRAINER = {
    "samples apart": (dict(train=x, validation=y), "train=an array of shape .20, 2."),
    "three of them": (dict(train=(x, y, x)), r"try train=\(x, y\)"),
    "no targets": (dict(train=(x,)), r"try train=\(x, y\)"),
    "none": (dict(train=None), r"train=None .* try train=\(x, y\)"),
    "a data set": (dict(train=Experiment().dataset()), r"train=Dataset\(.*=\(x, y\)"),
    "validation": (dict(validation=x), r"try validation=\(x, y\)"),
    "a loss's name": (dict(loss="mse"), r"loss='mse' .* try loss=MSE\(\)"),
    "another's name": (dict(loss="BCE"), r"try loss=BinaryCrossEntropy\(\)"),
    "a class": (dict(loss=MAE), r"try loss=MAE\(\)"),
    "no loss": (dict(loss=None), r"try loss=MSE\(\)"),
    "an optimizer's class": (dict(optimizer=SGD), r"try optimizer=SGD\(\)"),
    "its name": (dict(optimizer="adamw"), r"try optimizer=AdamW\(\)"),
    "a rate": (dict(optimizer=0.1), r"optimizer=0\.1 .* try optimizer=SGD\(\)"),
    "a rule alone": (dict(regularizers=L2(0.1)), r"try regularizers=\[L2\(0\.001\)\]"),
    "its class within": (dict(regularizers=[L2]), r"try regularizers=\[L2\(0\.001\)\]"),
    "its word": (dict(regularizers="l2"), r"try regularizers=\[L2\(0\.001\)\]"),
    "a limit": (dict(clip=1.0), r"try clip=ClipNorm\(1\.0\)"),
    "a clip's class": (dict(clip=ClipNorm), r"try clip=ClipNorm\(…\)"),
    "a factor": (dict(schedule=0.1), r"try schedule=CosineAnnealingLR\(1000\)"),
    "patience": (
        dict(stopping=10, validation=(x, y)),
        r"try stopping=EarlyStopping\(10\)",
    ),
    "a network's words": (dict(network="net"), "try network=Network"),
    "half a sample": (dict(batch_size=2.5), "whole number, at least 1; try .*=2"),
    "no sample": (dict(batch_size=0), "try batch_size=1"),
}


@pytest.mark.parametrize("case", TRAINER)
def test_a_trainer_takes_parts_and_says_so(case):
    given, told = TRAINER[case]
    with pytest.raises(InputError, match=told) as caught:
        trainer(**given)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_samples_and_targets_one_after_the_other_are_two_arguments_too_many():
    with pytest.raises(InputError, match=r"try train=\(x, y\)"):
        Trainer(net(), MSE(), SGD(0.1), x, y)


def test_a_batch_has_no_more_samples_than_there_are():
    assert trainer().batch_size == 20  # and not the 32 that are usual
    assert trainer(batch_size=500).batch_size == trainer(batch_size=None).batch_size
    small = Experiment(samples=20)
    assert small.batch_size == 32 and small.trainer().batch_size == 12
    one, other = (Experiment(samples=20, batch_size=n).trainer() for n in (None, 99))
    for run in (one, other):
        run.fit(3)
    assert np.array_equal(one.network.parameters, other.network.parameters)


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda: Linear(2, 4), r"initializer=4 .* try Linear\(units\)"),
        (lambda: Linear("4"), "units='4' .* try units=4"),
        (lambda: Linear(2.6), "try units=3"),
        (
            lambda: Network(2, [Linear(3), "relu"]),
            "layers has 'relu', and it is a list",
        ),
        (lambda: Network(2, [ReLU, Linear(1)]), r"try layers=\[ReLU\(…\)\]"),
        (lambda: Network(2, "relu"), r"layers has 'relu', .* layers=\[Linear\(1\)\]"),
        (lambda: Network(2, []), "one at least"),
        (lambda: Network([2, 3, 1], [Linear(1)]), "inputs=.*whole number"),
        (lambda: Residual([Linear]), r"try layers=\[Linear\(…\)\]"),
        (lambda: FunctionLayer(1, 2), "function=1 .* try function=np.sin"),
        (lambda: FunctionLoss(np.sin, None), "slope=None .* try slope=lambda z, y"),
        (lambda: FunctionOptimizer(0.1, function=3), "try function=lambda g, rate"),
        (lambda: SGD("0.3"), "try learning_rate=0.3"),
        (lambda: Tape(3), "trainer=3 is not allowed"),
        (lambda: save_checkpoint(net(), "x"), "trainer=Network"),
        (lambda: load_checkpoint(net(), "x"), "trainer=Network"),
        (lambda: net().loss(x, y, "mse"), r"try loss=MSE\(\)"),
        (lambda: net().gradient(x, y, None), "loss=None"),
        (lambda: check_gradient(net(), x, y, "mse"), r"try loss=MSE\(\)"),
        (lambda: trainer().fit("3"), "try epochs=3"),
        (lambda: trainer().fit(-1), "epochs=-1 .* try epochs=0"),
        (lambda: [*trainer().steps(-1)], "n=-1 .* try n=0"),
        (lambda: trainer().use(Adam), r"try optimizer=Adam\(\)"),
        (lambda: trainer().change(lr=0.1), "did you mean 'learning_rate'"),
    ],
)
def test_what_is_no_part_is_answered_with_a_fix(make, told):
    with pytest.raises(InputError, match=told):
        make()


def test_a_layer_alone_is_a_network_and_a_block():
    assert Network(2, Linear(1)).layers == (Linear(1),)
    assert Residual(Linear(2)).layers == (Linear(2),)
    assert AdamW().decays
