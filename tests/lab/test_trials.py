"""An experiment repeated by hand: each trial has its own seed, and its dots."""

import asyncio

import numpy as np
import pytest

from nnlab import InputError
from nnlab.lab.trials import AT_ONCE, STILL, Trials
from nnlab.stills import TRAINED


def made(measure=lambda seed: (seed, -seed), **more) -> Trials:
    same = {"columns": ("up", "down"), "button": "Throw", "measured": "how far"}
    return Trials(measure, **{**same, **more})


def test_every_trial_has_a_seed_of_its_own():
    trials = made(says=lambda found: f"So far {found[0].max():g}.")
    trials.run(3)
    assert trials.found.tolist() == [[0, 1, 2], [0, -1, -2]]
    assert "3 trials. So far 2." in trials.words.value
    assert 'alt="how far, medians of 3. a trial each: 1 at up' in trials.picture.value
    trials.clear()
    assert trials.found.shape == (2, 0) and trials.picture.value == ""
    trials.run(1)
    assert trials.found.tolist() == [[0], [0]] and "1 trial." in trials.words.value


def test_buttons_repeat_it_while_the_page_goes_on():
    async def scene():
        trials = made()
        once, many, again = trials.widget.children[0].children
        many.click()
        await asyncio.sleep(0.03)
        assert 0 < trials.found.shape[1] < AT_ONCE  # the page had its turn between
        once.click()  # drops the rest of the ten
        await asyncio.sleep(0.2)
        some = trials.found.shape[1]
        assert some < AT_ONCE
        many.click()
        await asyncio.sleep(1.5)
        assert trials.found.shape[1] == some + AT_ONCE
        again.click()
        await asyncio.sleep(0.05)
        assert trials.found.shape[1] == 0

    asyncio.run(scene())


def test_what_is_said_is_text_and_not_html():
    trials = made(says=lambda found: "1 < 2 <script>")
    trials.run(1)
    assert "1 &lt; 2 &lt;script&gt;" in trials.words.value


def test_an_error_of_a_measure_is_said_and_ends_the_trials():
    def broken(seed):
        return (1 / (2 - seed), 0)

    async def scene():
        trials = made(broken)
        trials.go(5)
        await asyncio.sleep(0.5)
        assert trials.found.shape[1] == 2
        assert "ZeroDivisionError" in trials.words.value and "wrong" in (
            trials.words.value
        )

    asyncio.run(scene())


def test_a_page_without_a_kernel_has_a_chart_only_if_nobody_is_there_to_press(
    monkeypatch,
):
    trials = made()
    shown = trials._repr_mimebundle_()
    assert "image/png" not in shown
    assert shown["text/plain"] == "Trials('Throw': how far of up, down)"
    for name, value in TRAINED.items():
        monkeypatch.setenv(name, value)
    shown, words = trials._repr_mimebundle_()
    assert "image/png" in shown and f"medians of {STILL}" in words["image/png"]["alt"]
    assert trials.found.shape[1] == 0
    assert np.isfinite(trials.found).all()


def test_there_is_something_to_measure():
    with pytest.raises(InputError, match="try columns="):
        made(columns=())
