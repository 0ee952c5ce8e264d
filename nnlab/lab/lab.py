"""The Lab: a run that lives on the page.

Controls edit the experiment, the player moves the run, the views show its state. A live
field, the learning rate above all, changes in mid-run and the weights stay; any other
field starts the run anew.
"""

from collections.abc import Callable, Sequence
from uuid import uuid4
from weakref import WeakMethod

import ipywidgets as widgets
from IPython.display import display
from threadpoolctl import ThreadpoolController

from nnlab.data.dataset import Dataset
from nnlab.errors import InputError, place_of, whole
from nnlab.experiment.experiment import Experiment
from nnlab.lab.arguments import (
    check_arguments,
    check_tasks,
    checked_controls,
    checked_views,
)
from nnlab.lab.canvas import Canvas
from nnlab.lab.commands import Commands
from nnlab.lab.controls import Controls, changed
from nnlab.lab.csv_upload import CsvUpload
from nnlab.lab.custom_part_badge import OURS, OURS_AGAIN, names_of_own
from nnlab.lab.keyboard import for_page
from nnlab.lab.page_layout import bundle, close_all, page_box
from nnlab.lab.paint.paint import Paints
from nnlab.lab.parsing import parsed_step
from nnlab.lab.player import Player
from nnlab.lab.pointer import Pointer
from nnlab.lab.predict.predict import Predict
from nnlab.lab.registry import Standing, register, show
from nnlab.lab.renderer import Screen
from nnlab.lab.run_as_code import code_of
from nnlab.lab.status_messages import Reader, Said
from nnlab.lab.step_controls import WALK, SlowMotion
from nnlab.lab.task_list import Task, Tasks
from nnlab.lab.toolbar import Bar, Message
from nnlab.lab.weight_sliders import Hand
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.stills import image_metadata, trained
from nnlab.views import View

STILL = 300  # steps before the picture of a page without a kernel
CONTROLS = ("data", "noise", "hidden", "activation", "learning_rate")


