"""The canvas keeps account: who looks, what was sent, what was seen."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.lab import canvas as module
from nnlab.lab.canvas import IN_FLIGHT, SCRIPTS, SILENCE, Canvas

HOME = Path(module.__file__)
SCRIPT = "".join(HOME.with_name(name).read_text("utf-8") for name in SCRIPTS)
STEPS = (0, 3, 5)  # the first on the tape, the one shown, the last
steady = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@pytest.fixture
def canvas(clock, frames):
    return Canvas(lambda event: None)


def ack(canvas: Canvas, view: str, frame: int) -> None:
    canvas.hear({"type": "ack", "view": view, "frame": frame})


def hello(canvas: Canvas, view: str) -> None:
    canvas.hear({"type": "hello", "view": view, "width": 880, "scale": 1})


def show_all(canvas: Canvas) -> int:
    """Sends frames while there is room for them, and counts them."""
    sent = 0
    while canvas.ready() and sent < 100:
        canvas.show(b"", "image/jpeg", STEPS)
        sent += 1
    return sent


def test_nobody_looks_before_a_view_has_spoken(canvas):
    assert not canvas.watched() and not canvas.ready()
    hello(canvas, "a")
    assert canvas.watched() and canvas.ready()


def test_two_frames_are_under_way_at_most(canvas, frames):
    hello(canvas, "a")
    assert show_all(canvas) == IN_FLIGHT
    for number in range(1, 20):
        ack(canvas, "a", number)
        assert show_all(canvas) == 1
    assert [content["frame"] for content, _ in frames] == [*range(1, 22)]


def test_a_frame_asks_for_an_answer_if_none_could_follow_without(canvas, frames):
    canvas.show(b"", "image/jpeg", STEPS)  # nobody looks
    hello(canvas, "a")
    for number in range(3, 20, 2):
        assert show_all(canvas) == IN_FLIGHT
        ack(canvas, "a", number)
    asked = [content["answer"] for content, _ in frames]
    assert asked == [False, *[False, True] * 9]


def test_the_answer_asked_for_by_one_view_is_given_by_all(canvas, frames):
    hello(canvas, "a")
    canvas.show(b"", "image/jpeg", STEPS)
    hello(canvas, "b")
    canvas.show(b"", "image/jpeg", STEPS)
    assert frames[-1][0]["answer"] and not canvas.ready()
    ack(canvas, "b", 2)
    assert not canvas.ready()
    ack(canvas, "a", 2)
    assert canvas.ready()


def test_an_answer_to_a_late_frame_answers_those_before(canvas):
    hello(canvas, "a")
    show_all(canvas)
    ack(canvas, "a", 2)
    assert show_all(canvas) == 2
    ack(canvas, "a", 1)  # overtaken on its way
    assert show_all(canvas) == 0


def test_the_slowest_view_sets_the_pace(canvas):
    hello(canvas, "quick"), hello(canvas, "slow")
    show_all(canvas)
    ack(canvas, "quick", 1), ack(canvas, "quick", 2)
    assert show_all(canvas) == 0
    ack(canvas, "slow", 1)
    assert show_all(canvas) == 1


def test_a_view_that_keeps_silent_is_dropped_and_the_others_go_on(canvas, clock):
    hello(canvas, "here"), hello(canvas, "gone")
    show_all(canvas)
    ack(canvas, "here", 2)
    clock.now += SILENCE
    assert not canvas.ready() and len(canvas.viewers) == 2
    clock.now += 0.01
    assert canvas.ready() and [*canvas.viewers] == ["here"]


def test_silence_is_counted_from_the_frame_that_asks(canvas, clock):
    hello(canvas, "a")
    clock.now += 100
    assert show_all(canvas) == IN_FLIGHT  # it owed nothing all that time
    clock.now += SILENCE / 2
    assert canvas.watched()
    clock.now += 0.6 * SILENCE
    assert not canvas.watched()


def test_to_be_heard_is_not_to_be_silent(canvas, clock):
    hello(canvas, "a")
    show_all(canvas)
    clock.now += 0.9 * SILENCE
    canvas.hear({"type": "move", "view": "a", "x": 1.0, "y": 1.0})
    clock.now += 0.9 * SILENCE
    assert canvas.watched() and not canvas.ready()
    clock.now += 0.2 * SILENCE
    assert not canvas.watched()


def test_a_view_that_owes_nothing_may_be_silent_for_ever(canvas, clock):
    hello(canvas, "a")
    show_all(canvas)
    ack(canvas, "a", 2)
    clock.now += 1e6
    assert canvas.watched() and canvas.ready()


def test_goodbye_ends_it_at_once(canvas):
    hello(canvas, "a"), hello(canvas, "b")
    show_all(canvas)
    for view in "aab":
        canvas.hear({"type": "bye", "view": view})
    assert not canvas.watched() and canvas.viewers == {}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "move", "x": 1.0, "y": 1.0},
        {"type": "ack", "frame": 1},
        {"type": "leave"},
        {"type": "press", "x": 1.0, "y": 1.0},
        {"type": "something new"},
    ],
)
def test_a_view_not_heard_of_before_is_a_view(canvas, clock, event):
    hello(canvas, "a")
    show_all(canvas)
    clock.now += SILENCE + 1
    assert not canvas.watched()
    canvas.hear({**event, "view": "a"})  # it was asleep, and is back
    assert canvas.watched() and show_all(canvas) == IN_FLIGHT


@steady
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=40))
def test_no_view_ever_has_more_than_two_frames_to_answer(events):
    canvas, seen = Canvas(lambda event: None), {}
    for view, behind in events:
        seen[view] = max(seen.get(view, 0), canvas._frame - behind)
        ack(canvas, view, seen[view])
        show_all(canvas)
        assert all(v.sent - v.seen <= IN_FLIGHT for v in canvas.viewers.values())


@pytest.mark.parametrize("form", ["image/jpeg", "image/png"])
def test_a_frame_is_its_number_its_form_and_its_bytes(canvas, frames, form):
    canvas.show(b"picture", form, STEPS)
    known = {"form": form, "answer": False, "steps": STEPS, "first": False}
    assert frames == [({"frame": 1, **known}, [b"picture"])]


def test_the_first_frame_that_somebody_sees_is_told_as_such(canvas, frames):
    canvas.show(b"", "image/png", STEPS)
    hello(canvas, "a")
    for _ in range(2):
        canvas.show(b"", "image/png", STEPS)
    canvas.hear({"type": "bye", "view": "a"})
    hello(canvas, "b")  # as after a page was loaded anew
    canvas.show(b"", "image/png", STEPS)
    assert [told["first"] for told, _ in frames] == [False, True, False, False]


def test_a_page_that_is_loaded_anew_gets_the_last_frame_and_no_other_does(
    canvas, monkeypatch
):
    sent = []
    monkeypatch.setattr(canvas, "send_state", lambda key=None: sent.append(key))
    for picture in (b"one", b"two"):
        canvas.show(picture, "image/jpeg", STEPS)
        assert canvas.get_state()["still"] == picture
    assert sent == []
    canvas.cursor = "pointer"
    assert sent == ["cursor"]


def test_what_the_page_says_is_only_passed_on(frames):
    heard = []
    canvas = Canvas(heard.append)
    event = {"type": "hello", "view": "a", "width": 900, "scale": 1}
    canvas._handle_custom_msg(event, [])
    assert heard == [event] and canvas.viewers == {} and frames == []


def test_what_comes_when_it_is_closing_is_not_passed_on(act):
    async def scene():
        heard = []
        canvas = Canvas(heard.append)
        event = {"type": "hello", "view": "a", "width": 900, "scale": 1}
        for open in (True, False, True):
            (canvas.open if open else canvas.close)()
            canvas._handle_custom_msg(event, [])
            assert heard == [event] * open
            heard.clear()

    act(scene)


def test_page_and_kernel_speak_of_the_same_things():
    [told] = re.findall(r"draw\(\{ ([\w, ]+) \}", SCRIPT)
    frame = {"frame", "form", "answer", "steps", "first"}
    assert set(told.split(", ")) == frame | {"code", "menu"}
    traits = Canvas.class_trait_names(sync=True)
    assert set(re.findall(r'model\.get\("(\w+)"\)', SCRIPT)) <= {*traits}
    said = re.findall(r'say\((?:\w+ \? )?"(\w+)"(?: : "(\w+)")?', SCRIPT)
    assert {word for words in said for word in words if word} == {
        "ack",
        "bye",
        "camera",
        "code",
        "drag",
        "film",
        "hello",
        "key",
        "leave",
        "move",
        "press",
        "release",
        "view",
        "views",
    }
