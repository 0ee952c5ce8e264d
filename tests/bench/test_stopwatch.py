"""A stopwatch says what a loop takes, on a clock that is set by hand."""

import pytest

from nnlab.bench import stopwatch
from nnlab.bench.stopwatch import PAUSE, Stopwatch, timed


class Clock:
    """A clock of the wall and one of the processor, both set by hand."""

    def __init__(self):
        self.wall = self.processor = 0.0

    def sleep(self, seconds):
        self.wall += seconds

    def loop(self, compiling=0.0, epoch=0.5, processors=1.0, calls=None, name=""):
        """A loop of which an epoch takes so long; `calls` notes how it was called."""
        known = set()

        def train(epochs):
            if calls is not None:
                calls.append((name, epochs))
            seconds = epoch * epochs + compiling * (not known)
            known.add(epochs)
            self.wall += seconds
            self.processor += seconds * processors

        return train


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: made.wall)
    monkeypatch.setattr(stopwatch, "process_time", lambda: made.processor)
    monkeypatch.setattr(stopwatch, "sleep", made.sleep)
    return made


@pytest.mark.parametrize("seconds, epochs", [(0.0, 1), (0.1, 1), (5.0, 10), (5.1, 10)])
def test_a_run_is_about_as_long_as_was_asked(clock, seconds, epochs):
    watch = Stopwatch(clock.loop(), seconds)
    assert watch.epochs == epochs and watch.times == []


def test_compiling_is_told_apart(clock):
    [watch] = timed({"a": clock.loop(compiling=7.0)}, 5.0, 3).values()
    assert watch.first == pytest.approx(7.0)
    assert watch.times == pytest.approx([0.5] * 3)


@pytest.mark.parametrize("processors", [0.5, 1.0, 2.0])
def test_the_processors_time_counts_and_says_how_many(clock, processors):
    [watch] = timed({"a": clock.loop(processors=processors)}, 5.0, 3).values()
    assert watch.time == pytest.approx(0.5 * processors)
    assert watch.processors == pytest.approx([processors] * 3)


def test_loops_take_turns(clock):
    calls = []
    slow = clock.loop(epoch=0.5, calls=calls, name="slow")
    fast = clock.loop(epoch=0.25, calls=calls, name="fast")
    timed({"slow": slow, "fast": fast}, 1.0, 3)
    assert calls[-6:] == [("slow", 2), ("fast", 4)] * 3
    assert len(calls) == 6 + 2 * 3


def test_there_is_a_pause_before_each_run(clock):
    timed({"a": clock.loop()}, 0.5, 3)
    assert clock.wall - clock.processor == pytest.approx(6 * PAUSE)


def test_one_bad_moment_changes_neither_the_middle_nor_the_spread(clock):
    [watch] = timed({"a": clock.loop()}, 0.5, 1).values()
    watch.times = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert watch.time == 3.0 and watch.spread == pytest.approx(2 / 3)
    watch.times[-1] = 500.0
    assert watch.time == 3.0 and watch.spread == pytest.approx(2 / 3)
