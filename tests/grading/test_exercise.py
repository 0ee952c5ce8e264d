"""What every exercise does: it takes three kinds of answer, names what is wrong in one,
and never lets an error out."""

import sys
from weakref import WeakSet

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlab.errors import InputError
from nnlab.grading import progress, timeout
from nnlab.grading.answer_formats import FORMS
from nnlab.grading.exercise import exercise
from nnlab.grading.feedback import Card, html
from nnlab.grading.known_mistakes import Edit, Instead
from nnlab.grading.learner_seed import learner
from nnlab.lessons import data, forward

steady = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@pytest.fixture(autouse=True)
def a_folder_of_its_own(monkeypatch, tmp_path):
    """Every learner has a folder, and here it is empty."""
    monkeypatch.chdir(tmp_path)


# Exercises of the kind that lessons list


def batch(rng):
    rows, inputs, units = rng.integers([5, 3, 2], [9, 5, 4])
    x, w = rng.normal(size=(rows, inputs)), rng.normal(size=(inputs, units))
    return x, w, rng.normal(size=(rows, units))


@exercise(
    title="A gradient",
    case=batch,
    blank="x.T @ delta",
    hints=["First.", "Second."],
    mistakes=[
        Edit(
            "the slope of tanh is missing",
            "tanh has one too",
            " * (1 - np.tanh(x @ w) ** 2)",
            "",
        ),
        Edit(
            "the slope is taken at the output",
            "it belongs at the sum",
            "tanh(x @ w) **",
            "tanh(y) **",
        ),
        Edit(
            "the mean over the batch was forgotten",
            "the loss is a mean",
            " / len(x)",
            "",
        ),
    ],
)
def gradient(x, w, y):
    """The gradient of the mean squared error of `tanh(x @ w)`."""
    delta = (np.tanh(x @ w) - y) * (1 - np.tanh(x @ w) ** 2)
    return x.T @ delta / len(x)


@exercise(
    title="A mean",
    case=lambda rng: (rng.normal(size=rng.integers([4, 2], [9, 4])),),
    blank="x.mean(axis=0, keepdims=True)",
    hints=["Down the columns."],
)
def mean(x):
    """The mean of each column, as a row `(1, columns)`."""
    return x.mean(axis=0, keepdims=True)


def far_out(answer, rng):
    """Large numbers do no harm."""
    if np.isfinite(answer(np.array([[1000.0, 0.0, -1000.0]]))).all():
        return ""
    return "At 1000 it is NaN: `np.exp` is too large there; take the maximum away."


