"""The contract of a layer: it changes no input, and keeps nothing between calls.

Layers are called in any order, for one network or many, forward twice before one
backward. So only the cache leads from forward to backward, and a gradient is
overwritten, whatever the buffer contained.
"""

import numpy as np

from nnlab.grading.call_contract import Arrays, Part, repeated
from nnlab.grading.compare import SCALE_FLOOR, close
from nnlab.grading.fixtures import Trial


def check_calls(trial: Trial) -> None:
    """Require that a layer changes no input, repeats itself, and keeps nothing.

    Raises:
        InputError: at the first violation.
    """
    part = trial.part
    with part.untouched("forward", trial.lent):
        y, cache = trial.forward()
    part.finite("forward's y", y, "at ordinary numbers", "look for a root or a log")
    y = y.copy()
    _new(trial)
    first = _filled(trial, 3.0)
    with part.untouched("backward", trial.lent):
        first["x"] = trial.backward(cache, first)
    part.repeats("forward", y, trial.forward()[0])
    for name, array in first.items():
        part.finite(f"∂loss/∂{name}", array, "at ordinary numbers", "look at backward")
    _kept(trial, first)


def _filled(trial: Trial, value: float) -> Arrays:
    """Return gradient buffers with numbers left from an earlier step."""
    return {name: np.full_like(array, value) for name, array in trial.p.items()}


def _new(trial: Trial) -> None:
    """Require that training wrote the new statistics."""
    for name, array in trial.c.new.items() if trial.c.training else ():
        if not np.isfinite(array).all():
            raise trial.part.wrong(
                f"forward of {trial.part} does not write c.new[{name!r}], the "
                f"statistics after this step; c.new[{name!r}][...] = … in training."
            )


def _kept(trial: Trial, first: Arrays) -> None:
    """Require that g is overwritten, and depends on the cache alone."""
    part, (_, cache), x = trial.part, trial.forward(), trial.x
    given, clean = _filled(trial, 5.0), _filled(trial, 5.0)
    g = dict(given)
    trial.x = x[::-1].copy()  # another array, as in the next layer
    trial.forward()  # between a forward and its backward
    trial.x = x
    dx = trial.backward(cache, g)
    clean["x"] = trial.backward(trial.forward()[1], clean)
    if extra := [name for name in g if name not in given]:
        raise part.wrong(
            f"backward of {part} writes g[{extra[0]!r}], and its parameters are "
            f"{[*given]}; give the gradient its parameter's name."
        )
    for name in given:
        _overwritten(part, name, first[name], clean[name], given[name], g[name])
    for name, array in {**given, "x": dx}.items():
        if not repeated(array, clean[name]):
            raise part.wrong(
                f"backward of {part} uses what a later forward left behind: it keeps "
                "its cache on itself; return it from forward as y, cache."
            )


def _overwritten(part: Part, name: str, first, clean, given, now) -> None:
    """Require that a gradient is written into g, and not added to it."""
    if now is not given:
        raise part.wrong(
            f"∂loss/∂{name} of {part} is never written: g[{name!r}] = … names a new "
            f"array, and the old one stays as it was; write g[{name!r}][...] = …"
        )
    if (given == 5.0).all() and (first == 3.0).all():
        raise part.wrong(
            f"∂loss/∂{name} of {part} is never written; backward writes "
            f"g[{name!r}][...] = …"
        )
    if not close(first, clean, least=SCALE_FLOOR):
        raise part.wrong(
            f"∂loss/∂{name} of {part} is not overwritten: it depends on what lay in "
            f"g[{name!r}] before; write g[{name!r}][...] = …, and not +=."
        )


def check_samples(trial: Trial) -> None:
    """Require that in inference no sample's output depends on another sample.

    Raises:
        InputError: if one does.
    """
    y = trial.forward()[0].copy()
    x = trial.x.copy()
    trial.x[1:] = x[1:] + 1
    moved = trial.forward()[0]
    trial.x[...] = x
    if not close(moved[0], y[0], least=SCALE_FLOOR):
        raise trial.part.wrong(
            f"forward of {trial.part} mixes the samples: the first one's output "
            "changes with the others; look at each row by itself, with axis=-1."
        )


def check_elementwise(trial: Trial) -> None:
    """Require that an activation maps each number by itself, in inference.

    Raises:
        InputError: if a unit's output depends on another unit.
    """
    part, inputs = trial.part, trial.x.shape[-1]
    if trial.outputs != inputs:
        raise part.wrong(
            f"{part} turns {inputs} numbers into {trial.outputs}; an activation bends "
            "each number by itself, and a layer goes between layers."
        )
    y = trial.forward()[0].copy()
    trial.x[:, 1:] += 1
    if not close(trial.forward()[0][:, 0], y[:, 0], least=SCALE_FLOOR):
        raise part.wrong(
            f"forward of {part} mixes the units: the first one's output changes with "
            "the others; an activation bends each number by itself."
        )
