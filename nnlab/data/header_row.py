"""Decide if the first row of a table is a header or a sample.

A word above numbers is a name; a word that occurs again below is not. Names can also be
numbers: years, wavelengths, or the numbered columns of a DataFrame. They then increase
in equal steps, and differ from the cells below. An uncertain decision is reported as
such.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.data.number_parsing import DATE, is_missing, looks_like_number

Cells = Sequence[str]
SAMPLE = 200  # rows considered
CLEAR = 5  # fewest numbers in equal steps that are always names


def has_header(columns: Sequence[Cells]) -> tuple[bool, bool]:
    """Return two booleans: the first row is a header, and this decision is certain."""
    pairs = [
        (column[0].strip(), [c for c in column[1:SAMPLE] if not is_missing(c)])
        for column in columns
    ]
    if any(_named(name, below) for name, below in pairs):
        return True, True
    words = [(n, b) for n, b in pairs if not (is_missing(n) or looks_like_number(n))]
    numbers = [(n, b) for n, b in pairs if looks_like_number(n)]
    again = any(name in below for name, below in words)
    if not numbers:
        return not again, again
    if again:
        return False, True
    return _counted(numbers, words, columns)


def _named(name: str, below: Cells) -> bool:
    """Return True if this is a word above numbers or dates."""
    word = not (is_missing(name) or looks_like_number(name) or DATE.fullmatch(name))
    numbers = sum(looks_like_number(c) or bool(DATE.fullmatch(c)) for c in below)
    return word and 0 < len(below) <= 2 * numbers and name not in below


def _counted(
    numbers: list[tuple[str, Cells]],
    words: list[tuple[str, Cells]],
    columns: Sequence[Cells],
) -> tuple[bool, bool]:
    """Return the same as `has_header`, for a first row with numbers."""
    if not all(name.isascii() and name.isdigit() for name, _ in numbers):
        return False, True
    steps = np.diff([int(name) for name, _ in numbers])
    even = bool(steps.size and steps[0] and np.all(steps == steps[0]))
    if not even and len(numbers) > 1:
        return False, True
    if even and len(numbers) >= CLEAR and not _even(columns, numbers):
        return True, True
    other = all(_differs(name, below) for name, below in numbers)
    if is_missing(columns[0][0]) and even and other:
        return True, True
    come_again = all(len({*below}) < len(below) for _, below in words)
    counted = not any(name in below for name, below in numbers) and come_again
    if len(columns) == 1:
        return False, not other
    return other or bool(words and counted and numbers[0][0] in "01"), False


def _even(columns: Sequence[Cells], numbers: list[tuple[str, Cells]]) -> bool:
    """Return True if the second row increases in equal steps, as the first does."""
    seconds = [below[0] for _, below in numbers if below]
    if len(seconds) < len(numbers) or not all(s.strip().isdigit() for s in seconds):
        return False
    steps = np.diff([int(s) for s in seconds])
    return bool(steps[0] and np.all(steps == steps[0]))


def _differs(name: str, below: Cells) -> bool:
    """Return True if an integer differs in kind from the cells below: those are
    decimals or words, or it is a year and they are not."""
    if not below or name in below:
        return False
    whole = [cell.strip().lstrip("+-").isdigit() for cell in below]
    if not any(whole):
        return True
    year = 1800 <= int(name) <= 2100
    return year and not any(
        1800 <= int(c) <= 2100 for c, w in zip(below, whole) if w and len(c) == 4
    )