@exercise(
    title="Softmax",
    case=lambda rng: (rng.normal(size=(4, 3)),),
    blank="e / e.sum(axis=1, keepdims=True)",
    hints=["Each row adds up to 1."],
    laws=[far_out],
    mistakes=[
        Edit(
            "it adds up to 1 down the columns",
            "a row is a sample",
            "e.sum(axis=1",
            "e.sum(axis=0",
        )
    ],
)
def softmax(z):
    """A row of probabilities for each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def doubled(answer, rng):
    return "" if answer(2, rng) >= 0 else "It is below 0."


@exercise(
    title="Luck",
    case=lambda rng: (1, rng),
    blank="rng.random()",
    hints=["Roll."],
    unique=False,
    laws=[doubled],
)
def dice(scale, rng):
    """A number."""
    return scale * rng.random()


def delta_of(x, w, y):
    return (np.tanh(x @ w) - y) * (1 - np.tanh(x @ w) ** 2)


WRONG = {  # what is said → the exercise, a wrong answer
    "4 times what it should be, which is the number of rows of `x`": (
        mean,
        lambda x: x.sum(axis=0, keepdims=True),
    ),
    "a mean stands where a sum belongs": (mean, lambda x: x.mean(0)[None] / len(x)),
    "the mean over the batch was forgotten": (
        gradient,
        lambda x, w, y: x.T @ delta_of(x, w, y),
    ),
    "2 times what it should be: a 2 too many": (
        gradient,
        lambda x, w, y: 2 * x.T @ delta_of(x, w, y) / len(x),
    ),
    "0.5 times what it should be: the 2": (
        gradient,
        lambda x, w, y: x.T @ delta_of(x, w, y) / len(x) / 2,
    ),
    "1.7 times what it should be, in every case": (
        gradient,
        lambda x, w, y: 1.7 * x.T @ delta_of(x, w, y) / len(x),
    ),
    "the sign is wrong": (gradient, lambda x, w, y: -x.T @ delta_of(x, w, y) / len(x)),
    "it is transposed": (gradient, lambda x, w, y: delta_of(x, w, y).T @ x / len(x)),
    "the slope of tanh is missing": (
        gradient,
        lambda x, w, y: x.T @ (np.tanh(x @ w) - y) / len(x),
    ),
    "two things happened at once: the slope of tanh is missing; and the mean over": (
        gradient,
        lambda x, w, y: x.T @ (np.tanh(x @ w) - y),
    ),
    "the slope of tanh is missing: tanh has one too. (": (  # with an error of its own
        gradient,
        lambda x, w, y: np.dot(x.T, np.tanh(x @ w) - y) / x.shape[0],
    ),
    "It is 0 everywhere": (gradient, lambda x, w, y: np.zeros_like(w)),
    "only its size is left": (mean, lambda x: abs(x.mean(axis=0, keepdims=True))),
    "rounded to whole numbers": (mean, lambda x: x.mean(axis=0)[None].round()),
    "an axis is lost, `keepdims=True` keeps it": (mean, lambda x: x.mean(axis=0)),
    "an array of shape (4, 1) where (1, 3)": (
        mean,
        lambda x: x.mean(axis=1, keepdims=True),
    ),
    "It is wrong in 6 of 6 random cases. In one of them, with `x` of shape (4, 3)": (
        mean,
        lambda x: np.sort(x, axis=0)[:1],
    ),
    "It returns 2 things; return 1": (mean, lambda x: (x, x)),
    "no number: a str": (mean, lambda x: "mean"),
    "take the maximum away": (
        softmax,
        lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True),
    ),
    "down the columns": (
        softmax,
        lambda z: np.exp(z - z.max(1)[:, None]) / np.exp(z - z.max(1)[:, None]).sum(0),
    ),
    "raised ZeroDivisionError: division by zero (line": (mean, lambda x: 1 / 0),
    "raised TypeError": (mean, lambda: 1),
    "None: is there a `return`?": (mean, lambda x: None),
    "changes x in place": (mean, lambda x: x.sort() or x[:1]),
    "an array of shape (3,), not a function": (mean, np.ones(3)),
    "pass it by its name, without calling it": (mean, 3),
    "It is below 0": (dice, lambda scale, rng: -1),
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_answer_is_named(words):
    asked, answer = WRONG[words]
    said = asked.check(answer)
    assert said.kind == "wrong" and words in said.text, said
    assert said.text.startswith("✗ Not yet. ") and f"{asked.name}.hint()" in said.text


@steady
@given(st.floats(-20, 20))
def test_a_factor_is_told_whatever_it_is(factor):
    assume(abs(factor) > 0.01)
    answer = lambda x: factor * x.mean(axis=0, keepdims=True)  # noqa: E731
    said = mean.check(answer)
    assert said.right == (abs(factor - 1) < 1e-6)
    if abs(factor) not in (0, 1):
        assert f"{factor:.4g} times what it should be" in said.text


@pytest.mark.parametrize("error", [1e-2, 1e-4, -1e-5])
def test_a_small_error_is_an_error(error):
    answer = lambda x: (1 + error) * x.mean(axis=0, keepdims=True)  # noqa: E731
    assert mean.check(answer).kind == "wrong"


@exercise(
    title="Clip",
    case=lambda rng: ([rng.normal(size=(3, 2)), rng.normal(size=4)], 0.5),
    blank="np.sqrt(sum(np.sum(g * g) for g in gradients))",
    hints=["One norm for all."],
    mistakes=[
        Instead(
            "each array was clipped by itself",
            "the direction changes then",
            lambda gradients, limit: [g * limit / np.linalg.norm(g) for g in gradients],
            (lambda gradients, limit: [np.clip(g, -limit, limit) for g in gradients],),
        )
    ],
)
def clip(gradients, limit):
    """Arrays of different shapes, in a list."""
    norm = np.sqrt(sum(np.sum(g * g) for g in gradients))
    return [g * limit / norm for g in gradients]


@pytest.mark.parametrize("wrong", [*clip.mistakes[0].wrong(clip.reference)])
def test_several_arrays_come_in_a_list_or_a_tuple(wrong):
    assert clip.check(lambda *given: tuple(clip.reference(*given))).right
    said = clip.check(wrong)
    assert "each array was clipped by itself: the direction changes then." in said.text
    assert "It returns 1 thing" in clip.check(lambda g, limit: g[0]).text
    shape = clip.check(lambda g, limit: [g[0], g[1][None]]).text
    assert "an array of shape (1, 4) where (4,)" in shape
    half = clip.check(lambda g, limit: [v / 2 for v in clip.reference(g, limit)])
    assert "0.5 times what it should be" in half.text


@exercise(
    title="Stop",
    case=lambda rng: (rng.normal(size=12).round(1).tolist(), int(rng.integers(2, 4))),
    blank="epoch - at >= patience",
    hints=["Count from the best."],
    mistakes=[
        Edit(
            "equal counts as better",
            "a tie is no progress",
            "loss < best",
            "loss <= best",
        ),
        Edit("it stops one epoch late", "`>` is one more", "at >= pat", "at > pat"),
    ],
)
def stop(losses, patience):
    """Two whole numbers."""
    best, at = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, at = loss, epoch
        elif epoch - at >= patience:
            return epoch, at
    return len(losses) - 1, at


def test_whole_numbers_and_lists_of_numbers_are_compared_too():
    assert stop.check(stop.reference).right
    late = stop.check(lambda losses, patience: stop.reference(losses, patience + 1))
    assert "It looks as if it stops one epoch late: `>` is one more." in late.text


ALL = [gradient, mean, softmax, dice]
each = pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.title)


@each
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_right_answer_may_have_either_precision(asked, kind):
    def answer(*args):
        return np.asarray(asked.reference(*args)).astype(kind)

    assert asked.check(answer).right and asked.answer is answer


class Shown:
    """Whoever shows an exercise, and how often."""

    times = 0

    def refresh(self):
        self.times += 1


def test_who_shows_an_exercise_hears_of_every_check_and_hint(monkeypatch):
    monkeypatch.setattr(mean, "listeners", WeakSet())
    monkeypatch.setattr(mean, "told", 0)
    page, gone = Shown(), Shown()
    mean.listeners.add(page)
    mean.listeners.add(gone)
    assert "hint()" not in mean.check(np.square).text  # the page has a button for it
    del gone
    mean.hint()
    assert page.times == 2 and len(mean.listeners) == 1


@pytest.mark.parametrize(
    "value", [7, True, [], {}, {"solved": None}, {"solved": 3}, {"solved": [[], "?"]}]
)
def test_what_is_kept_and_spoiled_solves_nothing(monkeypatch, value):
    here = progress.Progress(None)
    monkeypatch.setattr(progress, "_here", lambda: here)
    monkeypatch.setattr(mean, "verdicts", {})
    progress.keep("exercises", mean.name, value)
    assert mean.solved_forms == []


# The three formats


@each
def test_every_rung_can_be_climbed(asked):
    order = asked.formats.order
    for answer in (order, tuple(order), asked.blank, asked.reference):
        assert asked.check(answer).right
    assert len(order) == 1 or asked.check(*order).right
    assert asked.solved_forms == [*FORMS]
    head, *lines = asked.formats.lines().text.split("\n\n")[1].splitlines()
    assert head.strip() == asked.formats.head
    shown = {int(line[4:6]): line[6:].strip() for line in lines}
    for number, line in shown.items():
        assert asked.formats.shuffled[number - 1].strip() == line
    assert len(shown) == 1 or [*shown] != asked.formats.order
    assert asked.blank not in asked.fill().text and "..." in asked.fill().text


def unfinished(x):
    average = ...
    return average


def nothing_yet(x):
    """Words alone."""


def one_blank(x):
    return x.mean(axis=0, keepdims=...) + ...


def an_index(x):
    return x[..., :].mean(axis=0, keepdims=True)


@pytest.mark.parametrize(
    "answer",
    [..., None, "", "  ", "...", [], unfinished, nothing_yet, one_blank],
    ids=lambda given: str(given).split(" at 0x")[0],
)
def test_what_was_not_attempted_is_no_mistake(answer):
    before = mean.answer
    said = mean.check(answer)
    assert said.kind == "blank" and said.text.startswith("… Not attempted yet: ")
    assert mean.check().kind == "blank" and mean.answer is before


def test_a_blank_is_seen_where_there_is_no_source():
    made = {}
    exec("def mine(x):\n    return x - ...", made)
    assert mean.check(made["mine"]).kind == "blank"
    exec("def mine(x):\n    return ...", made)
    assert mean.check(made["mine"]).kind == "blank"


def test_an_index_with_dots_is_no_blank():
    assert mean.check(an_index).right


@pytest.mark.parametrize(
    "answer, words",
    [
        ([1, 1], "each number from 1 to 2"),
        ([1], "each number from 1 to 2"),
        ([2, 3], "each number from 1 to 2"),
        ("x +", "it is no Python"),
        ("z.median()", "raised AttributeError"),
        ("e", "It is wrong in 6 of 6"),
    ],
)
def test_a_wrong_order_or_piece_is_told(answer, words):
    said = softmax.check(answer)
    assert said.kind == "wrong" and words in said.text


def test_lines_in_a_wrong_order_say_where():
    said = softmax.check(softmax.formats.order[::-1])
    assert "`e` is used here before any line has made it." in said.text
    assert said.line == 1  # of the text, from 0


ORDER = data.standardize.formats.order
SOFTMAX_BLANK = softmax.formats.around[0].count("\n")  # its line, from 0


@pytest.mark.parametrize(
    "asked, answer, line",
    [
        (softmax, softmax.blank, None),  # right
        (softmax, "(e", SOFTMAX_BLANK),  # no Python
        (softmax, "1", SOFTMAX_BLANK),
        (softmax, [], None),
        (softmax, [3], None),
        (softmax, lambda z: z, None),
        (softmax, softmax.formats.order[::-1], 1),
        (data.standardize, [*ORDER[:2], ORDER[3], ORDER[2]], 3),  # a line too late
    ],
)
def test_a_verdict_knows_the_line_that_it_is_about(asked, answer, line):
    assert asked.check(answer).line == line


# What it never does


def endless(x):
    while True: pass  # fmt: skip # noqa: E701


def endless_in_spite(x):
    while True:
        try:
            x = x + 1
        except Exception:
            pass


def too_deep(x):
    return too_deep(x)


@pytest.mark.parametrize("answer", [endless, endless_in_spite])
def test_what_never_ends_is_stopped(monkeypatch, answer):
    monkeypatch.setattr(timeout, "SECONDS", 0.05)
    said = mean.check(answer)
    assert said.kind == "wrong" and "was stopped after 0.05 seconds" in said.text


def test_what_fails_first_and_then_never_ends_is_stopped(monkeypatch):
    def answer(x):
        if len(x) == len(mean.cases()[0][0]):
            raise ValueError("odd")
        while True:
            pass

    monkeypatch.setattr(timeout, "SECONDS", 0.02)
    assert "ValueError: odd" in mean.check(answer).text


def test_a_tracer_that_was_there_is_there_again():
    def mine(frame, event, value):
        return None

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        mean.check(mean.reference)
        assert sys.gettrace() is mine
    finally:
        sys.settrace(before)


def test_what_goes_too_deep_is_told():
    assert "RecursionError" in mean.check(too_deep).text


def test_an_error_of_nnlabs_own_is_passed_on():
    def asks(x):
        raise InputError("x", "x=3 is not allowed.")

    assert "x=3 is not allowed." in mean.check(asks).text


# Hints, statement, solution


def test_hints_come_one_by_one_and_end():
    told = [gradient.hint().text for _ in range(4)]
    second = "Hint 2 of 2. Second."
    assert told == ["Hint 1 of 2. First.", second, second, second]


@each
def test_an_exercise_shows_what_it_asks(asked):
    shown = asked._repr_mimebundle_()
    for text in (repr(asked), shown["text/plain"], shown["text/html"]):
        assert asked.title in text and f"{asked.name}.lines()" in text
    assert asked.reference.__doc__ in repr(asked)
    assert f"def {asked.reference.__name__}" in asked.solution().text
    assert '"""' not in asked.solution().text and "@" not in asked.formats.head


