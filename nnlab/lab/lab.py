"""The Lab: a run that lives on the page.

Controls edit the experiment, the player moves the run, the views show its state. A live
field, the learning rate above all, changes in mid-run and the weights stay; any other
field starts the run anew.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import fields
from math import inf
from numbers import Real
from time import monotonic

import ipywidgets as widgets
import numpy as np
from threadpoolctl import ThreadpoolController

from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import InputError, shown, unknown
from nnlab.lab.canvas import Canvas
from nnlab.lab.controls import Bar, Controls, Message, parse
from nnlab.lab.player import Player
from nnlab.lab.registry import register
from nnlab.study.experiment import Experiment
from nnlab.study.run import Run
from nnlab.views import View, default_views
from nnlab.views.figure import Picture

CONTROLS = ("learning_rate", "batch_size", "optimizer", "data", "hidden", "activation")
KEYS = {
    " ": "play",
    "ArrowRight": "step",
    "Enter": "epoch",
    "r": "reset",
    "n": "reseed",
}
NARROW, WIDE = 760, 1400  # pixels of the page that a picture is made for
SHARPEST = 2.0  # pixels of the screen for one of the page, at most


class Lab:
    """A live explorer of one experiment.

    Args:
        experiment: what to run; `Experiment()` if it is left out.
        views: what to draw; the three that fit the data if it is left out.
        controls: names of the experiment's fields to turn.
        speed: steps a second while it plays; inf is as fast as it goes.
        height: of the picture, in pixels of the page.
        blas_threads: threads of the linear algebra while the Lab computes; one is
            fastest for networks of this size.
        changes: fields of the experiment to replace, as in `Lab(data="spiral")`.

    Raises:
        InputError: for an experiment that is not possible, or an unknown control.

    In a notebook a cell that ends in a Lab shows it, live; `await lab.run(steps=200)`
    makes exactly these steps; a page without a kernel shows the picture it had.
    """

    def __init__(
        self,
        experiment: Experiment | None = None,
        *,
        views: Sequence[View] | None = None,
        controls: Sequence[str] = CONTROLS,
        speed: float = 300,
        height: int = 340,
        blas_threads: int = 1,
        **changes,
    ):
        if not isinstance(experiment, Experiment | None):
            raise InputError(
                "experiment",
                f"experiment={experiment!r} is not an Experiment; try "
                "Lab(Experiment(data='spiral')), or Lab(data='spiral').",
            )
        self.experiment = (experiment or Experiment()).replace(**changes)
        _check("speed", speed, low=0.1, high=inf)
        _check("height", height, low=200, high=2000)
        for name in controls:
            if name not in Experiment.kinds():
                raise unknown("controls", name, Experiment.kinds())
        self._views = views
        self._blas, self._blas_threads = ThreadpoolController(), blas_threads
        self._wanted: dict[str, object] = {}
        self.live = Run(self.experiment)
        self.picture = Picture(self._fitting_views(self.live), self.live, height=height)
        self._sharp: Picture | None = None  # for a screen of more pixels
        self._scale = 1.0
        self.canvas = Canvas(self._on_event, height=height)
        self.player = Player(self, speed)
        self.controls = Controls(self.experiment, controls, self._on_edit)
        self.bar = Bar(speed, self._on_press, self._on_speed, self._on_choice)
        self.bar.show_seeds(self.live.trainer.network.seeds, self.live.shown)
        self.message = Message()
        self.box = widgets.VBox(
            [self.bar.row, self.controls.row, self.message.widget, self.canvas]
        )
        self.box.add_class("nnlab-lab")
        self.canvas.text = self.picture.describe(self.live)
        register(self)

    # What a notebook asks for

    @property
    def trainer(self):
        """The trainer of the run under way."""
        return self.live.trainer

    async def run(self, steps: int) -> "Lab":
        """Makes `steps` steps, the same on every call from the same start."""
        await self.player.run(steps)
        self.show(moving=False)
        return self

    def reset(self) -> None:
        """Back to the same start, with the experiment as the controls have it."""
        self.player.pause()
        self._start(self.experiment)

    def stop(self) -> None:
        """Ends the Lab's task; pressing Play starts it again."""
        self.player.post(self.player.stop)

    def still(self) -> bytes:
        """The picture now, as a small PNG."""
        self.picture.draw(self.live)
        return self.picture.still()

    def __repr__(self):
        loss = self.live.median("validation_loss")
        return f"Lab(step={self.trainer.steps_done}, loss={loss:.2g})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        return {
            "text/plain": repr(self),
            "image/png": b64encode(self.still()).decode(),
            "application/vnd.jupyter.widget-view+json": view,
        }

    # What the player plays on

    def advance(self, steps: int, seconds: float) -> int:
        """Up to `steps` steps in about `seconds`; returns how many were made."""
        end, made = monotonic() + seconds, 0
        with self._blas.limit(limits=self._blas_threads, user_api="blas"):
            for _ in self.trainer.steps(steps):
                made += 1
                if monotonic() > end:
                    break
        self._warn_of_divergence()
        return made

    def steps_to_epoch(self) -> int:
        """How many steps are left in the epoch under way."""
        per_epoch = self.trainer.steps_per_epoch
        return per_epoch - self.trainer.steps_done % per_epoch

    def watched(self) -> bool:
        """Whether anyone is looking."""
        return self.canvas.watched()

    def ready(self) -> bool:
        """Whether everyone who looks can take one more frame."""
        return self.canvas.ready()

    def show(self, moving: bool) -> None:
        """Draws a frame and sends it: quick while moving, sharp at rest."""
        self.bar.show(self.player.playing)
        picture = self.picture if moving else self._sharpest()
        picture.draw(self.live)
        if moving:
            self.canvas.show(picture.jpeg(), "image/jpeg")
        else:
            self.canvas.show(picture.png(), "image/png")
            self.canvas.text = picture.describe(self.live)

    def fail(self, error: Exception) -> None:
        """Shows what went wrong; the Lab goes on as it was."""
        if isinstance(error, InputError):
            self.message.show(str(error))
        else:
            self.message.show(f"{type(error).__name__}: {error}")

    # What widgets report, on whatever thread: it is only posted

    def _on_event(self, event: dict) -> None:
        command = event["type"] in ("hello", "key")
        (self.player.post if command else self.player.note)(self._hear, event)

    def _on_press(self, name: str) -> None:
        self.player.post(self._press, name)

    def _on_edit(self, name: str, value: object) -> None:
        self.player.post(self._try, self._edit, name, value)

    def _on_speed(self, speed: float) -> None:
        self.player.post(self.player.set_speed, speed)

    def _on_choice(self, replica: int) -> None:
        self.player.post(self._choose, replica)

    # What the player's task does about it

    def _hear(self, event: dict) -> None:
        self.canvas.hear(event)
        match event["type"]:
            case "hello":
                self._fit(event["width"], event["scale"])
            case "key":
                self._press(KEYS[event["key"]])
            case "move":
                self._point(event["x"], event["y"])
            case "leave":
                self._point(-1, -1)

    def _point(self, x: float, y: float) -> None:
        found = (view.at(x, y) for view in self.picture.views)
        pointed = next(filter(None, found), None)
        if pointed != self.live.pointed:
            self.live.pointed = pointed
            self.player.refresh()

    def _press(self, name: str) -> None:
        player = self.player
        match name:
            case "play" if player.playing:
                player.pause()
            case "play":
                player.play()
            case "step":
                player.step()
            case "epoch":
                player.epoch()
            case "reset":
                self.reset()
            case "reseed":
                seed = self.experiment.seed + self.experiment.seeds
                self._start(self.experiment.replace(seed=seed))
            case "stop":
                player.stop()
        self.bar.show(player.playing)

    def _choose(self, replica: int) -> None:
        self.live.shown = replica
        self.player.refresh()

    def _try(self, function: Callable, *arguments) -> None:
        """Does it, or says on the Lab why not; whatever plays plays on."""
        try:
            function(*arguments)
        except InputError as error:
            self.message.show(str(error))

    def _edit(self, name: str, value: object) -> None:
        """Tries the experiment that all controls together ask for."""
        self._wanted[name] = value
        experiment = self._asked()
        changed = {
            name: getattr(experiment, name)
            for name in Experiment.kinds()
            if getattr(experiment, name) != getattr(self.experiment, name)
        }
        live = {field.name for field in fields(OPTIMIZERS[experiment.optimizer])}
        if changed.keys() <= live:
            self.live.change(**changed)
            self.experiment = experiment
            self._wanted.clear()
            self.message.show("")
        else:
            self._start(experiment, but=name)

    def _asked(self) -> Experiment:
        """The experiment with every edit that waits; new data bring their own noise."""
        asked = {name: parse(name, value) for name, value in self._wanted.items()}
        if "data" in asked:
            asked = {"samples": None, "noise": None, **asked}
        return self.experiment.replace(**asked)

    def _start(self, experiment: Experiment, but: str = "") -> None:
        """A new run, at its start; every view is built for it, and every control set
        to it, `but` the one that asked for it."""
        live = Run(experiment, min(self.live.shown, experiment.seeds - 1))
        self.picture.start(self._fitting_views(live), live)
        self.experiment, self.live, self._sharp = experiment, live, None
        self._wanted.clear()
        self.controls.show(experiment, but)
        self.bar.show_seeds(self.trainer.network.seeds, self.live.shown)
        self.message.show("")
        self.player.refresh()

    def _fitting_views(self, live: Run) -> Sequence[View]:
        return default_views(live) if self._views is None else self._views

    def _fit(self, width: int, scale: float) -> None:
        """Draws for this width of the page from now on."""
        width, scale = min(max(width, NARROW), WIDE), min(max(scale, 1.0), SHARPEST)
        if (width, scale) != (self.picture.width, self._scale):
            self._scale, self._sharp = scale, None
        if width != self.picture.width:
            self.picture.width = self.canvas.width = width
            self.picture.start(self._fitting_views(self.live), self.live)
        self.player.refresh()

    def _sharpest(self) -> Picture:
        """The picture for a frame at rest, with as many pixels as the screen has."""
        if self._scale == 1.0:
            return self.picture
        if self._sharp is None:
            size = (self.picture.width, self.picture.height, self._scale)
            self._sharp = Picture(self._fitting_views(self.live), self.live, *size)
        return self._sharp

    def _warn_of_divergence(self) -> None:
        lost = int(np.sum(self.trainer.diverged))
        if lost:
            rate = self.experiment.learning_rate
            lowest = Experiment.kinds()["learning_rate"].low
            self.message.show(
                f"{lost} of {self.experiment.seeds} networks have diverged: their "
                f"numbers are no longer finite, with learning_rate={rate:g}. Try "
                f"learning_rate={max(rate / 10, lowest):.2g}, then Reset."
            )


def _check(name: str, value: object, low: float, high: float) -> None:
    if not isinstance(value, Real) or not low <= value <= high:
        raise InputError(
            name,
            f"{name}={shown(value)} is not allowed: it is a number from {low:g} to "
            f"{high:g}; try {name}=300.",
        )
