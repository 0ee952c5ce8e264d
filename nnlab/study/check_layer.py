"""A layer under test: its manners, its slopes, its replicas, its numbers far out.

What is tried first is what makes the rest meaningless if it is wrong.
"""

import numpy as np

from nnlab.engine.layers import Layer
from nnlab.errors import InputError
from nnlab.study.conduct import Arrays, Part
from nnlab.study.diagnosis import Case, explain
from nnlab.study.differences import Slopes
from nnlab.study.trial import FAR, Trial

WIDTHS = (4, 1, 2, 3, *range(5, 17), 32, 64)  # inputs to try; the first that go


def check_layer(part: Part, layer: Layer, inputs: int | None = None) -> list[Slopes]:
    """Every slope that was compared; raises an `InputError` at the first fault."""
    wide, *narrow = _widths(part, layer, inputs)
    for n in (wide, *narrow):
        _declared(part, layer, n)
    lone = 1 if layer.least_batch == 1 else 4
    learning, using = Trial(part, layer, 5, wide), Trial(part, layer, 5, wide, None, False)
    for trial in (learning, using):
        _manners(trial)
    _apart(using)
    trials = [
        learning,
        using,
        Trial(part, layer, lone, wide),
        Trial(part, layer, 1, wide, training=False),
        *(Trial(part, layer, 7, n) for n in narrow),
        Trial(part, layer, 6, wide, training=False, spread=5.0),
    ]
    found = _slopes(part, trials)
    for batch in (5, 3):
        _replicas(Trial(part, layer, batch, wide, replicas=3))
    _single(part, layer, wide)
    _far(part, layer, wide)
    return found


def _widths(part: Part, layer: Layer, inputs: int | None) -> list[int]:
    """One or two numbers of inputs that the layer takes."""
    found, last = [], None
    for n in WIDTHS if inputs is None else (inputs,):
        try:
            outputs = part.call("outputs", layer.outputs, n)
            part.call("parameters", layer.parameters, n)
        except InputError as error:
            last = error
            continue
        if not isinstance(outputs, int | np.integer) or outputs < 1:
            raise part.wrong(
                f"outputs of {part} returns {outputs!r} for {n} inputs; it is how many "
                "outputs there are: a whole number, at least 1."
            )
        found.append(n)
        if len(found) == 2:
            break
    if not found:
        assert last is not None
        raise last
    return found


def _declared(part: Part, layer: Layer, inputs: int) -> None:
    """What it says of its parameters is what it starts with."""
    rng = np.random.default_rng(0)
    start = part.call("start", layer.start, rng, inputs)
    shapes = {name: np.shape(array) for name, array in start.items()}
    said = part.call("parameters", layer.parameters, inputs)
    if list(shapes.items()) != [(name, tuple(shape)) for name, shape in said.items()]:
        raise part.wrong(
            f"start of {part} gives {shapes} for {inputs} inputs, and parameters says "
            f"{said}; name the same arrays in the same order, of the same shapes."
        )
    part.call("state", layer.state, inputs)
    part.call("noise", layer.noise, inputs)


def _manners(trial: Trial) -> None:
    """It leaves alone what it is lent, repeats itself, and keeps nothing."""
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
    """Arrays for a gradient in which something is left from the step before."""
    return {name: np.full_like(array, value) for name, array in trial.p.items()}


def _new(trial: Trial) -> None:
    """Training, it has written the statistics it keeps."""
    for name, array in trial.c.new.items() if trial.c.training else ():
        if not np.isfinite(array).all():
            raise trial.part.wrong(
                f"forward of {trial.part} does not write c.new[{name!r}], the "
                f"statistics after this step; c.new[{name!r}][...] = … in training."
            )


def _kept(trial: Trial, first: Arrays) -> None:
    """g is overwritten, whatever lay in it, and only the cache leads to it."""
    part, (_, cache) = trial.part, trial.forward()
    given = _filled(trial, 5.0)
    g = dict(given)
    x = trial.x.copy()
    trial.x[...] = x[::-1]
    trial.forward()  # between a forward and its backward
    trial.x[...] = x
    _, again = trial.forward()
    clean = _filled(trial, 5.0)
    clean["x"] = trial.backward(again, clean)
    dx = trial.backward(cache, g)
    for name in given:
        _overwritten(part, name, first[name], clean[name], given[name], g[name])
    for name, array in {**given, "x": dx}.items():
        if not np.array_equal(array, clean[name]):
            raise part.wrong(
                f"backward of {part} uses what a later forward left behind: it keeps "
                "its cache on itself; return it from forward as y, cache."
            )