# A learner of one's own


def test_a_learner_has_numbers_of_their_own_the_same_every_time():
    def seen():
        return gradient.cases()[0][0].tolist()

    nobody = seen()
    assert seen() == nobody
    assert "Hello, Ada." in learner(" Ada ").text
    ada = seen()
    assert ada != nobody and seen() == ada
    learner("Grace")
    assert seen() not in (ada, nobody)
    learner("Ada")
    assert seen() == ada


@pytest.mark.parametrize("name", ["", "  ", None, 3])
def test_a_learner_has_a_name(name):
    with pytest.raises(InputError, match="it is a word"):
        learner(name)


# In an explorer


class Explorer:
    """A Lab, as far as an exercise knows one."""

    def __init__(self, error=""):
        self.experiment, self.fields, self.error = "old", [], error
        self.authors = []

    def show_author(self, exercise, fields=None, again=False):
        self.authors.append((exercise, fields))

    def change(self, **fields):
        if self.error:
            raise InputError("data", self.error)
        self.fields.append(fields)


@pytest.fixture
def running(monkeypatch):
    """An exercise whose answers run somewhere."""
    monkeypatch.setattr(mean, "runs", lambda answer, old: {"data": answer, "was": old})
    monkeypatch.setattr(mean, "answer", None)
    monkeypatch.setattr(mean, "_labs", [])
    monkeypatch.setattr(mean, "verdicts", {})
    return mean


