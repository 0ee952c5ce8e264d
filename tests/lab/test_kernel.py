"""A Lab in a real kernel, told by messages as from a page, on either kind of shell.

JupyterLab sends a widget's messages over a subshell where the kernel has them, and in
some versions of ipykernel they then arrive on another thread. Whichever way they come,
all computing and drawing is done by one task on the main thread.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import ipykernel
import pytest

from tests.support.server import lab_environment

jupyter_client = pytest.importorskip("jupyter_client")

SECONDS = 60  # in which a kernel must do anything at all
RUNS = 100  # of a cell
ROOM = 20  # megabytes by which they may grow a kernel
FEATURE = "kernel subshells"
SUBSHELLS = int(ipykernel.__version__.split(".")[0]) >= 7
CELL = """\
import asyncio, threading
from nnlab import Lab
lab = Lab(hidden=(3,), learning_rate=1, speed=1000)
show, advance, threads = lab.show, lab.advance, set()

def note(function):
    def noted(*arguments):
        threads.add(threading.current_thread().name)
        return function(*arguments)
    return noted

lab.show, lab.advance = note(lab.show), note(lab.advance)
tasks = lambda: [task.get_name() for task in asyncio.all_tasks(lab.player._loop)]
slider = lab.controls.widgets["learning_rate"]
"""


@dataclass
class Kernel:
    """A kernel, and a page's side of the talk with it."""

    client: object
    frames: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    subshell: str | None = None
    answering: bool = False

    def ask(self, channel: str, kind: str, **content: object) -> dict:
        """Sends a request and returns the content of its reply."""
        where = getattr(self.client, f"{channel}_channel")
        request = self.client.session.msg(kind, content)
        where.send(request)
        while True:
            reply = where.get_msg(timeout=SECONDS)
            if reply["parent_header"]["msg_id"] == request["header"]["msg_id"]:
                return reply["content"]

    def tell(self, comm: str, data: dict) -> None:
        """Sends a widget a message, over the subshell if there is one."""
        content = {"comm_id": comm, "data": data}
        message = self.client.session.msg("comm_msg", content)
        message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)

    def say(self, comm: str, **event: object) -> None:
        """Sends what a page's view would say."""
        self.tell(comm, {"method": "custom", "content": event})

    def value(self, expression: str) -> str:
        """An expression as the kernel prints it; what else comes is taken note of."""
        sent, text = self.client.execute(f"print({expression})"), ""
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            kind, content = message["msg_type"], message["content"]
            ours = message["parent_header"].get("msg_id") == sent
            if kind == "error":
                self.faults.append(f"{content['ename']}: {content['evalue']}")
            elif kind == "comm_msg":
                self._take(message)
            elif ours and kind == "stream":
                text += content["text"]
            elif ours and content.get("execution_state") == "idle":
                return text.strip()

    def run(self, code: str, cell: str) -> None:
        """Runs a cell, as a page does that knows which one it is."""
        content = dict(code=code, silent=False, store_history=True)
        content |= dict(user_expressions={}, allow_stdin=False, stop_on_error=True)
        where = {"cellId": cell}
        sent = self.client.session.msg("execute_request", content, metadata=where)
        self.client.shell_channel.send(sent)
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            kind, content = message["msg_type"], message["content"]
            ours = message["parent_header"].get("msg_id") == sent["header"]["msg_id"]
            if kind in ("error", "stream"):
                self.faults.append(str(content))
            elif ours and content.get("execution_state") == "idle":
                return

    def wait(self, condition: str) -> None:
        """Until it is true in the kernel."""
        deadline = monotonic() + SECONDS
        while self.value(f"bool({condition})") != "True":
            assert monotonic() < deadline, f"{condition} is still false"

    def _take(self, message: dict) -> None:
        """Notes a frame, and answers if it asks, as a page does once it is drawn."""
        content = message["content"]["data"].get("content", {})
        if (frame := content.get("frame")) is None:
            return
        [picture] = message["buffers"]
        assert bytes(picture[:3]) in (b"\xff\xd8\xff", b"\x89PN")  # JPEG, PNG
        self.frames.append(frame)
        if self.answering and content["answer"]:
            comm = message["content"]["comm_id"]
            self.say(comm, type="ack", view="page", frame=frame)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    manager = jupyter_client.KernelManager(connection_file=str(tmp_path / "c.json"))
    manager.start_kernel(env=lab_environment(tmp_path), cwd=os.fspath(tmp_path))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=SECONDS)
    kernel = Kernel(client)
    try:
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def by_the_main_shell(kernel: Kernel) -> None:
    """Where messages come as they always have."""


def by_a_subshell(kernel: Kernel) -> None:
    """Where they come as JupyterLab sends them today, if the kernel can."""
    features = kernel.ask("shell", "kernel_info_request").get("supported_features", [])
    assert (FEATURE in features) == SUBSHELLS
    if SUBSHELLS:
        reply = kernel.ask("control", "create_subshell_request")
        kernel.subshell = reply["subshell_id"]