def _overwritten(part: Part, name: str, first, clean, given, now) -> None:
    """A parameter's gradient is written into g, and added to nothing."""
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
    if not np.allclose(clean, first):
        raise part.wrong(
            f"∂loss/∂{name} of {part} is not overwritten: it depends on what lay in "
            f"g[{name!r}] before; write g[{name!r}][...] = …, and not +=."
        )


def _apart(trial: Trial) -> None:
    """In use, each sample's output is its own."""
    y = trial.forward()[0].copy()
    x = trial.x.copy()
    trial.x[1:] = x[1:] + 1
    moved = trial.forward()[0]
    trial.x[...] = x
    if not np.allclose(y[0], moved[0], rtol=1e-9, atol=1e-12):
        raise trial.part.wrong(
            f"forward of {trial.part} mixes the samples: the first one's output "
            "changes with the others; look at each row by itself, with axis=-1."
        )


def number_by_number(part: Part, layer: Layer) -> None:
    """Raises an `InputError` unless it bends each number by itself, in use."""
    trial = Trial(part, layer, 3, 4, training=False)
    if trial.outputs != 4:
        raise part.wrong(
            f"{part} turns 4 numbers into {trial.outputs}; an activation bends each "
            "number by itself, and a layer goes between layers."
        )
    y = trial.forward()[0].copy()
    trial.x[:, 1:] += 1
    if not np.allclose(y[:, 0], trial.forward()[0][:, 0], rtol=1e-9, atol=1e-12):
        raise part.wrong(
            f"forward of {part} mixes the units: the first one's output changes with "
            "the others; an activation bends each number by itself."
        )


def _slopes(part: Part, trials: list[Trial]) -> list[Slopes]:
    """Backward beside differences, in every trial."""
    compared = [(trial, trial.compared()) for trial in trials]
    for name in compared[0][1]:
        cases = [Case(trial, found[name]) for trial, found in compared]
        if any(case.slopes.wrong.any() for case in cases):
            raise part.wrong(explain(f"∂loss/∂{name}", part, cases))
    return [found for _, arrays in compared for found in arrays.values()]


def _replicas(trial: Trial) -> None:
    """Side by side, each replica is what it is alone."""
    y, together = trial.forward()[0].copy(), trial.gradients()
    for i in range(trial.lead[0]):
        alone = trial.alone(i)
        here = {"y": y, **together}
        for name, array in {"y": alone.forward()[0], **alone.gradients()}.items():
            if not np.allclose(here[name][i], array, rtol=1e-7, atol=1e-9):
                what = "y" if name == "y" else f"∂loss/∂{name}"
                raise trial.part.wrong(
                    f"{what} of {trial.part} mixes the replicas: with "
                    f"{trial.lead[0]} side by side {trial.at.removeprefix('for ')} "
                    f"number {i} is not what it is alone; the batch is axis -2, and "
                    "never axis 0."
                )


def _single(part: Part, layer: Layer, inputs: int) -> None:
    """In single precision it stays single, and near."""
    single = Trial(part, layer, 5, inputs, dtype="float32")
    for name, array in {"y": single.forward()[0], **single.gradients()}.items():
        hint = "it is finite in float64; look for a number too large or too small"
        part.finite(f"{name} in float32", array, "at ordinary numbers", hint)


def _far(part: Part, layer: Layer, inputs: int) -> None:
    """It is finite where numbers are large."""
    trial = Trial(part, layer, 2, inputs, training=False)
    trial.x[...] = np.array([[FAR], [-FAR]])
    for name, array in {"y": trial.forward()[0], **trial.gradients()}.items():
        what = "y" if name == "y" else f"∂loss/∂{name}"
        hint = (
            "an exponential is too large there; take it of negative numbers, as "
            "np.exp(-np.abs(z)), or limit it with np.minimum(z, 30)"
        )
        part.finite(what, array, f"at ±{FAR:g}", hint)
