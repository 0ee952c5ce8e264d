"""What a learner has selected: the parts of a run that views show in detail."""

from dataclasses import dataclass

import numpy as np

from nnlab.session.session import Session

Neuron = tuple[int, int]  # layer and index of the output
Link = tuple[int, int, int]  # layer, row and column of the weight


@dataclass(eq=False)
class Selection:
    """The replica, neuron, sample, place and weight that are selected.

    Attributes:
        replica: the index of the replica that is displayed.
        pointed: the neuron or weight under the pointer, or None.
        pinned: the neuron or weight that was clicked, or None.
        over: the place under the pointer on a map, as a sample (features,) in original
            units, or None.
        place: the place that was clicked on a map, or None.
        sample: the index of the displayed sample, in slow motion in the mini-batch,
            otherwise in the training part; None for all samples.
        weight: the position in the flat parameter vector of the weight whose gradient
            is explained by default.
    """

    replica: int = 0
    pointed: Neuron | Link | None = None
    pinned: Neuron | Link | None = None
    over: np.ndarray | None = None
    place: np.ndarray | None = None
    sample: int | None = None
    weight: int = 0

    @property
    def focus(self) -> Neuron | Link | None:
        """Neuron or weight under the pointer, or else the pinned one."""
        return self.pointed or self.pinned

    @property
    def neuron(self) -> Neuron | None:
        """Neuron in focus, or None."""
        return self.focus if self.focus and len(self.focus) == 2 else None

    @property
    def link(self) -> Link | None:
        """Weight in focus, or None."""
        return self.focus if self.focus and len(self.focus) == 3 else None

    def row(self, session: Session) -> int | None:
        """Return the row of the displayed sample in the training part of `session`.

        None stands for all samples.
        """
        if self.sample is None:
            return None
        batch = range(len(session.data))
        if session.stepper.slow:
            batch = session.trainer.rows[self.replica]
        return int(batch[min(self.sample, len(batch) - 1)])

    def probe(self, session: Session) -> np.ndarray | None:
        """Return the sample (features,) in focus, in original units, or None.

        It is the place under the pointer, or else the place clicked, or else the
        displayed row.
        """
        if self.over is not None:
            return self.over
        if self.place is not None:
            return self.place
        row = self.row(session)
        return None if row is None else session.data.x[row]

    def for_session(self, session: Session, before: Session) -> "Selection":
        """Return what `session`, which takes the place of `before`, has of this too.

        That is no neuron, and a place of a map only if the data are the same.
        """
        same = session.experiment.data == before.experiment.data
        fits = session.trainer.network.layout.size > self.weight
        return Selection(
            replica=min(self.replica, session.experiment.seeds - 1),
            place=self.place if same else None,
            sample=self.sample,
            weight=self.weight if fits else 0,
        )

    def forget_neurons(self) -> None:
        """Select no neuron and no weight, as after a change of the architecture."""
        self.pointed = self.pinned = None
        self.weight = 0
