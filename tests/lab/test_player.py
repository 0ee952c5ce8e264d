"""The player makes the steps that were asked for, at their speed, and then rests."""

import asyncio
from contextlib import suppress
from itertools import pairwise
from math import inf

import pytest

from nnlab.lab.player import CALM, FRAME, LONGEST, PATIENCE, SHARE, SLICE, Player

SPEEDS = [1.0, 10.0, 100.0, 300.0, 1000.0]


class Stage:
    """A stage that counts. A step takes `cost` seconds; an epoch has ten steps."""

    def __init__(self, clock, cost: float = 1e-4):
        self.clock, self.cost, self.drawing = clock, cost, 0.0
        self.steps, self.asked = 0, 0
        self.looking = self.free = True
        self.frames: list[tuple[int, bool]] = []  # at which step, and moving or not
        self.times: list[float] = []  # when each was drawn
        self.slices: list[float] = []
        self.errors: list[Exception] = []
        self.broken: set[str] = set()
        self.end: int | None = None  # no step leads beyond

    def advance(self, steps, seconds):
        self.check("advance")
        start, made = self.clock.now, 0
        while made < steps and self.steps != self.end:
            self.clock.now += self.cost
            self.steps, made = self.steps + 1, made + 1
            if self.clock.now - start > seconds:
                break
        self.slices.append(self.clock.now - start)
        return made

    def steps_to_epoch(self):
        self.check("steps_to_epoch")
        return 10 - self.steps % 10

    def watched(self):
        self.asked += 1
        return self.looking

    def ready(self):
        return self.watched() and self.free

    def show(self, moving):
        self.check("show")
        self.frames.append((self.steps, moving))
        self.times.append(self.clock.now)
        self.clock.now += self.drawing

    def fail(self, error):
        self.errors.append(error)

    def check(self, what):
        if what in self.broken:
            raise ZeroDivisionError(what)


@pytest.fixture
def stage(clock):
    return Stage(clock)


@pytest.fixture
def play(clock, stage):
    """Runs `script(player)` on the fake clock, with a player on the stage."""

    def play(script, speed: float = 100.0):
        async def scene():
            player = Player(stage, speed)
            try:
                return await script(player)
            finally:
                player.stop()
                await asyncio.sleep(1)
                assert player.task is None or player.task.done()

        return clock.run(scene())

    return play


def resting(player: Player) -> bool:
    return not player.playing and player.task is not None and not player.task.done()


# Commands


@pytest.mark.parametrize("looking", [True, False])
@pytest.mark.parametrize(
    "already, command, steps",
    [(0, "step", 1), (7, "step", 8), (0, "epoch", 10), (7, "epoch", 10)],
)
def test_a_step_is_one_and_an_epoch_goes_to_its_end(
    play, stage, looking, already, command, steps
):
    stage.steps, stage.looking = already, looking

    async def script(player):
        player.post(getattr(player, command))
        await asyncio.sleep(5)
        assert resting(player)

    play(script, speed=1.0)
    assert stage.steps == steps
    assert stage.frames[-1:] == ([(steps, False)] if looking else [])


def test_play_goes_on_until_pause(play, stage):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(3)
        assert player.playing and stage.steps > 0
        player.post(player.pause)
        await asyncio.sleep(0.1)
        made = stage.steps
        await asyncio.sleep(60)
        assert resting(player) and stage.steps == made
        player.post(player.play)
        await asyncio.sleep(3)
        assert stage.steps > made

    play(script)


def test_a_step_while_playing_is_the_last(play, stage):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(1)
        made = stage.steps
        player.post(player.step)
        await asyncio.sleep(5)
        assert made <= stage.steps - 1 <= made + 1 and resting(player)

    play(script)


def test_it_pauses_where_the_stage_goes_no_further(play, stage):
    stage.end = 30

    async def script(player):
        player.post(player.play)
        await asyncio.sleep(5)
        assert resting(player) and stage.frames[-1] == (30, False)

    play(script)


@pytest.mark.parametrize("many", [2, 5])
def test_commands_are_obeyed_in_their_order(play, stage, many):
    said = []

    async def script(player):
        for number in range(many):
            player.post(said.append, number)
        assert said == []  # nothing is done by the one who posts
        await asyncio.sleep(1)

    play(script)
    assert said == [*range(many)]


