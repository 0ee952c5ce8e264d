"""The kinds of value a field of an experiment may have.

A kind says what is allowed, checks it, and knows enough about itself for a control to
be built from it: this is the only list of limits there is.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from nnlab.engine.layers import Layer
from nnlab.errors import InputError, read_number, shown, unknown


class Kind(ABC):
    """The protocol of a kind of value."""

    @abstractmethod
    def check(self, name: str, value: Any) -> Any:
        """`value` in its plain form, or an `InputError` about the field `name`."""


@dataclass(frozen=True)
class Choice(Kind):
    """One of the names that `options()` gives."""

    options: Callable[[], Iterable[str]]

    def check(self, name, value):
        if not isinstance(value, str) or value not in list(self.options()):
            raise unknown(name, value, self.options())
        return value


@dataclass(frozen=True)
class Part(Choice):
    """One of the names, or an object of one's own, which `accept` checks."""

    accept: Callable[..., Any]
    meant: Mapping[str, str] = field(default_factory=dict)  # what others call them, in
    # small letters and digits alone → the end of a sentence that says what is here

    def check(self, name, value):
        if isinstance(value, str):
            hint = self.meant.get("".join(filter(str.isalnum, value.lower())))
            if hint and value not in self.options():
                raise InputError(name, f"{name}={shown(value)} is not known; {hint}")
            return super().check(name, value)
        return self.accept(value, argument=name)


@dataclass(frozen=True)
class Some(Kind):
    """One or more of the names that `options()` gives, in that order."""

    options: Callable[[], Iterable[str]]

    def check(self, name, value):
        known = list(self.options())
        given = (value,) if isinstance(value, str) else value
        if not isinstance(given, (tuple, list)) or not given:
            raise InputError(
                name,
                f"{name}={shown(value)} is not allowed: give at least one of "
                f"{', '.join(map(repr, known))}; try {name}={(known[0],)!r}.",
            )
        for one in given:
            if not isinstance(one, str) or one not in known:
                raise unknown(name, one, known)
        return tuple(one for one in known if one in given)


@dataclass(frozen=True)
class Number(Kind):
    """A real number from `low` to `high`, or 0 if `zero`; on a slider by decades if
    `log`."""

    low: float
    high: float
    log: bool = False
    zero: bool = False

    def check(self, name, value):
        number = isinstance(value, Real) and not isinstance(value, bool)
        if number and self.zero and value == 0:
            return 0.0
        if not number or not self.low <= value <= self.high:
            raise _outside(self, name, value)
        return float(value)


@dataclass(frozen=True)
class Share(Number):
    """A number that is a share of a whole: a count, or per cent, is told so."""

    def check(self, name, value):
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or 1 < value < float("inf"):
            fix = f"try {name}=0.2"
            if number and value <= 100 * self.high:
                fix = f"{value:g} % is {name}={value / 100:g}"
            raise InputError(
                name,
                f"{name}={shown(value)} is not allowed: it is a share of the data from "
                f"{self.low} to {self.high}, and no count; {fix}.",
            )
        return super().check(name, value)


@dataclass(frozen=True)
class Count(Kind):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def check(self, name, value):
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not whole or not self.low <= value <= self.high:
            raise _outside(self, name, value)
        return int(value)


@dataclass(frozen=True)
class Optional(Kind):
    """What `kind` allows, or None. `word` says what None is on a control: "off", "all";
    empty if it is the data set's own, which is then shown."""

    kind: Kind
    word: str = ""

    def check(self, name, value):
        if value is None:
            return None
        try:
            return self.kind.check(name, value)
        except InputError as error:
            if not self.word:
                raise
            said = f"{str(error)[:-1]}, or {name}=None for {self.word!r}."
            raise InputError(error.argument, said) from None


@dataclass(frozen=True)
class Widths(Kind):
    """How many units each hidden layer has, as a tuple; empty for none. In place of a
    number there may be a layer of one's own, which `accept` checks."""

    accept: Callable[..., Layer]
    units: Count = Count(1, 1024)
    depth: int = 32

    def check(self, name, value):
        given = value if isinstance(value, tuple | list) else (value,)
        if len(given) > self.depth:
            raise InputError(
                name,
                f"{name} has {len(given)} layers; at most {self.depth} are allowed.",
            )
        return tuple(self._entry(name, given, one) for one in given)

    def _entry(self, name, given, one):
        """One of those given, in its plain form."""
        if isinstance(one, Layer) or (isinstance(one, type) and issubclass(one, Layer)):
            return self.accept(one, argument=name)
        try:
            return self.units.check(name, one)
        except InputError:
            low, high = self.units.low, self.units.high
            raise InputError(
                name,
                f"{name}={shown(tuple(given))} is not allowed: every layer has a whole "
                f"number of neurons from {low} to {high}; try {name}=(8, 8).",
            ) from None


@dataclass(frozen=True)
class Flag(Kind):
    """True or False."""

    def check(self, name, value):
        if not isinstance(value, bool):
            raise InputError(
                name, f"{name}={shown(value)} is not allowed; try {name}=True."
            )
        return value


def described(group: str, kind: Kind, default: Any, says: str) -> Any:
    """A dataclass field with its kind, what it means in a few words, and the name of
    the group in which a reader looks for it."""
    about = {"group": group, "kind": kind, "says": says}
    return field(default=default, metadata=about)


def _outside(kind: Number | Count, name: str, value: Any):
    """The error for a value beyond the limits, with the nearest that is allowed."""
    what = "a whole number" if isinstance(kind, Count) else "a number"
    meant = read_number(value)
    near = kind.low if meant is None else min(max(meant, kind.low), kind.high)
    if getattr(kind, "zero", False) and meant is not None and meant < kind.low / 2:
        near = 0
    near = round(near) if isinstance(kind, Count) else float(near)
    also = ", or 0" if getattr(kind, "zero", False) else ""
    return InputError(
        name,
        f"{name}={shown(value)} is not allowed: it is {what} from {kind.low} to "
        f"{kind.high}{also}; try {name}={near}.",
    )