@pytest.mark.parametrize("way", [by_the_main_shell, by_a_subshell])
def test_messages_of_a_page_move_the_lab(kernel: Kernel, way: Callable):
    way(kernel)
    kernel.client.execute(CELL)
    canvas = kernel.value("lab.canvas.model_id")

    kernel.say(canvas, type="hello", view="page", width=900, scale=1)
    kernel.wait("lab.canvas.width == 900 and lab.canvas._frame > 0")
    kernel.say(kernel.value("lab.bar.buttons['step'].model_id"), event="click")
    kernel.wait("lab.trainer.steps_done == 1")

    kernel.say(canvas, type="key", view="page", key=" ")
    kernel.wait("lab.trainer.steps_done > 20")
    assert kernel.frames == [1, 2]  # two under way, and no answer yet
    kernel.answering = True
    kernel.say(canvas, type="ack", view="page", frame=2)
    kernel.wait("lab.canvas._frame > 10")

    weak = {"value": 0.8}
    kernel.tell(kernel.value("slider.model_id"), {"method": "update", "state": weak})
    kernel.wait("lab.trainer.optimizer.learning_rate == 0.8")
    kernel.say(canvas, type="key", view="page", key=" ")
    kernel.wait("lab.player.at_rest()")

    assert kernel.value("threads") == "{'MainThread'}"
    assert kernel.value("tasks().count('nnlab player')") == "1"
    assert kernel.frames == sorted(set(kernel.frames))
    assert kernel.frames[-1] == int(kernel.value("lab.canvas._frame"))
    assert kernel.value("(lab.message.text, lab.trainer.changes[0][1:])") == (
        "('', ('learning_rate', 0.8))"
    )
    assert kernel.faults == []


MAKES = {
    "a Lab": "from nnlab import Lab\nlab = Lab(hidden=(3,), seeds=2)\nlab",
    "a Lab of no name": "from nnlab import Lab\nLab(hidden=(3,), seeds=2)",
    "one that plays": "from nnlab import Lab\nlab = Lab(hidden=(3,))\nlab.play()\nlab",
    "one to paint on": (
        "from nnlab import Lab\nfrom nnlab.views import Paint\n"
        "Lab(hidden=(3,), seeds=2, views=[Paint()])"
    ),
    "one with a question": "from nnlab.lessons import start_here\nstart_here.island()",
    "one of few controls": (
        "from nnlab import Lab\nlab = Lab(hidden=(3,), seeds=2, controls=[])\nlab"
    ),
    "a question": (
        "from nnlab.lessons import Predict\nPredict('How many?', pick=[1, 2], answer=2)"
    ),
    "a curve to draw": (
        "from nnlab.lessons import Axes, Predict\n"
        "Predict('Which?', draw=Axes((0, 1), (0, 1)), answer=[0, 1])"
    ),
    "digits to read": (
        "from nnlab.lessons import start_here\n"
        "start_here.your_turn(start_here.digits())"
    ),
}
SMALL = """\
from nnlab import Lab
from nnlab.views import Boundary
lab = Lab(hidden=(3,), seeds=2, views=[Boundary()], controls=["learning_rate"])
lab
"""
LEFT = """\
import asyncio, comm, gc, ipywidgets
def left():
    names = [task.get_name() for task in asyncio.all_tasks(loop)]
    widgets = ipywidgets.widgets.widget._instances
    return len(widgets), len(comm.get_comm_manager().comms), names.count("nnlab player")
def megabytes():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
loop = asyncio.get_running_loop()
"""


@pytest.mark.parametrize("made", MAKES.values(), ids=MAKES)
def test_a_cell_run_again_leaves_nothing_of_its_older_runs(kernel: Kernel, made: str):
    kernel.run(LEFT, "z")
    for turn in range(4):
        kernel.run(made, "a")
        if turn == 0:
            alone = kernel.value("left()")
    kernel.wait(f"left() == {alone}")
    assert kernel.faults == []


def test_a_hundred_runs_of_a_cell_leave_no_more_than_one(kernel: Kernel):
    """A small one, which is made quickly; the memory is level after some ten runs."""
    kernel.run(LEFT, "z")
    kernel.run(SMALL, "a")
    alone, before = kernel.value("left()"), float(kernel.value("megabytes()"))
    for _ in range(RUNS):
        kernel.run(SMALL, "a")
    kernel.wait(f"left() == {alone}")
    grown = float(kernel.value("megabytes()")) - before
    assert grown <= ROOM, f"{grown:.0f} MB"
    assert kernel.faults == []


KEPT = "from nnlab import Lab\nlab = Lab(hidden=(3,), seeds=2)\nlab"


@pytest.mark.parametrize("shows", ["lab", "kept = lab", "kept = [lab]"])
def test_what_another_cell_shows_or_keeps_lives_on(kernel: Kernel, shows: str):
    kernel.run(KEPT, "a")
    kernel.run("import asyncio\nfirst = [lab.canvas.model_id]\nold = lab", "z")
    kernel.run(shows, "b")
    kernel.run(KEPT, "a")
    kernel.run("await asyncio.sleep(2.5)", "z")  # and its canvas has gone, too
    if shows != "lab":
        assert kernel.value("old.box.comm, old.canvas.comm") == "None None"
        kernel.run("old", "c")
    assert kernel.value("[old.canvas.model_id] == first") == "True"
    canvas = kernel.value("old.canvas.model_id")
    kernel.say(canvas, type="hello", view="page", width=900, scale=1)
    kernel.wait("old.canvas.width == 900")
    kernel.say(kernel.value("old.bar.buttons['step'].model_id"), event="click")
    kernel.wait("old.trainer.steps_done == 1")
    kernel.run("await old.run(steps=3)", "z")
    assert kernel.value("old.trainer.steps_done, lab.trainer.steps_done") == "4 0"
    assert kernel.faults == []


def test_labs_beside_each_other_live_until_their_cell_runs_again(kernel: Kernel):
    kernel.run(LEFT, "z")
    several = "labs = [Lab(hidden=(3,), seeds=2) for _ in range(2)]\ndisplay(*labs)"
    for cell in "ab":
        kernel.run(f"from nnlab import Lab\n{several}", cell)
    first = int(kernel.value("left()[0]"))
    kernel.run("1", "a")  # the cell makes none any more
    kernel.wait(f"left()[0] == {(first - 2) // 2 + 2}")
    kernel.run("1", "b")
    kernel.wait("left()[:2] == (2, 2)")  # the style sheet and its layout
