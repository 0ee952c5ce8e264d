"""What the parts of a Lab need of it: its state, and the changes that they ask for."""

from collections.abc import Callable
from typing import Any, Protocol

from nnlab.experiment.experiment import Experiment
from nnlab.lab.player import Player
from nnlab.lab.renderer import Screen
from nnlab.lab.toolbar import Message
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.training.trainer import Trainer
from nnlab.views.figure import Picture


class Host(Protocol):
    """A Lab, as its parts see it. Its methods are called on the player's task.

    Attributes:
        experiment: the experiment, as the controls have it.
        session: the run.
        selection: what the learner has selected in it.
        player: moves the session, and draws.
        screen: draws the session.
        message: what the Lab says to the learner.
    """

    experiment: Experiment
    session: Session
    selection: Selection
    player: Player
    screen: Screen
    message: Message

    @property
    def trainer(self) -> Trainer:
        """The trainer of the session."""

    @property
    def picture(self) -> Picture:
        """What is drawn: its views, its size."""

    def begin_to_play(self) -> None:
        """Play, up to the number of steps that the Lab was given."""

    def attempt(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call the function; an `InputError` is shown as a message."""

    def adopt(self, experiment: Experiment) -> None:
        """Adopt this experiment of the session, and update all controls to match."""

    def start(self, experiment: Experiment) -> None:
        """Start a new session of this experiment."""