# Speed


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("cost", [0.0, 1e-4])
def test_the_speed_is_kept_on_average_and_never_exceeded(
    clock, play, stage, speed, cost
):
    stage.cost, seconds = cost, 8

    async def script(player):
        player.post(player.play)
        await asyncio.sleep(0)
        start = clock.now
        while clock.now < start + seconds:
            await asyncio.sleep(0.25)
            due = (clock.now - start) * speed
            assert stage.steps <= due + 1e-6
        assert stage.steps >= 0.95 * due - 2

    play(script, speed)


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_it_sleeps_until_the_next_step_is_due(play, stage, speed):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(20)
        assert stage.asked <= 5 * 20 * speed + 10

    play(script, speed)


def test_a_new_speed_holds_from_now_on(play, stage):
    async def script(player):
        player.post(player.play)
        for speed in (1.0, 100.0, 10.0):
            player.post(player.set_speed, speed)
            await asyncio.sleep(0)
            before = stage.steps
            await asyncio.sleep(10)
            assert 0 <= 10 * speed - (stage.steps - before) <= 0.05 * 10 * speed + 2

    play(script)


def test_at_full_speed_it_computes_in_slices(clock, play, stage):
    async def script(player):
        start = clock.now
        player.post(player.play)
        await asyncio.sleep(2)
        assert sum(stage.slices) > 0.8 * (clock.now - start)

    play(script, speed=inf)
    assert max(stage.slices) <= SLICE + 2 * stage.cost


def test_too_slow_for_its_speed_it_does_not_run_after_the_clock(play, stage):
    async def script(player):
        stage.cost = 0.01
        player.post(player.play)
        await asyncio.sleep(30)
        slow, stage.cost = stage.steps, 0.0
        assert slow < 3000
        await asyncio.sleep(1)
        assert stage.steps - slow <= 1000 + 50

    play(script, speed=1000.0)


@pytest.mark.parametrize("speed", [1.0, 10.0, 100.0])
def test_time_in_which_nobody_looked_is_not_made_up_for(play, stage, speed):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(2)
        stage.looking = False
        await asyncio.sleep(2)
        before = stage.steps
        await asyncio.sleep(90)
        assert stage.steps == before and player.playing
        stage.looking = True
        player.post(player.refresh)
        await asyncio.sleep(1)
        assert 0 < stage.steps - before + 1 <= 1.3 * speed + 3

    play(script, speed)


@pytest.mark.parametrize("speed", [1.0, 10.0, 100.0])
def test_time_in_which_another_cell_computed_is_not_made_up_for(
    clock, play, stage, speed
):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(2)
        before = stage.steps
        clock.now += 60  # a cell that lets nobody else have a turn
        await asyncio.sleep(1)
        assert stage.steps - before <= 1.3 * speed + 2

    play(script, speed)


@pytest.mark.parametrize(
    ("drawing", "longest"),
    [(0.0, SLICE), (0.01, SHARE * 0.01), (0.02, LONGEST), (0.5, LONGEST)],
)
def test_drawing_does_not_take_most_of_the_time_at_full_speed(
    stage, play, drawing, longest
):
    async def script(player):
        stage.drawing = drawing
        player.post(player.play)
        await asyncio.sleep(5)
        player.set_speed(1000.0)
        stage.slices.clear()
        await asyncio.sleep(5)
        paced, stage.slices = stage.slices, []
        player.set_speed(inf)
        await asyncio.sleep(5)
        return paced

    paced = play(script, speed=inf)
    assert max(paced) <= SLICE + stage.cost * 1.1
    assert longest <= max(stage.slices) <= longest + stage.cost * 1.1


# Faults


@pytest.mark.parametrize("fault", ["advance", "steps_to_epoch"])
def test_after_a_fault_the_picture_is_drawn_and_at_rest(play, stage, fault):
    """A view that came just then stayed white, and the button said Pause."""

    async def script(player):
        player.post(player.play)
        await asyncio.sleep(1)
        stage.broken.add(fault)
        stage.frames.clear()
        player.post(player.refresh)  # as a view that has just come
        player.post(player.epoch)
        await asyncio.sleep(1)
        assert player.at_rest() and not player.playing

    play(script)
    assert len(stage.errors) == 1
    assert stage.frames[-1] == (stage.steps, False)


