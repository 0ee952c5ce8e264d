"""Real data, three lines each, to the scores of scikit-learn's perceptron.

Both have one hidden layer of 50 rectifiers, Adam, mini-batches of 50, the same samples
on the same scale, and 60 epochs. Each has eight seeds of its own.
"""

import warnings

import numpy as np
import pytest

from nnlab import Experiment

SEEDS, EPOCHS = 8, 60
RECIPE = dict(
    hidden=50,
    activation="relu",
    optimizer="adam",
    learning_rate=0.003,
    batch_size=50,
    seeds=SEEDS,
)


def scores_of_scikit_learn(experiment: Experiment) -> list[float]:
    """The score on the validation part, of each seed."""
    nets = pytest.importorskip("sklearn.neural_network")
    parts = experiment.split()
    scale, measured = experiment.inputs(parts), experiment.targets(parts)
    kind = nets.MLPRegressor if measured else nets.MLPClassifier
    found = []
    for seed in range(SEEDS):
        net = kind(
            hidden_layer_sizes=(50,),
            learning_rate_init=0.003,
            batch_size=50,
            max_iter=EPOCHS,
            alpha=0.0,
            n_iter_no_change=EPOCHS,
            random_state=seed,
        )
        y = measured or (lambda labels: labels)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it would go on
            net.fit(scale(parts.train.x), y(parts.train.y))
        found.append(net.score(scale(parts.validation.x), y(parts.validation.y)))
    return found


@pytest.mark.parametrize("data", ["breast cancer", "wine", "diabetes"])
def test_the_score_is_that_of_scikit_learn(data):
    experiment = Experiment(data=data, **RECIPE)
    curves = experiment.run(epochs=EPOCHS)
    ours = curves.end("validation_r2" if data == "diabetes" else "validation_accuracy")

    theirs = scores_of_scikit_learn(experiment)
    assert min(theirs) <= np.median(ours) <= max(theirs)
    assert min(ours) <= np.median(theirs) <= max(ours)
    print(f"{data}: {np.round(sorted(ours), 3)} and {np.round(sorted(theirs), 3)}")
