"""A session and what is selected in it: what every view is drawn from."""

from typing import NamedTuple

from nnlab.experiment.experiment import Experiment
from nnlab.session.selection import Selection
from nnlab.session.session import Session


class LookedAt(NamedTuple):
    """To be handed on with a star, as in `view.update(*run)`."""

    session: Session
    selection: Selection

    @classmethod
    def of(cls, experiment: Experiment, replica: int = 0) -> "LookedAt":
        """A new session of this experiment, looked at in this replica."""
        return cls(Session(experiment), Selection(replica))
