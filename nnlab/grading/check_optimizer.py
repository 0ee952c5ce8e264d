"""Check an optimizer: it turns a gradient into a change, and does no more.

It is called as the engine calls it: with all replicas or one, with a vector or a part
of one, with moments that it overwrites; and it must decrease a quadratic.
"""

from math import isfinite
from numbers import Real

import numpy as np

from nnlab.backend import Named, quiet
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.errors import shown
from nnlab.grading.call_contract import Part, repeated
from nnlab.grading.compare import close

RATE = 1e-3
SIZE = 9


class Walk:
    """An optimizer in use, with parameters and moments of one shape."""

    def __init__(
        self,
        part: Part,
        optimizer: Optimizer,
        shape: tuple[int, ...] = (SIZE,),
        dtype: str = "float64",
    ):
        self.part, self.optimizer, self.dtype = part, optimizer, np.dtype(dtype)
        self.p = np.random.default_rng(1).normal(size=shape).astype(dtype)
        self.m = {name: np.zeros_like(self.p) for name in optimizer.moments}
        self.step = 1

    def coefficients(self) -> Named:
        """Return the coefficients of this step, as the engine passes them."""
        ask, part = self.optimizer.coefficients, self.part
        found = part.named("coefficients", Real, ask, self.step, RATE)
        for name, value in found.items():
            if not isfinite(value):
                raise part.wrong(
                    f"coefficients of {part} gives {name}={shown(value)} at step "
                    f"{self.step}; each is a finite number."
                )
        return {name: float(self.dtype.type(v)) for name, v in found.items()}

    def change(self, g: np.ndarray) -> np.ndarray:
        """Return the change for a gradient, checked; overwrites the moments."""
        part, m = self.part, dict(self.m)
        with part.untouched("update", {"g": g, "p": self.p}):
            change = self._ask(m, g)
        if isinstance(self.optimizer, FunctionOptimizer):
            change = np.asarray(change, self.dtype)
        part.array("the change", change, self.p)
        part.finite("the change", change, "at ordinary slopes", "look for a division")
        _moments(part, self.m, m, self.optimizer)
        return change

    def _ask(self, m: Named, g: np.ndarray) -> np.ndarray:
        rule, hint = self.optimizer.update, f", for g of shape {g.shape}"
        c = self.coefficients()
        return self.part.call("update", rule, np, m, g, self.p, c, hint=hint)

    def go(self, g: np.ndarray) -> np.ndarray:
        """Take a step, and return the parameters after it."""
        self.p = self.p + self.change(g)
        self.step += 1
        return self.p


def check_optimizer(part: Part, optimizer: Optimizer, downhill: bool = True) -> None:
    """Check that an optimizer is right.

    Args:
        part: its name, for the sentences.
        optimizer: the optimizer.
        downhill: require that it decreases a quadratic at a small rate.

    Raises:
        InputError: at the first fault.
    """
    if isinstance(optimizer.moments, str):
        raise part.wrong(
            f"moments of {part} is the word {optimizer.moments!r}, and not a tuple of "
            f"names; end it with a comma: moments = ({optimizer.moments!r},)."
        )
    for step in (1, 2, 1000, 10**6):
        walk = Walk(part, optimizer)
        walk.step = step
        walk.coefficients()
    _repeats(part, optimizer)
    _a_change(part, optimizer)
    if downhill:
        _downhill(part, optimizer)
    _apart(part, optimizer)
    Walk(part, optimizer, dtype="float32").go(_gradients((SIZE,), "float32")[0])


def _gradients(shape: tuple[int, ...], dtype: str = "float64") -> np.ndarray:
    """Return the gradients of four steps."""
    return np.random.default_rng(2).normal(size=(4, *shape)).astype(dtype)


def _moments(part: Part, before: Named, after: Named, optimizer: Optimizer) -> None:
    """Require that the moments are the same arrays, overwritten and finite."""
    for name, array in after.items():
        if name not in before:
            raise part.wrong(
                f"update of {part} writes m[{name!r}], and its moments are "
                f"{optimizer.moments}; add it: moments = (…, {name!r})."
            )
        if array is not before[name]:
            raise part.wrong(
                f"update of {part} forgets its moment: m[{name!r}] = … names a new "
                f"array, and the old one stays; write m[{name!r}][...] = …"
            )
        part.finite(f"m[{name!r}]", array, "at ordinary slopes", "look at update")


def _repeats(part: Part, optimizer: Optimizer) -> None:
    """Require that equal gradients from equal starts give equal steps."""
    one, other = Walk(part, optimizer), Walk(part, optimizer)
    for g in _gradients((SIZE,)):
        if not repeated(one.go(g), other.go(g)):
            raise part.wrong(
                f"update of {part} answers two equal calls differently: it keeps "
                "something between calls, or draws random numbers; what it remembers "
                "belongs into m, which has an array for each of its moments."
            )


def _a_change(part: Part, optimizer: Optimizer) -> None:
    """Require that it returns a change, and not the parameters after it."""
    here, there = Walk(part, optimizer), Walk(part, optimizer)
    there.p = here.p + 100
    g = _gradients((SIZE,))[0]
    if np.all(np.abs(there.change(g) - here.change(g)) > 50):
        raise part.wrong(
            f"update of {part} returns the new parameters, and not their change; leave "
            "p out: return -c['rate'] * g."
        )


def _downhill(part: Part, optimizer: Optimizer) -> None:
    """Require that it decreases ½ p² at a small rate."""
    walk = Walk(part, optimizer)
    start = np.sum(walk.p**2)
    for _ in range(100):
        with quiet():
            walk.go(walk.p.copy())
    if np.array_equal(walk.p, Walk(part, optimizer).p):
        raise part.wrong(f"{part} does not move: its change is 0 at every step.")
    if not np.sum(walk.p**2) < start:
        raise part.wrong(
            f"{part} goes uphill, at a rate as small as {RATE:g}: the sign of its "
            "change is wrong; the gradient points up, so return -c['rate'] * g."
        )


def _apart(part: Part, optimizer: Optimizer) -> None:
    """Require that no number's change depends on another number."""
    all_of_them = Walk(part, optimizer, (3, SIZE))
    p, gradients = all_of_them.p, _gradients((3, SIZE))
    for g in gradients:
        all_of_them.go(g)
    for what, cut in (
        *((f"replica {i}", np.s_[i]) for i in range(3)),
        ("a part of the vector", np.s_[0, : SIZE // 2]),
        ("a part of the vector", np.s_[:, SIZE // 2 :]),
    ):
        some = Walk(part, optimizer, p[cut].shape)
        some.p = p[cut].copy()
        for g in gradients[(slice(None), *np.index_exp[cut])]:
            some.go(g)
        if not close(some.p, all_of_them.p[cut]):
            raise part.wrong(
                f"{part} mixes numbers that have their own way to go: {what} alone "
                "moves otherwise than among the others; use each number by itself, "
                "with no sum, mean or norm over them."
            )
