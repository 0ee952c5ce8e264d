"""Notebook `00_start_here`: the island, one mini-batch, the digits, the playground.

Each function returns a Lab of the notebook, or a part of one.
"""

from functools import lru_cache

import numpy as np

from nnlab.experiment.experiment import Experiment
from nnlab.lab.lab import Lab
from nnlab.lab.predict.misread_digits import Reader
from nnlab.lab.predict.predict import Predict
from nnlab.lab.task_list import Task
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import Boundary, Curves, Filters, Gallery, Neurons, Stages

FENCED = 0.93  # of the validation points on their own side: the island is fenced in
DIGITS = Experiment(
    data="digits",
    hidden=(64,),
    activation="relu",
    optimizer="adam",
    learning_rate=0.005,
    batch_size=64,
)
QUICK = 200  # steps that eight digits networks make in less than a second


def ask_island() -> Predict:
    """Ask how many neurons fence in an island of points."""
    return Predict(
        "One neuron draws one soft line. How few are enough to fence in the island?",
        pick=[1, 2, 3, 4, 8],
        answer=3,
        changes=lambda neurons: {"hidden": (neurons,)},
        known=lambda session: _inside(session) == session.experiment.seeds,
    )


def island() -> Lab:
    """Return a Lab in which eight networks fence in an island of points."""
    return Lab(
        data="island",
        hidden=(1,),
        learning_rate=1,
        speed=250,
        steps=1500,
        controls=("hidden",),
        ask=ask_island(),
        remark=fenced,
    )


def fenced(session: Session, _: Selection) -> str:
    """Return in words how many of the networks have fenced in the island."""
    if not session.trainer.steps_done:
        return ""
    inside, seeds = _inside(session), session.experiment.seeds
    if not session.experiment.hidden:
        return (
            f"No hidden layer, so the output is one line: {inside} of {seeds} networks "
            "fence the island in. Press + beside “layer” in the picture."
        )
    if len(session.experiment.hidden) > 1:
        return f"{inside} of {seeds} networks fence the island in."
    neurons = session.experiment.hidden[0]
    lines = "1 line" if neurons == 1 else f"{neurons} lines"
    if inside == seeds:
        return (
            f"{lines}: all {seeds} networks fence the island in. Each neuron draws a "
            "line; the output adds them up. "
            + (
                "Point at a neuron to see its line on the map."
                if neurons <= 3
                else "Do fewer do? Press − beside “neuron” in the picture."
            )
        )
    return (
        f"{lines}: {inside} of {seeds} networks fence the island in. Press + beside "
        "“neuron” in the picture to give them one more."
    )


def _inside(session: Session) -> int:
    """Return how many networks have fenced in the island."""
    return int(np.sum(session.measure()["validation_accuracy"] > FENCED))


def ruin() -> Lab:
    """Return a Lab with three neurons on the island, and the learning rate."""
    return Lab(
        data="island",
        hidden=(3,),
        learning_rate=0.003,
        controls=("learning_rate",),
        speed=250,
        tasks=[Task("Ruin it: drive the middle network's loss above 1", _ruined)],
    )


def _ruined(session: Session, _: Selection) -> str:
    loss, rate = session.median("train_loss"), session.experiment.learning_rate
    return f"loss {loss:.2g} at a rate of {rate:g}" if not loss <= 1 else ""


def mini_batch() -> Lab:
    """Return a Lab that shows one mini-batch at a time, in its four stages."""
    return Lab(
        data="island",
        hidden=(3,),
        learning_rate=0.15,
        speed=60,
        steps=180,
        controls=("learning_rate",),
        views=[Neurons(), Boundary(), Curves(), Stages()],
        tasks=[Task("All eight networks fence the island in", _all_inside)],
        still=720,
        height=440,
    )


def _all_inside(session: Session, _: Selection) -> str:
    inside, seeds = _inside(session), session.experiment.seeds
    steps = session.trainer.steps_done
    return f"after {steps} mini-batches" if inside == seeds else ""


def ask_digits() -> Predict:
    """Ask how many digits the network reads right after the start."""
    return Predict(
        "Of 100 digits it has never seen, how many will the network read right after "
        f"{QUICK} mini-batches, which take less than a second?",
        place=(0, 100),
        answer=after_the_start,
        known=lambda session: session.trainer.steps_done >= QUICK,
        within=3,
    )


def digits() -> Lab:
    """Return a Lab in which eight networks learn to read digits."""
    return Lab(
        DIGITS,
        views=[Filters(), Gallery(noise=True), Curves()],
        controls=(),
        speed=70,
        steps=QUICK,
        ask=ask_digits(),
        remark=read,
    )


@lru_cache(maxsize=1)
def after_the_start() -> int:
    """Return how many of 100 validation digits the median reads after `QUICK`."""
    session = Session(DIGITS)
    session.train(QUICK)
    return round(100 * session.median("validation_accuracy"))


def read(session: Session, _: Selection) -> str:
    """Return in words how many digits the networks read."""
    if not session.trainer.steps_done:
        return ""
    right = 100 * session.median("validation_accuracy")
    return (
        f"{right:.0f} of 100 after {session.seconds:.2f} s of training, all eight "
        "networks together. The last picture is pure noise: see what the network takes "
        "it for, and how sure it is."
    )


def your_turn(lab: Lab) -> Reader:
    """Return the digits that the network shown in `lab` got wrong, to be read."""
    return Reader(lab)


def playground() -> Lab:
    """Return a Lab with all controls."""
    return Lab(
        data="spiral",
        hidden=(8, 8),
        optimizer="momentum",
        learning_rate=0.1,
        still=3000,
        tasks=[
            Task("XOR without a hidden layer: the middle network over 80 %", _xor),
            Task("The spiral: the middle network over 90 %", _spiral),
        ],
    )


def _xor(session: Session, _: Selection) -> str:
    without = session.experiment.data == "xor" and not session.experiment.hidden
    return _right(session, 0.8) if without else ""


def _spiral(session: Session, _: Selection) -> str:
    return _right(session, 0.9) if session.experiment.data == "spiral" else ""


def _right(session: Session, share: float) -> str:
    """Return how many validation points the middle network gets right, if they are
    more than this share and it has learned."""
    right = session.median("validation_accuracy")
    return f"{right:.0%}" if right > share and session.trainer.steps_done else ""
