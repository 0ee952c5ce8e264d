"""A Lab to paint on: with the pointer, or with a crosshair and keys.

After every change the run learns from the points on the map, in mid-run, with all that
it has learned. While they are too few to learn from, the run waits, and the Lab says
what is missing.
"""

from collections.abc import Sequence
from math import hypot

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.errors import InputError, Plain
from nnlab.experiment.experiment import Experiment
from nnlab.lab.controls import changed
from nnlab.lab.host import Host
from nnlab.lab.keyboard import BRUSH, PAINT, commands
from nnlab.lab.paint.tools import DONE, MARKS, Tools
from nnlab.session.editable_dataset import SEEN, Painting
from nnlab.session.session import Session
from nnlab.views import View
from nnlab.views.plots.paint_map import crosshair
from nnlab.views.view import around

ARROWS = {
    "ArrowLeft": (-1, 0),
    "ArrowRight": (1, 0),
    "ArrowDown": (0, -1),
    "ArrowUp": (0, 1),
}
PAINT_KEYS, BRUSH_KEYS = commands(PAINT), commands(BRUSH)
MEANT = ("erase", "flip", "move")  # tools that need a point
USES = {"move": "picks a point up", "erase": "erases it", "flip": "flips it"}
STEP, LEAP = 1 / 50, 1 / 10  # of the map's side, for an arrow key, and with Shift
APART = 16  # pixels of the page between the points of a spray
STILL = 4  # pixels in which a hand that presses may move
OF_DATA = "data samples noise data_seed validation test split_seed".split()


