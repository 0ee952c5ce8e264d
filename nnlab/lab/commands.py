"""What a learner does on the page, and what a Lab does about it.

The pointer and the keys come as events of the canvas, buttons by their names. On
whatever thread that is, it is only posted; the player's task does it.
"""

from typing import Any, Protocol

from nnlab.engine.layers import Layer
from nnlab.errors import Plain
from nnlab.lab.canvas import Canvas
from nnlab.lab.host import Host
from nnlab.lab.keyboard import PLAYER, PROBE, SLOW_MOTION, commands
from nnlab.lab.paint.paint import Paints
from nnlab.lab.pointer import Pointer
from nnlab.lab.step_controls import SLOWLY, WALK, SlowMotion
from nnlab.lab.toolbar import Bar
from nnlab.lab.views_menu import menu
from nnlab.lab.weight_sliders import LOOKS, Hand
from nnlab.views import Stages
from nnlab.views.plots.stages import STAGES

SMALL = ("move", "leave", "ack", "bye")  # events that are no reason to start the task
ASKS = ("key", "press", "drag", "release", "film")  # those that ask for something
NO_NEURONS = (
    "There is no hidden layer of neurons to change; write hidden=4, or press + at the "
    "layers in the picture."
)
KEYS = commands(PLAYER, SLOW_MOTION, PROBE)


class Commanded(Host, Protocol):
    """What commands are given to: a Lab, with all its parts."""

    canvas: Canvas
    pointer: Pointer
    bar: Bar
    slow: SlowMotion
    hand: Hand
    paint: Paints

    def waits(self) -> bool:
        """Return True while a question waits for its answer."""

    def fit(self, width: int, scale: float, room: int) -> None:
        """Draw for this width of the page from now on, and as high as `room`."""

    def keep_picture(self) -> None:
        """Store the picture in the notebook, in place of the one that stands there."""

    def show_truth(self) -> None:
        """Have every control show what is run, where one shows what was refused."""

    def toggle(self, view: str) -> None:
        """Add the view of this name to the picture, or take it away."""

    def code(self) -> str:
        """Return code that makes this Lab again, with its run so far."""

    def reset(self) -> None:
        """Go back to the same start, with the experiment as the controls have it."""

    def rewind(self, step: object) -> None:
        """Go to a recorded step, with the settings of then."""

    def reshape(self, fields: dict[str, Any]) -> None:
        """Change fields of the architecture; what can be kept is kept."""


class Commands(Plain):
    """Drives `lab`."""

    def __init__(self, lab: Commanded):
        self._lab = lab

    def note(self, event: dict) -> None:
        """Has an event heard, by and by."""
        player = self._lab.player
        (player.note if event["type"] in SMALL else player.post)(self.hear, event)

    def hear(self, event: dict) -> None:
        """Does what the page tells of."""
        lab = self._lab
        lab.canvas.hear(event)
        if lab.waits() and event["type"] in ASKS:
            return  # the question comes first
        match event["type"]:
            case "hello":
                lab.fit(event["width"], event["scale"], event.get("room", 0))
            case "film":
                lab.attempt(lab.rewind, event["step"])
                lab.player.hurry()
            case "camera":
                lab.keep_picture()
            case "views":
                self._show_menu()
            case "view":
                lab.attempt(lab.toggle, event["name"])
                self._show_menu()
            case "code":
                lab.canvas.show_code(lab.code())
            case "key" if not lab.paint.key(event["key"]):
                self.press(KEYS.get(event["key"], ""))
            case "move":
                lab.pointer.move(event["x"], event["y"])
                over = lab.paint.shape(event["x"], event["y"])
                lab.canvas.cursor = over or lab.pointer.shape
            case "press" if not lab.paint.point(event["x"], event["y"]):
                lab.pointer.press(event["x"], event["y"])
                lab.canvas.cursor = lab.pointer.shape
            case "drag":
                lab.paint.drag(event["x"], event["y"])
            case "release":
                lab.paint.release(event["x"], event["y"])
            case "leave":
                lab.pointer.leave()
                lab.canvas.cursor = lab.pointer.shape

    def _show_menu(self) -> None:
        lab = self._lab
        lab.canvas.show_menu(menu(lab.session, lab.picture.views))

    def press(self, name: str) -> None:
        """Does what a button or a key asks for."""
        lab, player, hidden = self._lab, self._lab.player, self._lab.experiment.hidden
        match name:
            case "play" if player.playing:
                player.pause()
            case "play":
                lab.begin_to_play()
            case name if name in SLOWLY and lab.slow.at_work:
                lab.slow.press(name)
            case name if name in LOOKS:
                lab.hand.press(name)
            case "step" if self._in_stages() and not lab.slow.at_work:
                lab.session.stepper.finish()
                lab.session.stepper.next_stage()
                player.play(len(STAGES) - 1, WALK)
            case "step":
                lab.show_truth()
                player.step()
            case "back":
                step = lab.trainer.steps_done - 1
                lab.attempt(lab.rewind, max(step, lab.session.tape.start))
            case "epoch":
                lab.show_truth()
                player.epoch()
            case "reset":
                lab.reset()
            case "reseed":
                seed = lab.experiment.seed + lab.experiment.seeds
                lab.start(lab.experiment.replace(seed=seed))
            case "stop":
                player.stop()
            case "more" | "fewer" if hidden and not isinstance(hidden[-1], Layer):
                units = hidden[-1] + (1 if name == "more" else -1)
                lab.reshape({"hidden": (*hidden[:-1], units)})
            case "more" | "fewer":
                lab.message.show(NO_NEURONS)
            case "next":
                lab.pointer.next()
            case "none":
                lab.pointer.release()
        lab.bar.show(player.playing)

    def _in_stages(self) -> bool:
        """Whether a mini-batch goes stage by stage here."""
        return any(isinstance(view, Stages) for view in self._lab.picture.views)
