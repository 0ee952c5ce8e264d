"""A control shows its field exactly, and gives back what was done, exactly."""

import json
from html import unescape

import ipywidgets as widgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab import Experiment, InputError
from nnlab.data.catalogue import GENERATED, REAL
from nnlab.data.features import FEATURES
from nnlab.experiment.inactive_fields import idle
from nnlab.lab.controls import Controls, changed
from nnlab.lab.custom_part_badge import YOURS, names_of_own
from nnlab.lab.field_widgets import NumberSlider, Toggles
from nnlab.lab.parsing import parse
from nnlab.lab.toolbar import BUTTONS, SPEEDS, Bar, Message

steady = settings(max_examples=50, deadline=None, derandomize=True, database=None)
FIELDS = [*Experiment.kinds()]
OTHER = {  # for every field a value that is not its default, nor a round one
    "data": "xor",
    "samples": 317,
    "noise": 0.1234567,
    "data_seed": 4_294_967_295,
    "validation": 0.314159,
    "test": 0.1000001,
    "split_seed": 77,
    "features": ("x2", "x1*x2"),
    "standardize": False,
    "hidden": (7, 3),
    "activation": "relu",
    "initializer": "he",
    "loss": "mse",
    "optimizer": "adam",
    "learning_rate": 0.0123456789,
    "momentum": 0.987654321,
    "batch_size": 13,
    "seeds": 3,
    "seed": 4_000_000_000,
    "dtype": "float64",
    "backend": "auto",
    "batch_norm": True,
    "dropout": 0.123456,
    "residual": True,
    "beta1": 0.87654,
    "beta2": 0.98765,
    "decay": 0.91234,
    "epsilon": 1.234e-7,
    "schedule": "cosine",
    "schedule_steps": 777,
    "l1": 0.00123,
    "l2": 0.00234,
    "weight_decay": 0.0345,
    "biases": True,
    "clip_norm": 1.2345,
    "clip_value": 2.3456,
    "patience": 17,
}
WITH = {"residual": {"hidden": (2,)}}  # fields without which another is not possible


def other(name: str) -> Experiment:
    """An experiment with another value of this field."""
    return described(**WITH.get(name, {}), **{name: OTHER[name]})


def described(**fields) -> Experiment:
    """An experiment of which every field is said, so that some may do nothing."""
    return Experiment(**{**Experiment().values(), **fields})


@pytest.fixture
def edits():
    return []


@pytest.fixture
def controls(edits):
    return Controls(Experiment(), FIELDS, lambda *edit: edits.append(edit))