class Paints(Plain):
    """Has the run of `lab` learn from what is painted, if one of `views` is painted on.

    Attributes:
        tools: the tools, with the brush.
        row: where they stand.
        wrong: why the run can't learn from what is painted now; empty if it does.
    """

    def __init__(self, lab: Host, views: Sequence[View]):
        self._lab, self.wrong = lab, ""
        self._maps = [view for view in views if view.paints]
        self.tools = Tools(self._on_choice, self._on_press)
        self.row = self.tools.row
        self._of: list[object] = []  # the fields that say which data are painted on
        self._drag: str | int | None = None  # spray, erase, or the point that is moved
        self._more = False  # whether what goes on has changed something already
        self._last = 0.0, 0.0  # the pixel at which it did
        self._again = False  # whether to play once there is enough to learn from

    @property
    def at_work(self) -> bool:
        """Whether one can paint here."""
        return bool(self._maps)

    # What a Lab has it do

    def use(self, views: Sequence[View]) -> None:
        """Other views are shown now."""
        self._maps = [view for view in views if view.paints]
        self.carry(self._lab.session)

    def carry(self, session: Session) -> None:
        """A new run has the same painting; or one of its data, if these are others."""
        if not self.at_work or any(view.lacks(session) for view in self._maps):
            return
        painting, fields = self.painting, _of_data(session.experiment)
        if painting is None or fields != self._of:
            seen = np.concatenate([session.parts.train.x, session.parts.validation.x])
            page = session.parts.together(), around(seen)
            if painting is None:
                painting = Painting(*page)
            painting.show(*page)
            painting.cross, self._of, self.wrong = None, fields, ""
        session.painting = painting

    def show(self) -> None:
        """The tools say what is chosen, and what is painted."""
        if self.at_work:
            self.tools.show(self.painting)

    def says(self) -> str:
        """What the crosshair is on, and what the brush paints, if it is out."""
        painting, tools = self.painting, self.tools
        if painting is None or painting.cross is None:
            return ""
        name = painting.data.classes[tools.label]
        brush = f"{tools.part} points ({MARKS[tools.part]}) of class {name!r}"
        found = crosshair(painting, self._map.reach)
        does = f"paints {brush}" if tools.tool == "paint" else USES[tools.tool]
        return f"{found} Enter {does}. The other keys are behind “?”."

    def waits(self) -> bool:
        """Whether the run waits for more points; the Lab says for which."""
        if self.wrong:
            self._lab.message.show(self.wrong)
        return bool(self.wrong)

    # What is pressed

    def key(self, key: str) -> bool:
        """Does what a key on the picture asks for; False if it is none of painting."""
        if not self.at_work:
            return False
        out = self.painting.cross is not None
        name = PAINT_KEYS.get(key) or (BRUSH_KEYS.get(key, "") if out else "")
        if name == "go":
            self._go(*key.split("+"))
        elif name:
            self.press(name)
        return bool(name)

    def press(self, name: str) -> None:
        """Does what a button or a key asks for."""
        painting, tools, self._drag = self.painting, self.tools, None
        match name:
            case "brush":
                self._take_out()
            case "class":
                tools.label = (tools.label + 1) % len(painting.data.classes)
            case "part":
                tools.part = SEEN[1 - SEEN.index(tools.part)]
            case "use":
                self._use(tools.tool)
            case name if name in DONE:
                getattr(painting, name)()
                self._changed()
            case _:
                self._use(name)
        self.show()
        self._lab.player.refresh()

    def choose(self, what: str, value: object) -> None:
        """The class or the part of the brush, or the tool."""
        setattr(self.tools, what, value)
        self.show()
        self._lab.player.refresh()

    # The crosshair

    def _take_out(self) -> None:
        """Takes the crosshair out, or puts it away."""
        painting = self.painting
        out, painting.held = painting.cross is not None, None
        painting.cross = None if out else np.mean(painting.window, axis=0)

    def _go(self, *names: str) -> None:
        """Moves the crosshair, and the point that is held: with Shift farther."""
        painting = self.painting
        low, high = painting.window
        far = (high - low) * (LEAP if len(names) > 1 else STEP)
        painting.cross = painting.clip(painting.cross + far * ARROWS[names[-1]])
        if painting.held is not None:
            painting.move(painting.held, painting.cross, self._more)
            self._made()
        self._lab.player.refresh()

    def _use(self, tool: str) -> None:
        """What a key does at the crosshair."""
        painting = self.painting
        found = painting.near(painting.cross, self._map.reach)
        if tool == "move" or painting.held is not None:
            painting.held = found if painting.held is None else None
            self._more = False
        elif tool == "paint":
            painting.add(painting.cross, self.tools.label, self.tools.part)
            self._changed()
        elif found is not None:
            getattr(painting, tool)(found)
            self._changed()
        else:
            self._miss(tool)

    def _miss(self, tool: str) -> None:
        """Says that a tool that needs a point has found none."""
        self._lab.message.show(f"There is no point here to {tool}; aim at one.")

    # The pointer

    def point(self, x: float, y: float) -> bool:
        """A press at this pixel of the page; False if it is not on the map."""
        if not self._over(x, y):
            return False
        painting, tool = self.painting, self.tools.tool
        found = painting.near(self._map.under(x, y), self._map.reach)
        self._more, painting.held, self._last = False, None, (x, y)
        self._drag = found if tool in ("paint", "move") else None
        if tool == "paint" and found is None:
            self._drag = "spray"
            self._spray(x, y)
        elif tool == "erase":
            self._drag = "erase"
            self._rub(x, y)
        elif tool == "flip" and found is not None:
            painting.flip(found)
            self._changed()
        if found is None and tool in MEANT:
            self._miss(tool)
        return True

    def drag(self, x: float, y: float) -> None:
        """The pointer is here now, pressed down."""
        far = hypot(x - self._last[0], y - self._last[1])
        if self._drag is None or far < (APART if self._drag == "spray" else STILL):
            return
        if self._drag == "spray":
            self._spray_to(x, y, far)
            return
        self._last = x, y
        if self._drag == "erase":
            self._rub(x, y)
        else:
            place = self.painting.clip(self._map.under(x, y))
            self.painting.move(self._drag, place, self._more)
            self._made()

    def release(self, x: float, y: float) -> None:
        """The pointer is let go here."""
        self.drag(x, y)
        self._drag = None

    def shape(self, x: float, y: float) -> str:
        """The pointer's shape at this pixel, as style sheets name it; nothing beside
        the map."""
        if not self._over(x, y):
            return ""
        found = self.painting.near(self._map.under(x, y), self._map.reach)
        if found is None:
            return "crosshair"
        return "grab" if self.tools.tool in ("paint", "move") else "pointer"

    def _spray(self, x: float, y: float) -> None:
        """A point here, if it is on the map."""
        if self._over(x, y):
            place, tools = self._map.under(x, y), self.tools
            self.painting.add(place, tools.label, tools.part, self._more)
            self._made()

    def _spray_to(self, x: float, y: float, far: float) -> None:
        """Points evenly apart from the last one to here, however fast the hand was."""
        begin, way = np.array(self._last), np.array([x, y]) - self._last
        for number in range(1, int(far // APART) + 1):
            self._last = tuple(begin + number * APART / far * way)
            self._spray(*self._last)

    def _rub(self, x: float, y: float) -> None:
        """No point here."""
        found = self.painting.near(self._map.under(x, y), self._map.reach)
        if found is not None:
            self.painting.erase(found, self._more)
            self._made()

    # What comes of it

    def _made(self) -> None:
        """One more change, and those that follow are of a piece with it."""
        self._more = True
        self._changed()

    def _changed(self) -> None:
        """The run learns from what is painted now, or waits for more."""
        lab, self.wrong = self._lab, ""
        try:
            self._learn()
        except InputError as error:
            self.wrong = str(error)
            self._again |= lab.player.playing
            lab.player.pause()
            lab.message.show(self.wrong)
        lab.screen.follow(lab.session, lab.selection)
        self.show()
        lab.player.hurry()
        if self._again and not self.wrong:
            self._again = False
            lab.begin_to_play()

    def _learn(self) -> None:
        """In mid-run; or in a new one, if the data have other classes."""
        lab, painting = self._lab, self.painting
        painting.check()
        if painting.data.classes == lab.session.data.classes:
            lab.session.learn_from(painting.data)
            self._of = _of_data(lab.session.experiment)
            lab.adopt(lab.session.experiment)
        else:
            experiment = _anew(lab.experiment, painting.data)
            self._of = _of_data(experiment)
            lab.start(experiment)

    @property
    def painting(self) -> Painting | None:
        """What is painted, if one can paint here."""
        return self._lab.session.painting

    @property
    def _map(self) -> View:
        """The view that is painted on."""
        return next(view for view in self._lab.picture.views if view.paints)

    def _over(self, x: float, y: float) -> bool:
        """Whether this pixel is on the map."""
        if not self.at_work:
            return False
        place = self._map.under(x, y)
        return bool((self.painting.clip(place) == place).all())

    def _on_choice(self, what: str, value: object) -> None:
        self._lab.player.post(self.choose, what, value)

    def _on_press(self, name: str) -> None:
        self._lab.player.post(self.press, name)


def _of_data(experiment: Experiment) -> list[object]:
    """The fields that say which points there are, and in which parts."""
    return [getattr(experiment, name) for name in OF_DATA]


def _anew(experiment: Experiment, data: Dataset) -> Experiment:
    """The experiment with these data, and a mini-batch that they allow."""
    try:
        return changed(experiment, {"data": data})
    except InputError as error:
        if error.argument != "batch_size":
            raise
        return changed(experiment, {"data": data, "batch_size": None})
