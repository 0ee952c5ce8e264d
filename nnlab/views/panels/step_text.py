"""What there is to say at one moment of a mini-batch in slow motion.

Numbers are those of one sample, or their mean over the mini-batch. A gradient is that
of the sample's own loss; the mean over samples is that of the mean loss.
"""

from collections.abc import Iterator

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics.trace import Passes, Visit
from nnlab.engine.layers import Linear
from nnlab.engine.normalization import BatchNorm
from nnlab.experiment.source_repr import ours
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.wiring import WEIGHTED, Column, columns

SUMS = (*WEIGHTED, BatchNorm)  # what comes out of them is a sum z, not yet bent
ROUNDING = 1e-6  # of the largest number that is averaged
LINEAR = {
    "forward": "z = x W + b",
    "backward": "∂ℓ/∂W = xᵀ δ, ∂ℓ/∂b = δ, and δ Wᵀ goes on back",
}
Shown = tuple[str, np.ndarray]  # a letter, and the numbers (units,) that it is for


def passes_of(session: Session, selection: Selection) -> Passes | None:
    """The mini-batch in slow motion, in the replica shown; None if there is none."""
    return (
        session.stepper.slow.account(selection.replica).passes
        if session.stepper.slow
        else None
    )


def sample_of(session: Session, selection: Selection) -> int | None:
    """The sample that is shown, in a mini-batch that may be a smaller one."""
    if selection.sample is None or not session.stepper.slow:
        return None
    return min(selection.sample, passes_of(session, selection).batch - 1)


def picked(session: Session, selection: Selection, table: np.ndarray) -> np.ndarray:
    """Of a table (batch, units) the sample's row, or the mean; of a mean, what is left
    by rounding alone is 0."""
    table, sample = to_numpy(table), sample_of(session, selection)
    if sample is not None:
        return table[sample]
    mean = table.mean(axis=0)
    return np.where(np.abs(mean) < ROUNDING * np.abs(table).max(axis=0), 0, mean)


def whose(session: Session, selection: Selection) -> str:
    """Whose numbers these are, in words."""
    batch, sample = passes_of(session, selection).batch, sample_of(session, selection)
    return f"mean of {batch} samples" if sample is None else f"sample {sample + 1}"


def ahead(session: Session, selection: Selection, column: Column) -> Shown | None:
    """The newest numbers that went forward in a column; None before there are any."""
    for visit in reversed([*_within(session, selection, column)]):
        if session.stepper.slow.shows("forward", visit.name):
            letter = "z" if isinstance(visit.layer, SUMS) else "a"
            return letter, picked(session, selection, visit.y)
    return None


def back(session: Session, selection: Selection, column: Column) -> Shown | None:
    """The newest gradients that came back to a column; None before there are any."""
    for visit in _within(session, selection, column):
        if session.stepper.slow.shows("backward", visit.name):
            letter = "δ" if isinstance(visit.layer, SUMS) else "∂a"
            return letter, picked(session, selection, visit.dy) * passes_of(
                session, selection
            ).batch
    return None


def lines(
    session: Session, selection: Selection, column: Column
) -> tuple[str, np.ndarray]:
    """What the links of a column stand for now, and a number for each: (inputs, units).

    Weights; once the way back has come there their gradient; at last their change.
    """
    table, slow = column.weights, session.stepper.slow
    network = session.trainer.network.replica(selection.replica)
    if slow is None or not slow.shows("backward", table.rpartition(".")[0]):
        return "weights", to_numpy(network[table])
    account, place = slow.account(selection.replica), network.layout.places[table]
    if slow.over:
        return "change", place.view(np, account.outcome.change)
    visit = account.passes.visit(table.rpartition(".")[0])
    sample = sample_of(session, selection)
    if sample is None:
        return "gradient", place.view(np, to_numpy(account.passes.gradient))
    x, delta = to_numpy(visit.x)[sample], to_numpy(visit.dy)[sample]
    return "gradient", x[:, None] * delta * account.passes.batch


def losses(session: Session, selection: Selection) -> list[float]:
    """The loss; and what it is after the update, once that is made."""
    passes, sample = passes_of(session, selection), sample_of(session, selection)
    if session.stepper.slow.over and sample is None:
        outcome = session.stepper.slow.account(selection.replica).outcome
        return [outcome.before, outcome.after]
    return [float(picked(session, selection, to_numpy(passes.losses)[:, None])[0])]


def caption(session: Session, selection: Selection) -> str:
    """Which moment this is."""
    if session.stepper.slow is None:
        return "the next mini-batch"
    stage, name = session.stepper.slow.moment
    if not name:
        return stage
    visit = passes_of(session, selection).visit(name)
    number = " in block ".join(str(int(i) + 1) for i in reversed(name.split(".")))
    return f"{stage} · layer {number} · {visit.layer}"


def formula(session: Session, selection: Selection) -> str:
    """What is done at this moment, as one would write it."""
    if session.stepper.slow is None:
        return "not begun: press Next"
    stage, name = session.stepper.slow.moment
    if stage == "loss":
        return f"ℓ of each sample, by {_class(session.trainer.loss)}; and their mean"
    if stage == "update":
        return f"every weight changes, by {_class(session.trainer.optimizer)}"
    layer = passes_of(session, selection).visit(name).layer
    if type(layer) is Linear:
        return LINEAR[stage]
    value, _, slope = _first_line(layer).partition(";")
    if stage == "forward":
        return value
    return slope.strip() if "f′" in slope else f"∂ℓ/∂x, by {_class(layer)}"


def _class(part: object) -> str:
    return str(part) if not ours(part) else type(part).__name__


def _first_line(layer: object) -> str:
    """The formula with which the class of one of our layers begins."""
    doc = type(layer).__doc__ if ours(layer) else None
    line = (doc or f"y = {layer}(x)").strip().splitlines()[0].strip()
    return line.replace("`", "").removesuffix(".")


def _within(session: Session, selection: Selection, column: Column) -> Iterator[Visit]:
    """The visits to a column's layers that give a number for each of its neurons."""
    if session.stepper.slow is None:
        return
    for visit in passes_of(session, selection).visits:
        number = int(visit.name.partition(".")[0])
        wide = np.shape(visit.y)[-1] == column.units
        if column.first <= number <= column.last and wide:
            yield visit


def looked_at(session: Session, selection: Selection) -> int:
    """The weight whose gradient is shown, by its place in the vector of all: that of
    the link that the learner looks at, the bias of the neuron, or else the chosen one.
    """
    network, focus = session.trainer.network, selection.focus
    if focus is None:
        return selection.weight
    column = next(c for c in reversed(columns(network)) if c.first <= focus[0])
    places = network.layout.places
    if selection.link is not None:
        place = places[column.weights]
        return place.start + focus[1] * place.shape[1] + focus[2]
    of_units = [
        place
        for place in places.values()
        if column.first <= place.layer <= column.last
        and place.shape == (1, column.units)
    ]
    return of_units[0].start + focus[1] if of_units else selection.weight
