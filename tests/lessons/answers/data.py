"""Answers to the exercises of 01: right in any honest form, and wrong ones."""

import numpy as np
from pandas import DataFrame

from nnlab.data.standardizer import Standardizer
from nnlab.lab.lab import Lab
from nnlab.lessons import data

SPLIT = data.stratified


# Right answers: a scale


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


# Wrong answers: a scale


def mean_of_both_by_the_variance(train, other):
    mean = np.concatenate([train, other]).mean(axis=0)
    variance = train.var(axis=0)
    return (train - mean) / variance, (other - mean) / variance


def mean_of_all_by_the_variance(train, other):
    mean, variance = train.mean(), train.var(axis=0)
    return (train - mean) / variance, (other - mean) / variance


def unmended(train, other):
    mean, deviation = train.mean(0), train.std(0)
    return (train - mean) / deviation, (other - mean) / deviation


def scaled_by(middle, size):
    """A scale from these two functions of the training part."""

    def answer(train, other):
        shift, scale = middle(train, other), size(train, other)
        return (train - shift) / scale, (other - shift) / scale

    return answer


def mean(train, other):
    return train.mean(0)


def std(train, other):
    return train.std(0)


def both_at_once(train, other):
    table = np.vstack([train, other])
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    return table[: len(train)], table[len(train) :]


def each_by_itself(train, other):
    return tuple(
        (part - np.mean(part, axis=0)) / part.std(0) for part in (train, other)
    )


def along_rows(train, other):
    return (train - train.mean(1)) / train.std(1), (other - train.mean(1)) / train.std(
        1
    )


def without_brackets(train, other):
    part = train.mean(0) / train.std(0)
    return train - part, other - part


def as_pandas_does(train, other):
    frame = DataFrame(train)
    shift, scale = frame.mean().to_numpy(), frame.std().to_numpy()
    return (train - shift) / scale, (other - shift) / scale


def from_0_to_1(train, other):
    least, most = train.min(axis=0), train.max(axis=0)
    return (train - least) / (most - least), (other - least) / (most - least)


def other_forgotten(train, other):
    return (train - train.mean(0)) / train.std(0), other


def copied_line(train, other):
    train = (train - train.mean(0)) / train.std(0)
    return train, train.copy()


def one_scaled(train, other):
    return train, (other - train.mean(0)) / train.std(0)


def other_twice(train, other):
    found = (other - train.mean(0)) / train.std(0)
    return found, found


