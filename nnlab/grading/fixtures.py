"""A trial of a layer: random arrays of one shape, with which it is called.

Parameters lie far from 0, and ∂loss/∂y differs everywhere, so that nothing is right by
accident.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from nnlab.backend import Array
from nnlab.engine.layers import Context, Layer
from nnlab.grading.call_contract import Arrays, Part
from nnlab.grading.finite_differences import Slopes, slopes


class Trial:
    """A layer with an input, parameters, statistics, noise and ∂loss/∂y."""

    def __init__(
        self,
        part: Part,
        layer: Layer,
        batch: int,
        inputs: int,
        replicas: int | None = None,
        training: bool = True,
        dtype: str = "float64",
        spread: float = 1.5,
    ):
        self.part, self.layer, self.batch = part, layer, batch
        self.outputs, self.dtype = layer.outputs(inputs), dtype
        self.lead = () if replicas is None else (replicas,)
        rng = np.random.default_rng(5)
        self.x = spread * self._normal(rng, (batch, inputs))
        self.dy = self._normal(rng, (batch, self.outputs))
        self.p = self._near(rng, layer.init(rng, inputs), shift=0.1)
        state = self._near(rng, layer.state(inputs), shift=0.0)
        new = {name: np.full_like(array, np.nan) for name, array in state.items()}
        noise = {
            name: rng.random((*self.lead, batch, n)).astype(dtype)
            for name, n in layer.noise(inputs).items()
        }
        self.c = Context(True, state, noise, new) if training else Context(state=state)

    def _normal(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.normal(size=(*self.lead, *shape)).astype(self.dtype)

    def _near(self, rng, arrays: Arrays, shift: float) -> Arrays:
        """Return arrays near these for every replica, none of them equal."""
        return {
            name: (
                array * rng.uniform(0.7, 1.3, (*self.lead, *array.shape))
                + shift * rng.normal(size=(*self.lead, *array.shape))
            ).astype(self.dtype)
            for name, array in arrays.items()
        }

    @property
    def lent(self) -> Arrays:
        """All arrays that the layer may read, by name."""
        named = {"x": self.x, "dy": self.dy, **self.p, **self.c.noise}
        return {**named, **{f"c.state of {k}": v for k, v in self.c.state.items()}}

    @property
    def at(self) -> str:
        """The trial in words."""
        many = f" with {self.lead[0]} replicas" if self.lead else ""
        return f"for x of shape {self.x.shape}{many}"

    @property
    def hint(self) -> str:
        """The shapes of a call for a sentence, and with replicas what to look for."""
        if not self.lead:
            return f", {self.at}"
        return (
            f", {self.at}: every array has one more axis in front, so the batch is "
            "axis=-2, and W.mT transposes"
        )

    def forward(self) -> tuple[np.ndarray, Any]:
        """Return the layer's y, checked, and its cache."""
        forth = self.layer.forward
        answer = self.part.call(
            "forward", forth, np, self.p, self.x, self.c, hint=self.hint
        )
        self.part.two(answer, "y, cache")
        self.part.array("forward's y", answer[0], self.dy)
        return answer

    def backward(self, cache: Any, g: Arrays) -> np.ndarray:
        """Return the layer's dx, checked; overwrites g."""
        back = self.layer.backward
        dx = self.part.call(
            "backward", back, np, self.p, g, cache, self.dy, hint=self.hint
        )
        self.part.array("backward's dx", dx, self.x)
        return dx

    def gradients(self) -> Arrays:
        """Return the layer's gradients by name: ∂loss/∂p, and ∂loss/∂x as "x"."""
        _, cache = self.forward()
        g = {name: np.zeros_like(array) for name, array in self.p.items()}
        return {**g, "x": self.backward(cache, g)}

    def compared(self) -> dict[str, Slopes]:
        """Return the same gradients beside measured ones."""
        arrays, gradients = {**self.p, "x": self.x}, self.gradients()
        with self.part.explained("forward", self.hint):
            return {
                name: slopes(self._y, arrays[name], self.dy, given)
                for name, given in gradients.items()
            }

    def _y(self) -> Array:
        """Return the layer's y for the present arrays."""
        return self.layer.forward(np, self.p, self.x, self.c)[0]

    def alone(self, i: int) -> "Trial":
        """Return the trial of replica i alone."""
        one = copy(self)
        one.lead, one.p = (), _each(self.p, i)
        one.x, one.dy = self.x[i], self.dy[i]
        c = self.c
        one.c = Context(
            c.training, _each(c.state, i), _each(c.noise, i), _each(c.new, i)
        )
        return one

    def mistakes(self, found: Slopes) -> Iterator[tuple[np.ndarray, str]]:
        """Yield gradients that mistakes would give, with words about each."""
        if found.given.shape != self.dy.shape:
            return
        yield self.dy, "is dy itself: the slope was left out; return dy * slope"
        slope = found.measured / self.dy
        yield slope, "is the slope alone: dy was left out; return dy * slope"
        if self.x.shape == self.dy.shape:
            yield from self._elsewhere(found)

    def _elsewhere(self, found: Slopes) -> Iterator[tuple[np.ndarray, str]]:
        """Yield slopes taken at the output instead of the input, or vice versa."""
        y, x = self.forward()[0].copy(), self.x
        self.x = y
        there = self.compared()["x"]
        self.x = x
        if not (found.wrong & ~there.sure).any():  # or nothing speaks for it
            yield (
                np.where(there.sure, there.measured, found.given),
                "is the slope at the output a, and it belongs at the input z",
            )
        if not replace(found, given=there.given).wrong.any():
            yield (
                found.given,
                "is a slope written in terms of the output a, taken at the input z",
            )


def _each(arrays: Arrays, i: int) -> Arrays:
    return {name: array[i] for name, array in arrays.items()}
