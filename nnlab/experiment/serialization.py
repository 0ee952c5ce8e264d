"""Write and read experiments as JSON: names, numbers, and nnlab's own parts.

Custom parts are code, and reading a file must not run code: they are refused when
writing, and can't be expressed when reading.
"""

import json
from dataclasses import fields, is_dataclass
from typing import Any

import nnlab.engine
from nnlab.data.dataset import Dataset
from nnlab.errors import InputError, shown
from nnlab.experiment.source_repr import ours, word

FORMAT = 1  # version of the format
CLASS = "class"  # key of a part's class name


def to_json(values: dict[str, Any], usual: dict[str, Any]) -> str:
    """Return the fields of an experiment as JSON, with the version of the format.

    Args:
        values: the value of each field.
        usual: the default of each field, which the error message suggests.

    Raises:
        InputError: for a custom part.
    """
    plain = {name: _plain(name, value, usual[name]) for name, value in values.items()}
    return json.dumps({"format": FORMAT, **plain}, indent=1)


def _plain(name: str, value: Any, usual: Any) -> Any:
    """Return the JSON form of the field `name`."""
    try:
        return _told(value)
    except TypeError:
        what = "are data" if isinstance(value, Dataset) else "is code"
        raise InputError(
            name,
            f"{name}={word(value)} {what} of your own, which JSON does not hold; keep "
            f"its cell, or try {name}={usual!r}.",
        ) from None


def _told(value: Any) -> Any:
    """Return the JSON form of a value or a nested value; raise a `TypeError` for a
    custom part."""
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    if ours(value):
        inner = {f.name: _told(getattr(value, f.name)) for f in fields(value)}
        return {CLASS: type(value).__name__, **inner}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(type(value))


def from_json(text: str) -> dict[str, Any]:
    """Return the fields that `to_json` wrote.

    Raises:
        InputError: if `text` is not JSON of this format, or names an unknown part.
    """
    try:
        values = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError("text", f"text is not JSON: {error}.") from None
    if not isinstance(values, dict):
        raise InputError(
            "text",
            f"text holds {type(values).__name__}, not an experiment; give what to_json "
            "wrote.",
        )
    version = values.pop("format", None)
    if version != FORMAT or isinstance(version, bool):
        raise InputError(
            "format",
            f"format={version!r} is not known; this nnlab reads format={FORMAT}.",
        )
    return {name: _made(name, value) for name, value in values.items()}


def _made(name: str, value: Any) -> Any:
    """Return the value of the field `name` from its JSON form."""
    if isinstance(value, list):
        return tuple(_made(name, one) for one in value)
    if not isinstance(value, dict) or CLASS not in value:
        return value
    kind = value[CLASS]
    known = isinstance(kind, str) and kind in nnlab.engine.__all__
    part = getattr(nnlab.engine, kind) if known else None
    given = {key: _made(name, one) for key, one in value.items() if key != CLASS}
    if not is_dataclass(part) or given.keys() != {f.name for f in fields(part)}:
        raise InputError(
            name,
            f"{name}={shown(value)} is no part of this nnlab; give what to_json wrote.",
        )
    return part(**given)
