"""Splits share out every class alike, keep groups whole, and seal the test part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab.data import splits
from nnlab.data.dataset import PARTS, Dataset
from nnlab.data.splits import Access, Split, split
from nnlab.errors import InputError

steady = settings(deadline=None, derandomize=True, database=None)
counts = st.lists(st.integers(1, 60), min_size=1, max_size=6)
shares = st.tuples(st.floats(0.05, 0.45), st.floats(0.05, 0.45))
seeds = st.integers(0, 2**32 - 1)


def numbered(counts: list[int]) -> Dataset:
    """So many samples of each class, each sample being its own number."""
    y = np.repeat(np.arange(len(counts)), counts)
    x = np.arange(len(y), dtype=float)[:, None]
    return Dataset("numbered", x, y, ("number",), tuple(map(str, range(len(counts)))))


def opened(found: Split) -> dict[str, Dataset]:
    """The parts of a split by name."""
    test = found.open_test("to check the split itself")
    return {"train": found.train, "validation": found.validation, "test": test}


def parts(data: Dataset, shares: tuple[float, float], seed: int) -> dict[str, Dataset]:
    """The parts of a split by name; none where the data are too few for three."""
    try:
        return opened(split(data, *shares, seed=seed))
    except InputError:
        return {}


@steady
@given(counts, shares, seeds)
def test_the_parts_are_disjoint_and_cover_everything(counts, shares, seed):
    data = numbered(counts)
    found = parts(data, shares, seed).values()
    if found:
        rows = np.concatenate([part.x[:, 0] for part in found]).astype(int)
        assert_array_equal(np.sort(rows), np.arange(len(data)))
    for part in found:
        assert_array_equal(part.y, data.y[part.x[:, 0].astype(int)])


@steady
@given(counts, shares, seeds)
def test_every_class_is_shared_out_alike(counts, shares, seed):
    share = {"train": 1 - sum(shares), "validation": shares[0], "test": shares[1]}
    for name, part in parts(numbered(counts), shares, seed).items():
        got = np.bincount(part.y, minlength=len(counts))
        assert (np.abs(got - share[name] * np.array(counts)) <= 1 + 1e-9).all()


@steady
@given(shares, seeds)
def test_two_hundred_samples_are_enough_for_any_split(shares, seed):
    assert len(parts(numbered([100, 100]), shares, seed)) == 3


def test_shares_that_come_out_even_are_exact():
    got = parts(numbered([50, 100]), (0.2, 0.1), seed=0)
    counted = {name: np.bincount(part.y).tolist() for name, part in got.items()}
    assert counted == {"train": [35, 70], "validation": [10, 20], "test": [5, 10]}


def test_the_seed_is_the_only_luck():
    data = numbered([40, 60])
    np.random.seed(1)
    first = split(data, seed=7)
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    again, other = split(data, seed=7), split(data, seed=8)
    assert_array_equal(np.random.get_state()[1], state)
    again, other = opened(again), opened(other)
    for name, part in opened(first).items():
        assert_array_equal(part.x, again[name].x)
        assert not np.array_equal(np.sort(part.x, 0), np.sort(other[name].x, 0))


def test_the_rows_of_a_part_are_mixed():
    for part in opened(split(numbered([100, 100]))).values():
        assert np.any(np.diff(part.y) > 0) and np.any(np.diff(part.y) < 0)
        assert np.any(np.diff(part.x[part.y == 0, 0]) < 0)


@pytest.mark.parametrize(
    "argument, shares",
    [("test", (0.2, 0.01)), ("validation", (0.01, 0.2)), ("validation", (0.6, 0.4))],
)
def test_a_part_without_samples_is_refused(argument, shares):
    with pytest.raises(InputError, match=f"{argument}=") as caught:
        split(numbered([5, 5]), *shares)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    "argument, value",
    [("validation", -0.1), ("test", np.nan), ("test", "half"), ("seed", -1)],
)
def test_what_is_no_share_or_seed_is_refused(argument, value):
    with pytest.raises(InputError, match=f"^{argument}=.*; try {argument}=") as caught:
        split(numbered([50, 50]), **{argument: value})
    assert caught.value.argument == argument


def by_the_book(y, shares, seed):
    """Each part's rows, as they have been dealt from the first version on: class by
    class, and what is left over to whom most is owed."""
    rng, owed = np.random.default_rng(seed), [0.0, 0.0, 0.0]
    parts = [[], [], []]
    for label in sorted({*y.tolist()}):
        rows = rng.permutation([i for i, other in enumerate(y) if other == label])
        owed = [debt + len(rows) * share for debt, share in zip(owed, shares)]
        counts = [int(len(rows) * share + 1e-9) for share in shares]
        order = sorted(range(3), key=lambda i: counts[i] - owed[i])
        for i in order[: len(rows) - sum(counts)]:
            counts[i] += 1
        for i in range(3):
            start = sum(counts[:i])
            parts[i] += rows[start : start + counts[i]].tolist()
            owed[i] -= counts[i]
    return [rng.permutation(part) for part in parts]


@pytest.mark.parametrize("seed", range(5))
def test_a_seed_keeps_its_split_of_labelled_data(seed):
    """So a result can be made again: the rows, and their order, are part of it."""
    data = numbered([37, 59, 104])
    expected = by_the_book(data.y, (1 - 0.21 - 0.13, 0.21, 0.13), seed)
    for part, rows in zip(opened(split(data, 0.21, 0.13, seed)).values(), expected):
        assert_array_equal(part.x[:, 0], rows)


def measurements(n: int) -> Dataset:
    x = np.arange(n, dtype=float)[:, None]
    return Dataset("measured", x, x[:, 0] / 3, ("number",), ())


@steady
@given(st.integers(3, 300), shares, seeds)
def test_measurements_are_dealt_at_random_to_within_one(n, shares, seed):
    share = {"train": 1 - sum(shares), "validation": shares[0], "test": shares[1]}
    found = parts(measurements(n), shares, seed)
    for name, part in found.items():
        assert abs(len(part) - share[name] * n) <= 1 + 1e-9
        assert_array_equal(part.y, part.x[:, 0] / 3)
    if found:
        rows = np.concatenate([part.x[:, 0] for part in found.values()])
        assert_array_equal(np.sort(rows), np.arange(n))


def test_any_measurement_falls_into_any_part():
    """As often as its share says, within what chance allows."""
    hits = np.zeros(20)
    for seed in range(500):
        hits[
            split(measurements(20), 0.25, 0.25, seed).validation.x[:, 0].astype(int)
        ] += 1
    assert np.abs(hits / 500 - 0.25).max() < 4.5 * np.sqrt(0.25 * 0.75 / 500)


def grouped(sizes: list[int]) -> Dataset:
    """So many samples of each group, in an order that mixes them."""
    groups = np.random.default_rng(0).permutation(
        np.repeat(np.arange(len(sizes)), sizes)
    )
    return replace(measurements(len(groups)), groups=groups)


@steady
@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), shares, seeds)
def test_no_group_is_in_two_parts_and_shares_are_met_within_the_bound(
    sizes, shares, seed
):
    data = grouped(sizes)
    share = {"train": 1 - sum(shares), "validation": shares[0], "test": shares[1]}
    found = parts(data, shares, seed)
    seen = [group for part in found.values() for group in np.unique(part.groups)]
    assert len(seen) == len({*seen})
    assert not found or sum(map(len, found.values())) == len(data)
    for name, part in found.items():
        off = abs(len(part) - share[name] * len(data))
        assert off <= 2 / 3 * max(sizes) + 1e-6


@steady
@given(st.lists(st.integers(1, 60), min_size=3, max_size=12), seeds)
def test_three_groups_are_enough_for_thirds(sizes, seed):
    assert len(parts(grouped(sizes), (1 / 3, 1 / 3), seed)) == 3


def test_any_group_falls_into_any_part():
    tests = [parts(grouped([5] * 5), (0.2, 0.2), seed)["test"] for seed in range(60)]
    assert {group for part in tests for group in part.groups} == {*range(5)}


@pytest.mark.parametrize(
    "data, fix",
    [
        (grouped([10, 10]), "of 2 groups; give at least 3 groups, or "),
        (grouped([10, 10, 10]), "of 3 groups; try validation=1/3 and test=1/3, or "),
        (measurements(2), "of 2 samples; give at least 3 samples, or "),
        (measurements(4), "of 4 samples; try validation=1/3 and test=1/3, or "),
    ],
)
def test_too_few_for_three_parts_are_told_what_would_do(data, fix):
    with pytest.raises(InputError) as caught:
        split(data, 0.1, 0.1)
    assert str(caught.value).endswith(f"{fix}validation=0 and test=0 to train on all.")
    if "try" in fix:
        assert len(opened(split(data, 1 / 3, 1 / 3))) == 3


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by a minute each time it is read."""
    start, ticks = datetime(2030, 1, 1, tzinfo=UTC), count()
    monkeypatch.setattr(splits, "now", lambda: start + timedelta(minutes=next(ticks)))
    return start


