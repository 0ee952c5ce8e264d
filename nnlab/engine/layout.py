"""Where each named array lies in a flat vector.

All numbers of one kind (parameters, gradients, an optimizer's moments) live in one
vector of length P, or in a table (R, P) when R replicas train together. The layout
is the only place that knows the offsets: layers see named views, and what treats all
numbers alike (optimizers, clipping, penalties) sees the vector.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import prod
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, to_numpy
from nnlab.errors import InputError, shown

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Place:
    """The stretch of the vector that one array occupies, and the array's shape."""

    layer: int
    name: str
    start: int
    stop: int
    shape: tuple[int, ...]

    def view(self, xp: Space, vector: Array) -> Array:
        """The array as a view: writing to it writes to the vector."""
        part = vector[..., self.start : self.stop]
        return xp.reshape(part, (*vector.shape[:-1], *self.shape))


class Views(dict[str, Any]):
    """Arrays by name, each a view of a vector: `views[name][...] = …` writes to it.

    `views[name] = …` would leave the vector as it was, and raises an `InputError`.
    """

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self or value is not self[name]:  # which it is after +=
            raise InputError(
                "name",
                f"[{name!r}] = … would name a new array and leave the vector as it "
                f"was; write [{name!r}][...] = … into one of {', '.join(self)}.",
            )

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return Views, (dict(self),)


class Vector:
    """A flat vector as an attribute. It keeps its identity: what is assigned to it is
    written into it, so that its views follow.

    Its owner has `xp`, and replaces the array itself by `Derived.place` alone.
    Raises `InputError` for what is not of its shape.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __set__(self, owner: Any, value: Any) -> None:
        vector = vars(owner).setdefault(self.name, value)
        if vector is not value:
            given = self._fitting(tuple(vector.shape), value)
            vector[...] = owner.xp.asarray(given, dtype=vector.dtype)

    def _fitting(self, shape: tuple[int, ...], value: Any) -> np.ndarray:
        """The value as numbers of this shape, on the host."""
        try:
            given = to_numpy(value)
        except ValueError:  # rows of different lengths
            given = np.array(None)
        if given.shape == shape and given.dtype.kind in "buif":
            return given
        what = f"an array of shape {given.shape}" if given.ndim else shown(value)
        raise InputError(
            self.name,
            f"{self.name} = {what} is not allowed: it has numbers of shape {shape}; "
            f"to set some of them, write {self.name}[...] = ….",
        )


class Derived:
    """For a class whose cached properties are views: a copy derives its own, since
    copied views would no longer follow the vector."""

    def place(self, **vectors: Array) -> None:
        """Puts other vectors in the place of these, and derives all anew."""
        vars(self).update(vectors)
        self.forget()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if not self._derives(k)}

    def forget(self) -> None:
        """Derives all anew when it is asked for: the vectors are other ones now."""
        for name in [*filter(self._derives, vars(self))]:
            delattr(self, name)

    def _derives(self, name: str) -> bool:
        return isinstance(getattr(type(self), name, None), cached_property)


class Layout:
    """The arrays of a stack of layers, end to end: layer by layer, in their order.

    >>> layout = Layout([{"W": (2, 3), "b": (1, 3)}, {}, {"W": (3, 1), "b": (1, 1)}])
    >>> layout.size, list(layout.places)
    (13, ['0.W', '0.b', '2.W', '2.b'])
    """

    def __init__(self, shapes: Sequence[Shapes]):
        self.depth = len(shapes)
        self.places: dict[str, Place] = {}
        self.size = 0
        for layer, named in enumerate(shapes):
            for name, shape in named.items():
                stop = self.size + prod(shape)
                place = Place(layer, name, self.size, stop, shape)
                self.places[f"{layer}.{name}"] = place
                self.size = stop

    def __repr__(self) -> str:
        return f"Layout({', '.join(self.places)})"

    def inherit(self, xp: Space, vector: Array, other: "Layout", old: Array) -> None:
        """Overwrites in `vector` what `old`, laid out by `other`, has by the same
        name: of each array as many rows and columns as both have."""
        for name in self.places.keys() & other.places.keys():
            mine = self.places[name].view(xp, vector)
            theirs = other.places[name].view(xp, old)
            both = tuple(slice(min(m, n)) for m, n in zip(mine.shape, theirs.shape))
            mine[both] = theirs[both]

    def mask(self, names: Collection[str]) -> np.ndarray:
        """For every number (size,) whether its array has one of these names, each with
        its layer's number."""
        chosen = np.zeros(self.size, bool)
        for name, place in self.places.items():
            chosen[place.start : place.stop] = name in names
        return chosen

    def views(self, xp: Space, vector: Array) -> list[Named]:
        """For every layer its arrays by name, as views of `vector` (…, size)."""
        views: list[Named] = [{} for _ in range(self.depth)]
        for place in self.places.values():
            views[place.layer][place.name] = place.view(xp, vector)
        return [*map(Views, views)]


@dataclass(frozen=True)
class Listing:
    """A table of layouts, to be looked at: a line for each array.

    `kinds` says what each layer is; `layouts` are the layouts by what lies in them.
    """

    kinds: list[str]
    layouts: dict[str, Layout]

    def rows(self) -> list[tuple[str, ...]]:
        """Layer, array's name, shape, how many numbers, and which of which vector."""
        head = ("layer", "name", "shape", "numbers", "place")
        found: list[tuple[str, ...]] = [head]
        for vector, layout in self.layouts.items():
            for name, place in layout.places.items():
                shape = " × ".join(map(str, place.shape))
                where = f"{vector}[{place.start}:{place.stop}]"
                count = str(place.stop - place.start)
                found.append((self.kinds[place.layer], name, shape, count, where))
        return found

    def __repr__(self) -> str:
        rows = self.rows()
        wide = [max(map(len, column)) for column in zip(*rows)]
        lines = ("  ".join(map(str.ljust, row, wide)).rstrip() for row in rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head, *body = (
            [f"<{tag}>{escape(cell)}</{tag}>" for cell in row]
            for tag, row in zip(["th", *["td"] * len(self.rows())], self.rows())
        )
        rows = "".join(f"<tr>{''.join(cells)}</tr>" for cells in (head, *body))
        return f"<table>{rows}</table>"


def shapes_of(arrays: dict[str, np.ndarray]) -> Shapes:
    """The shape of each array, by the same name."""
    return {name: array.shape for name, array in arrays.items()}


def flat(stack: Sequence[dict[str, np.ndarray]]) -> np.ndarray:
    """The arrays of a stack of layers end to end, as a `Layout` of them places them."""
    parts = [array.ravel() for arrays in stack for array in arrays.values()]
    return np.concatenate([*parts, np.zeros(0)])
