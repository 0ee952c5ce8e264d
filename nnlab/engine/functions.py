"""Layers and losses defined by plain functions: a value and its derivative.

The classes here handle everything except the mathematics, so that a user-defined
function can be written as a formula. It always receives a table with one row per
sample, independent of the number of replicas, and may return any numeric type. The
table is a NumPy array on every backend; on a GPU it is therefore copied to the host at
every step, and a custom `Layer` or `Loss`, which uses the namespace `xp`, is faster.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nnlab.backend import Array, Named, Space, ValuesAndCache, to_numpy
from nnlab.engine.layers import Context, Layer
from nnlab.engine.losses.regression import Measured
from nnlab.errors import InputError, by_fields, need, shown


@dataclass(frozen=True)
class FunctionLayer(Layer):
    """a = function(z), number by number;  f′ = slope(z)

    Both take a table (rows, units) and return one of the same shape, or a single
    number.

    Raises:
        InputError: if one of them is not callable, or returns another shape.

    >>> import numpy as np
    >>> from nnlab.engine.layers import Context
    >>> square = FunctionLayer(lambda z: z**2, lambda z: 2 * z)
    >>> a, cache = square.forward(np, {}, np.array([[3.0, -1.0]]), Context())
    >>> a, square.backward(np, {}, {}, cache, np.ones((1, 2)))
    (array([[9., 1.]]), array([[ 6., -2.]]))
    """

    function: Callable[[Array], Array]
    slope: Callable[[Array], Array]

    __repr__ = by_fields

    def __post_init__(self) -> None:
        need("function", self.function, Callable, "a function of z", "np.sin")  # type: ignore[arg-type]
        need("slope", self.slope, Callable, "a function of z", "np.cos")  # type: ignore[arg-type]

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        return self._each(xp, self.function, z), z

    def backward(self, xp: Space, p: Named, g: Named, z: Array, da: Array) -> Array:
        return da * self._each(xp, self.slope, z)

    def _each(self, xp: Space, function: Callable[[Array], Array], z: Array) -> Array:
        """Return function(z), elementwise, in the shape and dtype of z."""
        table = _rows(xp, z)
        made = xp.asarray(function(to_numpy(table)), dtype=z.dtype)
        if made.shape not in ((), table.shape):
            raise _misshapen("activation", function, made, table)
        return xp.reshape(xp.broadcast_to(made, table.shape), z.shape)

    def __str__(self) -> str:
        return _name(self.function)


@dataclass(frozen=True)
class FunctionLoss(Measured):
    """ℓ = value(z, y), one number a sample;  ∂mean/∂z = slope(z, y) / batch

    Both take two tables (rows, outputs); class labels are one-hot encoded, or 0 and 1
    for one output. `value` returns the loss of each row (rows,) and `slope` its
    derivative with respect to z (rows, outputs). Alternatively both are elementwise,
    and `value` returns (rows, outputs): then ℓ is the mean over outputs, and the
    derivative is divided by the number of outputs.

    Raises:
        InputError: if one of them is not callable, or returns another shape.

    >>> import numpy as np
    >>> fourth = FunctionLoss(lambda z, y: (z - y) ** 4, lambda z, y: 4 * (z - y) ** 3)
    >>> losses, cache = fourth.forward(np, np.array([[2.0], [0.0]]), np.zeros((2, 1)))
    >>> losses, fourth.backward(np, cache)
    (array([16.,  0.]), array([[16.],
           [ 0.]]))
    """

    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]

    __repr__ = by_fields

    def __post_init__(self) -> None:
        for name, fix in (("value", "(z - y) ** 2"), ("slope", "2 * (z - y)")):
            given, fix = getattr(self, name), f"lambda z, y: {fix}"
            need(name, given, Callable, "a function of z and y", fix)  # type: ignore[arg-type]

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        table, targets = _rows(xp, z), _rows(xp, xp.broadcast_to(y, z.shape))
        rows = to_numpy(table), to_numpy(targets)
        losses = xp.asarray(self.value(*rows), dtype=z.dtype)
        if losses.shape == rows[0].shape:
            share = z.shape[-1]
            losses = xp.mean(losses, axis=-1)
        elif losses.shape == rows[0].shape[:1]:
            share = 1
        else:
            raise _misshapen("loss", self.value, losses, rows[0])
        return xp.reshape(losses, z.shape[:-1]), (rows, share, z)

    def backward(self, xp: Space, cache: Any) -> Array:
        rows, share, z = cache
        slope = xp.asarray(self.slope(*rows), dtype=z.dtype)
        if slope.shape != rows[0].shape:
            raise _misshapen("loss", self.slope, slope, rows[0])
        return xp.reshape(slope, z.shape) * (1 / (share * z.shape[-2]))

    def __str__(self) -> str:
        return _name(self.value)


def _rows(xp: Space, z: Array) -> Array:
    """Return all samples of all replicas as one table (rows, units)."""
    return xp.reshape(z, (-1, z.shape[-1]))


def _name(function: object) -> str:
    """Return the name of a function, or of its class."""
    return getattr(function, "__name__", type(function).__name__)


def _misshapen(
    argument: str, function: object, made: Array, table: Array
) -> InputError:
    """Return the error for a function that returns a table of another shape."""
    name, what = _name(function), f"an array of shape {tuple(made.shape)}"
    return InputError(
        argument,
        f"{name} returned {shown(made) if made.shape == () else what} for z of shape "
        f"{tuple(table.shape)}; return an array of z's shape"
        f"{', or one number a row' if argument == 'loss' else ''}.",
    )