def test_every_opening_of_the_test_set_is_written_down(clock):
    found = split(numbered([10, 10]))
    assert found.test_accesses == () and found.test_size == 4
    assert repr(found) == (
        "Split(numbered: 12 training, 4 validation, 4 test samples; test sealed)"
    )
    first = found.open_test("final result")
    assert repr(found).endswith("; test opened once, for 'final result')")
    assert found.open_test(" one more look ") is first and len(first) == 4
    both = "first for 'final result', last for 'one more look'"
    assert repr(found).endswith(f"; test opened 2 times, {both})")
    later = clock + timedelta(minutes=1)
    assert found.test_accesses == (
        Access(clock, "final result"),
        Access(later, "one more look"),
    )


@pytest.mark.parametrize("reason", ["", "  \n", None, 3])
def test_without_a_reason_the_test_set_stays_sealed(clock, reason):
    found = split(numbered([10, 10]))
    with pytest.raises(InputError, match="; try reason='the final result'") as caught:
        found.open_test(reason)
    assert caught.value.argument == "reason" and found.test_accesses == ()


def test_the_test_part_has_no_public_name():
    found = split(numbered([10, 10]))
    public = [getattr(found, name) for name in dir(found) if not name.startswith("_")]
    assert sum(isinstance(value, Dataset) for value in public) == 2
    assert found.test_accesses == ()  # nor did asking for everything open it