RIGHT = {
    "standardize": [
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
    ],
    "stratified": [
        masks,
        rounds_down,
        rounds_up,
        from_the_end,
        shuffled_first,
        ranked,
        counted,
        small_numbers,
    ],
}
WRONG = {  # pairs of an answer, and words that name the mistake
    "standardize": [
        (both_at_once, "the mean and the deviation are those of both parts together"),
        (each_by_itself, "each part was standardized by itself"),
        (scaled_by(lambda t, o: np.vstack([t, o]).mean(0), std), "the mean is that of"),
        (scaled_by(mean, lambda t, o: np.vstack([t, o]).std(0)), "the deviation is th"),
        (scaled_by(lambda t, o: t.mean(), std), "one mean was taken of all features"),
        (scaled_by(mean, lambda t, o: np.std(t)), "one deviation was taken of all fea"),
        (along_rows, "it goes along each row, over its features"),
        (scaled_by(lambda t, o: 0, std), "the mean was not taken away"),
        (scaled_by(mean, lambda t, o: 1), "nothing was divided by the deviation"),
        (without_brackets, "only the mean was divided by the deviation"),
        (scaled_by(mean, lambda t, o: t.std(0) ** 2), "it was divided by the variance"),
        (as_pandas_does, "the deviation was divided by N − 1"),
        (from_0_to_1, "it is scaled from 0 to 1"),
        (other_forgotten, "`other` comes back as it was"),
        (copied_line, "`train` comes back twice, and `other` not at all"),
        (mean_of_both_by_the_variance, "two things happened at once"),
        (mean_of_both_by_the_variance, "both parts together"),
        (mean_of_both_by_the_variance, "by the variance"),
        (mean_of_all_by_the_variance, "two things happened at once"),
        (mean_of_all_by_the_variance, "mean was taken of all features together"),
        (mean_of_all_by_the_variance, "by the variance"),
        (unmended, "A feature that never varies"),
    ],
    "stratified": [
        (plain, "not stratified"),
        (as_they_lie, "A whole class is missing"),
        (by_class(first_ones), "no luck in it"),
        (by_class(swapped), "other order"),
        (by_class(all_for_training), "training part is everything"),
        (by_class(overlap), "3 of 18 rows for validation are in the training part too"),
        (by_class(shuffled_twice), "in the training part too"),
        (by_class(again_and_again), "draws with replacement"),
        (by_class(some_lost), "3 of 72 rows are in neither part"),
        (by_class(of_the_whole), "times as large as it should be"),
        (by_class(equally_many), "equally many of every class, 6"),
        (by_class(places), "places within the class"),
        (by_class(global_luck), "from `np.random`"),
        (by_class(own_luck), "no luck in it"),
        (by_class(late_shuffle), "no luck in it"),
        (by_class(never_the_first), "not every row has its chance"),
        (by_class(twice_the_share), "2 times as large"),
        (by_class(a_quarter), "0.5 times as large as it should be. (With share=0.5"),
        (by_class(nothing), "validation part is empty"),
        (three_labels, "All 8 samples of class 11 are lost"),
        (labels, "It returns labels"),
        (yes_or_no, "a yes or no for each row"),
        (one_thing, "one value; return two"),
        (from_1, "do not exist"),
        (real_numbers, "plain list of whole row numbers"),
        (table, "plain list of whole row numbers"),
        (sorts, "changes y in place"),
    ],
}
REFUSED = {  # no mistake that anybody makes, so it has no name; and yet it is wrong
    "standardize": [
        lambda t, o: ((t - o.mean(0)) / o.std(0), (o - o.mean(0)) / o.std(0)),
        lambda t, o: ((o - t.mean(0)) / t.std(0), (t - t.mean(0)) / t.std(0)),
        scaled_by(lambda t, o: o.mean(0), std),
        scaled_by(mean, lambda t, o: o.std(0)),
        scaled_by(lambda t, o: -t.mean(0), std),
        scaled_by(mean, lambda t, o: -t.std(0)),
        scaled_by(mean, lambda t, o: 1 / t.std(0)),
        scaled_by(mean, lambda t, o: np.sqrt(t.std(0))),
        scaled_by(mean, lambda t, o: np.sqrt((t**2).mean(0))),
        scaled_by(mean, lambda t, o: abs(t - t.mean(0)).mean(0)),
        scaled_by(mean, lambda t, o: np.ptp(t, axis=0)),
        scaled_by(mean, lambda t, o: abs(t).max(0)),
        scaled_by(lambda t, o: t.min(0), std),
        scaled_by(lambda t, o: np.median(t, axis=0), std),
        scaled_by(lambda t, o: t.sum(0), std),
        scaled_by(lambda t, o: t[0], std),
        scaled_by(mean, lambda t, o: 1 + t.std(0)),
        lambda t, o: (t - t.mean(1)[:, None], o - o.mean(1)[:, None]),
        lambda t, o: (t / t.std(0) - t.mean(0), o / t.std(0) - t.mean(0)),
        lambda t, o: ((t - t.mean(0)) * t.std(0), (o - t.mean(0)) * t.std(0)),
        lambda t, o: (t - t.mean(0), (o - t.mean(0)) / t.std(0)),
        one_scaled,
        other_twice,
    ],
    "stratified": [],
}
INTO = {  # the Lab, a changed answer, and what of the Lab must change with it
    "standardize": (
        lambda: Lab(data="wine", seeds=2, hidden=(4,)),
        lambda train, other: (train / 2, other / 2),
        lambda lab: lab.session.parts.train.x,
    ),
    "stratified": (
        lambda: Lab(data=data.rare, seeds=2, hidden=(4,)),
        lambda y, share, rng: (np.arange(5, len(y)), np.arange(5)),
        lambda lab: lab.session.parts.validation.x,
    ),
}
