"""The exercises of 01: right answers pass however they are written, wrong ones are
named."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.data.standardizer import Standardizer
from nnlab.experiment.experiment import Experiment
from nnlab.lessons import data
from nnlab.lessons.data import rare

SCALE, SPLIT = data.standardize, data.stratified


def fixed(deviation):
    return np.where(deviation > 0, deviation, 1)


# Right answers: a scale


def by_hand(train, other):
    a, b = np.empty(train.shape), np.empty(other.shape)
    for j in range(train.shape[1]):
        mean = sum(train[:, j]) / len(train)
        deviation = (sum((v - mean) ** 2 for v in train[:, j]) / len(train)) ** 0.5
        for i in range(len(train)):
            a[i, j] = (train[i, j] - mean) / (deviation or 1)
        for i in range(len(other)):
            b[i, j] = (other[i, j] - mean) / (deviation or 1)
    return a, b


def columns(train, other):
    pairs = [(a, b, a.mean(), a.std() or 1.0) for a, b in zip(train.T, other.T)]
    return (
        np.stack([(a - m) / s for a, _, m, s in pairs], axis=1),
        np.stack([(b - m) / s for _, b, m, s in pairs], axis=1),
    )


def single(train, other):
    train, other = train.astype(np.float32), other.astype(np.float32)
    mean, deviation = train.mean(0), fixed(train.std(0)).astype(np.float32)
    return (train - mean) / deviation, (other - mean) / deviation


def squares(train, other):
    mean = train.mean(0)
    deviation = np.sqrt(np.maximum((train * train).mean(0) - mean * mean, 0))
    return (train - mean) / fixed(deviation), (other - mean) / fixed(deviation)


def epsilon(train, other):
    mean, deviation = train.mean(0), train.std(0) + 1e-9
    return (train - mean) / deviation, (other - mean) / deviation


def largest(train, other):
    mean, deviation = train.mean(0), np.maximum(train.std(0), 1e-12)
    return (train - mean) / deviation, (other - mean) / deviation


def as_a_list(train, other):
    mean, deviation = train.mean(0), fixed(train.std(0))
    return [(part - mean) / deviation for part in (train, other)]


def kept(train, other):
    mean = np.mean(train, axis=0, keepdims=True)
    deviation = fixed(np.std(train, axis=0, keepdims=True))
    return (train - mean) / deviation, (other - mean) / deviation


def together(train, other):
    both = np.concatenate([train, other])
    both = (both - train.mean(0)) / fixed(train.std(0))
    return both[: len(train)], both[len(train) :]


def in_steps(train, other):
    train, other = train - train.mean(0), other - train.mean(0)
    size = fixed(np.sqrt((train**2).mean(0)))
    return train / size, other / size


def a_copy_in_place(train, other):
    train, other = train.copy(), other.copy()
    mean, deviation = train.mean(0), fixed(train.std(0))
    for part in (train, other):
        part -= mean
        part /= deviation
    return train, other


def ours(train, other):
    scale = Standardizer.fit(train)
    return scale(train), scale(other)


def sum_over_n(train, other):
    n = train.shape[0]
    mean = np.ones(n) @ train / n
    deviation = fixed(np.linalg.norm(train - mean, axis=0) / np.sqrt(n))
    return (train - mean) / deviation, (other - mean) / deviation


def mended(train, other):
    mean, deviation = train.mean(0), train.std(0)
    found = (train - mean) / deviation, (other - mean) / deviation
    return tuple(np.nan_to_num(part, posinf=0, neginf=0) for part in found)


RIGHT_SCALES = [
    by_hand,
    columns,
    single,
    squares,
    epsilon,
    largest,
    as_a_list,
    kept,
    together,
    in_steps,
    a_copy_in_place,
    ours,
    sum_over_n,
    mended,
]

# Right answers: a split


def masks(y, share, rng):
    validation = np.zeros(len(y), bool)
    for label in set(y.tolist()):
        [rows] = np.nonzero(y == label)
        count = int(share * len(rows) + 0.5)
        validation[rng.choice(rows, count, replace=False)] = True
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def rounds_down(y, share, rng):
    parts = [rng.permutation(np.flatnonzero(y == label)) for label in np.unique(y)]
    cuts = [int(share * len(rows)) for rows in parts]
    return (
        np.concatenate([rows[cut:] for rows, cut in zip(parts, cuts)]),
        np.concatenate([rows[:cut] for rows, cut in zip(parts, cuts)]),
    )


def rounds_up(y, share, rng):
    train, validation = [], []
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        rng.shuffle(rows)
        count = int(np.ceil(share * len(rows)))
        validation += rows[:count].tolist()
        train += rows[count:].tolist()
    return train, validation


def from_the_end(y, share, rng):
    train, validation = [], []
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        keep = len(rows) - round(share * len(rows))
        train.extend(rows[:keep])
        validation.extend(rows[keep:])
    return np.sort(train), np.sort(validation)


def shuffled_first(y, share, rng):
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    _, counts = np.unique(y, return_counts=True)
    place = np.concatenate([np.arange(count) for count in counts])
    many = np.repeat([round(share * count) for count in counts], counts)
    return order[place >= many], order[place < many]


def ranked(y, share, rng):
    luck = rng.random(len(y))
    rank = np.array([np.sum((y == y[i]) & (luck < luck[i])) for i in range(len(y))])
    size = np.array([np.sum(y == label) for label in y])
    chosen = rank < np.round(share * size)
    return np.where(~chosen)[0], np.where(chosen)[0]


def counted(y, share, rng):
    left = {label: round(share * np.sum(y == label)) for label in np.unique(y)}
    parts = [], []
    for row in rng.permutation(len(y)):
        chosen = left[y[row]] > 0
        left[y[row]] -= chosen
        parts[int(chosen)].append(row)
    return parts


def small_numbers(y, share, rng):
    train, validation = SPLIT.reference(y, share, rng)
    return train.astype(np.int16), validation.astype(np.uint8)


RIGHT_SPLITS = [
    masks,
    rounds_down,
    rounds_up,
    from_the_end,
    shuffled_first,
    ranked,
    counted,
    small_numbers,
]
RIGHT = [(SCALE, one) for one in RIGHT_SCALES] + [(SPLIT, one) for one in RIGHT_SPLITS]

# Wrong answers: a split


def plain(y, share, rng):
    rows = rng.permutation(len(y))
    return rows[round(share * len(y)) :], rows[: round(share * len(y))]


def as_they_lie(y, share, rng):
    rows = np.argsort(y, kind="stable")
    return rows[round(share * len(y)) :], rows[: round(share * len(y))]


def by_class(deal):
    """A split that is dealt out class by class."""

    def split(y, share, rng):
        found = [deal(y, label, share, rng) for label in np.unique(y)]
        return tuple(np.concatenate(part) for part in zip(*found))

    return split


def rows_of(y, label, rng):
    return rng.permutation(np.flatnonzero(y == label))


def first_ones(y, label, share, rng):
    rows, count = np.flatnonzero(y == label), round(share * np.sum(y == label))
    return rows[count:], rows[:count]


def swapped(y, label, share, rng):
    rows, count = rows_of(y, label, rng), round(share * np.sum(y == label))
    return rows[:count], rows[count:]


def all_for_training(y, label, share, rng):
    rows, count = rows_of(y, label, rng), round(share * np.sum(y == label))
    return rows, rows[:count]


def overlap(y, label, share, rng):
    rows, count = rows_of(y, label, rng), round(share * np.sum(y == label))
    return rows[count - 1 :], rows[:count]


def shuffled_twice(y, label, share, rng):
    count = round(share * np.sum(y == label))
    return rows_of(y, label, rng)[count:], rows_of(y, label, rng)[:count]


def again_and_again(y, label, share, rng):
    rows = np.flatnonzero(y == label)
    count = round(share * len(rows))
    chosen = rng.choice(rows, count)
    return np.setdiff1d(rows, chosen), chosen


def some_lost(y, label, share, rng):
    rows = rows_of(y, label, rng)
    count = round(share * len(rows))
    return rows[count + 1 :], rows[:count]


def of_the_whole(y, label, share, rng):
    rows, count = rows_of(y, label, rng), round(share * len(y))
    return rows[count:], rows[:count]


def equally_many(y, label, share, rng):
    rows = rows_of(y, label, rng)
    return rows[6:], rows[:6]


def places(y, label, share, rng):
    rows = rng.permutation(int(np.sum(y == label)))
    count = round(share * len(rows))
    return rows[count:], rows[:count]


def global_luck(y, label, share, rng):
    rows = np.random.permutation(np.flatnonzero(y == label))
    count = round(share * len(rows))
    return rows[count:], rows[:count]


def own_luck(y, label, share, rng):
    return swapped(y, label, 1 - share, np.random.default_rng(0))


def late_shuffle(y, label, share, rng):
    train, validation = first_ones(y, label, share, rng)
    return rng.permutation(train), rng.permutation(validation)


def never_the_first(y, label, share, rng):
    first, *rows = np.flatnonzero(y == label)
    rows, count = rng.permutation(rows), round(share * np.sum(y == label))
    return np.append(rows[count:], first), rows[:count]


def twice_the_share(y, label, share, rng):
    return swapped(y, label, 1 - 2 * share, rng)


def a_quarter(y, label, share, rng):
    return swapped(y, label, 0.75, rng)


def nothing(y, label, share, rng):
    rows = rows_of(y, label, rng)
    return rows, rows[:0]


def three_labels(y, share, rng):
    found = [swapped(y, label, 1 - share, rng) for label in range(10)]
    return tuple(np.concatenate(part) for part in zip(*found))


def labels(y, share, rng):
    train, validation = SPLIT.reference(y, share, rng)
    return y[train], y[validation]


def yes_or_no(y, share, rng):
    validation = np.isin(np.arange(len(y)), SPLIT.reference(y, share, rng)[1])
    return ~validation, validation


def one_thing(y, share, rng):
    return SPLIT.reference(y, share, rng)[1]


def from_1(y, share, rng):
    train, validation = SPLIT.reference(y, share, rng)
    return train + 1, validation + 1


def real_numbers(y, share, rng):
    train, validation = SPLIT.reference(y, share, rng)
    return train / 1, validation / 1


def sorts(y, share, rng):
    y.sort()
    return SPLIT.reference(y, share, rng)


def table(y, share, rng):
    train, validation = SPLIT.reference(y, share, rng)
    return train[:, None], validation[:, None]


WRONG_SPLITS = {
    plain: "not stratified",
    as_they_lie: "A whole class is missing",
    by_class(first_ones): "no luck in it",
    by_class(swapped): "other order",
    by_class(all_for_training): "training part is everything",
    by_class(overlap): "3 of 18 rows for validation are in the training part too",
    by_class(shuffled_twice): "in the training part too",
    by_class(again_and_again): "draws with replacement",
    by_class(some_lost): "3 of 72 rows are in neither part",
    by_class(of_the_whole): "times as large as it should be",
    by_class(equally_many): "equally many of every class, 6",
    by_class(places): "places within the class",
    by_class(global_luck): "from `np.random`",
    by_class(own_luck): "no luck in it",
    by_class(late_shuffle): "no luck in it",
    by_class(never_the_first): "not every row has its chance",
    by_class(twice_the_share): "2 times as large",
    by_class(a_quarter): "0.5 times as large as it should be. (With share=0.5",
    by_class(nothing): "validation part is empty",
    three_labels: "All 8 samples of class 11 are lost",
    labels: "It returns labels",
    yes_or_no: "a yes or no for each row",
    one_thing: "one value; return two",
    from_1: "do not exist",
    real_numbers: "no row number",
    table: "It returns a table",
    sorts: "changes y in place",
}
EDITS = {fault.words: fault for fault in SCALE.faults}


# Tests


@pytest.mark.parametrize("exercise, answer", RIGHT)
def test_a_right_answer_is_right_however_it_is_written(a_learner, exercise, answer):
    assert exercise.check(answer).right, exercise.check(answer)


def test_there_are_enough_answers_to_tell():
    wrong = [*WRONG_SPLITS.values(), *EDITS]
    assert len(RIGHT) >= 20 and len(WRONG_SPLITS) + len(EDITS) >= 30
    assert len(set(wrong)) >= len(wrong) - 4


@pytest.mark.parametrize("words", EDITS)
def test_a_wrong_scale_is_named(a_learner, words):
    said = SCALE.check(EDITS[words].of(SCALE.reference))
    assert said.kind == "wrong" and f"It looks as if {words}." in said.text


@pytest.mark.parametrize("answer", WRONG_SPLITS, ids=WRONG_SPLITS.get)
def test_a_wrong_split_is_named(a_learner, answer):
    said = SPLIT.check(answer)
    assert said.kind == "wrong" and WRONG_SPLITS[answer] in said.text


def test_two_mistakes_at_once_are_both_named(a_learner):
    def answer(train, other):
        mean = np.concatenate([train, other]).mean(axis=0)
        variance = train.var(axis=0)
        return (train - mean) / variance, (other - mean) / variance

    said = SCALE.check(answer).text
    assert "two things happened at once" in said
    assert "both parts together" in said and "by the variance" in said


def test_a_feature_that_never_varies_is_not_divided_by_0():
    def unmended(train, other):
        mean, deviation = train.mean(0), train.std(0)
        return (train - mean) / deviation, (other - mean) / deviation

    assert "A feature that never varies" in SCALE.check(unmended).text


@pytest.mark.parametrize("exercise", [SCALE, SPLIT], ids=lambda one: one.name)
def test_all_rungs_lead_to_the_solution(exercise):
    rungs = exercise.rungs
    for answer in (exercise.reference, rungs.order, exercise.blank):
        assert exercise.check(answer).right
    for blank in ([], "", "...", ..., None):
        assert exercise.check(blank).kind == "blank"


def test_the_explorer_runs_the_learners_scale():
    experiment = Experiment(data="wine", seeds=2)
    fields = SCALE.runs(SCALE.reference, experiment)
    mine = experiment.replace(**fields)
    assert not mine.standardize
    before, after = experiment.trainer(), mine.trainer()
    before.step(), after.step()
    for name, values in before.measure().items():
        assert np.allclose(values, after.measure()[name], rtol=1e-4), name


@pytest.mark.parametrize("data", ["island", "wine", rare])
@pytest.mark.parametrize("seed", range(4))
def test_the_explorer_deals_out_as_the_learner_says(data, seed):
    before = Experiment(data=data, seeds=1, split_seed=seed, validation=0.3)
    mine = before.replace(**SPLIT.runs(SPLIT.reference, before))
    old, new = before.split(), mine.split()
    assert_array_equal(old._test.x, new._test.x)
    assert new.test_accesses == () and len(new.train) + len(new.validation) == len(
        old.train
    ) + len(old.validation)
    rest = np.concatenate([old.train.y, old.validation.y])
    for label, count in enumerate(np.bincount(rest)):
        dealt = np.sum(new.validation.y == label)
        assert abs(dealt - 0.3 / 0.8 * count) <= 1


def test_the_explorer_has_the_very_rows_that_the_learner_chose():
    def first_ones(y, share, rng):
        return np.arange(5, len(y)), np.arange(5)

    before = Experiment(data="island", seeds=1)
    mine = before.replace(**SPLIT.runs(first_ones, before)).split()
    assert_array_equal(mine.validation.x, before.split().train.x[:5])
    rest = [before.split().train.x[5:], before.split().validation.x]
    assert_array_equal(mine.train.x, np.concatenate(rest))
