"""A guess is locked once, counts if it came first, and outlives the kernel."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import Experiment, Lab
from nnlab.grading.progress import keep, kept
from nnlab.lab.predict import predict
from nnlab.lab.predict.choices import Choices
from nnlab.lab.predict.curve_input import POINTS, Axes, Sketch
from nnlab.lab.predict.guesses import Question, score
from nnlab.lab.predict.number_scale import scale
from nnlab.lab.predict.predict import Predict
from tests.lab.test_predict import BACK, SMALL, ask, click, drawn, names, words
from tests.support.fresh_kernel import restart

LATE = "a guess made now does not count"
AXES = Axes((1, 100), (0, 1), "samples", "accuracy")
ASKS = {
    "some answers": (dict(pick=["tanh", "relu"], answer="relu"), "relu"),
    "whole numbers": (dict(place=(0, 100), answer=80), 76),
    "a scale": (dict(place=(0.0, 1.0), answer=0.37), 0.36),
    "a curve": (dict(draw=AXES, answer=[0, 1]), Sketch.of([0.1, 0.8, 0.7])),
}
CHOICES = {
    "some answers": Choices(["tanh", "relu"], None, None),
    "whole numbers": Choices(None, scale((0, 100), None), None),
    "a scale": Choices(None, scale((0.0, 1.0), None), None),
    "a curve": Choices(None, None, AXES),
}
KINDS = pytest.mark.parametrize("given, guess", ASKS.values(), ids=ASKS)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Start a kernel in which Jupyter serves a notebook."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(predict, "cell_and_turn", lambda: ("a", "1"))

    def start() -> None:
        restart(monkeypatch, tmp_path / "01_data.ipynb")

    start()
    return start


# After the answer


@KINDS
def test_a_guess_after_its_answer_does_not_count(given, guess):
    card = Predict("Which?", **given)
    assert LATE not in words(card.widget)
    card.reveal()
    assert LATE in words(card.widget)
    card.make(guess, 0.9)
    assert LATE not in words(card.widget) and "It does not count" in words(card.widget)
    assert [made.late for made in score().late] == [True] and score().guesses == []


def test_what_does_not_count_is_shown_apart():
    ask().make(3, 0.9)
    alone = repr(score()).splitlines()
    late = Predict("Which?", pick=["a", "b"], answer="a")
    late.reveal()
    late.make("b", 0.99)
    assert repr(score()).splitlines() == [
        *alone,
        "Guessed when the answer was on the page, and not counted:",
        "not quite Which? You said b; it is a.",
    ]
    page = score()._repr_html_()
    assert (
        page.index("How many lines?") < page.index("not counted") < page.index("Which")
    )
    assert "You were 90% sure on average, and right 100% of the time." in page


def test_a_cell_run_again_after_the_answer_is_too_late(kernel):
    ask().reveal()
    again = ask()
    assert LATE in words(again.widget)
    again.make(3, 0.5)
    assert score().guesses == []


def test_a_guess_before_the_answer_counts_whenever_its_cell_runs_again(kernel):
    card = ask()
    card.make(3, 0.5)
    card.reveal()
    for card in (ask(), ask()):
        card.reveal()
        assert "does not count" not in words(card.widget)
    assert len(score().guesses) == 1 and score().late == []


# Taken back


@KINDS
def test_a_choice_is_taken_back_before_it_is_locked(given, guess):
    card = Predict("Which?", **given)
    before = names(card.widget)
    for _ in range(2):
        click(card.widget, before[0])
        assert BACK in names(card.widget)
        click(card.widget, BACK)
        assert names(card.widget) == before and card.waiting
    assert card.pad is None or not card.pad.locked
    click(card.widget, before[0])
    click(card.widget, "70 %")
    assert names(card.widget) == [] and not card.waiting


def test_what_comes_after_a_choice_is_taken_back_is_no_choice():
    card = drawn()
    click(card.widget, "That is my guess")
    click(card.widget, BACK)
    card.pad.heights = [0.25] * POINTS
    assert names(card.widget) == ["That is my guess", "Skip"]


# Skipped


def test_a_skipped_question_speaks_of_play_only_in_a_lab():
    alone, within = ask(), ask()
    Lab(ask=within, **SMALL)
    for card in (alone, within):
        card._end(skipped=True)
    assert words(alone.widget).endswith("Skipped: no guess.")
    assert "Press Play" in words(within.widget)


# After the kernel


@KINDS
@pytest.mark.parametrize("sure", [None, 0.7])
def test_a_guess_outlives_the_kernel(kernel, given, guess, sure):
    first = Predict("Which?", **given)
    first.make(guess, sure)
    said, told = words(first.widget), repr(score())
    kernel()
    assert repr(score()).startswith("From before: 1 guess")
    again = Predict("Which?", **given)
    assert again.guess == guess and type(again.guess) is type(guess)
    assert not again.waiting and names(again.widget) == []
    assert words(again.widget) == said and repr(score()) == told
    again.make(first.guess, 0.99)
    assert repr(score()) == told
    if again.pad:
        assert again.pad.locked and again.pad.heights == [*guess.heights]


def test_a_late_guess_is_late_after_the_kernel_too(kernel):
    card = ask()
    card.reveal()
    card.make(3, 0.5)
    kernel()
    assert "It does not count" in words(ask().widget)
    assert score().guesses == []


@pytest.mark.parametrize("other", [dict(pick=[1, 3]), dict(pick=None, place=(0, 9))])
def test_with_other_choices_it_is_asked_anew(kernel, other):
    card = ask()
    card.make(3, 0.5)
    kernel()
    assert ask(**other).waiting and repr(score()) == "No guesses yet."
    kernel()
    assert ask().waiting


def test_a_lab_starts_with_the_guess_of_an_earlier_kernel(kernel, act, see):
    ask().make(8, 0.5)
    kernel()

    async def scene():
        lab = Lab(ask=ask(), steps=7, **SMALL)
        await see(lab).rest()
        assert lab.experiment == Experiment(**{**SMALL, "hidden": (8,)})
        assert lab.trainer.steps_done == 7

    act(scene)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=3,
)
SAID = st.integers(-1, 101) | st.floats(-0.1, 1.1) | st.just(10**400)
SAID |= st.lists(st.floats(0, 1), min_size=POINTS, max_size=POINTS)
FIELDS = ("choices", "said", "sure", "late")
SPOILED = JSON | st.tuples(SAID, st.sampled_from(FIELDS), JSON | SAID)


@pytest.mark.parametrize("kind", CHOICES)
@given(spoiled=SPOILED)
def test_what_is_kept_is_a_guess_that_can_be_made_or_none(kind, spoiled):
    choices = CHOICES[kind]
    question = Question("a", "Which?", choices, lambda: None, 0)
    if isinstance(spoiled, tuple):  # all of it is a guess, but for what was said, and
        said, field, value = spoiled  # for one field
        sound = {"choices": choices.name, "said": said, "sure": 0.5, "late": False}
        spoiled = {**sound, field: value}
    keep("guesses", question.key, spoiled)
    made = question.guess()
    if made is not None:
        assert choices.to_json(made.said) == spoiled["said"]
        assert made.sure is None or 0 <= made.sure <= 1
        assert made.late in (False, True)
        question.lock(made.said, made.sure)
        assert question.guess().said == made.said and kept("guesses", question.key)


# Without a kernel


@pytest.mark.parametrize(
    "given, text",
    [
        (dict(pick=[1, 2, 8], answer=1), "Choose: 1, 2 or 8."),
        (dict(pick=["only"], answer="only"), "Choose: only."),
        (dict(place=(0, 100), answer=3), "Choose a number from 0 to 100."),
        (dict(place=(1e-4, 0.5), answer=0.1), "Choose a number from 0.0001 to 0.5."),
        (
            dict(draw=AXES, answer=[0, 1]),
            "Draw a curve: accuracy from 0 to 1, over samples from 1 to 100.",
        ),
        (
            dict(draw=Axes((0, 1), (0, 2)), answer=[0, 1]),
            "Draw a curve: y from 0 to 2, over x from 0 to 1.",
        ),
    ],
    ids=str,
)
def test_a_page_without_a_kernel_shows_the_question(given, text):
    card = Predict("Is a < b?", **given)
    before = card._repr_mimebundle_()
    assert before["text/plain"] == f"Is a < b?\n{text}"
    assert "<b>Is a &lt; b?</b>" in before["text/html"]
    for option in map(str, given.get("pick", [text])):
        assert option in unescape(before["text/html"])
    card.make(
        given.get("pick", [given["answer"]])[0], 0.5
    ) if card.pad is None else None
    card.reveal()
    assert card._repr_mimebundle_() == before


def test_an_answer_to_choose_is_text_and_not_html():
    card = Predict("Which?", pick=["<script>", "b"], answer="b")
    assert "<script>" not in card._repr_mimebundle_()["text/html"]
