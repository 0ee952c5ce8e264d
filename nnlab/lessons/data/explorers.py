"""The Lab of 01, with data to paint on, and its experiments to repeat by hand."""

from pathlib import Path

import numpy as np

from nnlab.lab.lab import Lab
from nnlab.lab.task_list import Task
from nnlab.lab.trials import Trials
from nnlab.lessons.data.exercises import stratified
from nnlab.lessons.data.experiments import best_of, leaked, rare, resplit
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import Curves, Neurons, Paint

LEAVES = Path(__file__).with_name("leaves.csv")  # made up, for a first table


def explorer(**fields) -> Lab:
    """Return a Lab with two moons to paint on, and the fields that split and scale.

    Args:
        fields: fields of the experiment, as in `explorer(data="island")`.
    """
    moons = {} if "data" in fields else {"data": "moons", "noise": 0.3}
    return Lab(
        views=[Neurons(), Paint(), Curves()],
        controls=(
            "data",
            "noise",
            "samples",
            "validation",
            "split_seed",
            "standardize",
        ),
        tasks=() if fields else TASKS,
        height=350,
        **{**moons, "hidden": (8,), "learning_rate": 0.3, **fields},
    )


def _at_100(session: Session, low: float, high: float) -> str:
    """Return the validation loss at epoch 100, in words, if the run has passed it and
    the validation part has this share of the points."""
    losses = session.trainer.history.get("validation_loss", [])
    if len(losses) <= 100 or not low <= session.experiment.validation <= high:
        return ""
    return f"{np.median(losses[100]):.3f} (split seed {session.experiment.split_seed})"


def _as_dealt(session: Session, _: Selection) -> str:
    return _at_100(session, 0.1, 0.3)


def _few_to_train_on(session: Session, _: Selection) -> str:
    return _at_100(session, 0.6, 0.8)


def _dealt_anew(session: Session, selection: Selection) -> str:
    anew = session.experiment.split_seed != 0
    return _few_to_train_on(session, selection) if anew else ""


TASKS = (
    Task("Play past epoch 100, and pause: the validation loss at epoch 100", _as_dealt),
    Task("The same with validation at about 0.7", _few_to_train_on),
    Task("The same with another split seed", _dealt_anew),
)


def flip() -> Trials:
    """Return coins to flip: how many points the best of them gets right."""
    counts = (1, 10, 100, 1000)
    return Trials(
        lambda seed: [100 * best_of(count, 100, seed) for count in counts],
        columns=["1 coin", *(f"best of {count}" for count in counts[1:])],
        button="Flip all the coins",
        measured="right of 100",
        says=lambda found: (
            f"The best of 100 coins got {found[2, -1]:.0f} of 100 right this time; on "
            f"average {found[2].mean():.1f}."
        ),
    )


def choose() -> Trials:
    """Return columns of noise to choose from: how well a network does with them."""
    return Trials(
        lambda seed: [100 * float(found[0]) for found in leaked([seed])],
        columns=["chosen by all the data", "chosen by the training part"],
        button="New noise",
        measured="% right on validation",
        says=lambda found: (
            f"Chosen too soon: {found[0].mean():.0f} % right on average; chosen after "
            f"the split: {found[1].mean():.0f} %."
        ),
    )


def deal() -> Trials:
    """Return a split to be dealt again: how well two networks do on it."""
    return Trials(
        lambda seed: [100 * float(found[0]) for found in resplit([seed])],
        columns=["no hidden layer", "16 neurons"],
        button="Deal again",
        measured="% right on validation",
        says=_who_won,
    )


def _who_won(found: np.ndarray) -> str:
    """Return in words which network was better, and how often."""
    line, wide = found
    last = "a draw" if line[-1] == wide[-1] else "no hidden layer is better"
    last = "16 neurons are better" if line[-1] < wide[-1] else last
    return (
        f"This split says: {last}. So far {np.sum(line > wide)} for no hidden layer, "
        f"{np.sum(line < wide)} for 16 neurons, draws: {np.sum(line == wide)}."
    )


def draw_rare() -> Trials:
    """Return splits of classes of unequal size: how many of the rarest validate."""
    y = rare().y

    def count(seed: int) -> list[int]:
        rng = np.random.default_rng(seed)
        plain = rng.permutation(len(y))[: round(0.2 * len(y))]
        _, fair = stratified.reference(y, 0.2, rng)
        return [int(np.sum(y[rows] == 2)) for rows in (plain, fair)]

    return Trials(
        count,
        columns=["a plain split", "a stratified one"],
        button="Split again",
        measured="of the rarest class",
        says=lambda found: (
            f"The plain split had none of them {np.sum(found[0] == 0)} times in "
            f"{found.shape[1]}."
        ),
    )
