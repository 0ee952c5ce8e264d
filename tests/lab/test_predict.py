"""A guess comes first, is locked, and is compared with the answer at the end."""

import numpy as np
import pytest

from nnlab import Experiment, InputError, Lab
from nnlab.lab.predict import predict
from nnlab.lab.predict.calibration import Guess, calibration
from nnlab.lab.predict.curve_input import POINTS, Axes, Sketch
from nnlab.lab.predict.guesses import score
from nnlab.lab.predict.predict import SURE, Predict

SMALL = {"seeds": 2, "hidden": (2,)}
HOW_MANY = "How many lines?"
BACK = "Change my guess"
AXES = Axes(x=(1, 100), y=(0, 1), x_label="samples", y_label="accuracy")


def ask(**more) -> Predict:
    given = {"pick": [1, 3, 8], "changes": lambda n: {"hidden": (n,)}, "answer": 3}
    return Predict(HOW_MANY, **{**given, **more})


def scale(**more) -> Predict:
    return Predict("How many of 100?", **{"place": (0, 100), "answer": 80, **more})


def seen(widget) -> list:
    """Every widget that is on the page, from the top."""
    inner = getattr(widget, "children", ())
    shown = [child for child in inner if child.layout.display != "none"]
    return [widget, *(one for child in shown for one in seen(child))]


def in_sight(box) -> list:
    return [child for child in box.children if child.layout.display != "none"]


def names(widget) -> list[str]:
    return [one.description for one in seen(widget) if hasattr(one, "click")]


def click(widget, name: str) -> None:
    [button] = [
        one for one in seen(widget) if hasattr(one, "click") and one.description == name
    ]
    button.click()


def words(widget) -> str:
    return " ".join(one.value for one in seen(widget) if isinstance(_value(one), str))


def _value(widget):
    return getattr(widget, "value", None)


# The question


def test_first_the_guess_then_how_sure_then_it_is_locked():
    question = ask()
    assert names(question.widget) == ["1", "3", "8", "Skip"]
    click(question.widget, "8")
    assert names(question.widget) == [*SURE, BACK] and question.waiting
    assert "You say 8" in words(question.widget)
    click(question.widget, "70 %")
    assert names(question.widget) == [] and not question.waiting
    assert question.guess == 8 and question.changes() == {"hidden": (8,)}
    for word in (HOW_MANY, "<b>8</b>", "70% sure", "locked"):
        assert word in words(question.widget)


def test_a_place_on_the_scale_is_a_guess():
    question = scale(within=5)
    [slider] = [one for one in seen(question.widget) if hasattr(one, "max")]
    assert (slider.min, slider.max) == (0, 100)
    slider.value = 76
    assert question.guess is None
    click(question.widget, "That is my guess")
    click(question.widget, "only guessing")
    assert question.guess == 76 and "give or take 5" in words(question.widget)
    assert "only guessing" in words(question.widget)


@pytest.mark.parametrize("sure", SURE)
def test_a_second_guess_changes_nothing(sure):
    told = []
    question = ask()
    question.when_answered(lambda: told.append(question.guess))
    question.make(8, SURE[sure])
    shown, first = words(question.widget), repr(score())
    for guess in (3, 8, None):
        question.make(guess, 0.5)
        ask().make(guess, 0.5)
        assert question.guess == 8 and told == [8]
        assert words(question.widget) == shown and repr(score()) == first


def test_a_cell_run_again_asks_no_twice():
    ask().make(8, 0.9)
    again = ask()
    assert not again.waiting and names(again.widget) == []
    assert again.guess == 8 and again.changes() == {"hidden": (8,)}
    assert scale().waiting  # another question is another


def test_skipped_it_has_no_guess_and_does_not_count():
    told = []
    question = ask()
    question.when_answered(lambda: told.append(question.guess))
    click(question.widget, "Skip")
    assert told == [None] and not question.waiting
    assert question.changes() == {} and names(question.widget) == []
    assert "Skipped" in words(question.widget) and repr(score()) == "No guesses yet."


@pytest.mark.parametrize("text", ["<script>", "a & b", "<b>?"])
def test_a_question_is_text_and_not_html(text):
    question = Predict(text, answer=text, pick=[text, "no"])
    assert text not in words(question.widget)
    question.make(text, None)
    assert text not in words(question.widget)


