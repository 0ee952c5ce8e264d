"""What is painted can be taken back, whatever it was, and the sealed points stay so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab import Dataset, Experiment, InputError
from nnlab.data.dataset import PARTS
from nnlab.session.editable_dataset import SEEN, Painting

steady = settings(deadline=None, derandomize=True, database=None, max_examples=150)
WINDOW = np.array([-1.0, -1.0]), np.array([1.0, 1.0])
NAMES = ("a", "b", "c")
numbers = st.floats(-1, 1, width=32)
places = st.tuples(numbers, numbers)
rows = st.integers(0, 10**6)
acts = st.one_of(
    st.tuples(st.just("add"), places, st.integers(0, 2), st.sampled_from(SEEN)),
    st.tuples(st.just("move"), rows, places),
    st.tuples(st.just("erase"), rows),
    st.tuples(st.just("flip"), rows),
    st.tuples(st.just("clear")),
)


def points(train=6, validation=4, test=3, seed=0) -> Dataset:
    rng = np.random.default_rng(seed)
    parts = np.repeat(PARTS, [train, validation, test])
    x, y = rng.uniform(-1, 1, (len(parts), 2)), rng.integers(0, 3, len(parts))
    return Dataset("dots", x, y, ("x", "y"), NAMES, parts=parts)


def do(painting: Painting, act: tuple) -> bool:
    """Does it, with a row that there is and that is seen; whether there was one."""
    name, *given = act
    if name in ("move", "erase", "flip"):
        seen = np.flatnonzero(painting.data.parts != "test")
        if not len(seen):
            return False
        given[0] = int(seen[given[0] % len(seen)])
    getattr(painting, name)(*given)
    return True


def same(one: Dataset, other: Dataset) -> None:
    for name in ("x", "y", "parts"):
        assert_array_equal(getattr(one, name), getattr(other, name))


@steady
@given(st.lists(acts, max_size=25))
def test_undo_of_anything_gives_back_the_start_and_redo_the_end(doing):
    start = points()
    painting = Painting(start, WINDOW)
    stations = [painting.data]
    for act in doing:
        if do(painting, act):
            stations.append(painting.data)
    for station in reversed(stations):
        same(painting.data, station)
        painting.undo()
    same(painting.data, start)
    assert painting.can == {"undo": False, "redo": len(stations) > 1}
    for station in stations:
        same(painting.data, station)
        painting.redo()
    assert not painting.can["redo"]


@steady
@given(st.lists(acts.filter(lambda act: act[0] != "clear"), max_size=25))
def test_the_sealed_points_stay_as_they_are(doing):
    start = points()
    painting = Painting(start, WINDOW)
    for act in doing:
        do(painting, act)
    for name in ("x", "y"):
        now, then = (
            getattr(data, name)[data.parts == "test"] for data in (painting.data, start)
        )
        assert_array_equal(now, then)


@steady
@given(rows, places)
def test_a_point_that_moves_keeps_its_class_and_its_part(row, place):
    painting = Painting(points(), WINDOW)
    row, before = row % 10, painting.data
    painting.move(row, place)
    assert_array_equal(painting.data.x[row], place)
    others = np.arange(13) != row
    assert_array_equal(painting.data.x[others], before.x[others])
    assert_array_equal(painting.data.y, before.y)
    assert_array_equal(painting.data.parts, before.parts)


@steady
@given(rows, st.integers(1, 6))
def test_flipped_as_often_as_there_are_classes_a_point_is_as_it_was(row, times):
    painting = Painting(points(), WINDOW)
    row, before = row % 10, painting.data
    for _ in range(times):
        painting.flip(row)
    assert painting.data.y[row] == (before.y[row] + times) % len(NAMES)
    others = np.arange(13) != row
    assert_array_equal(painting.data.y[others], before.y[others])
    assert_array_equal(painting.data.x, before.x)


@steady
@given(st.lists(places, min_size=2, max_size=9))
def test_what_is_of_a_piece_is_taken_back_at_once(path):
    painting = Painting(points(), WINDOW)
    for number, place in enumerate(path):
        painting.add(place, 1, "validation", more=number > 0)
    assert len(painting.data) == 13 + len(path)
    painting.undo()
    same(painting.data, points())


@steady
@given(places, st.floats(0, 0.6))
def test_the_nearest_point_that_is_seen_is_found_by_brute_force(place, reach):
    painting = Painting(points(9, 6, 5), WINDOW)
    away = {
        row: float(np.hypot(*((x - place) / 2)))
        for row, (x, part) in enumerate(zip(painting.data.x, painting.data.parts))
        if part != "test"
    }
    near = min(away, key=away.get)
    found = painting.near(np.array(place), reach)
    assert found == (near if away[near] <= reach else None)


def test_a_plane_without_points_has_none_near():
    painting = Painting(points(), WINDOW)
    painting.clear()
    assert painting.near(np.zeros(2), 9.0) is None


@pytest.mark.parametrize("lost, said", [(0, "class 'a'"), (2, "class 'c'")])
def test_a_class_without_a_training_point_is_missed_by_name(lost, said):
    painting = Painting(points(9, 6, 5), WINDOW)
    painting.check()
    while (painting.shown[0].y == lost).any():
        seen = (painting.data.parts == "training") & (painting.data.y == lost)
        painting.erase(int(np.flatnonzero(seen)[0]))
    with pytest.raises(InputError, match=f"training point .* of {said}"):
        painting.check()
    painting.add((0, 0), lost, "validation")
    with pytest.raises(InputError, match=said):
        painting.check()
    painting.add((0, 0), lost, "training")
    painting.check()


def test_some_validation_is_needed():
    painting = Painting(points(9, 1, 0), WINDOW)
    painting.erase(9)
    with pytest.raises(InputError, match="validation point"):
        painting.check()


def test_other_data_can_be_taken_back_to_what_was_painted():
    painting = Painting(points(), WINDOW)
    painting.show(points(seed=1), WINDOW)
    assert not painting.can["undo"]  # no hand had changed them
    painting.flip(0)
    mine = painting.data
    for seed in (2, 3, 4):
        painting.show(points(seed=seed), WINDOW)
    painting.undo()
    same(painting.data, mine)
    painting.redo()
    same(painting.data, points(seed=4))


def test_memory_for_what_can_be_taken_back_has_an_end(monkeypatch):
    monkeypatch.setattr("nnlab.session.editable_dataset.KEPT", 100)
    painting = Painting(points(), WINDOW)
    for step in range(50):
        painting.move(0, (step / 50, 0))
        assert painting._size() <= 100


def test_the_script_of_a_painted_experiment_makes_its_run():
    moons = Experiment(data="moons", seeds=2)
    painting = Painting(moons.split().together(), WINDOW)
    painting.add((0, 0), 1, "training"), painting.add((1, 0), 0, "validation")
    given = dict(data=painting.data, split_seed=5, validation=0.4)
    mine = Experiment(**{**moons.values(), **given})
    names: dict = {"painted": painting.data}
    exec(mine.code(epochs=2), names)
    curves = mine.run(epochs=2)
    for name, values in names["trainer"].history.items():
        assert_array_equal(values, curves[name])
    with pytest.raises(InputError, match="data of your own, which JSON does not hold"):
        mine.to_json()
