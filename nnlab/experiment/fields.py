"""The kinds of value that a field of an experiment accepts.

A kind defines the allowed values, checks them, and describes itself well enough for a
control to be built from it. The limits of all fields are defined here only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from nnlab.engine.layers import Layer
from nnlab.errors import InputError, read_number, shown, unknown


class Kind(ABC):
    """Abstract base class of all kinds of value."""

    @abstractmethod
    def check(self, name: str, value: Any) -> Any:
        """Return `value` in canonical form.

        Raises:
            InputError: about the field `name`, if the value is not allowed.
        """


@dataclass(frozen=True)
class Choice(Kind):
    """One of the names that `options()` returns."""

    options: Callable[[], Iterable[str]]

    def check(self, name, value):
        if not isinstance(value, str) or value not in list(self.options()):
            raise unknown(name, value, self.options())
        return value


@dataclass(frozen=True)
class Part(Choice):
    """One of the names, or a custom object, which `accept` checks.

    `meant` maps common synonyms, lowercase letters and digits only, to the end of an
    error message that gives the name used here.
    """

    accept: Callable[..., Any]
    meant: Mapping[str, str] = field(default_factory=dict)

    def check(self, name, value):
        if isinstance(value, str):
            hint = self.meant.get("".join(filter(str.isalnum, value.lower())))
            if hint and value not in self.options():
                raise InputError(name, f"{name}={shown(value)} is not known; {hint}")
            return super().check(name, value)
        return self.accept(value, argument=name)


@dataclass(frozen=True)
class Some(Kind):
    """One or more of the names that `options()` returns, kept in that order."""

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
    """A real number from `low` to `high`, inclusive, or 0 if `zero` is set.

    `log` makes its slider logarithmic.
    """

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
    """A fraction of the data.

    The error for a count or a percentage suggests the fraction.
    """

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
    """An integer from `low` to `high`, inclusive."""

    low: int
    high: int

    def check(self, name, value):
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not whole or not self.low <= value <= self.high:
            raise _outside(self, name, value)
        return int(value)


@dataclass(frozen=True)
class Optional(Kind):
    """A value that `kind` accepts, or None.

    `word` is the label of None on a control, such as "off" or "all"; if empty, the
    control shows the default of the data set.
    """

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
    """The number of units of each hidden layer, as a tuple; empty for none.

    An entry may also be a custom layer, which `accept` checks.
    """

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
        """Return one entry in canonical form."""
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
    """Return a dataclass field with its kind, description and group."""
    about = {"group": group, "kind": kind, "says": says}
    return field(default=default, metadata=about)


def _outside(kind: Number | Count, name: str, value: Any):
    """Return the error for a value outside the limits, with the nearest valid one."""
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