def test_every_field_has_a_value_to_be_tried():
    assert OTHER.keys() == Experiment.kinds().keys()
    assert all(OTHER[name] != getattr(Experiment(), name) for name in FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_control_shows_its_field_exactly_and_reports_nothing(controls, edits, name):
    for experiment in (other(name), Experiment()):
        controls.show(experiment)
        value = getattr(experiment, name)
        shown = parse(name, controls.widgets[name].value)
        if value is not None or getattr(Experiment.kinds()[name], "word", ""):
            assert shown == value and type(shown) is type(value)
        assert parse(name, controls.widgets[name].value) == shown
    assert edits == []


@pytest.mark.parametrize("name", FIELDS)
def test_an_edit_gives_exactly_that_value(controls, edits, name):
    widget = controls.widgets[name]
    controls.show(other(name))
    value = widget.value
    controls.show(Experiment())
    widget.value = value
    (reported,) = edits
    assert reported[0] == name and parse(*reported) == OTHER[name]
    asked = {**WITH.get(name, {}), name: parse(*reported)}
    assert described(**asked) == other(name)


@pytest.mark.parametrize("name", FIELDS)
def test_a_control_says_what_it_is_for(controls, name):
    widget = controls.widgets[name]
    label = widget.label.value if isinstance(widget, Toggles) else widget.description
    assert label == name.replace("_", " ")
    assert widget.tooltip == f"{name}: {Experiment.says()[name]}"
    assert controls.row.children[FIELDS.index(name)] is widget


@pytest.mark.parametrize("data", [*GENERATED, *REAL])
@pytest.mark.parametrize("name", ["samples", "noise"])
def test_what_the_data_do_not_have_cannot_be_turned(controls, edits, data, name):
    controls.show(Experiment(data="xor", **{name: OTHER[name]}))
    experiment = Experiment(data=data)
    controls.show(experiment)
    assert controls.widgets[name].disabled == (data in REAL)
    if data in GENERATED:  # what the data set takes by itself
        shown = parse(name, controls.widgets[name].value)
        assert experiment.replace(**{name: shown}).dataset().x.tolist() == (
            experiment.dataset().x.tolist()
        )
    assert edits == []


@steady
@given(st.floats(1e-5, 100))
def test_any_learning_rate_is_shown_to_the_last_digit(rate):
    experiment = Experiment(learning_rate=rate)
    slider = Controls(experiment, ["learning_rate"], print).widgets["learning_rate"]
    assert slider.value == rate and (slider.low, slider.high) == (1e-5, 100)


@pytest.mark.parametrize("typed", [500, 0, -1, "1,5", "abc", "", "1e9"])
def test_what_is_typed_and_not_allowed_is_refused_in_a_sentence(controls, typed):
    with pytest.raises(InputError, match=r"^learning_rate=.* is not allowed.*try \S+"):
        controls.asked(Experiment(), "learning_rate", typed)


HELD_BACK = [
    ({}, "validation", 0, 0.75),
    ({"test": 0.5}, "validation", 0, 0.45),
    ({"test": 0}, "validation", 0, 0.95),
    ({"validation": 0.6}, "test", 0, 0.35),
    ({"patience": 5}, "validation", 0.01, 0.75),
]


@pytest.mark.parametrize("fields, name, low, high", HELD_BACK)
def test_a_share_goes_no_further_than_the_others_let_it(
    controls, fields, name, low, high
):
    experiment = Experiment(**fields)
    controls.show(experiment)
    slider = controls.widgets[name]
    assert (slider.low, slider.high) == (low, min(high, 0.9))
    for hundredths in range(round(100 * slider.low), round(100 * slider.high) + 1):
        assert experiment.replace(**{name: hundredths / 100})
    with pytest.raises(InputError):
        experiment.replace(**{name: high + 0.01})


@pytest.mark.parametrize("names", [[], ["hidden"], ["noise", "data"]])
def test_only_the_fields_asked_for_have_controls(names):
    controls = Controls(Experiment(), names, print)
    assert [*controls.widgets] == names and len(controls.row.children) == len(names)


# All settings


FEW = ["data", "hidden", "learning_rate"]


@pytest.fixture
def all_settings(edits):
    """Controls that unfold when their button is pressed, and have unfolded once."""
    made = Controls(
        Experiment(),
        FEW,
        lambda *edit: edits.append(edit),
        lambda open: made.unfold(Experiment(), open),
    )
    made.more.value = True
    return made


def test_all_settings_are_a_few_in_sight_and_every_other_in_its_group(all_settings):
    *few, button = all_settings.row.children
    assert few == [all_settings.widgets[name] for name in FEW]
    assert button is all_settings.more and button.description == "All settings"
    assert {*all_settings.widgets} == {*FIELDS}
    groups = Experiment.groups()
    for row, (group, names) in zip(all_settings.groups.children, groups.items()):
        title, table = row.children
        members = [*table.children]
        assert group in title.value
        others = [name for name in names if name not in FEW]
        assert members == [all_settings.widgets[name] for name in others]
    assert len(all_settings.groups.children) == len(groups)


def test_all_settings_unfold_and_fold_and_are_no_edit(all_settings, edits):
    before = [*all_settings.widgets.values()], all_settings.groups.children
    for open in (False, True, False, True):
        all_settings.more.value = open
        assert (all_settings.groups.layout.display == "none") != open
    after = [*all_settings.widgets.values()], all_settings.groups.children
    assert edits == [] and after == before


def test_what_was_never_unfolded_has_no_widgets(edits):
    opened = []
    controls = Controls(Experiment(), FEW, edits.append, opened.append)
    assert [*controls.widgets] == FEW and controls.groups.children == ()
    controls.more.value = True
    assert opened == [True] and [*controls.widgets] == FEW


def test_what_was_typed_and_is_not_possible_yet_is_still_there_unfolded(edits):
    controls = Controls(Experiment(), FEW, lambda *edit: edits.append(edit), print)
    controls.widgets["hidden"].value = "4, 5"
    controls.unfold(Experiment(), True)
    assert controls.widgets["hidden"].value == "4, 5" and len(edits) == 1


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in FEW])
def test_a_setting_in_a_group_is_a_control_like_any_other(all_settings, edits, name):
    all_settings.show(other(name))
    value = all_settings.widgets[name].value
    all_settings.show(Experiment())
    all_settings.widgets[name].value = value
    (reported,) = edits
    assert reported[0] == name and parse(*reported) == OTHER[name]


def test_a_control_for_few_fields_has_nothing_to_unfold():
    controls = Controls(Experiment(), FEW, print)
    assert [*controls.widgets] == FEW and controls.groups.children == ()
    assert controls.more not in controls.row.children


# Toggles


def test_a_button_pressed_is_one_feature_more_or_fewer(controls, edits):
    toggles, pressed = controls.widgets["features"], set("x1 x2".split())
    assert [*toggles.buttons] == [*FEATURES]
    for name in [*FEATURES, "x2", "x1"]:
        pressed ^= {name}
        toggles.buttons[name].value = name in pressed
        in_order = tuple(one for one in FEATURES if one in pressed)
        assert edits.pop() == ("features", in_order) and edits == []
        assert toggles.buttons[name].description == FEATURES[name][0]