@pytest.mark.parametrize(
    "arguments, argument",
    [
        ({"answer": 1}, "pick"),
        ({"answer": 1, "pick": []}, "pick"),
        ({"answer": 1, "pick": [1], "place": (0, 3)}, "pick"),
        ({"answer": 2, "pick": [1, 3]}, "answer"),
        ({"answer": None, "pick": [1, 3]}, "answer"),
        ({"answer": 200, "place": (0, 100)}, "answer"),
        ({"answer": "many", "place": (0, 100)}, "answer"),
        ({"answer": 1, "place": (100, 0)}, "place"),
        ({"answer": 1, "place": (1, 1)}, "place"),
        ({"answer": [1, 2], "pick": [1], "draw": AXES}, "pick"),
        ({"answer": 1, "draw": AXES}, "answer"),
        ({"answer": [1], "draw": AXES}, "answer"),
        ({"answer": "up", "draw": AXES}, "answer"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_answered_is_refused(arguments, argument):
    with pytest.raises(InputError) as caught:
        Predict("?", **arguments)
    assert caught.value.argument == argument and argument in str(caught.value)
    assert "\n" not in str(caught.value)


# A curve


def drawn(**more) -> Predict:
    return Predict(
        "How does it go?", **{"draw": AXES, "answer": [0, 1], "within": 0.1, **more}
    )


def test_a_curve_is_drawn_locked_and_compared():
    question = drawn()
    assert names(question.widget) == ["That is my guess", "Skip"]
    assert question.pad in seen(question.widget) and not question.pad.locked
    assert question.pad.heights == [0.5] * POINTS
    question.pad.heights = [0.02 + 0.96 * i / (POINTS - 1) for i in range(POINTS)]
    click(question.widget, "That is my guess")
    assert question.pad.locked
    click(question.widget, "90 %")
    assert question.guess == Sketch(tuple(question.pad.heights))
    assert question.pad in seen(question.widget) and question.pad.truth == []
    assert "a curve from 0.02 to 0.98</b>, give or take 0.1" in words(question.widget)
    assert repr(score()).startswith("1 of 1 right")
    again = drawn()
    assert again.pad.locked and again.pad.heights == question.pad.heights


def test_the_true_curve_is_drawn_once_it_is_known():
    question = drawn(answer=lambda: [0, 1, 0], known=lambda run: run == "over")
    question.make(Sketch.of([0.5, 0.5]), 0.5)
    question.tell("not yet")
    assert question.pad.truth == []
    question.tell("over")
    assert question.pad.truth == list(Sketch.of([0, 1, 0]).heights)
    assert "✗ Not quite: it is <b>a curve from 0 to 0, between 0 and 1" in words(
        question.widget
    )


@pytest.mark.parametrize("shift, right", [(0.09, True), (0.11, False), (-0.09, True)])
def test_a_curve_near_enough_is_right(shift, right):
    drawn(answer=[0.2, 0.4, 0.8]).make(
        Sketch.of([0.2 + shift, 0.4 + shift, 0.8 + shift]), 0.7
    )
    assert repr(score()).startswith(f"{int(right)} of 1 right")


@pytest.mark.parametrize("many", [2, 3, 5, 11, POINTS, 81, 201])
def test_a_straight_line_is_the_same_however_many_heights_it_has(many):
    line = Sketch.of([3 * i / (many - 1) for i in range(many)])
    assert len(line.heights) == POINTS
    assert line.distance(Sketch.of([0, 3])) == pytest.approx(0, abs=1e-12)
    assert line.distance(Sketch.of([1, 4])) == pytest.approx(1)


@pytest.mark.parametrize("ends", [(1, 0), (1, 1), (1,), (1, 2, 3)])
def test_axes_have_a_least_and_a_most(ends):
    for name in "xy":
        with pytest.raises(InputError) as caught:
            Axes(**{"x": (0, 1), "y": (0, 1), name: ends})
        assert caught.value.argument == name


@pytest.mark.parametrize("made", [True, False])
def test_an_answer_is_revealed_to_whoever_guessed(made):
    question = drawn()
    if made:
        question.make(Sketch.of([0, 1]), 0.5)
    question.reveal()
    assert (question.pad.truth != []) == made
    assert ("✓ Right" in words(question.widget)) == made


def test_an_answer_that_is_known_is_told_as_soon_as_the_guess_is_made():
    question = drawn()
    question.reveal()
    assert question.waiting and question.pad.truth == []
    question.make(Sketch.of([0, 1]), 0.5)
    assert question.pad.truth != [] and "✓ Right" in words(question.widget)


def test_an_answer_is_found_out_once():
    asked = []
    question = Predict("?", place=(0, 9), answer=lambda: asked.append(1) or 4)
    question.make(4, 0.7)
    question.reveal()
    assert "✓ Right" in words(question.widget) and "4" in repr(score())
    assert len(asked) == 1


def test_what_was_on_its_way_when_the_button_was_pressed_counts():
    question = scale()
    [slider] = [one for one in seen(question.widget) if hasattr(one, "step")]
    slider.value = 51
    click(question.widget, "That is my guess")
    slider.value = 52
    assert "You say 52" in words(question.widget)
    click(question.widget, "70 %")
    slider.value = 53
    assert question.guess == 52

    curve = drawn()
    click(curve.widget, "That is my guess")
    curve.pad.heights = [0.25] * POINTS
    click(curve.widget, "70 %")
    assert curve.guess == Sketch.of([0.25] * POINTS)


# Calibration


def guesses(*given) -> list[Guess]:
    """Guesses of which one was this sure, and this right."""
    return [
        Guess("?", int(right), sure, lambda: 1, 0)
        for sure, many, wrong in given
        for right in [True] * (many - wrong) + [False] * wrong
    ]


@pytest.mark.parametrize(
    "given, said",
    [
        ([(0.9, 10, 1)], "may be by chance"),
        ([(0.9, 10, 2)], "may be by chance"),
        ([(0.9, 10, 5)], "surer than you are right"),
        ([(0.99, 2, 1)], "surer than you are right"),
        ([(0.5, 10, 0)], "right more often than you are sure"),
        ([(0.5, 2, 0)], "may be by chance"),
        ([(0.5, 2, 1), (0.9, 3, 3)], "surer than you are right"),
    ],
)
def test_the_verdict_is_what_chance_does_not_explain(given, said):
    assert said in calibration(guesses(*given))[-1]


def test_each_degree_of_sureness_is_told_by_itself():
    _, levels, _ = calibration(guesses((0.9, 3, 1), (0.5, 2, 1), (None, 2, 2)))
    assert levels == "One by one: of 50%, 1 of 2 right; of 90%, 2 of 3 right."


def test_one_guess_is_no_habit():
    assert len(calibration(guesses((0.9, 1, 1)))) == 1


# The score


def test_without_guesses_there_is_no_score():
    assert repr(score()) == "No guesses yet."


@pytest.mark.parametrize("said, right", [(75, True), (85, True), (74, False)])
def test_near_enough_is_right(said, right):
    scale(within=5).make(said, 0.5)
    assert repr(score()).startswith(f"{int(right)} of 1 right")
    assert ("not quite" in repr(score())) != right
    assert f"You said {said}; it is 80." in repr(score())


@pytest.mark.parametrize("said, right", [("tanh", True), ("relu", False)])
def test_a_word_is_right_or_not(said, right):
    Predict("Which?", answer=lambda: "tanh", pick=["tanh", "relu"]).make(said, 0.9)
    assert repr(score()).startswith(f"{int(right)} of 1 right")


def test_the_score_is_every_guess_in_its_order_and_how_sure_one_was():
    ask().make(3, 0.9)
    scale().make(10, 0.5)
    Predict("Any?", answer=1, pick=[1, 2]).make(1, None)
    first, *lines, average, _, _ = repr(score()).splitlines()
    assert first == "2 of 3 right"
    assert [line.split()[0] for line in lines] == ["right", "not", "right"]
    for line, question in zip(lines, (HOW_MANY, "How many of 100?", "Any?")):
        assert question in line
    assert average == "You were 70% sure on average, and right 50% of the time."


def test_who_was_sure_of_nothing_has_no_average():
    ask().make(3, None)
    assert repr(score()).splitlines()[-1] == "You were sure of none."


def test_an_answer_is_found_out_no_sooner_than_it_is_needed():
    asked = []
    question = Predict("?", answer=lambda: asked.append(1) or 3, pick=[3, 4])
    question.make(3, 0.5)
    assert asked == []
    assert "1 of 1 right" in repr(score()) and asked


# On a Lab


def test_while_it_waits_there_is_the_question_and_the_picture(act, see):
    async def scene():
        question = ask()
        lab = Lab(ask=question, steps=10, **SMALL)
        page = see(lab)
        await page.rest()
        assert in_sight(lab.box) == [question.widget, lab.canvas]
        assert lab.trainer.steps_done == 0
        click(lab.box, "8")
        await page.rest()
        assert in_sight(lab.box) == [question.widget, lab.canvas]
        assert lab.trainer.steps_done == 0
        click(lab.box, "90 %")
        await page.rest()
        assert lab.experiment == Experiment(seeds=2, hidden=(8,))
        assert lab.trainer.steps_done == 10 and lab.message.text == ""
        shown = in_sight(lab.box)
        assert shown[0] is question.widget and shown[2] is lab.canvas
        assert {lab.bar.row, lab.controls.row} <= {*shown[1].children}

    act(scene)


def test_skipped_it_is_a_lab_like_any_other_at_rest(act, see):
    async def scene():
        lab = Lab(ask=ask(), steps=10, **SMALL)
        page = see(lab)
        click(lab.box, "Skip")
        await page.rest()
        assert lab.experiment == Experiment(**SMALL) and lab.trainer.steps_done == 0
        assert lab.bar.row in in_sight(lab.box)[1].children
        await page.press("play")
        await page.rest()
        assert lab.trainer.steps_done == 10

    act(scene)


def test_the_cell_run_again_plays_what_was_guessed_and_does_not_ask(act, see):
    async def scene():
        ask().make(8, 0.5)
        lab = Lab(ask=ask(), steps=7, **SMALL)
        await see(lab).rest()
        assert lab.experiment.hidden == (8,) and lab.trainer.steps_done == 7
        assert lab.bar.row in in_sight(lab.box)[1].children and "Skip" not in names(
            lab.box
        )

    act(scene)


def test_a_remark_is_made_at_rest_of_the_run_as_it_is(act, see):
    async def scene():
        lab = Lab(
            steps=7,
            remark=lambda session, _: f"step {session.trainer.steps_done}",
            **SMALL,
        )
        page = see(lab)
        for steps in (0, 7, 14):
            await page.rest()
            assert f"step {steps}<" in lab.message.line.value
            await page.press("play")
        await page.rest()
        lab.controls._edited("hidden", "x")
        await page.rest()
        assert "hidden" in lab.message.text and "step" not in lab.message.line.value

    act(scene)


# The same question, asked anew


def turn(monkeypatch, cell: str, run: str) -> None:
    """From here on it is this cell that runs."""
    monkeypatch.setattr(predict, "cell_and_turn", lambda: (cell, run))


def locked(ask: Predict, guess: object) -> Predict:
    ask.make(guess, 0.9)
    ask.reveal()
    return ask


def test_a_guess_is_compared_with_what_is_true_now(monkeypatch):
    turn(monkeypatch, "a", "1")
    before = locked(Predict("How many?", pick=[2, 3, 4], answer=3), 3)
    assert "✓ Right: it is <b>3</b>" in before._words.value
    turn(monkeypatch, "a", "2")
    after = Predict("How many?", pick=[2, 3, 4], answer=4)
    after.reveal()
    assert after.guess == 3 and "✗ Not quite: it is <b>4</b>" in after._words.value
    assert [guess.right() for guess in score().guesses] == [False]


@pytest.mark.parametrize(
    "before, after",
    [
        (dict(pick=[1, 2, 3], answer=3), dict(pick=[1, 2, 4], answer=4)),
        (dict(place=(0, 10), answer=3), dict(place=(0, 5), answer=3)),
        (dict(place=(0, 10), answer=3), dict(pick=[1, 2, 3], answer=3)),
    ],
)
def test_with_other_choices_it_is_another_question(monkeypatch, before, after):
    turn(monkeypatch, "a", "1")
    locked(Predict("How many?", **before), 3)
    turn(monkeypatch, "a", "2")
    assert Predict("How many?", **after).waiting
    assert score().guesses == []


def test_two_cells_may_ask_in_the_same_words(monkeypatch):
    cards = []
    for cell, answer in (("a", 3), ("b", 4)):
        turn(monkeypatch, cell, "1")
        cards.append(Predict("How many?", pick=[3, 4], answer=answer))
        assert cards[-1].waiting
        locked(cards[-1], 3)
    words = [card._words.value for card in cards]
    assert "✓" in words[0] and "✗" in words[1]
    assert [guess.right() for guess in score().guesses] == [True, False]


@pytest.mark.parametrize("within, said, right", [(0, 3, False), (1, 3, True)])
def test_how_near_is_near_enough_is_said_by_the_latest_card(within, said, right):
    Predict("How many?", place=(0, 9), answer=4).make(said, None)
    Predict("How many?", place=(0, 9), answer=4, within=within)
    assert [guess.right() for guess in score().guesses] == [right]


# A scale


@pytest.mark.parametrize(
    "place, answer, marks",
    [
        ((0, 100), 3, 101),
        ((0, 100), np.int64(3), 101),
        ((np.int64(0), np.int64(9)), 3, 10),
        ((-5, 5), 0, 11),
        ((0.0, 1.0), 0.37, 101),
        ((0, 1), 0.5, 101),
        ((0, 100), 3.5, 101),
        (np.array([0, 1.0]), 0.1, 101),
        ([0.1, 0.7], 0.7, 101),
        ((0, 1e-3), 2e-4, 101),
        ((-0.5, 0.5), 0, 101),
        ((1e6, 1e6 + 1), 1e6, 101),
        ((1e-4, 1.0), 0.003, 81),
        ((1e-6, 10.0), 0.25, 141),
    ],
    ids=str,
)
def test_the_answer_can_be_placed_on_its_scale(place, answer, marks):
    ask = Predict("Where?", place=place, answer=answer)
    found = [*ask.choices.scale.marks]
    assert len(found) == marks == len({*found}) and found == sorted(found)
    assert (found[0], found[-1]) == (place[0], place[1])
    nearest = min(found, key=lambda mark: abs(mark - answer))
    assert locked(ask, nearest)._words.value.count("✓ Right") == 1
    names = getattr(ask.choices.scale.slider(), "options", [("0", 0)])
    assert len({name for name, _ in names}) == len(names)


def test_a_mark_that_is_not_the_nearest_is_not_right():
    ask = Predict("Where?", place=(0.0, 1.0), answer=0.37)
    assert "✗" in locked(ask, 0.38)._words.value


def test_marks_go_by_ratios_where_a_scale_rises_a_thousandfold():
    marks = [*Predict("Where?", place=(1e-4, 1.0), answer=0.1).choices.scale.marks]
    assert np.allclose(np.diff(np.log10(marks)), 0.05, atol=0.002)


NO_QUESTION = [
    ("place", dict(place=(1, 0), answer=0), "try place=(0, 1)"),
    ("place", dict(place=(1, 1), answer=1), "try place=(0, 100)"),
    ("place", dict(place=5, answer=1), "place=5"),
    ("place", dict(place=(0, 1, 2), answer=1), "place=(0, 1, 2)"),
    ("place", dict(place=("a", "b"), answer=1), "place=('a', 'b')"),
    ("place", dict(place=(0, np.nan), answer=1), "place=(0, nan)"),
    ("place", dict(place=(0, np.inf), answer=1), "place=(0, inf)"),
    ("place", dict(place=(), answer=1), "place=()"),
    ("answer", dict(place=(0, 10), answer="3"), "answer='3'"),
    ("answer", dict(place=(0, 10), answer=np.nan), "answer=nan"),
    ("pick", dict(pick="abc", answer="a"), "pick='abc'"),
    ("pick", dict(pick={1}, answer=1), "pick={1}"),
    ("pick", dict(pick=[1, "1"], answer=1), "pick=[1, '1']"),
    ("pick", dict(pick=5, answer=5), "pick=5"),
    ("draw", dict(draw=3, answer=[0, 1]), "draw=3"),
    ("answer", dict(draw=Axes((0, 1), (0, 1)), answer=[0, np.nan]), "no curve"),
    ("answer", dict(draw=Axes((0, 1), (0, 1)), answer=np.eye(2)), "no curve"),
    ("within", dict(pick=[1, 2], answer=1, within=-1), "within=-1"),
    ("within", dict(pick=[1, 2], answer=1, within="a"), "within='a'"),
    ("changes", dict(pick=[1, 2], answer=1, changes=3), "changes=3"),
    ("known", dict(pick=[1, 2], answer=1, known=None), "known=None"),
]


@pytest.mark.parametrize("argument, given, says", NO_QUESTION)
def test_what_is_no_question_says_why(argument, given, says):
    with pytest.raises(InputError) as caught:
        Predict("How many?", **given)
    assert caught.value.argument == argument and says in str(caught.value)


@pytest.mark.parametrize("measured", [None, "many", np.nan, [1]])
def test_an_answer_that_is_none_says_so(measured):
    ask = Predict("How many?", place=(0, 9), answer=lambda: measured)
    ask.make(3, None)
    with pytest.raises(InputError, match="answer="):
        ask.reveal()
