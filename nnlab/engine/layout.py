"""Layout of named arrays in a flat vector.

All numbers of one kind (parameters, gradients, moments of an optimizer) are stored in
one vector of length P, or in an array (R, P) when R replicas train together. Only the
layout knows the offsets: layers use named views, and code that treats all numbers alike
(optimizers, clipping, penalties) uses the vector.
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
    """Position of one named array in a flat vector, and its shape.

    Attributes:
        layer: index of the layer that owns the array.
        name: name of the array within its layer.
        start: index of its first number in the vector.
        stop: index after its last number.
        shape: shape of the array, without the replica axis.
    """

    layer: int
    name: str
    start: int
    stop: int
    shape: tuple[int, ...]

    def view(self, xp: Space, vector: Array) -> Array:
        """Return the array (…, *shape) as a view of `vector` (…, P)."""
        part = vector[..., self.start : self.stop]
        return xp.reshape(part, (*vector.shape[:-1], *self.shape))


class Views(dict[str, Any]):
    """Dictionary of arrays that are views of a vector: write `views[name][...] = …`.

    `views[name] = …` would not write to the vector, and raises an `InputError`.
    """

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self or value is not self[name]:  # `is` holds after +=
            raise InputError(
                "name",
                f"[{name!r}] = … would name a new array and leave the vector as it "
                f"was; write [{name!r}][...] = … into one of {', '.join(self)}.",
            )

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return Views, (dict(self),)


class Vector:
    """Descriptor for a flat vector; assignment writes into the existing array.

    So views of the vector stay valid. The owner needs an attribute `xp`. Only
    `Derived.place` replaces the array itself.

    Raises:
        InputError: when the assigned value has another shape or is not numeric.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __set__(self, owner: Any, value: Any) -> None:
        vector = vars(owner).setdefault(self.name, value)
        if vector is not value:
            given = self._fitting(tuple(vector.shape), value)
            vector[...] = owner.xp.asarray(given, dtype=vector.dtype)

    def _fitting(self, shape: tuple[int, ...], value: Any) -> np.ndarray:
        """Return the value as a numeric host array of this shape."""
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
    """Base class for objects whose cached properties are views of their vectors.

    Copies and pickles omit the cached properties, since copied views would no longer
    share memory with the vector.
    """

    def place(self, **vectors: Array) -> None:
        """Replace the vectors of these names, and invalidate the cached properties."""
        vars(self).update(vectors)
        self.forget()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if not self._derives(k)}

    def forget(self) -> None:
        """Invalidate all cached properties; they are computed again on next access."""
        for name in [*filter(self._derives, vars(self))]:
            delattr(self, name)

    def _derives(self, name: str) -> bool:
        return isinstance(getattr(type(self), name, None), cached_property)


class Layout:
    """Layout of the arrays of a stack of layers, in order, without gaps.

    Args:
        shapes: shape of each array by name, for each layer.

    Attributes:
        depth: number of layers.
        places: position of each array by "layer.name".
        size: length P of the vector.

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
        """Copy arrays that both layouts have by name, in place.

        Of each array, the rows and columns that both shapes have are copied.

        Args:
            xp: array namespace.
            vector: destination (…, size), laid out by this layout.
            other: layout of `old`.
            old: source (…, other.size).
        """
        for name in self.places.keys() & other.places.keys():
            mine = self.places[name].view(xp, vector)
            theirs = other.places[name].view(xp, old)
            both = tuple(slice(min(m, n)) for m, n in zip(mine.shape, theirs.shape))
            mine[both] = theirs[both]

    def mask(self, names: Collection[str]) -> np.ndarray:
        """Return a boolean mask (size,), True for arrays with these "layer.name"s."""
        chosen = np.zeros(self.size, bool)
        for name, place in self.places.items():
            chosen[place.start : place.stop] = name in names
        return chosen

    def views(self, xp: Space, vector: Array) -> list[Named]:
        """Return for each layer its arrays by name, as views of `vector` (…, size)."""
        views: list[Named] = [{} for _ in range(self.depth)]
        for place in self.places.values():
            views[place.layer][place.name] = place.view(xp, vector)
        return [*map(Views, views)]


@dataclass(frozen=True)
class Listing:
    """A printable table of layouts, with one row per array.

    Attributes:
        kinds: description of each layer.
        layouts: layouts by the name of their vector.
    """

    kinds: list[str]
    layouts: dict[str, Layout]

    def rows(self) -> list[tuple[str, ...]]:
        """Return the rows of the table as text, header first."""
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
    """Return the shape of each array by name."""
    return {name: array.shape for name, array in arrays.items()}


def flat(stack: Sequence[dict[str, np.ndarray]]) -> np.ndarray:
    """Return the arrays of all layers as one vector (P,), ordered as in `Layout`."""
    parts = [array.ravel() for arrays in stack for array in arrays.values()]
    return np.concatenate([*parts, np.zeros(0)])
