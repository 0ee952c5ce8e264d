"""Split a data set into training, validation and test parts.

Training samples are for fitting, validation samples for model selection, and test
samples for one final evaluation. Choosing a model after seeing its test error makes
that error too optimistic. Therefore the test part is sealed: opening it requires a
reason, and every access is recorded.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from nnlab.data.dataset import PARTS, Dataset
from nnlab.errors import InputError, number, shown, whole


@dataclass(frozen=True)
class Access:
    """One opening of a test set.

    Attributes:
        when: the time, with its zone.
        reason: the reason given.
    """

    when: datetime
    reason: str


@dataclass(frozen=True, eq=False)
class Split:
    """The three parts of a data set. The test part is sealed: see `open_test`.

    All users of a split share one record of `test_accesses`.

    Attributes:
        train: the training part.
        validation: the validation part.
    """

    train: Dataset
    validation: Dataset
    _test: Dataset
    _peeks: list[Access] = field(default_factory=list, init=False)

    @property
    def test_size(self) -> int:
        """Number of test samples, available without opening them."""
        return len(self._test)

    @property
    def test_accesses(self) -> tuple[Access, ...]:
        """All openings of the test set so far, in order."""
        return tuple(self._peeks)

    def open_test(self, reason: str) -> Dataset:
        """Return the test part, and record the time and the reason in `test_accesses`.

        Raises:
            InputError: if no reason is given, or if there are no test samples.
        """
        if not len(self._test):
            raise InputError(
                "test",
                f"data={self.train.name!r} has no test samples in this split, so there "
                "is nothing to open; try test=0.2, or give some samples the part "
                "'test' if the data come with their parts.",
            )
        if not isinstance(reason, str) or not reason.strip():
            raise InputError(
                "reason",
                f"reason={shown(reason)} is not allowed: it says in words why the test "
                "set is opened; try reason='the final result'.",
            )
        self._peeks.append(Access(now(), reason.strip()))
        return self._test

    def together(self) -> Dataset:
        """Return all samples as one data set, with the part of each in `parts`."""
        dealt = (self.train, self.validation, self._test)
        names = [name for name in ("x", "y", "groups") if self._has(name)]
        joined = {n: np.concatenate([getattr(p, n) for p in dealt]) for n in names}
        parts = np.repeat(PARTS, [len(part) for part in dealt])
        return replace(self.train, **joined, parts=parts)

    def freeze(self) -> "Split":
        """Make the arrays of all parts read-only in place, and return this split."""
        for part in (self.train, self.validation, self._test):
            part.freeze()
        return self

    def __repr__(self):
        sizes = len(self.train), len(self.validation), self.test_size
        parts = ", ".join(f"{size} {name}" for size, name in zip(sizes, PARTS))
        return f"Split({self.train.name}: {parts} samples; {self._seal()})"

    def _has(self, name: str) -> bool:
        return getattr(self.train, name) is not None

    def _seal(self) -> str:
        if not self._peeks:
            return "test sealed"
        first, count = self._peeks[0].reason, len(self._peeks)
        if count == 1:
            return f"test opened once, for {first!r}"
        last = self._peeks[-1].reason
        return f"test opened {count} times, first for {first!r}, last for {last!r}"


def now() -> datetime:
    """Return the current time, with its zone."""
    return datetime.now().astimezone()


def split(
    data: Dataset, validation: float = 0.2, test: float = 0.2, seed: int = 0
) -> Split:
    """Return a random split of the samples.

    Labels are stratified: each class's count in a part is within 1 of its share.
    Measurements are split as one class. Samples of a group stay together, and the size
    of each part is within 2/3 of the largest group of its share; groups are not
    stratified. Data with `parts` keep their split: shares and seed are ignored, and
    there may be no test samples. With a share of 0 the part is empty; with validation=0
    and test=0 all samples, even a few, are training samples.

    Args:
        data: the data set.
        validation: the share of validation samples, from 0 to below 1.
        test: the share of test samples, from 0 to below 1.
        seed: the seed of the random numbers.

    Raises:
        InputError: for an argument out of range, or if a part with a share above 0
            would be empty.
    """
    for name, share in (("validation", validation), ("test", test)):
        number(name, share, 0.2, least=0, below=1)
    whole("seed", seed, least=0)
    shares = np.array([1 - validation - test, validation, test])
    if shares[0] <= 0:
        raise _empty("training", data, validation, test)
    if data.parts is not None:
        return _as_given(data, validation)
    rng = np.random.default_rng(seed)
    if data.groups is not None:
        parts = _by_group(data.groups, shares, rng)
    else:
        parts = _by_class(data.y if data.labelled else np.zeros(len(data)), shares, rng)
    for name, share, rows in zip(PARTS, shares, parts):
        if share and not len(rows):
            raise _empty(name, data, validation, test)
    return Split(*(data.take(rng.permutation(rows)) for rows in parts))


def _as_given(data: Dataset, validation: float) -> Split:
    """Return the split that the data come with, in their order; an empty validation
    part requires validation=0."""
    rows = [np.flatnonzero(data.parts == name) for name in PARTS]
    for name, some in zip(PARTS[:2], rows):
        if not len(some) and (name == "training" or validation):
            none = ", or say validation=0" if name != "training" else ""
            raise InputError(
                "parts",
                f"data={data.name!r} came with no {name} samples; give at least one "
                f"of them the part {name!r}{none}.",
            )
    return Split(*(replace(data.take(some), parts=None) for some in rows))


def _by_class(y: np.ndarray, shares: np.ndarray, rng) -> list[np.ndarray]:
    """Return the rows of each part, stratified by class."""
    owed, dealt = np.zeros(3), [[np.zeros(0, int)] * 3]
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        counts = _deal(len(rows), shares, owed)
        dealt.append(np.split(rows, np.cumsum(counts)[:2]))
    return [np.concatenate(rows) for rows in zip(*dealt)]


def _deal(count: int, shares: np.ndarray, owed: np.ndarray) -> np.ndarray:
    """Return the number of rows for each part: its share rounded down, with the
    remainder where `owed` is largest. Updates `owed` in place."""
    owed += count * shares
    counts = np.floor(count * shares + 1e-9).astype(int)
    counts[np.argsort(counts - owed)[: count - counts.sum()]] += 1
    owed -= counts
    return counts


def _by_group(groups: np.ndarray, shares: np.ndarray, rng) -> list[np.ndarray]:
    """Return the rows of each part: each group, in random order, goes to the part with
    the largest deficit."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    owed, part = len(groups) * shares, np.zeros(len(sizes), int)
    for one in rng.permutation(len(sizes)):
        part[one] = np.argmax(owed)
        owed[part[one]] -= sizes[one]
    return [np.flatnonzero(part[group] == i) for i in range(3)]


def _empty(name: str, data: Dataset, validation: float, test: float) -> InputError:
    """Return the error for an empty part. For few samples, or for groups, it suggests
    thirds, which leave no part empty."""
    what, count = "samples", len(data)
    if data.groups is not None:
        what, count = "groups", len(np.unique(data.groups))
    share = "0.2" if what == "samples" and count >= 20 else "1/3"
    fix = f"try validation={share} and test={share}"
    return InputError(
        "validation" if name == "training" else name,
        f"validation={validation:g} and test={test:g} leave no {name} samples of "
        f"{count} {what}; {fix if count >= 3 else f'give at least 3 {what}'}, or "
        "validation=0 and test=0 to train on all.",
    )
