"""One part of the engine in place of several that differ in numbers only.

An optimizer with a learning rate of 0.1 and one with 0.2 become one optimizer whose
learning rate is an array (R,), so that replicas train in the same array calls.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from nnlab.errors import InputError, shown


def kind_of(part: Any) -> Any:
    """Return a key that is equal for parts that replicas can share in one array call.

    The key omits floats and initializers.
    """
    if isinstance(part, tuple):
        return tuple(map(kind_of, part))
    if not is_dataclass(part):
        return type(part) if isinstance(part, float) else part
    named = ((f.name, getattr(part, f.name)) for f in fields(part))
    return type(part), *((k, kind_of(v)) for k, v in named if k != "initializer")


def merged(parts: Sequence[Any]) -> Any:
    """Merge one part per replica into one for all; differing floats become arrays (R,).

    The initializer is that of the first part.

    Raises:
        InputError: if the parts differ in more than floats and initializers.
    """
    first = parts[0]
    if all(part is first for part in parts):
        return first
    if isinstance(first, tuple):
        return tuple(merged(some) for some in zip(*parts, strict=True))
    if isinstance(first, float):
        same = all(part == first for part in parts)
        return first if same else np.array(parts, np.float64)
    if len({kind_of(part) for part in parts}) > 1:
        raise InputError(
            "parts",
            f"{shown(parts)} can't be one: they differ in more than numbers; train "
            "them one by one.",
        )
    if not is_dataclass(first):
        return first
    made: Any = copy(first)
    for name in (f.name for f in fields(first) if f.name != "initializer"):
        value = merged([getattr(part, name) for part in parts])
        object.__setattr__(made, name, value)
    return made