def test_a_right_answer_runs_in_the_explorer_at_once(running):
    lab = Explorer()
    assert running.into(lab) is lab and lab.fields == []
    running.check(lambda x: x)
    assert lab.fields == []
    assert "It runs in the explorer now." in running.check(running.reference).text
    assert lab.fields == [{"data": running.reference, "was": "old"}]
    assert lab.authors == [("mean", None), ("mean", lab.fields[0])]
    later = Explorer()
    running.into(later)
    assert later.fields == lab.fields
    running.check(running.blank)
    assert len(lab.fields) == 1 and len(later.fields) == 2


def test_an_explorer_that_refuses_says_why(running):
    running.into(Explorer("data is too large."))
    said = running.check(running.reference)
    assert said.right and "does not take it: data is too large." in said.text


# Cards


@pytest.mark.parametrize("kind", ["right", "wrong", "blank", "plain"])
def test_a_card_says_the_same_in_plain_text(kind):
    card = Card("Use `a < b` & see:\n\n    c = `d`\n      e", kind)
    assert repr(card) == card.text and card.right == (kind == "right")
    page = card._repr_html_()
    assert "<code>a &lt; b</code> &amp; see:" in page and "c = `d`\n  e</pre>" in page


def test_a_card_is_text_and_not_html():
    assert "<script>" not in html("<script>`<b>`\n\n    <script>")


