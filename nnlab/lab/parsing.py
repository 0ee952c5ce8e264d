"""What a control says, read as the value of its field."""

import re

from nnlab.engine.layers import Layer
from nnlab.errors import InputError, shown
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.fields import Count, Kind, Optional, Part, Widths
from nnlab.experiment.source_repr import word
from nnlab.lab.custom_part_badge import label


def parse(name: str, value: object, now: object = None) -> object:
    """A control's value as its field takes it: "8, 8" is (8, 8), "32" is 32, "off" is
    None.

    What is the learner's own and has no name to be written by is taken from `now`, the
    field's value before.
    """
    kind = Experiment.kinds()[name]
    if isinstance(kind, Optional) and _says(value, kind.word):
        return None
    match inner(kind):
        case Part() if not isinstance(now, str) and _says(value, label(now)):
            return now
        case Widths() if isinstance(value, str):
            return _widths(name, value, now)
        case Count() if isinstance(value, str):
            return _count(name, value, getattr(kind, "word", ""))
    return value


def parsed_step(value: object) -> object:
    """A step that was chosen: a number, or text that says one."""
    return _count("step", value, "") if isinstance(value, str) else value


def _says(value: object, wanted: str) -> bool:
    """Whether a control's value is this word."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return bool(wanted) and text == wanted.lower()


def _count(name: str, text: str, word: str) -> int:
    """A whole number, from text."""
    try:
        return int(text)
    except ValueError:
        plain = f"a whole number, like 32{f', or {word}' if word else ''}"
        raise _unreadable(name, text, plain) from None


def _widths(name: str, text: str, now: object) -> tuple:
    """Numbers and layers, from text: a layer named is the one that was there."""
    there = [one for one in now or () if not isinstance(one, int)]
    named = {word(one): [] for one in there}
    for one in there:
        named[word(one)].append(one)
    longest = sorted(map(re.escape, named), key=len, reverse=True)
    entries = re.findall("|".join([*longest, r"[^\s,]+"]), text)
    try:
        return tuple(_entry(entry, named) for entry in entries)
    except ValueError:
        plain = "the neurons of each hidden layer, like 8, 8"
        raise _unreadable(name, text, plain) from None


def _entry(text: str, named: dict[str, list[Layer]]) -> int | Layer:
    """The next layer of this name, or the last one once more; or a number."""
    if text in named:
        return named[text].pop(0) if len(named[text]) > 1 else named[text][0]
    return int(text)


def _unreadable(name: str, text: str, plain: str) -> InputError:
    """The error for text that no value can be made of."""
    return InputError(name, f"{name}={shown(text)} is not allowed: write {plain}.")


def inner(kind: Kind) -> Kind:
    """The kind of a value that is given."""
    return kind.kind if isinstance(kind, Optional) else kind