class Lab(Standing):
    """A live explorer of one experiment.

    Args:
        experiment: what to run; `Experiment()` if it is left out.
        views: what to draw; the three that fit the data if it is left out. With
            `Stages` among them a mini-batch goes stage by stage; with `Flow` or
            `Factors` it can go layer by layer, forth and back; with `WeightedSum` or
            `Heads` weights are set by hand; with `Paint` one paints.
        controls: names of the experiment's fields to turn; five and a button that
            unfolds all others if it is left out.
        speed: steps a second while it plays; inf is as fast as it goes.
        steps: how many steps Play makes before it rests; None for no end.
        height: of the picture, in pixels of the page.
        ask: a question that comes first; to answer it starts the Lab.
        tasks: what there is to do in it; each is ticked once it is done.
        still: how many steps the network has made in the picture that the repository
            stores of it, where nobody presses Play; as many as Play makes, or
            `STILL`, if it is left out.
        remark: what to say of the run when it rests, as a function of its session and
            of the selection that it shows.
        blas_threads: threads of the linear algebra while the Lab computes; one is
            fastest for networks of this size.
        changes: fields of the experiment to replace, as in `Lab(data="spiral")`.

    Raises:
        InputError: for an experiment that is not possible, an unknown control, or any
            other argument that is none.

    In a notebook a cell that ends in a Lab shows it, live; `await lab.run(steps=200)`
    makes exactly these steps; a page without a kernel shows the picture it had.
    """

    def __init__(
        self,
        experiment: Experiment | None = None,
        *,
        views: Sequence[View] | None = None,
        controls: Sequence[str] | None = None,
        speed: float = 300,
        steps: int | None = None,
        height: int = 380,
        ask: Predict | None = None,
        tasks: Sequence[Task] = (),
        still: int | None = None,
        remark: Callable[[Session, Selection], str] = lambda *_: "",
        blas_threads: int = 1,
        **changes,
    ):
        views = None if views is None else checked_views(views)
        controls = None if controls is None else checked_controls(controls)
        check_arguments(experiment, speed, height, steps, ask, remark, blas_threads)
        check_tasks(tasks, still)
        self.experiment = (experiment or Experiment()).replace(**changes)
        self._steps = None if steps is None else int(steps)
        self._still = (self._steps or STILL) if still is None else int(still)
        self._ask, self._remark = ask, remark
        self._blas, self._blas_threads = ThreadpoolController(), int(blas_threads)
        again = (
            ask is not None and ask.guess is not None
        )  # in an earlier run of the cell
        if again:
            self.experiment = self.experiment.replace(**ask.changes())
        self.session, self.selection = Session(self.experiment), Selection()
        self._kept: tuple | None = None  # the run and step whose picture is in the file
        self._shown_as: list[str] = []  # the outputs that show it, as a page knows them
        self._make_picture(views, int(height), float(speed))
        self._make_tools(controls, float(speed), tasks)
        self._put_together()
        register(self)
        if again:
            self.play()

    def _make_picture(self, views, height: int, speed: float) -> None:
        """What is drawn, who draws it, and what the pointer does on it."""
        self.paint = Paints(self, views or ())
        self.paint.carry(self.session)
        try:
            self.screen = Screen(views, self.session, self.selection, height)
        except Exception:  # no such views for these data: there is no Lab
            close_all([self.paint.row])
            raise
        self.commands = Commands(self)
        self.canvas = Canvas(_weakly(self.commands.note), height=height)
        self.player = Player(self, speed)
        looks = self.player.refresh, self.player.hurry
        self.pointer = Pointer(self, self.reshape, *looks)

    def _make_tools(self, controls, speed: float, tasks: Sequence[Task]) -> None:
        """What stands above the picture."""
        few, more = CONTROLS, self._on_unfold
        if controls is not None:
            few, more = controls, None
        self.controls = Controls(self.experiment, few, self._on_edit, more)
        self.bar = Bar(speed, self._on_press, self._on_speed, self._on_choice)
        self._upload: CsvUpload | None = None
        self._exercise, self._answer, self._ours = "", {}, ""
        self._show_code()
        self.bar.show_seeds(self.session.trainer.network.seeds, self.selection.replica)
        self.controls.row.children += (self.bar.badge,)
        self.slow = SlowMotion(self, self._on_press)
        self.hand = Hand(self, self.pointer.move_place)
        if self.hand.probes and not self.slow.at_work and self.selection.sample is None:
            self.selection.sample = 0
        self.message, self._reader = Message(self._on_view), Reader()
        self.tasks = Tasks(tasks)

    def _put_together(self) -> None:
        """The page: the question if there is one, tools, the picture, and below it all
        that may change its height: so nothing moves the picture."""
        self._above, self._below = widgets.VBox(), widgets.VBox()
        asked = [self._ask.widget] if self._ask else []
        whole = [*asked, self._above, self.canvas, self._below]
        self.box = page_box("nnlab-lab", whole)
        self._put_parts()
        self._lay_out()
        self.canvas.text = self.screen.describe(self.session, self.selection)
        if self._ask:
            self._ask.when_answered(self._on_answer)

    def _put_parts(self) -> None:
        """The rows of those parts of the Lab that the views shown ask for."""
        slow, paint, hand = self.slow, self.paint, self.hand
        rows = {part: [part.row] * part.at_work for part in (slow, paint, hand)}
        above = [self.tasks.widget, self.bar.row, self.controls.row]
        self._above.children = [*above, *rows[slow], *rows[paint]]
        own = [self._upload.row] if self._upload else []
        below = [self.message.widget, *own, self.controls.groups]
        self._below.children = [*rows[hand], *below]
        self.canvas.paints = paint.at_work
        self.canvas.keyboard = for_page(slow.at_work, hand.probes, paint.at_work)
        for part in rows:
            part.show()

    # What a notebook asks for

    @property
    def trainer(self):
        """The trainer of the session under way."""
        return self.session.trainer

    @property
    def picture(self):
        """What is drawn: its views, its size."""
        return self.screen.picture

    def change(self, **fields) -> None:
        """Changes fields of the experiment, as its controls do. How it learns changes
        in mid-run, with the weights kept: the optimizer and its numbers, the schedule,
        what weights cost, the dropout rate. Any other field starts anew.

        Where a field takes a name it takes something of yours: `optimizer` a function
        from the gradient and the rate to the change of every weight, `activation` a
        pair of functions such as (np.sin, np.cos), `data` a Dataset.
        """
        self._apply(changed(self.experiment, fields))
        self.player.post(self.player.refresh)

    def show_author(
        self, exercise: str, fields: dict | None = None, again: bool = False
    ) -> None:
        """Shows on a badge whose code does what an exercise asks for: the learner's, as
        long as the experiment has these `fields`, or else ours; until it is right, or
        checked `again`, if it was solved before."""
        values = self.experiment.values()
        self._exercise = f"{exercise}()"
        self._answer = {name: values[name] for name in fields or ()}
        self._ours = f"{exercise}(): {OURS_AGAIN if again else OURS}"
        self._show_code()

    def play(self) -> None:
        """Plays, as long as anyone looks."""
        self.player.post(self.begin_to_play)

    async def run(self, steps: int) -> "Lab":
        """Makes `steps` steps, the same on every call from the same start.

        Raises `InputError` unless that is a whole number, at least 0.
        """
        whole("steps", steps, least=0)
        await self.player.run(int(steps))
        self.show(moving=False)
        return self

    def code(self) -> str:
        """Return code that makes this Lab again, with its run so far."""
        return code_of(self.session, self.picture.views)

    def keep_picture(self) -> None:
        """Store the picture in the notebook, in place of the one that stands there, for
        a page without a kernel."""
        data, metadata = self._bundle()
        for shown in self._shown_as:
            display(data, metadata=metadata, raw=True, display_id=shown, update=True)
        self._kept = self.trainer, self.trainer.steps_done
        self.player.refresh()

    def _ipython_display_(self) -> None:
        """Shows it in the cell that runs, as an output that can be updated."""
        data, metadata = self._repr_mimebundle_()
        self._shown_as.append(uuid4().hex)
        display(data, metadata=metadata, raw=True, display_id=self._shown_as[-1])

    def reset(self) -> None:
        """Back to the same start, with the experiment as the controls have it."""
        self.player.pause()
        self.start(self.experiment)

    def stop(self) -> None:
        """Ends the Lab's task; pressing Play starts it again."""
        self.player.post(self.player.stop)

    def rest(self) -> None:
        """The same at once, for who is on the thread of cells."""
        self.player.stop()

    def still(self) -> bytes:
        """The picture now, as a small PNG."""
        self.picture.draw(self.session, self.selection)
        return self.picture.still()

    def _still_and_words(self) -> tuple[bytes, str]:
        """The picture for a page without a kernel, and what it shows in words; where
        nobody can press Play it is drawn as if somebody had."""
        if trained() and not self.trainer.steps_done:
            self.session.train(self._still)
            shown = self.still(), self.screen.describe(self.session, self.selection)
            self.session.rewind(0)
            return shown
        return self.still(), self.screen.describe(self.session, self.selection)

    def __repr__(self):
        loss = self.session.median(f"{self.session.watched}_loss")
        return f"Lab(step={self.trainer.steps_done}, loss={loss:.2g})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        show(self)
        return self._bundle()

    def _bundle(self) -> tuple[dict, dict]:
        """What an output has of it: the widget, the picture, a line of text."""
        still, words = self._still_and_words()
        self.canvas.still = still
        self.canvas.send_state("still")
        return bundle(repr(self), self.box, still), image_metadata(words)

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        unused = [self.slow.row, self.hand.row, self.paint.row, self.controls.more]
        return [self.box, *unused]  # as far as they are not in the box

    @property
    def holds(self):
        """The question that comes first, if there is one."""
        return [self._ask] if self._ask else []

    # What the player plays on

    def advance(self, steps: int, seconds: float) -> int:
        """Up to `steps` steps in about `seconds`; returns how many were made."""
        if self.paint.waits():
            return 0
        with self._few_threads():
            if self.player.pace == WALK:
                stepper = self.session.stepper
                (stepper.next_moment if self.slow.at_work else stepper.next_stage)()
                made = 1
            else:
                made = self.session.train(steps, seconds)
        if trouble := self.session.trouble():
            self.message.show(trouble)
        return made

    def steps_to_epoch(self) -> int:
        """How many steps are left in the epoch under way."""
        trainer = self.trainer
        left = trainer.batches.left(trainer.steps_done)
        return left or trainer.steps_per_epoch

    def watched(self) -> bool:
        """Whether anyone is looking."""
        return self.canvas.watched()

    def ready(self) -> bool:
        """Whether everyone who looks can take one more frame."""
        return self.canvas.ready()

    def show(self, moving: bool) -> None:
        """Draws a frame and sends it: quick while moving, sharp at rest."""
        self.bar.show(self.player.playing)
        with self._few_threads():
            frame = self.screen.frame(self.session, self.selection, moving)
            self.canvas.width, self.canvas.height = self.picture.size
            tape = self.session.tape
            steps = tape.start, self.trainer.steps_done, tape.end
            self.canvas.show(*frame, steps)
        if moving:
            self.message.remark("")
            self.hand.follow()
        else:
            self.message.remark(*self._remarked())
            self.tasks.look(self.session, self.selection)
            self.canvas.text = self.screen.describe(self.session, self.selection)
            self.slow.show()
            self.hand.show()
            if self._ask:
                self._ask.tell(self.session)

    def _remarked(self) -> Said:
        """What there is to say of the run; it may take a while to find out."""
        if painting := self.paint.says():
            return Said(painting)
        now, end = self.trainer.steps_done, self.session.tape.end
        if self._kept == (self.trainer, now):
            return Said(
                f"The picture in the file is now that of step {now}; save the notebook "
                "to keep it."
            )
        if now < end:
            return Said(
                f"This is step {now}, with the settings of then. To play on from here "
                f"is another way: the steps after it, up to {end}, are dropped."
            )
        if remark := self._remark(self.session, self.selection):
            return Said(str(remark))
        text, view = self._reader.said_of(self.session)
        shown = {type(one).__name__ for one in self.picture.views}
        return Said(text, "" if view in shown else view)

    def fail(self, error: Exception) -> None:
        """Shows what went wrong; the Lab goes on as it was."""
        self.bar.show(self.player.playing)
        if isinstance(error, InputError):
            self.message.show(str(error))
        else:
            where = place_of(error)
            self.message.show(f"{type(error).__name__}: {error}{where}")

    # What widgets report, on whatever thread: it is only posted

    def _on_press(self, name: str) -> None:
        self.player.post(self.commands.press, name)

    def _on_edit(self, name: str, value: object) -> None:
        self.player.post(self.attempt, self._edit, name, value)

    def _on_unfold(self, open: bool) -> None:
        self.player.note(self._unfold, open)

    def _on_speed(self, speed: float) -> None:
        self.player.post(self.player.set_speed, speed)

    def _on_view(self, name: str) -> None:
        self.player.post(self.attempt, self.toggle, name)

    def _on_choice(self, replica: int) -> None:
        self.player.post(self._choose, replica)

    def _on_answer(self) -> None:
        self.player.post(self.attempt, self._begin)

    # What the player's task does about it, for widgets and for the parts of the Lab

    def begin_to_play(self) -> None:
        """Play, up to the number of steps that the Lab was given."""
        self.show_truth()
        self.player.play(self._steps)

    def show_truth(self) -> None:
        """Have every control show what is run, where one shows what was refused."""
        if self.controls.waiting:
            self.controls.show(self.experiment)
            self.message.show("")

    def reshape(self, fields: dict) -> None:
        """A button in the picture was pressed, which sets `fields`."""
        self.attempt(self._regrow, fields)

    def _regrow(self, fields: dict) -> None:
        """Other hidden layers. With layers of the same kinds as before, neurons that
        stay keep what they learned, and a run that has begun goes on."""
        experiment = self.experiment.replace(**fields)
        if _kinds(experiment) != _kinds(self.experiment):
            self.start(experiment)
            return
        self.session.grow(experiment.hidden)
        self.selection.forget_neurons()
        self.screen.start(self.session, self.selection)
        self.adopt(experiment)
        if self.trainer.steps_done:
            self.begin_to_play()

    def _few_threads(self):
        """A context in which linear algebra has `blas_threads` threads."""
        return self._blas.limit(limits=self._blas_threads, user_api="blas")

    def _begin(self) -> None:
        """The question is answered: what was chosen is run."""
        self._lay_out()
        self.start(self.experiment.replace(**self._ask.changes()))
        self.bar.buttons["play"].focus()  # the button pressed is gone
        if self._ask.guess is not None:
            self.begin_to_play()

    def _lay_out(self) -> None:
        """While a question waits, there is nothing beside it but the picture."""
        for tools in (self._above, self._below):
            tools.layout.display = "none" if self.waits() else None

    def waits(self) -> bool:
        """Whether a question waits for its answer."""
        return self._ask is not None and self._ask.waiting

    def rewind(self, step: object) -> None:
        """Back to this step, or on to it again; the settings are those of then. It may
        be a number that somebody has typed."""
        self.player.pause()
        self.session.rewind(parsed_step(step))
        self.adopt(self.session.experiment)

    def toggle(self, view: str) -> None:
        """Add the view of this name to the picture, or take it away."""
        self.screen.toggle(view, self.session, self.selection)
        self.message.show("")
        self.paint.use(self.picture.views)
        self._put_parts()
        self.player.refresh()

    def _choose(self, replica: int) -> None:
        self.selection.replica = replica
        self.player.refresh()

    def _unfold(self, open: bool) -> None:
        self.controls.unfold(self.experiment, open)
        if open and self._upload is None:  # a page and its notebook carry all there is
            self._upload = CsvUpload(self.player.post, self._learn_from)
            self._put_parts()
        if self._upload:
            self._upload.row.layout.display = None if open else "none"

    def _learn_from(self, data: Dataset) -> None:
        """The learner's own data: a new run, which begins."""
        self._apply(changed(self.experiment, {"data": data}))
        self.begin_to_play()

    def attempt(self, function: Callable, *arguments) -> None:
        """Call the function; an `InputError` is shown as a message, and whatever plays
        plays on."""
        try:
            function(*arguments)
        except InputError as error:
            self.message.show(str(error))

    def _edit(self, name: str, value: object) -> None:
        """Tries the experiment that all controls together ask for."""
        try:
            asked = self.controls.asked(self.experiment, name, value)
        except InputError:
            self.controls.refuse(name)
            raise
        self._apply(asked, but=name)

    def _apply(self, experiment: Experiment, but: str = "") -> None:
        """Goes over to another experiment: in mid-run if that is possible."""
        if self.session.goes_on_as(experiment):
            before, now = self.experiment.values(), experiment.values()
            self.session.change(**{n: now[n] for n in now if now[n] != before[n]})
            self.adopt(experiment, but)
        else:
            self.start(experiment, but)

    def _show_code(self) -> None:
        """Whose code is at work, on the badge."""
        names, values = names_of_own(self.experiment), self.experiment.values()
        answer = self._answer
        if answer and all(values[name] == answer[name] for name in answer):
            names = names or [self._exercise]
        self.bar.show_code(names, ours=self._ours)

    def adopt(self, experiment: Experiment, but: str = "") -> None:
        """Adopt this experiment of the session, and update all controls to match, `but`
        the one that asked for it."""
        self.experiment = experiment
        self.controls.show(experiment, but)
        self._show_code()
        self.message.show("")
        self.player.hurry()

    def start(self, experiment: Experiment, but: str = "") -> None:
        """Start a new session; every view is built for it, and every control is set to
        it, `but` the one that asked for it."""
        session = Session(experiment)
        selection = self.selection.for_session(session, self.session)
        self.paint.carry(session)
        self.screen.start(session, selection)
        self.session, self.selection = session, selection
        self.bar.show_seeds(self.trainer.network.seeds, selection.replica)
        self.paint.show()
        self.adopt(experiment, but)

    def fit(self, width: int, scale: float, room: int = 0) -> None:
        """Draws for this width of the page from now on, and as high as `room`."""
        self.screen.fit(width, scale, self.session, self.selection, room)
        self.player.refresh()


def _weakly(method: Callable) -> Callable:
    """The method, while its object is there: a canvas outlives its Lab for a while."""
    known = WeakMethod(method)

    def call(*arguments):
        if there := known():
            there(*arguments)

    return call


def _kinds(experiment: Experiment) -> list[type]:
    """What kinds of layers its network has."""
    return [type(layer) for layer in experiment.layers()]