def test_an_exercise_that_no_explorer_takes_says_so():
    with pytest.raises(InputError, match=r"no place in a Lab.*\.check\(") as caught:
        mean.into(object())
    assert caught.value.argument == "lab"


def test_a_wrong_answer_after_a_right_one_leaves_the_right_one_running(running):
    lab, told = Explorer(), "still runs your last right answer"
    running.into(lab)
    assert told not in running.check(np.square).text
    running.check(running.reference)
    said = running.check(lambda x: 0 * running.reference(x))
    assert said.kind == "wrong" and told in said.text and len(lab.fields) == 1


def test_a_comparison_of_whole_arrays_is_told_what_goes_number_by_number():
    said = mean.check(lambda x: max(x, 0))
    assert said.kind == "wrong" and "`np.maximum`" in said.text


@pytest.mark.parametrize("lab", [3, None, "lab"])
def test_what_is_no_lab_runs_no_answer(running, lab):
    with pytest.raises(InputError, match="is not a Lab"):
        running.into(lab)


def ends(*args):
    raise SystemExit


@pytest.mark.parametrize(
    "answer, says",
    [(ends, "ends Python"), (lambda *args: [[1], [1, 2]], "rows of different lengths")],
    ids=["ends", "ragged"],
)
@pytest.mark.parametrize("asked", [forward.layer, forward.softmax])
def test_whatever_an_answer_does_it_ends_in_a_card(asked, answer, says):
    card = asked.check(answer)
    assert card.kind == "wrong" and says in card.text