def test_each_split_has_a_record_of_its_own(clock):
    one, other = split(numbered([10, 10])), split(numbered([10, 10]))
    one.open_test("a look")
    assert len(one.test_accesses) == 1 and other.test_accesses == ()


def test_the_time_of_an_opening_has_a_zone():
    assert splits.now().utcoffset() is not None


def test_a_frozen_split_is_read_only():
    for part in opened(split(numbered([10, 10])).freeze()).values():
        assert not (part.x.flags.writeable or part.y.flags.writeable)


# Data that come with their split


def dealt(rows: list[str]) -> Dataset:
    """Numbered samples that say which part they are in."""
    return replace(measurements(len(rows)), parts=np.array(rows))


marked = st.lists(st.sampled_from(PARTS), min_size=2, max_size=40).map(
    lambda rows: [*rows, "training", "validation"]
)


@steady
@given(marked, st.randoms(), shares, seeds)
def test_the_split_that_comes_with_the_data_is_followed_in_any_order(
    rows, order, shares, seed
):
    order.shuffle(rows)
    found = split(dealt(rows), *shares, seed=seed)
    parts = found.train, found.validation, found._test
    for name, part in zip(PARTS, parts):
        expected = [i for i, one in enumerate(rows) if one == name]
        assert part.x[:, 0].tolist() == expected and part.parts is None
    assert found.test_size == rows.count("test")


@steady
@given(counts, shares, seeds)
def test_a_split_put_together_is_the_same_split(counts, shares, seed):
    try:
        one = split(numbered(counts), *shares, seed=seed)
    except InputError:
        return
    whole = one.together()
    other = split(whole, 0.3, 0.3, seed=0)
    assert one.test_accesses == () and len(whole) == sum(counts)
    for name, part in opened(one).items():
        assert_array_equal(part.x, opened(other)[name].x)
        assert_array_equal(part.y, opened(other)[name].y)


def test_groups_stay_with_their_samples_when_a_split_is_put_together():
    data = grouped([4] * 6)
    whole = split(data).together()
    known = dict(zip(data.x[:, 0], data.groups))
    assert whole.groups.tolist() == [known[x] for x in whole.x[:, 0]]


@pytest.mark.parametrize("missing", ["training", "validation"])
def test_data_that_come_without_a_part_are_refused(missing):
    rows = [part for part in PARTS if part != missing] * 3
    with pytest.raises(InputError, match=f"came with no {missing} samples") as caught:
        split(dealt(rows))
    assert caught.value.argument == "parts"


def test_where_there_are_no_test_samples_there_is_nothing_to_open():
    found = split(dealt(["training", "validation"]))
    with pytest.raises(InputError, match="no test samples") as caught:
        found.open_test("a look")
    assert caught.value.argument == "test" and found.test_accesses == ()
