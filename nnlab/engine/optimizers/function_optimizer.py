"""An optimizer defined by a plain function of the gradient and the rate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nnlab.backend import Array, Named, Space, to_numpy
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.errors import InputError, by_fields, need, shown


@dataclass(frozen=True)
class FunctionOptimizer(Optimizer):
    """Δ = f(g, η): a user-defined rule, as a plain function without moments.

    `function(gradient, rate)` returns the change of every parameter. It is called with
    NumPy arrays on every backend, and for a large gradient with one chunk at a time.

    Raises:
        InputError: if `function` is not callable, or returns another shape.

    >>> import numpy as np
    >>> rule = lambda gradient, rate: -rate * np.sign(gradient)
    >>> signs = FunctionOptimizer(0.1, function=rule)
    >>> signs.update(np, {}, np.array([3.0, -2.0]), None, {"rate": 0.1})
    array([-0.1,  0.1])
    """

    function: Callable[[Array, float], Array] = field(kw_only=True)

    __repr__ = by_fields

    def __post_init__(self) -> None:
        super().__post_init__()
        what, fix = "a function of gradient and rate", "lambda g, rate: -rate * g"
        need("function", self.function, Callable, what, fix)  # type: ignore[arg-type]

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        rate: Any = to_numpy(c["rate"])
        change = self.function(to_numpy(g), rate if rate.ndim else rate.item())
        name = getattr(self.function, "__name__", "the rule")
        shape = getattr(change, "shape", None)
        if shape != g.shape:
            what = shown(change) if shape is None else f"an array of shape {shape}"
            raise InputError(
                "optimizer",
                f"{name} returned {what}, not the change of every "
                f"parameter, of the gradient's shape {tuple(g.shape)}; try: "
                "return -rate * gradient",
            )
        return xp.asarray(change, dtype=g.dtype)