def test_features_of_real_data_cannot_be_pressed(controls, edits):
    for data in ("digits", "xor", "digits", "xor"):
        controls.show(Experiment(data=data))
        buttons = controls.widgets["features"].buttons.values()
        assert {button.disabled for button in buttons} == {data == "digits"}
    assert edits == []


# A function of the learner's own


def test_code_is_shown_as_such_and_offered_only_while_it_is_at_work(controls, edits):
    widget = controls.widgets["optimizer"]
    names = [*Experiment.kinds()["optimizer"].options()]
    for _ in range(2):
        assert widget.value in names and [*widget.options] == names
        controls.show(Experiment(optimizer=lambda gradient, rate: -rate * gradient))
        assert widget.value == YOURS and [*widget.options] == [*names, YOURS]
        controls.show(Experiment(optimizer="adam"))
    assert edits == []


@pytest.mark.parametrize("name", ["f", "<b>"])
def test_a_badge_says_that_code_is_at_work(bar, name):
    def function(gradient, rate):
        return -rate * gradient

    function.__name__ = name
    bar.show_code(names_of_own(Experiment(optimizer=function)))
    assert YOURS in bar.badge.value and "<b>" not in bar.badge.value
    assert f"{name}() is at work here" in unescape(bar.badge.value)
    bar.show_code([])
    assert bar.badge.value == ""


# From text

PARSED = {"8": (8,), "8, 8": (8, 8), "8 8": (8, 8), " 8,8 ,": (8, 8), "": (), " ": ()}
REFUSED = [
    "x",
    "8, x",
    "8;8",
    "1.5",
    "-",
    "--5",
    "-1",
    "0",
    "²",
    "½",
    "1e3",
    "9" * 5000,
]
REFUSED += ["8, 8, eight", "(8, 8)", "None", "2000", ", ".join("8" * 40)]


@pytest.mark.parametrize("text, widths", PARSED.items())
def test_widths_are_read_as_they_are_written(text, widths):
    assert parse("hidden", text) == widths
    assert Experiment(hidden=parse("hidden", text)).hidden == widths


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:9])
def test_text_that_is_no_widths_is_refused_in_one_sentence(text):
    with pytest.raises(InputError, match=r"^hidden[ =]") as caught:
        Experiment(hidden=parse("hidden", text))
    assert "\n" not in str(caught.value)


@steady
@given(st.text(max_size=9))
def test_any_text_is_widths_or_refused(text):
    try:
        assert all(isinstance(units, int) for units in parse("hidden", text))
    except InputError as error:
        assert error.argument == "hidden"


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "hidden"])
def test_other_values_are_left_as_they_are(name):
    assert parse(name, OTHER[name]) is OTHER[name]


# The player's bar


@pytest.fixture
def bar(edits):
    def said(what):
        return lambda value: edits.append((what, value))

    return Bar(300.0, said("pressed"), said("sped"), said("chosen"))


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_says_its_name(bar, edits, name):
    bar.buttons[name].click()
    assert edits == [("pressed", name)]
    label, _, says = BUTTONS[name]
    assert bar.buttons[name].description == label and bar.buttons[name].tooltip == says


@pytest.mark.parametrize("speed", [*SPEEDS.values(), 50, 0.5, 12.5])
def test_any_speed_is_offered_once(speed):
    bar = Bar(speed, print, print, print)
    offered = [*dict(bar.speed.options).values()]
    assert bar.speed.value == speed
    assert sorted(offered) == sorted({*SPEEDS.values(), speed})


@pytest.mark.parametrize("label, speed", SPEEDS.items())
def test_a_speed_is_reported_once(bar, edits, label, speed):
    bar.speed.label = "1 step/s" if speed != 1 else "full speed"
    edits.clear()
    bar.speed.label = label
    assert edits == [("sped", speed)]


def test_the_first_button_says_what_it_would_do_now(bar):
    for playing, label, icon in [(True, "Pause", "pause"), (False, "Play", "play")]:
        bar.show(playing)
        play = bar.buttons["play"]
        assert (play.description, play.icon) == (label, icon)


@pytest.mark.parametrize("seeds, shown", [([0], 0), ([0, 1, 2], 2), ([40, 41], 1)])
def test_seeds_are_offered_by_their_number(bar, edits, seeds, shown):
    bar.show_seeds([7, 8, 9, 10], 3)
    bar.show_seeds(seeds, shown)
    assert bar.seed.value == shown and bar.seed.label == str(seeds[shown])
    assert edits[-1:] in ([], [("chosen", shown)])
    edits.clear()
    for replica in reversed(range(len(seeds))):
        bar.seed.value = replica
    assert all(edit == ("chosen", i) for edit, i in zip(edits[::-1], range(9)))