def test_a_picture_that_cannot_be_drawn_is_tried_once(play, stage):
    stage.broken.add("show")

    async def script(player):
        player.post(player.play)
        await asyncio.sleep(5)
        assert player.at_rest() and len(stage.errors) == 1
        stage.broken.clear()
        player.post(player.play)
        await asyncio.sleep(1)

    play(script)
    assert stage.frames


# Frames


@pytest.mark.parametrize("speed", [100.0, inf])
def test_the_frame_at_rest_comes_after_the_moving_ones(play, stage, speed):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(2)
        player.post(player.pause)
        await asyncio.sleep(2)

    play(script, speed)
    moving = [moving for _, moving in stage.frames]
    first = moving.index(True)
    assert len(moving) > 20 and moving[first:] == [True] * (len(moving) - first - 1) + [
        False
    ]
    assert stage.frames[-1] == (stage.steps, False)


@pytest.mark.parametrize("speed", [20.0, 100.0, 300.0, inf])
def test_moving_frames_keep_a_distance_and_are_no_rarer_than_that(play, stage, speed):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(2)

    play(script, speed)
    apart = [after - before for before, after in pairwise(stage.times[2:-1])]
    assert min(apart) >= FRAME - 1e-9
    assert max(apart) <= max(FRAME, 1 / speed) + LONGEST * (speed == inf) + 0.005


@pytest.mark.parametrize("command", ["refresh", "hurry"])
def test_an_edit_while_it_plays_is_drawn_at_once(play, stage, clock, command):
    async def script(player):
        player.post(player.play)
        for _ in range(20):
            await asyncio.sleep(0.1013)
            edited, drawn = clock.now, len(stage.frames)
            player.post(getattr(player, command))
            await asyncio.sleep(0.003)
            assert len(stage.frames) > drawn and stage.times[drawn] <= edited + 0.003

    play(script, 300.0)
    assert all(moving for _, moving in stage.frames[2:-1])


@pytest.mark.parametrize("edits", [1, 2, 10])
def test_an_edit_at_rest_is_quickly_drawn_and_then_sharp(play, stage, clock, edits):
    async def script(player):
        player.post(player.refresh)
        await asyncio.sleep(1)
        stage.frames.clear(), stage.times.clear()
        for _ in range(edits):
            await asyncio.sleep(CALM / 2)
            edited = clock.now
            player.post(player.hurry)
        await asyncio.sleep(CALM / 2)
        assert not player.at_rest()
        await asyncio.sleep(60)
        assert player.at_rest()
        return edited

    edited = play(script)
    assert stage.frames == [*[(0, True)] * edits, (0, False)]
    assert stage.times[-2] - edited <= 0.001
    assert stage.times[-1] - edited == pytest.approx(CALM, abs=0.005)


@pytest.mark.parametrize("command", ["pause", "refresh"])
def test_what_is_asked_for_sharp_does_not_wait(play, stage, clock, command):
    async def script(player):
        player.post(player.hurry)
        await asyncio.sleep(CALM / 2)
        asked = clock.now
        player.post(getattr(player, command))
        await asyncio.sleep(60)
        return asked

    asked = play(script)
    assert stage.frames == [(0, True), (0, False)]
    assert stage.times[-1] - asked <= 0.001


def test_a_sharp_frame_waits_for_the_views_too(play, stage):
    async def script(player):
        player.post(player.hurry)
        await asyncio.sleep(0.01)
        stage.free = False
        await asyncio.sleep(10)
        assert stage.frames == [(0, True)]
        stage.free = True
        player.note(int)
        await asyncio.sleep(0.01)

    play(script)
    assert stage.frames == [(0, True), (0, False)]


def test_no_frame_is_drawn_twice_at_rest(play, stage):
    async def script(player):
        player.post(player.refresh)
        await asyncio.sleep(60)

    play(script)
    assert stage.frames == [(0, False)]


