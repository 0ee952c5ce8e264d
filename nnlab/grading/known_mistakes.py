"""Catalogues of mistakes: each entry is a wrong function and a sentence about it.

A wrong answer that returns what a wrong function returns, case by case, is that
mistake. Most entries are one edit of the reference solution; two edits together are two
mistakes at once. A lesson lists the entries of its exercises in its `mistakes.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from nnlab.grading.source import made_from, source_of


@dataclass(frozen=True)
class Edit:
    """The reference solution with `new` in place of `old`, everywhere.

    Attributes:
        what: the mistake, as it follows "It looks as if ".
        why: why it is made, or why it matters, as it follows `what` and a colon.
        old, new: the edit.
    """

    what: str
    why: str
    old: str
    new: str

    @property
    def words(self) -> str:
        """The words that follow "It looks as if "."""
        return f"{self.what}: {self.why}"

    def after(self, text: str) -> str:
        """Return the text after the edit; the same text if `old` is not in it."""
        return text.replace(self.old, self.new)

    def wrong(self, reference: Callable) -> Iterator[Callable]:
        """Yield the wrong function."""
        yield made_from(self.after(source_of(reference)), reference)


@dataclass(frozen=True)
class Both:
    """Two edits at once."""

    one: Edit
    other: Edit

    @property
    def words(self) -> str:
        """The words that follow "It looks as if "."""
        return f"two things happened at once: {self.one.what}; and {self.other.what}"

    def wrong(self, reference: Callable) -> Iterator[Callable]:
        """Yield the wrong function."""
        text = self.other.after(self.one.after(source_of(reference)))
        yield made_from(text, reference)


@dataclass(frozen=True)
class Instead:
    """Another function, which makes the mistake.

    Attributes:
        what, why: see `Edit`.
        function: the wrong function.
        others: wrong functions that make the same mistake in another way.
    """

    what: str
    why: str
    function: Callable
    others: tuple[Callable, ...] = ()

    @property
    def words(self) -> str:
        """The words that follow "It looks as if "."""
        return f"{self.what}: {self.why}"

    def wrong(self, reference: Callable) -> Iterator[Callable]:
        """Yield the wrong functions."""
        yield from (self.function, *self.others)


KnownMistake = Edit | Both | Instead


def pairs(mistakes: Sequence[KnownMistake]) -> list[KnownMistake]:
    """Return every two edits that do not touch the same words."""
    edits = [mistake for mistake in mistakes if isinstance(mistake, Edit)]
    return [Both(*two) for two in combinations(edits, 2) if _apart(*two)]


def _apart(one: Edit, other: Edit) -> bool:
    return one.old not in other.old and other.old not in one.old