# The message


@pytest.mark.parametrize("text", ["it is wrong", "<b>bold</b> & <script>", "a='b'"])
def test_a_message_is_text_and_not_html(text):
    message = Message(print)
    message.show(text)
    assert message.text == text and "wrong" in message.line.value
    for sign in ("<b>", "<script>"):
        assert sign not in message.line.value
    message.show("")
    assert message.text == message.line.value == ""


def test_what_is_wrong_is_not_hidden_by_a_remark():
    message = Message(print)
    message.remark("all is well & <b>good</b>")
    assert "all is well &amp; &lt;b&gt;" in message.line.value
    message.show("it is wrong")
    message.remark("all is well")
    assert message.text == "it is wrong" and "all is well" not in message.line.value
    message.show("")
    message.remark("all is well")
    assert message.text == "" and "all is well" in message.line.value
    message.remark("")
    assert message.line.value == ""


def test_widgets_can_be_sent_to_a_page(controls, bar):
    for widget in [*controls.widgets.values(), *bar.buttons.values(), bar.speed]:
        assert isinstance(widget, widgets.DOMWidget)
        json.dumps(widget.get_state(), default=str)


# A word for none

WORDS = {
    name: kind.word
    for name, kind in Experiment.kinds().items()
    if getattr(kind, "word", "")
}


@pytest.mark.parametrize("name", WORDS)
def test_none_is_a_word_that_comes_first_and_reads_back_as_none(controls, edits, name):
    widget, word = controls.widgets[name], WORDS[name]
    for _ in range(2):
        controls.show(described(**{name: OTHER[name]}))
        assert widget.value != word
        controls.show(described(**{name: None}))
        assert widget.value == word and parse(name, word) is None
        if isinstance(widget, NumberSlider):
            assert widget.word == word
        elif not isinstance(widget, widgets.Text):
            assert next(iter(widget.options)) in (word, (word, word))
    assert edits == []


def test_a_word_is_not_taken_for_a_number():
    for text in ("of", "none", "all", "8 8", ""):
        with pytest.raises(InputError, match="like 32, or off") as caught:
            parse("patience", text)
        assert caught.value.argument == "patience"
    assert parse("batch_size", " All ") is None and parse("patience", " 8 ") == 8


# What does nothing cannot be turned

READ = {  # an experiment, and fields that do something there
    "momentum": {"momentum"},
    "nesterov": {"momentum"},
    "adagrad": {"epsilon"},
    "rmsprop": {"decay", "epsilon"},
    "adam": {"beta1", "beta2", "epsilon"},
    "adamw": {"beta1", "beta2", "epsilon", "biases"},
    "sgd": set(),
}


@pytest.mark.parametrize("optimizer", READ)
def test_numbers_that_the_optimizer_does_not_read_cannot_be_turned(controls, optimizer):
    controls.show(Experiment(optimizer=optimizer))
    named = {"momentum", "beta1", "beta2", "decay", "epsilon", "biases"}
    free = {name for name in named if not controls.widgets[name].disabled}
    assert free == READ[optimizer]


@pytest.mark.parametrize("name", [n for n in FIELDS if n not in WITH])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"optimizer": "adam", "schedule": "step", "l1": 0.1},
        {"data": "wine", "clip_norm": 1.0, "schedule": "steady"},
        {"data": "hills", "clip_value": 1.0, "hidden": ()},
    ],
    ids=str,
)
def test_a_field_that_does_nothing_makes_the_same_run(fields, name):
    """And one that does something may be turned."""
    experiment = Experiment(seeds=1, **fields)
    if name not in idle(experiment):
        return
    try:
        turned = experiment.replace(**{name: OTHER[name]})
    except InputError:
        return
    one, other = experiment.trainer(), turned.trainer()
    one.step(), other.step()
    assert one.network.parameters.tolist() == other.network.parameters.tolist()


def test_what_was_chosen_for_other_data_goes_back_to_its_default():
    chosen = {"loss": "hinge", "features": ("x1",), "samples": 2000, "batch_size": 900}
    before = Experiment(data="xor", noise=0.3, **chosen)
    for data in [*GENERATED, *REAL]:
        now = changed(before, {"data": data})
        assert now.data == data and now.samples is None and now.noise is None
        for name in ("loss", "features", "batch_size"):
            value = getattr(now, name)
            assert value in (getattr(before, name), getattr(Experiment(), name))
            if value != getattr(before, name):  # only if it had to be
                with pytest.raises(InputError):
                    now.replace(**{name: getattr(before, name)})
    with pytest.raises(InputError, match="loss='hinge'"):
        changed(Experiment(), {"data": "hills", "loss": "hinge"})