def test_frames_wait_for_the_views_and_steps_do_not(play, stage):
    stage.free = False

    async def script(player):
        player.post(player.play)
        await asyncio.sleep(5)
        assert stage.frames == [] and stage.steps > 400
        player.post(player.pause)
        await asyncio.sleep(5)
        assert stage.frames == []
        stage.free = True  # the views have answered, or were given up
        await asyncio.sleep(2 * PATIENCE)

    play(script)
    assert stage.frames == [(stage.steps, False)]


@pytest.mark.parametrize("playing", [True, False])
def test_it_rests_while_nobody_looks(play, stage, playing):
    stage.looking = False

    async def script(player):
        player.post(player.play if playing else player.refresh)
        await asyncio.sleep(1)
        asked = stage.asked
        await asyncio.sleep(90)
        assert stage.asked == asked and stage.steps == 0 and stage.frames == []
        stage.looking = True
        player.post(player.refresh)
        await asyncio.sleep(1)
        assert (stage.steps > 0) == playing and stage.frames

    play(script)


def test_at_rest_it_does_nothing_though_someone_looks(play, stage):
    async def script(player):
        player.post(player.step)
        await asyncio.sleep(1)
        asked = stage.asked
        await asyncio.sleep(90)
        assert stage.asked == asked

    play(script)


# Steps that a notebook asks for


@pytest.mark.parametrize("looking", [True, False])
@pytest.mark.parametrize("free", [True, False])
@pytest.mark.parametrize("steps", [0, 1, 10, 1000])
def test_run_makes_exactly_these_steps(play, stage, looking, free, steps):
    stage.looking, stage.free = looking, free

    async def script(player):
        await asyncio.wait_for(player.run(steps), 20)
        assert stage.steps == steps and not player.playing
        await asyncio.sleep(5)

    play(script, speed=1.0)
    assert stage.steps == steps
    if steps:
        assert bool(stage.frames) == (looking and free)


def test_run_after_run_while_playing(play, stage):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(1)
        for _ in range(3):
            before = stage.steps
            await player.run(10)
            assert before + 10 <= stage.steps <= before + 11 and not player.playing

    play(script)


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_a_run_that_is_ended_returns(play, stage, command):
    async def script(player):
        work = asyncio.create_task(player.run(10**9))
        await asyncio.sleep(1)
        player.post(getattr(player, command))
        await asyncio.wait_for(work, 1)
        before = stage.steps
        await asyncio.sleep(5)
        assert stage.steps == before > 0

    play(script)


def test_a_run_that_is_cancelled_stops(play, stage):
    async def script(player):
        work = asyncio.create_task(player.run(10**9))
        await asyncio.sleep(1)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        before = stage.steps
        await asyncio.sleep(5)
        assert stage.steps == before > 0 and resting(player)
        await player.run(3)
        assert stage.steps == before + 3

    play(script)


def test_a_run_ends_where_the_stage_goes_no_further(play, stage):
    stage.end = 30
    play(lambda player: player.run(1000))
    assert stage.steps == 30


def test_two_runs_at_once_both_end(play, stage):
    async def script(player):
        work = asyncio.gather(player.run(5), player.run(7), return_exceptions=True)
        await asyncio.wait_for(work, 20)

    play(script)


# Errors


@pytest.mark.parametrize("broken", ["advance", "show", "steps_to_epoch", "a command"])
def test_an_error_is_shown_and_the_player_goes_on_obeying(play, stage, broken):
    stage.broken = {broken}

    async def script(player):
        player.post(player.play)
        player.post(player.epoch)
        player.post(stage.check, broken)
        await asyncio.sleep(1)
        assert not player.playing and not player.task.done()
        assert {str(error) for error in stage.errors} == {broken}
        stage.broken.clear()
        before = stage.steps
        player.post(player.step)
        await asyncio.sleep(1)
        assert stage.steps == before + 1 and stage.frames[-1] == (stage.steps, False)

    play(script)


@pytest.mark.parametrize("broken", ["advance", "show"])
def test_an_error_does_not_keep_a_run_waiting(play, stage, broken):
    stage.broken = {broken}

    async def script(player):
        with suppress(ZeroDivisionError):
            await asyncio.wait_for(player.run(10**6), 20)
        assert stage.errors and not player.playing
        stage.broken.clear()
        before = stage.steps
        await player.run(2)
        assert stage.steps == before + 2

    play(script)


# The task


