"""One sentence about a run, and the numbers in it as text."""

from typing import NamedTuple

import numpy as np


class Finding(NamedTuple):
    """Something that is seen in a run.

    Attributes:
        rule: the name of the rule that found it.
        text: one sentence: what is seen, with its numbers, why, and where to look.
        view: the name of the view of `nnlab.views` that shows it.
    """

    rule: str
    text: str
    view: str


def number_text(value: float) -> str:
    """Return a number with two significant digits, and all digits before the point.

    >>> number_text(0.6931), number_text(1234.5), number_text(0.00002)
    ('0.69', '1234', '2e-05')
    """
    return f"{value:.0f}" if 100 <= abs(value) < 1e6 else f"{value:.2g}"


def epochs_text(epochs: np.ndarray) -> str:
    """Return one epoch, or the first and the last of several: "12" or "12 to 30"."""
    low, high = f"{epochs.min():.0f}", f"{epochs.max():.0f}"
    return low if low == high else f"{low} to {high}"


def networks_have(mask: np.ndarray) -> str:
    """Return the networks of a mask (seeds,) and their verb, to begin a sentence.

    >>> networks_have(np.array([True, True, False]))
    '2 of 3 networks have'
    >>> networks_have(np.array([True]))
    'The network has'
    """
    if mask.size == 1:
        return "The network has"
    return f"{'All' if mask.all() else f'{mask.sum()} of'} {mask.size} networks have"