def test_stop_ends_the_task_and_a_command_revives_it(play, stage):
    async def script(player):
        player.post(player.play)
        await asyncio.sleep(1)
        task, made = player.task, stage.steps
        player.post(player.stop)
        await asyncio.sleep(1)
        assert task.done() and player.task is None and not player.playing
        assert stage.frames[-1] == (stage.steps, False)
        assert stage.steps <= made + 1
        player.post(player.step)
        await asyncio.sleep(1)
        assert stage.steps == stage.frames[-1][0] and resting(player)

    play(script)


@pytest.mark.parametrize("command", ["play", "step", "epoch"])
def test_a_command_right_after_stop_is_obeyed(play, stage, command):
    async def script(player):
        player.post(player.refresh)
        await asyncio.sleep(1)
        player.post(player.stop)
        player.post(getattr(player, command))
        await asyncio.sleep(5)
        assert stage.steps > 0

    play(script)


def test_a_player_has_one_task(play):
    async def script(player):
        before = asyncio.all_tasks()
        for _ in range(5):
            player.post(player.play)
            player.post(player.pause)
            await asyncio.sleep(1)
        assert asyncio.all_tasks() - before == {player.task}

    play(script)


def test_commands_may_come_from_another_thread(stage):
    async def scene():
        player = Player(stage, 10.0)
        await asyncio.to_thread(player.post, player.step)
        while not stage.frames:
            await asyncio.sleep(0)
        assert resting(player) and stage.frames == [(1, False)]

    asyncio.run(scene(), debug=True)  # objects to what only one thread may do


def test_outside_a_loop_commands_are_obeyed_at_once(stage):
    player, said = Player(stage, 10.0), []
    player.post(said.append, 1)
    assert said == [1] and player.task is None


def test_one_player_serves_one_loop_after_another(stage):
    player = Player(stage, 10.0)
    for total in (5, 10, 15):
        asyncio.run(player.run(5))
        assert stage.steps == total
        player.post(player.step)  # its loop is closed: nobody is there to do it
    assert stage.steps == 15


# Play to an end, at a pace of its own


@pytest.mark.parametrize("pace", [None, 1.5, 20.0, inf])
@pytest.mark.parametrize("steps", [1, 4, 30])
def test_play_makes_exactly_its_steps_at_its_pace_and_rests(
    clock, play, stage, steps, pace
):
    async def script(player):
        for round in (1, 2):
            begin = clock.now
            player.post(player.play, steps, pace)
            await asyncio.sleep(0)
            while stage.steps < round * steps:
                await asyncio.sleep(0.001)
            rate = player.speed if pace is None else pace
            assert clock.now - begin == pytest.approx(steps / rate, rel=0.02, abs=FRAME)
            await asyncio.sleep(5)
            assert resting(player) and stage.steps == round * steps
            assert stage.frames[-1] == (round * steps, False)

    play(script, speed=50.0)


def test_a_pace_holds_for_one_play_alone(clock, play, stage):
    async def script(player):
        player.post(player.play, 2, 1.0)
        await asyncio.sleep(5)
        begin = clock.now
        player.post(player.play, 100)
        while stage.steps < 102:
            await asyncio.sleep(0.001)
        assert clock.now - begin == pytest.approx(1, rel=0.02)

    play(script, speed=100.0)


@pytest.mark.parametrize("pace", [None, 1.5])
def test_play_to_an_end_goes_only_while_someone_looks(play, stage, pace):
    stage.looking = False

    async def script(player):
        player.post(player.play, 4, pace)
        await asyncio.sleep(5)
        assert stage.steps == 0 and player.playing
        stage.looking = True
        player.note(lambda: None)
        await asyncio.sleep(5)
        assert stage.steps == 4 and resting(player)

    play(script, speed=10.0)


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_a_run_hurries_though_nobody_looks_and_play_had_a_pace(
    clock, play, stage, speed
):
    stage.looking = False

    async def script(player):
        player.post(player.play, 4, 1.5)
        await asyncio.sleep(1)
        begin = clock.now
        await player.run(20)
        assert stage.steps == 20 and clock.now - begin < 1 / speed
        await asyncio.sleep(5)
        assert stage.steps == 20 and not player.playing

    play(script, speed=speed)
